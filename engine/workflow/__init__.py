"""The only room that knows the workflow engine: reading and checking diagrams and tables, expressions, the state of a
case as bytes, and moving a case from one wait to the next. It knows no database, no person and no clock."""

from engine.workflow.advance import (
    accept,
    answer,
    complete,
    data_at,
    deliver,
    evaluate,
    fire_timers,
    holds,
    look,
    refusable,
    refuse,
    signal,
    start,
    validate_expression,
)
from engine.workflow.checking import check, read
from engine.workflow.definition import (
    Decided,
    Definition,
    Event,
    Flow,
    Many,
    Passed,
    Position,
    Sent,
    Step,
    Waiting,
)
from engine.workflow.dmn.decisions import Table
from engine.workflow.language.expressions import parsed
from engine.workflow.migrating import Migration, migrate
from engine.workflow.obstacles import Obstacle, obstacle
from engine.workflow.running import Budget
from engine.workflow.starting import begins_again, begins_at
from engine.workflow.timers import Due
from engine.workflow.whereabouts import about, stands

__all__ = [
    "Budget", "Decided", "Definition", "Due", "Event", "Flow", "Many", "Migration", "Obstacle", "Passed", "Position",
    "Sent", "Step", "Table", "Waiting", "about", "accept", "answer", "begins_again", "begins_at", "check", "complete",
    "data_at", "deliver", "evaluate", "fire_timers", "holds", "look", "migrate", "obstacle", "parsed", "read",
    "refusable", "refuse", "signal", "stands", "start", "validate_expression",
]
