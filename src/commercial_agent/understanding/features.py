"""What the intent model looks at: stems, their pairs near and far, letters within
words, concepts and their pairs.

Names of cars, amounts, years and hours are replaced by one slot each, so that the model judges a sentence and not the
car in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from commercial_agent.conversation.language import Language
from commercial_agent.understanding.concepts import Concepts
from commercial_agent.understanding.spelling import Speller
from commercial_agent.understanding.text import fold

CAR, MONEY, PERCENT, YEAR, HOUR, DISTANCE, NUMBER, CONTACT = (
    "zcar",
    "zmoney",
    "zpct",
    "zyear",
    "zhour",
    "zkm",
    "znum",
    "zmail",
)
SLOTS = frozenset({CAR, MONEY, PERCENT, YEAR, HOUR, DISTANCE, NUMBER, CONTACT})
MAX_CHARS = 500  # of one message or segment are judged: its beginning and its end
MAX_WORD = 24  # letters of a word that are looked at
LONG_NAME = 5  # letters from which a misspelled car name is looked for
NGRAMS = (2, 3, 4, 5)
MAX_TOGETHER = 16  # stems of one message that are paired

_NUMBER = r"\d+(?:[.,]\d+)*"
_VALUES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\S+@\S+\.\S+|https?://\S+|www\.\S+"), f" {CONTACT} "),
    (re.compile(rf"{_NUMBER} ?(?:%|por ?ciento\b|percent\b|por ?cento\b)"), f" {PERCENT} "),
    (
        re.compile(
            r"\b(?:[01]?\d|2[0-3])(?: ?[ap]\.? ?m\b\.?|:[0-5]\d(?: ?[ap]\.? ?m\b\.?)?| ?hrs?\b| ?hs\b| ?o'?clock\b)"
        ),
        f" {HOUR} ",
    ),
    (
        re.compile(
            rf"{_NUMBER} ?(?:mil ?)?k ?m(?:s|ts)?\b|{_NUMBER} ?(?:mil ?)?(?:kilometros|quilometros|kilometers|miles)\b"
        ),
        f" {DISTANCE} ",
    ),
    (
        re.compile(
            rf"(?:mx)?\$ ?{_NUMBER}(?: ?(?:mil|k)\b)?"
            rf"|{_NUMBER} ?(?:mil(?: ?pesos)?|k|mdp|pesos|mxn|varos|bolas|lana)\b"
            rf"|{_NUMBER} ?(?:thousand|grand|millon(?:es)?|milh(?:ao|oes))\b"
            rf"|\b(?:medio (?:millon|melon)|un millon|half a million|meio milhao)\b"
            rf"|\b\d{{2,3}}(?:[., ]\d{{3}})+\b|\b\d{{5,7}}\b"
        ),
        f" {MONEY} ",
    ),
    (re.compile(r"\b(?:19[89]\d|20[0-3]\d)\b"), f" {YEAR} "),
    (re.compile(rf"(?<![^\W_]){_NUMBER}(?![^\W_])"), f" {NUMBER} "),  # not the 1 of "a1" nor the 5 of "cx5"
)
_WORD = re.compile(r"[^\W_]+|[?!]+|[^\w\s.,;:'\"()-]")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")  # "holaaa"; two of a kind stay: a "perro" is no "pero"
_LAUGH = re.compile(r"^(?:(?:ja|je|ji|ha|he|rs|kk){2,}[a-z]{0,2}|k{3,}|lo+l)$")
_STEMMERS = {Language.ES: "spanish", Language.EN: "english", Language.PT: "portuguese"}


@lru_cache(4)
def _stemmer(language: Language) -> Any:
    import Stemmer

    return Stemmer.Stemmer(_STEMMERS[language])


def _stem(language: Language, word: str) -> str:
    stem: str = _stemmer(language).stemWord(word)
    return stem


class CarNames:
    """The names cars go by, for replacing them with one slot."""

    def __init__(self, names: Iterable[str]) -> None:
        phrases: dict[str, set[tuple[str, ...]]] = {}
        for name in names:
            words = tuple(_plain(word) for word in _WORD.findall(with_slots(fold(name))))
            if not SLOTS.issuperset(words) and len("".join(words)) > 1:
                phrases.setdefault(words[0], set()).add(words)
        self._phrases = {first: sorted(group, key=len, reverse=True) for first, group in phrases.items()}
        self.words = frozenset(word for first in self._phrases for phrase in self._phrases[first] for word in phrase)

    def replace(self, words: Sequence[str]) -> list[str]:
        """The words with each car name as one slot; neighbouring names share it ("nissan versa")."""
        found: list[str] = []
        index = 0
        while index < len(words):
            length = self._length_at(words, index)
            if length:
                if not found or found[-1] != CAR:
                    found.append(CAR)
                index += length
            else:
                found.append(words[index])
                index += 1
        return found

    def _length_at(self, words: Sequence[str], index: int) -> int:
        for phrase in self._phrases.get(words[index], ()):
            if tuple(words[index : index + len(phrase)]) == phrase:
                return len(phrase)
        return 0


class Features:
    """Turns a message into terms."""

    def __init__(
        self, cars: CarNames | None = None, spellers: Mapping[Language, Speller] | None = None, *, trade: bool = True
    ) -> None:
        """Set up.

        Args:
            cars: the names that become a slot.
            spellers: correct words the model has not seen, by language.
            trade: whether texts are about cars: values become slots and concepts are looked for.
        """
        self._cars = cars
        self._spellers = dict(spellers or {})
        self._trade = trade
        self._concepts = Concepts.load() if trade else None
        self._senses = Concepts.load("senses") if trade else None

    def words(self, text: str) -> list[str]:
        """The folded words of a message as typed; values and names of cars as slots."""
        folded = fold(shortened(text))
        if self._trade:
            folded = with_slots(folded)
        words = [_plain(word) for word in _WORD.findall(folded)]
        return words if self._cars is None else self._cars.replace(words)

    def terms(self, text: str, language: Language) -> tuple[list[str], ...]:
        """The terms of a message by block (see `block_weights`), repeats kept."""
        words = self.words(text)
        speller = self._spellers.get(language)
        spelled = words if speller is None else speller.correct(words)
        if self._cars is not None and spelled != words:
            spelled = self._cars.replace(spelled)
        stems = _stems(spelled, language)
        corrected = [word for word in spelled if word not in words]
        if self._concepts is None or self._senses is None:
            return stems, _together(stems), _letters(fold(shortened(text)).split()) + _letters(corrected)
        dropped = [word for word in words if word not in spelled]
        concepts = self._concepts.find(spelled)
        letters = _letters(spelled) + _letters(dropped)
        senses = self._senses.find(spelled)
        return (
            stems,
            _together(stems),
            letters,
            _pairs(stems),
            concepts,
            _combinations(concepts),
            senses,
            _combinations(senses),
        )


def block_weights(trade: bool) -> tuple[float, ...]:
    """How much each block counts: stems, stems that stand together, letters; then neighbours, concepts, their pairs.

    Those for cars were chosen by learning the older utterances and reading the newer ones. Those for other texts: of
    the weights that cross-validation on the training lines of three public sets cannot tell apart, those with fewest
    pairs.
    """
    return (1.0, 0.5, 1.0, 0.6, 0.7, 0.6, 0.7, 0.6) if trade else (0.8, 0.4, 1.0)


def _together(stems: Sequence[str]) -> list[str]:
    """Pairs of stems in one message, whatever their order and distance; of a long message its first ones."""
    few = sorted(dict.fromkeys(stems[:MAX_TOGETHER]))
    return [f"{one}&{other}" for number, one in enumerate(few) for other in few[number + 1 :]]


def _pairs(stems: Sequence[str]) -> list[str]:
    return [f"{left} {right}" for left, right in zip(("^", *stems), (*stems, "$"), strict=True)]


def _combinations(concepts: Sequence[str]) -> list[str]:
    """Concepts that stand together, whatever their order; of a long message the first ones."""
    few = sorted(concepts[:10])
    pairs = [f"{one}+{other}" for number, one in enumerate(few) for other in few[number + 1 :]]
    return [*pairs, f"only {'+'.join(few)}"] if len(few) <= 3 else pairs


def spellers(
    vocabulary: Mapping[Language, Mapping[str, int]], cars: CarNames | None, pairs: frozenset[int]
) -> dict[Language, Speller]:
    """A speller for each language: the words seen in it, which stood beside which, and the longer names of cars."""
    names = {word for word in cars.words if len(word) >= LONG_NAME} if cars else set()
    short = (cars.words - names) | SLOTS if cars else SLOTS
    return {
        language: Speller(words, short, names, pairs, partial(_stem, language))
        for language, words in vocabulary.items()
    }


def shortened(text: str) -> str:
    """A message cut to a bounded length: its beginning and its end."""
    if len(text) <= MAX_CHARS:
        return text
    return text[: MAX_CHARS - 200] + " " + text[-200:]


def with_slots(folded: str) -> str:
    """Folded text with amounts, years, hours, distances and addresses as slots."""
    if not any(char.isdigit() or char == "@" for char in folded) and "mill" not in folded and "melon" not in folded:
        return folded
    for pattern, slot in _VALUES:
        folded = pattern.sub(slot, folded)
    return folded


def _plain(word: str) -> str:
    if _LAUGH.match(word):
        return "jaja"
    if word[0] in "?!":
        return word[0]
    return _DRAWN_OUT.sub(r"\1", word[:MAX_WORD]) if len(word) > 3 else word


def _stems(words: Sequence[str], language: Language) -> list[str]:
    stemmer = _stemmer(language)
    return [word if word in SLOTS else stem for word, stem in zip(words, stemmer.stemWords(words), strict=True)]


def _letters(words: Iterable[str]) -> list[str]:
    terms: list[str] = []
    for word in words:
        terms.extend(_word_letters(word))
    return terms


@lru_cache(20_000)
def _word_letters(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    if word in SLOTS:
        return (padded,)
    return tuple(padded[i : i + n] for n in NGRAMS for i in range(max(1, len(padded) - n + 1)))


def counts(terms: Iterable[str], index: Mapping[str, int]) -> dict[int, int]:
    """How often each known term occurs, by its number in the model."""
    found: dict[int, int] = {}
    for term in terms:
        number = index.get(term)
        if number is not None:
            found[number] = found.get(number, 0) + 1
    return found
