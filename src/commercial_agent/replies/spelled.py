"""Numbers written in words, in Spanish, English and Portuguese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from commercial_agent.conversation.language import Language

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def fold(text: str) -> str:
    """The text in lower case without accents, letter by letter: places stay as they are."""
    if text.isascii():
        return text.lower()
    return text.translate(_FOLDS)


_MARKS = str.maketrans("*_~", "   ")


def unmarked(text: str) -> str:
    """The folded text with blanks for WhatsApp's marks, so that they hide no word: places stay as they are."""
    return fold(text).translate(_MARKS)


class _Folds(dict[int, str]):
    """Letters without accent, as they are met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        base = unicodedata.normalize("NFD", character)[0].lower()
        self[code] = base if len(base) == 1 else character
        return self[code]


_FOLDS = _Folds()


def _numbered(words: str, start: int, step: int = 1) -> dict[str, int]:
    return {
        word: start + step * place for place, group in enumerate(words.split()) for word in group.split("/") if word
    }


_SMALL: dict[Language, dict[str, int]] = {
    Language.ES: {
        **_numbered(
            "cero un/uno/una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince", 0
        ),
        **_numbered("dieciseis diecisiete dieciocho diecinueve veinte veintiun/veintiuno/veintiuna veintidos", 16),
        **_numbered("veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve", 23),
        **_numbered("treinta cuarenta cincuenta sesenta setenta ochenta noventa", 30, 10),
        **_numbered("cien/ciento doscientos/doscientas trescientos/trescientas cuatrocientos/cuatrocientas", 100, 100),
        **_numbered("quinientos/quinientas seiscientos/seiscientas setecientos/setecientas", 500, 100),
        **_numbered("ochocientos/ochocientas novecientos/novecientas", 800, 100),
    },
    Language.EN: {
        **_numbered("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen", 0),
        **_numbered("sixteen seventeen eighteen nineteen", 16),
        **_numbered("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10),
    },
    Language.PT: {
        **_numbered("zero um/uma dois/duas tres quatro cinco seis sete oito nove dez onze doze treze", 0),
        **_numbered("quatorze/catorze quinze dezesseis dezessete dezoito dezenove", 14),
        **_numbered("vinte trinta quarenta cinquenta sessenta setenta oitenta noventa", 20, 10),
        **_numbered("cem/cento duzentos/duzentas trezentos/trezentas quatrocentos/quatrocentas", 100, 100),
        **_numbered("quinhentos/quinhentas seiscentos/seiscentas setecentos/setecentas", 500, 100),
        **_numbered("oitocentos/oitocentas novecentos/novecentas", 800, 100),
    },
}
_LARGE: dict[Language, dict[str, int]] = {
    Language.ES: {"mil": 1000, "millon": 10**6, "millones": 10**6},
    Language.EN: {"hundred": 100, "thousand": 1000, "million": 10**6},
    Language.PT: {"mil": 1000, "milhao": 10**6, "milhoes": 10**6},
}
_BEGINS = {
    language: frozenset(_SMALL[language]) | {word for word, value in _LARGE[language].items() if value == 1000}
    for language in Language
}  # no number begins with another word
_JOIN = {Language.ES: "y", Language.EN: "and", Language.PT: "e"}
_POINT = {Language.ES: "punto", Language.EN: "point", Language.PT: "virgula"}


@dataclass(frozen=True, slots=True)
class Spelled:
    """A number in words and where it stands."""

    value: Decimal
    start: int
    end: int


def spelled_numbers(text: str, language: Language) -> Iterator[Spelled]:
    """The numbers that a text writes in words."""
    tokens = [(part, m.start() + at) for m in _WORD.finditer(fold(text)) for part, at in _parts(m.group())]
    begins = _BEGINS[language]
    place = 0
    while place < len(tokens):
        if tokens[place][0] not in begins:
            place += 1
            continue
        used, value = _read([word for word, _ in tokens[place : place + 24]], language)
        if used and _unbroken(text, tokens[place : place + used]):
            last, at = tokens[place + used - 1]
            yield Spelled(value, tokens[place][1], at + len(last))
            place += used
        else:
            place += 1


def _parts(word: str) -> list[tuple[str, int]]:
    if "-" not in word:
        return [(word, 0)]
    parts, at = [], 0
    for part in word.split("-"):
        parts.append((part, at))
        at += len(part) + 1
    return parts


def _unbroken(text: str, tokens: Sequence[tuple[str, int]]) -> bool:
    """Whether nothing but spaces and hyphens stands between the words."""
    return all(not text[at + len(word) : after].strip(" -\n") for (word, at), (_, after) in pairwise(tokens))


def _read(words: Sequence[str], language: Language) -> tuple[int, Decimal]:
    """How many of the words make a number, and which; 0 where the first makes none."""
    small, large = _SMALL[language], _LARGE[language]
    total, group, used, last = 0, 0, 0, 10**9
    for place, word in enumerate(words):
        if word == _JOIN[language] and used and place + 1 < len(words) and _continues(words[place + 1], last, language):
            continue
        if word in small and small[word] < last and (used == 0 or small[word] > 0):
            group += small[word]
            last = _room_below(small[word])
        elif word in large and (group or (large[word] == 1000 and not used)):
            factor = large[word]
            if factor == 100:
                group, last = group * 100, 100
            else:
                total, group, last = total + max(group, 1) * factor, 0, factor
        else:
            break
        used = place + 1
    if not used:
        return 0, Decimal(0)
    value = Decimal(total + group)
    if len(words) > used + 1 and words[used] == _POINT[language] and words[used + 1] in small:
        more, fraction = _read(words[used + 1 : used + 6], language)
        return used + 1 + more, value + fraction.scaleb(-len(str(fraction)))
    return used, value


def _continues(word: str, last: int, language: Language) -> bool:
    small = _SMALL[language]
    return word in small and 0 < small[word] < last


def _room_below(value: int) -> int:
    """A number that follows must be below this: after "ochenta" only units, after a unit or a teen nothing."""
    if value >= 100:
        return 100
    return 10 if value >= 20 and value % 10 == 0 else 1
