"""A layout as BPMN diagram interchange (DI), and where in the bytes of a file it goes.

The text is ASCII with its own namespace declarations, so that it fits into any file whose encoding contains ASCII;
not one byte of the file outside of it is changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

from engine.procedures.layout_model import Item, Link, Sheet
from engine.procedures.picture_model import Box

NAMESPACES = (
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
)
QUOTES = {'"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_QUOTED = rb"""(?:[^<>"']|"[^"]*"|'[^']*')*"""
_TAG = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(?P<close>/?)(?:[^\s<>/:]+:)?BPMNDiagram(?=[\s/>])" + _QUOTED + rb">",
    re.DOTALL)
_END = re.compile(rb"</[^<>]*>\s*\Z")
_AFTER = ((b"-->", b"<!--"), (b"?>", b"<?"))


def inserted(content: bytes, diagram: bytes) -> bytes | None:
    """The file with `diagram` before the closing tag of its root; None where there is no such tag."""
    end = len(content)
    while True:
        end = len(content[:end].rstrip())
        opening = next((start for close, start in _AFTER if content.endswith(close, 0, end)), None)
        if opening is None:
            break
        end = content.rfind(opening, 0, end)
        if end < 0:
            return None
    found = _END.search(content[:end])
    return content[: found.start()] + diagram + content[found.start() :] if found else None


def without(content: bytes) -> bytes:
    """The file without its diagrams, which are never nested; every other byte stays."""
    kept, at, opened = [], 0, -1
    for tag in _TAG.finditer(content):
        if tag["close"] is None:
            continue
        if tag["close"] or tag[0].endswith(b"/>"):
            start = opened if tag["close"] else tag.start()
            if start >= at:
                kept.append(content[at:start])
                at = tag.end()
            opened = -1
        elif opened < 0:
            opened = tag.start()
    return b"".join([*kept, content[at:]])


def diagram(sheet: Sheet) -> bytes:
    """The `BPMNDiagram` element of a sheet."""
    plane = f' bpmnElement="{_attribute(sheet.plane)}"' if sheet.plane else ""
    head = (f'  <bpmndi:BPMNDiagram {NAMESPACES} id="{_id(sheet, "diagram")}">\n'
            f'    <bpmndi:BPMNPlane id="{_id(sheet, "plane")}"{plane}>\n')
    body = "".join([*_pools(sheet), *_items(sheet), *_edges(sheet)])
    whole = f"{head}{body}    </bpmndi:BPMNPlane>\n  </bpmndi:BPMNDiagram>\n"
    return whole.encode("ascii", "xmlcharrefreplace")


def _attribute(text: str) -> str:
    return escape(text, QUOTES)


def _id(sheet: Sheet, wished: str) -> str:
    """An id nobody in the file uses; noted, so that it is given once."""
    key, number = wished, 1
    while key in sheet.used:
        number += 1
        key = f"{wished}_{number}"
    sheet.used.add(key)
    return _attribute(key)


def _pools(sheet: Sheet) -> Iterator[str]:
    for pool in sheet.pools:
        if pool.id:
            yield _shape(sheet, pool.id, pool.box, None, ' isHorizontal="true"')
    for scope in sheet.scopes:
        for lane in scope.lanes:
            if lane.id and lane.box is not None:
                yield _shape(sheet, lane.id, lane.box, None, ' isHorizontal="true"')


def _items(sheet: Sheet) -> Iterator[str]:
    """Scopes from the outside inward, boundary events over their steps."""
    for scope in sheet.scopes:
        for item in sorted(scope.items.values(), key=lambda item: bool(item.host)):
            if item.box is not None:
                yield _shape(sheet, item.id, item.box, item.label, _facts(item))


def _facts(item: Item) -> str:
    if item.inner is not None:
        return ' isExpanded="true"'
    if item.kind in ("subProcess", "transaction", "adHocSubProcess"):
        return ' isExpanded="false"'
    return ' isMarkerVisible="true"' if item.kind == "exclusiveGateway" else ""


def _edges(sheet: Sheet) -> Iterator[str]:
    links = [link for scope in sheet.scopes for link in scope.links if not link.is_exit]
    for link in (*links, *sheet.messages, *sheet.loose):
        if len(link.points) > 1:
            yield _edge(sheet, link)


def _shape(sheet: Sheet, key: str, box: Box, label: Box | None, facts: str) -> str:
    named = _id(sheet, f"{key}_di")
    return (f'      <bpmndi:BPMNShape id="{named}" bpmnElement="{_attribute(key)}"{facts}>\n'
            f"        {_bounds(box)}\n{_label(label)}      </bpmndi:BPMNShape>\n")


def _edge(sheet: Sheet, link: Link) -> str:
    way = "".join(f'        <di:waypoint x="{_number(x)}" y="{_number(y)}"/>\n' for x, y in link.points)
    named = _id(sheet, f"{link.id}_di")
    return (f'      <bpmndi:BPMNEdge id="{named}" bpmnElement="{_attribute(link.id)}">\n'
            f"{way}{_label(link.label)}      </bpmndi:BPMNEdge>\n")


def _label(box: Box | None) -> str:
    if box is None:
        return ""
    return f"        <bpmndi:BPMNLabel>\n          {_bounds(box)}\n        </bpmndi:BPMNLabel>\n"


def _bounds(box: Box) -> str:
    long, high = _number(box.width), _number(box.height)
    return f'<dc:Bounds x="{_number(box.x)}" y="{_number(box.y)}" width="{long}" height="{high}"/>'


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
