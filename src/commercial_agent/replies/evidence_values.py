"""Evidence on values: each figure stands in the findings, in its role, beside its term and its weekday."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from commercial_agent.replies.claims import Claim
from commercial_agent.replies.grounds import ANY, Grounds
from commercial_agent.replies.promises import negations, sentence_at
from commercial_agent.replies.spelled import fold


def value_problems(plain: str, found: list[Claim], grounds: Grounds) -> Iterator[tuple[str, str]]:
    """Figures without ground, as (kind, text)."""
    yield from _ungrounded(plain, found, grounds)
    yield from _roles(plain, found, grounds)
    yield from _pairs(plain, found, grounds)
    yield from _weekdays(plain, found, grounds)


# --- Values ----------------------------------------------------------------------------------------------------------


def _ungrounded(plain: str, found: list[Claim], grounds: Grounds) -> Iterator[tuple[str, str]]:
    for claim in found:
        if not _stands(claim, plain, grounds):
            yield claim.kind, plain[claim.start : claim.end]


def _stands(claim: Claim, plain: str, grounds: Grounds) -> bool:
    return any(_value_stands(claim, value, plain, grounds) for value in claim.values)


def _value_stands(claim: Claim, value: Decimal | str, plain: str, grounds: Grounds) -> bool:
    if isinstance(value, str):
        if claim.kind == "url":
            return any(value.rstrip("/") == url.rstrip("/.,") for url in grounds.urls) or _in_texts(value, grounds)
        if claim.kind == "phone":
            return any(value.endswith(phone) or phone.endswith(value) for phone in grounds.phones)
        return value in grounds.dates
    if claim.kind == "hour":
        return int(value) in grounds.hours or _customers_own(claim, value, plain, grounds)
    if _in_findings(claim.kind, value, grounds):
        return True
    if claim.kind == "count" and plain.startswith((" centavos", " cents"), claim.end):
        return any(amount % 1 * 100 == value for amount in grounds.roles)
    if claim.kind == "count" and value <= _FEW and _ABSTRACT.match(plain, claim.end):
        return True  # "two ways of paying": counting what is told
    return _customers_own(claim, value, plain, grounds)


def _in_texts(address: str, grounds: Grounds) -> bool:
    folded = fold(address)
    return any(folded in text.split() for text in grounds.texts)


_FEW = 4
_ABSTRACT = re.compile(
    r" (?:\w+ )?(?:casos|cases|opciones|formas|maneras|caminos|cosas|puntos|pasos|datos|escenarios|modalidades"
    r"|posibilidades|alternativas|vias|papeles|documentos|requisitos|comprobantes|areas|partes|etapas|grupos|detalles|preguntas"
    r"|diferencias|ventajas|razones|aspectos|bloques|frentes|ways|options|things|points|steps|routes|paths|possibilities"
    r"|alternatives|papers|documents|requirements|areas|parts|stages|groups|details|questions|differences|reasons|aspects"
    r"|opcoes|maneiras|caminhos|coisas|pontos|passos|possibilidades|cenarios|alternativas|papeis|comprovantes|partes"
    r"|etapas|detalhes|perguntas|diferencas|vantagens|razoes|aspectos)\b"
)
_WEEK = 7
_EXACT_KINDS = {"km", "percent", "year", "metres", "litres", "days", "weekday", "doors", "seats"}


def _in_findings(kind: str, value: Decimal, grounds: Grounds) -> bool:
    values = grounds.values
    if kind == "money":
        return value in grounds.roles
    if kind == "months":
        return value in values.get("months", ()) or value / 12 in values.get("years", ())
    if kind == "years" and value == 1 and "one_year" in values:
        return True  # "for another year"
    if kind == "years":
        return value in values.get("years", ()) or value * 12 in values.get("months", ())
    if kind == "weekday":
        return value in values.get("weekday", ())
    if kind == "percent":
        return value in values.get("percent", ())
    if kind == "days" and value == _WEEK and (0, 6) in grounds.weeks:
        return True  # "the seven days of the week"
    if kind in _EXACT_KINDS:
        return value in values.get(kind, ()) or (kind != "days" and value in values.get("count", ()))
    return any(value in held for name, held in values.items() if name != "weekday") or value in grounds.roles


_THEIRS = re.compile(
    r"\b(?:dices|decias|dijiste|mencion\w+|coment(?:as|aste|abas)|pides|pediste|quieres (?:pagar|dar|gastar)"
    r"|you (?:say|said|mention\w*|asked|want)|voce (?:diz|disse|pediu|quer)|comentou"
    r"|otr[oa]|other|outr[oa]|ellos|their|presupuesto|budget|orcamento"
    r"|(?:tu|your|sua|seu) (?:ingreso|oferta|income|offer|renda|oferta))\b"
)


def _customers_own(claim: Claim, value: Decimal, plain: str, grounds: Grounds) -> bool:
    """A value of the customer's may be repeated where it is denied or called his, never as ours."""
    held = grounds.customer_values
    if claim.kind == "weekday":
        return value in held.get("weekday", ())
    if claim.kind == "percent":
        said = value in held.get("percent", ()) or value in held.get("count", ())
    else:
        said = any(value in group for name, group in held.items() if name not in ("percent", "weekday"))
    if not said:
        return False
    clause = sentence_at(plain, claim.start)
    return negations(clause) > 0 or _THEIRS.search(clause) is not None


