"""The small signs of BPMN as paths: on events, gateways and tasks, and at the lower edge of activities.

Signs of events and gateways lie around (0, 0), those of tasks in a square of 14, those of activities in one of 12.
A sign of `FILLED` is drawn as a surface, where an event throws or a task sends.
"""

from __future__ import annotations

EVENTS = {
    "message": "M-8-5.5h16v11h-16zl8 6 8-6",
    "timer": "M0-9a9 9 0 1 0 .01 0zM0-6V0l4 2.5",
    "error": "M-7.5 7L-3-6.5 2.5 1 7.5-7 3 6.5-2.5-1z",
    "signal": "M0-7.5L7.5 5.5H-7.5z",
    "escalation": "M0-8L6 7 0 1.5-6 7z",
    "conditional": "M-6-7.5H6V7.5H-6zM-3.5-4H3.5M-3.5 0H3.5M-3.5 4H3.5",
    "compensate": "M-1-6V6L-8.5 0zM7-6V6L-.5 0z",
    "cancel": "M-7-5L-5-7 0-2 5-7 7-5 2 0 7 5 5 7 0 2-5 7-7 5-2 0z",
    "link": "M-8-3.5H1V-7.5L9 0 1 7.5V3.5H-8z",
    "multiple": "M0-8L7.6-2.5 4.7 6.5H-4.7L-7.6-2.5z",
    "parallelMultiple": "M-2-8H2V-2H8V2H2V8H-2V2H-8V-2H-2z",
}
FILLED = {
    "message": "M-8-6H8L0 .2zM-8-4V6H8V-4L0 2.2z",
    **{kind: EVENTS[kind] for kind in ("error", "signal", "escalation", "compensate", "cancel", "link", "multiple",
                                       "parallelMultiple")},
}
GATEWAYS = {
    "exclusiveGateway": "M-6-6l12 12m0-12l-12 12",
    "parallelGateway": "M0-10V10M-10 0H10",
    "inclusiveGateway": "M0-9a9 9 0 1 0 .01 0z",
    "eventBasedGateway": "M0-11a11 11 0 1 0 .01 0zM0-8.5a8.5 8.5 0 1 0 .01 0zM0-5.5L5.2-1.7 3.2 4.5H-3.2L-5.2-1.7z",
    "complexGateway": "M0-10V10M-10 0H10M-7-7L7 7M7-7L-7 7",
}
TASKS = {
    "userTask": "M7 1.5a2.8 2.8 0 1 0 .01 0zM1.5 13c0-3.6 2.4-5.2 5.5-5.2s5.5 1.6 5.5 5.2z",
    "manualTask": "M1.5 7.5L6.5 2.6c1-.8 2 .4 1.2 1.4L6 6H12.2c1.2 0 1.2 1.7 0 1.7H8.5M12.4 7.7c1.1 0 1.1 1.7 0 1.7H8.5"
                  "M12 9.4c1 0 1 1.6 0 1.6H8.5M11.2 11c1 0 1 1.5-.2 1.5H4.5L1.5 10.8z",
    "scriptTask": "M4 1.5h8c-2 2-2 3.6 0 5.5s2 4 0 5.5H4c2-1.5 2-3.6 0-5.5s-2-3.5 0-5.5zM5.3 4.3h4M6 7h4M7.2 9.7h4",
    "serviceTask": "M7 4.6a2.4 2.4 0 1 0 .01 0zM7 2.6a4.4 4.4 0 1 0 .01 0zM7 .6v2M7 11.4v2M.6 7h2M11.4 7h2"
                   "M2.5 2.5l1.4 1.4M10.1 10.1l1.4 1.4M11.5 2.5l-1.4 1.4M3.9 10.1l-1.4 1.4",
    "sendTask": "M1 2.8H13L7 7.6zM1 4.2V11.6H13V4.2L7 9z",
    "receiveTask": "M1 2.8h12v8.8H1zL7 7.8 13 2.8",
    "businessRuleTask": "M1 2.5h12v9H1zM1 5.5h12M1 8.5h12M5 5.5v6",
}
ACTIVITIES = {
    "loop": "M4 11A5 5 0 1 1 8.5 10.8M4 11l.6-3.4M4 11l-3.4-.5",
    "parallel": "M2.5 1.5v9M6 1.5v9M9.5 1.5v9",
    "sequential": "M1.5 2.5h9M1.5 6h9M1.5 9.5h9",
    "compensation": "M5.5 2.5V9.5L1 6zM10.5 2.5V9.5L6 6z",
    "plus": "M.5.5h11v11H.5zM6 3v6M3 6h6",
    "adhoc": "M1 7.5c2-4.5 4-2.5 5-1.5s3 3 5-1.5",
}
NOTES = {
    "late": "M0 0h9v9H0z",
    "soon": "M4.5-.5L9.5 9.5h-10z",
    "ok": "M4.5 0a4.5 4.5 0 1 0 .01 0z",
    "hold": "M.5 0h3v9h-3zM5.5 0h3v9h-3z",
}
