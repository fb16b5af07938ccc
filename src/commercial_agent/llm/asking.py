"""One call to one model: a text, or an answer of a schema by the provider's own mode."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from commercial_agent.llm.models import NamedModel
from commercial_agent.llm.outcomes import Unusable, cut_short, refusal

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage, BaseMessage
    from langchain_core.runnables import Runnable

Schema = TypeVar("Schema", bound=BaseModel)
Said = tuple[str, str]  # system, human or ai; the words

LONGEST = 20_000  # characters of an answer that are looked at


@dataclass(slots=True)
class Asker:
    """A model with what was once prepared for it."""

    model: NamedModel
    _bound: dict[type[BaseModel], Runnable[Any, Any]] = field(default_factory=dict)

    async def text(self, said: Sequence[Said]) -> tuple[str, AIMessage]:
        """The model's words.

        Raises:
            Unusable: it refused, said nothing, or was cut short.
        """
        message = await self.model.chat.ainvoke(_messages(said))
        text = _checked(message).strip()
        if not text:
            raise Unusable("empty", message)
        return text, message

    async def structured(self, said: Sequence[Said], schema: type[Schema]) -> tuple[Schema, AIMessage]:
        """An answer of the schema. A malformed one is searched for the object it may hold.

        Raises:
            Unusable: there is none.
        """
        raw: AIMessage = await self._asks_for(schema).ainvoke(_messages([*said, *self._instruction(schema)]))
        text = _checked(raw)
        called = raw.tool_calls[0]["args"] if raw.tool_calls else None
        answer = _from_text(schema, text) if called is None else _fitting(schema, called)
        if answer is None:
            raise Unusable("invalid" if text or raw.tool_calls else "empty", raw)
        return answer, raw

    @property
    def repairs(self) -> bool:
        """Whether a malformed answer is worth a second question: the model has no mode that prevents it."""
        return self.model.structured_method == "json_mode"

    def _asks_for(self, schema: type[BaseModel]) -> Runnable[Any, Any]:
        if schema not in self._bound:
            method: Any = self.model.structured_method
            # As a plain schema: the provider's package then does not rebuild our classes on every call.
            strict = {"strict": True} if method == "json_schema" and self.model.name.startswith("openai:") else {}
            chain: Any = self.model.chat.with_structured_output(json_schema(schema), method=method, **strict)
            # Only the model as it was bound. The parser behind it mends broken JSON in time that grows with the square
            # of its length, in a thread that no timeout ends.
            self._bound[schema] = chain.first
        return self._bound[schema]

    def _instruction(self, schema: type[BaseModel]) -> list[Said]:
        if not self.repairs:
            return []
        return [
            (
                "human",
                f"Answer with one JSON object of this schema and nothing else:\n{json.dumps(json_schema(schema))}",
            )
        ]


def json_schema(schema: type[BaseModel]) -> dict[str, Any]:
    """The schema as providers take it."""
    return {"title": schema.__name__, "description": (schema.__doc__ or schema.__name__).strip(), **{
        key: value for key, value in schema.model_json_schema().items() if key not in ("title", "description")
    }}  # fmt: skip


def _messages(said: Sequence[Said]) -> list[BaseMessage]:
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    kinds: dict[str, type[BaseMessage]] = {"system": SystemMessage, "human": HumanMessage, "ai": AIMessage}
    return [kinds[role](content=words) for role, words in said]


def _checked(message: AIMessage) -> str:
    if refusal(message):
        raise Unusable("refused", message)
    if cut_short(message):
        raise Unusable("truncated", message)
    text = str(message.text)
    if len(text) > LONGEST:
        raise Unusable("too_long", message)
    return text


def _fitting(schema: type[Schema], arguments: dict[str, Any]) -> Schema | None:
    try:
        return schema.model_validate(arguments)
    except ValidationError:
        return None


def _from_text(schema: type[Schema], text: str) -> Schema | None:
    """The JSON object that stands somewhere in a text, if it fits."""
    start, end = text.find("{"), text.rfind("}")
    if not 0 <= start < end:
        return None
    try:
        return schema.model_validate_json(text[start : end + 1])
    except ValidationError:
        return None
