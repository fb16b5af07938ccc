"""A double of LangSmith on loopback: the part of its API that takes runs. It speaks HTTP like the service itself."""

from __future__ import annotations

import gzip
import json
import threading
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

_LIMITS = {
    "size_limit": 100, "size_limit_bytes": 20_000_000, "scale_up_nthreads_limit": 2, "use_multipart_endpoint": True,
    "scale_up_qsize_trigger": 1000, "scale_down_nempty_trigger": 4,
}  # fmt: skip


@dataclass
class LangSmithDouble:
    """Keeps the runs it is sent, merged by id. Use it as a context manager."""

    status: int = 202
    address: str = ""
    runs: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: int = 0
    release: threading.Event = field(default_factory=threading.Event)  # cleared: every call hangs
    _server: ThreadingHTTPServer | None = None

    @property
    def roots(self) -> list[dict[str, Any]]:
        """The runs that no other one holds."""
        return [run for run in self.runs.values() if not run.get("parent_run_id")]

    def below(self, run: dict[str, Any]) -> list[dict[str, Any]]:
        """The runs right below one, in the order of their beginning."""
        found = [other for other in self.runs.values() if other.get("parent_run_id") == run["id"]]
        return sorted(found, key=lambda other: str(other["start_time"]))

    def take(self, content_type: str, encoding: str, body: bytes) -> None:
        """Read what a call holds."""
        if encoding == "zstd":
            import zstandard

            body = zstandard.ZstdDecompressor().stream_reader(body).read()
        elif encoding == "gzip":
            body = gzip.decompress(body)
        message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
        for part in message.iter_parts():
            name = str(part.get_param("name", header="content-disposition"))
            kind, run_id, *rest = name.split(".")
            if kind in ("post", "patch"):
                payload = part.get_payload(decode=True)
                assert isinstance(payload, bytes)
                data = json.loads(payload)
                run = self.runs.setdefault(run_id, {})
                run.update({rest[0]: data} if rest else data)

    def __enter__(self) -> LangSmithDouble:
        self.release.set()
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(200, json.dumps({"version": "0.13.0", "batch_ingest_config": _LIMITS}).encode())

            def do_POST(self) -> None:
                double.requests += 1
                double.release.wait(20)
                length = self.headers.get("content-length")
                body = self.rfile.read(int(length)) if length else _chunks(self.rfile)
                if double.status < 300:
                    double.take(self.headers["content-type"], self.headers.get("content-encoding", ""), body)
                self._answer(double.status, b"{}")

            do_PATCH = do_POST

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="langsmith double", daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release.set()
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()


def _chunks(stream: Any) -> bytes:
    body = b""
    while size := int(stream.readline(), 16):
        body += stream.read(size)
        stream.readline()
    return body
