"""What the shipped procedures promise."""

from __future__ import annotations

from pytest_bdd import scenarios

scenarios("driving-licence-renewal.feature", "certified-copy.feature")
