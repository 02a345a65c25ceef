"""The only room that knows the workflow engine: reading and checking diagrams and tables, expressions, the state of a
case as bytes, and moving a case from one wait to the next. It knows no database, no person and no clock."""

from engine.workflow.advance import (
    answer,
    complete,
    deliver,
    evaluate,
    fire_timers,
    holds,
    look,
    start,
    validate_expression,
)
from engine.workflow.checking import check, read
from engine.workflow.definition import Decided, Definition, Flow, Passed, Position, Step, Waiting
from engine.workflow.running import Budget

__all__ = [
    "Budget", "Decided", "Definition", "Flow", "Passed", "Position", "Step", "Waiting", "answer", "check",
    "complete", "deliver", "evaluate", "fire_timers", "holds", "look", "read", "start",
    "validate_expression",
]
