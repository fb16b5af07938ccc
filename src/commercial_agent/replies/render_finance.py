"""Plans and the answers around them in words. Every figure comes from the finding."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from commercial_agent.conversation.findings import (
    Calculated,
    FinancingRules,
    PlanImpossible,
    PlanNeeds,
    PlanQuoted,
    QuoteFact,
)
from commercial_agent.conversation.reply import Block, Bullets, Text
from commercial_agent.conversation.requests import FinanceKind
from commercial_agent.replies.format import bare, day, money, percent, rate, sentence
from commercial_agent.replies.render_catalog import cars_found
from commercial_agent.replies.render_info import foreign, quoted
from commercial_agent.replies.speaker import Speaker, car_name, distinct_names

Figure = Decimal | int | bool | None

_MONTHS = frozenset({"months", "months_saved", "months_fewer", "months_left", "months_now", "term"})
_COUNTS = frozenset({"payments", "count", "cars", "after_payment"})
_PERCENTS = frozenset({"share", "ceiling", "annual_rate", "our_rate", "their_rate"})


# --- Plans -----------------------------------------------------------------------------------------------------------


def plan_quoted(finding: PlanQuoted, speaker: Speaker) -> list[Block]:
    """One plan, or several side by side, with what it assumes, its caveat and its CAT."""
    quotes = finding.quotes
    if not quotes:
        return []
    blocks = list(_claimed(finding.claimed_rate_percent, quotes[0].annual_rate, speaker))
    if finding.months_asked is not None:
        menu = speaker.either([str(quote.months) for quote in quotes])
        blocks.append(Text(speaker.say("plan-off-menu", asked=str(finding.months_asked), n=len(quotes), menu=menu)))
    if all(quote.loan == 0 for quote in quotes):
        blocks.append(Text(speaker.say("plan-nothing-to-finance", price=money(quotes[0].price))))
        return blocks
    car = finding.car
    if finding.cars:
        return blocks + _several_cars(finding, speaker)
    head = speaker.say("plan-for-car", car=car_name(car)) if car else speaker.say("plan-for-amount")
    blocks.append(Text(head))
    blocks.append(Bullets(tuple(_one(quotes[0], speaker) if len(quotes) == 1 else _side_by_side(quotes, speaker))))
    if finding.extras:
        added = tuple(
            f"{sentence(speaker.label('figure', name))}: {figure_words(name, value, speaker)}"
            for name, value in finding.extras
        )
        blocks += [Text(speaker.say("plan-extras")), Bullets(added)]
    if finding.years:
        blocks += _schedule(finding, speaker)
    blocks.append(Text("\n".join(_caveats(finding, speaker))))
    if finding.links:
        links = [f"{_kind_of(link)}: {link}" for link in finding.links]
        blocks.append(Text("\n".join((speaker.say("plan-links"), *links))))
    return blocks


def _several_cars(finding: PlanQuoted, speaker: Speaker) -> list[Block]:
    """A plan for each of several cars, a line each."""
    names = distinct_names(finding.cars)
    lines = [
        speaker.words.say("line-car-plan", car=name, **_plan_values(quote))
        for name, quote in zip(names, finding.quotes, strict=False)
    ]
    if len(finding.quotes) == 2 and len({quote.months for quote in finding.quotes}) == 1:
        one, two = (quote.monthly_payment for quote in finding.quotes)
        lines.append(speaker.words.say("line-cars-difference", monthly=money(abs(one - two), exact=True)))
    if len({quote.annual_rate for quote in finding.quotes}) == 1:
        lines.append(speaker.words.say("line-rate", rate=rate(finding.quotes[0].annual_rate)))
    return [Text(speaker.say("plan-for-cars")), Bullets(tuple(lines)), Text("\n".join(_caveats(finding, speaker)))]


def _plan_values(quote: QuoteFact) -> dict[str, str]:
    return {
        "price": money(quote.price),
        "down": money(quote.down_payment),
        "loan": money(quote.loan),
        "months": str(quote.months),
        "payment": money(quote.monthly_payment, exact=True),
        "interest": money(quote.total_interest, exact=True),
    }


def _one(quote: QuoteFact, speaker: Speaker) -> list[str]:
    words = speaker.words
    return [
        *_common(quote, speaker),
        words.say("line-months", months=str(quote.months)),
        words.say("line-rate", rate=rate(quote.annual_rate)),
        words.say("line-payment", payment=money(quote.monthly_payment, exact=True)),
        words.say(
            "line-total", total=money(quote.total_paid, exact=True), interest=money(quote.total_interest, exact=True)
        ),
    ]


def _common(quote: QuoteFact, speaker: Speaker) -> list[str]:
    words = speaker.words
    return [
        words.say("line-price", price=money(quote.price)),
        words.say("line-down", down=money(quote.down_payment)),
        words.say("line-loan", loan=money(quote.loan)),
    ]


def _side_by_side(quotes: Sequence[QuoteFact], speaker: Speaker) -> list[str]:
    """What all plans share is said once; each plan is a line."""
    words, first = speaker.words, quotes[0]
    same = all((q.price, q.down_payment, q.loan) == (first.price, first.down_payment, first.loan) for q in quotes)
    lines = _common(first, speaker) if same else []
    if all(q.annual_rate == first.annual_rate for q in quotes):
        lines.append(words.say("line-rate", rate=rate(first.annual_rate)))
    for quote in quotes:
        lines.append(words.say("line-term" if same else "line-plan", **_plan_values(quote)))
    if same and len(quotes) == 2:
        lines.append(_difference(quotes, speaker))
    return lines


def _difference(quotes: Sequence[QuoteFact], speaker: Speaker) -> str:
    """What the shorter of two terms costs more a month, and saves."""
    short, long = sorted(quotes, key=lambda quote: quote.months)
    monthly, interest = short.monthly_payment - long.monthly_payment, long.total_interest - short.total_interest
    return speaker.words.say(
        "line-terms-difference",
        short=str(short.months),
        monthly=money(monthly, exact=True),
        total=money(interest, exact=True),
    )


def _schedule(finding: PlanQuoted, speaker: Speaker) -> list[Block]:
    rows = tuple(
        speaker.words.say(
            "line-year",
            year=str(row.year),
            interest=money(row.interest, exact=True),
            capital=money(row.capital, exact=True),
            balance=money(row.balance, exact=True),
        )
        for row in finding.years
    )
    last = finding.quotes[0].last_payment
    return [
        Text(speaker.say("plan-schedule")),
        Bullets(rows),
        Text(speaker.words.say("plan-last-payment", payment=money(last, exact=True))),
    ]


def _caveats(finding: PlanQuoted, speaker: Speaker) -> list[str]:
    words = speaker.words
    lines = []
    first = finding.quotes[0]
    if finding.trade_in is not None:
        lines.append(words.say("assumed-trade-in", amount=money(finding.trade_in)))
    if finding.down_assumed and first.price > 0:
        share = percent(first.down_payment / first.price * 100, 0)
        key = "assumed-down-share" if finding.cars else "assumed-down"
        lines.append(words.say(key, down=money(first.down_payment), share=share))
    if finding.months_assumed and len(finding.quotes) == 1:
        lines.append(words.say("assumed-months", months=str(first.months)))
    lines.append(words.say("estimate-as-told" if finding.extras else "estimate"))
    cats = {percent(q.cat_percent, 1) for q in finding.quotes if q.cat_percent is not None}
    if cats:
        when = day(finding.calculated_on, speaker.language, year=True)
        lines.append(words.say("cat", cat=speaker.both(sorted(cats)), date=when))
    return lines


def _kind_of(link: str) -> str:
    path = link.partition("?")[0]
    ending = path.rpartition(".")[2].upper()
    return ending if ending in ("CSV", "XLSX", "PDF") else "Link"


def _claimed(claimed: Decimal | None, ours: Decimal, speaker: Speaker) -> list[Block]:
    if claimed is None:
        return []
    return [Text(speaker.say("rate-claimed", claimed=percent(claimed), rate=rate(ours)))]


# --- Other calculations ----------------------------------------------------------------------------------------------


def calculated(finding: Calculated, speaker: Speaker) -> list[Block]:
    """Any other calculation: what it is, its figures one by one, what it assumes."""
    kind = finding.kind.value.replace("_", "-")
    figures = dict(finding.figures)
    values = {"car": f"*{car_name(finding.car)}*" if finding.car else speaker.words.word("that-car")}
    blocks: list[Block] = [Text(speaker.say(_headline(kind, figures, speaker), **values))]
    blocks.append(Bullets(tuple(_figure_lines(finding, speaker))))
    notes = [speaker.label("assumption", name) for name in finding.assumed]
    caveats = [speaker.words.say("assumed-these", what=speaker.both(notes))] if notes else []
    if isinstance(traded := figures.get("trade_in"), Decimal):
        caveats.append(speaker.words.say("assumed-trade-in", amount=money(traded)))
    note = f"note-{kind}"
    if speaker.has(note):
        caveats.append(speaker.words.say(note))
    caveats.append(speaker.words.say("estimate-short" if finding.kind in _WITH_CHARGES else "estimate"))
    blocks.append(Text("\n".join(caveats)))
    if finding.cars is not None:
        blocks += cars_found(finding.cars, speaker)
    return blocks


_WITH_CHARGES = frozenset({FinanceKind.COMMISSION, FinanceKind.IVA})
_BASE = ("price", "down_payment", "loan", "months", "annual_rate")
_RESULTS = frozenset(  # what was asked: in bold
    {"max_price", "min_down", "menu_months", "menu_payment", "monthly_payment", "payment", "payoff", "interest_saved"}
    | {"reduce_payment", "reduce_payment_interest_saved", "reduce_term_months", "reduce_term_interest_saved"}
    | {"our_payment", "their_payment", "level_payment", "first_payment", "left_over", "shortfall"}
)


def _figure_lines(finding: Calculated, speaker: Speaker) -> list[str]:
    """The figures, a line each; those that every plan names share one line where they stand together."""
    figures = dict(finding.figures)
    base = [name for name in _BASE if figures.get(name) is not None]
    together = {"price", "down_payment", "loan"}.issubset(base)
    lines: list[str] = []
    for name, value in finding.figures:
        if value is None or isinstance(value, bool) or name == "trade_in":
            continue  # a yes or no is told by the headline
        if together and name in _BASE:
            if name == base[0]:
                said = [f"{speaker.label('figure', n)} {figure_words(n, figures[n], speaker)}" for n in base]
                lines.append(sentence(", ".join(said)))
        else:
            lines.append(_figure(name, value, speaker))
    return lines


_VERDICTS = ("possible", "fits", "affordable", "reachable", "accepted", "amortises")


def _headline(kind: str, figures: dict[str, Figure], speaker: Speaker) -> str:
    for name in _VERDICTS:
        if isinstance(verdict := figures.get(name), bool):
            key = f"calculated-{kind}-{'yes' if verdict else 'no'}"
            if speaker.has(key):
                return key
    return f"calculated-{kind}"


def _figure(name: str, value: Decimal | int, speaker: Speaker) -> str:
    said = figure_words(name, value, speaker)
    return f"{sentence(speaker.label('figure', name))}: {f'*{said}*' if name in _RESULTS else said}"


def figure_words(name: str, value: Decimal | int | None, speaker: Speaker) -> str:
    """A figure as it is said, by what its name says it is."""
    if value is None:
        return speaker.words.word("unknown")
    if name in _MONTHS or name.endswith("_months"):
        return speaker.words.say("months", n=int(value), months=bare(value))
    if name in _COUNTS:
        return bare(value)
    if name.endswith("_percent") or name in ("cat", "cat_percent"):
        return percent(value, 1) if name.startswith("cat") else percent(value)
    if name in _PERCENTS or name.endswith(("_rate", "_share")):
        return rate(Decimal(value))
    whole_pesos = Decimal(value) == Decimal(value).to_integral_value()
    return money(value, exact=not whole_pesos)


# --- What cannot be, what is missing, rules --------------------------------------------------------------------------


def plan_impossible(finding: PlanImpossible, speaker: Speaker) -> list[Block]:
    """Why the plan cannot be, and the limits that show the way out."""
    reason = _reason(finding.reason, speaker)
    blocks: list[Block] = [Text(speaker.say(reason))]
    lines = tuple(
        f"{sentence(speaker.label('figure', name))}: *{figure_words(name, value, speaker)}*"
        for name, value in finding.figures
        if value is not None
    )
    if lines:
        blocks.append(Bullets(lines))
    way_out = reason.replace("impossible", "way-out", 1)
    if speaker.has(way_out):
        blocks.append(Text(speaker.words.say(way_out)))
    return blocks


_KINDS_OF_REASON = ("negative", "not_positive", "above_maximum", "too_precise", "not_whole", "not_centavos")


def _reason(reason: str, speaker: Speaker) -> str:
    """The message for a reason: its own, that of its kind (`price_negative`: a negative amount), or the general one."""
    kinds = [kind for kind in _KINDS_OF_REASON if reason.endswith(kind)]
    for name in (reason, *kinds, *(["invalid"] if reason.startswith("invalid_") else [])):
        if speaker.has(key := f"impossible-{name.replace('_', '-')}"):
            return key
    return "impossible"


def plan_needs(finding: PlanNeeds, speaker: Speaker) -> list[Block]:
    """One thing is missing; the question asks it."""
    key = f"needs-{finding.missing.replace('_', '-')}"
    return [Text(speaker.say(key if speaker.has(key) else "needs"))]


def financing_rules(finding: FinancingRules, speaker: Speaker) -> list[Block]:
    """The policy, as far as it was asked, and what the knowledge base says."""
    blocks = list(_claimed(finding.claimed_rate_percent, finding.annual_rate, speaker))
    asked = set(finding.aspects)
    policy = asked & {"rate", "terms", "down_payment"}
    example = finding.example
    everything = not asked and not finding.passages
    words = speaker.words
    lines = []
    if "cash_or_credit" in asked and example is not None:
        lines.append(words.say("rule-cash-or-credit", rate=rate(finding.annual_rate), **_plan_values(example)))
    if ("rate" in policy and not blocks) or everything:
        lines.append(words.say("rule-rate", rate=rate(finding.annual_rate)))
    if "cat" in asked and example is not None and example.cat_percent is not None:
        lines.append(words.say("rule-cat", cat=percent(example.cat_percent, 1)))
    if "terms" in policy or everything:
        lines.append(words.say("rule-terms", terms=speaker.either([str(months) for months in finding.terms])))
    if "down_payment" in policy or everything:
        least, usual = finding.minimum_down_percent, finding.default_down_percent
        key = "rule-down" if least > 0 else "rule-down-none"
        lines.append(words.say(key, least=percent(least), usual=percent(usual)))
    if "commission" in asked and not finding.passages:
        lines.append(words.say("rule-commission"))
    if len(lines) == 1:
        blocks.append(Text(lines[0]))
    elif lines:
        blocks += [Text(speaker.say("rules")), Bullets(tuple(lines))]
    if finding.passages:
        blocks += [*foreign(finding.passages[0], speaker), *quoted(finding.passages[0])]
    if lines or asked & {"approval", "credit_bureau"}:
        blocks.append(Text(words.say("subject-to-approval")))
    return blocks or [Text(speaker.say("not-known"))]
