"""Car finance to the centavo: plans, schedules, CAT, backward questions and what-ifs. Pure and exact.

>>> from commercial_agent.finance import quote
>>> quote(300000, 60000, 48).monthly_payment
Decimal('6087.02')
"""

from __future__ import annotations

from commercial_agent.finance.annual_cost import cat
from commercial_agent.finance.annual_cost import shown as cat_shown
from commercial_agent.finance.extras import PLAIN, Cost, Extras, IvaOnInterest
from commercial_agent.finance.inverse import (
    Affordability,
    DownNeeded,
    MaxPrice,
    TermNeeded,
    affordability,
    down_needed,
    max_price,
    percent_of,
    term_needed,
)
from commercial_agent.finance.policy import FinancePolicy
from commercial_agent.finance.quotes import Quote, loan_of, quote
from commercial_agent.finance.schedule import Row, Year, amortise, by_year
from commercial_agent.finance.whatif import (
    AfterPrepayment,
    Balloon,
    Payoff,
    Prepayment,
    WithIva,
    balloon_plan,
    pay_off,
    prepay,
    with_commission,
    with_iva,
)

__all__ = [
    "PLAIN",
    "Affordability",
    "AfterPrepayment",
    "Balloon",
    "Cost",
    "DownNeeded",
    "Extras",
    "FinancePolicy",
    "IvaOnInterest",
    "MaxPrice",
    "Payoff",
    "Prepayment",
    "Quote",
    "Row",
    "TermNeeded",
    "WithIva",
    "Year",
    "affordability",
    "amortise",
    "balloon_plan",
    "by_year",
    "cat",
    "cat_shown",
    "down_needed",
    "loan_of",
    "max_price",
    "pay_off",
    "percent_of",
    "prepay",
    "quote",
    "term_needed",
    "with_commission",
    "with_iva",
]
