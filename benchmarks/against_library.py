"""Load a saved state, complete one task, save it: the product against the library's own serializer, without HTTP.

    python -m benchmarks.against_library [--tasks 30,100,300] [--rounds 7] [--json]

Both run the same generated procedure (`benchmarks.generated`) with the same answers in the same order and must stand
at the same tasks after every step. The steps of one block around 50 % and 90 % of the way are timed from the state
saved before them, product and library in turns, so that whatever else the machine does falls on both. What a step
costs is the median of its rounds; what a place costs, the mean of its steps.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import mean, median
from typing import Any
from uuid import UUID

import zstandard

from benchmarks import circumstances, generated, library
from engine import clock, workflow

TARGETS = {30: 5, 100: 30, 300: 100}
PLACES = (0.5, 0.9)
STEPS = 8           # waits of one block: seven user tasks and the answer of a service
PASSES = (10, 1000)


@dataclass(slots=True)
class Saved:
    """Where a case stood before a step: the same state as each side saves it, and the step to be done next."""

    kind: str
    answers: dict[str, Any]
    ours: bytes
    our_task: UUID
    theirs: str
    their_task: UUID


class Sides:
    """One procedure of so many blocks, read by the product and by the library."""

    def __init__(self, blocks: int) -> None:
        self.now = clock.now()
        self.blocks = blocks
        self.definition = workflow.read({"process.bpmn": generated.diagram(blocks, "product")}, generated.SLUG)
        self.serializer = library.serializer()

    def begun(self) -> tuple[workflow.Position, Any]:
        """Begin a case on each side."""
        return (workflow.start(self.definition, None, self.now),
                library.start(generated.diagram(self.blocks, "library")))

    def ours(self, saved: Saved) -> workflow.Position:
        """Load, complete, save: the product."""
        act = workflow.complete if saved.kind == "user" else workflow.answer
        return act(self.definition, saved.ours, saved.our_task, saved.answers, self.now)

    def theirs(self, saved: Saved) -> str:
        """Load, complete, save: the library."""
        case = self.serializer.deserialize_json(saved.theirs)
        library.complete(case, case.get_task_from_id(saved.their_task), saved.answers)
        written: str = self.serializer.serialize_json(case)
        return written


def walk(sides: Sides, wanted: range) -> tuple[list[Saved], int, int]:
    """Carry a case to its end on both sides; give what stood before the wanted steps, and the largest state of the
    product, as it is stored and before compression.

    Raises:
        AssertionError: product and library stand at different steps.
    """
    position, case = sides.begun()
    kept, largest, raw, step = [], 0, 0, 0
    while position.waiting:
        first = min(position.waiting, key=lambda one: one.key)
        task = next(task for task in library.waiting(case) if task.task_spec.bpmn_id == first.key)
        saved = Saved(first.kind, generated.form(first.key, step), position.state, first.id, "", task.id)
        if step in wanted:
            saved.theirs = sides.serializer.serialize_json(case)
            kept.append(saved)
        position = sides.ours(saved)
        library.complete(case, task, saved.answers)
        _same(position, case)
        largest = max(largest, len(position.state))
        raw = max(raw, len(zstandard.ZstdDecompressor().decompress(position.state, max_output_size=10 ** 8)))
        step += 1
    return kept, largest, raw


def _same(position: workflow.Position, case: Any) -> None:
    ours = sorted(one.key for one in position.waiting)
    theirs = sorted(task.task_spec.bpmn_id for task in library.waiting(case))
    if ours != theirs or position.ended != case.is_completed():
        raise AssertionError(f"the product stands at {ours}, the library at {theirs}")


def measure(tasks: int, rounds: int) -> dict[str, Any]:
    """Measure a procedure of so many activities; milliseconds, ratios, bytes."""
    sides = Sides(tasks // 10)
    steps = STEPS * sides.blocks
    facts: dict[str, Any] = {}
    for place in PLACES:
        begin = min(int(place * steps) - STEPS // 2, steps - STEPS)
        kept, largest, raw = walk(sides, range(max(0, begin), begin + STEPS))
        ours, theirs = _timed(sides, kept, rounds)
        facts[f"{tasks}@{place:.0%}"] = {
            "ours_ms": round(1000 * ours, 3), "library_ms": round(1000 * theirs, 2), "ratio": round(theirs / ours, 1),
            "target": TARGETS.get(tasks), "state_bytes": max(len(one.ours) for one in kept),
            "library_bytes": max(len(one.theirs.encode()) for one in kept)}
    return {**facts, f"{tasks}_largest_state_bytes": largest, f"{tasks}_largest_raw_bytes": raw}


def _timed(sides: Sides, kept: list[Saved], rounds: int) -> tuple[float, float]:
    """Time every step of both sides in turns; give the seconds of a step of each."""
    ours: list[list[float]] = [[] for _ in kept]
    theirs: list[list[float]] = [[] for _ in kept]
    for _ in range(rounds):
        for place, saved in enumerate(kept):
            theirs[place].append(_seconds(lambda one=saved: sides.theirs(one)))    # type: ignore[misc]
            for _ in range(3):      # short: a little more of it costs nothing
                ours[place].append(_seconds(lambda one=saved: sides.ours(one)))    # type: ignore[misc]
    return mean(map(median, ours)), mean(map(median, theirs))


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def passes(rounds: int, last: int = PASSES[1]) -> dict[str, Any]:
    """Measure the 10th and the last pass of a loop of rework, in turns: milliseconds of each, bytes of the state."""
    definition = workflow.read({"process.bpmn": generated.rework("product")}, generated.SLUG)
    kept = {turn: position for turn, position in turns(definition, last) if turn in (PASSES[0], last)}
    spent: dict[int, list[float]] = {turn: [] for turn in kept}
    for _ in range(rounds):
        for turn, before in kept.items():
            spent[turn].append(_seconds(lambda one=before: _again(definition, one, 1)))    # type: ignore[misc]
    first, final = (median(spent[turn]) for turn in (PASSES[0], last))
    return {"pass_10_ms": round(1000 * first, 3), f"pass_{last}_ms": round(1000 * final, 3),
            "last_to_10th": round(final / first, 2), "pass_10_bytes": len(kept[PASSES[0]].state),
            f"pass_{last}_bytes": len(kept[last].state)}


def turns(definition: workflow.Definition, last: int) -> Iterator[tuple[int, workflow.Position]]:
    """Go round a loop of rework, saved and loaded at every pass; give where the case stands before each."""
    position = workflow.start(definition, None, clock.now())
    for turn in range(1, last + 1):
        yield turn, position
        position = _again(definition, position, turn)


def _again(definition: workflow.Definition, position: workflow.Position, turn: int) -> workflow.Position:
    answers = {**generated.form("work", turn), "outcome": "again"}
    return workflow.complete(definition, position.state, position.waiting[0].id, answers, clock.now())


def main() -> int:
    """Measure and tell; the exit code is 0 whatever the figures, 1 where the two sides disagree."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--tasks", default="30,100,300", help="activities of the procedures, multiples of ten")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--passes", type=int, default=PASSES[1], help="passes of the loop of rework")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    facts: dict[str, Any] = {"before": circumstances.now()}
    for tasks in map(int, chosen.tasks.split(",")):
        facts |= measure(tasks, chosen.rounds)
    facts |= passes(30 * chosen.rounds, chosen.passes)
    circumstances.tell({**facts, "after": circumstances.now()}, chosen.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
