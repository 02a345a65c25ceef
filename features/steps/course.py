"""What people do with a case: file it, do its steps, hold them, meet on one of them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

from engine.domain.case import CaseStatus, Task
from engine.domain.errors import Conflict, EngineError, NotAllowed, TaskClaimedByOther
from engine.domain.people import Actor
from engine.procedures import forms
from engine.queries import office
from engine.services import cases, tasks
from features.steps import answers
from features.steps.sentences import says
from features.steps.story import Story, status
from features.steps.vocabulary import expect, step

Table = Sequence[Sequence[str]]


@step(says("{person} nộp giúp {applicant} một hồ sơ lúc {when:When}"))
@step(says("{person} files a dossier for {applicant} at {when:When}"))
def file(story: Story, person: str, applicant: str, when: datetime) -> None:
    file_with(story, person, applicant, when, ())


@step(says("{person} nộp giúp {applicant} một hồ sơ lúc {when:When} với:"))
@step(says("{person} files a dossier for {applicant} at {when:When} with:"))
def file_with(story: Story, person: str, applicant: str, when: datetime, datatable: Table) -> None:
    story.now, story.code = when, ""
    submission = answers.filing(story.loaded().filing_form(), applicant, office.local_day(when), _given(datatable))
    case = cases.file(story.procedure, submission, story.person(person), when)
    assert case is not None
    story.code = case.code
    story.codes.append(case.code)


def _given(table: Table) -> dict[str, str]:
    return {row[0]: row[1] for row in table}


@step(says('{person} làm bước "{name:Name}" lúc {when:When}'))
@step(says('{person} does "{name:Name}" at {when:When}'))
def do(story: Story, person: str, name: str, when: datetime) -> None:
    story.now = when
    task = story.open_task(name)
    labels = [choice.label for choice in story.form(task).outcomes()]
    expect(not labels, f"Phải nêu kết quả của bước «{name}»: {', '.join(one.vi for one in labels)}.",
           f"Say with which outcome “{name}” is done: {', '.join(one.en for one in labels)}.")
    story.complete(person, task, story.answers(task))


@step(says('{person} làm bước "{name:Name}", kết quả "{outcome:Name}", lúc {when:When}'))
@step(says('{person} does "{name:Name}", outcome "{outcome:Name}", at {when:When}'))
def do_with_outcome(story: Story, person: str, name: str, outcome: str, when: datetime) -> None:
    story.now = when
    task = story.open_task(name)
    story.complete(person, task, story.answers(task, outcome))


@step(says('{person} làm bước "{name:Name}", kết quả "{outcome:Name}", lúc {when:When}, với:'))
@step(says('{person} does "{name:Name}", outcome "{outcome:Name}", at {when:When}, with:'))
def do_with_words(story: Story, person: str, name: str, outcome: str, when: datetime, datatable: Table) -> None:
    story.now = when
    task = story.open_task(name)
    story.complete(person, task, story.answers(task, outcome, _given(datatable)))


@step(says('{person} làm bước "{name:Name}" lúc {when:When} với:'))
@step(says('{person} does "{name:Name}" at {when:When} with:'))
def do_with(story: Story, person: str, name: str, when: datetime, datatable: Table) -> None:
    story.now = when
    task = story.open_task(name)
    story.complete(person, task, story.answers(task, given=_given(datatable)))


@step(says('{person} cũng báo kết quả của bước "{name:Name}" đã mở lúc {when:When}'))
@step(says('{person} also reports on "{name:Name}", opened before, at {when:When}'))
def report_too_late(story: Story, person: str, name: str, when: datetime) -> None:
    """Do what was still open when the page was opened: the task is remembered from before it was done."""
    story.now = when
    task, submission = story.kept[name]
    story.attempt(person, lambda: tasks.complete(task.id, submission, story.person(person), when))


@step(says('{person} và {other} đều mở bước "{name:Name}" để báo kết quả "{outcome:Name}"'))
@step(says('{person} and {other} both open "{name:Name}" to report "{outcome:Name}"'))
def both_open(story: Story, person: str, other: str, name: str, outcome: str) -> None:
    task = story.open_task(name)
    for who in (person, other):
        expect(task.open_to(story.person(who)), f"{who} không được làm bước «{name}».", f"{who} may not do “{name}”.")
    story.kept[name] = (task, story.answers(task, outcome))


@step(says('{person} và {other} cùng báo kết quả "{outcome:Name}" của bước "{name:Name}" lúc {when:When}'))
@step(says('{person} and {other} report outcome "{outcome:Name}" of "{name:Name}" together at {when:When}'))
def report_together(story: Story, person: str, other: str, outcome: str, name: str, when: datetime) -> None:
    story.now = when
    task = story.open_task(name)
    submission, people = story.answers(task, outcome), [story.person(person), story.person(other)]
    assert forms.clean(story.form(task), submission)
    barrier = Barrier(len(people))

    def report(who: Actor) -> EngineError | None:
        barrier.wait()
        return story.attempt(who.name, lambda: tasks.complete(task.id, submission, who, when))
    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(report, people))


@step("đúng một người làm được, người kia được báo ai đã làm và lúc nào")
@step("exactly one of them did it, and the other is told who did it and when")
def one_did_it(story: Story) -> None:
    (winner, at), ((loser, told),) = story.done[-1], story.told
    assert winner != loser
    assert isinstance(told, Conflict)
    assert (told.actor, told.action, told.at) == (story.person(winner).account, "task.completed", at)
    done = [event.actor for event in story.events() if event.action == "task.completed" and event.at == at]
    assert done == [told.actor]


@step(says('{person} nhận việc "{name:Name}" lúc {when:When}'))
@step(says('{person} takes on "{name:Name}" at {when:When}'))
def claim(story: Story, person: str, name: str, when: datetime) -> None:
    story.now = when
    tasks.claim(story.open_task(name).id, story.person(person), when)


@step(says('{person} trả lại việc "{name:Name}" lúc {when:When}'))
@step(says('{person} gives "{name:Name}" back at {when:When}'))
def release(story: Story, person: str, name: str, when: datetime) -> None:
    story.now = when
    tasks.release(story.open_task(name).id, story.person(person), when)


@step(says('{person} không được làm bước "{name:Name}"'))
@step(says('{person} may not do "{name:Name}"'))
def may_not(story: Story, person: str, name: str) -> None:
    refused = _tries(story, person, name)
    expect(isinstance(refused, NotAllowed), f"{person} được làm bước «{name}».", f"{person} may do “{name}”.")


@step(says('{person} không làm được bước "{name:Name}" vì {other} đang giữ'))
@step(says('{person} cannot do "{name:Name}" because {other} holds it'))
def held_by_other(story: Story, person: str, name: str, other: str) -> None:
    refused = _tries(story, person, name)
    assert isinstance(refused, TaskClaimedByOther)
    assert refused.actor == story.person(other).account


def _tries(story: Story, person: str, name: str) -> EngineError | None:
    """Let a person try a step with an otherwise right answer; nothing of the case may move by a refusal."""
    task, before = story.open_task(name), story.case().head
    submission = story.answers(task, _any_outcome(story, task))
    refused = story.attempt(person, lambda: tasks.complete(task.id, submission, story.person(person), story.now))
    assert story.case().head == before
    return refused


def _any_outcome(story: Story, task: Task) -> str | None:
    return next((choice.label.vi for choice in story.form(task).outcomes()), None)


@step(says('hồ sơ đang chờ ở bước "{name:Name}"'))
@step(says('the dossier is waiting at "{name:Name}"'))
def waits_at(story: Story, name: str) -> None:
    open_tasks, named = story.case().open_tasks(), story.open_task(name)
    expect([task.id for task in open_tasks] == [named.id], f"Hồ sơ chờ ở {len(open_tasks)} bước cùng lúc.",
           f"The dossier waits at {len(open_tasks)} steps at once.")


@step("hồ sơ đã kết thúc")
@step("the dossier is closed")
def is_closed(story: Story) -> None:
    case = story.case()
    expect(case.status is CaseStatus.CLOSED, f"Hồ sơ {status(case).vi}.", f"The dossier is {status(case).en}.")
    assert (case.closed_at, case.open_tasks()) == (story.now, [])
