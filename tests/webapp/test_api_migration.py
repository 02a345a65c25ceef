"""Moving running cases to another version over the API: administrators alone, shown first, told why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from engine.services import procedures
from tests.services.test_migration import version
from tests.webapp.conftest import Api
from tests.webapp.test_api_cases import act

File = Callable[..., dict[str, Any]]
PATH = "/procedures/two-tasks/migration"


def test_an_administrator_is_shown_what_fits_and_moves_it(api: Api, file: File, now: datetime) -> None:
    case = act(api, "binh", file("two-tasks"), outcome="accepted")
    procedures.publish(version(period="5 working days"), now)
    wanted = {"cases": [case["code"]], "to": 2, "reason": "Thông tư mới"}
    assert api.post("khoa", PATH, wanted).status_code == 403
    shown = api.post("quan", PATH, {**wanted, "dry_run": True}).json
    assert (shown["dry_run"], shown["fits"], shown["cases"][0]["fate"]) == (True, 1, "fits")
    moved = api.post("quan", PATH, wanted).json
    assert (moved["moved"], moved["cases"][0]["due_before"], moved["cases"][0]["due_after"]) == (
        1, "2026-03-11T17:00:00+07:00", "2026-03-16T17:00:00+07:00")
    assert api.post("quan", PATH, wanted).json["there"] == 1
    after = api.get("an", f"/cases/{case['code']}").json
    assert (after["version"], after["due_at"]) == (2, "2026-03-16T17:00:00+07:00")
    assert api.get("an", f"/cases/{case['code']}/events").json["events"][-1]["action"] == "case.migrated"
    assert api.get("ha", f"/cases/{case['code']}/verification").json["replay"]["holds"]
    assert act(api, "an", after, outcome="approve")["status"] == "closed"


def test_a_case_that_must_stay_is_told_why_in_the_language_asked_for(api: Api, file: File, now: datetime) -> None:
    case = act(api, "binh", file("two-tasks"), outcome="accepted")
    procedures.publish(version(steps=("receive", "examine"), clock=""), now)
    wanted = {"cases": [case["code"]]}
    [one] = api.post("quan", PATH, wanted, Accept_Language="en").json["cases"]
    assert (one["fate"], one["obstacles"][0]["code"], one["obstacles"][0]["place"]) == ("stays", "step-gone", "verify")
    assert "which the other version does not have" in one["obstacles"][0]["message"]
    assert "phiên bản kia" in api.post("quan", PATH, wanted).json["cases"][0]["obstacles"][0]["message"]


def test_what_cannot_be_asked_is_refused(api: Api, file: File) -> None:
    code = file("two-tasks")["code"]
    for body in ({}, {"cases": []}, {"cases": ["x"] * 101}, {"cases": [code], "to": 0}, {"cases": [code], "to": "2"},
                 {"cases": [code], "more": 1}, {"cases": [code], "reason": "\u0000"}):
        assert api.post("quan", PATH, body).status_code == 422, body
    assert api.post("quan", PATH, {"cases": [code], "to": 9}).status_code == 404
    assert api.post("quan", PATH, {"cases": ["H99.07-260309-9999"]}).status_code == 404
    assert api.post("quan", "/procedures/none/migration", {"cases": [code]}).status_code == 404
    assert api.post("quan", PATH, {"cases": ["\u0000"]}).status_code in (404, 422)
