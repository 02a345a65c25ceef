"""Writing small decision tables as DMN, and reading them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from engine.workflow import guard
from engine.workflow.checks import findings
from engine.workflow.dmn import tables
from engine.workflow.dmn.decisions import Table

LATEST = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def file(*decisions: str, namespace: str = LATEST, language: str = "") -> bytes:
    """Write a file of decisions."""
    said = f' expressionLanguage="{language}"' if language else ""
    return (f'<definitions xmlns="{namespace}" id="d" name="d" namespace="n"{said}>'
            f'{"".join(decisions)}</definitions>').encode()


def expressed(tag: str, text: str, language: str = "") -> str:
    """Write an element that holds an expression."""
    said = f' expressionLanguage="{language}"' if language else ""
    return f"<{tag}{said}><text>{escape(text)}</text></{tag}>"


def column(text: str, kind: str = "", values: str = "", language: str = "") -> str:
    """Write an input."""
    said = f' typeRef="{kind}"' if kind else ""
    allowed = expressed("inputValues", values) if values else ""
    inner = expressed("inputExpression", text, language).replace("<inputExpression", f"<inputExpression{said}")
    return f"<input>{inner}{allowed}</input>"


def output(name: str, values: str = "", default: str = "") -> str:
    """Write an output."""
    said = f' name="{name}"' if name else ""
    return (f"<output{said}>{expressed('outputValues', values) if values else ''}"
            f"{expressed('defaultOutputEntry', default) if default else ''}</output>")


def table(identity: str, policy: str, inputs: Sequence[str], outputs: Sequence[str],
          rows: Sequence[tuple[Sequence[str], Sequence[str]]], *, requires: Sequence[str] = (),
          language: str = "") -> str:
    """Write a decision with a table, whose rows are named r1, r2, … and carry an annotation."""
    written = "".join(
        f'<rule id="r{number}">{"".join(expressed("inputEntry", one, language) for one in tests)}'
        f'{"".join(expressed("outputEntry", one, language) for one in answers)}'
        f'<annotationEntry><text>because</text></annotationEntry></rule>'
        for number, (tests, answers) in enumerate(rows, 1))
    name, _, aggregation = policy.partition("/")
    summed = f' aggregation="{aggregation}"' if aggregation else ""
    return (f'<decision id="{identity}" name="{identity}">{"".join(map(requirement, requires))}'
            f'<decisionTable hitPolicy="{name}"{summed}>{"".join(inputs)}{"".join(outputs)}{written}'
            f'</decisionTable></decision>')


def literal(identity: str, text: str, *, variable: str = "", requires: Sequence[str] = (), language: str = "") -> str:
    """Write a decision that is one expression."""
    named = f'<variable name="{variable}"/>' if variable else ""
    return (f'<decision id="{identity}" name="{identity}">{named}{"".join(map(requirement, requires))}'
            f'{expressed("literalExpression", text, language)}</decision>')


def requirement(identity: str) -> str:
    """Write that another decision is required."""
    return f'<informationRequirement><requiredDecision href="#{identity}"/></informationRequirement>'


def read(*decisions: str, namespace: str = LATEST, language: str = "") -> tuple[dict[str, Table], list[str]]:
    """Read decisions; gives those that can be decided, and what was found about the rest as `element code` and the
    rows concerned."""
    found: list[str] = []

    def complain(element: str | None, code: str, facts: Mapping[str, str]) -> None:
        findings.problem(code, "x.dmn", element, facts)     # every sentence has its facts
        rows = [facts[name] for name in ("first", "second", "rule") if name in facts]
        found.append(" ".join([element or "-", code, *rows]))
    root = guard.tree(file(*decisions, namespace=namespace, language=language))
    return {one.id: one for one in tables.read(root, "x.dmn", complain)}, found


def only(*decisions: str, language: str = "") -> Table:
    """Read a file in which nothing is wrong; gives its last decision."""
    found, complaints = read(*decisions, language=language)
    assert complaints == []
    return list(found.values())[-1]
