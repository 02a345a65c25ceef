"""When a start event with a time begins a case: first after its procedure takes effect, and again where it repeats."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from engine.domain.errors import Halted
from engine.domain.text import Text
from engine.workflow import timers
from engine.workflow.definition import Definition
from engine.workflow.language import expressions
from engine.workflow.language.expressions import ExpressionError
from engine.workflow.timers import Due, TimerError, TimerForm


def begins_at(definition: Definition, key: str, since: datetime) -> Due | None:
    """Tell when the start event `key`, in force since an instant, first begins a case; None for a date that was past
    then, and for a start event without a time.

    Raises:
        Halted: the time cannot be worked out without the data of a case (`timer`).
    """
    step = definition.starts[key]
    if step.time is None:
        return None
    form, text = step.time
    plain = timers.literal(text)
    try:
        value = plain if plain is not None else expressions.evaluate(text, {})
        due = timers.due(cast(TimerForm, form), value, since.astimezone(UTC))
    except (TimerError, ExpressionError) as error:
        raise Halted("timer", Text(
            f"Thời điểm «{text[:120]}» của sự kiện bắt đầu «{key}» không tính được khi chưa có hồ sơ: "
            f"{error.sentence.vi}.",
            f"The time “{text[:120]}” of the start event “{key}” cannot be worked out before there is a case: "
            f"{error.sentence.en}."), key) from error
    return due if form != "date" or due.at > since else None


def begins_again(last: Due, now: datetime) -> Due | None:
    """Tell when a start event that repeats begins a case again after `now`; what was missed is not made up."""
    return timers.following(last, now.astimezone(UTC))
