"""An act of a client: what is meant before it is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """The kind of act, who does it, where it is sent, a word that no other act carries, what is said, and what it is
    done to."""

    kind: str
    account: str
    path: str
    note: str
    body: Json = field(default_factory=dict)
    target: str | None = None
