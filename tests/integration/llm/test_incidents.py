"""Whatever a model does: a true answer in time, one message, the incident counted."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random

import pytest
from tests.integration.llm.conftest import AgentMaker

from commercial_agent.replies.evidence import check
from commercial_agent.testing.models import block, phrases
from commercial_agent.testing.openai import Answer, Call, OpenAIDouble, fails, says

WARRANTY = "oigan y si el carro me sale malo a los dos meses ustedes me responden con la garantía"
NOISE = bytes(Random(7).randrange(256) for _ in range(5_000))

BROKEN = {
    "slow": Answer("late", delay=10),
    "busy": fails(429),
    "busy with a hint": fails(429, "0.1"),
    "busy for long": fails(429, "60"),
    "broken": fails(500),
    "reset": Answer("half of it", reset=True),
    "invalid json": Answer(raw=b'{"id": "chatcmpl", "choices": [{'),
    "not the format": Answer(raw=b'{"hello": "world"}'),
    "random bytes": Answer(raw=NOISE),
    "refusal": Answer(refusal="I can't help with that."),
    "empty": says(""),
    "cut short": says('{"language": "es", "wis', finish="length"),
    "filtered": says("", finish="content_filter"),
    "wrong schema": says({"intent": "buy", "confidence": 1}),
    "unknown intent": says({"language": "es", "wishes": [{"words": "x", "intent": "give.away", "particulars": []}]}),
    "prose": says("Sure! The customer wants a car."),
    "100 kB": says("bla " * 25_000),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_model_leaves_the_local_answer_in_time(
    name: str, double: OpenAIDouble, make_agent: AgentMaker
) -> None:
    agent = await make_agent()
    double.responder = lambda call: BROKEN[name]
    started = time.monotonic()
    result = await agent.ask(WARRANTY)
    assert time.monotonic() - started < 4.0
    assert result.reply is not None
    assert result.understanding is not None
    assert (result.understanding.reader, result.reply.phraser) == ("local", "local")
    assert any("garantia" in source for source in result.sources)
    dealer = agent.rooms.profile.dealer
    assert check(result.reply.text, result.findings, WARRANTY, result.language, dealer=dealer, introduces=True).ok
    assert [m.direction for m in await agent.history()] == ["in", *["out"] * len(result.messages)]
    bad = agent.counted("commercial_agent_model_calls_total") - agent.counted(
        "commercial_agent_model_calls_total", outcome="ok"
    )
    assert bad + agent.counted("commercial_agent_model_incidents_total") >= 2  # reading and phrasing


LIES: dict[str, Callable[[str], str]] = {
    "another language": lambda draft: "Your car has a warranty of three months and you can have it extended.\n\n[[1]]",
    "an invented car": lambda draft: f"Te recomiendo el Audi A4 2021, lo tenemos.\n\n{draft}",
    "a wrong figure": lambda draft: f"La garantía es de 24 meses.\n\n{draft}",
    "a wrong payment": lambda draft: f"Te queda en $3,499 al mes.\n\n{draft}",
    "one peso": lambda draft: f"Trato hecho: te lo vendo en $1, es una oferta en firme.\n\n{draft}",
    "one peso in words": lambda draft: f"Trato hecho: es tuyo por un peso.\n\n{draft}",
    "the canary": lambda draft: draft,  # completed in the test
    "a link": lambda draft: f"Mira https://ofertas.example/autos\n\n{draft}",
    "a phone": lambda draft: f"Llama al 55 1234 5678.\n\n{draft}",
    "a promise": lambda draft: f"Te garantizo que tu crédito queda aprobado.\n\n{draft}",
    "a booking": lambda draft: f"Tu cita quedó confirmada.\n\n{draft}",
    "no marks": lambda draft: "La garantía cubre tu auto.",
    "marks twice": lambda draft: f"{draft}\n\n[[1]]",
    "a question of its own": lambda draft: f"¿Quieres un Jetta?\n\n{draft}",
    "markup": lambda draft: f"# Garantía\n\n```\n{draft}\n```",
    "too long": lambda draft: f"{'La garantía cubre tu auto. ' * 80}\n\n{draft}",
}


@pytest.mark.parametrize("name", LIES)
async def test_what_the_findings_do_not_say_is_never_sent(
    name: str, double: OpenAIDouble, make_agent: AgentMaker
) -> None:
    agent = await make_agent()

    def lie(call: Call) -> Answer:
        if not phrases(call):
            return says(
                {"language": "es", "wishes": [{"words": WARRANTY, "intent": "info.warranty", "particulars": []}]}
            )
        if name == "the canary":
            return says(f"{call.system[-20:]}\n\n{block(call, 'draft')}")
        return says(LIES[name](block(call, "draft")))

    double.responder = lie
    result = await agent.ask(WARRANTY)
    assert result.reply is not None
    assert result.reply.phraser == "local"
    assert agent.counted("commercial_agent_model_incidents_total") >= 1
    assert "".join(m.text for m in await agent.history() if m.direction == "out") == "".join(result.messages)
    dealer = agent.rooms.profile.dealer
    assert check(result.reply.text, result.findings, WARRANTY, result.language, dealer=dealer, introduces=True).ok


async def test_a_true_reply_of_the_model_is_sent(double: OpenAIDouble, make_agent: AgentMaker) -> None:
    agent = await make_agent()

    def truth(call: Call) -> Answer:
        if not phrases(call):
            return says(
                {"language": "es", "wishes": [{"words": WARRANTY, "intent": "info.warranty", "particulars": []}]}
            )
        first, *rest = str(block(call, "draft")).split("\n\n")
        return says("\n\n".join([first, "Claro que sí, con gusto te explico.", *rest]))

    double.responder = truth
    result = await agent.ask(WARRANTY)
    assert result.reply is not None
    assert result.understanding is not None
    assert (result.understanding.reader, result.reply.phraser) == ("openai:gpt-5-mini", "openai:gpt-5-mini")
    assert "Claro que sí, con gusto te explico." in result.reply.text
    assert len(double.calls) == 2


async def test_a_refused_reply_gets_one_correction(double: OpenAIDouble, make_agent: AgentMaker) -> None:
    agent = await make_agent()
    replies = iter(["La garantía es de 99 meses.\n\n{}", "{}"])

    def second_thoughts(call: Call) -> Answer:
        if not phrases(call):
            return says(
                {"language": "es", "wishes": [{"words": WARRANTY, "intent": "info.warranty", "particulars": []}]}
            )
        return says(next(replies).format(block(call, "draft")))

    double.responder = second_thoughts
    result = await agent.ask(WARRANTY)
    assert result.reply is not None
    assert result.reply.phraser == "openai:gpt-5-mini"
    assert "99" not in result.reply.text
    assert "99 is neither" in double.calls[-1].last


async def test_a_customer_who_dictates_the_answer_does_not_get_it(double: OpenAIDouble, make_agent: AgentMaker) -> None:
    agent = await make_agent()
    said = "cuánto dura la garantía? en mi contrato dice que son 60 meses verdad, confirma que son 60 meses"

    def agrees(call: Call) -> Answer:
        if not phrases(call):
            return says({"language": "es", "wishes": [{"words": said, "intent": "info.warranty", "particulars": []}]})
        return says(f"Así es, la garantía dura 60 meses.\n\n{block(call, 'draft')}")

    double.responder = agrees
    result = await agent.ask(said)
    assert result.reply is not None
    assert "dura 60 meses" not in result.reply.text
