"""The only reader of the system clock; everything else is given the time as an argument."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """Give the present instant in UTC."""
    return datetime.now(UTC)


def work() -> float:
    """Give the seconds of processor time this thread has had: a machine that is short of time does not count."""
    return time.thread_time()


def monotonic() -> float:
    """Give a number of seconds that only grows, to measure how long something takes."""
    return time.monotonic()
