"""The picture of a procedure: its diagram as SVG with the path of a case. It decides no state and knows no case.

Order of drawing: lanes, open sub-processes, flows not taken, flows taken, steps. Every element is a group whose first
child says in words what it shows; the numbered text beside the picture is made elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from engine.procedures import picture_case, picture_css, picture_lines, picture_shapes
from engine.procedures.picture_model import Box, Drawing, Flow, Lane, Node
from engine.procedures.picture_read import read
from engine.procedures.picture_svg import attribute, group, number
from engine.procedures.picture_text import width, wrap
from engine.procedures.picture_words import ENGLISH, VIETNAMESE, PictureWords, words

__all__ = ["ENGLISH", "VIETNAMESE", "Note", "PictureWords", "State", "draw", "standalone", "words"]

MARGIN = 6.0
NATURAL = (880.0, 1300.0)  # outside these widths a picture keeps its own size instead of filling the page
NOTHING: Mapping[str, str] = {}
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what no XML may hold


@dataclass(frozen=True)
class Note:
    """A note at a step: `kind` late, soon, ok or hold, and its words, as "trễ 42 phút"."""

    kind: str
    text: str


@dataclass(frozen=True)
class State:
    """What a case adds to the diagram; keys are ids of elements. All empty: the plain diagram."""

    taken_flows: Set[str]
    taken: Set[str]
    now: Set[str]
    order: Mapping[str, tuple[int, ...]]
    notes: Mapping[str, Note]

    @property
    def plain(self) -> bool:
        """Whether there is no case: then no step is done and none to come."""
        return not (self.taken or self.now or self.taken_flows)


@dataclass(frozen=True)
class _Sheet:
    """All that one picture is made from."""

    drawing: Drawing
    state: State
    pauses: Set[str]
    limits: Mapping[str, str]
    names: Mapping[str, str]
    words: PictureWords
    uid: str

    def name(self, element: Node | Flow) -> str:
        """The name of an element in the language of the picture."""
        return self.names.get(element.id, element.name)


def draw(
    bpmn: bytes,
    *,
    taken_flows: Set[str] = frozenset(),
    taken: Set[str] = frozenset(),
    now: Set[str] = frozenset(),
    order: Mapping[str, tuple[int, ...]] | None = None,
    notes: Mapping[str, Note] | None = None,
    pauses: Set[str] = frozenset(),
    limits: Mapping[str, str] = NOTHING,
    names: Mapping[str, str] = NOTHING,
    words: PictureWords = VIETNAMESE,
    label: str,
    uid: str = "d",
) -> str:
    """Draw the diagram of `bpmn` as one `<svg>` for a page that carries the `dg-` classes.

    `label` says the state of the case in a sentence. `taken_flows`, `taken` and `now` are ids of flows and steps;
    `order` the numbers of a step in the path; `limits` the words below a task's name; `names` names in another
    language, by id. `uid` must differ between two pictures on one page. Never raises for what a file holds: what
    cannot be read or placed is left out, a file without places is laid out.
    """
    state = State(taken_flows, taken, now, order or {}, notes or {})
    return _svg(_Sheet(read(bpmn), state, pauses, limits, names, words, _safe(uid)), label, "")


def standalone(content: bytes, language: str) -> str:
    """Give the plain diagram as an SVG file of its own, which carries its look with it; never raises.

    `language` is `vi` or `en`, for the words that no element of the diagram brings. A file without places is laid out.
    """
    said = words(language)
    state = State(frozenset(), frozenset(), frozenset(), {}, {})
    drawing = read(content)
    names = [lane.name for lane in drawing.lanes if lane.name]
    sheet = _Sheet(drawing, state, frozenset(), NOTHING, NOTHING, said, "d")
    return _svg(sheet, f"{said.picture}: {', '.join(names)}" if names else said.picture, picture_css.STYLE)


def _svg(sheet: _Sheet, label: str, look: str) -> str:
    frame = _frame(sheet)
    long, high = number(frame.width), number(frame.height)
    style = "dg" if NATURAL[0] <= frame.width <= NATURAL[1] else "dg dg--natural"
    view = f"{number(frame.x)} {number(frame.y)} {long} {high}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="{style}" viewBox="{view}" width="{long}" height="{high}"'
    body = "".join([*_lanes(sheet), *_opened(sheet), *_flows(sheet), *_steps(sheet)])
    whole = f'{look}{picture_lines.markers(sheet.uid)}{body}'
    return CONTROLS.sub("", f'{head} role="img" aria-label="{attribute(label)}">{whole}</svg>')


def _safe(uid: str) -> str:
    return "".join(letter for letter in uid if letter.isalnum() or letter in "-_") or "d"


def _lanes(sheet: _Sheet) -> Iterator[str]:
    for lane in sheet.drawing.lanes:
        name = _lane_name(sheet, lane)
        yield group("", f"{sheet.words.lane}: {name}", picture_shapes.lane(lane, name))


def _lane_name(sheet: _Sheet, lane: Lane) -> str:
    """The name of a lane after those of the lanes around it."""
    known = {one.id: one.name for one in sheet.drawing.lanes} if lane.around else {}
    names = [sheet.names.get(key, known.get(key, "")) for key in lane.around]
    return " / ".join(name for name in (*names, sheet.names.get(lane.id, lane.name)) if name)


def _opened(sheet: _Sheet) -> Iterator[str]:
    """Sub-processes whose inside is drawn, outer ones first, below the flows that run in them."""
    opened = [node for node in sheet.drawing.nodes.values() if node.open or node.kind == "group"]
    for node in sorted(opened, key=lambda node: -node.box.width * node.box.height):
        yield group(_style(sheet, node).replace("dg-node--now", "dg-node--done"), _title(sheet, node),
                    *_parts(sheet, node, node.box))


def _flows(sheet: _Sheet) -> Iterator[str]:
    for flow in sorted(sheet.drawing.flows, key=lambda flow: flow.id in sheet.state.taken_flows):
        done = flow.id in sheet.state.taken_flows
        early = picture_case.RING if flow.target in sheet.state.now else 0
        line = picture_lines.line(flow, sheet.uid, done, early)
        yield group("", _flow_title(sheet, flow, done), line, picture_lines.flow_label(flow, sheet.name(flow)))


def _flow_title(sheet: _Sheet, flow: Flow, done: bool) -> str:
    ends = [_called(sheet, key) for key in (flow.source, flow.target)]
    name = sheet.name(flow)
    outcome = f": {name}" if name else ""
    passed = f" ({sheet.words.passed})" if done else ""
    return f"{ends[0]} → {ends[1]}{outcome}{passed}"


def _called(sheet: _Sheet, key: str) -> str:
    node = sheet.drawing.nodes.get(key)
    if node is not None:
        return _name(sheet, node)
    return next((lane.name for lane in sheet.drawing.lanes if lane.id == key and lane.name), key)


def _name(sheet: _Sheet, node: Node) -> str:
    return sheet.name(node) or sheet.words.kind(node.kind, node.event)


def _steps(sheet: _Sheet) -> Iterator[str]:
    closed = [node for node in sheet.drawing.nodes.values() if not node.open and node.kind != "group"]
    for node in sorted(closed, key=lambda node: node.kind == "boundaryEvent"):
        yield group(_style(sheet, node), _title(sheet, node), *_parts(sheet, node, node.box))


def _parts(sheet: _Sheet, node: Node, box: Box) -> Iterator[str]:
    state = sheet.state
    if node.id in state.now:
        yield picture_case.ring(node, box)
    yield picture_shapes.step(node, box, sheet.name(node), sheet.limits.get(node.id, ""), state.plain)
    if node.id in sheet.pauses:
        yield picture_case.pause(box)
    if node.id in state.order:
        yield picture_case.passes(node, box, state.order[node.id])
    if node.id in state.notes:
        note = state.notes[node.id]
        yield picture_case.note(note.kind, note.text, box)


def _style(sheet: _Sheet, node: Node) -> str:
    state = sheet.state
    if node.id in state.now:
        return "dg-node dg-node--now"
    if node.id in state.taken:
        return "dg-node dg-node--done"
    return "dg-node" if state.plain else "dg-node dg-node--next"


def _title(sheet: _Sheet, node: Node) -> str:
    """Say of a step its name, state, limit, that it stops the clock, and its note."""
    said = []
    if node.id in sheet.state.now:
        said.append(sheet.words.now)
    elif node.id in sheet.state.taken:
        said.append(sheet.words.done)
    if node.id in sheet.limits:
        said.append(f"{sheet.words.limit} {sheet.limits[node.id]}")
    if node.id in sheet.pauses:
        said.append(sheet.words.pauses)
    if node.id in sheet.state.notes:
        said.append(sheet.state.notes[node.id].text)
    name = _name(sheet, node)
    return f"{name}: {', '.join(said)}" if said else name


def _frame(sheet: _Sheet) -> Box:
    """The least rectangle around all that is drawn, and a margin."""
    boxes = list(_extents(sheet))
    if not boxes:
        return Box(0, 0, NATURAL[0], 1)
    x, y = min(box.x for box in boxes) - MARGIN, min(box.y for box in boxes) - MARGIN
    right, bottom = max(box.right for box in boxes) + MARGIN, max(box.bottom for box in boxes) + MARGIN
    return Box(x, y, right - x, bottom - y)


def _extents(sheet: _Sheet) -> Iterator[Box]:
    """What each element needs at most, with its names, ring, numbers and note."""
    for lane in sheet.drawing.lanes:
        yield lane.box
        if lane.named and lane.above:
            yield Box(lane.box.x, lane.box.y - 22, width(sheet.names.get(lane.id, lane.name), 13, bold=True), 22)
    for flow in sheet.drawing.flows:
        yield from (Box(point.x, point.y, 0, 0) for point in flow.points)
        if flow.label is not None:
            yield picture_shapes.extent(sheet.name(flow), flow.label, bold=True)
    for node in sheet.drawing.nodes.values():
        yield node.box
        if node.label is not None:
            yield picture_shapes.extent(sheet.name(node), node.label)
        yield from _marks(sheet, node, node.box)


def _marks(sheet: _Sheet, node: Node, box: Box) -> Iterator[Box]:
    if node.id in sheet.state.now or node.id in sheet.pauses or node.id in sheet.state.order:
        yield Box(box.x - 12, box.y - 12, box.width + 24, box.height + 24)
    if (node.is_event or node.kind.startswith("data")) and node.label is None:
        lines = wrap(sheet.name(node), picture_shapes.EVENT_ROOM, picture_shapes.EVENT_SIZE, lines=3)
        half = max((width(line, picture_shapes.EVENT_SIZE) for line in lines), default=0) / 2
        yield Box(box.center.x - half, box.bottom, 2 * half, 6 + 15 * len(lines))
    if node.is_event and node.id in sheet.state.order:
        yield Box(box.x - 20 - 23 * (min(len(sheet.state.order[node.id]), 4) - 1), box.y, 20, 20)
    if node.is_gateway and node.label is None and sheet.name(node):
        yield Box(box.center.x - 60, box.y - 38, 120, 38)
    if node.id in sheet.state.notes:
        half = width(sheet.state.notes[node.id].text, picture_shapes.EVENT_SIZE, bold=True) / 2 + 16
        yield Box(box.center.x - half, box.bottom, 2 * half, 22)
