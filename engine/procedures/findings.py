"""How a finding about a procedure's files is made; the findings themselves live with the rules that make them."""

from __future__ import annotations

from engine.domain.errors import InvalidProcedure, Problem
from engine.domain.text import Text


def error(file: str, code: str, message: Text, remedy: Text, element: str | None = None) -> Problem:
    """Give a finding that keeps the procedure from being published."""
    return Problem(file, element, "error", code, message, remedy)


def warning(file: str, code: str, message: Text, remedy: Text, element: str | None = None) -> Problem:
    """Give a finding that a person should look at before publishing."""
    return Problem(file, element, "warning", code, message, remedy)


def info(file: str, code: str, message: Text, remedy: Text, element: str | None = None) -> Problem:
    """Give a finding that is only said, not judged."""
    return Problem(file, element, "info", code, message, remedy)


def refusal(file: str, code: str, message: Text, remedy: Text) -> InvalidProcedure:
    """Give the exception for a file that cannot be read further at all."""
    return InvalidProcedure([error(file, code, message, remedy)])
