"""Nothing a designer writes reaches Python, a file, another process or the network: what is known to break out of
sandboxes, in every field that is ever worked out, is refused when the procedure is checked."""

from __future__ import annotations

import sys
from xml.sax.saxutils import escape

import pytest

from engine import workflow
from engine.workflow.dmn import cells
from engine.workflow.dmn.cells import Seen
from engine.workflow.language import assignments, dialects, expressions
from engine.workflow.language.expressions import ExpressionError
from tests.effort import at_most
from tests.workflow.dmn import column, expressed, file, literal, output, table

CANARY = "/tmp/motcua-canary"  # noqa: S108 (never opened: that is the test)
PAYLOADS = [
    # plain Python
    f"open('{CANARY}').read()", f"__import__('os').system('touch {CANARY}')",
    "__import__('subprocess').getoutput('id')",
    "import os; os.popen('id').read()", "eval('1+1')", "exec('import os')", "compile('1', '', 'eval')", "globals()",
    "locals()",
    "vars()", "dir()", "getattr(a, '__class__')", "setattr(a, 'b', 1)", "breakpoint()", "input()", "help()", "exit()",
    "type('X', (), {})", "super()", "__builtins__", "__builtins__['open']", "__loader__.load_module('os')", "__spec__",
    # walking the classes
    "().__class__.__base__.__subclasses__()", "''.__class__.__mro__[1].__subclasses__()[40]('/etc/passwd').read()",
    "[].__class__.__base__", "{}.__class__.__bases__[0]", "a.__class__.__init__.__globals__['os'].popen('id')",
    "(1).__reduce_ex__(2)", "a.__dict__", "a['__class__'].x()", "len.__self__", "max.__call__(1, 2)", "has.__globals__",
    "(lambda: 1).__code__", "(lambda: 0).__globals__['__builtins__']", "[x for x in ().__class__.__bases__]",
    # frames, generators and coroutines, as in CVE-2023-37271
    "(x for x in [1]).gi_frame.f_builtins", "(x for x in [1]).gi_frame.f_back.f_back.f_globals",
    "[g.gi_frame for g in [0]]",
    "(lambda: (yield))().gi_frame", "(await a).cr_frame",
    # formatting, as in CVE-2023-41039 and CVE-2026-76825
    "'{0.__class__.__init__.__globals__}'.format(a)", "'{a.__class__}'.format_map({'a': 1})", "f'{a.__class__}'",
    "string.Formatter().vformat('{0.__class__}', (1,), {})", "'%s' % a.__class__", "'%(x)s' % {'x': 1}",
    # a guard shadowed by an argument, as in CVE-2026-55830; assignments and stars, as in CVE-2025-22153
    "(lambda _getattr_, /: a.x)(1)", "(_getattr_ := 1)", "[_write_ := 1][0]", "print(*[open])", "{**a}",
    "lambda *, k=open: k",
    # modules as attributes, as in CVE-2026-32640
    "datetime.sys.modules['os'].system('id')", "re.enum.sys.exit()", "math.__loader__",
    # templates, as in CVE-2016-10745 and CVE-2024-56326
    "{{ ''.__class__.__mro__ }}", "{{ config.items() }}", "{{ lipsum.__globals__ }}", "{% for x in y %}{% endfor %}",
    "'%s'|format(a)", "a|attr('__class__')", "a|map('format', 'x')",
    # Java, JavaScript and their expression languages
    "T(java.lang.Runtime).getRuntime().exec('id')", "''.getClass().forName('java.lang.Runtime')",
    "new java.io.File('x')",
    "execution.getEngineServices().getRuntimeService()", "process.mainModule.require('child_process').execSync('id')",
    "constructor.constructor('return process')()", "function() { return 1 }()", "=cmd|'/c calc'!A0",
    "${''.getClass()}", "#{T(java.lang.System).exit(0)}", "${a.getClass().forName('x')}", "@{a}", "*{a}", "$(id)",
    # running for ever, or growing
    "while True: pass", "9**9**9", "'a' * 10**9", "[0] * 10**9", "1 << 10**9", "range(10**9)", "sum(range(10**9))",
    "9" * 400,
    "some x in a satisfies x", "for x in a return x", "matches(a, '(x+)+$')", "a.matches('(x+)+$')",
]

