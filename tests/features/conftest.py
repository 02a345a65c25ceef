"""The step vocabulary for the features, and the promise that each scenario holds on both databases."""

from __future__ import annotations

from importlib import import_module

import pytest

SUBJECTS = ("story", "office", "course", "clock", "history", "tracking", "incidents", "filing_again")

pytest.register_assert_rewrite("features.steps")


def pytest_configure(config: pytest.Config) -> None:
    """Register the steps; this folder's `conftest.py` is not the top one, where `pytest_plugins` could name them."""
    for subject in SUBJECTS:
        config.pluginmanager.register(import_module(f"features.steps.{subject}"))


@pytest.fixture(autouse=True)
def on_both_databases(database_url: str) -> str:
    """Steps ask for their fixtures only when they run, too late to be parametrised; so every scenario asks here."""
    return database_url
