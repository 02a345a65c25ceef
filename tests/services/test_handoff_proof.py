"""Hand-offs prove themselves: two who answer at once, rows changed behind the office's back, a history made anew."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from engine import worker
from engine.domain.case import Case
from engine.domain.errors import HandOffAlreadyAnswered
from engine.domain.people import Actor
from engine.queries import case_pages
from engine.services import handoffs, history
from engine.storage.tables import hand_off_table
from tests.services import handing_over
from tests.services.handing_over import done, everything, holds, offered, stored
from tests.services.test_superuser import edits, found, harmed, put, rewrite

House = dict[str, Actor]


@pytest.fixture
def people(house: House, now: datetime) -> House:
    return handing_over.furnished(house, now, handing_over.consulting(boundary=False))


@pytest.fixture
def case(people: House, now: datetime) -> Case:
    """A case whose hand-off was refused, offered to another unit, alarmed, accepted late and given back."""
    case, one = offered("consulting", people, now)
    handoffs.refuse(one.id, "Thiếu hồ sơ.", people["tam"], now)
    handoffs.offer_again(one.id, people["an"], now, "police-far")
    late = now + timedelta(days=1)
    assert worker.drain(late) == 1
    handoffs.accept(stored(case)[1].id, people["xuan"], late)
    done(case, people["xuan"], late + timedelta(hours=1), outcome="agree")
    case, hand_offs = everything(case)
    assert [one.status for one in hand_offs] == ["refused", "returned"]
    holds(case)
    return case


def test_of_two_who_answer_at_once_one_does_it_and_the_other_is_told_who(people: House, now: datetime) -> None:
    for _ in range(5):
        case, one = offered("consulting", people, now)
        acts = {"tam": partial(handoffs.accept, one.id), "minh": partial(handoffs.refuse, one.id, "Không.")}
        barrier = Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            results = [pool.submit(answered, act, people[who], now, barrier) for who, act in acts.items()]
            said = [result.result() for result in results]
        [winner] = [one for one in said if isinstance(one, str)]
        [lost] = [one for one in said if isinstance(one, HandOffAlreadyAnswered)]
        assert (lost.actor, lost.at) == (winner, now)
        events = [event.action for event in case_pages.read(case.code, people["an"], now).events]
        assert len([action for action in events if action.startswith("handoff.")]) == 1
        holds(case)


def answered(act: Callable[[Actor, datetime], object], who: Actor, now: datetime,
             barrier: Barrier) -> str | HandOffAlreadyAnswered:
    """Let a person answer as soon as the other does too; give the account, or the refusal."""
    barrier.wait()
    try:
        act(who, now)
    except HandOffAlreadyAnswered as lost:
        return lost
    return who.account


def test_two_workers_and_an_officer_at_once_leave_one_alarm_at_most(people: House, now: datetime) -> None:
    case, one = offered("consulting", people, now)
    late = now + timedelta(days=1)
    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(worker.drain, late), pool.submit(worker.drain, late),
                   pool.submit(handoffs.accept, one.id, people["tam"], late)]
        for future in futures:
            future.result()
    worker.drain(late + timedelta(hours=1))
    case, one = stored(case)
    assert one.status == "accepted"
    events = [event.action for event in case_pages.read(case.code, people["an"], late).events]
    assert events.count("handoff.unacknowledged") == (1 if one.alarmed_at else 0)
    holds(case)


def test_harm_to_the_rows_of_hand_offs_is_found(case: Case, tmp_path: Path) -> None:
    missed = set()
    for kind, harm in edits(hand_off_table, case):
        with harmed(hand_off_table, harm):
            if found(case, tmp_path) is None:
                missed.add(kind)
    assert missed == set()
    assert found(case, tmp_path) is None


REWRITTEN: dict[str, tuple[str, Callable[[dict[str, Any]], None]]] = {
    "who accepted": ("handoff.accepted", put("actor", "account", "khoa")),
    "when it was accepted": ("handoff.accepted", put("at", "2026-03-10T01:00:00.000000Z")),
    "the post of who accepted": ("handoff.accepted", put("capacity", "unit", "division")),
    "why it was refused": ("handoff.refused", put("reason", "Vì lý do khác.")),
    "to whom it was offered again": ("handoff.offered", put("unit", "police")),
    "by which calendar": ("handoff.offered", put("calendar_hashes", "vn@1", "0" * 64)),
    "who sounded the alarm": ("handoff.unacknowledged", put("actor", "account", "khoa")),
}


@pytest.mark.parametrize("what", REWRITTEN)
def test_a_chain_made_anew_over_a_changed_hand_off_is_found(what: str, case: Case, tmp_path: Path) -> None:
    action, change = REWRITTEN[what]
    rewrite(case, change, action)
    assert found(case, tmp_path) is not None


def test_the_history_tells_both_sides_what_happened(case: Case, people: House, now: datetime) -> None:
    events = case_pages.read(case.code, people["tam"], now).events
    told = [(event.action, event.facts().get("capacity")) for event in events if event.action.startswith("handoff.")]
    assert told == [
        ("handoff.refused", {"role": "receiving-officer", "unit": "police"}),
        ("handoff.offered", {"role": "processing-officer", "unit": "division"}),
        ("handoff.unacknowledged", None),
        ("handoff.accepted", {"role": "receiving-officer", "unit": "police-far"})]
    changes = [[one["status"] for one in event.facts()["result"].get("hand_offs", [])] for event in events
               if event.facts()["result"].get("hand_offs")]
    assert changes == [["offered"], ["refused"], ["refused", "offered"], ["offered"], ["accepted"], ["returned"]]
    assert history.replay(case.code).holds
