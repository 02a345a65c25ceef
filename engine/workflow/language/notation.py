"""From the text of an expression to its tree, in Python's notation: bounded in length, nodes and depth, nothing of it
run. What its nodes may be is judged in `expressions`."""

from __future__ import annotations

import ast
import warnings

from engine.workflow.language.reasons import ExpressionError

MAX_LENGTH = 2_000
MAX_NODES = 200
MAX_DEPTH = 40


def tree(text: str) -> ast.expr:
    """Parse a text; line breaks count as spaces.

    Raises:
        ExpressionError: too long, too complex, or not written correctly.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError("too-long")
    try:
        with warnings.catch_warnings():     # what Python thinks of somebody's text is nobody's concern here
            warnings.simplefilter("ignore")
            parsed = ast.parse(" ".join(text.strip().splitlines()), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError("syntax", getattr(error, "msg", "") or type(error).__name__) from error
    _measure(parsed)
    return parsed.body


def _measure(parsed: ast.AST) -> None:
    """Refuse a tree of too many nodes or too deep, without recursion."""
    stack, count = [(parsed, 0)], 0
    while stack:
        node, depth = stack.pop()
        count += 1
        if count > MAX_NODES or depth > MAX_DEPTH:
            raise ExpressionError("too-complex")
        stack.extend((child, depth + 1) for child in ast.iter_child_nodes(node)
                     if not isinstance(child, (ast.expr_context, ast.operator, ast.cmpop, ast.boolop)))
