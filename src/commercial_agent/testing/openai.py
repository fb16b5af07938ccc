"""A double of OpenAI on loopback: chat completions, responses, embeddings, transcriptions, and every way they fail.

It is strict, like the service: a request that the service would refuse is refused, a call that nobody expected and an
answer that nobody fetched are faults, raised when the double is left. It runs in a thread of its own and knows nothing
of the product: it speaks HTTP.
"""

from __future__ import annotations

import asyncio
import base64
import math
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import TracebackType
from typing import Any, Final

import orjson

from commercial_agent.testing.loopback import Loopback, Scope, Send, answer, hang_up

DIMENSIONS: Final = 64
_ROLES = frozenset({"system", "developer", "user", "assistant", "tool"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the double answers to one call, right or wrong."""

    text: str = ""
    finish: str = "stop"  # stop, length, content_filter
    refusal: str | None = None
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0  # seconds before it answers
    raw: bytes | None = None  # a body of its own
    reset: bool = False  # the connection ends in the middle of the body
    input_tokens: int = 100
    output_tokens: int = 20


def says(value: str | Mapping[str, Any], **fields: Any) -> Answer:
    """An answer of a text, or of an object as JSON."""
    return Answer(value if isinstance(value, str) else orjson.dumps(value).decode(), **fields)


def fails(status: int, retry_after: str | None = None) -> Answer:
    """An error of the service."""
    return Answer(status=status, headers=(("retry-after", retry_after),) if retry_after is not None else ())


@dataclass(frozen=True, slots=True)
class Call:
    """A request that the double received."""

    path: str
    body: dict[str, Any]

    @property
    def messages(self) -> list[tuple[str, str]]:
        """Role and text of each message, in whichever of the two formats they came."""
        found = self.body.get("messages", self.body.get("input", []))
        return [(message["role"], _text_of(message["content"])) for message in found]

    @property
    def system(self) -> str:
        """The system message."""
        return next((text for role, text in self.messages if role in ("system", "developer")), "")

    @property
    def last(self) -> str:
        """The last message."""
        return self.messages[-1][1]


Responder = Callable[[Call], Answer]


class OpenAIDouble(Loopback):
    """The service for one test. Use it as a context manager."""

    base_path = "/v1"

    def __init__(self, responder: Responder | None = None, *, key: str = "sk-double", latency: float = 0.0) -> None:
        """Make a double; it listens once entered.

        Args:
            responder: answers every call that has no scripted answer; without one such a call is a fault.
            key: the only one that is accepted.
            latency: seconds before each answer of the responder.
        """
        super().__init__()
        self.responder = responder
        self.key = key
        self.latency = latency
        self.calls: list[Call] = []
        self.faults: list[str] = []
        self.embeddings = 0  # texts embedded
        self._script: deque[Answer] = deque()
        self._lock = threading.Lock()

    def script(self, *answers: Answer) -> None:
        """Answer the next calls with these, in order."""
        with self._lock:
            self._script.extend(answers)

    @property
    def unused(self) -> int:
        """Scripted answers that were not fetched yet."""
        return len(self._script)

    def check(self) -> None:
        """Whether everything went as scripted.

        Raises:
            AssertionError: a call was not expected or not valid, or a scripted answer is left.
        """
        faults = [*self.faults, *([f"{self.unused} scripted answers were not fetched"] if self.unused else [])]
        if faults:
            raise AssertionError("; ".join(faults))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        if kind is None:
            self.check()

    # --- The service -------------------------------------------------------------------------------------------------

    async def serve(self, scope: Scope, body: bytes, send: Send) -> None:
        """Answer a request, as strictly as the service does."""
        path, headers = scope["path"], dict(scope["headers"])
        if headers.get(b"authorization", b"").decode() != f"Bearer {self.key}":
            return await answer(send, 401, _error("Incorrect API key provided.", "invalid_api_key"))
        try:
            call = Call(path, _body(body, headers.get(b"content-type", b"")))
        except ValueError:
            return await answer(send, 400, _error("We could not parse the JSON body of your request.", None))
        if path == "/v1/embeddings":
            return await answer(send, 200, self._embedded(call.body))
        if path not in _SHAPES:
            self.faults.append(f"unknown path {path}")
            return await answer(send, 404, _error("Unknown request URL.", "unknown_url"))
        if problem := _problem(call):
            self.faults.append(problem)
            return await answer(send, 400, _error(problem, "invalid_request_error"))
        await self._answer(call, send)

    async def _answer(self, call: Call, send: Send) -> None:
        with self._lock:
            self.calls.append(call)
            said = self._script.popleft() if self._script else None
        if said is None and self.responder is not None:
            said = self.responder(call)
            await asyncio.sleep(self.latency)
        if said is None:
            self.faults.append(f"call {len(self.calls)} was not expected")
            return await answer(send, 500, _error("This call was not expected.", None))
        if said.delay:
            await asyncio.sleep(said.delay)
        if said.status != 200:
            return await answer(send, said.status, _error("The service says no.", None), said.headers)
        data = said.raw if said.raw is not None else orjson.dumps(_SHAPES[call.path](call, said))
        if said.reset:
            return await hang_up(send, data)
        await answer(send, 200, data)

    def _embedded(self, body: Mapping[str, Any]) -> bytes:
        texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
        self.embeddings += len(texts)
        vectors = [_vector(str(text)) for text in texts]
        packed = body.get("encoding_format") == "base64"
        data = [
            {
                "object": "embedding",
                "index": index,
                "embedding": base64.b64encode(struct.pack(f"<{DIMENSIONS}f", *vector)).decode() if packed else vector,
            }
            for index, vector in enumerate(vectors)
        ]
        usage = {"prompt_tokens": sum(len(str(text)) // 4 for text in texts), "total_tokens": 0}
        return orjson.dumps({"object": "list", "data": data, "model": body["model"], "usage": usage})


# --- What the service takes ------------------------------------------------------------------------------------------


def _body(body: bytes, content_type: bytes) -> dict[str, Any]:
    if content_type.startswith(b"multipart/form-data"):
        boundary = content_type.partition(b"boundary=")[2].strip(b'"')
        fields: dict[str, Any] = {}
        for part in body.split(b"--" + boundary)[1:-1]:
            head, _, value = part.strip(b"\r\n").partition(b"\r\n\r\n")
            name = head.partition(b'name="')[2].partition(b'"')[0].decode()
            fields[name] = len(value) if b"filename=" in head else value.decode()
        return fields
    value = orjson.loads(body)
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _text_of(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "".join(str(part.get("text", "")) for part in content or ())


def _problem(call: Call) -> str | None:
    """Why the service would refuse a request."""
    if not call.body.get("model"):
        return "no model is named"
    if call.path == "/v1/audio/transcriptions":
        return None if call.body.get("file") else "no file"
    if not call.messages or any(role not in _ROLES for role, _ in call.messages):
        return "messages are missing or have an unknown role"
    wanted = call.body.get("response_format") or (call.body.get("text") or {}).get("format") or {}
    spec = wanted.get("json_schema", wanted)
    if wanted.get("type") == "json_schema" and spec.get("strict"):
        schema = spec["schema"]
        return next((p for part in (schema, *schema.get("$defs", {}).values()) if (p := _loose(part))), None)
    return None


def _loose(schema: Mapping[str, Any]) -> str | None:
    """Strict schemas name every property as required and allow no other."""
    if schema.get("type") != "object":
        return None
    if schema.get("additionalProperties") is not False or set(schema["required"]) != set(schema["properties"]):
        return "a strict schema must require every property and allow no other"
    return None


# --- What the service gives ------------------------------------------------------------------------------------------


def _completion(call: Call, answer: Answer) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": answer.text, "refusal": answer.refusal}
    finish = answer.finish
    if answer.refusal is not None:
        message["content"] = None
    elif tools := call.body.get("tools"):
        function = {"name": tools[0]["function"]["name"], "arguments": answer.text}
        message = {
            **message,
            "content": None,
            "tool_calls": [{"id": "call_1", "type": "function", "function": function}],
        }
        finish = "tool_calls" if finish == "stop" else finish
    return {
        "id": "chatcmpl-double",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": call.body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
        "usage": {
            "prompt_tokens": answer.input_tokens,
            "completion_tokens": answer.output_tokens,
            "total_tokens": answer.input_tokens + answer.output_tokens,
        },
    }


def _response(call: Call, answer: Answer) -> dict[str, Any]:
    said: dict[str, Any] = {"type": "output_text", "text": answer.text, "annotations": []}
    if answer.refusal is not None:
        said = {"type": "refusal", "refusal": answer.refusal}
    cut = answer.finish == "length"
    return {
        "id": "resp_double",
        "object": "response",
        "created_at": int(time.time()),
        "status": "incomplete" if cut else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "error": None,
        "model": call.body["model"],
        "output": [
            {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [said]},
        ],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "text": call.body.get("text") or {"format": {"type": "text"}},
        "usage": {
            "input_tokens": answer.input_tokens,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": answer.output_tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": answer.input_tokens + answer.output_tokens,
        },
    }


def _transcription(call: Call, answer: Answer) -> dict[str, Any]:
    usage: dict[str, Any] = {"type": "duration", "seconds": 12}
    if not str(call.body["model"]).startswith("whisper"):
        read, written = answer.input_tokens, answer.output_tokens
        usage = {"type": "tokens", "input_tokens": read, "output_tokens": written, "total_tokens": read + written}
    return {"text": answer.text, "usage": usage}


_SHAPES: dict[str, Callable[[Call, Answer], dict[str, Any]]] = {
    "/v1/chat/completions": _completion,
    "/v1/responses": _response,
    "/v1/audio/transcriptions": _transcription,
}


def _vector(text: str) -> list[float]:
    """A bag of words thrown into some dimensions: texts that share words lie near each other."""
    values = [0.0] * DIMENSIONS
    for word in text.casefold().split():
        digest = sha256(word.encode()).digest()
        values[digest[0] % DIMENSIONS] += 1.0 if digest[1] % 2 else -1.0
    length = math.sqrt(sum(value * value for value in values)) or 1.0
    return [value / length for value in values]


def _error(message: str, code: str | None) -> bytes:
    return orjson.dumps({"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}})
