"""The company in words: passages, branches, hours, sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time

from commercial_agent.conversation.findings import (
    BranchesFound,
    BranchFact,
    NotKnown,
    PassageFact,
    PassagesFound,
    SourcesNamed,
)
from commercial_agent.conversation.reply import Block, Bullets, Text
from commercial_agent.replies.format import bare, clean, hour, weekday
from commercial_agent.replies.speaker import Speaker

LONGEST_QUOTE = 420
LONGEST_OF_MANY = 250
MOST_IN_FULL = 3
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_LIST_MARK = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")


def passages_found(finding: PassagesFound, speaker: Speaker) -> list[Block]:
    """What the knowledge base says, quoted shortly."""
    if not finding.passages:
        return not_known(NotKnown(finding.asked), speaker)
    chosen = finding.passages[:MOST_IN_FULL] if finding.each else worth_quoting(finding.passages)
    blocks: list[Block] = []
    if finding.correction:
        blocks.append(Text(speaker.say("passage-correction")))
    else:
        blocks += foreign(chosen[0], speaker)
    longest = LONGEST_QUOTE if len(chosen) < MOST_IN_FULL else LONGEST_OF_MANY
    return [*blocks, *(block for passage in chosen for block in quoted(passage, longest))]


def foreign(passage: PassageFact, speaker: Speaker) -> list[Block]:
    """A word of warning before a passage in another language than the reply's."""
    if passage.language is speaker.language:
        return []
    return [Text(speaker.say("passage-foreign", language=speaker.label("language", passage.language.value)))]


def worth_quoting(passages: Sequence[PassageFact]) -> list[PassageFact]:
    """The best passage, and the second where it is nearly as good and both are short."""
    chosen = [passages[0]]
    if len(passages) > 1:
        first, second = passages[0], passages[1]
        if second.score >= 0.9 * first.score and len(first.text) + len(second.text) <= LONGEST_QUOTE:
            chosen.append(second)
    return chosen


def quoted(passage: PassageFact, longest: int = LONGEST_QUOTE) -> list[Block]:
    """A passage as text and lists: whole sentences or list items from its beginning, up to a length."""
    blocks: list[Block] = []
    left = longest
    for paragraph in _paragraphs(passage.text):
        if left <= 0:
            break
        if isinstance(paragraph, list):
            items = _fitting(paragraph, left, first_always=not blocks)
            if items:
                blocks.append(Bullets(tuple(items)))
            left = left - sum(map(len, items)) if len(items) == len(paragraph) else 0
        else:
            sentences = [s for s in _SENTENCE_END.split(paragraph) if not s.rstrip().endswith("?")]
            kept = _fitting(sentences, left, first_always=not blocks)
            if kept:
                blocks.append(Text(" ".join(kept)))
            left = left - sum(map(len, kept)) if len(kept) == len(sentences) else 0
    return blocks or [Text(clean(passage.text, longest))]


def _paragraphs(text: str) -> list[str | list[str]]:
    """The text's paragraphs; a list is a list of its items. Markup is taken off, words stay as they are."""
    found: list[str | list[str]] = []
    for line in text.splitlines():
        listed = _LIST_MARK.match(line)
        plain = clean(_LINK.sub(r"\1: \2", line[listed.end() :] if listed else line).lstrip("#").strip(), 2000)
        if not plain:
            found.append("")
        elif listed:
            if found and isinstance(found[-1], list):
                found[-1].append(plain)
            else:
                found.append([plain])
        elif found and isinstance(found[-1], str) and found[-1]:
            found[-1] = f"{found[-1]} {plain}"
        else:
            found.append(plain)
    return [paragraph for paragraph in found if paragraph]


def _fitting(parts: Sequence[str], room: int, first_always: bool) -> list[str]:
    kept: list[str] = []
    for part in parts:
        if len(part) > room:
            if first_always and not kept:
                kept.append(clean(part, room) if room < len(part) else part)
            break
        kept.append(part)
        room -= len(part)
    return kept


def branches_found(finding: BranchesFound, speaker: Speaker) -> list[Block]:
    """The branches of a place, or the nearest, or all of them in short."""
    if not finding.branches:
        return [Text(speaker.say("branches-none"))]
    if finding.told and (unknown := _hours_unknown(finding, speaker)):
        return unknown
    blocks: list[Block] = []
    city = clean(finding.city or "", 60)
    n = len(finding.branches)
    if finding.nearest and finding.city:
        blocks.append(Text(speaker.say("branches-nearest", city=city)))
    elif finding.nearest and n <= MOST_IN_FULL:
        blocks.append(Text(speaker.say("branches-near-you")))
    elif finding.city:
        blocks.append(Text(speaker.say("branches-city", city=city, n=n, total=bare(n))))
    elif n > MOST_IN_FULL:
        cities = tuple(dict.fromkeys(clean(branch.city, 60) for branch in finding.branches))
        return [Text(speaker.say("branches-all", n=n, total=bare(n))), Bullets(_by_city(finding.branches, cities))]
    else:
        blocks.append(Text(speaker.say("branches-list")))
    if n > MOST_IN_FULL:
        names = Bullets(tuple(f"*{clean(b.name, 80)}*" for b in finding.branches))
        return [*blocks, names, *_hours_unknown(finding, speaker)]
    blocks.append(Bullets(tuple(_branch(branch, finding, speaker) for branch in finding.branches)))
    return [*blocks, *_hours_unknown(finding, speaker)]


