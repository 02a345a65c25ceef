"""The history that proves itself: it is checked and replayed, and whoever edits the database past it is found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Table, update

from engine.domain import audit
from engine.domain.audit import AuditEvent
from engine.domain.people import Actor
from engine.queries import case_file
from engine.services import history
from engine.storage import database
from engine.storage.tables import audit_event_table, case_table
from features.steps.sentences import says
from features.steps.story import Story
from features.steps.vocabulary import expect, step


@step("lịch sử hồ sơ còn nguyên vẹn và phát lại ra đúng như vậy")
@step("the history is intact and replays to the same result")
def is_intact(story: Story) -> None:
    for finding in (history.verify(story.code), history.replay(story.code)):
        what = "–" if finding.divergence is None else finding.divergence.what
        expect(finding.holds and finding.divergence is None, f"Lịch sử không khớp ở «{what}».",
               f"The history does not agree in “{what}”.")
        assert finding.events == len(story.events()) > 0


@step(says('ai đó vào thẳng cơ sở dữ liệu, sửa chữ "{old:Name}" trong việc thứ {number:d} thành "{new:Name}"'))
@step(says('someone goes into the database and changes "{old:Name}" in act {number:d} to "{new:Name}"'))
def rewrite_event(story: Story, old: str, number: int, new: str) -> None:
    event = story.events()[number - 1]
    body = _rewritten(event, old, new)
    _edit(audit_event_table, body=body, stream=event.stream, seq=event.seq)


@step(says('ai đó sửa chữ "{old:Name}" trong việc thứ {number:d} thành "{new:Name}" rồi tính lại cả chuỗi cho khớp'))
@step(says('someone changes "{old:Name}" in act {number:d} to "{new:Name}" and computes the whole chain anew'))
def rewrite_chain(story: Story, old: str, number: int, new: str) -> None:
    """Forge as well as one can without the engine: every hash after the edit and the head are made to fit."""
    head = audit.GENESIS
    for event in story.events():
        body = _rewritten(event, old, new) if event.seq == number else event.body
        head = audit.link(head, body)
        _edit(audit_event_table, body=body, hash=head, stream=event.stream, seq=event.seq)
    _edit(case_table, head=head, id=story.case().id)


@step("ai đó lùi hẹn trả trong cơ sở dữ liệu thêm một ngày")
@step("someone moves the promised time in the database by a day")
def move_due_time(story: Story) -> None:
    case = story.case()
    assert case.due_at is not None
    _edit(case_table, due_at=case.due_at + timedelta(days=1), id=case.id)


@step("ai đó xóa việc cuối cùng khỏi lịch sử và sửa lại chỗ nối cho khớp")
@step("someone deletes the last act from the history and mends the end of the chain")
def delete_last_event(story: Story) -> None:
    *_, before, last = story.events()
    with database.current().writer.begin() as connection:
        connection.execute(audit_event_table.delete().where(
            audit_event_table.c.stream == last.stream, audit_event_table.c.seq == last.seq))
    _edit(case_table, seq=before.seq, head=before.hash, id=last.stream)


def _rewritten(event: AuditEvent, old: str, new: str) -> bytes:
    body = event.body.replace(old.encode(), new.encode())
    assert body != event.body, f"act {event.seq} does not say “{old}”"
    return body


def _edit(table: Table, **values: Any) -> None:
    """Write past the product into the one row that `stream` and `seq`, or `id`, name."""
    names = ("stream", "seq") if table is audit_event_table else ("id",)
    keys = {name: values.pop(name) for name in names}
    with database.current().writer.begin() as connection:
        done = connection.execute(update(table).where(
            *(table.c[name] == value for name, value in keys.items())).values(values))
    assert done.rowcount == 1


@step(says("{person} thấy lịch sử bị đứt ở việc thứ {number:d}"))
@step(says("{person} sees that the history breaks at act {number:d}"))
def breaks_at(story: Story, person: str, number: int) -> None:
    (found, *_) = _divergences(story, _auditor(story, person))
    assert found.seq == number


@step(says('{person} thấy hồ sơ không khớp lịch sử ở chỗ "{what:Name}"'))
@step(says('{person} sees that the dossier does not agree with its history in "{what:Name}"'))
def differs_in(story: Story, person: str, what: str) -> None:
    found = _divergences(story, _auditor(story, person))
    assert what in [divergence.what.rpartition(".")[2] for divergence in found], found


@step(says("{person} thấy phát lại không ra đúng như đã ghi"))
@step(says("{person} sees that the replay does not give what was recorded"))
def replay_differs(story: Story, person: str) -> None:
    _auditor(story, person)
    finding = history.replay(story.code)
    assert not finding.holds
    assert finding.divergence is not None


def _auditor(story: Story, person: str) -> Actor:
    """The person is an auditor and may see the case at all."""
    actor = story.person(person)
    assert actor.has_role("auditor")
    assert case_file.code_of(story.code, actor, story.now) == story.code
    return actor


def _divergences(story: Story, _auditor: Actor) -> list[audit.Divergence]:
    both = (history.verify(story.code).divergence, history.replay(story.code).divergence)
    found = [divergence for divergence in both if divergence is not None]
    assert found, "nothing was noticed"
    return found
