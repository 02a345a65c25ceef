"""Diagrams nobody drew, out of every element: blocks nested at random, written as a modeler would save them. What they
mean is not modelled here; `test_random_events` holds what must be true whatever they mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

from hypothesis import strategies as st

from tests.workflow import dmn, drawing

LEAVES = ("user", "service", "receive", "script", "send", "catch_message", "catch_signal", "catch_timer",
          "catch_condition", "throw_message", "throw_signal", "throw_escalation", "throw_nothing", "link", "decision")
KINDS = ("seq", "par", "xor", "or", "loop", "events", "sub", "listen", "call", "many", "bound", "several_ends")
ON_STEPS = ("message", "signal", "timer", "conditional", "error", "escalation")
TABLE = dmn.file(dmn.table("d", "COLLECT", [dmn.column("f.a")], [dmn.output("fee")], [
    (["< 3"], ["f.a + 1"]), (["[2..5]"], ["10"]), (["-"], ["100"])]))
HOUR = "<bpmn:timeDuration>PT{0}H</bpmn:timeDuration>"

def blocks(least: int | None, most: int, leaves: Sequence[str] = (*LEAVES, *["user"] * 6)) -> st.SearchStrategy:
    """Give blocks of at least and at most so many steps."""
    return st.recursive(
        st.sampled_from(leaves),
        lambda inner: st.tuples(st.sampled_from(KINDS), st.lists(inner, min_size=2, max_size=3), st.integers(0, 23)),
        min_leaves=least, max_leaves=most)


BLOCKS = blocks(None, 9)


@dataclass
class Random:
    """One diagram while it is drawn; `scope` holds the users of the process that is drawn just now."""

    number: count = field(default_factory=lambda: count(1))
    calls: dict[str, str] = field(default_factory=dict)
    scope: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def name(self, letter: str) -> str:
        return f"{letter}{next(self.number)}"

    def files(self, block) -> dict[str, bytes]:
        """Draw a whole procedure `p`."""
        body = self.inside(block, "f", "e:{0}")
        called = {f"{key}.bpmn": drawing.drawn(one, key) for key, one in self.calls.items()}
        return {"p.bpmn": drawing.drawn(body), "d.dmn": TABLE, **called}

    def inside(self, block, start: str, end: str, beside: str = "") -> str:
        """Draw the inside of a process that begins at `start`."""
        outer, self.parts, self.scope = (self.parts, self.scope), [], []
        self.parts = [f"s:{start}" if not start.startswith("<") else start, *filter(None, [beside])]
        begun = start if not start.startswith("<") else start.split('id="')[1].split('"')[0]
        last, ended = self.draw(block, begun), self.name("z")
        self.parts += [end.format(ended), f"{last}>{ended}"]
        body = "|".join(self.parts)
        self.parts, self.scope = outer
        return body

    def draw(self, block, before: str, condition: str = "") -> str:
        """Draw a block behind `before`; gives its last element."""
        if isinstance(block, str):
            return self.leaf(block, before, condition)
        kind, blocks, way = block
        method: Callable[..., str] = getattr(self, f"_{kind}")
        return method(blocks, before, condition, way)

    def put(self, key: str, element: str, before: str, condition: str = "") -> str:
        """Put an element behind `before`."""
        self.parts += [element, f"{before}>{key}{condition}"]
        return key

    def user(self, before: str, condition: str = "", inside: str = "") -> str:
        key = self.name("t")
        if not inside:          # of one that is done several times the answers are a list
            self.scope.append(key)
        return self.put(key, drawing.user(key, inside), before, condition)

    def holds(self, way: int) -> str:
        """Write a condition over what is known in this process."""
        if not self.scope:
            return f"f.a % 2 == {way % 2}"
        asked = self.scope[way % len(self.scope)]
        return f"has({asked}.way) and {asked}.way % 2 == {way % 2}"

    def leaf(self, kind: str, before: str, condition: str) -> str:
        if kind == "user":
            return self.user(before, condition)
        key = self.name("n")
        if kind == "link":
            self.put(key, drawing.throw(key, "link", link=key), before, condition)
            self.parts.append(drawing.catch(f"{key}c", "link", link=key))
            return f"{key}c"
        holds = self.holds(len(self.parts))
        drawn = {
            "service": lambda: drawing.service(key),
            "receive": lambda: f'<bpmn:receiveTask id="{key}" messageRef="m"/>',
            "script": lambda: drawing.script(key, f"{key}.v = f.a + 1"),
            "send": lambda: f'<bpmn:sendTask id="{key}" messageRef="m2"/>',
            "catch_message": lambda: drawing.catch(key, "message"),
            "catch_signal": lambda: drawing.catch(key, "signal"),
            "catch_timer": lambda: drawing.catch(key, "timer", HOUR.format(len(self.parts) % 7)),
            "catch_condition": lambda: drawing.catch(key, "conditional", drawing.condition(f"f.a &gt;= 0 or {holds}")),
            "throw_message": lambda: drawing.throw(key, "message"),
            "throw_signal": lambda: drawing.throw(key, "signal"),
            "throw_escalation": lambda: drawing.throw(key, "escalation"),
            "decision": lambda: drawing.decision(key, "d"),
            "throw_nothing": lambda: f'<bpmn:intermediateThrowEvent id="{key}"/>'}[kind]()
        return self.put(key, drawn, before, condition)

    def _seq(self, blocks, before, condition, way):
        for one in blocks:
            before, condition = self.draw(one, before, condition), ""
        return before

    def _gateways(self, letter: str, tag: str) -> tuple[str, str]:
        fork, join = self.name(letter), self.name(letter)
        self.parts += [f'<bpmn:{tag} id="{fork}"/>', f'<bpmn:{tag} id="{join}"/>']
        return fork, join

    def _par(self, blocks, before, condition, way):
        fork, join = self._gateways("g", "parallelGateway")
        self.parts.append(f"{before}>{fork}{condition}")
        for one in blocks:
            self.parts.append(f"{self.draw(one, fork)}>{join}")
        return join

    def _xor(self, blocks, before, condition, way):
        asked = self.user(before, condition)
        choice, merge = self._gateways("x", "exclusiveGateway")
        self.parts.append(f"{asked}>{choice}")
        for place, one in enumerate(blocks):
            self.parts.append(f"{self.draw(one, choice, f'?{asked}.way % {len(blocks)} == {place}')}>{merge}")
        return merge

    def _or(self, blocks, before, condition, way):
        asked = self.user(before, condition)
        fork, join = self.name("o"), self.name("o")
        self.parts += [f'<bpmn:inclusiveGateway id="{fork}"/>', f'<bpmn:inclusiveGateway id="{join}"/>',
                       f"{asked}>{fork}"]
        tests = ["way % 2 == 0", "way % 3 == 0", "way % 2 == 1 and {0}.way % 3 != 0"]
        for one, test in zip([*blocks, "user", "user"][:3], tests, strict=False):
            self.parts.append(f"{self.draw(one, fork, f'?{asked}.{test.format(asked)}')}>{join}")
        return join

    def _loop(self, blocks, before, condition, way):
        back, choice = self._gateways("x", "exclusiveGateway")
        self.parts.append(f"{before}>{back}{condition}")
        asked = self.user(self._seq(blocks, back, "", way))
        out = self.name("x")
        self.parts += [f'<bpmn:exclusiveGateway id="{out}"/>', f"{asked}>{choice}",
                       f"{choice}>{back}?{asked}.way % 3 == 0", f"{choice}>{out}?{asked}.way % 3 != 0"]
        return out

    def _events(self, blocks, before, condition, way):
        gate, merge = self.name("v"), self.name("x")
        self.parts += [f'<bpmn:eventBasedGateway id="{gate}"/>', f'<bpmn:exclusiveGateway id="{merge}"/>',
                       f"{before}>{gate}{condition}"]
        for place, one in enumerate(blocks):
            kind = ("catch_message", "catch_signal", "catch_timer", "receive", "catch_condition")[(way + place) % 5]
            caught = self.leaf(kind, gate, "")
            self.parts.append(f"{self.draw(one, caught)}>{merge}")
        return merge

    def _sub(self, blocks, before, condition, way, inside: str = "", end: str = "e:{0}"):
        key = self.name("q")
        body = self.inside(("seq", blocks, way), f"i{key}", end)
        return self.put(key, drawing.sub(key, body, inside=inside), before, condition)

    def _listen(self, blocks, before, condition, way):
        """A sub-process with an event sub-process in it."""
        key, handler, start = self.name("q"), self.name("h"), self.name("w")
        kind = ON_STEPS[way % 6]
        aside = {"isInterrupting": "false"} if way >= 12 and kind != "error" else {}
        begun = drawing.event("startEvent", start, kind, self._said(kind, way), **aside)
        listener = drawing.sub(handler, self.inside(blocks[0], begun, "e:{0}"), drawing.LISTENER)
        end = drawing.ending("{0}", kind) if kind in ("error", "escalation") else "e:{0}"
        body = self.inside(("seq", blocks[1:], way), f"i{key}", end, listener)
        return self.put(key, drawing.sub(key, body), before, condition)

    def _said(self, kind: str, way: int) -> str:
        """Write what an event of a kind says."""
        if kind == "timer":
            return HOUR.format(1 + way % 5)
        return drawing.condition(self.holds(way)) if kind == "conditional" else ""

    def _call(self, blocks, before, condition, way):
        key, called = self.name("k"), self.name("c")
        self.calls[called] = ""
        self.calls[called] = self.inside(("seq", blocks, way), f"i{key}", "e:{0}")
        handed = '<motcua:handoff to="elsewhere"/>' if way >= 12 else ""
        self.put(key, drawing.call(key, called, handed), before, condition)
        if way < 18:
            return key
        refused, joined = self.name("b"), self.name("x")
        self.parts += [drawing.on(key, refused, "error", ref="refusal"), f"x:{joined}", f"{key}>{joined}",
                       f"{refused}>{joined}"]
        return joined

    def _many(self, blocks, before, condition, way):
        inside = (drawing.instances("", drawing.times(2)), drawing.instances(drawing.ONE_BY_ONE, drawing.times(2)),
                  drawing.instances("", drawing.times(3) + drawing.enough("numberOfCompletedInstances == 2")),
                  drawing.loop("loopCounter &lt; 2", ' loopMaximum="3"'))[way % 4]
        if way % 3 == 0:
            return self.user(before, condition, inside)
        if way % 3 == 1:
            return self._sub(blocks, before, condition, way, inside)
        key, called = self.name("k"), self.name("c")
        self.calls[called] = ""
        self.calls[called] = self.inside(("seq", blocks, way), f"i{key}", "e:{0}")
        return self.put(key, drawing.call(key, called, inside=inside), before, condition)

    def _bound(self, blocks, before, condition, way):
        """A step with an event on it; the way of one that interrupts comes back, that of another ends by itself."""
        kind = ON_STEPS[way % 6]
        asked_back = way >= 12 or kind == "error"
        if kind in ("error", "escalation") or way % 2:
            end = drawing.ending("{0}", kind) if kind in ("error", "escalation") and way % 4 < 2 else "e:{0}"
            host = self._sub(blocks[:-1], before, condition, way, "", end)
        else:
            host = self.user(before, condition)
        event = self.name("b")
        aside = {} if asked_back else drawing.ASIDE
        self.parts.append(drawing.on(host, event, kind, self._said(kind, way), **aside))
        last = self.draw(blocks[-1], event)
        joined = self.name("x" if asked_back else "z")
        if asked_back:
            self.parts += [f"x:{joined}", f"{host}>{joined}", f"{last}>{joined}"]
            return joined
        self.parts += [f"e:{joined}", f"{last}>{joined}"]
        return host

    def _several_ends(self, blocks, before, condition, way):
        """A branch that ends by itself, or ends the process."""
        fork, ended = self.name("g"), self.name("z")
        self.parts += [f"g:{fork}", f"{before}>{fork}{condition}"]
        last = self.draw(blocks[0], fork)
        ends = (f"e:{ended}", drawing.TERMINATE.format(ended), drawing.ending(ended, "signal"))
        self.parts += [ends[way % 3], f"{last}>{ended}"]
        return self.draw(blocks[1], fork)
