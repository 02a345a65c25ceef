"""`motcua clock explain`: a list of questions in, starts, due times and arithmetic out, refusals by name."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from engine.adapters import holidays
from engine.domain.declarations import DeadlineRule
from engine.domain.errors import InvalidInput
from engine.domain.period import Period
from engine.services import clock_explain

CASES = Path(__file__).parents[1] / "domain" / "clock_cases.json"
ENTRY = {"id": "X1", "period": "3 working days", "policy": "NEXT_DAY", "received": "2026-06-08T09:00", "events": []}


def ask(**changes):
    return clock_explain.explain([{**ENTRY, **changes}])[0]


def test_the_worked_cases_are_answered_from_their_file():
    found = clock_explain.explain_text(CASES.read_bytes())
    for case, answer in zip(json.loads(CASES.read_text(encoding="utf-8")), found, strict=True):
        assert (answer["id"], answer["start"], answer["due"]) == (
            case["id"], case["expected_start"], case["expected_due"])
    assert [answer["id"] for answer in found if "remaining" in answer] == ["K15"]
    assert found[-1]["remaining"] == 2250


def test_an_answer_carries_its_arithmetic_in_the_language_asked_for():
    lines = clock_explain.explain([{**ENTRY, "received": "2026-11-20T15:30"}], "en")[0]["lines"]
    assert lines[0] == {"date": "2026-11-20", "minutes": 0, "counted": False,
                        "reason": "Received at 15:30. After 15:00: counted from the next working day"}
    assert {"date": "2026-11-24", "minutes": 0, "counted": False, "reason": "Tuesday off: Vietnam Culture Day"} in lines
    assert sum(line["minutes"] for line in lines if line["counted"]) == 3 * 480


def test_an_id_is_given_back_only_where_there_is_one():
    entry = {key: value for key, value in ENTRY.items() if key != "id"}
    assert set(clock_explain.explain([entry])[0]) == {"start", "due", "lines"}


def test_every_kind_of_event_is_read():
    events = [{"type": "start", "at": "2026-06-08T10:00"},
              {"type": "calendar", "day": "2026-06-10", "sessions": [["07:30", "11:30"]], "reason": "họp"},
              {"type": "suspend", "from": "2026-06-09T08:00", "to": "2026-06-09T09:00", "reason": "supplement",
               "mode": "resume"},
              {"type": "outcome", "at": "2026-06-09T10:00", "value": "refused", "period": "2 working days"},
              {"type": "extend", "at": "2026-06-10T09:00", "by": "1 working day", "ground": "bão"},
              {"type": "stop", "at": "2026-06-11T09:00", "reason": "refused"}]
    assert ask(events=events)["due"] == "2026-06-12T08:30"


def test_nothing_received_is_nothing_due():
    assert ask(received=None) == {"id": "X1", "start": None, "due": None, "lines": []}


@pytest.mark.parametrize(("cut_off", "start"), [("none", "2026-06-08T16:00"), (None, "2026-06-08T16:00"),
                                                ("16:30", "2026-06-08T16:00"), ("15:59", "2026-06-09T07:30")])
def test_an_entry_may_have_its_own_cut_off(cut_off, start):
    assert ask(received="2026-06-08T16:00", cut_off=cut_off)["start"] == start


def test_an_entry_may_change_its_calendar():
    assert ask(calendar={"off": ["2026-06-09"]})["due"] == "2026-06-12T17:00"
    assert ask(calendar={"days": {"2026-06-11": ["07:30-11:30"]}})["due"] == "2026-06-11T11:30"
    short_day = {"day": "2026-06-11", "sessions": [["08:00", "10:00"]], "reason": "họp"}
    assert ask(calendar={"days": [short_day]})["due"] == "2026-06-11T10:00"
    assert ask(calendar={"week": {"thu": ["08:00-12:00"]}})["due"] == "2026-06-11T12:00"
    assert ask(calendar={"sessions": ["08:00-16:00"]})["due"] == "2026-06-11T16:00"
    assert ask(policy=None, calendar={"first_day": "same-hour"})["due"] == "2026-06-11T09:00"


def test_a_calendar_without_the_holidays_starts_from_nothing():
    assert ask(received="2026-11-23T09:00", calendar={"base": "none"})["due"] == "2026-11-26T17:00"


@pytest.mark.parametrize(("changes", "said"), [
    ({"period": "3 workdays"}, "is not a period"), ({"period": 3}, "period"), ({"period": "0 days"}, "is not a period"),
    ({"policy": "LATER"}, "not a policy"), ({"received": "yesterday"}, "not a local time"),
    ({"received": "2026-02-30T09:00"}, "not a local time"),
    ({"received": "2026-06-08T09:00+07:00"}, "not a local time"),
    ({"received": "2026-06-08"}, "not a local time"), ({"cut_off": "25:00"}, "time of day"), ({"events": {}}, "a list"),
    ({"calendar": []}, "calendar"), ({"calendar": {"off": 5}}, "calendar"), ({"calendar": {"weeks": []}}, "calendar"),
    ({"calendar": {"week": [[]] * 7}}, "no working day")])
def test_an_entry_that_cannot_be_read_is_refused_by_its_id(changes, said):
    with pytest.raises(InvalidInput) as refusal:
        ask(**changes)
    assert refusal.value.message.en.startswith("Entry X1: ")
    assert said in refusal.value.message.en


GOOD = {"type": "suspend", "from": "2026-06-09T08:00", "to": "2026-06-09T09:00", "reason": "payment"}


@pytest.mark.parametrize("event", [
    "suspend", {}, {"type": "pause"}, {"type": ["suspend"]}, {**GOOD, "mode": "later"}, {**GOOD, "reason": ""},
    {**GOOD, "from": None}, {**GOOD, "to": "soon"}, {**GOOD, "to": "2026-06-09T07:59"},
    {"type": "suspend", "to": None, "reason": "x"},
    {"type": "outcome", "at": "2026-06-09T08:00", "value": "refused"},
    {"type": "outcome", "at": "2026-06-09T08:00", "value": "refused", "period": "0 working days"},
    {"type": "outcome", "at": "2026-06-07T08:00", "value": "refused", "period": "1 working day"},
    {"type": "extend", "at": "2026-06-09T08:00", "by": "1 day"}, {"type": "extend", "at": "2026-06-09T08:00", "by": 1},
    {"type": "calendar", "day": "2026-06-09", "sessions": ["11:00-10:00"]}, {"type": "calendar", "day": "2026-06-09"},
    {"type": "stop", "at": "2026-06-08T08:59", "reason": "withdrawn"}, {"type": "start", "at": 5}])
def test_an_event_that_cannot_be_read_or_contradicts_is_refused_by_its_place(event):
    with pytest.raises(InvalidInput) as refusal:
        ask(events=[GOOD, event])
    assert refusal.value.message.en.startswith("Entry X1: Event 2")
    assert refusal.value.message.vi.startswith("Mục X1: Sự kiện 2")


@pytest.mark.parametrize("text", ["", "{", '{"period": "1 day"}', "3", b"\xff\xfe\x00"])
def test_a_file_that_is_no_list_is_refused(text):
    with pytest.raises(InvalidInput):
        clock_explain.explain_text(text)


def test_an_entry_that_is_no_object_is_refused_by_its_number():
    with pytest.raises(InvalidInput, match="Entry #2"):
        clock_explain.explain([ENTRY, 7])


def test_a_limit_of_a_hundred_years_is_refused_or_answered_but_never_breaks():
    assert ask(period="26000 working days")["due"].startswith("21")
    with pytest.raises(InvalidInput):
        ask(received="9999-12-31T16:00")


def test_the_limits_of_a_procedure_are_explained_with_outcome_and_suspensions():
    calendar = holidays.vietnam([2026])
    deadlines = (DeadlineRule("statutory", Period(5, "working days")),
                 DeadlineRule("statutory", Period(3, "working days"), outcome="refused"))
    received = datetime.fromisoformat("2026-06-08T09:00")
    stop = clock_explain.read_suspension("2026-06-09T08:00/2026-06-09T09:00")
    general = clock_explain.of_deadlines(deadlines, calendar, received, suspensions=[stop])
    refused = clock_explain.of_deadlines(deadlines, calendar, received, outcome="refused")
    assert clock_explain.answer(general)["due"] == "2026-06-16T08:30"
    assert clock_explain.answer(refused)["due"] == "2026-06-11T17:00"
    with pytest.raises(InvalidInput):
        clock_explain.of_deadlines(deadlines, calendar, received, kind="service_norm")


def test_suspensions_of_the_command_line_are_read():
    restart = clock_explain.read_suspension("2026-06-09T08:00/2026-06-10T09:00/restart")
    assert restart.mode == "restart"
    assert clock_explain.read_suspension("2026-06-09T08:00/").end is None
    with pytest.raises(InvalidInput):
        clock_explain.read_suspension("2026-06-09T08:00")
