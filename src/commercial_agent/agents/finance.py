"""The finance agent: plans and every question around them, at the dealer's policy and no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from commercial_agent.agents import plan_reach, plan_whatif
from commercial_agent.agents.cars import Stock
from commercial_agent.agents.plan_quotes import quote_fact, quoted, quoted_cars
from commercial_agent.agents.plan_rules import POLICY_ASPECTS, aspects_of
from commercial_agent.agents.plan_subject import Subject, find_subjects
from commercial_agent.conversation.findings import (
    FinancingRules,
    Finding,
    PassageFact,
    PlanImpossible,
    PlanNeeds,
    QuoteFact,
)
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.requests import FinanceKind, FinanceRequest
from commercial_agent.conversation.state import Ask, DialogueState, Question
from commercial_agent.errors import InvalidPlan
from commercial_agent.finance import FinancePolicy, Quote
from commercial_agent.knowledge.orders import without_orders

if TYPE_CHECKING:
    from commercial_agent.catalog import LiveCatalog
    from commercial_agent.knowledge import KnowledgeBase

LinkMaker = Callable[[Quote, str], tuple[str, ...]]
"""Makes the addresses of a plan's whole schedule, for a language."""

_OF_A_PRICE = {
    FinanceKind.CAN_I: plan_reach.can_i,
    FinanceKind.DOWN_NEEDED: plan_reach.down_for_budget,
    FinanceKind.TERM_NEEDED: plan_reach.term_for_budget,
    FinanceKind.PREPAYMENT: plan_whatif.prepayment,
    FinanceKind.PAYOFF: plan_whatif.payoff,
    FinanceKind.BALLOON: plan_whatif.balloon,
    FinanceKind.COMMISSION: plan_whatif.commission,
    FinanceKind.IVA: plan_whatif.iva,
    FinanceKind.OTHER_LENDER: plan_whatif.other_lender,
}
_PASSAGES = 3
_ROUND_LOAN = Decimal(100_000)
_ASPECTS_BY_NAME = {"cash_or_credit": "cash_or_credit", "terms_offered": "terms"}
_OF_EXAMPLE = frozenset({"cat", "cash_or_credit"})


