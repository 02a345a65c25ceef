"""The lines of the profile about decisions: a business rule task asks a table, and the case keeps the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.services.lines import Line
from tests.workflow.drawing import extended

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"
ASKS = '<motcua:decision ref="fee"/>'
ASKING = f's:f|<bpmn:businessRuleTask id="k">{extended(ASKS)}</bpmn:businessRuleTask>|e:z|f>k|k>z'
ORDERED = '<outputValues><text>"high", "middle", "low"</text></outputValues>'
RANKED = [("&gt; 0", '"low"'), ("&gt; 5", '"high"'), ("&gt; 9", '"middle"')]


def table(policy: str, rows: list[tuple[str, str]], *, aggregation: str = "", asked: str = "f.pages",
          of_input: str = "", of_output: str = "") -> str:
    """Draw a table with one input and one output, `amount`; more may be said of either."""
    said = f' aggregation="{aggregation}"' if aggregation else ""
    drawn = "".join(f'<rule id="r{number}"><inputEntry><text>{test}</text></inputEntry>'
                    f"<outputEntry><text>{answer}</text></outputEntry></rule>"
                    for number, (test, answer) in enumerate(rows, 1))
    return (f'<decisionTable hitPolicy="{policy}"{said}><input><inputExpression><text>{asked}</text></inputExpression>'
            f'{of_input}</input><output name="amount">{of_output}</output>{drawn}</decisionTable>')


def decision(logic: str, identity: str = "fee", before: str = "") -> str:
    """Draw a decision."""
    return f'<decision id="{identity}" name="{identity}">{before}{logic}</decision>'


def file(*decisions: str) -> bytes:
    """Draw a file of decisions."""
    inside = "".join(decisions)
    return f'<definitions xmlns="{MODEL}" id="d" name="d" namespace="urn:test">{inside}</definitions>'.encode()


def asked(answer: Mapping[str, Any], *decisions: str, pages: int = 12) -> Line:
    """Ask the decision `fee` about a case of so many pages, and expect an answer."""
    return Line(ASKING, given={"pages": pages}, passes="f k z", keeps={"k": answer},
                files={"fee.dmn": file(*decisions)})


def ranked(policy: str, answer: Any) -> Line:
    """Ask a table in which every row matches, but whose answers are listed in another order."""
    return asked({"amount": answer}, decision(table(policy, RANKED, of_output=ORDERED)))


def collected(aggregation: str, answer: Any) -> Line:
    """Ask a table of which two rows of three match."""
    rows = [("&gt; 0", "5"), ("&gt; 9", "9"), ("&gt; 20", "1")]
    return asked({"amount": answer}, decision(table("COLLECT", rows, aggregation=aggregation)))


CELLS = {"values": "11, 12", "range": "[10..20]", "open_range": "]11..20]", "comparison": "&gt;= 12",
         "not": "not(1, 2)", "condition": "? &gt; 9 and ? &lt; 20"}
DECISIONS = {
    "decision_unique": asked({"amount": 9}, decision(table("UNIQUE", [("&lt; 10", "5"), ("&gt;= 10", "9")]))),
    "decision_first": ranked("FIRST", "low"),
    "decision_any": asked({"amount": 5}, decision(table("ANY", [("&gt; 0", "5"), ("&gt; 9", "5")]))),
    "decision_priority": ranked("PRIORITY", "high"),
    "decision_rule_order": ranked("RULE ORDER", ["low", "high", "middle"]),
    "decision_output_order": ranked("OUTPUT ORDER", ["high", "middle", "low"]),
    "decision_collect": collected("", [5, 9]),
    "decision_collect_sum": collected("SUM", 14),
    "decision_collect_min": collected("MIN", 5),
    "decision_collect_max": collected("MAX", 9),
    "decision_collect_count": collected("COUNT", 2),
    "decision_literal": asked({"total": 24}, decision("<literalExpression><text>f.pages * 2</text></literalExpression>",
                                                      before='<variable name="total"/>')),
    "decision_required": asked(
        {"amount": 9}, decision("<literalExpression><text>f.pages * 2</text></literalExpression>", "double"),
        decision(table("UNIQUE", [("&lt; 20", "5"), ("&gt;= 20", "9")], asked="double"), before=(
            '<informationRequirement id="needs"><requiredDecision href="#double"/></informationRequirement>'))),
    "decision_values": asked({"amount": 5}, decision(table(
        "UNIQUE", [("12", "5")], of_input="<inputValues><text>11, 12</text></inputValues>"))),
    "decision_default": asked({"amount": 0}, decision(table(
        "UNIQUE", [("&lt; 10", "5")], of_output="<defaultOutputEntry><text>0</text></defaultOutputEntry>"))),
    **{f"decision_cell_{name}": asked({"amount": 1}, decision(table("FIRST", [(cell, "1"), ("-", "2")])))
       for name, cell in CELLS.items()},
    "decision_cell_any": asked({"amount": 1}, decision(table("FIRST", [("-", "1")]))),
    "decision_cell_date": asked({"amount": 1}, decision(table(
        "FIRST", [('&lt; date("2027-01-01")', "1"), ("-", "2")], asked='date("2026-03-09")'))),
}
