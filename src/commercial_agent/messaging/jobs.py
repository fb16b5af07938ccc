"""The job queue: procrastinate on our PostgreSQL, one running job per conversation, rescued when a worker dies."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from commercial_agent.errors import DatabaseUnavailable
from commercial_agent.storage.database import conninfo
from commercial_agent.storage.mailboxes import Mailboxes

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.jobs import Job
    from psycopg import AsyncConnection

log = logging.getLogger(__name__)

QUEUE: Final = "turns"
TASK: Final = "answer"
_HEARTBEAT_S: Final = 1.5
_DEAD_AFTER_S: Final = 6.0  # a worker that was not heard of for so long is dead, and its jobs go to another
_POLL_S: Final = 0.3  # a wake-up may get lost between two jobs
_LOOK_AROUND_S: Final = 1.0
_FORGOTTEN_AFTER_S: Final = 10.0
_TRIES: Final = 4


class Worker:
    """Runs the jobs of this process until it is stopped; survives the database's absence."""

    def __init__(
        self,
        url: str,
        answer: Callable[[str], Awaitable[object]],
        mailboxes: Mailboxes,
        *,
        clock: Callable[[], datetime],
        slots: int = 200,
        grace_s: float = 20.0,
    ) -> None:
        """Make a worker; nothing runs yet.

        Args:
            url: the database.
            answer: does the work of one job, given the conversation's id.
            mailboxes: looked through for messages that no job knows.
            clock: the present moment (aware).
            slots: jobs at once, most of them waiting for a customer to finish writing.
            grace_s: seconds that running jobs get when the worker stops.
        """
        self._url = url
        self._answer = answer
        self._mailboxes = mailboxes
        self._clock = clock
        self._slots = slots
        self._grace = grace_s
        self._stopping = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Take and run jobs until `stop`. Jobs that cannot end in time are handed back to the queue."""
        from procrastinate.exceptions import ConnectorException
        from psycopg import Error

        delay = 0.2
        while not self._stopping.is_set():
            try:
                await self._run_once()
                delay = 0.2
            except (ConnectorException, Error, OSError) as error:
                log.warning("worker_lost_database", extra={"error": type(error).__name__})
            if not self._stopping.is_set():
                await _pause(self._stopping, delay)
                delay = min(delay * 2, 2.0)

    def stop(self) -> None:
        """Take no more jobs; `run` returns once the running ones have ended."""
        self._stopping.set()
        if self._running is not None:
            self._running.cancel()

    async def _run_once(self) -> None:
        app = _application(self._url, self._answer)
        async with app.open_async():
            around = asyncio.create_task(self._look_around(app), name="rescue jobs")
            self._running = asyncio.create_task(
                app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=self._slots,
                    fetch_job_polling_interval=_POLL_S,
                    abort_job_polling_interval=60.0,
                    shutdown_graceful_timeout=self._grace,
                    delete_jobs="successful",
                    install_signal_handlers=False,
                    update_heartbeat_interval=_HEARTBEAT_S,
                    stalled_worker_timeout=60.0,
                ),
                name="job worker",
            )
            try:
                if self._stopping.is_set():
                    self._running.cancel()
                await asyncio.shield(self._running)
            except asyncio.CancelledError:
                self._running.cancel()  # stops taking, and waits for the running jobs
                await asyncio.gather(self._running, return_exceptions=True)
                if not self._stopping.is_set():
                    raise
            finally:
                self._running = None
                around.cancel()
                await asyncio.gather(around, return_exceptions=True)

    async def _look_around(self, app: App) -> None:
        """Every second: give the jobs of dead workers to the living, and find messages without a job."""
        from procrastinate.exceptions import ConnectorException
        from psycopg.errors import UniqueViolation

        while True:
            await asyncio.sleep(_LOOK_AROUND_S)
            try:
                await rescue(app)
                forgotten = await self._mailboxes.queue_forgotten(self._clock() - timedelta(seconds=_FORGOTTEN_AFTER_S))
                if forgotten:
                    log.warning("messages_without_job_queued", extra={"conversations": forgotten})
            except (ConnectorException, DatabaseUnavailable):
                continue
            except UniqueViolation:  # another worker found the same message in the same moment
                continue


async def rescue(app: App) -> int:
    """Hand the jobs of dead workers back to the queue; how many."""
    stalled = list(await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=_DEAD_AFTER_S))
    for job in stalled:
        await app.job_manager.retry_job(job)
    if stalled:
        log.warning("jobs_rescued", extra={"jobs": len(stalled)})
    return len(stalled)


def _application(url: str, answer: Callable[[str], Awaitable[object]]) -> App:
    from procrastinate import App, PsycopgConnector, RetryStrategy

    async def autocommit(connection: AsyncConnection[Any]) -> None:
        await connection.set_autocommit(True)  # each of the queue's statements stands alone: one round trip, not three

    connector = PsycopgConnector(conninfo=conninfo(url), min_size=1, max_size=4, timeout=5.0, configure=autocommit)
    app = App(connector=connector)
    app.job_manager = _patient_manager(connector)

    # A turn that fails for itself is tried again; then its job stays `failed`, to be seen, and the customer's next
    # message tries anew. A database that is away is not a failure: `answer` waits for it.
    @app.task(name=TASK, queue=QUEUE, retry=RetryStrategy(max_attempts=_TRIES, exponential_wait=2))
    async def answer_conversation(conversation_id: str) -> None:
        await answer(conversation_id)

    return app


def _patient_manager(connector: Any) -> Any:
    """A job manager that ends jobs even when the database is away for a while."""
    from procrastinate.exceptions import ConnectorException, UniqueViolation
    from procrastinate.jobs import Status
    from procrastinate.manager import JobManager

    class PatientJobManager(JobManager):
        async def finish_job_by_id_async(self, job_id: int, status: Status, delete_job: bool) -> None:
            tries = 0
            while True:
                try:
                    await super().finish_job_by_id_async(job_id, status, delete_job)
                    return
                except ConnectorException as error:
                    if "was not found" in str(error.__cause__ or error):
                        return  # ended by an earlier try whose answer was lost, or given to another worker
                    tries += 1
                    if tries > 60:
                        raise
                    await asyncio.sleep(0.5)

        async def retry_job(self, job: Job, *arguments: Any, **options: Any) -> None:
            try:
                await super().retry_job(job, *arguments, **options)
            except UniqueViolation:
                # a newer job of this conversation waits already and will do this one's work
                await self.finish_job(job, Status.SUCCEEDED, delete_job=True)
            except ConnectorException as error:
                if "was not found" not in str(error.__cause__ or error):
                    raise

    return PatientJobManager(connector)


async def _pause(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
