from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from commercial_agent.errors import InvalidCatalog
from commercial_agent.observability import configure_logging


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where the logs go, with everything as it was afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    libraries = {name: logging.getLogger(name).level for name in ("aiohttp", "uvicorn.error", "sqlalchemy")}
    stream = io.StringIO()
    configure_logging("info", "json", stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level
    for name, before in libraries.items():
        logging.getLogger(name).setLevel(before)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_json_line_with_its_ids(stream: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(conversation_id="c-1", turn_id="t-1"):
        structlog.get_logger("room").info("turn_answered", milliseconds={"act": 1.5})
    (line,) = lines(stream)
    assert line["event"] == "turn_answered"
    assert (line["conversation_id"], line["turn_id"], line["level"]) == ("c-1", "t-1", "info")
    assert line["milliseconds"] == {"act": 1.5}
    assert line["timestamp"].endswith("Z")


def test_the_loggers_of_the_standard_library_write_the_same_form(stream: io.StringIO) -> None:
    logging.getLogger("commercial_agent.storage").warning("pool_exhausted", extra={"size": 16})
    (line,) = lines(stream)
    assert (line["event"], line["level"], line["logger"]) == ("pool_exhausted", "warning", "commercial_agent.storage")
    assert line["size"] == 16


CANARY = "soy Ana Torres, mi cel es 55 1234 5678"


def test_an_exception_is_type_and_place_never_its_message(stream: io.StringIO) -> None:
    try:
        try:
            raise ValueError(CANARY)
        except ValueError as error:
            raise InvalidCatalog(CANARY, code="bad_row") from error
    except InvalidCatalog:
        structlog.get_logger("room").warning("failed", exc_info=True)
        logging.getLogger("nicegui").exception("page failed")
    for line in lines(stream):
        assert line["error"]["type"] == "commercial_agent.errors.InvalidCatalog"
        assert line["error"]["reason"] == "bad_row"
        assert line["error"]["cause"]["type"] == "builtins.ValueError"
        assert line["error"]["frames"][-1].startswith("test_logs.py:")
    assert len(lines(stream)) == 2
    assert "Ana" not in stream.getvalue()


def test_fields_that_hold_a_customers_words_are_dropped_whoever_logs_them(stream: io.StringIO) -> None:
    structlog.get_logger("room").info("received", text=CANARY, body=CANARY, phone="+5215512345678", kind="text")
    (line,) = lines(stream)
    assert line["kind"] == "text"
    assert "Ana" not in stream.getvalue()
    assert "55" not in json.dumps({key: value for key, value in line.items() if key != "timestamp"})


def test_other_libraries_are_quiet_and_masked(stream: io.StringIO) -> None:
    logging.getLogger("aiohttp").info("Request of %s", CANARY)
    logging.getLogger("uvicorn.error").info("Application startup complete.")
    logging.getLogger("sqlalchemy").warning("slow statement for %s", "whatsapp:+5215512345678")
    (line,) = lines(stream)
    assert "[phone]" in line["event"]
    assert "5215512345678" not in stream.getvalue()


def test_debug_is_silent_at_info(stream: io.StringIO) -> None:
    structlog.get_logger("room").debug("detail")
    assert stream.getvalue() == ""


def test_the_console_form_is_for_people(stream: io.StringIO) -> None:
    configure_logging("info", "console", stream)
    structlog.get_logger("room").info("ready", port=8000)
    assert "ready" in stream.getvalue()
    assert "port" in stream.getvalue()
    assert not stream.getvalue().startswith("{")