NAMES = ["a.ag_frame.f_locals", "ast.sys.modules", "this.constructor", "a.class", "a.func_globals", "os.environ",
         "a.mro"]


def test_there_are_many():
    assert len(set(PAYLOADS)) >= 90


@pytest.fixture(scope="module")
def watched():
    """Whatever is opened, started, connected or imported while something is worked out."""
    seen: list[str] = []
    watching = [False]

    def watch(event, arguments):
        if watching[0] and event.partition(".")[0] in ("open", "subprocess", "os", "import", "socket", "exec",
                                                             "ctypes"):
            seen.append(event)
    sys.addaudithook(watch)

    def during(work):
        seen.clear()
        watching[0] = True
        try:
            return work()
        finally:
            watching[0] = False
            assert seen == []
    return during


DATA = {"a": {"b": [1, 2]}, "x": 1, "y": [1], "application": {"n": 1}}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_expression_in_any_language_gets_out(payload, watched):
    for text in (payload, f"={payload}", f"${{{payload}}}", f"#{{{payload}}}", f"x == 1 and ({payload})",
    f"[{payload}]",
                 f"={payload} = 1", f"has({payload})", f"len({payload})"):
        with at_most(1), pytest.raises(ExpressionError):
            watched(lambda text=text: expressions.evaluate(text, DATA))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_dialect_lets_it_through(payload, watched):
    for dialect in ("feel", "juel", "python"):
        wrapped = f"${{{payload}}}" if dialect == "juel" else payload
        with at_most(1), pytest.raises(ExpressionError):
            watched(lambda wrapped=wrapped, dialect=dialect: expressions.evaluate(dialects.translate(wrapped, dialect),
                                                                                  DATA))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_script_and_no_cell_lets_it_through(payload, watched):
    for script in (payload, f"z = {payload}", f"z = 1\n{payload}", f"z = ={payload}", f"a.b = ${{{payload}}}"):
        with at_most(1), pytest.raises(ExpressionError):
            watched(lambda script=script: assignments.apply(script, DATA))
    for cell in (payload, f"< {payload}", f"[1..{payload}]", f"not({payload})", f"? > 1 and {payload}",
                 f"1, {payload}"):
        for language in ("", "feel", "juel", "python"):
            with at_most(1), pytest.raises(ExpressionError):
                watched(lambda cell=cell, language=language: cells.read(cell, language).holds(Seen(1, DATA)))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_only_ever_a_key_of_the_data(name, watched):
    head, *keys = name.split(".")
    data = "plain"
    for key in reversed(keys):
        data = {key: data}
    for text in (f"={name}", f"${{{name}}}", f'={name} = "plain"', f"${{{name} == 'plain'}}"):
        assert watched(lambda text=text: expressions.evaluate(text, {head: data})) in ("plain", True)
        with pytest.raises(ExpressionError, match=r"missing|not-a-record"):
            watched(lambda: expressions.evaluate(f"={name}", {head: {}}))


BPMN = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:motcua="urn:motcua:bpmn:1"
  targetNamespace="t">
<signal id="sig" name="sig"/>
<process id="p" isExecutable="true">
  <startEvent id="application"/><sequenceFlow id="f1" sourceRef="application" targetRef="work"/>
  <userTask id="work"><extensionElements><motcua:assignment role="clerk"/></extensionElements>{loop}</userTask>
  <boundaryEvent id="late" attachedToRef="work" cancelActivity="false">
    <timerEventDefinition>{timer}</timerEventDefinition></boundaryEvent>
  <sequenceFlow id="f2" sourceRef="late" targetRef="done2"/><endEvent id="done2"/>
  <boundaryEvent id="when" attachedToRef="work">
    <conditionalEventDefinition><condition>{event}</condition></conditionalEventDefinition></boundaryEvent>
  <sequenceFlow id="f3" sourceRef="when" targetRef="done3"/><endEvent id="done3"/>
  <sequenceFlow id="f4" sourceRef="work" targetRef="note"/>
  <scriptTask id="note"><script>{script}</script></scriptTask>
  <sequenceFlow id="f5" sourceRef="note" targetRef="way"/><exclusiveGateway id="way" default="f7"/>
  <sequenceFlow id="f6" sourceRef="way" targetRef="done">
    <conditionExpression>{flow}</conditionExpression></sequenceFlow>
  <sequenceFlow id="f7" sourceRef="way" targetRef="done4"/><endEvent id="done"/><endEvent id="done4"/>
