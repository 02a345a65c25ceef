"""What was promised: from when a case counts, until when, whether the clock runs, whether it was kept; and the fee."""

from __future__ import annotations

from datetime import datetime

from pytest_bdd import step

from engine.domain.case import CaseStatus
from engine.procedures import forms
from engine.queries import case_file, clock_view, console, office
from engine.storage import database
from features.steps.sentences import says
from features.steps.story import Story


@step("hồ sơ chưa có hẹn trả")
@step("the dossier has no promised time yet")
def no_promise(story: Story) -> None:
    case = story.case()
    assert (case.received_at, case.due_at, case.promised_at) == (None, None, None)


@step(says("hồ sơ được tính từ {when:When}"))
@step(says("the dossier counts from {when:When}"))
def counts_from(story: Story, when: datetime) -> None:
    with database.reading() as session:
        case = case_file.find(session, story.code, console.overseer(story.now), story.now)
        reckoning = clock_view.reckoning_of(session, case)
    assert reckoning is not None
    assert reckoning.start == when.replace(tzinfo=None)


@step(says("hẹn trả là {when:When}"))
@step(says("the promised time is {when:When}"))
def promised(story: Story, when: datetime) -> None:
    assert _local(story.case().due_at) == when


@step(says("hẹn trả của hồ sơ thứ {number:d} là {when:When}"))
@step(says("the promised time of dossier {number:d} is {when:When}"))
def promised_of(story: Story, number: int, when: datetime) -> None:
    assert _local(story.case_called(story.codes[number - 1]).due_at) == when


def _local(instant: datetime | None) -> datetime | None:
    return instant.astimezone(office.ZONE) if instant is not None else None


@step("đồng hồ đang dừng")
@step("the clock stands still")
def stands_still(story: Story) -> None:
    case = story.case()
    assert (case.status, case.due_at) == (CaseStatus.SUSPENDED, None)
    assert case.remaining is not None, "what is left has to be known while the clock stands"


@step("đồng hồ đang chạy")
@step("the clock is running")
def is_running(story: Story) -> None:
    case = story.case()
    started = case.received_at is not None and case.ended_at is None
    standing = [event for event in case.clock if event["type"] == "suspend" and event["to"] is None]
    assert (case.status, started, standing) == (CaseStatus.OPEN, True, [])
    assert case.due_at is not None


@step("việc giải quyết đã xong, đúng hạn")
@step("the work is finished, on time")
def finished_on_time(story: Story) -> None:
    _finished(story, "on_time")


@step("việc giải quyết đã xong, quá hạn")
@step("the work is finished, late")
def finished_late(story: Story) -> None:
    _finished(story, "late")


@step("việc giải quyết đã xong, trước hạn")
@step("the work is finished, early")
def finished_early(story: Story) -> None:
    _finished(story, "early")


def _finished(story: Story, verdict: str) -> None:
    case = story.case()
    assert case.ended_at is not None
    assert case.verdict == verdict


@step(says("lệ phí phải thu là {amount:Amount} đồng"))
@step(says("the fee to collect is {amount:Amount} dong"))
def fee_to_collect(story: Story, amount: int) -> None:
    """The amount is what the cashier finds written on the form of the fee."""
    (task,) = story.case().open_tasks()
    shown = forms.prefilled(story.form(task), story.case().data)
    assert forms.value_at(shown, "receipt.amount") == amount
