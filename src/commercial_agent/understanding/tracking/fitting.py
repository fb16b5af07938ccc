"""Which labels go with which of our questions."""

from __future__ import annotations

from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.state import Ask

CATALOG = frozenset({Intent.SEARCH, Intent.REFINE, Intent.RECOMMEND, Intent.DETAIL, Intent.MORE})
MONEY = frozenset({Intent.QUOTE, Intent.CHANGE_PLAN, Intent.AFFORD, Intent.PREPAY, Intent.SCHEDULE})
VISIT = frozenset({Intent.APPOINTMENT, Intent.APPOINTMENT_CHANGE, Intent.BRANCHES})
SALE = frozenset({Intent.SELL_CAR, Intent.TRADE_IN, Intent.SEARCH, Intent.REFINE, Intent.DETAIL})
NEUTRAL = frozenset({Intent.UNCLEAR, Intent.AFFIRM, Intent.DENY, Intent.OUT_OF_SCOPE, Intent.INTRODUCE, Intent.THANKS})
FITTING = {
    Ask.NARROW: CATALOG,
    Ask.WHICH_CAR: CATALOG | MONEY,
    Ask.BUDGET: CATALOG | MONEY,
    Ask.PRICE_OR_CAR: CATALOG | MONEY,
    Ask.DOWN_PAYMENT: CATALOG | MONEY,
    Ask.TERM: CATALOG | MONEY,
    Ask.INCOME: MONEY,
    Ask.EXTRA: MONEY,
    Ask.AFTER_PAYMENT: MONEY,
    Ask.BALLOON: MONEY,
    Ask.RATE: MONEY | {Intent.RULES},
    Ask.BRANCH: VISIT,
    Ask.DAY: VISIT,
    Ask.HOUR: VISIT,
    Ask.WHICH_VISIT: VISIT | CATALOG | {Intent.APPOINTMENT_CANCEL},
    Ask.SALE_CAR: SALE,
    Ask.SALE_YEAR: SALE,
    Ask.SALE_KM: SALE,
    Ask.SALE_CITY: SALE | {Intent.BRANCHES},
    Ask.SALE_CONDITION: frozenset({Intent.SELL_CAR, Intent.TRADE_IN}),
    Ask.RATING: frozenset({Intent.RATE, Intent.COMPLAINT}),
}
SAID_OUTRIGHT = frozenset({
    Intent.COMPLAINT, Intent.HUMAN, Intent.OPT_OUT, Intent.OPT_IN, Intent.ABUSE, Intent.MANIPULATION, Intent.SELL_CAR,
    Intent.TRADE_IN, Intent.APPOINTMENT_CANCEL, Intent.RESET, Intent.LANGUAGE,
})  # fmt: skip
"""Labels of what a person said outright: the context never overrules them."""
