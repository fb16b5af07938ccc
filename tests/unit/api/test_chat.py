from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commercial_agent.api.chat import Queues, answer_of, read_request
from commercial_agent.api.problems import Problem
from commercial_agent.api.schemas import ChatResponse
from commercial_agent.chatbot.result import TurnResult
from commercial_agent.conversation.findings import AppointmentFinding, BranchFact, Calculated
from commercial_agent.conversation.messages import Channel, Mode
from commercial_agent.conversation.requests import AppointmentDraft, FinanceKind
from commercial_agent.errors import DatabaseUnavailable, InvalidInput, NotConfigured

JSON = {"Content-Type": "application/json"}
ASK = {"conversation_id": "c-1", "message": "¿cuánto queda a 48 meses?"}


async def test_a_turn_is_answered_with_every_field_of_the_contract(client: Any, chatbot: Any) -> None:
    async with client() as http:
        response = await http.post("/api/chat", json=ASK)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {
        "conversation_id": "c-1",
        "turn_id": "turn-1",
        "reply": "Tu pago sería de *$4,565.27* al mes.\n\n¿Lo apartamos?",
        "messages": ["Tu pago sería de *$4,565.27* al mes.\n\n¿Lo apartamos?"],
        "language": "es",
        "agent": "finance",
        "agents": ["finance"],
        "intents": ["finance.quote"],
        "cars": ["306473"],
        "quotes": [
            {
                "stock_id": "306473",
                "price": "224999.00",
                "down_payment": "44999.80",
                "months": 48,
                "annual_rate": "0.10",
                "monthly_payment": "4565.27",
                "total_interest": "39133.60",
            }
        ],
        "calculations": [],
        "sources": [],
        "handoff": False,
        "appointment": None,
        "opted_out": False,
    }
    ChatResponse.model_validate(response.json())
    key, message = chatbot.asked[0]
    assert (key.channel, key.address, message.text) == (Channel.API, "c-1", ASK["message"])


async def test_while_a_person_has_the_conversation_the_reply_is_empty(client: Any, chatbot: Any) -> None:
    chatbot.result = replace(chatbot.result, mode=Mode.HUMAN, reply=None, messages=())
    async with client() as http:
        body = (await http.post("/api/chat", json=ASK)).json()
    assert body["reply"] == ""
    assert body["messages"] == []
    assert body["handoff"] is True


def test_a_booked_appointment_says_where_and_when(result: TurnResult) -> None:
    booked = AppointmentFinding(
        status="changed",
        draft=AppointmentDraft(kind="visit", day=date(2026, 3, 7), at=time(11), stock_id="306473", name="Ana"),
        branch=BranchFact("puebla", "Puebla Angelópolis", "Puebla", "Blvd. del Niño Poblano 2510"),
        booking_id="b-9",
        starts_at=datetime(2026, 3, 7, 17, tzinfo=UTC),
    )
    shown = answer_of("c", replace(result, appointment=booked))
    ChatResponse.model_validate({**shown, "messages": list(shown["messages"])}, strict=False)
    assert shown["appointment"]["status"] == "booked"
    assert shown["appointment"]["branch"] == "Puebla Angelópolis"
    assert shown["appointment"]["starts_at"] == "2026-03-07T17:00:00+00:00"
    assert "Ana" not in str(shown["appointment"])


def test_no_appointment_is_null(result: TurnResult) -> None:
    none = AppointmentFinding(status="none", draft=AppointmentDraft())
    assert answer_of("c", replace(result, appointment=none))["appointment"] is None


def test_other_calculations_keep_every_digit_that_counts(result: TurnResult) -> None:
    calculated = Calculated(
        FinanceKind.BALLOON,
        (("balloon", Decimal("50000")), ("rate", Decimal("0.1275")), ("months", 36), ("fits", True), ("gone", None)),
    )
    figures = answer_of("c", replace(result, calculations=(calculated,)))["calculations"][0]["figures"]
    assert figures == {"balloon": "50000.00", "rate": "0.1275", "months": 36, "fits": True, "gone": None}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad_json"),
        (b"{", 400, "bad_json"),
        (b"\xff\xfe", 400, "bad_json"),
        (b'{"conversation_id": "\\ud800", "message": "hola"}', 400, "bad_json"),
        (b"[" * 30000, 400, "bad_json"),
        (b"[]", 422, "invalid_request"),
        (b"null", 422, "invalid_request"),
        (b'{"message": "hola"}', 422, "missing_field"),
        (b'{"conversation_id": "c"}', 422, "missing_field"),
        (b'{"conversation_id": "c", "message": "hola", "model": "x"}', 422, "unknown_field"),
        (b'{"conversation_id": "c", "message": ""}', 422, "empty_message"),
        (b'{"conversation_id": "c", "message": " \\n\\t "}', 422, "empty_message"),
        (b'{"conversation_id": "c", "message": 5}', 422, "invalid_field"),
        (b'{"conversation_id": 5, "message": "hola"}', 422, "invalid_field"),
        (b'{"conversation_id": "", "message": "hola"}', 422, "invalid_field"),
        (b'{"conversation_id": "a\\u0000b", "message": "hola"}', 422, "invalid_field"),
        (b'{"conversation_id": "a\\nb", "message": "hola"}', 422, "invalid_field"),
        (b'{"conversation_id": "' + b"x" * 129 + b'", "message": "hola"}', 422, "invalid_field"),
        (b'{"conversation_id": "c", "message": "' + b"x" * 4097 + b'"}', 413, "message_too_long"),
        (b'{"conversation_id": "c", "message": "' + b"x" * 70000 + b'"}', 413, "content_too_large"),
    ],
)
async def test_bad_input_gets_a_problem_with_a_sentence(
    client: Any, chatbot: Any, body: bytes, status: int, code: str
) -> None:
    async with client() as http:
        response = await http.post("/api/chat", content=body, headers=JSON)
    problem = response.json()
    assert response.status_code == status, problem
    assert response.headers["content-type"] == "application/problem+json"
    assert problem["status"] == status
    assert problem["code"] == code
    assert problem["type"].endswith(code)
    assert problem["detail"].endswith(".")
    assert chatbot.asked == []


