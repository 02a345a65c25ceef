"""What the system itself promises, whatever the procedure."""

from __future__ import annotations

from pytest_bdd import scenarios

scenarios("office")
