"""True replies in other forms: the same facts as another writer would put them."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from random import Random

from commercial_agent.conversation.language import Language

_HUNDREDS = {
    Language.ES: "_ ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos "
    "ochocientos novecientos",
    Language.PT: "_ cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos",
}
_TEENS = {
    Language.ES: "diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve",
    Language.EN: "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    Language.PT: "dez onze doze treze quatorze quinze dezesseis dezessete dezoito dezenove",
}
_TENS = {
    Language.ES: "_ _ veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    Language.EN: "_ _ twenty thirty forty fifty sixty seventy eighty ninety",
    Language.PT: "_ _ vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
}
_UNITS = {
    Language.ES: "_ uno dos tres cuatro cinco seis siete ocho nueve",
    Language.EN: "_ one two three four five six seven eight nine",
    Language.PT: "_ um dois três quatro cinco seis sete oito nove",
}
_TWENTIES = (
    "veintiuno", "veintidós", "veintitrés", "veinticuatro", "veinticinco", "veintiséis", "veintisiete", "veintiocho",
    "veintinueve",
)  # fmt: skip


def in_words(number: int, language: Language) -> str:
    """A number from 1 to 999,999 in words."""
    if number >= 1000:
        head, rest = divmod(number, 1000)
        thousand = {"es": "mil", "en": "thousand", "pt": "mil"}[language.value]
        start = thousand if head == 1 and language is not Language.EN else f"{in_words(head, language)} {thousand}"
        if language is Language.ES:
            start = start.replace("uno mil", "un mil")
        joint = " e " if language is Language.PT and rest and (rest < 100 or rest % 100 == 0) else " "
        return f"{start}{joint}{in_words(rest, language)}" if rest else start
    if number >= 100:
        head, rest = divmod(number, 100)
        if language is Language.EN:
            start = f"{_UNITS[language].split()[head]} hundred"
            return f"{start} {in_words(rest, language)}" if rest else start
        if number == 100:
            return {"es": "cien", "pt": "cem"}[language.value]
        start = _HUNDREDS[language].split()[head]
        return f"{start}{' e ' if language is Language.PT else ' '}{in_words(rest, language)}" if rest else start
    if number >= 20:
        head, rest = divmod(number, 10)
        if language is Language.ES and head == 2 and rest:
            return _TWENTIES[rest - 1]
        joint = {"es": " y ", "en": "-", "pt": " e "}[language.value]
        start = _TENS[language].split()[head]
        return f"{start}{joint}{_UNITS[language].split()[rest]}" if rest else start
    return _TEENS[language].split()[number - 10] if number >= 10 else _UNITS[language].split()[number]


def amounts_with_centavos(reply: str, language: Language, random: Random) -> str:
    """$238,999 as $238,999.00."""
    return re.sub(r"(\$\d[\d,]*)(?![\d.,]*\d)", r"\1.00", reply)


def amounts_in_pesos(reply: str, language: Language, random: Random) -> str:
    """$238,999 as 238,999 pesos."""
    return re.sub(r"\$(\d[\d,]*(?:\.\d\d)?)(?: MXN)?", r"\1 pesos", reply)


def amounts_in_words(reply: str, language: Language, random: Random) -> str:
    """One whole amount written out."""
    match = re.search(r"\$(\d{2,3}),(\d{3})(?![\d.,]*\d)(?: MXN)?", reply)
    if match is None:
        return reply
    words = in_words(int(match.group(1) + match.group(2)), language)
    return f"{reply[: match.start()]}{words} pesos{reply[match.end() :]}"


def amounts_in_thousands(reply: str, language: Language, random: Random) -> str:
    """$238,999 as 238 mil 999 pesos; English keeps its form."""
    if language is Language.EN:
        return reply
    return re.sub(r"\$(\d{1,3}),(\d{3})(?![\d.,]*\d)(?: MXN)?", _thousands, reply)


def _thousands(match: re.Match[str]) -> str:
    rest = int(match.group(2))
    return f"{match.group(1)} mil {rest} pesos" if rest else f"{match.group(1)} mil pesos"


def amounts_as_written_in_brazil(reply: str, language: Language, random: Random) -> str:
    """$238,999 as $238.999 in Portuguese."""
    if language is not Language.PT:
        return reply
    swapped = str.maketrans(",.", ".,")
    return re.sub(r"\$\d[\d,]*(?:\.\d\d)?", lambda match: match.group().translate(swapped), reply)


def payments_rounded(reply: str, language: Language, random: Random) -> str:
    """$4,565.27 as $4,565."""

    def whole(match: re.Match[str]) -> str:
        return f"${Decimal(match.group(1).replace(',', '')).quantize(Decimal(1)):,}"

    return re.sub(r"\$(\d[\d,]*\.\d\d)", whole, reply)


def terms_in_years(reply: str, language: Language, random: Random) -> str:
    """48 months as 4 years."""
    word = {"es": "años", "en": "years", "pt": "anos"}[language.value]
    return re.sub(r"\b(36|48|60|72) (?:meses|months)\b", lambda match: f"{int(match.group(1)) // 12} {word}", reply)


def terms_in_words(reply: str, language: Language, random: Random) -> str:
    """48 months as forty-eight months."""
    return re.sub(r"\b(\d\d)(?= (?:meses|months)\b)", lambda match: in_words(int(match.group(1)), language), reply)


def percents_in_words(reply: str, language: Language, random: Random) -> str:
    """10% as 10 percent."""
    word = {"es": "por ciento", "en": "percent", "pt": "por cento"}[language.value]
    return re.sub(r"(\d)%", rf"\1 {word}", reply)


def kilometres_otherwise(reply: str, language: Language, random: Random) -> str:
    """45,000 km as 45000 kilometres."""
    word = {"es": "kilómetros", "en": "kilometers", "pt": "quilômetros"}[language.value]
    return re.sub(r"(\d{1,3}),(\d{3}) km", rf"\1\2 {word}", reply)


def hours_otherwise(reply: str, language: Language, random: Random) -> str:
    """11:00 a.m. as 11 am."""
    return re.sub(r"\b(\d{1,2}):00 ([ap])\.m\.", r"\1 \2m", re.sub(r"(\d):00 (AM|PM)", r"\1 \2", reply))


def without_markup(reply: str, language: Language, random: Random) -> str:
    """No bold, no italics, other bullets."""
    return reply.replace("*", "").replace("_", "").replace("\n- ", "\n• ")


def with_warmth(reply: str, language: Language, random: Random) -> str:
    """A warm word and an emoji in front."""
    return {"es": "¡Claro que sí! 🚗 ", "en": "Of course! 🚗 ", "pt": "Claro que sim! 🚗 "}[language.value] + reply


def in_one_paragraph(reply: str, language: Language, random: Random) -> str:
    """Lists told as running text."""
    return reply.replace("\n- ", "; ").replace("\n\n", "\n")


REPHRASINGS: dict[str, Callable[[str, Language, Random], str]] = {
    "as_written": lambda reply, language, random: reply,
    "amounts_with_centavos": amounts_with_centavos,
    "amounts_in_pesos": amounts_in_pesos,
    "amounts_in_words": amounts_in_words,
    "amounts_in_thousands": amounts_in_thousands,
    "amounts_as_written_in_brazil": amounts_as_written_in_brazil,
    "payments_rounded": payments_rounded,
    "terms_in_years": terms_in_years,
    "terms_in_words": terms_in_words,
    "percents_in_words": percents_in_words,
    "kilometres_otherwise": kilometres_otherwise,
    "hours_otherwise": hours_otherwise,
    "without_markup": without_markup,
    "with_warmth": with_warmth,
    "in_one_paragraph": in_one_paragraph,
}