class FinanceAgent:
    """Answers what is about paying."""

    def __init__(
        self,
        policy: FinancePolicy,
        stock: LiveCatalog,
        knowledge: KnowledgeBase | None = None,
        links: LinkMaker | None = None,
    ) -> None:
        """Make the agent.

        Args:
            policy: the dealer's.
            stock: the cars.
            knowledge: what is known of documents and steps; without it rules are the policy's figures alone.
            links: makes the links of a schedule; without it the schedule is given by year only.
        """
        self._policy = policy
        self._stock = Stock(stock)
        self._knowledge = knowledge
        self._links = links

    async def answer(self, request: FinanceRequest, state: DialogueState, now: datetime) -> Finding:
        """Answer one request.

        Args:
            request: what is wanted, terms said before already merged.
            state: the conversation so far.
            now: the present moment in the dealer's zone (aware).

        Returns:
            A plan, a calculation, the rules; or what is missing, or why it cannot be and the way out.
        """
        request = self._without_own_rate(request)
        if request.kind is FinanceKind.RULES:
            return await self._rules(request, state)
        try:
            if request.kind in (FinanceKind.MAX_PRICE, FinanceKind.AFFORDABILITY) and not _names_a_price(request):
                return plan_reach.reach(request, state, self._policy, self._stock)
            subjects = find_subjects(request, state, self._stock)
        except InvalidPlan as problem:
            return _impossible(problem, None, self._policy)
        if not isinstance(subjects, tuple):
            return subjects
        if len(subjects) > 1 and request.kind is FinanceKind.SCHEDULE:
            subjects = subjects[:1]
        if not subjects:
            if request.kind is FinanceKind.CAN_I:
                return self._reach(request, state)
            return PlanNeeds(request.kind, "car_or_price", Question(Ask.PRICE_OR_CAR))
        try:
            return self._of_a_price(request, state, now, subjects)
        except InvalidPlan as problem:
            return _impossible(problem, subjects[0], self._policy)

    def _of_a_price(
        self, request: FinanceRequest, state: DialogueState, now: datetime, subjects: tuple[Subject, ...]
    ) -> Finding:
        kind = request.kind
        if kind in (FinanceKind.MAX_PRICE, FinanceKind.AFFORDABILITY):
            kind = FinanceKind.CAN_I  # of a car that is named
        if answer := _OF_A_PRICE.get(kind):
            return answer(request, state, subjects[0], self._policy)
        if len(subjects) > 1:
            return quoted_cars(request, state, subjects, self._policy, now.date())
        finding, plan = quoted(request, state, subjects[0], self._policy, now.date())
        if kind is FinanceKind.SCHEDULE and self._links is not None and plan.loan:
            language = state.language or Language.ES
            return replace(finding, links=self._links(plan, language.value))
        return finding

    def _reach(self, request: FinanceRequest, state: DialogueState) -> Finding:
        try:
            return plan_reach.reach(request, state, self._policy, self._stock)
        except InvalidPlan as problem:
            return _impossible(problem, None, self._policy)

    def _without_own_rate(self, request: FinanceRequest) -> FinanceRequest:
        """A claimed rate that is the policy's is no claim."""
        if (
            request.claimed_rate_percent == self._policy.annual_rate * 100
            and request.kind is not FinanceKind.OTHER_LENDER
        ):
            return replace(request, claimed_rate_percent=None)
        return request

    def _example(self) -> QuoteFact:
        """What a round loan costs at the usual term: the CAT is the same for any of them."""
        return quote_fact(self._policy.quote(_ROUND_LOAN, 0, self._policy.default_months), None)

    async def _rules(self, request: FinanceRequest, state: DialogueState) -> Finding:
        policy = self._policy
        named = tuple(_ASPECTS_BY_NAME[name] for name in request.named if name in _ASPECTS_BY_NAME)
        aspects = named or aspects_of(request.question)
        passages: tuple[PassageFact, ...] = ()
        if self._knowledge is not None and request.question and not (aspects and POLICY_ASPECTS.issuperset(aspects)):
            hits = await self._knowledge.search(
                request.question, language=state.language, k=_PASSAGES, prefer=("financing",)
            )
            passages = tuple(
                PassageFact(hit.source, hit.title, hit.heading, text, Language(hit.language), hit.score)
                for hit in hits
                if hit.answers and (text := without_orders(hit.text))
            )
        return FinancingRules(
            policy.annual_rate,
            policy.terms,
            policy.minimum_down * 100,
            policy.default_down * 100,
            aspects,
            request.claimed_rate_percent,
            passages,
            self._example() if _OF_EXAMPLE.intersection(aspects) else None,
            Question(Ask.QUOTE) if state.focus or request.about else Question(Ask.PRICE_OR_CAR),
        )


def _names_a_price(request: FinanceRequest) -> bool:
    """Whether a question about a budget is after all about one car or amount."""
    return bool(request.about) or request.price is not None


_WAYS_OUT = {
    "down": Ask.DOWN_PAYMENT,
    "trade_in": Ask.DOWN_PAYMENT,
    "budget_below_interest": Ask.DOWN_PAYMENT,
    "no_term_fits": Ask.DOWN_PAYMENT,
    "term_above_maximum": Ask.DOWN_PAYMENT,
    "nothing_financed": Ask.DOWN_PAYMENT,
    "months": Ask.TERM,
    "monthly_budget": Ask.BUDGET,
    "budget": Ask.BUDGET,
    "net_income": Ask.INCOME,
    "price": Ask.PRICE_OR_CAR,
    "extra": Ask.EXTRA,
    "after_payment": Ask.AFTER_PAYMENT,
    "balloon": Ask.BALLOON,
    "annual_rate": Ask.RATE,
}


_SPOKEN = frozenset(
    {
        "price", "down", "minimum_down", "first_interest", "monthly_budget", "loan", "longest_months",
        "monthly_payment", "min_down", "balance", "income", "share", "debts", "months",
    }
)  # fmt: skip
"""The figures of an error that help a customer; bounds of the library's own inputs do not."""


def _impossible(problem: InvalidPlan, subject: Subject | None, policy: FinancePolicy) -> PlanImpossible:
    ask = next((ask for start, ask in _WAYS_OUT.items() if problem.reason.startswith(start)), Ask.OPEN)
    options = tuple(str(months) for months in policy.terms) if ask is Ask.TERM else ()
    return PlanImpossible(
        problem.reason,
        tuple((name, value) for name, value in problem.figures.items() if name in _SPOKEN),
        None if subject is None else subject.car,
        Question(ask, options),
    )
