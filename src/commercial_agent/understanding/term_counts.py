"""How often each line has each term, by block: what the intent model is fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commercial_agent.understanding.features import Features
from commercial_agent.understanding.training_data import Line

PRUNED = (1, 2, 3, 5, 7)  # the blocks whose rare terms are dropped: pairs of all kinds, letters
LEAST_LINES = 2  # that have a term of those


@dataclass(frozen=True, slots=True)
class Counted:
    """One block of terms."""

    table: Any  # lines by terms, sparse
    names: NDArray[Any]  # of the terms


def count_terms(features: Features, lines: Sequence[Line], *, many: bool) -> tuple[Counted, ...]:
    """Count.

    Args:
        features: tells the terms.
        lines: the texts.
        many: whether rare terms are dropped, and two processes are worth their start.
    """
    from joblib import Parallel, delayed

    if not many:
        return _counted(features, lines)
    half = len(lines) // 2
    parts = Parallel(n_jobs=2)(delayed(_counted)(features, part) for part in (lines[:half], lines[half:]))
    joined = (_joined(blocks) for blocks in zip(*parts, strict=True))
    return tuple(_without_rare(block) if number in PRUNED else block for number, block in enumerate(joined))


def _counted(features: Features, lines: Sequence[Line]) -> tuple[Counted, ...]:
    from sklearn.feature_extraction.text import CountVectorizer

    terms = [features.terms(line.text, line.language) for line in lines]
    found = []
    for number in range(len(terms[0])):
        counter: Any = CountVectorizer(analyzer=partial(_block, number), dtype=np.float32)
        table = counter.fit_transform(terms)
        found.append(Counted(table, counter.get_feature_names_out()))
    return tuple(found)


def _block(number: int, terms: tuple[list[str], ...]) -> list[str]:
    return terms[number]


def _joined(parts: Sequence[Counted]) -> Counted:
    """The same block of several parts of the lines, one after the other."""
    from scipy.sparse import csr_matrix, vstack

    names = np.unique(np.concatenate([part.names for part in parts]))
    tables = []
    for part in parts:
        table = part.table
        places = np.searchsorted(names, part.names)[table.indices]
        tables.append(csr_matrix((table.data, places, table.indptr), shape=(table.shape[0], len(names))))
    return Counted(vstack(tables).tocsr(), names)


def _without_rare(block: Counted) -> Counted:
    kept = np.flatnonzero(block.table.getnnz(axis=0) >= LEAST_LINES)
    return Counted(block.table[:, kept], block.names[kept])
