"""Phrasing without a language model: every kind of finding has its words in every language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from commercial_agent.conversation import findings as f
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.reply import Block, PhrasingContext, Reply, Text
from commercial_agent.conversation.state import Question
from commercial_agent.replies import (
    questions,
    render_analysis,
    render_catalog,
    render_concierge,
    render_finance,
    render_info,
)
from commercial_agent.replies.speaker import Speaker
from commercial_agent.replies.wordbook import wordbook

MOST_CARS = 3

_RENDERERS: dict[type, Callable[[Any, Speaker], list[Block]]] = {
    f.CarsFound: render_catalog.cars_found,
    f.CarDescribed: render_catalog.car_described,
    f.CarsCompared: render_catalog.cars_compared,
    f.CarGone: render_catalog.car_gone,
    f.CarNotClear: render_catalog.car_not_clear,
    f.StockAnalysed: render_analysis.stock_analysed,
    f.PlanQuoted: render_finance.plan_quoted,
    f.Calculated: render_finance.calculated,
    f.PlanImpossible: render_finance.plan_impossible,
    f.PlanNeeds: render_finance.plan_needs,
    f.FinancingRules: render_finance.financing_rules,
    f.PassagesFound: render_info.passages_found,
    f.BranchesFound: render_info.branches_found,
    f.NotKnown: render_info.not_known,
    f.SourcesNamed: render_info.sources_named,
    f.Talked: render_concierge.talked,
    f.AppointmentFinding: render_concierge.appointment,
    f.SaleFinding: render_concierge.sale,
    f.HandoffFinding: render_concierge.handoff,
    f.RatingFinding: render_concierge.rating,
    f.OptFinding: render_concierge.opted,
    f.Declined: render_concierge.declined,
    f.NotUnderstood: render_concierge.not_understood,
}  # fmt: skip

_SOCIAL = frozenset({Intent.GREETING, Intent.INTRODUCE, Intent.THANKS, Intent.AFFIRM, Intent.DENY})


class LocalPhraser:
    """Turns findings into a reply by the wording files."""

    def __init__(self, dealer: Dealer) -> None:
        """Make a phraser.

        Args:
            dealer: who it speaks for; the wording of his languages is loaded at once.
        """
        self._dealer = dealer
        for language in dealer.languages:
            wordbook(language)

    async def phrase(self, findings: tuple[f.Finding, ...], context: PhrasingContext) -> Reply:
        """Write the reply; see `Phraser`."""
        return self.write(findings, context)

    def write(self, findings: tuple[f.Finding, ...], context: PhrasingContext) -> Reply:
        """The reply to findings, in the context's language. Pure: the same arguments give the same reply."""
        speaker = Speaker(self._dealer, context)
        ordered = told(findings)
        blocks: list[Block] = []
        if introduces(ordered, context):
            blocks.append(render_concierge.introduction(speaker))
            ordered = tuple(item for item in ordered if not _only_greets(item)) if len(blocks) else ordered
        if context.secret_masked:
            blocks.append(Text(speaker.say("secret-masked")))
            ordered = tuple(item for item in ordered if not _puzzled(item))  # the number was all there was
        if context.beside:
            blocks += [Text(speaker.say(f"beside-{what}")) for what in context.beside]
            ordered = tuple(item for item in ordered if context.text.strip() or not _puzzled(item))
        number = 1  # cars are numbered through, as the customer will speak of them
        several = sum(isinstance(finding, f.CarsFound) and bool(finding.cars) for finding in ordered) > 1
        for finding in ordered:
            if several and isinstance(finding, f.CarsFound):
                blocks += render_catalog.cars_found(finding, speaker, first=number)
                number += len(finding.cars)
            else:
                blocks += _RENDERERS[type(finding)](finding, speaker)
        question = last_question(findings)
        buttons = questions.quick_replies(question, speaker) if question else ()
        if question is not None:
            blocks.append(Text(questions.asked(question, speaker)))
        return Reply(context.language, tuple(blocks), question, buttons)


