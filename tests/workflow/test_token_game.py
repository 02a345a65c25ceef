"""Gateways and steps joined at random, against a second reading of BPMN: tokens that lie on flows. The reading knows
nothing of the engine; both must wait at the same steps after the same answers, whatever was drawn."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from itertools import pairwise

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine import workflow
from tests.workflow.making import NOW
from tests.workflow.test_check import ROLE, diagram

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "150"))
REFUSED = {"join-starves", "join-never", "loop-without-wait", "never-ends", "unreachable"}
TAGS = {"g": "parallelGateway", "x": "exclusiveGateway", "o": "inclusiveGateway", "u": "userTask", "e": "endEvent"}


def graphs(data):
    """Draw nodes and flows: a chain from the start to an end, and flows across it."""
    kinds = data.draw(st.lists(st.sampled_from("uuuugxo"), min_size=3, max_size=9), label="kinds")
    nodes = ["f", *(f"{kind}{place}" for place, kind in enumerate(kinds)), "z"]
    flows = list(pairwise(nodes))
    spots = st.integers(1, len(nodes) - 2)
    for source, target in data.draw(st.lists(st.tuples(spots, spots), max_size=6), label="across"):
        flow = (nodes[source], nodes[target])
        if flow not in flows and source != target:
            flows.append(flow)
    return nodes, flows


class Either(Exception):
    """Two gateways may fire, and which is the first is free."""


class Game:
    """Tokens on flows, by the rules of BPMN 2.0.2, chapter 13."""

    def __init__(self, nodes, flows, answers):
        self.nodes, self.flows, self.answers = nodes, flows, answers
        self.on = Counter()         # tokens on flows into gateways
        self.at = Counter()         # tokens in steps
        self.arrive(("", "f"))
        self.run()

    def into(self, node):
        return [flow for flow in self.flows if flow[1] == node]

    def out(self, node):
        return [flow for flow in self.flows if flow[0] == node]

    def arrive(self, flow):
        node = flow[1]
        if node[0] == "u":
            self.at[node] += 1
        elif node[0] in "go":
            self.on[flow] += 1
        elif node[0] == "x":
            self.leave(node, one=True)
        else:
            self.leave(node)

    def leave(self, node, one=False):
        """Send tokens on: one by the first condition that holds, or all whose conditions do."""
        out = self.out(node)
        if node[0] in "xo" and len(out) > 1:
            held = [flow for flow in out[:-1] if self.holds(flow)] or [out[-1]]
            out = held[:1] if one else held
        for flow in out:
            self.arrive(flow)

    def holds(self, flow):
        return self.answers(flow)

    def done(self, step):
        self.at[step] -= 1
        self.leave(step)
        self.run()

    def run(self):
        """Let gateways fire until none can: the parallel ones before the inclusive ones."""
        moves = 0
        while self.fire():
            moves += 1
            assert moves < 500

    def fire(self):
        for node in self.nodes:
            here = [flow for flow in self.into(node) if self.on[flow]]
            if here and node[0] in "go" and len(here) == len(self.into(node)):
                return self.take(node, here)
        waiting = [node for node in self.nodes if node[0] == "o" and any(self.on[flow] for flow in self.into(node))]
        free = [node for node in waiting if self.may(node)]
        if not free and waiting and not +self.at:
            free = waiting          # nothing else can ever come
        if len(free) > 1:
            raise Either
        return bool(free) and self.take(free[0], [flow for flow in self.into(free[0]) if self.on[flow]])

    def take(self, node, here):
        for flow in here:
            self.on[flow] -= 1
        self.leave(node)
        return True

    def may(self, gateway):
        """No token elsewhere reaches a flow without one, unless it reaches one that has a token too."""
        into = self.into(gateway)
        empty = {flow for flow in into if not self.on[flow]}
        for place in [*(+self.at), *(flow[1] for flow in +self.on if flow[1] != gateway)]:
            reached = self.reached(place, gateway)
            if reached & empty and not reached - empty:
                return False
        return True

    def reached(self, place, gateway):
        found, seen, stack = set(), set(), [place]
        while stack:
            node = stack.pop()
            if node in seen or node == gateway:
                continue
            seen.add(node)
            for flow in self.out(node):
                if flow[1] == gateway:
                    found.add(flow)
                stack.append(flow[1])
        return found


def drawn(nodes, flows):
    """Write the diagram; the last flow out of a choice is its default."""
    parts = ["s:f", "e:z"]
    for node in nodes[1:-1]:
        out = [flow for flow in flows if flow[0] == node]
        default = f' default="{node}_{out[-1][1]}"' if node[0] in "xo" and len(out) > 1 else ""
        parts.append(f'<bpmn:{TAGS[node[0]]} id="{node}"{default}>{ROLE if node[0] == "u" else ""}'
                     f"</bpmn:{TAGS[node[0]]}>")
        for source, target in out:
            choosing = default and (source, target) != out[-1]
            parts.append(f"{source}>{target}" + (f"?f.{source}_{target}" if choosing else ""))
    return "|".join([*parts, f"f>{nodes[1]}"])


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck),
          phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink])
@given(data=st.data())
def test_the_same_steps_wait_as_in_a_game_of_tokens(data):
    nodes, flows = graphs(data)
    files = {"p.bpmn": diagram(drawn(nodes, flows))}
    found = {one.code for one in workflow.check(files, "p") if one.severity == "error"}
    if found:
        assert found <= REFUSED, found
        return
    read = workflow.read(files, "p")
    chosen = {flow: data.draw(st.booleans()) for flow in flows if flow[0][0] in "xo"}
    position = workflow.start(read, {f"{one}_{two}": held for (one, two), held in chosen.items()}, NOW)
    with suppress(Either):
        game = Game(nodes, flows, lambda flow: chosen[flow])
        for _ in range(25):
            assert Counter(one.key for one in position.waiting) == +game.at
            if position.ended:
                return
            task = data.draw(st.sampled_from(sorted(position.waiting, key=lambda one: one.key)))
            position = workflow.complete(read, position.state, task.id, {}, NOW)
            game.done(task.key)
