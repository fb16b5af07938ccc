from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import psycopg
import pytest

from commercial_agent.conversation.reply import QuickReply
from commercial_agent.messaging.interactive import Interactive
from commercial_agent.storage.content import ContentTemplates
from commercial_agent.storage.database import Database
from commercial_agent.testing.twilio import Fault

Sql = psycopg.Connection[tuple[Any, ...]]
ANA, EVA = "whatsapp:+525511112222", "whatsapp:+525533334444"
YES_NO = (QuickReply("Sí, agendar cita", "Sí, agendar cita"), QuickReply("No, gracias", "No, gracias"))
CARS = tuple(QuickReply(f"Jetta {year}", f"car:{year}") for year in range(2015, 2021))


def _options(replies: tuple[QuickReply, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((reply.title, reply.payload) for reply in replies)


async def test_options_come_as_buttons_or_a_list_made_once(running: Any, until: Any) -> None:
    running.bot.quick_replies = YES_NO
    await running.say("uno", ANA)
    await running.say("dos", EVA)
    await until(lambda: len(running.twilio.sent) == 2)
    assert {message.body for message in running.twilio.sent} == {"uno", "dos"}
    assert {message.options for message in running.twilio.sent} == {_options(YES_NO)}
    running.bot.quick_replies = CARS
    await running.say("tres", ANA)
    await until(lambda: len(running.twilio.sent) == 3)
    assert running.twilio.sent[2].options == _options(CARS)
    assert orjson.loads(running.twilio.sent[2].content_variables)["2"] == "Ver opciones"
    assert [list(content["types"]) for content in running.twilio.contents] == [
        ["twilio/quick-reply"], ["twilio/list-picker"],
    ]  # fmt: skip


async def test_another_process_uses_the_template_that_was_made(room: Any, database: Database) -> None:
    def interactive() -> Interactive:
        templates = ContentTemplates(database.short, room.client.account_sid)
        return Interactive(room.client, templates, clock=lambda: datetime.now(UTC), list_button={})

    first = await interactive().fill("hola", _options(YES_NO), "es")
    second = await interactive().fill("adiós", _options(YES_NO), "es")
    assert first is not None
    assert second is not None
    assert first.content_sid == second.content_sid
    assert len(room.twilio.contents) == 1


async def test_without_templates_the_options_are_numbered(running: Any, until: Any) -> None:
    running.twilio.wrong.no_content = True
    running.bot.quick_replies = YES_NO
    await running.say("¿Vienes?")
    await until(lambda: running.twilio.handset(ANA) != ())
    assert running.twilio.handset(ANA) == ("¿Vienes?\n\n1. Sí, agendar cita\n2. No, gracias",)


async def test_a_long_text_carries_its_options_numbered(running: Any, until: Any) -> None:
    running.bot.quick_replies = YES_NO
    await running.say("a" * 1100)
    await until(lambda: running.twilio.handset(ANA) != ())
    assert running.twilio.handset(ANA) == ("a" * 1100 + "\n\n1. Sí, agendar cita\n2. No, gracias",)
    assert running.twilio.contents == []


@pytest.mark.parametrize("code", [63013, 63021, 21656])
async def test_refused_buttons_become_numbered_text(running: Any, until: Any, code: int) -> None:
    running.twilio.wrong.next.append((400, code))
    running.bot.quick_replies = YES_NO
    await running.say("¿Vienes?")
    await until(lambda: running.twilio.handset(ANA) != ())
    assert running.twilio.handset(ANA) == ("¿Vienes?\n\n1. Sí, agendar cita\n2. No, gracias",)


async def test_a_template_that_the_provider_lost_is_made_anew(running: Any, until: Any, sql: Sql) -> None:
    running.bot.quick_replies = YES_NO
    await running.say("uno")
    await until(lambda: len(running.twilio.sent) == 1)
    running.twilio.contents.clear()
    await running.say("dos")
    await until(lambda: len(running.twilio.sent) == 2)
    await running.say("tres")
    await until(lambda: len(running.twilio.sent) == 3)
    assert [bool(message.options) for message in running.twilio.sent] == [True, False, True]


@pytest.mark.parametrize("fault", [Fault.ACCEPTED_LOST, Fault.ACCEPTED_BROKEN, Fault.LOST])
async def test_buttons_in_doubt_are_sent_once(running: Any, until: Any, sql: Sql, fault: Fault) -> None:
    running.twilio.wrong.next.append(fault)
    running.bot.quick_replies = YES_NO
    await running.say("¿Vienes?")
    await until(lambda: sql.execute("SELECT status FROM outbox").fetchall() == [("accepted",)])
    assert len(running.twilio.sent) == 1
    assert running.twilio.sent[0].options == _options(YES_NO)


async def test_a_picture_goes_with_its_text_as_caption(running: Any, until: Any) -> None:
    running.bot.quick_replies, running.bot.picture = YES_NO, "https://cars.example.com/1.jpg"
    await running.say("Jetta")
    await until(lambda: running.twilio.handset(ANA) != ())
    (sent,) = running.twilio.sent
    assert sent.media_url == "https://cars.example.com/1.jpg"
    assert sent.body == "Jetta\n\n1. Sí, agendar cita\n2. No, gracias"


async def test_a_picture_that_cannot_be_fetched_is_left_out(running: Any, until: Any) -> None:
    running.twilio.wrong.next.append((400, 63019))
    running.bot.picture = "https://cars.example.com/gone.jpg"
    await running.say("Jetta")
    await until(lambda: running.twilio.handset(ANA) == ("Jetta",))
    assert running.twilio.sent[0].media_url is None
