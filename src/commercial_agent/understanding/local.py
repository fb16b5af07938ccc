"""The reader that needs no network: trained models and grammars, milliseconds a message."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from commercial_agent.catalog import Taxonomy
from commercial_agent.conversation.state import DialogueState
from commercial_agent.conversation.understanding import IntentScore, Understanding
from commercial_agent.understanding.classifier import IntentClassifier
from commercial_agent.understanding.entities import EntityReader
from commercial_agent.understanding.language import detect_language
from commercial_agent.understanding.segments import Segmenter
from commercial_agent.understanding.text import MAX_CHARS
from commercial_agent.understanding.tracking import build_requests
from commercial_agent.understanding.tracking.cash import pays_cash


class LocalReader:
    """Reads messages with the fitted classifier and the entity grammars."""

    def __init__(self, classifier: IntentClassifier, entities: EntityReader) -> None:
        self._segmenter = Segmenter(classifier)
        self._entities = entities

    async def read(self, text: str, state: DialogueState, now: datetime) -> Understanding:
        """Read a message (see `conversation.understanding.Reader`)."""
        return self.read_now(text, state, now)

    def read_now(self, text: str, state: DialogueState, now: datetime) -> Understanding:
        """`read` without a loop, for tools and measurements."""
        text = text[:MAX_CHARS]
        language = detect_language(text, state.language, self._entities.proper_names)
        if state.language_fixed and state.language is not None:
            language = state.language
        segments = self._segmenter.split(text, language)
        entities = self._entities.read(text, language, now)
        requests = build_requests(text, language, segments, entities, state, now)
        return Understanding(
            language=language,
            intents=tuple(IntentScore(segment.intent, segment.confidence) for segment in segments),
            requests=requests,
            entities=entities,
            pays_cash=pays_cash(requests, text),
        )


def default_reader() -> LocalReader:
    """The reader without a dealership: every car of the market, the cities of Mexico."""
    entities = EntityReader(Taxonomy.load(), time_zone=ZoneInfo("America/Mexico_City"))
    return LocalReader(IntentClassifier.load(), entities)
