"""Acts on the office: organisation files, accounts, tokens, sign-in, calendars and publishing leave their events."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine.domain.audit import OFFICE, AuditEvent, Ledger, first_break
from engine.domain.errors import (
    InvalidInput,
    InvalidOrganisation,
    InvalidProcedure,
    ProcedureNotFound,
    TooManyAttempts,
    UnitNotFound,
)
from engine.domain.people import Actor
from engine.procedures.pack import Pack
from engine.services import accounts, calendars, cases, organisation, procedures
from engine.storage import database
from engine.storage.tables import audit_event_table
from tests import office
from tests.services.test_case_course import done, filed

House = dict[str, Actor]


def events() -> list[str]:
    with database.reading() as session:
        found = list(session.scalars(select(AuditEvent).where(audit_event_table.c.stream == OFFICE)
                                     .order_by(audit_event_table.c.seq)))
        ledger = session.get_one(Ledger, OFFICE)
        assert first_break(found, OFFICE, ledger.seq, ledger.head) is None
        return [event.action for event in found]


def test_the_office_keeps_a_chain_of_its_own(house: House, now: datetime) -> None:
    before = events()
    accounts.create("moi", "commune-a", ["receiving-officer"], now, password="mat-khau-dai")
    accounts.create_token("moi", "máy quét", now)
    calendars.publish(office.calendar().with_days({}), now)
    assert events() == [*before, "account.created", "token.created"]


def test_an_organisation_file_applied_twice_changes_nothing(house: House, now: datetime) -> None:
    applied = organisation.apply(office.UNITS.encode(), now)
    assert (applied.added, applied.changed) == ((), ())


def test_a_dry_run_changes_nothing(house: House, now: datetime) -> None:
    more = b'[[unit]]\nid = "new"\ntype = "commune"\nparent = "province"\ntitle = "X\xc3\xa3 C"\n'
    assert organisation.apply(more, now, dry_run=True).added == ("unit new",)
    assert organisation.apply(more, now).added == ("unit new",)


@pytest.mark.parametrize(("content", "word"), [
    (b"[[unit", "cannot be read"), (b"\xff", "cannot be read"), (b"[[thing]]\nid='x'", "thing"),
    (b"[[unit]]\nid='x'\ntype='t'", "title"),
    (b"[[unit]]\nid='x'\ntype='t'\ntitle='T'\nparent='no'", "no parent unit"),
    (b"[[unit]]\nid='x'\ntype='t'\ntitle='T'\nparent='y'\n"
     b"[[unit]]\nid='y'\ntype='t'\ntitle='T'\nparent='x'", "parents"),
    (b"[[unit]]\nid=5\ntype='t'\ntitle='T'", "wrong type"), (b"unit = 3", "written as"),
    (b"[[position]]\nid='p'\nunit='no'\ntitle='T'\nroles=['leader']", "no unit"),
    (b"[[person]]\naccount='p'\nname='T'\npositions=['no']", "no position"),
    (b"[[unit]]\nid='x'\ntype='t'\ntitle='T'\ncolour='red'", "colour"),
])
def test_a_wrong_organisation_file_is_refused_by_name(house: House, now: datetime, content: bytes, word: str) -> None:
    with pytest.raises(InvalidOrganisation, match=word):
        organisation.apply(content, now)


def test_a_person_who_leaves_a_position_may_no_longer_act_from_the_day(house: House, now: datetime) -> None:
    organisation.apply("[[person]]\naccount='an'\nname='Trần Minh An'\npositions=['desk']".encode(), now)
    actor = accounts.actor("an", now)
    assert actor is not None
    assert [post.position for post in actor.posts] == ["desk"]


@pytest.mark.parametrize(("name", "unit", "roles", "error"), [
    ("An", "division", ["leader"], InvalidInput), ("ok", "nowhere", ["leader"], UnitNotFound),
    ("ok", "division", [], InvalidInput), ("ok", "division", ["Leader!"], InvalidInput),
    ("an", "division", ["leader"], InvalidInput),
])
def test_an_impossible_account_is_refused(house: House, now: datetime, name: str, unit: str, roles: list[str],
                                          error: type[Exception]) -> None:
    with pytest.raises(error):
        accounts.create(name, unit, roles, now)


def test_a_short_password_is_refused_wherever_it_is_set(house: House, now: datetime) -> None:
    with pytest.raises(InvalidInput, match="8 characters"):
        accounts.set_password("an", "ngan", now)
    with pytest.raises(InvalidInput, match="8 characters"):
        accounts.create("moi", "division", ["leader"], now, password="ngan")


def test_signing_in_with_a_wrong_password_is_refused_and_limited(house: House, now: datetime) -> None:
    accounts.set_password("an", "mot-mat-khau", now)
    assert accounts.sign_in("an", "mot-mat-khau", "::1", now) is not None
    for _ in range(accounts.WRONG_TRIES):
        assert accounts.sign_in("an", "sai", "::1", now) is None
    with pytest.raises(TooManyAttempts):
        accounts.sign_in("an", "mot-mat-khau", "::1", now)
    assert accounts.sign_in("an", "mot-mat-khau", "::1", now + timedelta(minutes=16)) is not None
    assert accounts.sign_in("nobody", "mot-mat-khau", "::1", now) is None


def test_publishing_the_same_pack_again_keeps_the_version(house: House, now: datetime) -> None:
    assert not procedures.publish(office.two_tasks(), now).new


def test_a_case_keeps_the_version_it_was_filed_under(house: House, now: datetime) -> None:
    old = filed("two-tasks", house, now)
    changed = Pack({**office.two_tasks().files, "forms/verify.json": office.form(("approve", "refused", "other"))})
    assert procedures.publish(changed, now).version.number == 2
    assert filed("two-tasks", house, now).version_id != old.version_id


def test_a_version_not_yet_in_force_is_not_used(house: House, now: datetime) -> None:
    manifest = office.manifest("two-tasks").replace(b"[title]", b"effective_from = 2026-07-01\n[title]")
    later = Pack({**office.two_tasks().files, "procedure.toml": manifest})
    procedures.publish(later, now)
    assert filed("two-tasks", house, now).version_id == 1
    assert filed("two-tasks", house, office.at("2026-07-01T09:00")).version_id == 3


def test_an_unpublished_procedure_cannot_be_filed(house: House, now: datetime) -> None:
    with pytest.raises(ProcedureNotFound):
        cases.file("nothing", {}, house["binh"], now)


def test_a_faulty_pack_publishes_nothing(house: House, now: datetime) -> None:
    broken = Pack({**office.two_tasks().files, "process.bpmn": b"<!DOCTYPE x><x/>"})
    with pytest.raises(InvalidProcedure):
        procedures.publish(broken, now)
    assert "procedure.published" not in events()[5:]


def test_a_role_that_nobody_holds_is_a_warning(house: House, now: datetime) -> None:
    orphan = Pack({name: content.replace(b'role="processing-officer"', b'role="wizard"')
                   for name, content in office.two_tasks().files.items()})
    assert "role-without-holder" in {problem.code for problem in procedures.publish(orphan, now).warnings}


def test_hours_of_a_unit_come_with_the_organisation_file(house: House, now: datetime) -> None:
    late_desk = """
