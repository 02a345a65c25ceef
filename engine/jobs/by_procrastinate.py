"""The adapter for many hosts: Procrastinate tells workers of due jobs over PostgreSQL, and keeps one lane per case.

A task of Procrastinate carries the id of a row of `job` and nothing else. What is due at once is deferred in the
transaction that writes the row; the rest by a sweep when its time comes, which also finds what was never deferred. A
task of the future is never deferred: it would block the lane of its case until then (procrastinate #1599), and each
look for work would pass over all of them. A task that comes twice or too late does nothing: the handler takes the row
by lease and fence first, as every worker does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from threading import Thread
from typing import Any
from uuid import UUID

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as Told
from sqlalchemy import ColumnElement, Uuid, cast, column, exists, func, literal_column, select, table, text
from sqlalchemy import Text as SqlText
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from engine import journal
from engine.clock import monotonic
from engine.domain.errors import Unavailable
from engine.domain.office import Job
from engine.domain.text import Text
from engine.jobs import procrastinate_schema, queue, shift
from engine.jobs.procrastinate_schema import attach, check, install
from engine.jobs.shift import Shift
from engine.storage import database
from engine.storage.tables import job_table

__all__ = ["NAME", "announce", "attach", "check", "install", "serve", "turn"]

NAME = "procrastinate"
QUEUE = "motcua"
MOST_TOLD = 500                     # tasks waiting at once: more would only make each look for work longer
BEAT = 5.0                          # seconds between two signs of life of a worker
SILENT = 25.0                       # seconds after which a worker counts as dead, so before its leases run out
_AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)
_SWEEPING = 20261125                # the advisory lock of who sweeps
_told = table("procrastinate_jobs", column("status"), column("queueing_lock"), column("lock"), column("queue_name"),
              schema=procrastinate_schema.NAME)
_TODO: ColumnElement[str] = literal_column("'todo'")          # of a type that only Procrastinate knows
_DOING: ColumnElement[str] = literal_column("'doing'")
log = logging.getLogger("motcua.worker")
logging.getLogger("procrastinate").setLevel(logging.WARNING)        # it tells of every job thrice


def _in_a_line(record: logging.LogRecord) -> bool:
    """Leave the trace out of what Procrastinate tells of a database that is away."""
    record.exc_info = None
    return True


logging.getLogger("procrastinate.worker").addFilter(_in_a_line)


def _app() -> App:
    """Make an application of Procrastinate that knows our one task."""
    made = App(connector=PsycopgConnector(
        conninfo=make_url(database.current().url).set(drivername="postgresql").render_as_string(hide_password=False),
        kwargs={"options": f"-c search_path={procrastinate_schema.NAME} -c statement_timeout=15000 -c timezone=UTC",
                "connect_timeout": 5, "tcp_user_timeout": 10_000}, min_size=1, max_size=4, timeout=5))
    made.task(name="motcua.job", queue=QUEUE, pass_context=True)(_handle)
    return made


async def _handle(context: JobContext, job: str) -> None:
    """Do the job a task names, in a thread that a stopping worker need not wait for."""
    work: Shift = context.additional_context["shift"]
    await _aside(lambda: work.guarded(lambda: _one(work, UUID(job), context.additional_context["taken"])))


def _one(work: Shift, job_id: UUID, taken: Iterator[int]) -> None:
    job = None if work.stop.is_set() else queue.take(job_id, work.clock())
    if job is None:
        return          # done, put off, another's, or left to the next sweep: the row says so, whatever the task says
    next(taken)
    with work.leases.kept([job]):
        work.one(job)


async def _aside(act: Callable[[], object]) -> None:
    """Do something that waits for the database in a thread of its own, and wait for it."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def run() -> None:
        try:
            act()
        finally:
            with suppress(RuntimeError):        # the loop is gone: nobody waits any more
                loop.call_soon_threadsafe(done.set)
    Thread(target=run, name="motcua-hand", daemon=True).start()
    await done.wait()


def _task(job_id: UUID, case_id: UUID) -> Told:
    return Told(queue=QUEUE, lock=str(case_id), queueing_lock=str(job_id), task_name="motcua.job",
                task_kwargs={"job": str(job_id)})


def announce(session: Session, jobs: Sequence[Job], now: datetime) -> None:
    """Defer a task for each job that is due now, in the transaction that writes them.

    Raises:
        Unavailable: Procrastinate's tables cannot be used.
    """
    _tell(session, [(job.id, job.case_id) for job in jobs if job.due <= now])


def _tell(session: Session, jobs: Sequence[tuple[UUID, UUID]]) -> None:
    if not jobs:
        return
    try:
        _teller().job_manager.batch_defer_jobs([_task(*job) for job in jobs],
                                               session.connection().connection.driver_connection)
    except ConnectorException as error:
        raise Unavailable(Text("Không giao được việc cho Procrastinate. Hãy chạy «motcua doctor».",
                               "Jobs cannot be handed to Procrastinate. Run “motcua doctor”.")) from error


_kept: tuple[str, App] | None = None