def _hours_unknown(finding: BranchesFound, speaker: Speaker) -> list[Block]:
    """That no hours are confirmed, where they were asked for; of a day, by its name."""
    if not finding.asks_hours or any(branch.hours is not None for branch in finding.branches):
        return []
    if finding.weekday is None:
        return [Text(speaker.say("hours-unknown"))]
    return [Text(speaker.say("hours-unknown-day", day=weekday(finding.weekday, speaker.language)))]


def _by_city(branches: Sequence[BranchFact], cities: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        f"*{city}*: {', '.join(clean(branch.name, 80) for branch in branches if clean(branch.city, 60) == city)}"
        for city in cities
    )


def _branch(branch: BranchFact, finding: BranchesFound, speaker: Speaker) -> str:
    said = f"*{clean(branch.name, 80)}*: {clean(branch.address, 200)}"
    if branch.hours is not None:
        said += f" ({hours_words(branch.hours, speaker, finding.weekday)})"
    elif finding.asks_hours and any(other.hours is not None for other in finding.branches):
        said += f" ({speaker.say('hours-unconfirmed')})"
    return said


def hours_words(hours: Sequence[tuple[int, time, time]], speaker: Speaker, only: int | None = None) -> str:
    """Opening hours: days that follow each other with the same hours are told as one span."""
    if only is not None:
        today = [(opens, closes) for number, opens, closes in hours if number == only]
        name = weekday(only, speaker.language)
        if not today:
            return speaker.words.say("closed-on", day=name)
        return f"{name} {_span(*today[0], speaker)}"
    groups: list[tuple[int, int, time, time]] = []
    for number, opens, closes in sorted(hours):
        if groups and groups[-1][1] == number - 1 and groups[-1][2:] == (opens, closes):
            groups[-1] = (groups[-1][0], number, opens, closes)
        else:
            groups.append((number, number, opens, closes))
    said = []
    for first, last, opens, closes in groups:
        name, end = weekday(first, speaker.language), weekday(last, speaker.language)
        days = name if first == last else speaker.words.say("days-span", first=name, last=end)
        said.append(f"{days} {_span(opens, closes, speaker)}")
    return ", ".join(said)


def _span(opens: time, closes: time, speaker: Speaker) -> str:
    return speaker.words.say("hours-span", opens=hour(opens, speaker.language), closes=hour(closes, speaker.language))


def not_known(finding: NotKnown, speaker: Speaker) -> list[Block]:
    """The knowledge base does not say: honest, with what is near."""
    if finding.sale is not None:
        return [Text(speaker.say("sale-unknown", what=speaker.label("sale-aspect", finding.sale)))]
    if finding.named:
        return _not_known_by_name(finding, speaker)
    blocks: list[Block] = [Text(speaker.say("not-known"))]
    if finding.near:
        blocks.append(
            Text(speaker.say("not-known-near", topics=speaker.both([clean(t, 60) for t in finding.near[:3]])))
        )
    return blocks


def _not_known_by_name(finding: NotKnown, speaker: Speaker) -> list[Block]:
    """What is not known, by its name, and what is known around it."""
    never = [name for name in finding.named if speaker.has(_cannot(name))]
    blocks: list[Block] = [Text(speaker.words.say(_cannot(name))) for name in never]
    if missing := [speaker.label("named", name) for name in finding.named[:3] if name not in never]:
        blocks.append(Text(speaker.say("not-known-named", what=speaker.both(missing))))
    if finding.passages:
        near = finding.passages[: len(finding.named)]
        blocks += [*foreign(near[0], speaker), Text(speaker.say("not-known-around"))]
        blocks += [
            block for passage in near for block in quoted(passage, LONGEST_OF_MANY if near[1:] else LONGEST_QUOTE)
        ]
    return blocks


def _cannot(name: str) -> str:
    """What is not done here, whoever asks, has a sentence of its own."""
    return f"named-cannot-{name.replace('_', '-')}"


def sources_named(finding: SourcesNamed, speaker: Speaker) -> list[Block]:
    """Where the last answer comes from."""
    if not finding.sources:
        return [Text(speaker.say("sources-none"))]
    return [Text(speaker.say("sources")), Bullets(tuple(clean(source, 120) for source in finding.sources[:5]))]
