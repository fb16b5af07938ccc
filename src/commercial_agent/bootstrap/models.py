"""The language models of one process, and what they take over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from commercial_agent.catalog import LiveCatalog
from commercial_agent.conversation.dealer import Dealer
from commercial_agent.conversation.understanding import Reader
from commercial_agent.knowledge import Branches
from commercial_agent.llm.calls import ModelCaller
from commercial_agent.llm.ledger import Caps, StoredLedger
from commercial_agent.llm.models import ModelConfig, load_model
from commercial_agent.llm.prices import Price, price_of
from commercial_agent.llm.transcribing import SpeechToText, TranscriberConfig
from commercial_agent.llm.turns import ConversationsOfModels
from commercial_agent.llm.watching import ModelWatch
from commercial_agent.observability import Metrics
from commercial_agent.replies.local import LocalPhraser
from commercial_agent.replies.model_phraser import ModelPhraser, phrase_prompt
from commercial_agent.settings import Settings
from commercial_agent.storage.database import Database
from commercial_agent.storage.model_calls import ModelCallStore
from commercial_agent.understanding.model_reader import ModelReader, understand_prompt
from commercial_agent.understanding.model_values import Names


@dataclass(frozen=True, slots=True)
class Models:
    """What reads and phrases with language models."""

    caller: ModelCaller
    conversations: ConversationsOfModels
    canary: str

    def reader(self, local: Reader, dealer: Dealer, stock: LiveCatalog, branches: Branches) -> ModelReader:
        """A reader with the local one before and behind it."""
        prompt = understand_prompt(dealer.name, self.canary)
        return ModelReader(local, self.caller, lambda: Names(stock.current.taxonomy, branches), prompt)

    def phraser(self, dealer: Dealer) -> ModelPhraser:
        """A phraser with the local one before and behind it."""
        return ModelPhraser(LocalPhraser(dealer), self.caller, dealer, phrase_prompt(dealer, self.canary))


def build_models(
    settings: Settings, database: Database, metrics: Metrics, secret: str, now: Callable[[], datetime]
) -> Models:
    """Load the configured models.

    Raises:
        NotConfigured: a package or a key is missing.
    """
    names = (settings.llm_model, *settings.llm_fallback_models)
    config = ModelConfig(
        names,
        settings.llm_base_url,
        settings.llm_api_key.get_secret_value(),
        settings.llm_timeout,
        settings.llm_turn_deadline,
        concurrency=settings.llm_concurrency,
        responses_api=settings.llm_responses_api,
        price=_price(settings),
    )
    ledger = _ledger(settings, database, now)
    caller = ModelCaller([load_model(name, config) for name in names], config, ModelWatch(metrics), ledger)
    canary = sha256(f"canary {secret}".encode()).hexdigest()[:16]
    return Models(caller, ConversationsOfModels(database.engine), canary)


def build_transcriber(
    settings: Settings, database: Database, metrics: Metrics, now: Callable[[], datetime]
) -> SpeechToText:
    """Connect the service that hears voice notes; the same budgets hold for it.

    Raises:
        NotConfigured: a package or a key is missing.
    """
    config = TranscriberConfig(
        settings.transcription_model,
        settings.transcription_base_url or settings.llm_base_url,
        settings.llm_api_key.get_secret_value(),
        minute_price=settings.transcription_minute_price,
    )
    return SpeechToText(config, ModelWatch(metrics), _ledger(settings, database, now))


def _ledger(settings: Settings, database: Database, now: Callable[[], datetime]) -> StoredLedger:
    return StoredLedger(
        ModelCallStore(database.short),
        Caps(settings.llm_conversation_budget, settings.llm_day_budget),
        now,
        keep_for=timedelta(hours=settings.llm_cache_hours),
    )


def _price(settings: Settings) -> Price | None:
    """The operator's own price; where he gives one side only, the table's is taken for the other."""
    if settings.llm_input_price is None and settings.llm_output_price is None:
        return None
    listed = price_of(settings.llm_model)

    def either(own: Decimal | None, table: Decimal) -> Decimal:
        return own if own is not None else table

    return Price(either(settings.llm_input_price, listed.input), either(settings.llm_output_price, listed.output))
