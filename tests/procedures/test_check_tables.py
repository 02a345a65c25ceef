"""What a decision table or a start event reads is held against what there is to read."""

import pytest

from engine.procedures import check
from engine.procedures.pack import Pack
from tests.procedures.packs import DIAGRAM, changed
from tests.workflow import dmn

ASK = ('<bpmn:businessRuleTask id="fee"><bpmn:extensionElements><motcua:decision ref="{0}"/></bpmn:extensionElements>'
       '</bpmn:businessRuleTask><bpmn:sequenceFlow id="f9" sourceRef="fee" targetRef="done"/></bpmn:process>')
TIMED = ('<bpmn:startEvent id="monthly"><bpmn:timerEventDefinition><bpmn:time{0}>{1}</bpmn:time{0}>'
         '</bpmn:timerEventDefinition></bpmn:startEvent><bpmn:sequenceFlow id="f8" sourceRef="monthly" '
         'targetRef="receive"/></bpmn:process>')


def codes(content):
    return [(one.code, one.file, one.element, one.severity) for one in check.check(content)
            if one.code not in ("text-untranslated", "implicit-split", "form-filing")]


def asking(tables, decision="fee"):
    content = changed(("</bpmn:process>", ASK.format(decision)),
                      ('sourceRef="verify" targetRef="done"', 'sourceRef="verify" targetRef="fee"'))
    return Pack({**content.files, "fees.dmn": tables})


def table(identity, column, **more):
    return dmn.table(identity, "FIRST", [dmn.column(column)], [dmn.output("amount")], [(["-"], ["1"])], **more)


@pytest.mark.parametrize(("column", "found"), [
    ("receive.outcome", []), ("verify.licence_class", [("decision-field-unknown", "fees.dmn", "fee", "warning")]),
    ("receive.outcome.more", [("decision-field-unknown", "fees.dmn", "fee", "warning")]), ("1 + 1", [])])
def test_an_input_that_reads_a_field_no_form_has_is_a_warning(column, found):
    assert codes(asking(dmn.file(table("fee", column)))) == found


def test_a_required_table_is_looked_at_and_one_nobody_asks_is_not():
    tables = dmn.file(table("zone", "receive.zone"), table("unused", "receive.nothing"),
                      table("fee", "zone.amount", requires=["zone"]))
    assert codes(asking(tables)) == [("decision-field-unknown", "fees.dmn", "zone", "warning")]


@pytest.mark.parametrize(("form", "time", "found"), [
    ("Cycle", "R/P30D", []), ("Date", "2026-12-31T08:00:00+07:00", []), ("Duration", "duration(\"P1D\")", []),
    ("Date", "application.day", [("start-time", "process.bpmn", "monthly", "error")]),
    ("Duration", "1 + 1", [("start-time", "process.bpmn", "monthly", "error")])])
def test_a_time_that_begins_a_case_cannot_read_one(form, time, found):
    assert codes(changed(("</bpmn:process>", TIMED.format(form, time)))) == found
    assert "monthly" not in DIAGRAM
