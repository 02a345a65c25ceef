"""What one completed task costs the database: at most twelve statements in the whole request, exactly one commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import event

from engine.storage import database
from tests.webapp.conftest import Api
from tests.webapp.test_api_cases import act, only_task

File = Callable[..., dict[str, Any]]


@dataclass
class Count:
    statements: list[str] = field(default_factory=list)
    commits: int = 0


@contextmanager
def counting() -> Iterator[Count]:
    """Count every statement sent to the database and every commit that had something to keep."""
    count = Count()
    engines = {database.current().reader.engine, database.current().writer.engine}

    def statement(_c: Any, _cursor: Any, text: str, *_: Any) -> None:
        count.statements.append(text)

    def commit(_c: Any) -> None:
        count.commits += 1
    for engine in engines:
        event.listen(engine, "before_cursor_execute", statement)
        event.listen(engine, "commit", commit)
    try:
        yield count
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", statement)
            event.remove(engine, "commit", commit)


@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "k-1"}], ids=["plain", "with a key"])
@pytest.mark.parametrize("procedure", ["two-tasks", "permit"])
def test_completing_a_task_takes_at_most_twelve_statements_and_one_commit(
        api: Api, file: File, procedure: str, headers: dict[str, str]) -> None:
    for warm in (False, True):
        case = file(procedure)
        steps = [("binh", {"outcome": "accepted"}), ("an", {"outcome": "approve"})]
        for who, submission in steps:
            sent = {name: f"{value}-{warm}-{who}" for name, value in headers.items()}
            token = api.token(who)
            assert token
            with counting() as count:
                answer = api.post(who, f"/tasks/{only_task(case)['id']}/complete", {"submission": submission}, **sent)
            assert answer.status_code == 200
            case = answer.json
            assert count.commits == 1
            if warm:
                assert len(count.statements) <= 12, "\n".join(count.statements)


def test_a_supplement_with_its_limit_is_still_within_the_twelve(api: Api, file: File) -> None:
    act(api, "an", act(api, "binh", file("permit"), outcome="accepted"), outcome="supplement")
    case = act(api, "binh", file("permit"), outcome="accepted")
    with counting() as asking:
        case = act(api, "an", case, outcome="supplement")
    with counting() as giving:
        act(api, "binh", case)
    for count in (asking, giving):
        assert count.commits == 1
        assert len(count.statements) <= 12, "\n".join(count.statements)
