"""Expressions of other engines in our language: translated by the workflow room, and the variables they read replaced
by the places where our cases keep them. What cannot be translated is said, never guessed."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from typing import TypeGuard

from engine.domain.text import Text
from engine.procedures.importing import dialect, reasons
from engine.procedures.importing.drawing import Drawing
from engine.procedures.xml_document import Element
from engine.workflow import instances, scopes
from engine.workflow.language import conditions, dialects, expressions
from engine.workflow.language.expressions import ExpressionError

_KNOWN = expressions.RESERVED | instances.COUNTS | {scopes.COUNTER}
_COUNTER = {"loopCounter": scopes.COUNTER}
_OR_NULL = re.compile(r"([\w.]+) if has\(\1\) else (?:null|None)")
Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Translated:
    """What came of an expression: its text in our language, or None and why; `unknown` are names no step gives."""

    text: str | None
    unknown: tuple[str, ...] = ()
    why: Text | None = None


def expression(drawing: Drawing, text: str, reader: Element, *, language: str = "",
               truth: bool = False, own: bool = True) -> Translated:
    """Put an expression that `reader` asks into our language; with `truth` it must be able to be true or false.

    With `own` false the reader has not yet given what it gives itself."""
    words = " ".join(text.split())
    spoken = dialect.language(drawing.dialect, words, language)
    foreign = dialect.translatable(spoken)
    if foreign is None and spoken != "own":
        return Translated(None, (), reasons.EXPRESSION)
    try:
        ours = words if foreign is None else dialects.translate(words, foreign, value=not truth)
        placed, unknown = placed_names(drawing, ours, reader, own=own)
        if not unknown and truth:
            conditions.fitting(placed, drawing.new_steps)
        elif not unknown:
            expressions.translate(placed)
    except ExpressionError as error:
        return Translated(None, (), error.sentence)
    return Translated(None if unknown else placed, unknown)


def value(drawing: Drawing, text: str, reader: Element, *, language: str = "") -> Translated:
    """Put an expression into our language that must give something: where it would give null because a name is
    missing, ours stops and names it."""
    found = expression(drawing, text, reader, language=language)
    plain = _OR_NULL.fullmatch(found.text) if found.text is not None else None
    return replace(found, text=plain[1]) if plain is not None else found


def moved(drawing: Drawing, text: str, reader: Element, *, language: str) -> Translated:
    """Put an expression into our language only where its variables stand elsewhere with us, else leave its text.

    Tables are read in the language they are written in, so nothing else of them need change."""
    words, foreign = " ".join(text.split()), dialect.translatable(language)
    try:
        ours = words if foreign is None else dialects.translate(words, foreign)
        placed, unknown = placed_names(drawing, ours, reader)
    except ExpressionError as error:
        return Translated(None, (), error.sentence)
    return Translated(words if placed == ours else placed, unknown)


def placed_names(drawing: Drawing, text: str, reader: Element, *, own: bool = True) -> tuple[str, tuple[str, ...]]:
    """Replace the variables of an expression by where they stand; gives the names that stand nowhere, too.

    Raises:
        ExpressionError: the text is no expression.
    """
    source = " ".join(text.strip().splitlines())
    tree = expressions.parsed(source)
    spans: list[Span] = []
    unknown: list[str] = []
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        whole = node if _has(node) else None
        chain = _chain(node if whole is None else whole.args[0])
        if chain is None:
            stack.extend(_asked(node))
            continue
        span = _place(drawing, chain, reader, own=own, whole=whole)
        if span is not None:
            spans.append(span)
        elif not _ours(drawing, chain[-1][1]):
            unknown.append(chain[0][1])
    return _written(source, spans), tuple(dict.fromkeys(reversed(unknown)))


def _has(node: ast.AST) -> TypeGuard[ast.Call]:
    """Tell whether a node asks whether the data reach so far."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "has" \
        and len(node.args) == 1


def _asked(node: ast.AST) -> list[ast.AST]:
    """Give the parts of a node that may read variables: not the name of a function."""
    if isinstance(node, ast.Call):
        return list(node.args)
    return [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]


def _chain(node: ast.AST) -> list[tuple[ast.expr, str]] | None:
    """Give the dotted names a node is, the longest first: `a.b.c`, `a.b`, `a`; None for any other node."""
    parts: list[tuple[ast.expr, str]] = []
    inner: ast.AST = node
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    if not isinstance(inner, ast.Name):
        return None
    inner = node
    while isinstance(inner, ast.Attribute | ast.Name):
        parts.append((inner, ast.unparse(inner)))
        if isinstance(inner, ast.Name):
            break
        inner = inner.value
    return parts


def _place(drawing: Drawing, chain: list[tuple[ast.expr, str]], reader: Element, *, own: bool,
           whole: ast.Call | None) -> Span | None:
    """Give what to write for the longest part of a chain that some step gives, else for a step's own id.

    `whole` is the `has(…)` around the chain: a value that may stand in two places is there if it stands in one."""
    for node, words in chain:
        if words in drawing.variables.stand and "." in words:
            return None                     # written in our words already
        places = drawing.variables.places(words, reader.id, own=own)
        if len(places) == 1:
            return node.col_offset, node.end_col_offset or 0, places[0]
        if len(places) == 2:
            first, second = (f"{place}{chain[0][1].removeprefix(words)}" for place in places) if whole else places
            if whole is not None:
                return whole.col_offset, whole.end_col_offset or 0, f"(has({first}) or has({second}))"
            return node.col_offset, node.end_col_offset or 0, f"({first} if has({first}) else {second})"
    node, root = chain[-1]
    fresh = _COUNTER.get(root) or drawing.ids.get(root)
    return (node.col_offset, node.end_col_offset or 0, fresh) if fresh else None


def _ours(drawing: Drawing, root: str) -> bool:
    """Tell whether a name is a step of the file or a word of the language."""
    return root in _KNOWN or root in drawing.steps


def _written(source: str, spans: list[Span]) -> str:
    """Put the replacements in; the places are counted in bytes."""
    content = source.encode()
    for first, last, new in sorted(spans, reverse=True):
        content = content[:first] + new.encode() + content[last:]
    return content.decode()
