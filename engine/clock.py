"""The only reader of the system clock; everything else is given the time as an argument."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """Give the present instant in UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Give a number of seconds that only grows, to measure how long something takes."""
    return time.monotonic()
