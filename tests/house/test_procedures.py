"""Every procedure shipped with the product passes its own check, without an error or a warning."""

from __future__ import annotations

import pytest

from engine.adapters import handlers
from engine.procedures import check, pack
from engine.services import procedures

assert procedures.registries        # registers the handlers that shipped diagrams may name


def test_there_are_procedures() -> None:
    assert {"driving-licence-renewal", "certified-copy"} <= set(pack.available())


@pytest.mark.parametrize("slug", pack.available())
def test_the_procedure_passes_its_check(slug: str) -> None:
    problems = check.check(pack.gather(slug), handlers=handlers.names())
    assert [(problem.code, problem.element, problem.message.en) for problem in problems
            if problem.severity != "info"] == []
