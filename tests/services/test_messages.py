"""Messages to a case: at once, early, twice, too many, amid trouble, and what a superuser may not change."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, update

from engine import worker
from engine.domain import messages as rules
from engine.domain.case import Case, CaseStatus
from engine.domain.errors import CaseHalted, Conflict
from engine.jobs import queue
from engine.services import history, messages
from engine.services.messages import Delivery, Message
from engine.storage import database, tables
from tests import office
from tests.services.talking import House, again, event, filed, killed, look, paying, publish, receive
from tests.services.test_case_course import done, holds
from tests.services.test_superuser import put, rewrite, superuser

HOUR = timedelta(hours=1)


def told(case: Case, message: Message, house: House, now: datetime) -> Delivery:
    return messages.deliver(case.code, message, house["binh"], now)


def actions(case: Case) -> list[str]:
    events = tables.audit_event_table.c
    with database.reading() as session:
        return list(session.scalars(select(events.action).where(events.stream == case.id).order_by(events.seq)))


def test_an_early_message_is_kept_and_delivered_when_the_case_waits_for_it(house: House, now: datetime) -> None:
    paying(now)
    case = filed("paying", house, now)
    early = told(case, Message("payment", {"receipt": "17"}, "bank-1"), house, now)
    assert (early.buffered, early.repeated) == (True, False)
    holds(case)
    assert worker.drain(now + HOUR) == 0
    done(again(case.code), house["an"], now + HOUR)
    assert worker.drain(now + HOUR) == 1
    case = again(case.code)
    assert (case.data["paid"], [task.key for task in case.open_tasks()]) == ({"receipt": "17"}, ["again"])
    assert actions(case) == ["case.filed", "message.buffered", "task.completed", "message.received"]
    holds(case)
    holds(done(case, house["an"], now + 2 * HOUR))


def test_a_message_that_comes_twice_is_taken_once(house: House, now: datetime) -> None:
    paying(now)
    case = filed("paying", house, now)
    message = Message("payment", {"receipt": "17"}, "bank-1")
    assert told(case, message, house, now).buffered
    second = told(case, message, house, now)
    assert (second.buffered, second.repeated) == (True, True)
    done(again(case.code), house["an"], now)
    worker.drain(now)
    third = told(case, Message("payment", {"receipt": "99"}, "bank-1"), house, now)
    assert (third.buffered, third.repeated) == (False, True)
    assert actions(case) == ["case.filed", "message.buffered", "task.completed", "message.received"]
    after = done(again(case.code), house["an"], now)
    assert told(after, message, house, now).repeated
    holds(after)


def test_early_messages_are_delivered_in_the_order_in_which_they_came(house: House, now: datetime) -> None:
    publish("twice", '<bpmn:startEvent id="application"/>' + look() + receive("first", "payment")
            + receive("second", "payment") + '<bpmn:endEvent id="done"/>'
            + office.flows(("application", "look"), ("look", "first"), ("first", "second"), ("second", "done")), now)
    case = filed("twice", house, now)
    for number in (1, 2, 3):
        told(case, Message("payment", {"n": number}), house, now)
    done(again(case.code), house["an"], now)
    worker.drain(now)
    case = again(case.code)
    assert (case.data["first"], case.data["second"], case.status) == ({"n": 1}, {"n": 2}, CaseStatus.CLOSED)
    assert case.pending == {}
    holds(case)


def test_a_message_does_not_overtake_an_earlier_one_of_its_name(house: House, now: datetime) -> None:
    paying(now)
    case = filed("paying", house, now)
    told(case, Message("payment", {"n": 1}), house, now)
    done(again(case.code), house["an"], now)        # the first is due, and no worker came yet
    assert told(case, Message("payment", {"n": 2}), house, now).buffered
    worker.drain(now)
    assert again(case.code).data["paid"] == {"n": 1}
    holds(again(case.code))


def test_a_message_the_case_never_waits_for_is_refused(house: House, now: datetime) -> None:
    paying(now)
    case = filed("paying", house, now)
    for name in ("notice", "paid", "look", ""):     # a step is no name under which something is kept
        with pytest.raises(Conflict):
            told(case, Message(name, {}, "x"), house, now)
    assert actions(case) == ["case.filed"]


def test_a_step_can_be_named_instead_of_its_message(house: House, now: datetime) -> None:
    paying(now)
    case = done(filed("paying", house, now), house["an"], now)
    assert not told(case, Message("paid", {"n": 1}), house, now).buffered
    assert again(case.code).data["paid"] == {"n": 1}
    holds(again(case.code))


def test_a_case_keeps_only_so_many_messages(house: House, now: datetime) -> None:
    paying(now)
    case = filed("paying", house, now)
    for number in range(rules.MOST_BUFFERED):
        assert told(case, Message("payment", {}, f"m{number}"), house, now).buffered
    with pytest.raises(Conflict, match="100"):
        told(case, Message("payment", {}, "one too many"), house, now)
    assert told(case, Message("payment", {}, "m7"), house, now).repeated
    holds(case)


def test_of_two_deliveries_at_once_one_is_taken(house: House, now: datetime) -> None:
    paying(now)
    for turn in range(12):
        case = filed("paying", house, now)
        if turn % 2:
            done(case, house["an"], now)        # every other case waits already
        barrier = Barrier(2)

        def race(number: int, case: Case = case, barrier: Barrier = barrier) -> bool:
            barrier.wait()
            return told(case, Message("payment", {"n": number}, "the-same"), house, now).repeated
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(race, (1, 2))) == [False, True], (turn, actions(case))
        worker.drain(now)
        assert [action for action in actions(case) if action.startswith("message")] == [
            "message.received" if turn % 2 else "message.buffered"]
        holds(again(case.code))


def test_two_workers_deliver_an_early_message_once(house: House, now: datetime) -> None:
    paying(now)
    waiting = []
    for number in range(12):
        case = filed("paying", house, now)
        told(case, Message("payment", {"n": number}), house, now)
        waiting.append(done(again(case.code), house["an"], now))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: worker.drain(now), range(2)))
    assert [actions(case).count("message.received") for case in waiting] == [1] * 12


def test_a_worker_that_dies_over_a_delivery_leaves_it_to_the_next(
        house: House, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    paying(now)
    case = filed("paying", house, now)
    told(case, Message("payment", {"n": 1}, "bank-1"), house, now)
    done(again(case.code), house["an"], now)
    [job] = queue.claim(now)

    with killed(monkeypatch):
        worker.do(job, now)
    assert actions(case) == ["case.filed", "message.buffered", "task.completed"]
    assert worker.drain(now + 2 * queue.LEASE) == 1
    assert again(case.code).data["paid"] == {"n": 1}
    holds(again(case.code))


def test_a_message_that_halts_its_case_is_not_taken_and_can_come_again(house: House, now: datetime) -> None:
    publish("fragile", '<bpmn:startEvent id="application"/>' + receive("paid", "payment")
            + '<bpmn:exclusiveGateway id="enough" default="f2"/><bpmn:endEvent id="yes"/><bpmn:endEvent id="no"/>'
            + office.flows(("application", "paid"), ("paid", "enough"), ("enough", "yes"),
                           ("enough", "no", "paid.sum &lt; 5")), now)
    case = filed("fragile", house, now)
    with pytest.raises(CaseHalted):
        told(case, Message("payment", {}, "bank-1"), house, now)
    assert again(case.code).status is CaseStatus.HALTED
    holds(again(case.code))


HARM = {
    "the payload that was kept": ("audit_event", {"body": b"{}"}),
    "the id of a message": ("message", {"id": "other"}),
    "the name of a message": ("message", {"name": "notice"}),
    "the event of a message": ("message", {"seq": 1}),
}


@pytest.mark.parametrize("what", [*HARM, "a deleted id", "a deleted job"])
def test_harm_to_what_is_kept_is_found(what: str, house: House, now: datetime) -> None:
    paying(now)
    case = filed("paying", house, now)
    told(case, Message("payment", {"n": 1}, "bank-1"), house, now)
    holds(case)
    with superuser() as connection:
        if what in HARM:
            name, values = HARM[what]
            table = tables.metadata.tables[name]
            rows = update(table).values(values)
            connection.execute(rows.where(table.c.seq == 2) if name == "audit_event" else rows)
        else:
            table = tables.message_table if what == "a deleted id" else tables.job_table
            connection.execute(table.delete())
    assert not history.verify(case.code).holds


def test_what_was_delivered_must_be_what_was_kept(house: House, now: datetime) -> None:
    paying(now)
    case = filed("paying", house, now)
    told(case, Message("payment", {"n": 1}), house, now)
    done(again(case.code), house["an"], now)
    worker.drain(now)
    holds(again(case.code))
    rewrite(case, put("payload", "n", 2), "message.buffered")
    finding = history.verify(case.code)
    assert finding.divergence is not None
    assert (finding.divergence.what, finding.divergence.seq) == ("message", 4)


CATCHERS = {
    "a catch event": (event("intermediateCatchEvent", "got", "message", "payment"),
                      (("application", "look"), ("look", "got"), ("got", "again"), ("again", "done"))),
    "an event-based gateway": (
        '<bpmn:eventBasedGateway id="either"/>' + event("intermediateCatchEvent", "got", "message", "payment")
        + event("intermediateCatchEvent", "other", "message", "notice") + '<bpmn:endEvent id="over"/>',
        (("application", "look"), ("look", "either"), ("either", "got"), ("either", "other"), ("got", "again"),
         ("again", "done"), ("other", "over"))),
    "a boundary event": (
        look("meanwhile") + event("boundaryEvent", "got", "message", "payment", ' attachedToRef="meanwhile"')
        + '<bpmn:endEvent id="over"/>',
        (("application", "look"), ("look", "meanwhile"), ("meanwhile", "over"), ("got", "again"), ("again", "done"))),
}


@pytest.mark.parametrize("what", CATCHERS)
def test_an_early_message_finds_whatever_catches_it(what: str, house: House, now: datetime) -> None:
    inside, lines = CATCHERS[what]
    publish("catching", '<bpmn:startEvent id="application"/>' + look() + inside + look("again")
            + '<bpmn:endEvent id="done"/>' + office.flows(*lines), now, again=office.form(), meanwhile=office.form())
    case = filed("catching", house, now)
    assert told(case, Message("payment", {"n": 1}, "bank-1"), house, now).buffered
    done(again(case.code), house["an"], now)
    worker.drain(now)
    case = again(case.code)
    assert (case.data["got"], [task.key for task in case.open_tasks()]) == ({"n": 1}, ["again"])
    holds(case)
    later = filed("catching", house, now)
    done(later, house["an"], now)
    assert not told(later, Message("payment", {"n": 2}), house, now).buffered
    assert again(later.code).data["got"] == {"n": 2}
    holds(again(later.code))


def test_a_message_starts_an_event_sub_process_while_the_case_goes_on(house: House, now: datetime) -> None:
    inside = ('<bpmn:startEvent id="application"/>' + look() + '<bpmn:endEvent id="done"/>'
              '<bpmn:subProcess id="aside" triggeredByEvent="true">'
              + event("startEvent", "got", "message", "notice", ' isInterrupting="false"') + look("read")
              + '<bpmn:endEvent id="was_read"/>'
              + office.flows(("got", "read"), ("read", "was_read")).replace('id="f', 'id="g') + "</bpmn:subProcess>"
              + office.flows(("application", "look"), ("look", "done")))
    publish("listening", inside, now, read=office.form())
    case = filed("listening", house, now)
    for number in (1, 2):
        assert not told(case, Message("notice", {"n": number}), house, now).buffered
    case = again(case.code)
    assert sorted(task.key for task in case.open_tasks()) == ["look", "read", "read"]
    holds(case)
