"""Whatever bytes arrive, a client is told what is wrong with them; never a 500, and nothing is stored."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from engine.storage import database
from engine.storage.tables import case_table
from tests.webapp.conftest import Api
from tests.webapp.contract import check
from tests.webapp.test_api_cases import only_task

FILING = b'{"procedure": "two-tasks", "submission": {}}'
POSTS = ("/cases", "/cases/H99/messages", "/tasks/0f8fad5bd9cb469fa16570867728950e/complete",
         "/tasks/0f8fad5bd9cb469fa16570867728950e/claim", "/tasks/x/release", "/incidents/x/retry")
SAME = settings(max_examples=30, deadline=None,
                suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def send(api: Api, path: str, data: bytes, kind: str | None = "application/json", **more: Any) -> Any:
    answer = api.client.post(f"/api/v1{path}", data=data, content_type=kind,
                             headers={"Authorization": f"Bearer {api.token('binh')}"}, **more)
    check("POST", path, answer)
    return answer


@pytest.mark.parametrize("data", [
    b"", b"{", b"[]", b"null", b"7", b'"text"', b'{"procedure": NaN}', b'{"procedure": 1e400}', b"\xff\xfe",
    b"\xef\xbb\xbf{}",
    b'{"procedure": "\\ud800"}', b'{"procedure": "a", "procedure": "a", "submission": {}}',
    b'{"procedure": "a", "submission": {"b": {"c": 1, "c": 2}}}', FILING + b"x", b"[" * 100_000,
    b'{"a": ' + b"9" * 6000 + b"}", b"{'procedure': 1}"])
def test_what_is_no_json_object_with_each_member_once_is_refused(api: Api, data: bytes) -> None:
    assert send(api, "/cases", data).status_code == 400


def test_json_of_any_depth_is_told_apart_from_what_is_no_json(api: Api) -> None:
    assert send(api, "/cases", b'{"a":' * 100 + b"1" + b"}" * 100).status_code == 422
    assert send(api, "/cases", b'{"a":' * 5000 + b"1" + b"}" * 5000).status_code == 400


@pytest.mark.parametrize("kind", [None, "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
                                  "application/xml", "text/json", "application/json+x"])
def test_another_content_type_is_refused(api: Api, kind: str | None) -> None:
    assert send(api, "/cases", FILING, kind).status_code == 415


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_json_is_json_however_it_is_spelled(api: Api, kind: str) -> None:
    assert send(api, "/cases", FILING, kind).status_code == 201


def test_a_body_over_the_limit_is_refused_and_read_to_its_end(api: Api) -> None:
    large = json.dumps({"procedure": "two-tasks", "submission": {"x": "y" * 1024 * 1024}}).encode()
    assert send(api, "/cases", large).status_code == 413


def test_an_early_answer_has_read_the_body(api: Api) -> None:
    """A server drops a kept-alive connection whose body was not read."""
    for path, size in (("/tasks", 5000), ("/nothing", 5000), ("/cases", 3 * 1024 * 1024)):
        stream = BytesIO(b"x" * size)
        api.client.open(f"/api/v1{path}", method="POST", input_stream=stream, content_length=size)
        assert stream.read() == b"", path


@pytest.mark.parametrize("submission", [
    {"applicant": {"full_name": "\x00"}}, {"amount": 10 ** 30}, {"amount": 1e300}, {"\U0001f600": 1},
    {"applicant": {"full_name": "a" * 300_000}}, {"amount": [[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]}])
def test_answers_no_record_can_keep_are_refused(api: Api, submission: dict[str, Any]) -> None:
    answer = send(api, "/cases", json.dumps({"procedure": "two-tasks", "submission": submission}).encode())
    assert answer.status_code == 422
    assert answer.json["errors"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=12)
NAMES = st.sampled_from(["procedure", "submission", "unit", "name", "payload", "applicant", "outcome", "amount"])
OBJECTS = st.dictionaries(NAMES | st.text(max_size=6), VALUES, max_size=5)


@SAME
@given(path=st.sampled_from(POSTS),
       data=st.binary(max_size=200) | OBJECTS.map(lambda value: json.dumps(value).encode()),
       kind=st.sampled_from(["application/json", "text/plain", "application/json;charset=\xff", None]))
def test_any_bytes_at_any_address_get_an_answer(api: Api, path: str, data: bytes, kind: str | None) -> None:
    assert send(api, path, data, kind).status_code < 500


@SAME
@given(submission=st.dictionaries(NAMES | st.text(max_size=6), VALUES, max_size=4))
def test_any_answers_are_filed_or_told_what_is_wrong(api: Api, submission: dict[str, Any]) -> None:
    data = json.dumps({"procedure": "two-tasks", "submission": submission}).encode()
    with database.reading() as session:
        before = session.execute(select(func.count()).select_from(case_table)).scalar_one()
    answer = send(api, "/cases", data)
    assert answer.status_code in (201, 422, 400), answer.text
    if answer.status_code == 201:
        task = only_task(answer.json)["id"]
        done = send(api, f"/tasks/{task}/complete", json.dumps({"submission": submission}).encode())
        assert done.status_code in (200, 422)
    else:
        with database.reading() as session:
            assert session.execute(select(func.count()).select_from(case_table)).scalar_one() == before


@SAME
@given(text=st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_any_name_in_an_address_gets_an_answer(api: Api, text: str) -> None:
    for path in ("/cases/{}", "/cases/{}/events", "/tasks/{}", "/procedures/{}", "/cases?q={}", "/cases?unit={}",
                 "/cases?procedure={}", "/cases?{}=1", "/tasks?mine={}"):
        answer = api.client.get("/api/v1" + path.format(quote(text, safe="")),
                                headers={"Authorization": f"Bearer {api.token('an')}"})
        assert answer.status_code < 500, (path, text)
        assert answer.status_code in (200, 308, 404, 422), (path, text, answer.status_code)
