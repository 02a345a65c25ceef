"""A case runs from filing to its end, and every position says where it stands."""

from __future__ import annotations

import pytest

from engine import workflow
from engine.domain.errors import TaskAlreadyCompleted
from tests.workflow.making import NOW, act, definition, keys, passed


def test_a_case_runs_from_filing_to_its_end():
    read = definition("linear")
    position = workflow.start(read, {"name": "Nguyễn Văn An"}, NOW)
    assert keys(position) == ["receive"]
    position = act(read, position, "receive", {"outcome": "accepted"})
    assert keys(position) == ["verify"]
    position = act(read, position, "verify", {"outcome": "approve"})
    assert position.ended
    assert keys(position) == []
    assert position.data == {"filing": {"name": "Nguyễn Văn An"}, "receive": {"outcome": "accepted"},
                             "verify": {"outcome": "approve"}}


def test_what_was_passed_names_the_flow_by_which_it_was_reached():
    read = definition("linear")
    position = workflow.start(read, None, NOW)
    assert [(one.key, one.flow) for one in position.passed] == [("filing", None)]
    position = act(read, act(read, position, "receive"), "verify")
    assert passed(position) == ["verify", "done"]
    assert [one.flow for one in position.passed] == ["flow_2", "flow_3"]


def test_a_task_that_is_done_cannot_be_done_again():
    read = definition("linear")
    first = workflow.start(read, None, NOW)
    second = act(read, first, "receive")
    with pytest.raises(TaskAlreadyCompleted):
        workflow.complete(read, second.state, first.waiting[0].id, {}, NOW)