def _teller() -> App:
    """Give the application that defers on connections of ours, and opens none of its own."""
    global _kept
    if _kept is None or _kept[0] != database.current().url:
        _kept = database.current().url, _app()
    return _kept[1]


def sweep(now: datetime, most: int = MOST_TOLD) -> int:
    """Defer tasks for rows that are due, free and not deferred yet, so that `most` tasks wait; one worker at a time
    does so. Gives how many it deferred.

    Raises:
        Unavailable: the database is away.
    """
    with database.transaction() as session:
        if not session.execute(text(f"SELECT pg_try_advisory_xact_lock({_SWEEPING})")).scalar():
            return 0
        waiting = session.execute(select(func.count()).select_from(_told).where(
            _told.c.status == _TODO, _told.c.queue_name == QUEUE)).scalar_one()
        rows = session.execute(_untold(now).limit(max(0, most - waiting))).all()
        _tell(session, [(row.id, row.case_id) for row in rows])
        return len(rows)


def _untold(now: datetime) -> Any:
    c, name = job_table.c, cast(cast(job_table.c.id, Uuid), SqlText)
    todo = exists().where(_told.c.queueing_lock == name, _told.c.status == _TODO)
    doing = exists().where(_told.c.lock == cast(c.case_id, SqlText), _told.c.status == _DOING,
                           _told.c.queueing_lock == name)
    return select(c.id, c.case_id).where(c.due <= now, queue.free(now), ~todo, ~doing).order_by(c.due)


async def _rescue(app: App, seconds: float = SILENT) -> None:
    for task in await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=seconds):
        with suppress(ConnectorException):      # another was faster
            await app.job_manager.retry_job(task, retry_at=_AT_ONCE)


def turn(work: Shift, most: int = MOST_TOLD) -> int:
    """Defer what is due and do all tasks that wait; give how many jobs that were.

    Raises:
        Unavailable: the database is away.
    """
    taken = count()
    rescue()
    sweep(work.clock(), most)
    _run(_opened(lambda app: _worker(app, work, taken, wait=False)))
    return next(taken)


def rescue(seconds: float = SILENT) -> None:
    """Let the tasks of workers that were silent for so long be done by others.

    Raises:
        Unavailable: the database is away.
    """
    _run(_opened(lambda app: _rescue(app, seconds)))


async def _opened(act: Callable[[App], Coroutine[Any, Any, None]]) -> None:
    asyncio.get_running_loop().set_exception_handler(_note)
    app = _app()
    async with app.open_async():
        await act(app)


def serve(work: Shift) -> None:
    """Do due jobs until `work` stops; then end what was begun, in `shift.GRACE` at most. With the database away, begin
    again until it is back."""
    while not work.stop.is_set():
        work.guarded(lambda: _run(_opened(lambda app: _serve(app, work))))
        work.stop.wait(work.pause)


def _run(act: Coroutine[Any, Any, None]) -> None:
    """Run a loop in a thread of its own: the caller's may have one already."""
    try:
        with ThreadPoolExecutor(1, "motcua-loop") as hand:
            hand.submit(asyncio.run, act).result()
    except ConnectorException as error:
        raise Unavailable(Text("Không dùng được cơ sở dữ liệu lúc này.", "The database cannot be used now.")) from error


async def _serve(app: App, work: Shift) -> None:
    worker = asyncio.create_task(_worker(app, work, count(), wait=True))
    watch = asyncio.create_task(_watch(app, work))
    await asyncio.wait({worker, watch}, return_when=asyncio.FIRST_COMPLETED)
    for one in (watch, worker):
        one.cancel()        # the worker then ends what it has begun
        with suppress(asyncio.CancelledError):
            await one


async def _worker(app: App, work: Shift, taken: Iterator[int], *, wait: bool) -> None:
    await app.run_worker_async(
        name="", queues=[QUEUE], concurrency=work.threads, wait=wait, install_signal_handlers=False,
        delete_jobs="always",
        shutdown_graceful_timeout=shift.GRACE.total_seconds(), update_heartbeat_interval=BEAT,
        stalled_worker_timeout=SILENT, additional_context={"shift": work, "taken": taken})


async def _watch(app: App, work: Shift) -> None:
    """Sweep, file what starts by itself, and look after dead workers, until `work` stops."""
    rescued = 0.0
    while not work.stop.is_set():
        await _aside(lambda: work.guarded(lambda: sweep(work.clock())))
        await _aside(lambda: work.guarded(lambda: work.beside(work.clock())))
        if monotonic() - rescued >= 2 * BEAT:
            rescued = monotonic()
            await _rescue(app)
        until = monotonic() + work.pause
        while monotonic() < until and not work.stop.is_set():
            await asyncio.sleep(min(0.1, work.pause))


def _note(_: asyncio.AbstractEventLoop, told: dict[str, Any]) -> None:
    """Note what broke beside the loop, such as a task that was another's when it was to be taken away."""
    error = told.get("exception")
    log.warning("put off", extra=journal.facts(error=type(error).__name__))
