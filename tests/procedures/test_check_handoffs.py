"""What the check says of a hand-off that could not work."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.procedures import check
from engine.procedures.pack import Pack
from tests.services import handing_over

OWN = {"handoff-at-end", "handoff-to-itself", "handoff-without-time", "handoff-unanswered"}


def said(pack: Pack, *changes: tuple[str, str]) -> set[tuple[str, str, str | None]]:
    diagram = pack.files["process.bpmn"].decode()
    for old, new in changes:
        assert old in diagram
        diagram = diagram.replace(old, new)
    found = check.check(Pack({**pack.files, "process.bpmn": diagram.encode()}), handlers=[])
    for problem in found:
        assert problem.message.vi
        assert problem.message.en
        assert problem.remedy.vi
        assert problem.remedy.en
    return {(problem.code, problem.severity, problem.element) for problem in found if problem.code in OWN
            or problem.severity == "error"}


@pytest.mark.parametrize("pack", [handing_over.consulting, handing_over.asking, handing_over.nested])
def test_a_sound_hand_off_is_not_complained_of(pack: Callable[[], Pack]) -> None:
    assert said(pack()) == set()


def test_a_hand_off_to_the_unit_that_has_the_case_is_refused() -> None:
    assert said(handing_over.consulting(), ('to="police"', 'to="division"')) == {
        ("handoff-to-itself", "error", "consult")}


def test_a_hand_off_without_a_time_to_answer_is_warned_of() -> None:
    assert said(handing_over.asking(), (' acknowledgeWithin="4 working hours"', "")) == {
        ("handoff-without-time", "warning", "ask")}


def test_a_message_whose_answer_nobody_waits_for_is_warned_of() -> None:
    assert said(handing_over.telling()) == {("handoff-unanswered", "warning", "tell")}


def test_a_hand_off_at_the_end_of_the_case_is_refused() -> None:
    ending = ('<bpmn:endEvent id="done"/>',
              '<bpmn:endEvent id="done"><bpmn:messageEventDefinition messageRef="question"/></bpmn:endEvent>')
    assert said(handing_over.telling(), ending, ('sourceRef="tell" targetRef="theirs"',
                                                 'sourceRef="done" targetRef="theirs"')) == {
        ("handoff-at-end", "error", "done")}
