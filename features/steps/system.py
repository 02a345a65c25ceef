"""What the system does by itself when a time has come: timers, limits of supplements, answers of services."""

from __future__ import annotations

from datetime import datetime

from engine import worker
from engine.domain.case import CaseStatus
from features.steps.sentences import says
from features.steps.story import Story, status
from features.steps.vocabulary import expect, step


@step(says("hệ thống làm các việc đã đến hạn lúc {when:When}"))
@step(says("the system does what is due at {when:When}"))
def do_due(story: Story, when: datetime) -> None:
    story.now = when
    worker.drain(when)


@step("hồ sơ đã dừng giải quyết")
@step("the dossier was stopped")
def is_stopped(story: Story) -> None:
    case = story.case()
    expect(case.status is CaseStatus.STOPPED, f"Hồ sơ {status(case).vi}.", f"The dossier is {status(case).en}.")
