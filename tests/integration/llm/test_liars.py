"""A fluent liar, the true reply with one fact changed, and a babbler: neither gets a word through."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.integration.llm.conftest import Agent, AgentMaker

from commercial_agent.api.chat import answer_of
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.reply import PhrasingContext
from commercial_agent.conversation.state import DialogueState
from commercial_agent.llm.breaker import CircuitBreaker
from commercial_agent.llm.calls import ModelCaller
from commercial_agent.llm.models import ModelConfig, load_model
from commercial_agent.llm.watching import ModelWatch
from commercial_agent.observability import Metrics
from commercial_agent.quality.dialogues import load_dialogues
from commercial_agent.quality.play import Ask, Fault, play
from commercial_agent.quality.stock import judge_of
from commercial_agent.replies.evaluation.falsify import FALSIFICATIONS
from commercial_agent.replies.evaluation.samples import DEALER, findings
from commercial_agent.replies.local import LocalPhraser
from commercial_agent.replies.model_phraser import ModelPhraser, phrase_prompt, worth_a_call
from commercial_agent.testing.models import Babbler, block
from commercial_agent.testing.openai import Answer, Call, OpenAIDouble, says

LIES = 1_000
ROOT = Path(__file__).parents[3]


class Liar:
    """Changes one fact of each draft, another way each time."""

    def __init__(self) -> None:
        self._random = Random(11)
        self.lies: set[str] = set()

    def __call__(self, call: Call) -> Answer:
        draft, language = str(block(call, "draft")), Language(block(call, "language"))
        truth = f"{block(call, 'facts')} {block(call, 'marks')} {DEALER!r}"
        ways = list(FALSIFICATIONS.values())
        self._random.shuffle(ways)
        for way in ways:
            lie = way(draft, language, self._random, truth)
            if lie is not None and lie != draft:
                self.lies.add(lie)
                return says(lie)
        return says("No.")


async def test_of_a_thousand_lies_none_is_sent() -> None:
    liar = Liar()
    with OpenAIDouble(liar) as double:
        metrics = Metrics()
        config = ModelConfig(("openai:gpt-5-mini",), double.url, "sk-double", call_timeout=20, turn_deadline=40)
        caller = ModelCaller([load_model(config.names[0], config)], config, ModelWatch(metrics))
        local = LocalPhraser(DEALER)
        phraser = ModelPhraser(local, caller, DEALER, phrase_prompt(DEALER, "c4n4ry"))
        random, turn = Random(5), 0
        while len(liar.lies) < LIES:
            turn += 1
            language = list(Language)[turn % 3]
            found = findings(random, language)
            context = PhrasingContext(language, DialogueState(turns=random.choice((0, 2))), "", f"seed {turn}")
            if not worth_a_call(found, context):
                continue
            reply = await phraser.phrase(found, context)
            assert reply == local.write(found, context), reply.text
        await caller.close()
    refused = metrics.registry.get_sample_value("commercial_agent_model_incidents_total", {"kind": "reply_refused"})
    assert refused is not None
    assert refused >= LIES  # each was read and refused, none was lost on the way


async def test_a_babbling_model_passes_the_dialogues_that_the_local_engine_passes(
    double: OpenAIDouble, make_agent: AgentMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CircuitBreaker, "failed", lambda breaker: None)  # else it would soon be left alone
    double.responder = Babbler()
    slow = {"llm_timeout": 10.0, "llm_turn_deadline": 20.0}
    alone, babbled = await make_agent(llm_model=""), await make_agent(**slow)
    profile = alone.rooms.profile
    judge = judge_of(alone.rooms.stock.current, profile.finance)
    passed: dict[str, set[str]] = {"alone": set(), "babbled": set()}
    faults: list[Fault] = []
    for dialogue in load_dialogues(ROOT / "tests" / "acceptance" / "conversations"):
        for name, agent in (("alone", alone), ("babbled", babbled)):
            trial = await play(dialogue, _asking(agent), judge, f"{name}-{dialogue.id}")
            if trial.passed:
                passed[name].add(dialogue.id)
            elif name == "babbled":
                faults += trial.faults
    lost = passed["alone"] - passed["babbled"]
    assert not lost, [fault for fault in faults if fault.dialogue in lost]
    assert passed["babbled"] == passed["alone"]
    assert len(double.calls) > 500  # it was asked, and babbled


def _asking(agent: Agent) -> Ask:
    async def ask(conversation: str, message: str) -> dict[str, Any]:
        result = await agent.ask(message, conversation)
        assert result.reply is None or result.reply.phraser == "local"
        return answer_of(conversation, result)

    return ask
