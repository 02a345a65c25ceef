"""The lines of the profile that run: where a case begins, what it waits for, sends and ends by, what interrupts it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.services.lines import Act, Line, by_message, by_signal, by_time, do, flood, tell, wait
from tests.workflow.drawing import (
    ASIDE,
    DAY,
    LISTENER,
    TERMINATE,
    catch,
    condition,
    ending,
    event,
    on,
    service,
    sub,
    throw,
)

WEEKLY = "<bpmn:timeCycle>R/P7D</bpmn:timeCycle>"
DATE = "<bpmn:timeDate>2026-03-10T09:00:00+07:00</bpmn:timeDate>"
TRUE = condition("a.y == 1")
LOST = {"code": "lost", "element": "o"}

STARTS = {
    "start_none": Line("s:f|e:z|f>z", given={"no": 1}, passes="f z", keeps={"f": {"no": 1}}),
    "start_message": Line(f"{event('startEvent', 'k', 'message')}|u:a|e:z|k>a|a>z", (do("a"),), {"no": 1},
                          passes="k a z", keeps={"k": {"no": 1}}, begins=by_message),
    "start_signal": Line(f"{event('startEvent', 'k', 'signal')}|u:a|e:z|k>a|a>z", (do("a"),), {"level": 3},
                         passes="k a z", keeps={"k": {"level": 3}}, begins=by_signal),
    "start_timer": Line(f"{event('startEvent', 'k', 'timer', WEEKLY)}|u:a|e:z|k>a|a>z", (do("a"),), passes="k a z",
                        begins=by_time),
    "start_conditional": Line(f"s:f|{event('startEvent', 'k', 'conditional', condition('k.urgent == 1'))}|u:a|u:b|e:z|"
                              "f>b|k>a|a>z|b>z", (do("a"),), {"urgent": 1}, passes="k a z", keeps={"k": {"urgent": 1}}),
}


def waited(kind: str, inside: str, acts: tuple[Act, ...], keeps: Mapping[str, Any]) -> Line:
    """Wait for an event in the flow."""
    return Line(f"s:f|{catch('k', kind, inside)}|e:z|f>k|k>z", acts, passes="f k z", keeps=keeps)


LINKED = f"{throw('t', 'link', link='A')}|{catch('k', 'link', link='A')}"
MEANWHILE = f"s:f|g:g|u:a|{catch('k', 'conditional', TRUE)}|g:j|e:z|f>g|g>a|g>k|a>j|k>j|j>z"
ON_THE_WAY = "s:f|{0}|e:z|f>t|t>z"
SLOW = sub("q", f"s:i|u:a|{throw('o', 'escalation')}|u:b|e:p|i>a|a>o|o>b|b>p")
IN_THE_FLOW = {
    "catch_message": waited("message", "", (tell("extract", pages=2),), {"k": {"pages": 2}}),
    "catch_signal": waited("signal", "", (flood(level=3),), {"k": {"level": 3}}),
    "catch_timer": waited("timer", DAY, (wait(25),), {}),
    "catch_timer_date": waited("timer", DATE, (wait(25),), {}),
    "catch_conditional": Line(MEANWHILE, (do("a", y=1),), passes="f g a k j z"),
    "link": Line(f"s:f|{LINKED}|e:z|f>t|k>z", passes="f t k z"),
    "throw_none": Line(ON_THE_WAY.format('<bpmn:intermediateThrowEvent id="t"/>'), passes="f t z"),
    "throw_message": Line(ON_THE_WAY.format(throw("t", "message")), passes="f t z"),
    "throw_signal": Line(f"s:f|g:g|{catch('k', 'signal')}|u:a|{throw('t', 'signal')}|g:j|e:z|"
                         "f>g|g>k|g>a|a>t|t>j|k>j|j>z", (do("a"),), passes="f g a t k j z"),
    "throw_escalation": Line(f"s:f|{SLOW}|{on('q', 'k', 'escalation', **ASIDE)}|u:c|e:y|e:z|f>q|q>z|k>c|c>y",
                             (do("q/a"), do("c"), do("q/b")), passes="f q/i q/a q/o k c y q/b q/p q z",
                             keeps={"k": {"code": "slow", "element": "o"}}),
}

FAILS = sub("q", f"s:i|u:a|{ending('o', 'error')}|i>a|a>o")
SLOWLY = sub("q", f"s:i|u:a|{ending('o', 'escalation')}|i>a|a>o")
BEHIND = "u:c|e:y|e:z|f>q|q>z|k>c|c>y"
ENDS = {
    "end_none": STARTS["start_none"],
    "end_message": Line(f"s:f|{ending('t', 'message')}|f>t", passes="f t"),
    "end_signal": Line(f"s:f|{ending('t', 'signal')}|f>t", passes="f t"),
    "end_error": Line(f"s:f|{FAILS}|{on('q', 'k', 'error')}|{BEHIND}", (do("q/a"), do("c")),
                      passes="f q/i q/a q/o k c y", keeps={"k": LOST}),
    "end_escalation": Line(f"s:f|{SLOWLY}|{on('q', 'k', 'escalation')}|{BEHIND}", (do("q/a"), do("c")),
                           passes="f q/i q/a q/o k c y", keeps={"k": {"code": "slow", "element": "o"}}),
    "end_terminate": Line(f"s:f|g:g|u:a|u:b|{TERMINATE.format('t')}|e:z|f>g|g>a|g>b|a>t|b>z", (do("a"),),
                          passes="f g a t"),
}

ASKED = service("q", "profile.register")
HAPPENS: dict[str, tuple[str, tuple[Act, ...], Mapping[str, Any]]] = {
    "message": ("", (tell("extract", n=1),), {"k": {"n": 1}}),
    "signal": ("", (flood(n=1),), {"k": {"n": 1}}),
    "timer": (DAY, (wait(25),), {}),
}


def on_a_step(kind: str, *, aside: bool) -> Line:
    """Let something happen on a step: it interrupts the step, or stands beside it."""
    inside, acts, keeps = HAPPENS[kind]
    caught = on("a", "k", kind, inside, **(ASIDE if aside else {}))
    return Line(f"s:f|u:a|{caught}|u:c|e:y|e:z|f>a|a>z|k>c|c>y", (*acts, do("c"), *((do("a"),) if aside else ())),
                passes="f k c y a z" if aside else "f k c y", keeps=keeps)


def conditional(*, aside: bool) -> Line:
    """Let a condition come true while a step waits."""
    caught = on("b", "k", "conditional", TRUE, **(ASIDE if aside else {}))
    return Line(f"s:f|g:g|u:a|u:b|{caught}|u:c|e:x|e:y|e:z|f>g|g>a|g>b|a>x|b>z|k>c|c>y",
                (do("a", y=1), do("c"), *((do("b"),) if aside else ())), passes="f g a k c y")


ON_A_STEP = {
    **{f"boundary_{kind}": on_a_step(kind, aside=False) for kind in HAPPENS},
    **{f"boundary_{kind}_beside": on_a_step(kind, aside=True) for kind in HAPPENS},
    "boundary_conditional": conditional(aside=False),
    "boundary_conditional_beside": conditional(aside=True),
    "boundary_error": ENDS["end_error"],
    "boundary_error_of_a_service": Line(f"s:f|{ASKED}|{on('q', 'k', 'error')}|{BEHIND}", (do("c"),), {"error": "lost"},
                                        passes="f k c y", keeps={"k": {"error": "lost"}}),
    "boundary_escalation": ENDS["end_escalation"],
    "boundary_escalation_beside": IN_THE_FLOW["throw_escalation"],
}


def listened(kind: str, inside: str, acts: tuple[Act, ...], keeps: Mapping[str, Any], *, aside: bool) -> Line:
    """Let an event sub-process begin: it ends everything else in the process, or runs beside it."""
    begins = event("startEvent", "k", kind, inside, **({"isInterrupting": "false"} if aside else {}))
    thrown = {"error": f"{ending('o', 'error')}|a>o", "escalation": f"{throw('o', 'escalation')}|u:b|e:z|a>o|o>b|b>z"}
    rest = thrown.get(kind, "u:b|e:z|a>b|b>z")
    finishes = {"error": (), "escalation": (do("b"),), "conditional": (do("b"),)}.get(kind, (do("a"), do("b")))
    return Line(f"s:f|u:a|{rest}|f>a|{sub('q', f'{begins}|u:c|e:y|k>c|c>y', LISTENER)}",
                (*acts, do("q/c"), *(finishes if aside else ())), passes="f q/k q/c q/y", keeps=keeps)


WHAT_BEGINS = {
    **HAPPENS, "conditional": (TRUE, (do("a", y=1),), {}), "error": ("", (do("a"),), {"k": LOST}),
    "escalation": ("", (do("a"),), {"k": {"code": "slow", "element": "o"}}),
}
LISTENING = {
    **{f"event_sub_process_{kind}": listened(kind, *what, aside=False) for kind, what in WHAT_BEGINS.items()},
    **{f"event_sub_process_{kind}_beside": listened(kind, *what, aside=True) for kind, what in WHAT_BEGINS.items()
       if kind != "error"},
}
