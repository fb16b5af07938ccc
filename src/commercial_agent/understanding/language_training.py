"""Fitting the weights of `understanding.language` from labelled lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from commercial_agent.understanding.language import LANGUAGES, language_terms
from commercial_agent.understanding.training_data import Line


def fit_language(lines: Sequence[Line], path: Path) -> None:
    """Fit, and write the weights.

    Args:
        lines: texts with their language.
        path: of the file.
    """
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer: Any = CountVectorizer(analyzer=language_terms, binary=True, min_df=2)
    table = vectorizer.fit_transform([line.text for line in lines])
    numbers = [LANGUAGES.index(line.language) for line in lines]
    model: Any = LogisticRegression(C=3, max_iter=300, tol=1e-5, class_weight="balanced", fit_intercept=False)
    model.fit(table.astype(np.float32), numbers)
    weights = model.coef_.T.astype(np.float32)
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
    terms = sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__)
    np.savez_compressed(
        path,
        terms=np.frombuffer("\n".join(terms).encode(), dtype=np.uint8),
        weights=np.rint(weights / scale).astype(np.int8),
        scale=scale.astype(np.float32),
    )
