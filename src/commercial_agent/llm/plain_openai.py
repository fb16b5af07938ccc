"""Chat completions of the OpenAI package without its typing: a call as we make it needs none of it.

The package walks every request against the types of its API and builds a tree of objects from every answer; LangChain
then turns that tree into a dict again. For messages of text and one JSON schema all of this changes nothing and is half
of what a call costs. The package's client still does what it is for: addresses, keys, errors, connections.
"""

from __future__ import annotations

from typing import Any

_OPTIONS = {"extra_headers": "headers", "extra_query": "params", "extra_body": "extra_json", "timeout": "timeout"}


def without_typing(model: Any) -> None:
    """Make the chat completions of a `ChatOpenAI` pass requests and answers on as they are."""
    client = model.root_async_client
    model.async_client = client.chat.completions = PlainCompletions(client)


class PlainCompletions:
    """Stands for `client.chat.completions`; what it does not do itself, the package does."""

    def __init__(self, client: Any) -> None:
        """Put it before what the client has now."""
        self._client = client
        self._typed = client.chat.completions

    def __getattr__(self, name: str) -> Any:
        return getattr(self._typed, name)

    @property
    def with_raw_response(self) -> PlainRawResponses:
        """The calls that give the response with its headers."""
        return PlainRawResponses(self._client, self._typed.with_raw_response)


class PlainRawResponses:
    """Stands for `client.chat.completions.with_raw_response`."""

    def __init__(self, client: Any, typed: Any) -> None:
        self._client = client
        self._typed = typed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._typed, name)

    async def create(self, **payload: Any) -> Any:
        """Ask for a completion.

        Raises:
            OpenAIError: as the package's own.
        """
        if payload.get("stream"):
            return await self._typed.create(**payload)
        return await self._post(payload)

    async def parse(self, **payload: Any) -> Any:
        """Ask for a completion of a schema; one given as a class is the package's matter."""
        if not isinstance(payload.get("response_format"), dict):
            return await self._typed.parse(**payload)
        return await self._post(payload)

    async def _post(self, payload: dict[str, Any]) -> PlainAnswer:
        body = {name: value for name, value in payload.items() if name not in _OPTIONS}
        options = {_OPTIONS[name]: value for name, value in payload.items() if name in _OPTIONS and value is not None}
        return PlainAnswer(await self._client.post("/chat/completions", cast_to=object, body=body, options=options))


class PlainAnswer:
    """What stands for a response: its answer is the dict that was sent."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def parse(self) -> Any:
        """The answer; one that declines as the package's object, where LangChain looks for the refusal."""
        if not _refuses(self._answer):
            return self._answer
        from openai.types.chat import ChatCompletion

        return ChatCompletion.model_validate(self._answer)


def _refuses(answer: Any) -> bool:
    choices = answer.get("choices") if isinstance(answer, dict) else None
    messages = [choice.get("message") for choice in choices or () if isinstance(choice, dict)]
    return any(isinstance(message, dict) and message.get("refusal") for message in messages)
