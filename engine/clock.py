"""The only reader of the system clock; everything else is given the time as an argument."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Give the present instant in UTC."""
    return datetime.now(UTC)
