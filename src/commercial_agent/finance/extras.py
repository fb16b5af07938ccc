"""The optional lines of a credit: commission, IVA on interest, insurance, other costs. All off unless set."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from commercial_agent.finance.money import CENT, NOTHING, ZERO, centavos


class IvaOnInterest(StrEnum):
    """How the tax on interest is charged, where the customer pays it."""

    NONE = "none"
    ADDED = "added"  # on top of a level payment: the total falls month by month
    LEVEL = "level"  # inside a level total


@dataclass(frozen=True, slots=True)
class Cost:
    """Something else that is charged."""

    name: str
    amount: Decimal  # MXN, without IVA
    monthly: bool = False  # with every payment; otherwise once, at signing
    compulsory: bool = True  # compulsory ones enter the CAT


@dataclass(frozen=True, slots=True)
class Extras:
    """What a credit costs beside capital and interest. Rates are fractions."""

    commission: Decimal = ZERO  # of the loan, once, without IVA
    commission_financed: bool = False  # added to the loan instead of paid at signing
    iva: Decimal = Decimal("0.16")  # the rate, where IVA is charged
    iva_on_interest: IvaOnInterest = IvaOnInterest.NONE
    iva_on_commission: bool = False
    insurance: Decimal = ZERO  # yearly premium as a part of the price, paid in twelfths with each payment
    costs: tuple[Cost, ...] = ()
    step: Decimal = CENT  # MXN: the level payment is a multiple of it
    round_up: bool = False  # the level payment up instead of half up

    @property
    def plain(self) -> bool:
        """Whether a plan holds capital and interest alone and rounds to the centavo."""
        return self is PLAIN or self == PLAIN

    def insurance_a_month(self, price: Decimal) -> Decimal:
        """A twelfth of the yearly premium of a car of that price, MXN."""
        return centavos(price * self.insurance / 12)

    def monthly_costs(self, compulsory_only: bool = False) -> Decimal:
        """The other costs that come with every payment, MXN."""
        return sum((c.amount for c in self.costs if c.monthly and (c.compulsory or not compulsory_only)), NOTHING)

    def signing_costs(self, compulsory_only: bool = False) -> Decimal:
        """The other costs that are paid once at signing, MXN."""
        return sum((c.amount for c in self.costs if not c.monthly and (c.compulsory or not compulsory_only)), NOTHING)


PLAIN = Extras()
