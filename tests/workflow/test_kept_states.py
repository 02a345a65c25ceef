"""States written by released code must be read by every later one: these were, and are never written again. A
format that cannot read them needs a new number and a way to bring old states over."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from uuid import UUID

from engine import workflow
from tests.workflow.making import NOW, definition, keys, passed

REWORK = base64.b64decode(
        "KLUv/WALADUGAPJOLB9QSasDqYOjKNqQiQiukWBBEzPOzXVdN/NlhcnMTKgBS4wx6tcbfNSjp3SOfn6O4KPT2mV61sHcNA7Umlyp"
        "taancCuTnP7S65m5go9pXQGuEF4aIMW8DYeCBHnwEeQggfBZ8ZfFCD8rCKkoszisvzgJ8LMkKBKBpIAUphPP65tng28lV42dZi49"
        "tq2jkDs7D6aqOTRVVUtsGWytWeSSM85hx1SGPMgoOZXz84CvzwhOBAYAKxFIOA1XWVgsA+WMADYoUQ==")
TIMERS = base64.b64decode(
        "KLUv/WDYAAUJAFaVPB9wN9UBxgW+6iwK+1CSWtoAV1VAbHdTNskMDIaqqhgBNAA2ADAAL68rC/J5vEUntSnarFGRaxAV1zCe43Dz"
        "Y7joIfVigeod49qkbup4amMzjl2uJMjvyoNUBK0Y9rai1hTKn/2+9WfZjT5fwpexwwPS4vNgAA0FRB5BEgljKxH5xSKTgFwJDS0Z"
        "SApIIaZiZQa2I/Ly8Uxzqqm4/fik51R7ueXT9wXdsBv7vpoffr/T+WbZjXwutWsN1XPPpXUqcQvDMA7vcYziGsNozRa0TnU3Fy7K"
        "REWalHfVzcLQJ4DqUl2sAkUJSAmHlZOthImXiucGEQCsEWW4EDQMQEkbsGBJDD3YWENrBI2UOyttsqDjad8qRQzBwgMJYK1yBg==")


def test_a_state_of_format_1_goes_on():
    read = definition("rework")
    position = workflow.look(read, REWORK)
    assert position.data == {"filing": {"name": "An"}, "draft": {"text": "x"}}
    assert [(one.id, one.key) for one in position.waiting] == [
        (UUID("fe4ed9a2-1888-46e8-83cb-f97c6217dd64"), "review")]
    assert workflow.complete(read, REWORK, position.waiting[0].id, {"outcome": "approve"}, NOW).ended


def test_a_state_of_format_1_keeps_its_timers():
    read = definition("timers")
    assert workflow.look(read, TIMERS).next_timer == datetime(2026, 7, 3, 2, tzinfo=UTC)
    late = workflow.fire_timers(read, TIMERS, datetime(2026, 7, 6, 3, tzinfo=UTC))
    assert passed(late) == ["after_two_days", "after_five_days"]
    assert sorted(keys(late)) == ["escalated", "remind"]
