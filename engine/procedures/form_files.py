"""Which file of a pack is the form of which step, and which fieldset a `$ref` means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from engine.procedures import shared
from engine.workflow import Step

_FIELDSETS = ("shared/{}.json", "forms/shared/{}.json", "shared/forms/{}.json")
_OWN = ("forms/{}.json", *_FIELDSETS)
_SHARED = (*_FIELDSETS, "forms/{}.json")


def fieldset(files: Mapping[str, bytes]) -> Callable[[str], bytes | None]:
    """Give the function that finds a fieldset by name: the pack's own, else the product's."""
    def find(name: str) -> bytes | None:
        for place in _FIELDSETS:
            if place.format(name) in files:
                return files[place.format(name)]
        return shared.read(shared.installed().forms, "shared", f"{name}.json")
    return find


def place(files: Mapping[str, bytes], step: Step, slug: str) -> str | None:
    """Give the path of a step's form in the pack, or None.

    A start event that names no form has one only if a file carries its id.
    """
    name = step.form or (step.key if step.kind in ("user", "start") else None)
    if name is None:
        return None
    in_shared = step.process != slug and f"shared/{step.process}.bpmn" in files
    return next((path for path in (pattern.format(name) for pattern in (_SHARED if in_shared else _OWN))
                 if path in files), None)


def asks(step: Step, slug: str) -> bool:
    """Tell whether a step asks a person something: a user task, the start of the procedure itself, or a step that waits
    for a message for which it has a form, so that another unit answers on it."""
    return step.kind == "user" or (step.kind == "start" and step.process == slug) or (
        step.kind in ("receive", "catch") and step.form is not None)


def placed(files: Mapping[str, bytes], steps: Iterable[Step], slug: str) -> dict[tuple[str, str], str]:
    """Give the form's path for every step that has one, by process and key."""
    found = {(step.process, step.key): place(files, step, slug) for step in steps if asks(step, slug)}
    return {step: path for step, path in found.items() if path is not None}
