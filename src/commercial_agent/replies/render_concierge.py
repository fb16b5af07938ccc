"""The conversation around the sale in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time

from commercial_agent.conversation.findings import (
    AppointmentFinding,
    Declined,
    HandoffFinding,
    NotUnderstood,
    OptFinding,
    RatingFinding,
    SaleFinding,
    Talked,
)
from commercial_agent.conversation.intents import Intent
from commercial_agent.conversation.reply import Block, Bullets, Text
from commercial_agent.conversation.requests import AppointmentDraft, SaleDraft
from commercial_agent.conversation.state import Ask
from commercial_agent.replies.format import clean, day, hour, kilometres, person
from commercial_agent.replies.render_info import foreign, quoted
from commercial_agent.replies.speaker import Speaker, car_name


def introduction(speaker: Speaker) -> Block:
    """Our first words: who we are, that we are a machine, that a person is one word away, the privacy notice."""
    dealer = speaker.dealer
    return Text(
        speaker.say(
            "introduction",
            assistant=clean(dealer.assistant, 40),
            dealer=clean(dealer.name, 60),
            privacy=dealer.privacy_url,
        )
    )


def talked(finding: Talked, speaker: Speaker) -> list[Block]:
    """Small talk."""
    name = person(finding.name)
    match finding.intent:
        case Intent.HELP:
            items = tuple(speaker.words.word(f"help-{n}") for n in range(1, 6))
            return [Text(speaker.say("help", dealer=clean(speaker.dealer.name, 60))), Bullets(items)]
        case Intent.GREETING | Intent.THANKS | Intent.GOODBYE | Intent.INTRODUCE:
            key = f"talk-{finding.intent.value.rpartition('.')[2]}"
            return [Text(speaker.say(f"{key}-named", name=name) if name else speaker.say(key))]
        case _:
            key = f"talk-{finding.intent.value.rpartition('.')[2].replace('_', '-')}"
            return [Text(speaker.say(key if speaker.has(key) else "talk-affirm"))]


# --- Appointments ----------------------------------------------------------------------------------------------------


_STILL = frozenset({"not_yet", "first"})  # said before what is noted down


def appointment(finding: AppointmentFinding, speaker: Speaker) -> list[Block]:
    """An appointment being made, made, moved or cancelled."""
    if finding.status in ("booked", "changed", "kept"):
        return _booked(finding, speaker)
    if finding.status == "listed":
        visits = tuple(f"{place}. {visit(one, speaker)}" for place, one in enumerate(finding.standing, start=1))
        return [Text("\n".join([speaker.say("appointment-listed", count=str(len(visits))), *visits]))]
    if finding.status == "which":
        visits = tuple(f"{place}. {visit(one, speaker)}" for place, one in enumerate(finding.standing, start=1))
        return [Text("\n".join([speaker.say("appointment-which", count=str(len(visits))), *visits]))]
    if finding.gone:
        return _of_several(finding, speaker)
    if finding.status in ("cancelled", "dropped", "none"):
        return [Text(speaker.say(f"appointment-{finding.status}"))]
    blocks: list[Block] = []
    if finding.problem:
        blocks.append(Text(_problem(finding, speaker)))
    if not finding.problem or finding.problem in _STILL:
        known = _known(finding, speaker)
        blocks.append(
            Text(speaker.say("appointment-so-far", details=known) if known else speaker.say("appointment-start"))
        )
    return blocks + _choices(finding, speaker)


def _of_several(finding: AppointmentFinding, speaker: Speaker) -> list[Block]:
    """Which of several appointments are cancelled, and which stand."""
    gone = [visit(one, speaker) for one in finding.gone]
    said = [speaker.say("appointment-cancelled-one", visit=speaker.both(gone))]
    if finding.standing:
        left = [visit(one, speaker) for one in finding.standing]
        said.append(speaker.say("appointment-standing", visit=speaker.both(left), count=str(len(left))))
    return [Text(" ".join(said))]


def visit(booked: AppointmentDraft, speaker: Speaker) -> str:
    """One of several appointments in a few words."""
    parts = [speaker.label("visit", booked.kind or "visit")]
    if booked.day is not None and booked.at is not None:
        parts += [day(booked.day, speaker.language), hour(booked.at, speaker.language)]
    return ", ".join([*parts, clean(booked.branch, 80)] if booked.branch else parts)


def _booked(finding: AppointmentFinding, speaker: Speaker) -> list[Block]:
    lines = []
    draft, words = finding.draft, speaker.words
    kind = draft.kind or "visit"
    lines.append(words.say("line-kind", value=speaker.label("visit", kind)))
    lines += [words.say("line-car", value=car_name(car)) for car in (finding.car, *finding.also) if car is not None]
    if finding.starts_at is not None:
        lines.append(words.say("line-when", value=moment(finding.starts_at, speaker)))
    if finding.branch is not None:
        value = f"{clean(finding.branch.name, 80)}, {clean(finding.branch.address, 200)}"
        lines.append(words.say("line-where", value=value))
    if name := person(draft.name):
        lines.append(words.say("line-name", value=name))
    if finding.booking_id:
        lines.append(words.say("line-booking", value=clean(finding.booking_id, 60)))
    blocks: list[Block] = [Text(speaker.say(f"appointment-{finding.status}")), Bullets(tuple(lines))]
    closing = speaker.say("appointment-change-any-time")
    if finding.link:
        closing = f"{closing}\n{words.say('appointment-link', link=finding.link)}"
    return [*blocks, Text(closing)]


def _known(finding: AppointmentFinding, speaker: Speaker) -> str:
    draft = finding.draft
    parts = []
    if draft.kind:
        parts.append(speaker.label("visit", draft.kind))
    parts += [car_name(car) for car in (finding.car, *finding.also) if car is not None]
    if finding.branch is not None:
        parts.append(clean(finding.branch.name, 80))
    elif draft.city and not draft.branch:
        parts.append(clean(draft.city, 60))
    if draft.day is not None:
        when = day(draft.day, speaker.language)
        if draft.at is not None:
            when = f"{when}, {hour(draft.at, speaker.language)}"
        elif draft.part_of_day:
            when = f"{when}, {speaker.label('part', draft.part_of_day)}"
        parts.append(when)
    elif draft.at is not None:
        parts.append(hour(draft.at, speaker.language))
    return ", ".join(parts)


def _problem(finding: AppointmentFinding, speaker: Speaker) -> str:
    key = f"appointment-problem-{(finding.problem or '').replace('_', '-')}"
    return speaker.say(key if speaker.has(key) else "appointment-problem-other")


def _choices(finding: AppointmentFinding, speaker: Speaker) -> list[Block]:
    """The options, where they are too many for the question itself."""
    if not finding.options or (finding.question and finding.question.ask is Ask.HOUR):
        return []
    shown = tuple(option_words(option, speaker) for option in finding.options[:15])
    if len(shown) <= 3:
        return []
    return [Text(speaker.say("appointment-options", options=speaker.both(shown)))]


def option_words(option: str, speaker: Speaker) -> str:
    """An option as it is said: hours written 16:00 are told in the language's way."""
    try:
        return hour(time.fromisoformat(option), speaker.language) if ":" in option else clean(option, 80)
    except ValueError:
        return clean(option, 80)


