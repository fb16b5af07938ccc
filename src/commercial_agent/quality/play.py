"""Plays dialogues against an agent and tells how many it holds, by group and as pass^k."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from commercial_agent.conversation.language import Language
from commercial_agent.quality.dialogues import Dialogue
from commercial_agent.quality.judge import Answer, Judge

Ask = Callable[[str, str], Awaitable[dict[str, Any]]]  # conversation id, message → the answer of /api/chat


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one turn."""

    dialogue: str
    turn: int  # from 1
    said: str
    what: str
    reply: str


@dataclass(frozen=True, slots=True)
class Trial:
    """One dialogue played once."""

    dialogue: Dialogue
    faults: tuple[Fault, ...]

    @property
    def passed(self) -> bool:
        """Whether every turn was right."""
        return not self.faults


_CANCEL = {
    Language.ES: "cancela todas mis citas",
    Language.EN: "cancel all my appointments",
    Language.PT: "cancela todas as minhas visitas",
}


async def play(dialogue: Dialogue, ask: Ask, judge: Judge, conversation: str) -> Trial:
    """Play one dialogue from its beginning. A turn that raises is a fault and ends it.

    Args:
        dialogue: what is said and expected.
        ask: answers a message; it must not know the conversation yet.
        judge: judges.
        conversation: the id to use; it seeds the phrasing.

    Raises:
        InvalidInput: an expectation of the dialogue makes no sense.
    """
    answers: list[Answer] = []
    faults: list[Fault] = []
    for number, turn in enumerate(dialogue.turns, start=1):
        try:
            answer = await ask(conversation, turn.say)
        except Exception as error:
            faults.append(Fault(dialogue.id, number, turn.say, f"the turn fails: {error!r}", ""))
            break
        faults += [
            Fault(dialogue.id, number, turn.say, what, answer["reply"])
            for what in judge.faults(turn.expect, answer, answers)
        ]
        if answer["reply"] and any(answer["reply"] == earlier["reply"] for earlier in answers[-1:]):
            faults.append(Fault(dialogue.id, number, turn.say, "repeats itself word for word", answer["reply"]))
        answers.append(answer)
    if any((answer["appointment"] or {}).get("status") == "booked" for answer in answers):
        await _give_back(ask, conversation, dialogue.language)
    return Trial(dialogue, tuple(faults))


async def _give_back(ask: Ask, conversation: str, language: Language) -> None:
    """Free the slot, else the third dialogue at that hour would find it taken. What comes of it is not judged."""
    with contextlib.suppress(Exception):
        await ask(conversation, _CANCEL[language])


@dataclass(frozen=True, slots=True)
class GroupScore:
    """How a group of dialogues did."""

    group: str
    dialogues: int
    passed_once: int  # in the first trial
    passed_all: int  # in all k trials: pass^k


def scores(trials: Sequence[Sequence[Trial]]) -> tuple[GroupScore, ...]:
    """The table by group, the whole last.

    Args:
        trials: for each dialogue its k trials.
    """
    by_group: dict[str, list[Sequence[Trial]]] = defaultdict(list)
    for runs in trials:
        by_group[runs[0].dialogue.group.value].append(runs)
    rows = [_score(group, runs) for group, runs in sorted(by_group.items())]
    return (*rows, _score("all", trials))


def _score(group: str, trials: Sequence[Sequence[Trial]]) -> GroupScore:
    return GroupScore(
        group, len(trials), sum(runs[0].passed for runs in trials), sum(all(t.passed for t in runs) for runs in trials)
    )