[[calendar]]
id = "late"
source = "QĐ 12/2026"
sessions = ["08:00-12:00", "13:30-17:30"]
cut_off = "16:00"
off = [2026-03-10]
[[unit]]
id = "division"
type = "division"
parent = "province"
title = { vi = "Phòng chuyên môn", en = "Division" }
code = "H99.07"
calendar = "late"
"""
    assert "calendar late@1" in organisation.apply(late_desk.encode(), now).added
    case = done(filed("two-tasks", house, now), house["binh"], office.at("2026-03-09T15:30"), outcome="accepted")
    assert case.due_at == office.at("2026-03-12T17:30")


def test_a_unit_with_an_unknown_calendar_works_by_the_one_above_and_that_is_said(house: House, now: datetime) -> None:
    unit = "[[unit]]\nid='c'\ntype='commune'\nparent='province'\ntitle='C'\ncalendar='nowhere'"
    (warning,) = organisation.apply(unit.encode(), now).warnings
    assert "nowhere" in warning.en


@pytest.mark.parametrize("calendar", ["sessions = 5", "sessions = ['9-10']", "base = 'no-such'", "cut_off = 'late'",
                                      "off = ['x']", "week = { moonday = [] }"])
def test_a_wrong_calendar_is_refused_by_name(house: House, now: datetime, calendar: str) -> None:
    with pytest.raises(InvalidOrganisation, match=r"(?i)calendar odd"):
        organisation.apply(f"[[calendar]]\nid = 'odd'\n{calendar}".encode(), now)
