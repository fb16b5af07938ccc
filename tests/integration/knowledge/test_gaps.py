"""What nobody could answer: kept with the turn, counted over customers, listed for whoever writes the pages."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from typer.testing import CliRunner

from commercial_agent.bootstrap import open_agent
from commercial_agent.chatbot.record import keep_unanswered
from commercial_agent.commands.knowledge import app
from commercial_agent.conversation.findings import Finding, NotKnown, SourcesNamed
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import Channel, ConversationKey
from commercial_agent.storage.conversations import Conversations
from commercial_agent.storage.knowledge import KnowledgeStore

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
Sql = psycopg.Connection[tuple[Any, ...]]


async def ask(engine: AsyncEngine, customer: str, *findings: Finding, language: Language = Language.ES) -> None:
    async with Conversations(engine).turn(ConversationKey(Channel.API, customer)) as conversation:
        await keep_unanswered(conversation, "turn", language, findings, NOW)


async def test_gaps_are_counted_over_customers_whatever_the_spelling_and_the_most_frequent_comes_first(
    engine: AsyncEngine,
) -> None:
    await ask(engine, "ana", NotKnown("¿tienen servicio de grúa?"), NotKnown("¿Lavan los autos?"))
    await ask(engine, "beto", NotKnown("LAVAN LOS AUTOS"))
    await ask(engine, "carla", NotKnown("lavan los autos?"))
    gaps = await KnowledgeStore(engine).gaps(10)
    assert [(language, question, times) for language, question, times, _ in gaps] == [
        ("es", "lavan los autos?", 3),
        ("es", "¿tienen servicio de grúa?", 1),
    ]


async def test_the_same_words_in_two_languages_are_two_gaps(engine: AsyncEngine) -> None:
    await ask(engine, "ana", NotKnown("wifi"))
    await ask(engine, "bob", NotKnown("wifi"), language=Language.EN)
    assert {gap[0] for gap in await KnowledgeStore(engine).gaps(10)} == {"es", "en"}


async def test_what_was_answered_leaves_no_gap(engine: AsyncEngine) -> None:
    await ask(engine, "ana", SourcesNamed(("knowledge/garantia.md#garantia",)))
    assert await KnowledgeStore(engine).gaps(10) == []


async def test_a_turn_that_fails_leaves_no_gap(engine: AsyncEngine) -> None:
    async def fail() -> None:
        async with Conversations(engine).turn(ConversationKey(Channel.API, "ana")) as conversation:
            await keep_unanswered(conversation, "turn", Language.ES, [NotKnown("¿hay wifi?")], NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await KnowledgeStore(engine).gaps(10) == []


async def test_what_customers_ask_in_vain_is_listed_by_the_command(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.chdir(ROOT)
    async with open_agent() as agent:
        for customer in ("ana", "beto"):
            turn = await agent.ask("do you offer roadside assistance?", conversation=customer)
            assert any(isinstance(finding, NotKnown) for finding in turn.findings)
        await agent.ask("¿cuánto dura la garantía?", conversation="carla")
    listed = await asyncio.to_thread(CliRunner().invoke, app, ["gaps", "--json"])
    (gap,) = json.loads(listed.stdout)
    assert (gap["language"], gap["times"]) == ("en", 2)
    assert "roadside" in gap["question"]


async def test_searching_before_anything_was_ingested_makes_the_index_first(
    database_url: str, sql: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.chdir(ROOT)
    assert sql.execute("SELECT count(*) FROM knowledge_passages").fetchone() == (0,)
    found = await asyncio.to_thread(CliRunner().invoke, app, ["search", "¿cuánto dura la garantía?", "--json"])
    assert found.exit_code == 0
    assert json.loads(found.stdout)[0]["source"] == "knowledge/garantia.md#cuanto-dura-la-garantia"
