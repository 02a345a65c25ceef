"""Where a case stands, and what an instance of a step is about: for those who look at a case. Nothing is moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain.errors import Halted
from engine.workflow import advance, codec, inspection, running, scopes
from engine.workflow.definition import Definition, Path, Step
from engine.workflow.language import expressions
from engine.workflow.language.expressions import ExpressionError

_STANDS = frozenset({"user", "receive", "service", "call", "subprocess", "many", "catch", "timer"})
Place = tuple[Path, str]


def stands(definition: Definition, state: bytes) -> tuple[Place, ...]:
    """Give every step at which a case stands, by path and key, called processes and sub-processes under way among
    them: also where it only waits for a time. What listens beside the flow is no place where the case stands.

    Raises:
        Halted: the state is not one of this definition.
    """
    engine = running.engine(definition, advance.LONG_AGO, running.BUDGET)
    with running.guarded(engine):
        live = [task for task in inspection.live(codec.load(state, definition, engine))
                if task.task_spec.bpmn_id is not None or getattr(task.task_spec, "instance_of", None)]
        places = {(inspection.path(task), inspection.key(task)) for task in live}
        return tuple(sorted(place for place in places if definition.step(*place).kind in _STANDS))


def about(definition: Definition, data: Mapping[str, Any], path: Path) -> Any:
    """Give what the innermost instance on a path is about: the element of the list that the step is done for, else
    its number; None outside of any. The list is read from the record of the case, where it may since have changed."""
    found: Any = None
    seen, process = dict(data), definition.slug
    for name in path:
        key, _, number = name.rstrip("]").partition("[")
        step = definition.steps[process, key]
        if number:
            found = _element(step, seen, int(number))
            seen |= {scopes.COUNTER: int(number), **({step.many.item: found} if step.many and step.many.item else {})}
        process = step.called or ""
    return found


def _element(step: Step, seen: Mapping[str, Any], number: int) -> Any:
    if step.many is None or step.many.collection is None:
        return number
    try:
        return expressions.evaluate(step.many.collection, seen)[number - 1]
    except (ExpressionError, Halted, LookupError, TypeError):
        return number