</process></definitions>"""
SOUND = {"loop": "", "timer": "<timeDuration>P5D</timeDuration>", "event": "application.n == 1", "script": "z = 1",
         "flow": "application.n == 1"}
FIELDS = {
    "condition of a flow": ("flow", "{}"), "conditional event": ("event", "{}"), "script": ("script", "z = {}"),
    "date": ("timer", "<timeDate>{}</timeDate>"), "duration": ("timer", "<timeDuration>{}</timeDuration>"),
    "cycle": ("timer", "<timeCycle>{}</timeCycle>"),
    "cardinality": ("loop", "<multiInstanceLoopCharacteristics><loopCardinality>{}</loopCardinality>"
                            "</multiInstanceLoopCharacteristics>"),
    "collection": ("loop", "<multiInstanceLoopCharacteristics><loopDataInputRef>{}</loopDataInputRef>"
                           "</multiInstanceLoopCharacteristics>"),
    "completion": ("loop",
    "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality><completionCondition>{}"
                           "</completionCondition></multiInstanceLoopCharacteristics>"),
    "loop": ("loop", '<standardLoopCharacteristics loopMaximum="3"><loopCondition>{}</loopCondition>'
                     "</standardLoopCharacteristics>"),
}


def _errors(**fields):
    drawn = BPMN.format(**{**SOUND, **fields}).encode()
    return [one for one in workflow.check({"p.bpmn": drawn}, "p") if one.severity == "error"]


def test_the_diagram_is_sound_without():
    assert _errors() == []
    assert [name for name, (field, form) in FIELDS.items() if _errors(**{field: form.format(
        {"collection": "y", "cardinality": "2", "script": "1", "date": "application.day",
        "duration": "application.span",
         "cycle": "application.cycle"}.get(name, "application.n == 1"))}) and name != "collection"] == []


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_of_a_diagram_refuses_it_at_the_check(name, watched):
    field, form = FIELDS[name]
    for payload in PAYLOADS:
        for text in (payload, f"={payload}", f"${{{payload}}}"):
            with at_most(2):
                found = watched(lambda text=text: _errors(**{field: form.format(escape(text))}))
            assert found, text
            assert "unreadable" not in {one.code for one in found}, text


@pytest.mark.parametrize("language", ["", "feel", "juel", "python"])
def test_every_field_of_a_table_refuses_it_at_the_check(language, watched):
    for payload in PAYLOADS:
        fields = {
            "input": table("t", "FIRST", [column(payload)], [output("x")], [(["1"], ["2"])]),
            "allowed": table("t", "FIRST", [column("n", values=payload)], [output("x")], [(["1"], ["2"])]),
            "cell": table("t", "FIRST", [column("n")], [output("x")], [([payload], ["2"])]),
            "output": table("t", "FIRST", [column("n")], [output("x")], [(["1"], [payload])]),
            "listed": table("t", "FIRST", [column("n")], [output("x", values=payload)], [(["1"], ["2"])]),
            "default": table("t", "FIRST", [column("n")], [output("x", default=payload)], [(["1"], ["2"])]),
            "expression": literal("t", payload),
        }
        for name, decision in fields.items():
            with at_most(2):
                found = watched(lambda decision=decision: workflow.check({"t.dmn": file(decision, language=language)}))
            codes = {one.code for one in found if one.severity == "error"}
            assert codes, (name, payload)
            assert "unreadable" not in codes, (name, payload)
    assert expressed("x", "<") == "<x><text>&lt;</text></x>"
