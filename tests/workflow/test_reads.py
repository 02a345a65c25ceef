"""What an expression reads must have been stored on some way that leads to it: found before the first case stops."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from engine import workflow
from engine.domain.errors import Halted
from engine.workflow.checks import reads
from tests.workflow import dmn, drawing
from tests.workflow.drawing import DAY, call, condition, extended, instances, on, script, sub, times, user
from tests.workflow.making import NOW
from tests.workflow.random_diagrams import Random, blocks
from tests.workflow.test_random_events import ANSWERS, choose, move

LATER, NEVER = "reads-later", "never-read"
CHOICE = "s:f|u:a|x:x|u:b|e:z|e:y|f>a|a>x|x>b{0}|x>y{1}|b>z"
AGAIN = "s:f|x:m|u:a|x:x|u:b|e:z|f>m|m>a|a>x|x>b{0}|x>z{1}|b>m"
SIDES = "s:f|g:g|u:a|u:b|g:j|x:x|u:c|e:z|f>g|g>a|g>b|a>j|b>j|j>x|x>c{0}|x>z{1}|c>z"
TABLE = dmn.table("d", "FIRST", [dmn.column("{0}.way"), dmn.column("f.a")], [dmn.output("fee")], [
    (["1", "-"], ["1"]), (["-", "2"], ["2"])])
ASKED = '<bpmn:businessRuleTask id="r">' + extended('<motcua:decision ref="d"/>') + "</bpmn:businessRuleTask>"
TEST_FIRST = ' testBefore="true"'
EACH = '<motcua:each in="{0}" as="office"/>'


def told(body: str, **others: str) -> set[tuple[str, str | None, str]]:
    """Give what is found about readings: code, element and severity."""
    return {(one.code, one.element, one.severity) for one in workflow.check(drawing.files(body, **others), "p")
            if one.code in (LATER, NEVER)}


WRONG = [
    # a gateway before the step whose answer it asks for; also where the case comes back from that step
    (CHOICE.format("?b.way == 1", "?b.way != 1"), {"x_b", "x_y"}),
    (AGAIN.format("?b.way == 1", "?a.way != 1"), {"x_b"}),
    # behind two branches
    (SIDES.format("?c.way == 1", "?a.way == 1"), {"x_c"}),
    # in the middle of a calculation, as the value of a function, in both halves of a choice
    (CHOICE.format("?count(b.list) + 1 == 1", "?a.way == 1"), {"x_b"}),
    (CHOICE.format("?(b.way if a.way == 1 else b.way) == 1", "?a.way == 1"), {"x_b"}),
    # a second condition reads what no way stores before
    (CHOICE.format("?a.way == 1", "?b.way == 1"), {"x_y"}),
    # scripts, times, how often, the end of it
    (f"s:f|{script('c', 'v = b.way')}|u:b|e:z|f>c|c>b|b>z", {"c"}),
    (f"s:f|{script('c', 'v = w + 1; w = 2')}|u:b|e:z|f>c|c>b|b>z", {"c"}),
    (f"s:f|{drawing.catch('c', 'timer', '<bpmn:timeDate>b.day</bpmn:timeDate>')}|u:b|e:z|f>c|c>b|b>z", {"c"}),
    (f"s:f|u:a|{on('a', 't', 'timer', '<bpmn:timeDate>a.day</bpmn:timeDate>')}|e:z|e:y|f>a|a>z|t>y", {"t"}),
    (f"s:f|{user('a', instances(), declared=EACH.format('b.list'))}|u:b|e:z|f>a|a>b|b>z", {"a"}),
    (f"s:f|{user('a', instances('', times('{0}').replace('{0}', 'b.way')))}|u:b|e:z|f>a|a>b|b>z", {"a"}),
    # what the interrupted step itself would have stored
    (f"s:f|u:a|{on('a', 't', 'timer', DAY)}|x:x|u:b|e:z|e:y|f>a|a>z|t>x|x>b?a.way == 1|x>y?f.a == 1|b>y", {"x_b"}),
    # in a sub-process, of what comes behind it
    (f"s:f|{sub('q', 's:i|x:x|u:a|e:o|i>x|x>a?b.way == 1|x>o?f.a == 1|a>o')}|u:b|e:z|f>q|q>b|b>z", {"x_a"}),
]
RIGHT = [
    CHOICE.format("?a.way == 1", "?a.way != 1"),
    CHOICE.format("?f.a == 1 and a.way == 1", "?f.a != 1"),
    AGAIN.format("?a.way == 1", "?b.way == 1"),         # asked only where the first condition no longer holds
    AGAIN.format("?a.way == 2 and b.way == 1", "?a.way != 2"),
    AGAIN.format("?has(b.way) and b.way == 1", "?not has(b.way)"),
    SIDES.format("?a.way == 1", "?b.way == 1"),
    # the other branch may have been quicker
    "s:f|g:g|u:a|x:x|u:b|u:c|g:j|e:z|f>g|g>a|g>c|c>x|x>b?a.way == 1|x>m?a.way != 1|b>m|"
    "x:m|m>j|a>j|j>z",
    f"s:f|{script('c', 'w = 2; v = w + 1')}|e:z|f>c|c>z",
    f"s:f|u:a|{on('a', 't', 'timer', DAY, **drawing.ASIDE)}|x:x|u:b|e:z|e:y|f>a|a>z|t>x|"
    "x>b?a.way == 1|x>y?f.a == 1|b>y",
    f"s:f|{drawing.service('a')}|{on('a', 't', 'error')}|x:x|u:b|e:z|e:y|f>a|a>z|t>x|x>b?a.error == 'lost'|"
    "x>y?a.error != 'lost'|b>y",
    f"s:f|{sub('q', 's:i|u:a|e:o|i>a|a>o')}|{on('q', 't', 'timer', DAY)}|x:x|u:b|e:z|e:y|f>q|q>z|t>x|"
    "x>b?a.way == 1|x>y?f.a == 1|b>y",
    drawing.listening("message").replace("u:c", "u:c|x:k|e:l").replace("c>o", "c>k|k>o?b.way == 1|k>l?b.way != 1"),
    f"s:f|{drawing.catch('c', 'conditional', condition('b.way == 1'))}|u:b|g:g|g:j|e:z|f>g|g>c|g>b|c>j|b>j|j>z",
    f"s:f|u:b|{user('a', instances('', drawing.enough('a[0].way == 1') + times(2)))}|e:z|f>b|b>a|a>z",
    f"s:f|{user('a', drawing.loop('a.way == 1', TEST_FIRST))}|e:z|f>a|a>z",
]


@pytest.mark.parametrize(("body", "elements"), WRONG)
def test_what_reads_what_comes_later_is_refused(body, elements):
    assert told(body) == {(LATER, element, "error") for element in elements}


@pytest.mark.parametrize("body", RIGHT)
def test_what_may_be_there_is_not_complained_of(body):
    assert told(body) == set()
    assert not [one for one in workflow.check(drawing.files(body), "p") if one.severity == "error"]


@pytest.mark.parametrize(("text", "severity"), [
    ("has(b.way) and b.way == 1", "warning"), ("a.way == 1 and b.way == 1", "warning"), ('=b.way = 1', "warning"),
    ("b.way == 1", "error")])
def test_what_is_asked_with_care_but_can_never_be_there_is_a_warning(text, severity):
    found = told(CHOICE.format("?a.way == 1", "?" + text))
    assert found == {(LATER if severity == "error" else NEVER, "x_y", severity)}


@pytest.mark.parametrize(("order", "found"), [("f>r|r>b|b>z", {(LATER, "r", "error")}), ("f>b|b>r|r>z", set())])
def test_a_table_reads_what_is_there(order, found):
    files = drawing.files(f"s:f|{ASKED}|u:b|e:z|{order}") | {"d.dmn": dmn.file(TABLE.replace("{0}", "b"))}
    problems = workflow.check(files, "p")
    assert {(one.code, one.element, one.severity) for one in problems} == found


def test_an_input_that_not_every_row_asks_about_may_come_later():
    again = f"s:f|x:m|{ASKED}|u:b|x:x|e:z|f>m|m>r|r>b|b>x|x>m?b.way == 1|x>z?b.way == 2"
    first = dmn.table("d", "FIRST", [dmn.column("f.a"), dmn.column("b.way")], [dmn.output("fee")], [
        (["1", "-"], ["1"]), (["-", "2"], ["2"])])
    assert workflow.check(drawing.files(again) | {"d.dmn": dmn.file(first)}, "p") == []


@pytest.mark.parametrize(("order", "found"), [("f>k|k>b|b>z", {(LATER, "x_o", "error")}), ("f>b|b>k|k>z", set())])
def test_a_called_process_reads_what_its_callers_have_stored(order, found):
    inner = "s:i|u:a|x:x|u:c|e:o|i>a|a>x|x>o?b.way == 1|x>c?a.way == 1|c>o"
    assert told(f"s:f|{call('k', 'c1')}|u:b|e:z|{order}", c1=inner) == found


def test_what_was_published_before_it_was_looked_at_is_still_read():
    body = WRONG[0][0]
    read = workflow.read(drawing.files(body), "p")
    position = workflow.start(read, None, NOW)
    with pytest.raises(Halted) as halt:
        workflow.complete(read, position.state, position.waiting[0].id, {"way": 1}, NOW)
    assert halt.value.code == "expression"


@pytest.mark.parametrize(("text", "names"), [
    ("a.b == c.d", "a c"), ("a.b < c.d < e.f", "a c"), ("a.b and c.d", "a"), ("has(a) and a.b", ""), ("not a.b", "a"),
    ("[a, b] == c", "a b c"),
    ("a.b if c.d else e.f", "c"), ("a.b if c.d else a.c", "a c"), ("max(a.b, c[d.e])", "a c d"),
])
def test_what_is_read_whatever_the_data_are(text, names):
    assert reads.certainly(text) == frozenset(names.split())


class Careless(Random):
    """A diagram whose scripts and first choices read any answer, whether or not it is there by then."""

    def leaf(self, kind, before, condition):
        if kind != "script":
            return super().leaf(kind, before, condition)
        key = self.name("n")
        return self.put(key, script(key, f"{key}.v = @{len(self.parts) * 7}@.way + 1"), before, condition)

    def _xor(self, blocks, before, condition, way):
        choice, merge = self._gateways("x", "exclusiveGateway")
        self.parts.append(f"{before}>{choice}{condition}")
        for place, one in enumerate(blocks[:2]):
            test = f"?@{way}@.way % 2 == 0" if not place else "?f.a &gt;= 0"
            self.parts.append(f"{self.draw(one, choice, test)}>{merge}")
        return merge

    def read(self, block) -> dict[str, bytes]:
        """Draw it with the answers of steps that are there somewhere."""
        files = self.files(block)
        users = sorted({one for text in files.values() for one in re.findall(rb'userTask id="(t[0-9]+)"', text)})
        return {name: re.sub(b"@([0-9]+)@", lambda one: users[int(one[1]) % len(users)] if users else b"f", text)
                for name, text in files.items()}


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(block=blocks(3, 10, ["user", "user", "script", "service", "catch_message"]), data=st.data())
def test_no_case_ever_passes_what_is_refused(block, data):
    files = Careless().read(block)
    problems = [one for one in workflow.check(files, "p") if one.severity == "error"]
    refused = {one.element for one in problems if one.code == LATER}
    if len(refused) < len(problems):
        return
    read, now = workflow.read(files, "p"), NOW
    try:
        case = workflow.start(read, {"a": data.draw(ANSWERS)}, now)
        for _ in range(12):
            assert not refused & {name for one in case.passed for name in (one.key, one.flow, *one.joined)}
            if case.ended:
                return
            act = choose(data, case)
            now = max(now, case.next_timer) if act[0] == "fire" else now
            case = move(read, case, act, now)
    except Halted as halt:
        event(f"{halt.code}, refused: {bool(refused)}")
