"""The step vocabulary for the features, and the promise that each scenario holds on both databases."""

from __future__ import annotations

from importlib import import_module

import pytest
from pytest_bdd import parsers, step

pytest.register_assert_rewrite("features.steps")
playing = import_module("features.steps.playing")       # only now: what is imported before it is not rewritten
Story = import_module("features.steps.story").Story

for known in playing.vocabulary():
    step(parsers.parse(known.said.text, extra_types=known.said.readers))(known.play)


@pytest.fixture(autouse=True)
def on_both_databases(database_url: str) -> str:
    """Steps ask for their fixtures only when they run, too late to be parametrised; so every scenario asks here."""
    return database_url


@pytest.fixture
def story(database_url: str) -> object:
    """A scenario that begins, on a database of its own."""
    return Story()
