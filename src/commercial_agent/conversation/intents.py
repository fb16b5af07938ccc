"""The one list of what a customer may want. A label is `agent.name`."""

from __future__ import annotations

from enum import StrEnum


class Agent(StrEnum):
    """Who answers a request."""

    INFO = "info"
    CATALOG = "catalog"
    FINANCE = "finance"
    CONCIERGE = "concierge"


class Intent(StrEnum):
    """What the customer wants."""

    # The stock
    SEARCH = "catalog.search"
    REFINE = "catalog.refine"
    DETAIL = "catalog.detail"
    COMPARE = "catalog.compare"
    ANALYSE = "catalog.analyse"
    RECOMMEND = "catalog.recommend"
    MORE = "catalog.more"

    # Money
    QUOTE = "finance.quote"
    CHANGE_PLAN = "finance.change_plan"
    AFFORD = "finance.afford"
    SCHEDULE = "finance.schedule"
    PREPAY = "finance.prepay"
    RULES = "finance.rules"

    # The company
    WARRANTY = "info.warranty"
    RETURN = "info.return"
    INSPECTION = "info.inspection"
    BRANCHES = "info.branches"
    BUYING = "info.buying"
    PAYMENT = "info.payment"
    DELIVERY = "info.delivery"
    PAPERWORK = "info.paperwork"
    MAINTENANCE = "info.maintenance"
    APP = "info.app"
    COMPANY = "info.company"
    SOURCE = "info.source"

    # The conversation around the sale
    GREETING = "concierge.greeting"
    THANKS = "concierge.thanks"
    GOODBYE = "concierge.goodbye"
    AFFIRM = "concierge.affirm"
    DENY = "concierge.deny"
    HELP = "concierge.help"
    INTRODUCE = "concierge.introduce"
    APPOINTMENT = "concierge.appointment"
    APPOINTMENT_CHANGE = "concierge.appointment_change"
    APPOINTMENT_CANCEL = "concierge.appointment_cancel"
    SELL_CAR = "concierge.sell_car"
    TRADE_IN = "concierge.trade_in"
    HUMAN = "concierge.human"
    COMPLAINT = "concierge.complaint"
    RATE = "concierge.rate"
    OPT_OUT = "concierge.opt_out"
    OPT_IN = "concierge.opt_in"
    LANGUAGE = "concierge.language"
    RESET = "concierge.reset"
    OUT_OF_SCOPE = "concierge.out_of_scope"
    ABUSE = "concierge.abuse"
    MANIPULATION = "concierge.manipulation"
    UNCLEAR = "concierge.unclear"

    @property
    def agent(self) -> Agent:
        """The agent that answers this intent."""
        return Agent(self.value.partition(".")[0])
