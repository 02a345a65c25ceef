"""Provinces under one roof: every row of a case has its root, no province finds another's, and nobody loses a case."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import func, select

from engine.domain.case import Case, CaseStatus
from engine.domain.errors import TaskNotFound, UnitNotFound
from engine.domain.people import Actor
from engine.queries import case_pages, worklist
from engine.services import accounts, cases, handoffs, history, organisation, tasks
from engine.storage import database, spreading
from tests import office
from tests.services import handing_over
from tests.services.test_case_course import done, filed, holds
from tests.services.test_superuser import rewrite

House = dict[str, Actor]
HUE = """
[[unit]]
id = "hue"
type = "province"
title = "UBND thành phố Huế"
code = "H57"
[[unit]]
id = "hue-division"
type = "division"
parent = "{parent}"
title = "Phòng chuyên môn"
code = "H57.07"
[[position]]
id = "hue-desk"
unit = "hue-division"
title = "Cán bộ"
roles = ["receiving-officer", "processing-officer"]
[[person]]
account = "mai"
name = "Hoàng Mai"
positions = ["hue-desk"]
"""


def person(name: str, now: datetime) -> Actor:
    found = accounts.actor(name, now)
    assert found is not None
    return found


@pytest.fixture
def mai(house: House, now: datetime) -> Actor:
    """Somebody of a second province, where everything is as in the first."""
    organisation.apply(HUE.format(parent="hue").encode(), now)
    return person("mai", now)


def filed_by(actor: Actor, now: datetime) -> Case:
    case = cases.file("two-tasks", office.APPLICANT, actor, now)
    assert case is not None
    return case


def test_every_row_of_a_case_has_its_root(house: House, mai: Actor, now: datetime) -> None:
    case = done(filed_by(mai, now), mai, now, outcome="accepted")
    done(filed("permit", house, now), house["binh"], now, outcome="accepted")
    found = {}
    with database.reading() as session:
        for table in spreading.spread_tables():
            found[table.name] = set(session.scalars(select(table.c.root)))
    assert case.root == "hue"
    assert found["cases"] == found["task"] == found["number_book"] == {"province", "hue"}
    assert found["audit_event"] == {"", "province", "hue"}
    assert set().union(*found.values()) == {"", "province", "hue"}
    holds(case)
    assert history.verify_office().holds


def test_one_province_finds_nothing_of_another(house: House, mai: Actor, now: datetime) -> None:
    case = filed_by(mai, now)
    with pytest.raises(TaskNotFound):
        tasks.claim(case.open_tasks()[0].id, house["binh"], now)
    assert worklist.mine(house["binh"], now) == []
    assert [entry.case.code for entry in worklist.mine(mai, now)] == [case.code]
    assert case_pages.read(case.code, mai, now).case.id == case.id


def test_a_case_goes_on_when_its_unit_comes_under_another_province(house: House, mai: Actor, now: datetime) -> None:
    case = filed_by(mai, now)
    organisation.apply(HUE.format(parent="province").encode(), now)
    moved = person("mai", now)
    case = done(case, moved, now, outcome="accepted")
    younger = filed_by(moved, now)
    assert (case.root, younger.root, younger.code[:6]) == ("hue", "province", "H57.07")
    assert {entry.case.code for entry in worklist.mine(moved, now)} == {case.code, younger.code}
    for one in (case, younger):
        assert case_pages.read(one.code, moved, now).case.root == one.root
    case = done(case, moved, now, outcome="approve")
    assert case.status is CaseStatus.CLOSED
    holds(case)
    holds(younger)


def test_a_post_given_in_a_new_province_finds_its_work_at_once(house: House, now: datetime) -> None:
    filed("two-tasks", house, now)      # this process knows the office as it was
    organisation.apply(HUE.format(parent="hue").encode(), now)
    case = filed_by(person("mai", now), now)
    assert done(case, person("mai", now), now, outcome="accepted").status is CaseStatus.OPEN


def test_two_provinces_without_codes_of_their_own_never_give_the_same_number(house: House, now: datetime) -> None:
    nameless = "\n".join(line for line in HUE.splitlines() if not line.startswith("code"))
    organisation.apply(nameless.format(parent="hue").encode(), now)
    organisation.apply(nameless.replace("hue", "vinh").replace("mai", "sen").format(parent="vinh").encode(), now)
    codes = [filed_by(person(name, now), now).code for name in ("mai", "sen", "mai")]
    assert codes == [f"H00-260309-000{number}" for number in (1, 2, 3)]
    assert history.verify_office().holds


def test_nothing_is_handed_over_to_another_province(house: House, mai: Actor, now: datetime) -> None:
    people = handing_over.furnished(house, now, handing_over.consulting())
    with pytest.raises(UnitNotFound):
        cases.file("consulting", office.APPLICANT, mai, now)
    case, one = handing_over.offered("consulting", people, now)
    handoffs.refuse(one.id, "Không thuộc thẩm quyền.", people["tam"], now)
    assert case.root == "province"


def test_a_case_filed_before_there_were_roots_still_holds(house: House, now: datetime) -> None:
    case = done(filed("permit", house, now), house["binh"], now, outcome="accepted")
    rewrite(case, lambda facts: facts["case"].pop("root"), "case.filed")
    holds(case)
    with database.reading() as session:
        assert session.execute(select(func.count()).select_from(spreading.case_table)).scalar() == 1
