"""A hand-off: its states, who may leave which, and the one unit that answers for it at every moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import handoff
from engine.domain.errors import Conflict, HandOffAlreadyAnswered
from engine.domain.handoff import HandOff, HandOffStatus

NINE = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
CASE = uuid4()
ACTS: dict[str, Callable[[HandOff, datetime], None]] = {
    "accept": lambda one, at: one.accept("tam", at, at + timedelta(hours=8)),
    "refuse": lambda one, at: one.refuse("tam", at, "Không thuộc thẩm quyền."),
    "alarm": lambda one, at: one.alarm(at),
    "give_back": lambda one, at: one.give_back(at),
    "give_up": lambda one, at: one.give_up(at),
}
LEADS = {
    HandOffStatus.OFFERED: {"accept": "accepted", "refuse": "refused", "alarm": "offered", "give_back": "returned",
                            "give_up": "cancelled"},
    HandOffStatus.ACCEPTED: {"give_back": "returned", "give_up": "cancelled"},
    HandOffStatus.REFUSED: {"give_up": "refused"},
    HandOffStatus.RETURNED: {"give_up": "returned"},
    HandOffStatus.CANCELLED: {"give_up": "cancelled"},
}


def offered(place: str = "consult", to: str = "police", own: str = "division") -> HandOff:
    return handoff.offer("province", CASE, place, 1, (own, to), NINE, NINE + timedelta(hours=4))


def accepted(place: str, to: str, own: str = "division") -> HandOff:
    one = offered(place, to, own)
    one.accept("tam", NINE, None)
    return one


def told(one: HandOff) -> tuple[object, ...]:
    return tuple(one.facts().values())


acts = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(1, 600)), max_size=12)


@given(acts)
def test_whatever_is_tried_in_whatever_order_exactly_one_of_the_two_units_answers_for_it(
        tried: Iterable[tuple[str, int]]) -> None:
    one, at = offered(), NINE
    for name, minutes in tried:
        at += timedelta(minutes=minutes)
        before, leads = told(one), LEADS[one.status].get(name)
        try:
            ACTS[name](one, at)
        except Conflict:
            assert leads is None
            assert told(one) == before
        else:
            assert one.status == leads
        assert one.accountable == ("police" if one.status == "accepted" else "division")
        assert one.open == (one.ended_at is None)


@given(acts)
def test_what_has_ended_stays_as_it_ended(tried: Iterable[tuple[str, int]]) -> None:
    one, at, ended = offered(), NINE, None
    for name, minutes in tried:
        at += timedelta(minutes=minutes)
        with suppress(Conflict):
            ACTS[name](one, at)
        assert ended is None or told(one) == ended
        ended = told(one) if not one.open else None


@given(acts)
def test_a_person_answers_once_and_the_loser_is_told_who_and_when(tried: Iterable[tuple[str, int]]) -> None:
    one, at = offered(), NINE
    answered: tuple[object, object] | None = None
    for name, minutes in tried:
        at += timedelta(minutes=minutes)
        if answered is not None and name in ("accept", "refuse"):
            with pytest.raises(HandOffAlreadyAnswered) as lost:
                ACTS[name](one, at)
            assert not one.reacted or (lost.value.actor, lost.value.at) == answered
            assert lost.value.action == f"handoff.{one.status}"
            continue
        with suppress(Conflict):
            ACTS[name](one, at)
            if name in ("accept", "refuse"):
                answered = ("tam", at)
    assert answered is None or (one.answered_by, one.answered_at) == answered


def test_an_answer_at_the_very_minute_is_in_time_and_one_after_it_is_late() -> None:
    one = offered()
    assert one.acknowledge_by is not None
    assert not one.late(one.acknowledge_by)
    assert one.late(one.acknowledge_by + timedelta(minutes=1))
    one.accept("tam", one.acknowledge_by, one.acknowledge_by + timedelta(hours=1))
    assert not one.late(one.acknowledge_by + timedelta(hours=1))
    assert one.late(one.acknowledge_by + timedelta(hours=1, minutes=1))
    one.give_back(one.acknowledge_by + timedelta(minutes=30))
    assert not one.late(NINE + timedelta(days=30))


def test_one_answered_too_late_stays_late_even_where_the_work_was_done_in_time() -> None:
    one = offered()
    one.accept("tam", NINE + timedelta(hours=5), NINE + timedelta(days=2))
    one.give_back(NINE + timedelta(hours=6))
    assert one.late(NINE + timedelta(hours=6))


def test_the_alarm_sounds_once() -> None:
    one = offered()
    one.alarm(NINE + timedelta(hours=4))
    one.alarm(NINE + timedelta(hours=9))
    assert one.alarmed_at == NINE + timedelta(hours=4)


def test_only_what_was_refused_or_not_answered_in_time_may_be_offered_again() -> None:
    one = offered()
    with pytest.raises(Conflict, match="still has time"):
        one.refuse_unless_offerable()
    one.alarm(NINE + timedelta(hours=4))
    one.refuse_unless_offerable()
    one.accept("tam", NINE + timedelta(hours=5), None)
    with pytest.raises(HandOffAlreadyAnswered, match="already accepted by tam"):
        one.refuse_unless_offerable()
    other = offered()
    other.refuse("tam", NINE, "Thiếu giấy tờ.")
    other.refuse_unless_offerable()
    other.give_up(NINE)
    with pytest.raises(HandOffAlreadyAnswered):
        other.refuse_unless_offerable()


def test_a_result_is_taken_only_from_who_accepted() -> None:
    one = offered()
    with pytest.raises(Conflict, match="Accept this hand-off"):
        one.refuse_unless_accepted()
    one.accept("tam", NINE, None)
    one.refuse_unless_accepted()
    one.give_back(NINE)
    with pytest.raises(HandOffAlreadyAnswered):
        one.refuse_unless_accepted()


def test_the_id_follows_from_what_it_is_of() -> None:
    assert offered().id == offered().id
    assert offered().id != offered("consult[2]").id


def test_work_in_a_called_process_belongs_to_the_innermost_unit_that_accepted_it() -> None:
    hand_offs = [accepted("consult", "police"), accepted("consult/ask", "tax", "police"), offered("other", "bank")]
    assert handoff.unit_over(hand_offs, "", "division") == "division"
    assert handoff.unit_over(hand_offs, "consult", "division") == "police"
    assert handoff.unit_over(hand_offs, "consult/ask", "division") == "tax"
    assert handoff.unit_over(hand_offs, "consultation", "division") == "division"
    assert handoff.unit_over(hand_offs, "other", "division") == "division"


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "a/b", "a/b/c", "d"]), st.sampled_from(["police", "tax", "bank"]),
                          acts), max_size=5, unique_by=lambda one: one[0]),
       st.lists(st.sampled_from(["", "a", "a/b", "a/b/c", "b"]), max_size=4))
def test_a_case_has_one_accountable_unit_that_is_its_own_or_one_that_accepted_part_of_it(
        made: list[tuple[str, str, list[tuple[str, int]]]], paths: list[str]) -> None:
    hand_offs = []
    for place, unit, tried in made:
        one, at = offered(place, unit), NINE
        for name, minutes in tried:
            at += timedelta(minutes=minutes)
            try:
                ACTS[name](one, at)
            except Conflict:
                continue
        hand_offs.append(one)
    unit = handoff.accountable(hand_offs, "division", paths)
    holding = {one.to_unit for one in hand_offs if one.status == "accepted"}
    assert unit == "division" or unit in holding
    assert unit == handoff.accountable(list(reversed(hand_offs)), "division", list(reversed(paths)))
    if not holding:
        assert unit == "division"


def test_a_case_wholly_handed_over_is_the_other_units_and_one_shared_out_stays_its_own() -> None:
    consult = accepted("consult", "police")
    assert handoff.accountable([consult], "division", ["consult", "consult/deeper"]) == "police"
    assert handoff.accountable([consult], "division", []) == "police"
    assert handoff.accountable([consult], "division", ["consult", ""]) == "division"
    assert handoff.accountable([consult, accepted("ask", "tax")], "division", ["consult", "ask"]) == "division"
    assert handoff.accountable([consult, accepted("consult/ask", "tax", "police")], "division", []) == "tax"
    consult.give_back(NINE)
    assert handoff.accountable([consult], "division", ["verify"]) == "division"