# --- Who an amount belongs to ----------------------------------------------------------------------------------------

_ROLE_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(rf"\b(?:{pattern})\b"))
    for role, pattern in (
        ("loan", r"monto a financiar|monto financiado|financia(?:s|rias|ria|n|mos|dos?)|finance[ds]?|prestamo de"
         r"|amount financed|valor financiado"
         r"|loan(?: amount)?(?: of| is|:)|borrow\w*|emprestimo de"),
        ("down", r"enganche|down payment|down|entrada|anticipo|pago inicial|upfront"),
        ("last", r"ultimo pago|ultima mensualidad|last payment|ultima parcela"),
        ("total", r"suma de las mensualidades|sumando (?:todas )?las mensualidades|all payments together"
         r"|soma das parcelas|total a pagar|pagarias en total|payments add up to|total of the payments"
         r"|total das parcelas"),
        ("interest", r"intereses|interest|juros"),
        ("payment", r"mensualidad(?:es)?|mensual|monthly payments?|parcela mensal|parcelas?|al mes|a month|per month"
         r"|por mes|mensuales|cada mes|every month|each month"),
        ("price", r"precio|price[ds]?|preco|cuesta|costs|custa|vale"),
    )
)  # fmt: skip
_AFTER = re.compile(
    r"[*_ ]{0,3}(?:pesos |mxn )?(?:(?P<payment>al mes|a month|per month|por mes|mensuales|monthly|cada mes|every month"
    r"|each month|mensais)|(?P<down>de enganche|down\b|de entrada|de anticipo|upfront)"
    r"|(?P<interest>(?:son |seria\w* |corresponden a |de |are |sao )?(?:de |in |of )?(?:intereses|interest|juros)\b)"
    r"|(?P<loan>financiados|financed|a financiar|a credito))"
)


def _roles(plain: str, found: list[Claim], grounds: Grounds) -> Iterator[tuple[str, str]]:
    """An amount called a monthly payment must be one."""
    end_of_last = 0
    for claim in found:
        if claim.kind != "money":
            continue
        role = _role_of(plain, claim, end_of_last)
        end_of_last = claim.end
        if role is None:
            continue
        allowed = set().union(*(grounds.roles.get(v, set()) for v in claim.values if isinstance(v, Decimal)))
        if not allowed:  # the customer's own amount: never our price or payment
            if role in ("price", "payment", "loan", "interest", "total"):
                yield "role", plain[claim.start : claim.end]
        elif ANY not in allowed and role not in allowed:
            yield "role", plain[claim.start : claim.end]


def _role_of(plain: str, claim: Claim, floor: int) -> str | None:
    if after := _AFTER.match(plain, claim.end):
        return next(name for name, text in after.groupdict().items() if text)
    line = max(plain.rfind(mark, 0, claim.start) for mark in ("\n", ". ", "; ")) + 1
    before = plain[max(line, floor, claim.start - 40) : claim.start]
    best: tuple[int, str] | None = None
    for role, pattern in _ROLE_WORDS:
        for match in pattern.finditer(before):
            if best is None or match.end() > best[0]:
                best = (match.end(), role)
    if best is None or _REST.search(before[best[0] :]):
        return None
    return best[1]


_REST = re.compile(r"\b(?:resto|demas|rest|remaining|restante)\b")


def _pairs(plain: str, found: list[Claim], grounds: Grounds) -> Iterator[tuple[str, str]]:
    """A monthly payment beside one term must be the payment of that term."""
    if not grounds.payments:
        return
    rounded: dict[Decimal, set[int]] = {}
    for payment, months in grounds.payments.items():
        for shown in (payment, payment.quantize(Decimal(1), ROUND_HALF_UP), Decimal(int(payment))):
            rounded.setdefault(shown, set()).update(months)
    lines: dict[int, list[Claim]] = {}
    for claim in found:
        lines.setdefault(plain.rfind("\n", 0, claim.start), []).append(claim)
    for line in lines.values():
        terms = {v for c in line if c.kind in ("months", "years") for v in _in_months(c)}
        if len(terms) != 1:
            continue
        term = terms.pop()
        for claim in line:
            if claim.kind == "money" and (held := rounded.get(_first(claim))) and term not in held:
                yield "pair", plain[claim.start : claim.end]


def _weekdays(plain: str, found: list[Claim], grounds: Grounds) -> Iterator[tuple[str, str]]:
    """A weekday beside a date must be that date's."""
    for first, second in pairwise(found):
        if (first.kind, second.kind) != ("weekday", "date") or len(plain[first.end : second.start].strip(" ,el-")) > 0:
            continue
        keys = [key for key in grounds.dates if len(key) == 10 and key.startswith(str(second.values[0])[:5])]
        days = {date(int(key[6:]), int(key[:2]), int(key[3:5])).weekday() for key in keys}
        if days and first.values[0] not in days:
            yield "weekday", plain[first.start : second.end]


def _in_months(claim: Claim) -> tuple[Decimal, ...]:
    factor = 12 if claim.kind == "years" else 1
    return tuple(value * factor for value in claim.values[:1] if isinstance(value, Decimal))


def _first(claim: Claim) -> Decimal:
    value = claim.values[0]
    return value if isinstance(value, Decimal) else Decimal(0)
