"""Diagrams nobody drew: blocks nested at random, run against a plain model of what blocks mean. The model knows nothing
of the engine: a task waits, a sequence goes on, a choice and a loop follow an answer, branches wait for each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import workflow
from tests.workflow.making import NOW, keys
from tests.workflow.test_check import diagram

BLOCKS = st.recursive(
    st.just("task"),
    lambda inner: st.tuples(st.sampled_from(["seq", "par", "xor", "loop"]), st.lists(inner, min_size=2, max_size=3)),
    max_leaves=7)


@dataclass
class Drawing:
    """The diagram of a block tree, written while it is walked."""

    parts: list[str] = field(default_factory=list)
    number: count = field(default_factory=lambda: count(1))

    def name(self, letter: str) -> str:
        return f"{letter}{next(self.number)}"

    def draw(self, block, before: str, condition: str = "") -> tuple[str, object]:
        """Draw a block behind `before`; gives its last element and its model."""
        if block == "task":
            key = self.name("t")
            self.parts += [f"u:{key}", f"{before}>{key}{condition}"]
            return key, Task(key)
        kind, blocks = block
        return getattr(self, f"_{kind}")(blocks, before, condition)

    def _seq(self, blocks, before, condition):
        models = []
        for one in blocks:
            before, model = self.draw(one, before, condition)
            condition = ""
            models.append(model)
        return before, Sequence(models)

    def _par(self, blocks, before, condition):
        fork, join, models = self.name("g"), self.name("g"), []
        self.parts += [f"g:{fork}", f"g:{join}", f"{before}>{fork}{condition}"]
        for one in blocks:
            last, model = self.draw(one, fork)
            self.parts.append(f"{last}>{join}")
            models.append(model)
        return join, Branches(models)

    def _xor(self, blocks, before, condition):
        ask, choice, merge, models = self.name("t"), self.name("x"), self.name("x"), []
        self.parts += [f"u:{ask}", f"x:{choice}", f"x:{merge}", f"{before}>{ask}{condition}", f"{ask}>{choice}"]
        for place, one in enumerate(blocks):
            last, model = self.draw(one, choice, f"?{ask}.way % {len(blocks)} == {place}")
            self.parts.append(f"{last}>{merge}")
            models.append(model)
        return merge, Sequence([Task(ask), Chosen(ask, models)])

    def _loop(self, blocks, before, condition):
        back, choice, ask = self.name("x"), self.name("x"), self.name("t")
        self.parts += [f"x:{back}", f"x:{choice}", f"u:{ask}", f"{before}>{back}{condition}"]
        last, model = self._seq(blocks, back, "")
        out = self.name("x")
        self.parts += [f"x:{out}", f"{last}>{ask}", f"{ask}>{choice}", f"{choice}>{back}?{ask}.way % 3 == 0",
                       f"{choice}>{out}?{ask}.way % 3 != 0"]
        return out, Loop(Sequence([model, Task(ask)]), ask)


class Task:
    """Waits until it is done."""

    def __init__(self, key):
        self.key = key

    def enter(self):
        self.open = True

    def waiting(self):
        return [self.key] if self.open else []

    def done(self, key, answers):
        self.open = self.open and self.key != key

    def over(self):
        return not self.open


class Sequence:
    """One after the other."""

    def __init__(self, parts):
        self.parts = parts

    def enter(self):
        self.place = 0
        self.parts[0].enter()

    def waiting(self):
        return [] if self.over() else self.parts[self.place].waiting()

    def done(self, key, answers):
        self.parts[self.place].done(key, answers)
        while not self.over() and self.parts[self.place].over():
            self.place += 1
            if not self.over():
                self._begin(answers)

    def _begin(self, answers):
        part = self.parts[self.place]
        if isinstance(part, Chosen):
            part.choose(answers)
        part.enter()

    def over(self):
        return self.place >= len(self.parts)


class Branches:
    """All at once; over when all are."""

    def __init__(self, parts):
        self.parts = parts

    def enter(self):
        for one in self.parts:
            one.enter()

    def waiting(self):
        return [key for one in self.parts for key in one.waiting()]

    def done(self, key, answers):
        for one in self.parts:
            if key in one.waiting():
                one.done(key, answers)

    def over(self):
        return all(one.over() for one in self.parts)


class Chosen:
    """The one that was asked for."""

    def __init__(self, ask, parts):
        self.ask, self.parts = ask, parts

    def choose(self, answers):
        self.part = self.parts[answers[self.ask] % len(self.parts)]

    def enter(self):
        self.part.enter()

    def waiting(self):
        return self.part.waiting()

    def done(self, key, answers):
        self.part.done(key, answers)

    def over(self):
        return self.part.over()


class Loop:
    """Again for as long as it is asked for."""

    def __init__(self, body, ask):
        self.body, self.ask = body, ask

    def enter(self):
        self.body.enter()

    def waiting(self):
        return self.body.waiting()

    def done(self, key, answers):
        self.body.done(key, answers)
        if self.body.over() and answers[self.ask] % 3 == 0:
            self.body.enter()

    def over(self):
        return self.body.over()


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(block=BLOCKS, beside=st.booleans(), data=st.data())
def test_a_diagram_of_blocks_runs_as_blocks_mean(block, beside, data):
    drawing = Drawing(["s:f"])
    # A branch that stays open beside the rest keeps all history, so that old rounds of a loop are still there.
    last, model = drawing.draw(("par", ["task", block]) if beside else block, "f")
    patient = "t3" if beside else None
    body = "|".join([*drawing.parts, "e:z", f"{last}>z"])
    read = workflow.read({"p.bpmn": diagram(body)}, "p")
    position, answers = workflow.start(read, None, NOW), {}
    model.enter()
    for _ in range(25):
        assert sorted(keys(position)) == sorted(model.waiting())
        assert position.ended == model.over()
        if position.ended:
            return
        ready = sorted((one for one in position.waiting if one.key != patient), key=lambda one: one.key)
        task = data.draw(st.sampled_from(ready or list(position.waiting)))
        answers[task.key] = data.draw(st.sampled_from([0, 0, 3, 1, 2, 5]))
        position = workflow.complete(read, position.state, task.id, {"way": answers[task.key]}, NOW)
        model.done(task.key, answers)
        assert position.data[task.key] == {"way": answers[task.key]}
