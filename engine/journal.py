"""What a process writes about its own running: one line an event on the error stream, as text or as JSON.

A line says what happened in fixed words, and facts beside them: route patterns, kinds, ids of jobs, durations. Never
what people typed, names, accounts, codes of cases or addresses asked for: values given to a message are left out, and
of an exception stand its type and the places in the code, not its message. Who did what is in the AuditEvents.

Nothing but the standard library is loaded here: the process above the serving processes uses it too.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal, TextIO

Style = Literal["text", "json"]
_LONGEST = 500
_MOST_PLACES = 12       # of an exception: the innermost


def facts(**known: str | int | float | bool | None) -> dict[str, Any]:
    """Give facts as the `extra` of a log call. They are for people who run the machine: nothing personal is one."""
    return {"facts": known}


def begin(style: Style, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Let everything this process logs from `level` up go to the error stream, one line an event."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Lines(style))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def server_settings(style: Style) -> dict[str, Any]:
    """Give how the server above the serving processes logs, in the form of `logging.config.dictConfig`."""
    return {
        "formatters": {"lines": {"()": Lines, "style": style}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stderr"}},
        "loggers": {"_granian": {"handlers": ["console"], "level": "INFO", "propagate": False}},
    }


class Lines(logging.Formatter):
    """Writes an event as one line; whatever could end a line or turn its direction is written as its number."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.as_json = style == "json"

    def format(self, record: logging.LogRecord) -> str:
        """Write one event."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        said = {"at": at, "level": record.levelname.lower(), "logger": record.name, "event": str(record.msg)[:_LONGEST],
                **getattr(record, "facts", {})}
        if record.exc_info and record.exc_info[0] is not None:
            said |= {"error": record.exc_info[0].__name__, "where": places(record.exc_info[2])}
        return json.dumps(said, default=str) if self.as_json else _line(said)


def places(trace: TracebackType | None) -> str:
    """Give where an exception came from, the innermost place last, without a word of what was handled there."""
    frames = traceback.extract_tb(trace)[-_MOST_PLACES:]
    return " > ".join(f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames)


def _short(path: str) -> str:
    return "/".join(path.replace("\\", "/").rsplit("/", 2)[-2:])


def _line(said: dict[str, Any]) -> str:
    head = f"{said.pop('at')} {said.pop('level').upper()} {said.pop('logger')}: {_plain(said.pop('event'))}"
    return " ".join([head, *(f"{name}={_plain(str(value))}" for name, value in said.items() if value is not None)])


def _plain(text: str) -> str:
    """Write control signs, line ends of any script and signs that turn the direction as `\\uXXXX`."""
    return "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in text[:_LONGEST * 4])
