"""A dialogue is played turn by turn, and its trials are counted by group."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from commercial_agent.errors import InvalidInput
from commercial_agent.finance import FinancePolicy
from commercial_agent.quality.dialogues import Dialogue, Group, load_dialogues
from commercial_agent.quality.judge import Judge
from commercial_agent.quality.play import Trial, play, scores

POLICY = FinancePolicy.from_mapping({"annual_rate": "0.10", "terms": [48], "default_down": "0.20"})
JUDGE = Judge(lambda stock_id: None, (), POLICY)


def dialogue(*said: str, group: str = "happy", **expect: Any) -> Dialogue:
    turns = [{"say": text, "expect": expect} for text in said]
    return Dialogue.model_validate({"id": "one", "group": group, "language": "es", "turns": turns})


class Agent:
    """Answers by a table, remembers what it was asked."""

    def __init__(self, replies: dict[str, str], booked: bool = False) -> None:
        self.replies = replies
        self.booked = booked
        self.heard: list[str] = []

    async def ask(self, conversation: str, message: str) -> dict[str, Any]:
        self.heard.append(message)
        if message not in self.replies:
            raise RuntimeError("no such reply")
        return {
            "reply": self.replies[message],
            "language": "es",
            "agent": "concierge",
            "agents": ["concierge"],
            "intents": [],
            "cars": [],
            "quotes": [],
            "sources": [],
            "handoff": False,
            "appointment": {"status": "booked"} if self.booked else None,
            "opted_out": False,
        }


async def test_right_answers_pass() -> None:
    trial = await play(dialogue("a", "b", says=["si"]), Agent({"a": "Sí.", "b": "Sí, claro."}).ask, JUDGE, "c")
    assert trial.passed


async def test_a_fault_names_the_turn_and_the_reply() -> None:
    trial = await play(dialogue("a", "b", says=["si"]), Agent({"a": "Sí.", "b": "Claro."}).ask, JUDGE, "c")
    (fault,) = trial.faults
    assert (fault.turn, fault.said, fault.reply) == (2, "b", "Claro.")


async def test_the_same_words_twice_running_are_a_fault() -> None:
    trial = await play(dialogue("a", "b"), Agent({"a": "Sí.", "b": "Sí."}).ask, JUDGE, "c")
    assert [fault.what for fault in trial.faults] == ["repeats itself word for word"]


async def test_a_turn_that_raises_is_a_fault_and_ends_the_dialogue() -> None:
    agent = Agent({"a": "Sí.", "c": "Sí, claro."})
    trial = await play(dialogue("a", "b", "c"), agent.ask, JUDGE, "c")
    assert [fault.turn for fault in trial.faults] == [2]
    assert "no such reply" in trial.faults[0].what
    assert agent.heard == ["a", "b"]


async def test_a_booked_hour_is_given_back() -> None:
    agent = Agent({"a": "Sí."}, booked=True)
    trial = await play(dialogue("a"), agent.ask, JUDGE, "c")
    assert trial.passed
    assert agent.heard == ["a", "cancela todas mis citas"]


async def test_a_booked_hour_is_given_back_though_a_later_turn_raises() -> None:
    agent = Agent({"a": "Sí."}, booked=True)
    trial = await play(dialogue("a", "b"), agent.ask, JUDGE, "c")
    assert not trial.passed
    assert agent.heard == ["a", "b", "cancela todas mis citas"]


async def test_trials_are_counted_by_group_and_over_all_of_them() -> None:
    happy = [await play(dialogue("a"), Agent({"a": "Sí."}).ask, JUDGE, "c") for _ in range(2)]
    shaky = [happy[0], Trial(happy[0].dialogue, (await play(dialogue("z"), Agent({}).ask, JUDGE, "c")).faults)]
    attack = [await play(dialogue("a", group="adversarial"), Agent({"a": "Sí."}).ask, JUDGE, "c") for _ in range(2)]
    rows = {row.group: (row.dialogues, row.passed_once, row.passed_all) for row in scores([happy, shaky, attack])}
    assert rows == {"adversarial": (1, 1, 1), "happy": (2, 2, 1), "all": (3, 3, 2)}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- id: a\n  group: happy\n  language: es\n  turns: [{say: hola, expect: {sayz: [x]}}]\n", "sayz"),
        ("- id: a\n  group: sad\n  language: es\n  turns: [{say: hola}]\n", "group"),
        ("- id: a\n  group: happy\n  language: es\n  turns: []\n", "turns"),
        ("just words\n", "no file of dialogues"),
        ("- [", "no file of dialogues"),
        ("- {id: a, group: happy, language: es, turns: [{say: hola}]}\n" * 2, "stands twice"),
        ("", "no dialogues"),
    ],
)
def test_a_wrong_file_of_dialogues_is_refused_with_its_reason(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=problem):
        load_dialogues(tmp_path)


def test_the_suite_speaks_three_languages_in_every_group_over_several_turns() -> None:
    suite = load_dialogues(Path(__file__).parents[3] / "tests" / "acceptance" / "conversations")
    languages = Counter(one.language.value for one in suite)
    assert languages["es"] >= 95
    assert languages["en"] >= 22
    assert languages["pt"] >= 12
    assert {one.group for one in suite} == set(Group)
    assert {len(one.turns) for one in suite} <= set(range(2, 11))
