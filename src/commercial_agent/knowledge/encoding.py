"""Texts as sparse vectors: BM25 weights over folded stems, character 4-grams and concepts of the trade.

A passage's vector holds the saturated, length-normalised term frequencies; a question's vector holds how much each term
tells (its inverse document frequency). Their inner product is the score. Terms are hashed into one fixed space, so that
a new page needs no new vocabulary and old vectors stay valid.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import chain
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from commercial_agent.knowledge.places import Places
from commercial_agent.knowledge.text import key, words

DIMENSIONS = 1 << 29  # below the limit of pgvector's sparsevec (10^9) and within a PostgreSQL integer
ENCODER = "bm25f-stems-grams4-concepts-2"  # part of an index's fingerprint: change it when vectors change
LANGUAGES = ("es", "en", "pt")
_ALGORITHMS = {"es": "spanish", "en": "english", "pt": "portuguese"}


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of evidence counts. Shares are beside a stem's."""

    k1: float = 1.2
    length: float = 0.6  # BM25's b, for the body of a passage
    gram: float = 0.14  # one character gram
    unknown_gram: float = 0.30  # of a word whose stem the index does not have: most likely misspelt
    concept: float = 0.0  # a group of words of the trade
    stopword: float = 0.12
    title: float = 1.0
    heading: float = 1.6
    context: float = 0.0  # what the neighbouring passages of the document say
    listed: float = 0.4  # the questions a passage is listed for, together, as a part of its text
    listed_many: float = 0.0  # power by which more than ten listed questions count for less each
    question_length: float = 0.6
    question: float = 0.4  # the best of those questions alone, beside the passage
    rarity: float = 1.0  # power of the inverse document frequency: below 1, common words count for more


GENERAL = Weights(context=0.2)  # for passages of any field: measured on sentences asked of the passages they left
TRADE = Weights(
    k1=0.9,
    length=1.0,
    gram=0.1,
    unknown_gram=0.32,
    concept=2.0,
    stopword=0.38,
    title=3.0,
    heading=2.3,
    listed=0.55,
    listed_many=0.24,
    question_length=0.8,
    question=0.46,
    rarity=0.56,
)  # for a dealer's pages: fitted on their listed questions, each asked while left out, and on the tuning half of ours

Vector = dict[int, float]

_SHORTEST_PLACE = 3  # letters: shorter names of places are more often something else
_MAX_WORDS = 1 << 17
_MAX_QUESTION_WORDS = 64


@dataclass(frozen=True, slots=True)
class Word:
    """What a word is found by."""

    stem: int
    stem_text: str
    grams: tuple[int, ...]  # empty for a stop word
    stop: bool


def _number(kind: str, term: str) -> int:
    return (crc32(f"{kind}{term}".encode()) & (DIMENSIONS - 1)) or 1


def _grams(word: str) -> tuple[int, ...]:
    padded = f" {word} "
    if len(padded) <= 4:
        return (_number("g", padded),)
    return tuple(_number("g", padded[at : at + 4]) for at in range(len(padded) - 3))


class Analyser:
    """Cuts a text of one language into terms."""

    def __init__(self, language: str) -> None:
        import Stemmer

        self._stem = Stemmer.Stemmer(_ALGORITHMS.get(language, "spanish")).stemWord
        self._lock = threading.Lock()  # a PyStemmer object is not safe to share between threads
        self._words: dict[str, Word] = {}
        self.language = language
        self._stopwords = frozenset(_data("stopwords.yaml").get(language, "").split())
        self._concepts: dict[str, list[tuple[tuple[str, ...], int]]] = {}  # by the first stem of the phrase
        for concept, members in _data("synonyms.yaml").items():
            self._means(concept, members.get(language, ()))
        self._means("place", (name for name in Places.load().names if len(name) > _SHORTEST_PLACE))

    def _means(self, concept: str, phrases: Iterable[str]) -> None:
        for phrase in phrases:
            stems = tuple(self.word(word).stem_text for word in key(phrase).split())
            self._concepts.setdefault(stems[0], []).append((stems, _number("c", concept)))

    def word(self, token: str) -> Word:
        """What a folded word is found by."""
        found = self._words.get(token)
        if found is None:
            with self._lock:
                stem = self._stem(token)
            stop = token in self._stopwords
            found = Word(_number("s", stem), stem, () if stop else _grams(token), stop)
            if len(self._words) < _MAX_WORDS:
                self._words[token] = found
        return found

    def read(self, text: str) -> tuple[list[Word], list[tuple[int, int, int]]]:
        """The words of a text in order, and its concepts: (number, first word, words)."""
        found = [self.word(token) for token in words(text)]
        concepts: list[tuple[int, int, int]] = []
        for place, word in enumerate(found):
            for phrase, number in self._concepts.get(word.stem_text, ()):
                size = len(phrase)
                if size == 1 or tuple(w.stem_text for w in found[place : place + size]) == phrase:
                    concepts.append((number, place, size))
        return found, concepts

    def numbers(self, text: str) -> set[int]:
        """The terms of what a text speaks of, without stop words."""
        found, concepts = self.read(text)
        every = {number for word in found if not word.stop for number in (word.stem, *word.grams)}
        return every | {number for number, _, _ in concepts}


