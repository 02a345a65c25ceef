"""Extending the limit of a case: who may, how often, how long, what it does to due time and promise, and its proof."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.domain.case import Case
from engine.domain.errors import CaseNotFound, Conflict, InvalidSubmission, NotAllowed
from engine.domain.people import Actor
from engine.procedures.pack import Pack
from engine.services import cases, extensions, history, holding, procedures, tasks
from engine.storage import database
from tests import office

House = dict[str, Actor]
LIMIT = b'<motcua:deadline kind="statutory" period="5 working days"/>'


def extendable(more: bytes = b"") -> Pack:
    """A permit whose limit of five working days may be extended."""
    files = dict(office.permit().files)
    files["procedure.toml"] = office.manifest("extendable")
    rule = LIMIT.replace(b"/>", more + b"/>")
    files["process.bpmn"] = (files["process.bpmn"].replace(b'id="permit"', b'id="extendable"')
                             .replace(LIMIT, b'<motcua:acts allow="extend"/>' + rule))
    return Pack(files)


def accepted(house: House, now: datetime, slug: str = "extendable") -> Case:
    case = cases.file(slug, office.APPLICANT, house["binh"], now)
    assert case is not None
    done = tasks.complete(case.open_tasks()[0].id, {"outcome": "accepted"}, house["binh"], now)
    assert done is not None
    return done


def stored(code: str) -> Case:
    with database.reading() as session:
        return holding.case_by_code(session, code)


def holds(code: str) -> None:
    for check in (history.verify(code), history.replay(code)):
        assert check.holds, check.divergence


@pytest.fixture
def people(house: House, now: datetime) -> House:
    procedures.publish(extendable(), now)
    return house


def test_an_extension_moves_the_due_time_and_leaves_the_printed_date(people: House, now: datetime) -> None:
    case = accepted(people, now)
    assert case.due_at == office.at("2026-03-16T17:00")
    extended = extensions.extend(case.code, "3 working days", "hồ sơ phức tạp", people["khoa"], now)
    assert extended is not None
    again = stored(case.code)
    assert again.due_at == office.at("2026-03-19T17:00")
    assert again.promised_at == office.at("2026-03-16T17:00")
    holds(case.code)


def test_an_extension_after_the_due_time_is_a_new_promise_and_the_case_stays_late(people: House, now: datetime) -> None:
    case = accepted(people, now)
    late = office.at("2026-03-17T09:00")
    extensions.extend(case.code, "2 working days", "mất điện", people["khoa"], late)
    task = stored(case.code).open_tasks()[0]
    tasks.complete(task.id, {"outcome": "approve"}, people["an"], late)
    tasks.complete(stored(case.code).open_tasks()[0].id, {"outcome": "signed"}, people["khoa"], late)
    ended = stored(case.code)
    assert (ended.due_at, ended.verdict) == (office.at("2026-03-16T17:00"), "late")
    holds(case.code)


def test_an_extension_during_a_suspension_counts_once_the_clock_runs_again(people: House, now: datetime) -> None:
    case = accepted(people, now)
    tasks.complete(case.open_tasks()[0].id, {"outcome": "supplement"}, people["an"], office.at("2026-03-10T09:00"))
    extensions.extend(case.code, "1 working day", "chờ giám định", people["khoa"], office.at("2026-03-11T09:00"))
    assert stored(case.code).due_at is None
    task = stored(case.code).open_tasks()[0]
    tasks.complete(task.id, {}, people["binh"], office.at("2026-03-12T09:00"))
    assert stored(case.code).due_at == office.at("2026-03-19T17:00")     # 6 days: the 17th; 2 days later
    holds(case.code)


def test_only_one_extension_is_given_unless_the_procedure_allows_more(people: House, now: datetime) -> None:
    case = accepted(people, now)
    extensions.extend(case.code, "1 working day", "lần một", people["khoa"], now)
    with pytest.raises(Conflict, match="as often as"):
        extensions.extend(case.code, "1 working day", "lần hai", people["khoa"], now)
    procedures.publish(extendable(b' extensions="2" extensionUpTo="7 working days"'), now)
    more = accepted(people, now)
    for number in (7, 6):
        extensions.extend(more.code, f"{number} working days", "bão", people["khoa"], now)
    assert stored(more.code).due_at == office.at("2026-04-02T17:00")
    holds(more.code)


@pytest.mark.parametrize(("by", "ground"), [("6 working days", "quá dài"), ("3 days", "khác đơn vị"),
                                            ("three days", "không đọc được"), ("1 working day", "  ")])
def test_an_extension_too_long_of_another_unit_or_without_a_ground_is_refused(
        people: House, now: datetime, by: str, ground: str) -> None:
    case = accepted(people, now)
    with pytest.raises(InvalidSubmission):
        extensions.extend(case.code, by, ground, people["khoa"], now)
    assert stored(case.code).due_at == office.at("2026-03-16T17:00")


def test_only_a_head_extends_only_where_the_diagram_allows_it_and_only_while_the_clock_runs(
        people: House, now: datetime) -> None:
    case = accepted(people, now)
    with pytest.raises(NotAllowed):
        extensions.extend(case.code, "1 working day", "muốn thế", people["an"], now)
    with pytest.raises(CaseNotFound):
        extensions.extend(case.code, "1 working day", "muốn thế", people["lan"], now)
    plain = accepted(people, now, "permit")
    with pytest.raises(Conflict, match="allows no extension"):
        extensions.extend(plain.code, "1 working day", "muốn thế", people["khoa"], now)
    filed = cases.file("extendable", office.APPLICANT, people["binh"], now)
    assert filed is not None
    with pytest.raises(Conflict, match="does not run"):
        extensions.extend(filed.code, "1 working day", "muốn thế", people["khoa"], now)


def test_what_may_still_be_extended_is_told_to_the_head_and_nobody_else(people: House, now: datetime) -> None:
    case = accepted(people, now)
    assert extensions.chance_of(case.code, people["an"], now) is None
    found = extensions.chance_of(case.code, people["khoa"], now)
    assert found is not None
    assert (found.left, str(found.longest)) == (1, "5 working days")
    extensions.extend(case.code, "1 working day", "bão", people["khoa"], now)
    assert extensions.chance_of(case.code, people["khoa"], now) is None
