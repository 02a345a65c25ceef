"""What a client sends, read strictly: JSON objects, query parameters, ids, idempotency keys."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, NoReturn
from uuid import UUID

import orjson
from flask import g, request

from engine.domain.errors import NotFound
from engine.domain.text import Text
from engine.queries import case_file
from engine.services import receipts
from engine.services.receipts import Receipt
from webapp.api import contract, gate
from webapp.errors import Refusal

MOST_KEY = 255
_JSON = "application/json"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[1-9][0-9]{0,5}")
_UNKNOWN = Text("Không có tham số này.", "There is no such parameter.")
_NOT_A_DAY = Text("Ngày phải có dạng 2026-12-31.", "A day is written like 2026-12-31.")
_NOT_A_NUMBER = Text("Phải là số nguyên từ 1.", "This must be a whole number from 1.")
_NOT_A_CHOICE = Text("Giá trị này không có trong các lựa chọn.", "This is none of the choices.")
_NOT_A_WORD = Text("Giá trị này có ký tự điều khiển hoặc quá dài.", "This has control characters or is too long.")


class _Twice(ValueError):
    """A member stands twice in one object."""


def body(name: str) -> dict[str, Any]:
    """Give the JSON object in the body, which fits the schema `name` of the contract; nothing is an empty object
    where the contract asks for nothing.

    Raises:
        Refusal: 415 another content type; 400 no JSON object in UTF-8, or a member twice; 422 not as the schema says.
    """
    data = request.get_data()
    if not data and name == "Nothing":
        return {}
    if request.mimetype != _JSON:
        raise Refusal(415, Text("Hãy gửi JSON với Content-Type: application/json.",
                                "Send JSON with Content-Type: application/json."))
    value = _parsed(data)
    faults = contract.faults(name, value)
    if faults:
        raise Refusal(422, Text("Yêu cầu có chỗ chưa đúng.", "The request has entries to correct."), faults)
    found: dict[str, Any] = value
    return found


def _parsed(data: bytes) -> Any:
    """Parse strictly: no NaN, no lone surrogate, no duplicate member, nothing after the end."""
    try:
        value = orjson.loads(data)
        json.loads(data, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Refusal(400, Text("Nội dung phải là một đối tượng JSON (UTF-8), mỗi mục một lần.",
                                "The body must be one JSON object in UTF-8, each member once.")) from None
    if not isinstance(value, dict):
        raise Refusal(400, Text("Nội dung phải là một đối tượng JSON.", "The body must be a JSON object."))
    return value


def _once(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        raise _Twice


def receipt(render: Callable[[Any, Any], bytes], sent: Mapping[str, Any]) -> Receipt:
    """Give the receipt of this request: who asks, how the answer is written, and the key under which it may return.

    Two bodies are the same when they say the same, whatever their spacing and order.

    Raises:
        Refusal: 400, the Idempotency-Key is empty, too long, or not printable ASCII.
    """
    key = request.headers.get("Idempotency-Key")
    account = gate.actor().account
    if key is None:
        return Receipt(account, render)
    if not 1 <= len(key) <= MOST_KEY or not (key.isascii() and key.isprintable()):
        raise Refusal(400, Text(f"Idempotency-Key gồm 1 đến {MOST_KEY} ký tự ASCII in được.",
                                f"An Idempotency-Key has 1 to {MOST_KEY} printable ASCII characters."))
    mark = receipts.fingerprint(request.method.encode(), request.path.encode(),
                                orjson.dumps(sent, option=orjson.OPT_SORT_KEYS))
    return Receipt(account, render, key, mark)


def an_id(text: str, refusal: Callable[[str], NotFound]) -> UUID:
    """Give the id in an address.

    Raises:
        NotFound: the text is no id, so nothing can have it.
    """
    found = case_file.read_id(text)
    if found is None:
        raise refusal(text[:64])
    return found


def query(names: Iterable[str]) -> dict[str, str]:
    """Give the query parameters, of which only `names` are known, each once; empty ones are left out.

    Raises:
        Refusal: 422, unknown, written twice, or with control characters.
    """
    known = {*names, "lang"}
    wrong: dict[str, list[Text]] = {}
    for name, values in request.args.lists():
        if name not in known or len(values) > 1:
            wrong[name[:100]] = [_UNKNOWN if name not in known else _NOT_A_CHOICE]
        elif len(values[0]) > 200 or not values[0].isprintable():
            wrong[name] = [_NOT_A_WORD]
    if wrong:
        refuse(wrong)
    return {name: value for name, value in request.args.items() if value and name != "lang"}


def day(sent: Mapping[str, str], name: str) -> date | None:
    """Give a day of the query, if there is one.

    Raises:
        Refusal: 422, it is no day.
    """
    text = sent.get(name)
    if text is None:
        return None
    try:
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        refuse({name: [_NOT_A_DAY]})


def number(sent: Mapping[str, str], name: str) -> int:
    """Give a whole number of the query, 1 where there is none.

    Raises:
        Refusal: 422, it is no number from 1 to 999,999.
    """
    text = sent.get(name, "1")
    if not _NUMBER.fullmatch(text):
        refuse({name: [_NOT_A_NUMBER]})
    return int(text)


def choice(sent: Mapping[str, str], name: str, choices: Iterable[str]) -> str | None:
    """Give one of several words of the query, if there is one.

    Raises:
        Refusal: 422, it is none of the choices.
    """
    text = sent.get(name)
    if text is not None and text not in choices:
        refuse({name: [_NOT_A_CHOICE]})
    return text


def refuse(fields: Mapping[str, list[Text]]) -> NoReturn:
    """Refuse a request whose parts can be read but not accepted.

    Raises:
        Refusal: 422, always.
    """
    raise Refusal(422, Text("Yêu cầu có chỗ chưa đúng.", "The request has entries to correct."), fields)


def language() -> str:
    """Give the language of this request as settled at the gate."""
    return str(g.language)
