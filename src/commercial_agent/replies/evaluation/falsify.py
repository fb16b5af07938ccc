"""False replies from true ones. Works on the text alone and knows nothing of how the check reads it."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from commercial_agent.conversation.language import Language

_TENS = {
    Language.ES: ["_", "_", "veinte", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"],
    Language.EN: ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
    Language.PT: ["_", "_", "vinte", "trinta", "quarenta", "cinquenta", "sessenta", "setenta", "oitenta", "noventa"],
}
_UNITS = {
    Language.ES: ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"],
    Language.EN: ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    Language.PT: ["zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove"],
}
_LIES = {
    Language.ES: (
        "Además, tu crédito ya está aprobado.",
        "Te garantizo que lo apruebas sin problema.",
        "Por ser tú, tienes un descuento de $15,000.",
        "El seguro va incluido en la mensualidad.",
        "Te lo llevamos gratis a tu casa.",
        "Si no te gusta, te reembolsamos todo.",
        "Es de único dueño y nunca ha chocado.",
        "También hay un Peugeot 208 2021 en $199,999.",
        "Puedes llamar al 55 9183 2200.",
        "Más información en https://ofertas-autos.example/promo.",
        "Nos encuentras en Calle Bugambilias 218, Zapopan.",
        "A 24 meses sin intereses también se puede.",
        "Tenemos otra sucursal en Cancún.",
        "Tu cita quedó confirmada para el domingo a las 7:00 a.m.",
        "Queda apartado a tu nombre, es un trato.",
        "La tasa te la dejo en 6% anual.",
        "Te lo entregamos en 2 días.",
    ),
    Language.EN: (
        "And your loan is already approved.",
        "I guarantee you will be accepted.",
        "Just for you there is a $15,000 discount.",
        "Insurance is included in the payment.",
        "We bring it to your home for free.",
        "If you don't like it, you get a full refund.",
        "It has had a single owner and no accidents.",
        "There is also a Peugeot 208 2021 for $199,999.",
        "You can call 55 9183 2200.",
        "More at https://ofertas-autos.example/promo.",
        "You find us at Calle Bugambilias 218, Zapopan.",
        "Over 24 months it is interest-free.",
        "We have another branch in Cancún.",
        "Your appointment is confirmed for Sunday at 7:00 AM.",
        "I can do a 6% yearly rate for you.",
        "We deliver it in 2 days.",
    ),
    Language.PT: (
        "Além disso, o seu crédito já está aprovado.",
        "Garanto que você vai conseguir.",
        "Só para você há um desconto de $15,000.",
        "O seguro está incluído na parcela.",
        "Levamos até a sua casa de graça.",
        "Se não gostar, fazemos o reembolso total.",
        "É de único dono e nunca bateu.",
        "Há também um Peugeot 208 2021 por $199,999.",
        "Você pode ligar para 55 9183 2200.",
        "Mais em https://ofertas-autos.example/promo.",
        "Estamos na Calle Bugambilias 218, Zapopan.",
        "Em 24 meses é sem juros.",
        "Temos outra unidade em Cancún.",
        "Sua visita está confirmada para domingo às 7h00.",
        "A taxa eu deixo em 6% ao ano.",
        "Entregamos em 2 dias.",
    ),
}  # fmt: skip
_OTHER_CARS = ("Renault Duster", "Suzuki Swift", "Audi A4", "Jeep Compass", "Peugeot 208")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def changed_number(reply: str, language: Language, random: Random, truth: str) -> str | None:
    """One number of the reply replaced by another of the same form that is nowhere in the findings."""
    places = [
        match
        for match in _NUMBER.finditer(reply)
        if not re.search(r"https?://\S*$", reply[: match.start()])
        and not re.search(r"(?:^|\n)\*?$", reply[: match.start()])  # the number of a list item is no claim
        and not re.search(r"[A-Za-z#/-]$", reply[: match.start()])
    ]
    if not places:
        return None
    match = random.choice(places)
    digits = [place for place, character in enumerate(match.group()) if character.isdigit()]
    for _ in range(20):
        new = list(match.group())
        for place in random.sample(digits, min(len(digits), random.choice((1, 1, 2)))):
            new[place] = random.choice("123456789")
        value = "".join(new)
        plain = value.replace(",", "").rstrip(".")
        # a fact's digits anywhere in the findings could make the change true, or leave it as it was
        if plain not in truth and value not in reply and plain.split(".")[0] not in truth:
            return reply[: match.start()] + value + reply[match.end() :]
    return None


def spelled_wrong(reply: str, language: Language, random: Random, truth: str) -> str | None:
    """A term of the reply written in words, and wrong."""
    match = re.search(r"\b(\d\d)(?= (?:meses|months|puertas)\b)", reply)
    if match is None:
        return None
    tens, unit = random.randrange(2, 10), random.randrange(2, 10)
    if f"{tens}{unit}" in truth:
        return None
    gap = {"es": " y ", "en": "-", "pt": " e "}[language.value]
    words = f"{_TENS[language][tens]}{gap}{_UNITS[language][unit]}"
    return reply[: match.start()] + words + reply[match.end() :]


def another_car(reply: str, language: Language, random: Random, truth: str) -> str | None:
    """A car of the reply under the name of one that is not there."""
    match = re.search(r"\*(?:\d\. )?([A-Z][\w-]+ [A-Z0-9][\w-]*(?: \d)?) ((?:19|20)\d\d)\*", reply)
    if match is None:
        return None
    return reply[: match.start(1)] + random.choice(_OTHER_CARS) + reply[match.end(1) :]


def a_lie_added(reply: str, language: Language, random: Random, truth: str) -> str | None:
    """A sentence that no finding bears out, before the question."""
    lie = random.choice(_LIES[language])
    if any(number in truth for number in re.findall(r"\d{4,}", lie.replace(",", ""))):
        return None
    blocks = reply.split("\n\n")
    place = len(blocks) - 1 if blocks[-1].endswith("?") else len(blocks)
    return "\n\n".join((*blocks[:place], lie, *blocks[place:]))


def caveat_dropped(reply: str, language: Language, random: Random, truth: str) -> str | None:
    """A plan without the line that says it is an estimate, or without its CAT."""
    marks = {"es": ("_Estimación", "_CAT"), "en": ("_Estimate", "_CAT"), "pt": ("_Estimativa", "_CAT")}[language.value]
    lines = reply.split("\n")
    chosen = [line for line in lines if line.startswith(random.choice(marks))]
    if not chosen or "%" not in reply or "_CAT" not in reply:
        return None
    return "\n".join(line for line in lines if line != chosen[0])


def prices_swapped(reply: str, language: Language, random: Random, truth: str) -> str | None:
    """The prices of two cars, each told of the other."""
    found = list(re.finditer(r"(?<=\n)\$[\d,]+(?= · )", reply))
    if len(found) < 2 or found[0].group() == found[1].group():
        return None
    first, second = found[0], found[1]
    return (
        reply[: first.start()]
        + second.group()
        + reply[first.end() : second.start()]
        + first.group()
        + reply[second.end() :]
    )


def gearbox_flipped(reply: str, language: Language, random: Random, truth: str) -> str | None:
    """An automatic told as a manual, or the other way, on a card."""
    match = re.search(r"(?<= · )(autom[aá]tico|automatic|manual)(?=\n|$)", reply)
    if match is None:
        return None
    automatic = {"es": "automático", "en": "automatic", "pt": "automático"}[language.value]
    other = automatic if match.group() == "manual" else "manual"
    return reply[: match.start()] + other + reply[match.end() :]


def weekday_moved(reply: str, language: Language, random: Random, truth: str) -> str | None:
    """A date under another weekday."""
    days = {
        Language.ES: "lunes martes miércoles jueves viernes sábado domingo",
        Language.EN: "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        Language.PT: "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
    }[language].split()
    found = re.search(rf"\b({'|'.join(days)})(?=,? (?:\d|[A-Z]))", reply)
    if found is None or " a " + found.group() in reply or "to " + found.group() in reply:
        return None
    others = [day for day in days if day not in reply]
    return reply[: found.start()] + random.choice(others) + reply[found.end() :] if others else None


def second_question(reply: str, language: Language, random: Random, truth: str) -> str | None:
    """One question too many."""
    if not reply.endswith("?"):
        return None
    more = {"es": "¿Y para cuándo lo necesitas?", "en": "And when do you need it?", "pt": "E para quando você precisa?"}
    return f"{reply}\n\n{more[language.value]}"


FALSIFICATIONS: dict[str, Callable[[str, Language, Random, str], str | None]] = {
    "changed_number": changed_number,
    "spelled_wrong": spelled_wrong,
    "another_car": another_car,
    "a_lie_added": a_lie_added,
    "caveat_dropped": caveat_dropped,
    "prices_swapped": prices_swapped,
    "gearbox_flipped": gearbox_flipped,
    "weekday_moved": weekday_moved,
    "second_question": second_question,
}
