"""What the clients of a run wrote down, read back: intents and answers by note, what was lost, and every request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = dict[str, Any]
DONE = (200, 201, 202, 303)


@dataclass
class Told:
    """What was meant and what was told. An intent without an answer that is not lost either is that of a client which
    was killed."""

    intents: dict[str, Json] = field(default_factory=dict)
    answers: dict[str, Json] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    twins: list[Json] = field(default_factory=list)
    sent: list[Json] = field(default_factory=list)

    def acknowledged(self, *kinds: str) -> dict[str, Json]:
        """Give the intents that were answered with success, by note; of all kinds where none is named."""
        return {note: self.intents[note] for note, answer in self.answers.items()
                if answer["status"] in DONE and (not kinds or self.intents[note]["kind"] in kinds)}

    def unanswered(self) -> set[str]:
        """Give the notes of intents of killed clients."""
        return self.intents.keys() - self.answers.keys() - self.lost


def read(folder: Path) -> Told:
    """Read the logs of all clients."""
    told = Told()
    for path in sorted(folder.glob("client-*.jsonl")):
        for line in _lines(path):
            if "intent" in line:
                told.intents[line["intent"]] = line
            elif "answer" in line:
                told.answers[line["answer"]] = line
            elif "lost" in line:
                told.lost.add(line["lost"])
            else:
                (told.twins if "twins" in line else told.sent).append(line)
    return told


def _lines(path: Path) -> Iterator[Json]:
    """Give the whole lines of a log: a client that was killed may have left half of its last."""
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            return
