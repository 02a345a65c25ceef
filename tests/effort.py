"""How much work something is, for the tests that hold a bound on it. What is measured is the processor time of the
one thread that does the work, without the collection of what other tests left lying about: a busy machine, another
thread or a long test run must not decide whether a bound holds."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fail when the block takes more than so many seconds of work."""
    collecting = gc.isenabled()
    gc.disable()
    began = time.thread_time()
    try:
        yield
        taken = time.thread_time() - began
    finally:
        if collecting:
            gc.enable()
    assert taken < seconds, f"{taken:.2f} s of work, at most {seconds} s allowed"