def introduces(findings: tuple[f.Finding, ...], context: PhrasingContext) -> bool:
    """Whether the reply has to say who speaks: our first words, unless the customer is only leaving."""
    if any(isinstance(finding, f.OptFinding) for finding in findings):
        return False
    return context.state.turns == 0 or any(isinstance(x, f.Talked) and x.first for x in findings)


def _only_greets(finding: f.Finding) -> bool:
    return isinstance(finding, f.Talked) and finding.intent in (Intent.GREETING, Intent.INTRODUCE) and not finding.name


def _puzzled(finding: f.Finding) -> bool:
    return isinstance(finding, f.NotUnderstood) or (isinstance(finding, f.Declined) and finding.subject is None)


def told(findings: tuple[f.Finding, ...]) -> tuple[f.Finding, ...]:
    """The findings in the order of telling: greetings first, each thing once, at most three cars in all."""
    social = [x for x in findings if isinstance(x, f.Talked) and x.intent in _SOCIAL]
    others = [x for x in findings if x not in social]
    greeting = social[:1]
    if others and greeting and greeting[0].intent in (Intent.AFFIRM, Intent.DENY):
        greeting = []  # the answer itself says it
    kept: list[f.Finding] = []
    for finding in (*greeting, *others):
        if not any(
            replace(finding, question=None) == replace(x, question=None) or _same_pages(finding, x) for x in kept
        ):
            kept.append(finding)
    noted = [place for place, finding in enumerate(kept) if _is_noted(finding)]
    asked = [place for place, finding in enumerate(kept) if _is_noted(finding, "not_yet")]
    once = {*noted[:-1], *(noted if asked else ())}
    return at_most_three_cars(tuple(finding for place, finding in enumerate(kept) if place not in once))


def _is_noted(finding: f.Finding, problem: str | None = None) -> bool:
    """Whether a visit is only being noted down: of several such, the last says it all."""
    return isinstance(finding, f.AppointmentFinding) and (finding.status, finding.problem) == ("collecting", problem)


def _same_pages(one: f.Finding, other: f.Finding) -> bool:
    """Whether two questions are answered by the same words of the pages."""
    if not isinstance(one, f.PassagesFound) or not isinstance(other, f.PassagesFound):
        return False
    return [passage.text for passage in one.passages] == [passage.text for passage in other.passages]


def at_most_three_cars(findings: tuple[f.Finding, ...]) -> tuple[f.Finding, ...]:
    """The findings with car lists cut so that a reply shows three cars at most; each list keeps at least one."""
    told_of = {stock_id for finding in findings for stock_id in _cars_of(finding)}
    lists = [x for x in findings if isinstance(x, f.CarsFound) and x.cars]
    if not lists or (len(lists) == 1 and told_of <= {car.stock_id for car in lists[0].cars}):
        return findings
    room = max(0, MOST_CARS - len(told_of))
    shares = iter([max(1, room // len(lists) + (place < room % len(lists))) for place in range(len(lists))])
    return tuple(_cut(x, next(shares), told_of) if isinstance(x, f.CarsFound) and x.cars else x for x in findings)


def _cut(found: f.CarsFound, share: int, told_of: set[str]) -> f.CarsFound:
    """A list with at most so many cars that are not told of beside it."""
    beside = sum(car.stock_id in told_of for car in found.cars)
    return render_catalog.limited(found, min(MOST_CARS, share + beside))


def _cars_of(finding: f.Finding) -> tuple[str, ...]:
    """The cars that a finding other than a list tells of."""
    match finding:
        case f.CarsCompared(cars=cars):
            return tuple(car.stock_id for car in cars)
        case f.CarDescribed(car=car) | f.PlanQuoted(car=car) if car is not None:
            return (car.stock_id,)
        case _:
            return ()


def last_question(findings: tuple[f.Finding, ...]) -> Question | None:
    """The question a reply asks: the last one; none once a person takes over or the customer left."""
    for finding in findings:
        if isinstance(finding, f.OptFinding) and finding.opted_out:
            return None
        if isinstance(finding, f.HandoffFinding) and finding.status == "made":
            return None
    return next((x.question for x in reversed(findings) if x.question is not None), None)
