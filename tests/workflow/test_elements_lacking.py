"""Every element is refused where it lacks what it cannot run without, by its id."""

from __future__ import annotations

import pytest

from tests.workflow.drawing import (
    ASIDE,
    LISTENER,
    SUB,
    catch,
    ending,
    findings,
    instances,
    listening,
    on,
    script,
    sub,
    throw,
    times,
    user,
)
from tests.workflow.test_check import SOUND

BOTH = catch("q", "signal").replace("</bpmn:intermediateCatchEvent>",
                                    '<bpmn:messageEventDefinition messageRef="m"/></bpmn:intermediateCatchEvent>')
BEHIND = 's:f|<bpmn:eventBasedGateway id="o"/>|u:q|e:z|f>o|o>q|q>z'
REPEATED = "s:f|{0}|e:z|f>q|q>z"
WRONG = [
    ("missing-script", SOUND + '<bpmn:scriptTask id="q"/>'),
    ("expression", SOUND + script("q", "import os")),
    ("missing-trigger", SOUND + '<bpmn:intermediateCatchEvent id="q"/>'),
    ("missing-trigger", SOUND + '<bpmn:boundaryEvent id="q" attachedToRef="a"/>'),
    ("missing-name", SOUND + catch("q", "message", ref="none")),
    ("missing-name", SOUND + ending("q", "error", ref="")),
    ("missing-name", SOUND + throw("q", "link")),
    ("several-triggers", SOUND + BOTH),
    ("dangling-link", SOUND + throw("q", "link", link="A")),
    ("error-interrupts", SOUND + on("a", "q", "error", **ASIDE)),
    ("after-event-gateway", BEHIND),
    ("missing-number", REPEATED.format(user("q", instances()))),
    ("too-many-instances", REPEATED.format(user("q", instances("", times(1_000_000))))),
    ("listener-start", SOUND + sub("q", SUB.replace("a", "c"), LISTENER)),
    ("flow-at-listener", listening("message") + "|a>q"),
    ("uncaught-error", SOUND.replace("e:z", ending("q", "error")).replace("a>z", "a>q")),
]


@pytest.mark.parametrize(("code", "body"), WRONG, ids=[f"{code}-{number}" for number, (code, _) in enumerate(WRONG)])
def test_what_is_lacking_is_said_of_the_element_that_lacks_it(code, body):
    assert (code, "q") in findings(body)
