"""Chat completions without the package's typing: the same words go out, the same answer comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from langchain_core.messages import AIMessage
from pydantic import BaseModel

from commercial_agent.llm.asking import json_schema
from commercial_agent.llm.models import ModelConfig, NamedModel, close_model, load_model
from commercial_agent.testing.openai import Answer, OpenAIDouble, says
from commercial_agent.understanding.model_schema import MessageReading

SAID = [("system", "Read."), ("human", "¿qué tal? 🚗"), ("ai", "Bien"), ("human", "un <sedán>")]
READING = {"language": "es", "wishes": []}


@pytest.fixture
async def models(double: OpenAIDouble, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[NamedModel, NamedModel]]:
    """Ours, and one that is as the package makes it."""
    config = ModelConfig(("openai:gpt-5-mini",), double.url, "sk-double")
    ours = load_model("openai:gpt-5-mini", config)
    monkeypatch.setattr("commercial_agent.llm.models.without_typing", lambda chat: None)
    theirs = load_model("openai:gpt-5-mini", config)
    yield ours, theirs
    await close_model(ours)
    await close_model(theirs)


def bound(model: NamedModel, schema: bool) -> Any:
    if not schema:
        return model.chat
    chain: Any = model.chat.with_structured_output(json_schema(MessageReading), method="json_schema", strict=True)
    return chain.first


@pytest.mark.parametrize("schema", [False, True])
@pytest.mark.parametrize(
    "answer",
    [
        says(READING),
        Answer("cut off", finish="stop", input_tokens=321, output_tokens=12),
        Answer(refusal="I will not."),
        Answer("", finish="stop"),
    ],
)
async def test_the_same_goes_out_and_the_same_comes_back(
    answer: Answer, schema: bool, double: OpenAIDouble, models: tuple[NamedModel, NamedModel]
) -> None:
    double.script(answer, answer)
    ours, theirs = [await bound(model, schema).ainvoke(SAID) for model in models]
    sent, sent_by_package = [
        {**call.body, "stream": False} for call in double.calls
    ]  # which is what leaving it out means
    assert sent == sent_by_package
    assert _used(ours) == _used(theirs)


@pytest.mark.parametrize("model", [0, 1])
async def test_a_class_as_schema_is_still_parsed_by_the_package(
    model: int, double: OpenAIDouble, models: tuple[NamedModel, NamedModel]
) -> None:
    class City(BaseModel):
        name: str

    double.script(says({"name": "Puebla"}))
    assert await models[model].chat.with_structured_output(City, method="json_schema").ainvoke(SAID) == City(
        name="Puebla"
    )


def _used(message: AIMessage) -> tuple[Any, ...]:
    """All that is read of an answer."""
    return (
        message.text,
        message.tool_calls,
        message.additional_kwargs.get("refusal"),
        message.response_metadata["finish_reason"],
        message.response_metadata["model_name"],
        message.usage_metadata,
    )