def moment(value: datetime, speaker: Speaker) -> str:
    """A day and an hour in the dealer's zone."""
    local = value.astimezone(speaker.dealer.time_zone)
    return f"{day(local.date(), speaker.language)}, {hour(local.time(), speaker.language)}"


# --- The customer's own car ------------------------------------------------------------------------------------------


def sale(finding: SaleFinding, speaker: Speaker) -> list[Block]:
    """A car to sell or to trade in."""
    if finding.status in ("dropped", "kept"):
        return [Text(speaker.say(f"sale-{finding.status}"))]
    blocks: list[Block] = [Text(speaker.say(key, **values)) for key, values in _sale_lines(finding, speaker)]
    if finding.passages:
        blocks += [*foreign(finding.passages[0], speaker), *quoted(finding.passages[0], 280)]
    return blocks


def _sale_lines(finding: SaleFinding, speaker: Speaker) -> Iterator[tuple[str, dict[str, str]]]:
    """What is said of the car: messages and their values."""
    draft, details = finding.draft, {"details": ", ".join(_sale_details(finding.draft, speaker))}
    open_still = finding.question is not None and finding.question.ask is Ask.SALE_CONDITION
    registered = finding.status == "received" and not open_still
    if finding.asks_price and not registered:
        yield "sale-price", {}
    if registered:
        yield ("sale-received-trade" if draft.trade_in else "sale-received"), details
    elif finding.status == "received":
        yield "sale-noted", details  # one thing is still asked
    elif finding.status == "known":
        if not finding.asks_price:
            yield ("sale-known-trade" if draft.trade_in else "sale-known"), details
    elif finding.problem:
        key = f"sale-problem-{finding.problem.replace('_', '-')}"
        yield (key if speaker.has(key) else "sale-problem-other"), {}
    elif details["details"]:
        yield "sale-so-far", details
    elif not finding.asks_price:
        yield ("sale-start-trade" if draft.trade_in else "sale-start"), {}


