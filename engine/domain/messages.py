"""Messages and signals of a case: under which names it waits for them, and in which order they are delivered.

What a case waits for from the system stands in `Case.pending`, name → instant. A message that came early is
`message:<seq>:<name>`, by the event that took it in; something sent that is still to be brought to its receiver is
`send:<seq>.<n>`, by the event and the place in it; a signal waited for is `signal:<name>`. What is not to be done yet
is due in `NEVER`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime

from engine.domain import audit

MOST_BUFFERED = 100     # messages that one case keeps for later
MOST_ID = 100           # characters of the id by which a sender names a message
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_NEVER = audit.stamp(NEVER)
_MESSAGE, _SEND, _SIGNAL = "message:", "send:", "signal:"


def buffered(seq: int, name: str) -> str:
    """Name a message that waits to be delivered, by the event that took it in."""
    return f"{_MESSAGE}{seq}:{name}"


def sending(seq: int, number: int) -> str:
    """Name something sent that is still to be brought to its receiver, by its event and the place in it, from 0."""
    return f"{_SEND}{seq}.{number}"


def signal(name: str) -> str:
    """Name a signal that is waited for."""
    return f"{_SIGNAL}{name}"


def of_buffered(key: str) -> tuple[int, str]:
    """Give the event that took a message in, and its name, from the key of its job, `<seq>:<name>`."""
    seq, _, name = key.partition(":")
    return int(seq), name


def of_sending(key: str) -> tuple[int, int]:
    """Give the event in which something was sent, and the place in it, from the key of its job, `<seq>.<n>`."""
    seq, _, number = key.partition(".")
    return int(seq), int(number)


def in_order(pending: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give the messages that wait to be delivered, each with its name, the oldest first."""
    found = sorted((*of_buffered(key.removeprefix(_MESSAGE)), key) for key in pending if key.startswith(_MESSAGE))
    return [(key, name) for _, name, key in found]


def arranged(pending: Mapping[str, str], awaited: Iterable[Collection[str]], now: str) -> dict[str, str]:
    """Give when each early message is to be delivered: for each step that waits the oldest of its names at once, the
    others not before another step waits. `awaited` are the names each waiting step goes by, `now` a stamp."""
    found = {key: _NEVER for key, _ in in_order(pending)}
    for names in awaited:
        oldest = next((key for key, name in in_order(pending) if name in names and found[key] == _NEVER), None)
        if oldest is not None:
            found[oldest] = now if pending[oldest] == _NEVER else pending[oldest]
    return found


def unsent(pending: Mapping[str, str]) -> dict[str, str]:
    """Give what was sent and is still to be brought to its receiver; it leaves the case even when that is over."""
    return {key: due for key, due in pending.items() if key.startswith(_SEND)}


def listening(names: Iterable[str]) -> dict[str, str]:
    """Give the entries by which a signal finds a case that waits for it; nothing is due before one comes."""
    return {signal(name): _NEVER for name in sorted(names)}
