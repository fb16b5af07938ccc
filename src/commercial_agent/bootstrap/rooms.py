"""The rooms between reading and phrasing, built from settings and profile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from commercial_agent.agents.appointments import AppointmentClerk
from commercial_agent.agents.cars import car_facts
from commercial_agent.agents.catalog import CatalogAgent
from commercial_agent.agents.concierge import ConciergeAgent
from commercial_agent.agents.finance import FinanceAgent
from commercial_agent.agents.info import InfoAgent, branch_fact
from commercial_agent.bootstrap.people import desks
from commercial_agent.catalog import Catalog, LiveCatalog
from commercial_agent.chatbot.calendar import AppointmentLinks
from commercial_agent.chatbot.result import TurnResult
from commercial_agent.chatbot.second_look import SecondLook
from commercial_agent.chatbot.turn import Agents, Chatbot
from commercial_agent.conversation.cars import CarFacts
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.findings import BranchFact
from commercial_agent.conversation.language import Language
from commercial_agent.conversation.messages import ConversationKey, IncomingMessage
from commercial_agent.conversation.reply import Phraser
from commercial_agent.conversation.state import DialogueState
from commercial_agent.conversation.understanding import Reader, Understanding
from commercial_agent.errors import CommercialAgentError, ModelUnavailable
from commercial_agent.finance.links import PlanLinks
from commercial_agent.knowledge import Branches, KnowledgeBase
from commercial_agent.knowledge.embedding import load_embedder
from commercial_agent.observability import Metrics, TracedChatbot, TurnLog
from commercial_agent.observability.tracing import Tracer
from commercial_agent.profile import Profile
from commercial_agent.replies.local import LocalPhraser
from commercial_agent.replies.whatsapp import split
from commercial_agent.settings import Settings
from commercial_agent.storage.conversations import Conversations
from commercial_agent.storage.database import Database
from commercial_agent.understanding.classifier import IntentClassifier
from commercial_agent.understanding.entities import EntityReader
from commercial_agent.understanding.local import LocalReader

log = logging.getLogger(__name__)

_LOOK_AT_PAGES_S = 5.0
_WARM_UP_AFTER_S = 1.0  # the web pages load first


class Answerer(Protocol):
    """A chatbot, traced or not."""

    async def answer(
        self, key: ConversationKey, message: IncomingMessage, inbound_ids: Sequence[str] = ()
    ) -> TurnResult:
        """Answer one turn."""
        ...


@dataclass
class Rooms:
    """What a turn needs, and what keeps it fresh."""

    profile: Profile
    stock: LiveCatalog
    knowledge: KnowledgeBase
    branches: Branches
    conversations: Conversations
    chatbot: Answerer
    plan_links: PlanLinks
    appointment_links: AppointmentLinks
    reader: StockReader  # the local one
    close_models: Callable[[], Awaitable[None]] | None = None
    unread: str | None = None  # why the local reader cannot read, if it cannot

    async def warm_up(self) -> None:
        """Read a message in each language: the first reading of a process is slow, and better not a customer's."""
        await asyncio.sleep(_WARM_UP_AFTER_S)
        try:
            for language, greeting in (("es", "hola"), ("en", "hello"), ("pt", "olá")):
                state = DialogueState(language=Language(language))
                now = datetime.now(self.profile.dealer.time_zone)
                await asyncio.to_thread(self.reader.read_now, greeting, state, now)
        except Exception as error:
            log.exception("local_reader_broken")
            self.unread = f"The local reader cannot read: {type(error).__name__}."

    async def check_model(self) -> None:
        """Whether messages can be read.

        Raises:
            ModelUnavailable: they cannot.
        """
        if self.unread is not None:
            raise ModelUnavailable(self.unread)

    async def close(self) -> None:
        """End the connections to language models."""
        if self.close_models is not None:
            await self.close_models()
        if self.knowledge.embedder is not None:
            await self.knowledge.embedder.close()

    async def watch_knowledge(self) -> None:
        """Ingest pages again when they change, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_AT_PAGES_S)
            try:
                await self.knowledge.refresh()
            except CommercialAgentError as error:
                log.warning("knowledge_not_refreshed", extra={"reason": error.reason})


class StockReader:
    """The local reader, made anew beside the running turns when the stock brings new names."""

    def __init__(self, classifier: IntentClassifier, stock: LiveCatalog, branches: Branches, dealer: Dealer) -> None:
        self._classifier = classifier
        self._stock = stock
        self._branches = branches
        self._zone = dealer.time_zone
        self._known = stock.current
        self._reader = self._made(self._known)
        self._learning: asyncio.Task[None] | None = None

    async def read(self, text: str, state: DialogueState, now: datetime) -> Understanding:
        """Read a message (see `conversation.understanding.Reader`)."""
        if self._stock.current is not self._known and (self._learning is None or self._learning.done()):
            self._learning = asyncio.create_task(self._learn())
        return self.read_now(text, state, now)

    def read_now(self, text: str, state: DialogueState, now: datetime) -> Understanding:
        """`read` without a loop, for another thread."""
        return self._reader.read_now(text, state, now)

    async def _learn(self) -> None:
        catalog = self._stock.current
        self._reader = await asyncio.to_thread(self._made, catalog)
        self._known = catalog

    def _made(self, catalog: Catalog) -> LocalReader:
        entities = EntityReader(catalog.taxonomy, self._branches.places, self._zone, self._branches)
        return LocalReader(self._classifier, entities)


def build_rooms(
    settings: Settings,
    profile: Profile,
    stock: LiveCatalog,
    database: Database,
    metrics: Metrics,
    tracer: Tracer,
    secret: str,
) -> Rooms:
    """Make everything between a message and its reply.

    Raises:
        OperatorError: a file of the profile cannot be used.
    """
    dealer = profile.dealer

    def now() -> datetime:
        return datetime.now(dealer.time_zone)

    branches = Branches.load(profile.branches_file)
    knowledge = _knowledge(settings, profile, database, metrics, now)
    address = settings.public_base_url or f"http://localhost:{settings.port}"
    plan_links, appointment_links = PlanLinks(secret, address, now), AppointmentLinks(secret, address)
    agents = Agents(
        catalog=CatalogAgent(stock),
        finance=FinanceAgent(profile.finance, stock, knowledge, plan_links),
        info=InfoAgent(knowledge, branches, dealer),
        concierge=ConciergeAgent(_clerk(profile, branches, stock, appointment_links), profile.people),
    )
    local = StockReader(IntentClassifier.load(), stock, branches, dealer)
    language = _Language(Conversations(database.engine), local, LocalPhraser(dealer))
    if settings.llm_model:
        from commercial_agent.bootstrap.models import build_models

        models = build_models(settings, database, metrics, secret, now)
        reader = models.reader(local, dealer, stock, branches)
        language = _Language(models.conversations, reader, models.phraser(dealer), models.caller.close)
    chatbot = Chatbot(
        conversations=language.conversations,
        reader=language.reader,
        agents=agents,
        phraser=language.phraser,
        split=split,
        clock=now,
        default_language=dealer.languages[0],
        observer=TurnLog(metrics),
        desks=desks(settings, profile),
        listener=local,
        second_look=SecondLook(knowledge),
    )
    return Rooms(
        profile=profile,
        stock=stock,
        knowledge=knowledge,
        branches=branches,
        conversations=language.conversations,
        chatbot=TracedChatbot(chatbot, tracer) if tracer.enabled else chatbot,
        plan_links=plan_links,
        appointment_links=appointment_links,
        reader=local,
        close_models=language.close,
    )


@dataclass(frozen=True, slots=True)
class _Language:
    """Who reads and phrases: the local engine, or models with it behind them."""

    conversations: Conversations
    reader: Reader
    phraser: Phraser
    close: Callable[[], Awaitable[None]] | None = None


def _knowledge(
    settings: Settings, profile: Profile, database: Database, metrics: Metrics, now: Callable[[], datetime]
) -> KnowledgeBase:
    embedder = load_embedder(
        settings.embeddings_model,
        base_url=settings.llm_base_url,
        api_key=settings.llm_api_key.get_secret_value(),
        failed=lambda: metrics.observe_model_incident("embedding_failed"),
    )
    return KnowledgeBase(
        database.short,
        profile.knowledge_dir,
        default_language=profile.dealer.languages[0],
        today=lambda: now().date(),
        embedder=embedder,
    )


def _clerk(profile: Profile, branches: Branches, stock: LiveCatalog, links: AppointmentLinks) -> AppointmentClerk:
    def find(said: str) -> Sequence[BranchFact]:
        return [branch_fact(branch) for branch in branches.find(said)]

    def car(stock_id: str) -> CarFacts | None:
        return car_facts(stock.current, stock_id)

    return AppointmentClerk(find, [branch_fact(branch) for branch in branches.all], car, profile.appointments, links)
