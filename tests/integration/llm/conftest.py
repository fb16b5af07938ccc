from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from pydantic import SecretStr

from commercial_agent.bootstrap import rooms
from commercial_agent.bootstrap.rooms import Rooms, StockReader
from commercial_agent.catalog import LiveCatalog
from commercial_agent.chatbot.result import TurnResult
from commercial_agent.conversation.messages import Channel, ConversationKey, IncomingMessage
from commercial_agent.knowledge import Branches
from commercial_agent.observability import Metrics, NullTracer
from commercial_agent.observability.tracing import Tracer
from commercial_agent.profile import Profile, load_profile
from commercial_agent.settings import Settings
from commercial_agent.storage.conversations import StoredMessage
from commercial_agent.storage.database import Database
from commercial_agent.storage.embedded import EmbeddedPostgres
from commercial_agent.testing.openai import OpenAIDouble
from commercial_agent.understanding.classifier import IntentClassifier

DEALERSHIP = Path(__file__).parents[3] / "dealership"


@lru_cache(1)
def _profile() -> tuple[Profile, LiveCatalog]:
    return load_profile(DEALERSHIP), LiveCatalog.load(DEALERSHIP / "catalog.csv")


@dataclass
class Agent:
    """The whole agent on a fresh database, its models at a double."""

    rooms: Rooms
    metrics: Metrics
    id: str = field(default_factory=lambda: uuid4().hex)

    async def ask(self, text: str, conversation: str = "") -> TurnResult:
        zone = self.rooms.profile.dealer.time_zone
        key = ConversationKey(Channel.TEST, self.id + conversation)
        return await self.rooms.chatbot.answer(key, IncomingMessage(text, datetime.now(zone)))

    async def history(self, conversation: str = "") -> tuple[StoredMessage, ...]:
        """What is stored of a conversation."""
        return await self.rooms.conversations.history(ConversationKey(Channel.TEST, self.id + conversation))

    def counted(self, name: str, **labels: str) -> float:
        """The sum of a metric's samples with these labels."""
        return sum(
            sample.value
            for family in self.metrics.registry.collect()
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )


AgentMaker = Callable[..., Any]


@pytest.fixture
def double() -> Iterator[OpenAIDouble]:
    with OpenAIDouble() as double:
        yield double


@lru_cache(1)
def _branches() -> Branches:
    return Branches.load(DEALERSHIP / "branches.toml")


class _Classifiers:
    load = staticmethod(lru_cache(1)(IntentClassifier.load))


@lru_cache(1)
def _local_reader(*parts: Any) -> StockReader:
    return StockReader(*parts)


@pytest.fixture(scope="module")
def shared_url(postgres_server: EmbeddedPostgres, template_database: str) -> Iterator[str]:
    """One database for a module: its tests use conversations of their own, and no cache unless they ask for it."""
    name = f"models_{uuid4().hex[:8]}"
    with psycopg.connect(postgres_server.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template_database} STRATEGY FILE_COPY")
    yield postgres_server.url.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres_server.url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(shared_url: str) -> AsyncIterator[Database]:
    database = Database(shared_url)
    yield database
    await database.dispose()


@pytest.fixture
async def make_agent(
    database: Database, double: OpenAIDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[AgentMaker]:
    """Agents whose models are the double; settings by name."""
    made: list[Rooms] = []

    def one_for_all(classifier: Any, stock: LiveCatalog, branches: Any, dealer: Any) -> StockReader:
        """The local reader takes a second to build and keeps nothing of a conversation."""
        return _local_reader(classifier, stock, _branches(), dealer)

    monkeypatch.setattr(rooms, "StockReader", one_for_all)
    monkeypatch.setattr(rooms, "IntentClassifier", _Classifiers)

    async def make(tracer: Tracer | None = None, **changes: Any) -> Agent:
        profile, stock = _profile()
        values: dict[str, Any] = {
            "llm_model": "openai:gpt-5-mini", "llm_base_url": double.url, "llm_api_key": SecretStr("sk-double"),
            "llm_timeout": 1.0, "llm_turn_deadline": 2.0, "llm_cache_hours": 0, "dealership_dir": DEALERSHIP,
            "data_dir": tmp_path,
        }  # fmt: skip
        settings = Settings.model_construct(**{**values, **changes})
        metrics = Metrics()
        built = rooms.build_rooms(
            settings, profile, stock, database, metrics, tracer or NullTracer(), "a secret of the tests"
        )
        made.append(built)
        await built.knowledge.ingest()
        return Agent(built, metrics)

    yield make
    for built in made:
        await built.close()
