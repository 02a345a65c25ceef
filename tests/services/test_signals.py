"""Signals: to every case that waits for one, to every procedure that starts by it, once each, and amid trouble."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine import worker
from engine.domain.case import Case, CaseStatus
from engine.domain.errors import NotAllowed
from engine.jobs import queue
from engine.services import history, signals
from engine.storage import database, tables
from tests import office
from tests.services.talking import House, again, event, filed, killed, look, publish
from tests.services.test_case_course import done, holds
from tests.services.test_messages import actions
from tests.services.test_superuser import put, rewrite, superuser

HOUR = timedelta(hours=1)


def listening(now: datetime, slug: str = "watch") -> None:
    """Publish a procedure that waits for a flood, then an officer looks."""
    publish(slug, '<bpmn:startEvent id="application"/>' + event("intermediateCatchEvent", "warned", "signal", "flood")
            + look() + '<bpmn:endEvent id="done"/>'
            + office.flows(("application", "warned"), ("warned", "look"), ("look", "done")), now)


def warning(now: datetime) -> None:
    """Publish a procedure that sends out a flood warning, and by its boundary event would itself be warned."""
    publish("warning", '<bpmn:startEvent id="application"/>' + look()
            + event("boundaryEvent", "other", "signal", "flood", ' attachedToRef="look" cancelActivity="false"')
            + look("note") + event("intermediateThrowEvent", "warn", "signal", "flood") + look("after")
            + '<bpmn:endEvent id="done"/><bpmn:endEvent id="noted"/>'
            + office.flows(("application", "look"), ("look", "warn"), ("warn", "after"), ("after", "done"),
                           ("other", "note"), ("note", "noted")), now, note=office.form(), after=office.form())


def told(case: Case) -> list[dict[str, object]]:
    with database.reading() as session:
        return [one.facts() for one in history.events_of(session, case) if one.action == "signal.received"]


def test_a_signal_reaches_every_case_that_waits_and_no_other(house: House, now: datetime) -> None:
    listening(now)
    listening(now, "watch-too")
    waiting = [filed("watch", house, now), filed("watch", house, now), filed("watch-too", house, now)]
    other = filed("two-tasks", house, now)
    for case in waiting:
        holds(case)
    assert worker.drain(now + 1000 * HOUR) == 0
    reached = signals.broadcast("flood", {"level": 3}, house["quan"], now + HOUR, "flood-1")
    assert (reached.waiting, reached.started, reached.repeated) == (3, (), False)
    worker.drain(now + HOUR)
    for case in [again(one.code) for one in waiting]:
        assert (case.data["warned"], [task.key for task in case.open_tasks()]) == ({"level": 3}, ["look"])
        assert told(case)[0]["id"] == "flood-1"
        holds(case)
        holds(done(case, house["an"], now + 2 * HOUR))
    assert actions(other) == ["case.filed"]
    assert history.verify_office().holds


def test_a_signal_sent_twice_with_one_id_is_sent_once(house: House, now: datetime) -> None:
    listening(now)
    case = filed("watch", house, now)
    signals.broadcast("flood", {}, house["quan"], now, "flood-1")
    assert signals.broadcast("flood", {}, house["quan"], now, "flood-1").repeated
    worker.drain(now)
    assert actions(case) == ["case.filed", "signal.received"]
    second = filed("watch", house, now)
    assert signals.broadcast("flood", {}, house["quan"], now, "flood-1").waiting == 0
    worker.drain(now)
    assert actions(second) == ["case.filed"]


def test_two_broadcasts_of_one_id_at_once_are_one(house: House, now: datetime) -> None:
    listening(now)
    case = filed("watch", house, now)
    with ThreadPoolExecutor(2) as pool:
        reached = list(pool.map(lambda _: signals.broadcast("flood", {}, house["quan"], now, "same"), range(2)))
    assert sorted(one.repeated for one in reached) == [False, True]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: worker.drain(now), range(2)))
    assert actions(case) == ["case.filed", "signal.received"]
    assert history.verify_office().holds


def test_only_an_administrator_sends_a_signal_from_outside(house: House, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        signals.broadcast("flood", {}, house["khoa"], now)


def test_a_case_that_sends_a_signal_is_not_told_twice_but_others_are(house: House, now: datetime) -> None:
    listening(now)
    warning(now)
    sender, bystander, watch = filed("warning", house, now), filed("warning", house, now), filed("watch", house, now)
    done(sender, house["an"], now)
    worker.drain(now)
    assert actions(sender) == ["case.filed", "task.completed", "signal.sent"]
    assert [task.key for task in again(sender.code).open_tasks()] == ["after"]
    for case, opened in ((bystander, ["look", "note"]), (watch, ["look"])):
        case = again(case.code)
        assert sorted(task.key for task in case.open_tasks()) == opened
        assert told(case)[0]["from"] == sender.code
        holds(case)
    holds(again(sender.code))


def test_two_signals_in_a_row_are_both_caught_where_the_case_waits_on(house: House, now: datetime) -> None:
    warning(now)
    case = filed("warning", house, now)
    for number in (1, 2):
        signals.broadcast("flood", {"n": number}, house["quan"], now, f"flood-{number}")
    worker.drain(now)
    case = again(case.code)
    assert [one["answer"] for one in told(case)] == [{"n": 1}, {"n": 2}]
    assert sorted(task.key for task in case.open_tasks()) == ["look", "note", "note"]
    holds(case)
    for number in range(queue.MOST_CLAIMS + 3):     # a job that lives on is not worn out by being done
        signals.broadcast("flood", {"n": number}, house["quan"], now)
        worker.drain(now)
    assert again(case.code).status is not CaseStatus.HALTED
    holds(again(case.code))


def test_a_signal_starts_a_case_for_every_unit_of_the_owner(house: House, now: datetime) -> None:
    publish("relief", event("startEvent", "alarm", "signal", "flood") + look() + '<bpmn:endEvent id="done"/>'
            + office.flows(("alarm", "look"), ("look", "done")), now, owner="commune")
    warning(now)
    reached = signals.broadcast("flood", {"level": 2}, house["quan"], now, "flood-1")
    started = [again(code) for code in reached.started]
    assert [(one.unit, one.origin, one.data) for one in started] == [
        ("commune-a", None, {"alarm": {"level": 2}}), ("commune-b", None, {"alarm": {"level": 2}})]
    for case in started:
        holds(case)
    sender = filed("warning", house, now)
    done(sender, house["an"], now)
    worker.drain(now)
    columns = tables.case_table.c
    with database.reading() as session:
        units = list(session.scalars(select(columns.unit).where(columns.origin == sender.code).order_by(columns.unit)))
    assert units == ["commune-a", "commune-b"]
    holds(again(sender.code))
    assert history.verify_office().holds


def test_a_worker_that_dies_over_a_broadcast_or_a_catch_leaves_it_to_the_next(
        house: House, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    listening(now)
    warning(now)
    sender, watch = filed("warning", house, now), filed("watch", house, now)
    done(sender, house["an"], now)
    [job] = queue.claim(now)
    with killed(monkeypatch):
        worker.do(job, now)
    assert queue.claim(now) == []
    later = now + 2 * queue.LEASE
    [job] = queue.claim(later)
    worker.do(job, later)
    [job] = queue.claim(later)
    with killed(monkeypatch):
        worker.do(job, later)
    assert told(watch) == []
    worker.drain(later + 2 * queue.LEASE)
    assert (actions(sender)[-1], actions(watch)) == ("signal.sent", ["case.filed", "signal.received"])
    holds(again(watch.code))


def test_a_case_that_waits_no_longer_is_not_told(house: House, now: datetime) -> None:
    warning(now)
    case = filed("warning", house, now)
    signals.broadcast("flood", {}, house["quan"], now)
    done(case, house["an"], now)        # before a worker came
    worker.drain(now)
    assert "signal.received" not in actions(case)
    holds(again(case.code))


def test_harm_to_what_was_broadcast_is_found(house: House, now: datetime) -> None:
    listening(now)
    case = filed("watch", house, now)
    signals.broadcast("flood", {"level": 3}, house["quan"], now, "flood-1")
    assert history.verify_office().holds
    for harm in (tables.broadcast_table.update().values(id="other"), tables.broadcast_table.update().values(seq=1),
                 tables.broadcast_table.update().values(name="calm"), tables.broadcast_table.delete()):
        with superuser() as connection:
            before = [dict(row) for row in connection.execute(tables.broadcast_table.select()).mappings()]
            connection.execute(harm)
        assert not history.verify_office().holds
        with superuser() as connection:
            connection.execute(tables.broadcast_table.delete())
            connection.execute(tables.broadcast_table.insert(), before)
    worker.drain(now)
    holds(again(case.code))
    rewrite(case, put("answer", "level", 1), "signal.received")
    finding = history.verify(case.code)
    assert finding.divergence is not None
    assert finding.divergence.what == "signal"


def test_a_signal_slipped_in_under_another_is_found(house: House, now: datetime) -> None:
    listening(now)
    case = filed("watch", house, now)
    signals.broadcast("calm", {"level": 0}, house["quan"], now)
    with database.reading() as session:
        seq = session.execute(select(tables.ledger_table.c.seq)).scalar_one()
    forged = {"id": "flood-1", "stream": "0" * 32, "seq": seq, "number": None}
    with superuser() as connection:
        connection.execute(tables.job_table.update().where(tables.job_table.c.case_id == case.id).values(
            payload={"given": [forged]}, due=now))
    for hours in range(4):
        worker.drain(now + hours * HOUR)
    assert (actions(case), again(case.code).status) == (["case.filed", "incident.raised"], CaseStatus.HALTED)