def _sale_details(draft: SaleDraft, speaker: Speaker) -> list[str]:
    parts = [clean(part, 40) for part in (draft.make, draft.model, draft.version) if part]
    if draft.year is not None:
        parts.append(str(draft.year))
    details = [" ".join(parts)] if parts else []
    if draft.km is not None:
        details.append(kilometres(draft.km))
    if draft.city:
        details.append(clean(draft.city, 60))
    if draft.condition:
        details.append(speaker.label("condition", clean(draft.condition, 80)))
    return details


# --- People, ratings, leaving ----------------------------------------------------------------------------------------


def handoff(finding: HandoffFinding, speaker: Speaker) -> list[Block]:
    """A person: offered, on the way, or no longer wanted. When is said only where it is known."""
    if finding.status in ("left", "refused"):
        return [Text(speaker.say(f"handoff-{finding.status}"))]
    said = []
    reason = f"handoff-{finding.status}-{finding.reason}"
    said.append(speaker.say(reason if speaker.has(reason) else f"handoff-{finding.status}"))
    if finding.opens_at is not None:
        said.append(speaker.say("handoff-opens", when=moment(finding.opens_at, speaker)))
    elif finding.status == "made":
        said.append(speaker.say("handoff-soon"))
    return [Text(" ".join(said))]


def rating(finding: RatingFinding, speaker: Speaker) -> list[Block]:
    """A rating taken, or its bounds."""
    if finding.stars is None:
        return [Text(speaker.say("rating-bounds"))]
    if finding.stars <= 2:
        return [Text(speaker.say("rating-bad", stars=str(finding.stars)))]
    return [Text(speaker.say("rating-good", stars=str(finding.stars)))]


def opted(finding: OptFinding, speaker: Speaker) -> list[Block]:
    """The customer left or came back."""
    return [Text(speaker.say("opted-out" if finding.opted_out else "opted-in"))]


def declined(finding: Declined, speaker: Speaker) -> list[Block]:
    """What is not done, kindly and without conceding anything."""
    subject = (finding.subject or "").replace("_", "-")
    key = f"declined-{subject}"
    if not subject or not speaker.has(key):
        key = "declined-manipulation" if finding.intent is Intent.MANIPULATION else "declined-general"
    words = speaker.say(key, dealer=clean(speaker.dealer.name, 60), assistant=clean(speaker.dealer.assistant, 40))
    return [Text(words)]


def not_understood(finding: NotUnderstood, speaker: Speaker) -> list[Block]:
    """The message was not clear."""
    key = f"unclear-{finding.reason.replace('_', '-')}"
    if speaker.has(key):
        return [Text(speaker.say(key))]
    if finding.choices:
        return [Text(speaker.say("unclear-choices"))]
    return [Text(speaker.say("unclear-again" if finding.times > 1 else "unclear"))]


def names_of(choices: Sequence[Intent], speaker: Speaker) -> list[str]:
    """Intents in words, for a choice."""
    return [speaker.label("intent", choice.value) for choice in choices]
