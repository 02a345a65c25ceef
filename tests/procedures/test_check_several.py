"""What a condition may read of steps that are done several times, and of steps in sub-processes."""

from __future__ import annotations

import pytest

from engine.procedures import check
from tests.services.lines import Line
from tests.workflow.drawing import EACH, SUB, call, extended, instances, loop, sub, user

FORK = "x:x|u:b|e:z|e:y|{0}>x|x>b?{1} == 1|x>y?{1} != 1|b>z"


def errors(body: str, **called: str) -> list[tuple[str, str | None, str]]:
    """Give code, element and remedy of every error in a pack of a body."""
    found = check.check(Line(body, called=called).pack("drawn"))
    return [(one.code, one.element, one.remedy.en) for one in found if one.severity == "error"]


@pytest.mark.parametrize(("body", "remedy"), [
    (f"s:f|{user('a', instances(), declared=EACH)}|f>a|{FORK.format('a', 'a.y')}", "a[0].y, or use count(a)"),
    (f"s:f|{sub('q', SUB, inside=extended(EACH) + instances())}|f>q|{FORK.format('q', 'a.y')}",
     "q[0].a.y, or use count(q)"),
    (f"s:f|{call('k', 'called', EACH, instances())}|f>k|{FORK.format('k', 'k.y')}", "k[0].y, or use count(k)")],
    ids=["task", "sub-process", "call"])
def test_a_list_of_answers_is_not_read_as_one(body, remedy):
    assert errors(body, called=SUB) == [
        ("condition-reads-list", flow, f"Say which time, like {remedy}.") for flow in ("x_b", "x_y")]


DECIDES = "s:i|u:a|x:x|e:o|e:r|i>a|a>x|x>o?a.y == 1|x>r?a.y != 1"


@pytest.mark.parametrize("body", [
    f"s:f|{user('a', instances(), declared=EACH)}|f>a|{FORK.format('a', 'a[0].y')}",
    f"s:f|{sub('q', SUB)}|f>q|{FORK.format('q', 'a.y')}",
    f"s:f|{sub('q', DECIDES, inside=extended(EACH) + instances())}|e:z|f>q|q>z",
    f"s:f|{user('a', loop('a.y == 1'))}|f>a|{FORK.format('a', 'a.y')}"],
    ids=["numbered", "sub-process", "inside the instance", "loop"])
def test_what_can_be_read_as_it_is_stays_without_a_word(body):
    assert errors(body) == []
