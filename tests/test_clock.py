"""The readings of the one clock: what counts as work of a thread."""

from __future__ import annotations

import gc
import threading
import time

from engine import clock


def _busy(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def test_what_a_thread_does_itself_is_its_work():
    began = clock.work()
    _busy(0.05)
    assert clock.work() - began >= 0.05


def test_what_another_thread_does_is_not():
    began = clock.work()
    other = threading.Thread(target=_busy, args=(0.2,))
    other.start()
    other.join()
    assert clock.work() - began < 0.1


def test_collecting_the_garbage_of_the_whole_process_is_not():
    held = [[number] for number in range(500_000)]
    spent, began = time.thread_time(), clock.work()
    gc.collect()
    gc.collect()
    spent, counted = time.thread_time() - spent, clock.work() - began
    assert held
    assert counted < spent / 4
