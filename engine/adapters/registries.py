"""Stand-ins for outside registers, answering from made-up data, until an agency connects the real ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.adapters.handlers import register

HELD_LICENCES = frozenset({"990000000009"})


@register("registry.driving_licence")
def driving_licence(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Say whether a licence is held or has open fines: the stand-in knows one held licence, `990000000009`.

    Reads `application.licence_no`. A query changes nothing outside, so the key is not needed.
    """
    application = data.get("application")
    number = application.get("licence_no") if isinstance(application, Mapping) else None
    return {"found": bool(number), "held": number in HELD_LICENCES, "source": "stand-in"}
