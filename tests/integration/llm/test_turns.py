"""What a turn with a model costs, remembers and leaves behind."""

from __future__ import annotations

from tests.integration.llm.conftest import AgentMaker

from commercial_agent.testing.models import Obedient, block, phrases
from commercial_agent.testing.openai import OpenAIDouble

SEARCH = "ando tras una camioneta pa la familia que no se pase de 400 mil pesitos y que traiga carplay si se puede"
READING = {
    "language": "es",
    "wishes": [
        {
            "words": SEARCH,
            "intent": "catalog.search",
            "particulars": [
                {"kind": "body_style", "value": "suv"},
                {"kind": "price_max", "value": "400000"},
                {"kind": "equipment", "value": "car_play"},
            ],
        }
    ],
}
CAVEATS = "y fíjate que el primero que me pusiste, ese qué tal anda de kilometraje y si es de gasolina o qué"
SECOND = {
    "language": "es",
    "wishes": [
        {
            "words": CAVEATS,
            "intent": "catalog.detail",
            "particulars": [
                {"kind": "place_in_list", "value": "1"},
                {"kind": "attribute", "value": "km"},
                {"kind": "attribute", "value": "fuel"},
            ],
        }
    ],
}


async def test_a_turn_takes_two_calls_at_most_and_a_certain_one_none(
    double: OpenAIDouble, make_agent: AgentMaker
) -> None:
    agent = await make_agent(llm_timeout=10, llm_turn_deadline=20)
    double.responder = Obedient({SEARCH: READING, CAVEATS: SECOND})
    for said, calls in (("hola", 0), (SEARCH, 2), ("el segundo a 48 meses", 1), (CAVEATS, 2), ("gracias", 0)):
        before = len(double.calls)
        await agent.ask(said)
        assert len(double.calls) - before <= calls, said


async def test_the_model_sees_the_conversation_so_far_but_not_without_bounds(
    double: OpenAIDouble, make_agent: AgentMaker
) -> None:
    agent = await make_agent(llm_timeout=10, llm_turn_deadline=20)
    double.responder = Obedient({SEARCH: READING, CAVEATS: SECOND})
    first = await agent.ask(SEARCH)
    result = await agent.ask(CAVEATS)
    assert result.cars == first.cars[:1]
    reading = next(call for call in reversed(double.calls) if not phrases(call))
    conversation = block(reading, "conversation")
    assert conversation["conversation"]["search_in_force"]["body_styles"] == ["suv"]
    assert [said["from"] for said in conversation["last_messages"]] == ["customer", "agent"]
    for _ in range(9):
        await agent.ask(CAVEATS)
    assert max(len(call.last) for call in double.calls) < 16_000


async def test_the_system_prompt_is_the_same_for_everybody(double: OpenAIDouble, make_agent: AgentMaker) -> None:
    agent = await make_agent(llm_timeout=10, llm_turn_deadline=20)
    double.responder = Obedient({SEARCH: READING})
    await agent.ask(SEARCH, "one")
    await agent.ask(SEARCH, "two")
    assert len({call.system for call in double.calls}) == 2  # one for reading, one for phrasing


async def test_cards_and_the_question_stay_the_programs(double: OpenAIDouble, make_agent: AgentMaker) -> None:
    agent, plain = await make_agent(llm_timeout=10, llm_turn_deadline=20), await make_agent(llm_model="")
    double.responder = Obedient({SEARCH: READING}, rewrite=lambda draft, call: draft.replace("Hay", "Encontré que hay"))
    result, local = await agent.ask(SEARCH), await plain.ask(SEARCH)
    assert result.reply is not None
    assert local.reply is not None
    kinds = [type(block) for block in result.reply.blocks]
    assert kinds == [type(block) for block in local.reply.blocks]
    assert result.reply.question == local.reply.question
    assert result.reply.quick_replies == local.reply.quick_replies


async def test_a_conversation_beyond_its_budget_goes_on_locally(double: OpenAIDouble, make_agent: AgentMaker) -> None:
    from decimal import Decimal

    agent = await make_agent(llm_conversation_budget=Decimal("0.00001"), llm_timeout=10, llm_turn_deadline=20)
    double.responder = Obedient({SEARCH: READING, CAVEATS: SECOND})
    await agent.ask(SEARCH)
    before = len(double.calls)
    result = await agent.ask(CAVEATS)
    assert len(double.calls) == before
    assert result.reply is not None
    assert agent.counted("commercial_agent_model_calls_total", outcome="capped") >= 1


async def test_tokens_and_cost_are_in_the_metrics(double: OpenAIDouble, make_agent: AgentMaker) -> None:
    agent = await make_agent(llm_timeout=10, llm_turn_deadline=20)
    double.responder = Obedient({SEARCH: READING})
    await agent.ask(SEARCH)
    assert agent.counted("commercial_agent_model_tokens_total", direction="in") == 200
    assert agent.counted("commercial_agent_model_tokens_total", direction="out") == 40
    assert agent.counted("commercial_agent_model_cost_usd_total") > 0
