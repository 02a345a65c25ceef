"""What was promised: from when a case counts, until when, whether the clock runs, whether it was kept; and the fee."""

from __future__ import annotations

from datetime import datetime

from engine.domain.case import Case, CaseStatus
from engine.domain.text import Text
from engine.procedures import forms
from engine.queries import case_file, clock_view, console, office
from engine.storage import database
from features.steps.sentences import says, told
from features.steps.story import Story, status
from features.steps.vocabulary import expect, step

_VERDICTS = {"on_time": Text("đúng hạn", "on time"), "late": Text("quá hạn", "late"),
             "early": Text("trước hạn", "early")}
_NONE = Text("không có hạn", "without a limit")


@step("hồ sơ chưa có hẹn trả")
@step("the dossier has no promised time yet")
def no_promise(story: Story) -> None:
    case = story.case()
    expect((case.received_at, case.due_at, case.promised_at) == (None, None, None),
           f"Hồ sơ đã được tính từ {told(case.received_at).vi}, hẹn trả {told(case.due_at).vi}.",
           f"The dossier counts from {told(case.received_at).en}, with the promised time {told(case.due_at).en}.")


@step(says("hồ sơ được tính từ {when:When}"))
@step(says("the dossier counts from {when:When}"))
def counts_from(story: Story, when: datetime) -> None:
    with database.reading() as session:
        case = case_file.find(session, story.code, console.overseer(story.now), story.now)
        reckoning = clock_view.reckoning_of(session, case)
    start = None if reckoning is None else reckoning.start.replace(tzinfo=office.ZONE)
    expect(start == when, f"Hồ sơ được tính từ: {told(start).vi}.", f"The dossier counts from: {told(start).en}.")


@step(says("hẹn trả là {when:When}"))
@step(says("the promised time is {when:When}"))
def promised(story: Story, when: datetime) -> None:
    _due(story.case(), when)


@step(says("hẹn trả của hồ sơ thứ {number:d} là {when:When}"))
@step(says("the promised time of dossier {number:d} is {when:When}"))
def promised_of(story: Story, number: int, when: datetime) -> None:
    expect(0 < number <= len(story.codes), f"Mới có {len(story.codes)} hồ sơ.",
           f"There are {len(story.codes)} dossiers so far.")
    _due(story.case_called(story.codes[number - 1]), when)


def _due(case: Case, when: datetime) -> None:
    expect(case.due_at == when, f"Hẹn trả: {told(case.due_at).vi}.", f"The promised time: {told(case.due_at).en}.")


@step("đồng hồ đang dừng")
@step("the clock stands still")
def stands_still(story: Story) -> None:
    case = story.case()
    expect((case.status, case.due_at) == (CaseStatus.SUSPENDED, None),
           f"Đồng hồ không dừng: hồ sơ {status(case).vi}, hẹn trả {told(case.due_at).vi}.",
           f"The clock does not stand still: the dossier is {status(case).en}, due {told(case.due_at).en}.")
    assert case.remaining is not None, "what is left has to be known while the clock stands"


@step("đồng hồ đang chạy")
@step("the clock is running")
def is_running(story: Story) -> None:
    case = story.case()
    started = case.received_at is not None and case.ended_at is None
    standing = [event for event in case.clock if event["type"] == "suspend" and event["to"] is None]
    expect((case.status, started, standing) == (CaseStatus.OPEN, True, []) and case.due_at is not None,
           f"Đồng hồ không chạy: hồ sơ {status(case).vi}, được tính từ {told(case.received_at).vi}.",
           f"The clock is not running: the dossier is {status(case).en}, counting from {told(case.received_at).en}.")


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
    expect(case.ended_at is not None, "Việc giải quyết chưa xong.", "The work is not finished.")
    expect(case.verdict == verdict,
           f"Việc giải quyết xong lúc {told(case.ended_at).vi}, {_VERDICTS.get(case.verdict or '', _NONE).vi}.",
           f"The work was finished at {told(case.ended_at).en}, {_VERDICTS.get(case.verdict or '', _NONE).en}.")


@step(says("lệ phí phải thu là {amount:Amount} đồng"))
@step(says("the fee to collect is {amount:Amount} dong"))
def fee_to_collect(story: Story, amount: int) -> None:
    """The amount is what the cashier finds written on the form of the fee."""
    case = story.case()
    shown = [forms.value_at(forms.prefilled(story.form(task), case.data), "receipt.amount")
             for task in case.open_tasks()]
    expect(shown == [amount], f"Lệ phí ghi trên mẫu: {shown}.", f"The fee on the form: {shown}.")
