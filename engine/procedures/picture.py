"""The picture of a procedure: its diagram as SVG with the path of a case. It decides no state and knows no case.

Order of drawing: lanes, flows not taken, flows taken, steps. Every element is a group whose first child says in words
what it shows; the numbered text beside the picture is made elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from engine.procedures import picture_shapes as shapes
from engine.procedures.picture_model import Box, Drawing, Flow, Node
from engine.procedures.picture_read import read
from engine.procedures.picture_text import width
from engine.procedures.picture_words import ENGLISH, VIETNAMESE, PictureWords, words

__all__ = ["ENGLISH", "VIETNAMESE", "Note", "PictureWords", "State", "draw", "words"]

MARGIN = 6.0
NATURAL = (880.0, 1300.0)  # outside these widths a picture keeps its own size instead of filling the page
NOTHING: Mapping[str, str] = {}


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
    sheet = _Sheet(read(bpmn), state, pauses, limits, names, words, _safe(uid))
    frame = _frame(sheet)
    long, high = shapes.number(frame.width), shapes.number(frame.height)
    style = "dg" if NATURAL[0] <= frame.width <= NATURAL[1] else "dg dg--natural"
    view = f"{shapes.number(frame.x)} {shapes.number(frame.y)} {long} {high}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="{style}" viewBox="{view}" width="{long}" height="{high}"'
    body = "".join([*_lanes(sheet), *_flows(sheet), *_steps(sheet)])
    return f'{head} role="img" aria-label="{shapes.attribute(label)}">{_markers(sheet.uid)}{body}</svg>'


def _safe(uid: str) -> str:
    return "".join(letter for letter in uid if letter.isalnum() or letter in "-_") or "d"


def _markers(uid: str) -> str:
    plain = _marker(f"{uid}a", 9, 9, "dg-arrow")
    done = _marker(f"{uid}b", 8, 13, "dg-arrow dg-arrow--done")
    return f"<defs>{plain}{done}</defs>"


def _marker(key: str, back: int, size: int, style: str) -> str:
    place = f'viewBox="0 0 10 10" refX="{back}" refY="5" markerWidth="{size}" markerHeight="{size}"'
    shape = f'<path class="{style}" d="M0 0L10 5 0 10z"/>'
    return f'<marker id="{key}" {place} markerUnits="userSpaceOnUse" orient="auto">{shape}</marker>'


def _lanes(sheet: _Sheet) -> Iterator[str]:
    for lane in sheet.drawing.lanes:
        if lane.box is not None:
            name = sheet.names.get(lane.id, lane.name)
            yield shapes.group("", f"{sheet.words.lane}: {name}", shapes.lane(name if lane.named else "", lane.box))


def _flows(sheet: _Sheet) -> Iterator[str]:
    for flow in sorted(sheet.drawing.flows, key=lambda flow: flow.id in sheet.state.taken_flows):
        done = flow.id in sheet.state.taken_flows
        style = "dg-flow dg-flow--done" if done else "dg-flow"
        if flow.kind == "messageFlow":
            style += " dg-flow--message"
        early = shapes.RING if flow.target in sheet.state.now else 0
        way = shapes.flow_path(flow.points, early)
        line = f'<path class="{style}" d="{way}" marker-end="url(#{sheet.uid}{"b" if done else "a"})"/>'
        yield shapes.group("", _flow_title(sheet, flow, done), line, shapes.flow_label(flow, sheet.name(flow)))


def _flow_title(sheet: _Sheet, flow: Flow, done: bool) -> str:
    ends = [_called(sheet, key) for key in (flow.source, flow.target)]
    name = sheet.name(flow)
    outcome = f": {name}" if name else ""
    passed = f" ({sheet.words.passed})" if done else ""
    return f"{ends[0]} → {ends[1]}{outcome}{passed}"


def _called(sheet: _Sheet, key: str) -> str:
    node = sheet.drawing.nodes.get(key)
    return (sheet.name(node) if node else "") or key


def _steps(sheet: _Sheet) -> Iterator[str]:
    ordered = sorted(sheet.drawing.nodes.values(), key=lambda node: node.kind == "boundaryEvent")
    for node in ordered:
        if node.box is not None:
            yield shapes.group(_style(sheet, node), _title(sheet, node), *_parts(sheet, node, node.box))


def _parts(sheet: _Sheet, node: Node, box: Box) -> Iterator[str]:
    state = sheet.state
    if node.id in state.now:
        yield shapes.ring(node, box)
    yield shapes.step(node, box, sheet.name(node), sheet.limits.get(node.id, ""))
    if node.id in sheet.pauses:
        yield shapes.pause(box)
    if node.id in state.order:
        yield shapes.passes(node, box, state.order[node.id])
    if node.id in state.notes:
        note = state.notes[node.id]
        yield shapes.note(note.kind, note.text, box)


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
    name = sheet.name(node) or node.id
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
    yield from (lane.box for lane in sheet.drawing.lanes if lane.box is not None)
    for flow in sheet.drawing.flows:
        yield from (Box(point.x, point.y, 0, 0) for point in flow.points)
    for label, name in _labels(sheet):
        half = max(label.width, min(120.0, width(name, shapes.EVENT_SIZE))) / 2
        yield Box(label.center.x - half, label.y, 2 * half, label.height)
    for node in sheet.drawing.nodes.values():
        if node.box is not None:
            yield node.box
            yield from _marks(sheet, node, node.box)


def _labels(sheet: _Sheet) -> Iterator[tuple[Box, str]]:
    elements: list[Node | Flow] = [*sheet.drawing.nodes.values(), *sheet.drawing.flows]
    for element in elements:
        if element.label is not None:
            yield element.label, sheet.name(element)


def _marks(sheet: _Sheet, node: Node, box: Box) -> Iterator[Box]:
    if node.id in sheet.state.now or node.id in sheet.pauses or node.id in sheet.state.order:
        yield Box(box.x - 12, box.y - 12, box.width + 24, box.height + 24)
    if node.is_event:
        half = min(120.0, width(sheet.name(node), shapes.EVENT_SIZE)) / 2
        yield Box(box.center.x - half, box.bottom, 2 * half, 36)
        if node.id in sheet.state.order:
            yield Box(box.x - 20 - 23 * (min(len(sheet.state.order[node.id]), 4) - 1), box.y, 20, 20)
    if node.id in sheet.state.notes:
        half = width(sheet.state.notes[node.id].text, shapes.EVENT_SIZE, bold=True) / 2 + 16
        yield Box(box.center.x - half, box.bottom, 2 * half, 22)
