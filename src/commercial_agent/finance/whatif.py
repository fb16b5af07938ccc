"""What would happen if: extra payments, paying off early, a balloon, a commission, IVA on the interest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, localcontext

from commercial_agent.errors import InvalidPlan
from commercial_agent.finance.annual_cost import cat
from commercial_agent.finance.annuity import balloon_payment, level_payment
from commercial_agent.finance.extras import Extras, IvaOnInterest
from commercial_agent.finance.money import EXACT, Number, amount, centavos, fraction, positive, term, whole
from commercial_agent.finance.quotes import CHALLENGE_RATE, MAX_COMMISSION, Quote, loan_of, quote
from commercial_agent.finance.schedule import Row, amortise, total_of

GENERAL_IVA = Decimal("0.16")


@dataclass(frozen=True, slots=True)
class AfterPrepayment:
    """How a plan goes on after an extra payment. MXN."""

    payment: Decimal  # of an ordinary month from then on
    remaining_months: int
    months_saved: int
    last_payment: Decimal
    total_interest: Decimal  # of the whole life of the plan, the months before included
    interest_saved: Decimal
    rows: tuple[Row, ...]  # from the payment after the extra one


@dataclass(frozen=True, slots=True)
class Prepayment:
    """An extra payment to capital, both ways a lender may take it. MXN."""

    balance_before: Decimal
    balance_after: Decimal
    total_interest_before: Decimal
    reduce_payment: AfterPrepayment
    reduce_term: AfterPrepayment


@dataclass(frozen=True, slots=True)
class Payoff:
    """What settles a plan right after a payment. MXN."""

    after_payment: int
    balance: Decimal
    remaining_months: int
    interest_saved: Decimal


@dataclass(frozen=True, slots=True)
class Balloon:
    """A plan that leaves a part of the loan to the last payment. MXN."""

    loan: Decimal
    months: int
    balloon: Decimal
    payment: Decimal
    last_payment: Decimal  # with the balloon
    total_interest: Decimal
    total_paid: Decimal
    cat_percent: Decimal  # four decimals
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class WithIva:
    """The two ways lenders charge IVA on interest. MXN."""

    base_payment: Decimal  # without IVA
    added: Quote  # on top of the level payment: the total falls month by month
    level: Quote  # inside a level total


def prepay(plan: Quote, after_payment: Number, extra: Number) -> Prepayment:
    """An extra payment to capital right after a payment of a plan without IVA or charges.

    Args:
        plan: a plain quote.
        after_payment: the number of that payment, from 1 to the last but one.
        extra: MXN, at most what is then owing.

    Raises:
        InvalidPlan: `after_payment_out_of_range`, `extra_not_positive`, `extra_exceeds_balance` (with `balance`),
            `nothing_financed`.
    """
    paid = _payment_number(plan, after_payment)
    capital = positive(extra, "extra")
    before = plan.rows[paid - 1].balance
    if capital > before:
        raise InvalidPlan(
            "the extra payment is above what is owing",
            code="extra_exceeds_balance",
            figures={"balance": before, "after_payment": paid},
        )
    left = plan.months - paid
    with localcontext(EXACT):
        balance = before - capital
    lower = level_payment(balance, plan.annual_rate, left)
    ways = (
        (lower, amortise(balance, plan.annual_rate, left, lower, first=paid + 1)),
        (
            plan.base_payment,
            amortise(balance, plan.annual_rate, left, plan.base_payment, until_paid=True, first=paid + 1),
        ),
    )
    if not balance:
        ways = ((lower, []), (plan.base_payment, []))
    by_payment, by_term = (_after(plan, paid, payment, rows) for payment, rows in ways)
    return Prepayment(before, balance, plan.total_interest, by_payment, by_term)


def pay_off(plan: Quote, after_payment: Number) -> Payoff:
    """What settles a plan right after a payment.

    Args:
        plan: a quote.
        after_payment: the number of that payment, from 1 to the last but one.

    Raises:
        InvalidPlan: `after_payment_out_of_range`, `nothing_financed`.
    """
    paid = _payment_number(plan, after_payment)
    ahead = plan.rows[paid:]
    return Payoff(paid, plan.rows[paid - 1].balance, len(ahead), total_of(row.interest for row in ahead))


def balloon_plan(
    price: Number | None,
    down: Number | None,
    months: Number,
    balloon: Number,
    annual_rate: Number = CHALLENGE_RATE,
    *,
    loan: Number | None = None,
    commission: Number = 0,
) -> Balloon:
    """A plan whose last payment also carries a balloon.

    Args:
        price: MXN; None when `loan` is given.
        down: MXN; None is nothing.
        months: 1 to 120.
        balloon: MXN due with the last payment, at most the loan.
        annual_rate: nominal, as a fraction.
        loan: MXN, in place of price less down payment.
        commission: part of the loan as a fraction, paid at signing; it enters the CAT alone.

    Raises:
        InvalidPlan: `balloon_exceeds_loan` (with `loan`), `nothing_financed`, or a wrong input.
    """
    _, _, owed = loan_of(price, down, loan)
    if not owed:
        raise InvalidPlan("the down payment covers the price: nothing is financed", code="nothing_financed")
    length, rate, left = term(months), fraction(annual_rate, "annual_rate"), amount(balloon, "balloon")
    if left > owed:
        raise InvalidPlan("the balloon is above the loan", code="balloon_exceeds_loan", figures={"loan": owed})
    with localcontext(EXACT):
        fee = centavos(owed * fraction(commission, "commission", MAX_COMMISSION))
    payment = balloon_payment(owed, left, rate, length)
    rows = amortise(owed, rate, length, payment)
    paid = [row.payment for row in rows]
    return Balloon(
        owed,
        length,
        left,
        payment,
        rows[-1].payment,
        total_of(row.interest for row in rows),
        total_of(paid),
        cat(owed - fee, paid),
        tuple(rows),
    )


def with_iva(plan: Quote, iva: Number = GENERAL_IVA) -> WithIva:
    """A plan with IVA on its interest, both ways lenders charge it.

    A private buyer pays it (LIVA art. 15-X-b); it is never part of the CAT. The base is the nominal interest.

    Args:
        plan: the plan without it.
        iva: rate of the tax, as a fraction.
    """
    rate = fraction(iva, "iva", Decimal("0.5"))
    added, level = (
        quote(
            plan.price,
            plan.down_payment,
            plan.months,
            plan.annual_rate,
            extras=replace(plan.extras, iva=rate, iva_on_interest=way),
        )
        for way in (IvaOnInterest.ADDED, IvaOnInterest.LEVEL)
    )
    return WithIva(plan.base_payment, added, level)


def with_commission(plan: Quote, commission: Number, *, financed: bool = False) -> Quote:
    """A plan with an opening commission.

    Args:
        plan: the plan.
        commission: part of the loan, as a fraction.
        financed: add it to the loan instead of paying it at signing.
    """
    share = fraction(commission, "commission", MAX_COMMISSION)
    extras: Extras = replace(plan.extras, commission=share, commission_financed=financed)
    return quote(plan.price, plan.down_payment, plan.months, plan.annual_rate, extras=extras)


def _payment_number(plan: Quote, after_payment: Number) -> int:
    if not plan.loan:
        raise InvalidPlan("the down payment covers the price: nothing is financed", code="nothing_financed")
    paid = whole(after_payment, "after_payment")
    if not 1 <= paid < plan.months:
        raise InvalidPlan(
            "payments are counted from 1, and after the last one nothing is owing",
            code="after_payment_out_of_range",
            figures={"months": plan.months},
        )
    return paid


def _after(plan: Quote, paid: int, payment: Decimal, rows: list[Row]) -> AfterPrepayment:
    """`rows` follow payment number `paid` of the plan."""
    with localcontext(EXACT):
        interest = total_of(row.interest for row in (*plan.rows[:paid], *rows))
        return AfterPrepayment(
            payment,
            len(rows),
            plan.months - paid - len(rows),
            rows[-1].payment if rows else total_of(()),
            interest,
            plan.total_interest - interest,
            tuple(rows),
        )
