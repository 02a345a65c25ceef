"""Asking what may never answer, and answering in time all the same."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Generic, TypeVar

from engine import clock
from engine.domain.errors import Unavailable
from engine.domain.text import Text

T = TypeVar("T")
log = logging.getLogger("motcua.web")
_MOST = 4           # questions left hanging at once: each may hold a connection
_SILENT = Text("Cơ sở dữ liệu không trả lời kịp.", "The database does not answer in time.")


@dataclass
class _Question(Generic[T]):
    began: float
    done: Event = field(default_factory=Event)
    answer: T | None = None


class Patient(Generic[T]):
    """Asks in a thread of its own and waits `seconds` for the answer; who asks meanwhile waits for the same one. A
    question that hangs is left behind, and after the wait another is begun, so that it is noticed when the other side
    comes back."""

    def __init__(self, ask: Callable[[], T], seconds: float) -> None:
        self._ask, self._seconds = ask, seconds
        self._lock = Lock()
        self._open: list[_Question[T]] = []

    def __call__(self) -> T:
        """Give the answer.

        Raises:
            Unavailable: there is none in time, or asking failed.
        """
        question = self._question()
        if question.done.wait(self._seconds) and question.answer is not None:
            return question.answer
        raise Unavailable(_SILENT)

    def _question(self) -> _Question[T]:
        with self._lock:
            self._open = [one for one in self._open if not one.done.is_set()]
            fresh = [one for one in self._open if clock.monotonic() - one.began < self._seconds]
            if fresh:
                return fresh[-1]
            if len(self._open) >= _MOST:
                return self._open[-1]
            question: _Question[T] = _Question(clock.monotonic())
            self._open.append(question)
        Thread(target=self._answer, args=(question,), name="motcua-question", daemon=True).start()
        return question

    def _answer(self, question: _Question[T]) -> None:
        try:
            question.answer = self._ask()
        except Unavailable:
            pass                # that is the answer, and it was said to whoever asks for pages
        except Exception:
            log.exception("a question about the health failed")
        finally:
            question.done.set()
