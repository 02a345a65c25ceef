"""The figures of a server in the text format of Prometheus (0.0.4): what it counted, and how the office's work stands.

Labels are route patterns, methods and states, never an address, an account or the code of a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from engine.queries.health import Load
from webapp.counting import BOUNDS, Counts

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


@dataclass(frozen=True, slots=True)
class Sample:
    """One figure of a family; `suffix` belongs to the parts of a histogram."""

    value: float
    labels: Mapping[str, str]
    suffix: str = ""


def write(counts: Counts, load: Load | None, reachable: bool, release: str, now: datetime) -> str:
    """Give all figures; those of the database only where it answered."""
    up = _one(reachable)
    lines = [*_family("motcua_build_info", "gauge", "The release that serves.", [_one(1, release=release)]),
             *_requests(counts),
             *_family("motcua_database_up", "gauge", "1 where the database answered in time.", [up])]
    if load is not None:
        lines += _load(load, now)
    return "\n".join(lines) + "\n"


def _one(value: float, **labels: str) -> Sample:
    return Sample(value, labels)


def _requests(counts: Counts) -> Iterator[str]:
    yield from _family("motcua_http_requests_total", "counter", "Requests answered, by route pattern.", (
        _one(number, method=method, route=route, status=str(status))
        for (method, route, status), number in sorted(counts.requests.items())))
    yield from _family("motcua_http_request_seconds", "histogram", "How long answering took.", _durations(counts))


def _durations(counts: Counts) -> Iterator[Sample]:
    for (method, route), taken in sorted(counts.durations.items()):
        labels = {"method": method, "route": route}
        for bound, number in zip([*map(_number, BOUNDS), "+Inf"], accumulate(taken.counts), strict=True):
            yield Sample(number, {**labels, "le": bound}, "_bucket")
        yield Sample(taken.seconds, labels, "_sum")
        yield Sample(sum(taken.counts), labels, "_count")


def _load(load: Load, now: datetime) -> Iterator[str]:
    jobs = load.jobs
    yield from _family("motcua_cases", "gauge", "Cases by status.", (
        _one(number, status=status) for status, number in sorted(load.cases.items())))
    yield from _family("motcua_tasks_open", "gauge", "Tasks that wait for people, by status.", (
        _one(number, status=status) for status, number in sorted(load.tasks.items())))
    yield from _family("motcua_jobs", "gauge", "Deferred work: all of it, due and free, leased, stuck.", [
        _one(jobs.waiting, state="waiting"), _one(jobs.due, state="due"), _one(jobs.leased, state="leased"),
        _one(jobs.lost + jobs.often, state="stuck")])
    yield from _family("motcua_jobs_late_seconds", "gauge", "How long the oldest due job waits.",
                       [_one(_seconds(jobs.oldest_due, now))])
    yield from _family("motcua_incidents_open", "gauge", "Incidents that wait for an administrator.",
                       [_one(load.incidents)])
    yield from _family("motcua_incident_oldest_seconds", "gauge", "How long the oldest open incident waits.",
                       [_one(_seconds(load.oldest_incident, now))])
    yield from _family("motcua_workers_alive", "gauge", "Workers seen lately.",
                       [_one(sum(worker.alive(now) for worker in load.workers))])
    yield from _family("motcua_schema_info", "gauge", "The schema of the database.", [_one(1, schema=load.schema)])


def _seconds(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since is not None else 0


def _family(name: str, kind: str, about: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} {kind}"
    for sample in samples:
        labels = ",".join(f'{label}="{text.translate(_ESCAPES)}"' for label, text in sample.labels.items())
        yield f"{name}{sample.suffix}{{{labels}}} {_number(sample.value)}" if labels else \
            f"{name}{sample.suffix} {_number(sample.value)}"


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
