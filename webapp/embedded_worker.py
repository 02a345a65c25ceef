"""The loop of deferred work as a thread beside the web, for an install that runs no worker of its own."""

from __future__ import annotations

from multiprocessing.util import Finalize
from threading import Event, Thread

from flask import Flask

from engine import clock, worker


def start(app: Flask) -> Event:
    """Start the worker thread of this process and give the event that ends it; at exit of the process it ends anyway.

    Each process has one; a job is leased, so that two never do the same.
    """
    stop = Event()
    thread = Thread(target=worker.run, args=(app.config.get("CLOCK", clock.now), stop), name="motcua-worker",
                    daemon=True)
    Finalize(None, _end, args=(stop, thread), exitpriority=1)       # a forked process ends without `atexit`
    thread.start()
    return stop


def _end(stop: Event, thread: Thread) -> None:
    stop.set()
    thread.join(timeout=2)
