"""Start events with a time: the system files for each unit of the owner, once, and nobody changes the time unseen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from engine import worker
from engine.domain.case import Case
from engine.domain.errors import InvalidProcedure
from engine.procedures.pack import Pack
from engine.services import cases, history, procedures, start_timers
from engine.storage import database, tables
from tests import office
from tests.services.talking import House, again, killed, look, pack
from tests.services.test_case_course import done, holds
from tests.services.test_messages import actions
from tests.services.test_superuser import superuser

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def timed(form: str, text: str, owner: str = "commune") -> Pack:
    """Give a procedure that people file, and that begins by itself too."""
    return pack("report", '<bpmn:startEvent id="application"/><bpmn:startEvent id="monthly"><bpmn:timerEventDefinition>'
                f"<bpmn:{form}>{text}</bpmn:{form}></bpmn:timerEventDefinition></bpmn:startEvent>"
                + '<bpmn:exclusiveGateway id="any"/>' + look() + '<bpmn:endEvent id="done"/>'
                + office.flows(("application", "any"), ("monthly", "any"), ("any", "look"), ("look", "done")),
                owner=owner)


def begun() -> list[Case]:
    """Give the cases the system filed, by code."""
    columns = tables.case_table.c
    with database.reading() as session:
        codes = list(session.scalars(select(columns.code).where(columns.filed_by == "system").order_by(columns.code)))
    return [again(code) for code in codes]


def due() -> list[datetime]:
    """Give what is due next."""
    with database.reading() as session:
        return list(session.scalars(select(tables.start_timer_table.c.due).order_by(tables.start_timer_table.c.due)))


def test_a_cycle_files_a_case_for_every_unit_of_the_owner_each_time(house: House, now: datetime) -> None:
    procedures.publish(timed("timeCycle", "R/P1D"), now)
    assert worker.drain(now + 23 * HOUR) == 0
    assert worker.drain(now + DAY) == 1
    found = begun()
    assert [(one.unit, one.applicant, one.filed_by, one.data) for one in found] == [
        ("commune-a", "", "system", {"monthly": {}}), ("commune-b", "", "system", {"monthly": {}})]
    assert [[task.key for task in one.open_tasks()] for one in found] == [["look"]] * 2
    worker.drain(now + 2 * DAY)
    assert len(begun()) == 4
    for case in begun():
        holds(case)
    assert history.verify_office().holds


def test_what_was_missed_while_nobody_worked_is_filed_once(house: House, now: datetime) -> None:
    procedures.publish(timed("timeCycle", "R/P1D", "division"), now)
    worker.drain(now + 10 * DAY + HOUR)
    assert (len(begun()), due()) == (1, [now + 11 * DAY])
    holds(done(begun()[0], house["an"], now + 11 * DAY))


def test_a_date_and_a_duration_begin_once(house: House, now: datetime) -> None:
    for text, form in (("2026-03-10T08:00:00+07:00", "timeDate"), ("PT30H", "timeDuration")):
        before = len(begun())
        procedures.publish(timed(form, text, "division"), now)
        worker.drain(now + 3 * DAY)
        assert (len(begun()), due()) == (before + 1, [])
    assert history.verify_office().holds


def test_a_date_that_is_past_begins_nothing(house: House, now: datetime) -> None:
    procedures.publish(timed("timeDate", "2026-01-10T08:00:00+07:00"), now)
    assert due() == []


def test_a_cycle_ends_after_its_number(house: House, now: datetime) -> None:
    procedures.publish(timed("timeCycle", "R2/P1D", "division"), now)
    for day in range(1, 6):
        worker.drain(now + day * DAY)
    assert (len(begun()), due()) == (2, [])


def test_two_workers_file_it_once(house: House, now: datetime) -> None:
    procedures.publish(timed("timeCycle", "R/PT1H", "division"), now)
    for turn in range(1, 9):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _, turn=turn: worker.drain(now + turn * HOUR), range(2)))  # type: ignore[misc]
        assert len(begun()) == turn
    assert history.verify_office().holds


def test_a_worker_that_dies_before_it_is_done_files_nothing_and_the_next_does(
        house: House, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    procedures.publish(timed("timeCycle", "R/P1D", "division"), now)
    [timer] = start_timers.due_now(now + DAY)
    with killed(monkeypatch):
        worker.begin(timer, now + DAY)
    assert (begun(), due()) == ([], [now + DAY])
    worker.drain(now + DAY)
    assert len(begun()) == 1
    worker.begin(timer, now + DAY)      # one that woke too late
    assert len(begun()) == 1


def test_a_later_version_takes_the_time_over_when_it_takes_effect(house: House, now: datetime) -> None:
    procedures.publish(timed("timeCycle", "R/P1D", "division"), now)
    later = timed("timeCycle", "R/P7D", "division")
    files = {**later.files, "procedure.toml": later.files["procedure.toml"].replace(
        b'owner = "division"\n', b'owner = "division"\neffective_from = 2026-03-12\n')}
    procedures.publish(Pack(files), now + HOUR)
    for day in range(1, 14):
        worker.drain(now + day * DAY)
    versions = [again(one.code) for one in begun()]
    assert [(one.filed_at.astimezone(office.ZONE).date(), one.version_id) for one in versions] == [
        (date(2026, 3, 10), versions[0].version_id), (date(2026, 3, 11), versions[0].version_id),
        (date(2026, 3, 19), versions[2].version_id)]
    assert versions[0].version_id != versions[2].version_id
    assert due() == [office.at("2026-03-26T00:00")]
    assert history.verify_office().holds
    procedures.publish(timed("timeDuration", "P1D", "division"), now + 13 * DAY)
    assert due() == [now + 14 * DAY]
    assert history.verify_office().holds


def test_a_version_without_a_time_ends_it(house: House, now: datetime) -> None:
    procedures.publish(timed("timeCycle", "R/P1D"), now)
    procedures.publish(pack("report", '<bpmn:startEvent id="application"/>' + look() + '<bpmn:endEvent id="done"/>'
                            + office.flows(("application", "look"), ("look", "done"))), now + HOUR)
    assert due() == []
    assert history.verify_office().holds


def test_a_time_that_needs_a_case_is_refused_at_publishing(house: House, now: datetime) -> None:
    with pytest.raises(InvalidProcedure) as refused:
        procedures.publish(timed("timeDate", "application.day"), now)
    assert [(one.element, one.code) for one in refused.value.problems if one.severity == "error"] == [
        ("monthly", "start-time")]


def test_what_cannot_begin_is_tried_again_then_passed_over_and_told(house: House, now: datetime) -> None:
    broken = pack("report", '<bpmn:startEvent id="monthly"><bpmn:timerEventDefinition><bpmn:timeCycle>R/P1D'
                  "</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:startEvent>"
                  '<bpmn:exclusiveGateway id="which" default="f2"/>' + look() + '<bpmn:endEvent id="done"/>'
                  + office.flows(("monthly", "which"), ("which", "done", "monthly.count &gt; 3"), ("which", "look"),
                                 ("look", "done")))
    procedures.publish(broken, now)
    for minute in range(0, 60, 5):
        worker.drain(now + DAY + timedelta(minutes=minute))
    assert (begun(), due()) == ([], [now + 2 * DAY])
    columns = tables.audit_event_table.c
    with database.reading() as session:
        assert list(session.scalars(select(columns.action).where(columns.action.like("start.%")))) == ["start.failed"]
    assert history.verify_office().holds


def test_people_file_the_same_procedure_by_its_plain_start(house: House, now: datetime) -> None:
    procedures.publish(timed("timeCycle", "R/P1D"), now)
    case = cases.file("report", office.APPLICANT, house["lan"], now)
    assert case is not None
    assert list(case.data) == ["application"]
    assert actions(case) == ["case.filed"]
    holds(case)


def test_harm_to_what_is_due_or_to_how_a_case_began_is_found(house: House, now: datetime) -> None:
    procedures.publish(timed("timeCycle", "R/P1D"), now)
    table = tables.start_timer_table
    for harm in (table.update().values(due=now), table.update().values(key="other"), table.delete()):
        with superuser() as connection:
            before = [dict(row) for row in connection.execute(table.select()).mappings()]
            connection.execute(harm)
        assert not history.verify_office().holds
        with superuser() as connection:
            connection.execute(table.delete())
            connection.execute(table.insert(), before)
    assert history.verify_office().holds
    worker.drain(now + DAY)
    case = begun()[0]
    with superuser() as connection:
        connection.execute(tables.case_table.update().where(tables.case_table.c.id == case.id).values(applicant="x"))
    assert not history.verify(case.code).holds