@lru_cache(len(LANGUAGES))
def analyser(language: str) -> Analyser:
    """The analyser of a language; one we have no rules for is read as Spanish."""
    return Analyser(language if language in _ALGORITHMS else "es")


@lru_cache(4)
def _data(name: str) -> Mapping[str, Any]:
    import yaml

    text = (resources.files("commercial_agent.knowledge") / "data" / name).read_text(encoding="utf-8")
    return dict(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def mentions(text: str, language: str, *concepts: str) -> bool:
    """Whether a text speaks of one of these concepts (the groups of `data/synonyms.yaml`)."""
    wanted = {_number("c", concept) for concept in concepts}
    return any(number in wanted for number, _, _ in analyser(language).read(text)[1])


@dataclass(frozen=True, slots=True)
class Fields:
    """What a passage is found by."""

    title: str
    headings: tuple[str, ...]
    text: str
    questions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("es",)  # in which its words are read
    context: str = ""  # the passages around it in its document


@dataclass(frozen=True, slots=True)
class Encoded:
    """The vectors of one passage."""

    vector: Vector
    questions: tuple[Vector, ...]
    length: int  # words of the body

    @property
    def numbers(self) -> list[int]:
        """Every term, for candidate search and document frequencies."""
        every = set(self.vector)
        for question in self.questions:
            every.update(question)
        return sorted(every)


def encode_passage(fields: Fields, pivot: float, weights: Weights = TRADE) -> Encoded:
    """The vectors of a passage.

    Args:
        fields: its texts.
        pivot: the length, in words, of a passage that is neither favoured nor held back.
        weights: of the collection.
    """
    vector: Vector = {}
    questions: dict[str, Vector] = {}
    length = len(words(fields.text))
    body_norm = 1 - weights.length + weights.length * max(length, 1) / max(pivot, 1.0)
    listed = weights.listed / max(1.0, len(fields.questions) / 10) ** weights.listed_many
    parts = (
        (fields.text, 1 / body_norm),
        (" . ".join(fields.headings), weights.heading),
        (fields.title, weights.title),
        *((question, listed) for question in fields.questions),
        *(((fields.context, weights.context),) if fields.context and weights.context else ()),
    )
    for language in fields.languages:
        read = analyser(language)
        counts: dict[int, float] = {}
        for text, weight in parts:
            _count(read, text, weight, counts)
        for number, frequency in counts.items():
            vector[number] = max(vector.get(number, 0.0), frequency * (weights.k1 + 1) / (frequency + weights.k1))
        for question in fields.questions:
            _merge(questions.setdefault(question, {}), _encode_listed(read, question, weights.question_length))
    return Encoded(vector, tuple(questions.values()), length)


def _count(read: Analyser, text: str, weight: float, into: dict[int, float]) -> None:
    found, concepts = read.read(text)
    for word, times in Counter(found).items():
        gain = times * weight
        into[word.stem] = into.get(word.stem, 0.0) + gain
        for gram in word.grams:
            into[gram] = into.get(gram, 0.0) + gain
    for number, _, _ in concepts:
        into[number] = into.get(number, 0.0) + weight


def _encode_listed(read: Analyser, question: str, length_share: float) -> Vector:
    """A listed question: presence of terms, held back by its length so that a long one does not match everything."""
    found, concepts = read.read(question)
    content = sum(not word.stop for word in set(found)) or 1
    weight = 1 / (1 - length_share + length_share * content / 3)
    vector = {number: weight for word in found for number in (word.stem, *word.grams)}
    return vector | {number: weight for number, _, _ in concepts}


def _merge(into: Vector, other: Vector) -> None:
    for number, weight in other.items():
        into[number] = max(into.get(number, 0.0), weight)


@dataclass(frozen=True, slots=True)
class Statistics:
    """How many passages hold each term, of one version of an index."""

    version: int
    passages: int
    numbers: npt.NDArray[np.int32]  # sorted
    counts: npt.NDArray[np.int32]

    @classmethod
    def of(cls, version: int, passages: int, counts: Mapping[int, int]) -> Statistics:
        """From a count per term."""
        numbers = np.fromiter(sorted(counts), dtype=np.int32, count=len(counts))
        return cls(
            version,
            passages,
            numbers,
            np.fromiter((counts[int(n)] for n in numbers), dtype=np.int32, count=len(counts)),
        )

    def count(self, numbers: Iterable[int]) -> dict[int, int]:
        """In how many passages each of these terms occurs."""
        wanted = list(dict.fromkeys(numbers))
        if not wanted or not len(self.numbers):
            return dict.fromkeys(wanted, 0)
        asked = np.array(wanted, dtype=np.int32)
        places = np.minimum(np.searchsorted(self.numbers, asked), len(self.numbers) - 1)
        found = np.where(self.numbers[places] == asked, self.counts[places], 0)
        return dict(zip(wanted, found.tolist(), strict=True))

    def tells(self, count: int) -> float:
        """How much a term in so many passages tells: BM25's inverse document frequency."""
        return math.log(1 + (self.passages - count + 0.5) / (count + 0.5))


@dataclass(frozen=True, slots=True)
class WordOfQuestion:
    """A word of a question that tells something: what may stand for it in a passage, and how much it tells."""

    weight: float
    stem: int
    grams: tuple[int, ...]
    concepts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EncodedQuestion:
    """A question ready to be asked of one version of an index."""

    vector: Vector
    words: tuple[WordOfQuestion, ...]
    rare: tuple[int, ...]  # the terms that tell most, for candidates

    @property
    def asked(self) -> list[int]:
        """Every term that may cover a part of it."""
        return list({number for word in self.words for number in (word.stem, *word.grams, *word.concepts)})

    @property
    def literal(self) -> str:
        """As pgvector reads a sparsevec."""
        return literal(self.vector)


def encode_question(
    question: str, language: str, statistics: Statistics, budget: int = 0, weights: Weights = TRADE
) -> EncodedQuestion:
    """A question's vector.

    Args:
        question: the text; only its first 64 words count.
        language: whose stems to use.
        statistics: of the index it will be asked of.
        budget: rows that the rare terms together may point at; 0 leaves them out.
        weights: of the collection.
    """
    found, concepts = analyser(language).read(" ".join(question.split()[:_MAX_QUESTION_WORDS]))
    vector: Vector = {}
    counts = statistics.count(
        chain((n for word in found for n in (word.stem, *word.grams)), (number for number, _, _ in concepts))
    )

    def add(number: int, share: float) -> None:
        count = counts[number]
        if count and share:
            vector[number] = max(vector.get(number, 0.0), statistics.tells(count) ** weights.rarity * share)

    for word in found:
        add(word.stem, weights.stopword if word.stop else 1.0)
        share = weights.gram if counts[word.stem] else weights.unknown_gram
        for gram in word.grams:
            add(gram, share)
    standing: dict[int, list[int]] = {}
    for number, place, size in concepts:
        add(number, weights.concept)
        for at in range(place, place + size):
            standing.setdefault(at, []).append(number)
    telling = tuple(
        _telling(word, tuple(standing.get(place, ())), counts, statistics)
        for place, word in enumerate(found)
        if not word.stop
    )
    return EncodedQuestion(vector, telling, _rare(vector, counts, budget) if budget else ())


def _telling(
    word: Word, concepts: tuple[int, ...], counts: Mapping[int, int], statistics: Statistics
) -> WordOfQuestion:
    """A word that the index lacks tells as much as the rarest, unless a concept stands for it."""
    count = max((counts[number] for number in (word.stem, *concepts)), default=0)
    return WordOfQuestion(statistics.tells(count), word.stem, word.grams, concepts)


def _rare(vector: Vector, counts: Mapping[int, int], budget: int) -> tuple[int, ...]:
    chosen: list[int] = []
    for number in sorted(vector, key=lambda n: -vector[n]):
        if counts[number] <= budget or not chosen:
            chosen.append(number)
            budget -= counts[number]
        if budget <= 0:
            break
    return tuple(chosen)


def covered(question: EncodedQuestion, numbers: set[int] | frozenset[int]) -> float:
    """Which part of what a question tells a passage speaks of, 0 to 1: by stem, by concept, or by likeness."""
    whole = sum(word.weight for word in question.words)
    if not whole:
        return 0.0
    met = 0.0
    for word in question.words:
        if word.stem in numbers:
            met += word.weight
        elif any(concept in numbers for concept in word.concepts):
            met += 0.9 * word.weight
        elif word.grams:
            alike = sum(gram in numbers for gram in word.grams) / len(word.grams)
            met += word.weight * (alike if alike >= 0.5 else 0.0)
    return met / whole


def literal(vector: Vector) -> str:
    """A vector as pgvector reads a sparsevec: `{1:0.5,7:2}/536870912`."""
    inside = ",".join(f"{number}:{weight:.5g}" for number, weight in sorted(vector.items()))
    return f"{{{inside}}}/{DIMENSIONS}"
