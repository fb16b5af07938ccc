"""What a reply must not leave out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from commercial_agent.conversation import findings as f
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.replies.claims import Claim
from commercial_agent.replies.grounds import Grounds
from commercial_agent.replies.promises import load_promises
from commercial_agent.replies.spelled import fold

MOST_QUESTIONS = 1
_TAG = re.compile(r"(?<=[,;] )¿?(?:[^\W\d_]+ ?){1,3}\?(?= ?\S)")  # ", ¿te late?" asks nothing of its own


def required_problems(
    reply: str,
    plain: str,
    found: Sequence[Claim],
    findings: tuple[f.Finding, ...],
    grounds: Grounds,
    introduced_by: Dealer | None,
) -> Iterator[tuple[str, str]]:
    """What is missing, as (kind, text)."""
    amounts = _amounts(found)
    for finding in findings:
        match finding:
            case f.CarsFound():
                yield from _cars(finding, plain, amounts)
            case f.AppointmentFinding(status="booked" | "changed"):
                yield from _booking(finding, plain, found)
            case f.HandoffFinding() if finding.opens_at is not None:
                if not any(claim.kind in ("date", "weekday") for claim in found):
                    yield "missing", "when people are there again"
            case f.CarDescribed() if fold(finding.car.model) not in plain:
                yield "missing", finding.car.name
    if introduced_by is not None:
        yield from _introduction(reply, plain, introduced_by)
    in_addresses = sum(str(claim.values[0]).count("?") for claim in found if claim.kind == "url")
    questions = reply.count("?") - len(_TAG.findall(plain)) - in_addresses
    if questions > MOST_QUESTIONS:
        yield "question", "more than one question"


def omissions(plain: str, found: Sequence[Claim], findings: tuple[f.Finding, ...]) -> Iterator[str]:
    """What a plan must show and a reply leaves out: those lines are the program's own to write."""
    amounts = _amounts(found)
    for finding in findings:
        if isinstance(finding, f.PlanQuoted):
            yield from _plan(finding, plain, found, amounts)


def _introduction(reply: str, plain: str, dealer: Dealer) -> Iterator[tuple[str, str]]:
    if dealer.privacy_url not in reply:
        yield "missing", "privacy notice"
    if not load_promises().required["automated"].search(plain):
        yield "missing", "that it is an automated assistant"


def _amounts(found: Sequence[Claim]) -> set[Decimal]:
    return {
        value
        for claim in found
        if claim.kind in ("money", "count")
        for value in claim.values
        if isinstance(value, Decimal)
    }


def _says(amount: Decimal, amounts: set[Decimal]) -> bool:
    return bool({amount, amount.quantize(Decimal(1), ROUND_HALF_UP), Decimal(int(amount))} & amounts)


def _cars(finding: f.CarsFound, plain: str, amounts: set[Decimal]) -> Iterator[tuple[str, str]]:
    if finding.exhausted:
        return
    for car in finding.cars:
        if fold(car.model) not in plain:
            yield "missing", car.name
        elif not _says(car.price, amounts):
            yield "missing", f"the price of {car.name}"
    for name in finding.not_stocked:
        if fold(name.rpartition("/")[2]) not in plain:
            yield "missing", f"{name} is not in stock"


def _plan(finding: f.PlanQuoted, plain: str, found: Sequence[Claim], amounts: set[Decimal]) -> Iterator[str]:
    financed = [quote for quote in finding.quotes if quote.loan]
    if not financed:
        return
    terms = {
        value * (12 if claim.kind == "years" else 1)
        for claim in found
        if claim.kind in ("months", "years", "count")
        for value in claim.values
        if isinstance(value, Decimal)
    }
    for quote in financed:
        if not _says(quote.monthly_payment, amounts):
            yield f"the payment over {quote.months} months"
        if quote.months not in terms:
            yield f"the term of {quote.months} months"
    if not _says(financed[0].price, amounts) and not (_says(financed[0].loan, amounts) and financed[0].down_payment):
        yield "the price"
    if financed[0].down_payment and not _says(financed[0].down_payment, amounts):
        yield "the down payment"
    required = load_promises().required
    if not (required["estimate"].search(plain) and required["approval"].search(plain)):
        yield "that it is an estimate subject to approval"
    percents = {value for claim in found if claim.kind == "percent" for value in claim.values}
    if financed[0].annual_rate * 100 not in percents:
        yield "the yearly rate"
    cat = financed[0].cat_percent
    if cat is not None and ("cat" not in plain or cat.quantize(Decimal("0.1"), ROUND_HALF_UP) not in percents):
        yield "the CAT"


def _booking(finding: f.AppointmentFinding, plain: str, found: Sequence[Claim]) -> Iterator[tuple[str, str]]:
    kinds = {claim.kind for claim in found}
    if finding.starts_at is not None and not {"date", "hour"} <= kinds:
        yield "missing", "day and hour"
    if finding.branch is not None and fold(finding.branch.name) not in plain:
        yield "missing", finding.branch.name
