"""The dialects of BPMN: by which namespaces a file speaks one, and in which language its expressions are written."""

from __future__ import annotations

from typing import Literal

from engine.procedures.xml_document import Document

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
OWN = "urn:motcua:bpmn:1"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
OPERATON = "http://operaton.org/schema/1.0/bpmn"
FLOWABLE = "http://flowable.org/bpmn"
ACTIVITI = "http://activiti.org/bpmn"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
MODELER = "http://camunda.org/schema/modeler/1.0"
B = "{" + BPMN + "}"

LIKE_CAMUNDA = (CAMUNDA, OPERATON, FLOWABLE, ACTIVITI)
FOREIGN = (*LIKE_CAMUNDA, ZEEBE, SPIFF)
_NAMES = {ZEEBE: "camunda-8", SPIFF: "spiff-arena", FLOWABLE: "flowable", ACTIVITI: "flowable",
          OPERATON: "operaton", CAMUNDA: "camunda-7"}
_PLATFORMS = {"camunda cloud": "camunda-8", "camunda platform": "camunda-7", "operaton": "operaton"}


Spoken = Literal["feel", "juel", "python"]
SPOKEN: tuple[Spoken, ...] = ("feel", "juel", "python")


def of(document: Document) -> str:
    """Give the dialect of a file: the one whose namespace it uses most, else what its modeler says, else `bpmn`."""
    used = dict.fromkeys(_NAMES, 0)
    for element in document.root.walk():
        for name in (element.tag, *element.attributes):
            namespace = name[1:].partition("}")[0] if name.startswith("{") else ""
            if namespace in used:
                used[namespace] += 1
    most = max(used, key=lambda namespace: used[namespace])
    if used[most]:
        return _NAMES[most]
    platform = document.root.get(f"{{{MODELER}}}executionPlatform").strip().lower()
    return _PLATFORMS.get(platform, "bpmn")


def translatable(language: str) -> Spoken | None:
    """Give the language if the workflow room translates it, else None."""
    return next((one for one in SPOKEN if one == language), None)


def language(dialect: str, text: str, declared: str = "") -> str:
    """Give the language of an expression: what it says of itself, else how it begins.

    `feel`, `juel`, `python` or `own`; a language nobody translates keeps its name. JUEL and FEEL have their marks in a
    diagram; a text without them is Python in spiff-arena, and elsewhere nothing but ours."""
    said = declared.strip().lower()
    if said and not said.startswith("http://www.w3.org/1999/xpath"):
        return next((one for one in SPOKEN if one in said), said[:60])
    if text.startswith(("${", "#{")):
        return "juel"
    if text.startswith("=") and not text.startswith("=="):
        return "feel"
    return "python" if dialect == "spiff-arena" else "own"
