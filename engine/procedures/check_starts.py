"""Can the times at which cases begin by themselves be worked out? There is no case yet that they could read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from engine import workflow
from engine.domain.errors import Halted, Problem
from engine.domain.text import Text
from engine.procedures import findings
from engine.procedures.check_steps import Parts

REMEDY = Text("Viết thẳng thời điểm, chẳng hạn R/P1D hoặc 2026-12-31T08:00:00+07:00.",
              "Write the time plainly, such as R/P1D or 2026-12-31T08:00:00+07:00.")
_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def examine(parts: Parts) -> Iterator[Problem]:
    """Refuse every start event whose time cannot be worked out before there is a case."""
    for key, step in parts.definition.starts.items():
        try:
            workflow.begins_at(parts.definition, key, _ANY_DAY)
        except Halted as reason:
            yield findings.error(parts.file_of(step), "start-time", reason.message, REMEDY, key)
