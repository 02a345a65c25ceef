"""A procedure drawn in a stock modeler, with no prefix of ours, is the same procedure and behaves the same."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from engine import workflow
from engine.adapters import handlers
from engine.procedures import check, feature_files, pack, procedure
from engine.procedures.pack import Pack
from engine.workflow import Definition
from features.steps import playing
from tests.procedures import plain_modeler

SLUGS = ["driving-licence-renewal", "certified-copy"]
WAYS = ["camunda", "zeebe", "camunda7", "camunda8"]


def _again(slug: str, way: str) -> Pack:
    shipped = pack.gather(slug)
    if way in plain_modeler.SPACES:
        return plain_modeler.drawn_again(shipped, way)
    return plain_modeler.filled_in(shipped, way)


def _facts(read: Definition) -> dict[str, object]:
    """All a definition says; its hash names the bytes, and the library's specs know no equality."""
    return {field.name: getattr(read, field.name) for field in dataclasses.fields(read)
            if field.name not in ("hash", "specs")}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("slug", SLUGS)
def test_it_gives_the_same_definition(slug: str, way: str) -> None:
    shipped = workflow.read(pack.gather(slug).diagrams(), slug)
    again = workflow.read(_again(slug, way).diagrams(), slug)
    assert shipped.hash != again.hash
    assert any(step.clock for step in again.steps.values())
    assert _facts(shipped) == _facts(again)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("slug", SLUGS)
def test_it_passes_the_check_without_a_finding(slug: str, way: str) -> None:
    content = _again(slug, way)
    assert procedure.load(content).slug == slug
    assert check.check(content, handlers=handlers.names()) == []


@pytest.mark.parametrize("way", WAYS)
def test_it_keeps_every_promise_of_the_procedure(way: str, tmp_path: Path) -> None:
    content = _again("driving-licence-renewal", way)
    scenarios, problems = feature_files.read(content.files)
    assert problems == []
    assert len(scenarios) >= 13
    played = playing.play_each(scenarios, {"driving-licence-renewal": content}, None, tmp_path)
    assert [fault for fault in played if fault is not None] == []
