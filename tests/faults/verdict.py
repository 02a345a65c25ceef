"""The verdict on a run: figures, and every violation in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Verdict:
    """Figures of a run and every violation in words."""

    figures: dict[str, Any] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)

    def expect(self, held: bool, otherwise: str) -> None:
        """Note a violation where something does not hold."""
        if not held:
            self.violations.append(otherwise)
