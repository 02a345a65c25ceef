"""The one language of conditions, decision cells, timers and required papers: Python's notation for values and
comparisons, translated once into closures that we wrote ourselves. A dot reads a key of a record and nothing
else; no attribute of a Python object, no free call, no loop, and the work and size of every step are bounded.

Why not simpleeval: `verify.items` gives it the method of the dict when the form has a field called `items`, and
it has no budget of steps. Nothing here evaluates text with Python's own `eval`.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.workflow.language import closures, dialects, notation
from engine.workflow.language.closures import Closure
from engine.workflow.language.operators import RESERVED, Work
from engine.workflow.language.reasons import ExpressionError

__all__ = ["NAME", "RESERVED", "Expression", "ExpressionError", "Work", "evaluate", "holds", "names", "translate"]

NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Expression:
    """A translated expression: its text, the names it reads from the data, and the closure that answers it."""

    text: str
    names: frozenset[str]
    run: Closure


def evaluate(text: str, data: Mapping[str, Any]) -> Any:
    """Answer an expression over `data`; the same text and data give the same answer always.

    Raises:
        ExpressionError: the text is not allowed, a name is missing, or the values do not fit the operators.
    """
    return answer(translate(text), data)


def answer(expression: Expression, data: Mapping[str, Any]) -> Any:
    """Answer an expression that was translated before.

    Raises:
        ExpressionError: a name is missing, or the values do not fit the operators.
    """
    try:
        return expression.run(data, Work())
    except ExpressionError:
        raise
    except RecursionError as error:
        raise ExpressionError("too-complex") from error
    except (TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise ExpressionError("failed", str(error)[:200]) from error


def holds(text: str, data: Mapping[str, Any]) -> bool:
    """Tell whether a condition is true; a condition must answer `True` or `False`, nothing merely "truthy".

    Raises:
        ExpressionError: as `evaluate`, or the answer is not a truth value (`not-boolean`).
    """
    answer = evaluate(text, data)
    if answer is not True and answer is not False:
        raise ExpressionError("not-boolean", type(answer).__name__)
    return answer


def names(text: str) -> frozenset[str]:
    """Give the names an expression reads from the data of the case.

    Raises:
        ExpressionError: the text is not allowed.
    """
    return translate(text).names


@functools.lru_cache(maxsize=4096)
def translate(text: str) -> Expression:
    """Check a text against the language and translate it; results are kept, so a second call is free.

    Raises:
        ExpressionError: the text is not allowed; nothing of it has run.
    """
    run, found = closures.build(parsed(text))
    return Expression(text, found, run)


def parsed(text: str) -> ast.expr:
    """Parse a text of the language or of a dialect; what its nodes are is not judged here.

    Raises:
        ExpressionError: too long, too complex, not written correctly, or not to be said in the language.
    """
    return notation.tree(dialects.native(text))
