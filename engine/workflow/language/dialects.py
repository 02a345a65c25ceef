"""Expressions of other modelers, said in our language: FEEL (Camunda 8, DMN), `${…}` (Camunda 7, Operaton, Flowable)
and the Python of spiff-arena. What means the same is translated, everything else is refused by its name; nothing is
ever evaluated in the other language.

What is missing. FEEL says null for a name that is not there, and a null condition is not taken; so a comparison becomes
`has(a) and a > 5`, and its denial `has(a) and a <= 5`. Where FEEL would give null as a value our language stops and
says which name is missing. JUEL stops in both cases, and so does ours.
Kinds. FEEL says null when a text is compared with a number, JUEL takes one for the other, ours stops.
Numbers are decimals in all of them. A time without an offset is Vietnamese time."""

from __future__ import annotations

import ast
import functools
from collections.abc import Mapping
from typing import Literal

from engine.workflow.language import building as our
from engine.workflow.language import closures, feel, juel, notation
from engine.workflow.language.feel_meaning import Meaning
from engine.workflow.language.reasons import ExpressionError
from engine.workflow.language.writing import written

Dialect = Literal["feel", "juel", "python"]
_NOTHING: Mapping[str, str] = {}
_METHODS = {"startswith": "starts_with", "endswith": "ends_with", "lower": "lower", "upper": "upper"}


def translate(text: str, dialect: Dialect, *, names: Mapping[str, str] = _NOTHING, value: bool = False) -> str:
    """Give a text of another language in ours; what it gives is always a text that `expressions.translate` reads.

    A FEEL text may begin with `=`; JUEL needs its brackets. `names` says what a variable is called in our language
    (`{"approved": "review.approved"}`). With `value` a FEEL text is read as the value it gives (null where a name is
    missing) and not as a condition (which null does not fulfil).

    Raises:
        ExpressionError: a part of it has no equal here, by its name; or it is not written correctly.
    """
    said = written(tree(text, dialect, names=names, value=value))
    closures.build(notation.tree(said))
    return said


def tree(text: str, dialect: Dialect, *, names: Mapping[str, str] = _NOTHING, value: bool = False) -> ast.expr:
    """Give what `translate` writes, as a tree.

    Raises:
        ExpressionError: as `translate`.
    """
    if len(text) > notation.MAX_LENGTH:
        raise ExpressionError("too-long")
    try:
        if dialect == "feel":
            node = feel.parse(text.strip().removeprefix("="))
            meaning = Meaning(names)
            return meaning.answer(node) if value else meaning.condition(node)
        if dialect == "juel":
            return juel.tree(juel.inner(text), names)
        return _Methods(names).visit(notation.tree(text))
    except RecursionError as error:
        raise ExpressionError("too-complex") from error


@functools.lru_cache(maxsize=1024)
def native(text: str, *, value: bool = False) -> str:
    """Give a text in our language, whichever it is in: `=…` is FEEL, `${…}` and `#{…}` are JUEL, all else is ours.

    Raises:
        ExpressionError: as `translate`.
    """
    dialect = spoken(text)
    return translate(text, dialect, value=value) if dialect else text


def spoken(text: str) -> Literal["feel", "juel"] | None:
    """Tell by its beginning which other language a text is in; None for ours."""
    start = text.lstrip()[:2]
    if start.startswith("=") and start != "==":
        return "feel"
    return "juel" if start in ("${", "#{") else None


class _Methods(ast.NodeTransformer):
    """Says the methods of Python's texts as functions of ours, and gives variables their names here. Every other
    call stays as it is, for `expressions` to refuse."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Give a variable its name in our language."""
        return our.path([self.names[node.id]]) if node.id in self.names else node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Say `a.startswith(b)` as `starts_with(a, b)`."""
        called = node.func
        if isinstance(called, ast.Attribute) and called.attr in _METHODS and not node.keywords:
            return ast.Call(ast.Name(_METHODS[called.attr]),
                            [self.visit(one) for one in (called.value, *node.args)], [])
        node.args = [self.visit(one) for one in node.args]
        return node