async def test_a_body_without_a_length_is_cut_at_the_limit(client: Any, chatbot: Any) -> None:
    sent = 0

    async def stream() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(10_000):
            sent += 1024
            yield b" " * 1024

    async with client() as http:
        response = await http.post("/api/chat", content=stream(), headers=JSON)
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"
    assert sent < 200_000


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_only_json_is_taken(client: Any, kind: str) -> None:
    async with client() as http:
        response = await http.post("/api/chat", content=b"{}", headers={"Content-Type": kind})
    assert response.status_code == 415
    assert response.json()["code"] == "unsupported_media_type"


async def test_a_charset_beside_the_content_type_is_fine(client: Any) -> None:
    async with client() as http:
        response = await http.post(
            "/api/chat",
            content=b'{"conversation_id":"c","message":"hola"}',
            headers={"Content-Type": "Application/JSON; charset=utf-8"},
        )
    assert response.status_code == 200


async def test_exactly_4096_characters_are_taken(client: Any) -> None:
    async with client() as http:
        response = await http.post("/api/chat", json={"conversation_id": "c" * 128, "message": "ñ" * 4096})
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (DatabaseUnavailable(), 503, "database_unavailable"),
        (ConnectionRefusedError("postgresql://user:secret@db"), 503, "database_unavailable"),
        (NotConfigured("Set LLM_MODEL."), 503, "not_configured"),
        (InvalidInput("No such thing."), 422, "invalid_input"),
        (RuntimeError("secret in a message"), 500, "internal_error"),
        (ExceptionGroup("several", [ValueError("secret")]), 500, "internal_error"),
    ],
)
async def test_faults_inside_are_problems_without_inner_detail(
    client: Any, chatbot: Any, error: Exception, status: int, code: str
) -> None:
    chatbot.error = error
    async with client() as http:
        response = await http.post("/api/chat", json=ASK)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == code
    assert "secret" not in response.text
    assert "Traceback" not in response.text


async def test_the_service_recovers_when_the_fault_is_over(client: Any, chatbot: Any) -> None:
    async with client() as http:
        chatbot.error = DatabaseUnavailable()
        down = await http.post("/api/chat", json=ASK)
        chatbot.error = None
        up = await http.post("/api/chat", json=ASK)
    assert down.headers["retry-after"]
    assert (down.status_code, up.status_code) == (503, 200)


@given(st.binary(max_size=300))
def test_any_body_is_either_a_request_or_a_client_problem(body: bytes) -> None:
    status = 200
    try:
        assert read_request("application/json", body).message.strip()
    except Problem as problem:
        status = problem.status
    assert status in (200, 400, 413, 422)


@given(st.text(min_size=1, max_size=128).filter(str.isprintable))
def test_any_printable_text_names_a_conversation(name: str) -> None:
    import orjson

    body = orjson.dumps({"conversation_id": name, "message": "hola"})
    assert read_request("application/json", body).conversation_id == name


async def test_requests_of_one_conversation_take_turns_in_order_of_arrival() -> None:
    queues, order, inside = Queues(10), [], 0

    async def visit(number: int) -> None:
        nonlocal inside
        async with queues.place("c"):
            inside += 1
            assert inside == 1
            await asyncio.sleep(0)
            order.append(number)
            inside -= 1

    await asyncio.gather(*(visit(number) for number in range(8)))
    assert order == list(range(8))


async def test_a_conversation_that_floods_is_told_to_wait_and_others_are_not() -> None:
    queues, opened = Queues(2), asyncio.Event()

    async def visit() -> None:
        async with queues.place("loud"):
            await opened.wait()

    waiting = [asyncio.create_task(visit()) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Problem) as refused:
        async with queues.place("loud"):
            pytest.fail("a third one got in")
    async with queues.place("quiet"):
        opened.set()
    await asyncio.gather(*waiting)
    assert refused.value.status == 429
    async with queues.place("loud"):
        pass
