"""The only reader of the system clock; everything else is given the time as an argument."""

from __future__ import annotations

import gc
import threading
import time
from datetime import UTC, datetime


class _Collecting(threading.local):
    """What one thread has spent on collecting garbage, which it does for the whole process: `began` is where the
    collection under way started, `spent` the sum of those before, both in seconds of the thread's processor time."""

    began = 0.0
    spent = 0.0

    def heard(self, phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            self.began = time.thread_time()
        else:
            self.spent += time.thread_time() - self.began


_collecting = _Collecting()
gc.callbacks.append(_collecting.heard)


def now() -> datetime:
    """Give the present instant in UTC."""
    return datetime.now(UTC)


def work() -> float:
    """Give the seconds of processor time this thread has had for its own work: neither a machine that is short of time
    counts nor the collection of garbage, which falls on whoever comes by and grows with all the process holds."""
    return time.thread_time() - _collecting.spent


def monotonic() -> float:
    """Give a number of seconds that only grows, to measure how long something takes."""
    return time.monotonic()
