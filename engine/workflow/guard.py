"""From bytes to an XML tree that is safe to walk: UTF-8 only, no DOCTYPE, bounded in size, elements, depth and names.
Nothing is read from the network or from files, no entity is resolved."""

from __future__ import annotations

import re

from lxml import etree

MAX_BYTES = 2_000_000
MAX_ELEMENTS = 20_000
MAX_DEPTH = 200
MAX_NAME = 200
MAX_VALUE = 10_000
MAX_ATTRIBUTES = 100

_DECLARED = re.compile(r"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_ASCII = re.compile(r"(us-)?ascii|iso-8859-[0-9]{1,2}|windows-125[0-9]", re.IGNORECASE)
_SECTION = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)


class Refused(ValueError):
    """A file that is not walked; `code` is the finding it becomes, `facts` fill its sentence."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def tree(content: bytes) -> etree._Element:
    """Parse a file safely.

    Raises:
        Refused: with the code of the finding.
    """
    if len(content) > MAX_BYTES:
        raise Refused("too-large", limit="2 MB")
    text = _text(content)
    if _SECTION.search(content):
        raise Refused("doctype")
    if text.count("<") > 3 * MAX_ELEMENTS:
        raise Refused("too-many-elements", limit=str(MAX_ELEMENTS))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
                             huge_tree=False, remove_pis=True, remove_comments=True, encoding="utf-8")
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise Refused("not-xml", reason=str(error)[:160]) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Refused("not-xml", reason=type(error).__name__) from error
    if root is None:
        raise Refused("not-xml", reason="empty")
    _measure(root)
    return root


def _text(content: bytes) -> str:
    """Decode strict UTF-8; another declared encoding is refused, so that no byte is read in two ways: but for those in
    which plain ASCII is the same, of a file that holds nothing else."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("not-utf8") from error
    if "\x00" in text:
        raise Refused("not-utf8")
    declared = _DECLARED.match(text.lstrip())
    if declared is not None and declared[1].lower() not in ("utf-8", "utf8") and not (
            content.isascii() and _ASCII.fullmatch(declared[1])):
        raise Refused("not-utf8")
    return text


def _measure(root: etree._Element) -> None:
    """Count elements and depth, and look at the length of every name and value."""
    stack, count = [(root, 1)], 0
    while stack:
        element, depth = stack.pop()
        count += 1
        if count > MAX_ELEMENTS:
            raise Refused("too-many-elements", limit=str(MAX_ELEMENTS))
        if depth > MAX_DEPTH:
            raise Refused("too-deep", limit=str(MAX_DEPTH))
        _measure_one(element)
        stack.extend((child, depth + 1) for child in element)


def _measure_one(element: etree._Element) -> None:
    """Look at one element's name, attributes and text."""
    if not isinstance(element.tag, str):
        raise Refused("doctype")
    if len(element.tag) > 2 * MAX_NAME or len(element.attrib) > MAX_ATTRIBUTES:
        raise Refused("name-too-long", limit=str(MAX_NAME))
    for name, value in element.attrib.items():
        if len(name) > 2 * MAX_NAME or len(value) > MAX_VALUE:
            raise Refused("name-too-long", limit=str(MAX_NAME))
