"""Reading what a client sends to its end, also where the answer was ready before it: a server drops a kept-alive
connection whose body nobody read, and the client sees a broken connection in place of the answer."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.wsgi import LimitedStream

MOST_DRAINED = 32 * 1024 * 1024
_PIECE = 64 * 1024


def register(app: Flask) -> None:
    """Drain what is left of every request body once its answer is made, up to `MOST_DRAINED` bytes."""
    app.after_request(_drain)


def _drain(response: Response) -> Response:
    length = request.content_length or 0
    if not length:
        return response
    stream = request.__dict__.get("stream")       # what this request was read through, if it was read at all
    if not isinstance(stream, LimitedStream):
        stream = LimitedStream(request.environ["wsgi.input"], min(length, MOST_DRAINED))
    try:
        while not stream.is_exhausted and stream.read(_PIECE):
            pass
    except HTTPException:                         # the client is gone, or sent more than it may
        return response
    return response
