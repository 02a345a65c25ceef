"""The forms of a procedure: read once, checked often. The one definition serves the page and the check.

`read` makes a `Form` from the bytes of a file, `clean` checks answers against it. What a field is lives in
`form_model`, web strings in `form_strings`, the keywords in `form_rules`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import islice
from typing import Any

from engine.domain.errors import InvalidSubmission, Problem
from engine.domain.text import Text
from engine.procedures import form_crosscheck, form_fields, form_formats, form_messages, form_rules, form_schema
from engine.procedures.form_crosscheck import pairs, warnings
from engine.procedures.form_limits import Refused, tidy
from engine.procedures.form_model import Choice, Field, Form
from engine.procedures.form_strings import from_strings, prefilled, to_strings, value_at
from engine.procedures.texts import Catalogue

__all__ = ["Choice", "Field", "Form", "clean", "empty", "from_strings", "loose", "pairs", "prefilled", "read",
           "to_strings", "value_at", "warnings"]

MAX_ERRORS = 200


def read(file: str, data: bytes, lookup: Callable[[str], bytes | None],
         texts: Catalogue) -> tuple[Form | None, list[Problem]]:
    """Give the form in a file, or None when a finding is an error; `lookup` gives a fieldset's bytes by name."""
    schema, problems = form_schema.read(file, data, lookup)
    if schema is None:
        return None, problems
    form_fields.close([schema], top=True)
    root = form_fields.root(schema, texts)
    name = file.rpartition("/")[2].removesuffix(".json")
    problems += form_schema.field_problems(file, root)
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    return Form(name, _words(schema.get("title"), texts), _words(schema.get("description"), texts), schema,
                root), problems


def empty(name: str) -> Form:
    """Give the form of a step that asks nothing: it accepts `{}` alone."""
    schema: dict[str, Any] = {"type": "object", "x-closed": []}
    return Form(name, None, None, schema, form_fields.root(schema, Catalogue()))


def loose(answers: Any) -> dict[str, Any]:
    """Give answers that no form asks for, such as the payload of a message: measured and in NFC, not judged.

    Raises:
        InvalidSubmission: too large, too deep, or not what every JSON reader reads alike.
    """
    try:
        return _named(tidy(answers))
    except Refused as refused:
        raise _invalid(refused) from None


def clean(form: Form, submission: Any, today: date | None = None) -> dict[str, Any]:
    """Give the answers as they are stored: stripped, in NFC, defaults filled in, checked against the form.

    `today` is the local day that `x-not-after: today` is judged by; without it such limits are not judged.

    Raises:
        InvalidSubmission: any answer is missing, wrong, unknown or too large; `errors` says which.
    """
    try:
        answers: dict[str, Any] = _settled(form.root, _named(tidy(submission)))
        errors = _errors(form, answers) or form_crosscheck.outside_dates(form, answers, today)
    except Refused as refused:
        raise _invalid(refused) from None
    if errors:
        raise InvalidSubmission(errors)
    return answers


def _named(answers: Any) -> dict[str, Any]:
    if not isinstance(answers, dict):
        raise Refused("", Text("Nội dung khai phải gồm các mục có tên.", "The answers must be entries with names."))
    return answers


def _invalid(refused: Refused) -> InvalidSubmission:
    return InvalidSubmission({refused.path or form_messages.WHOLE: [refused.message]})


def _errors(form: Form, answers: dict[str, Any]) -> dict[str, list[Text]]:
    errors: dict[str, list[Text]] = {}
    for finding in islice(form_rules.findings(form.schema, answers), MAX_ERRORS):
        for name, sentence in form_messages.messages(form, finding):
            if sentence not in errors.setdefault(name, []):
                errors[name].append(sentence)
    return errors


def _settled(field: Field, value: Any) -> Any:
    """Store texts as their format wants, drop empty ones, fill in defaults of what is always asked."""
    if isinstance(value, str):
        return form_formats.stored(field.format, value)
    if isinstance(value, list):
        return [_settled(field.item, item) for item in value] if field.item is not None else value
    if not isinstance(value, dict):
        return value
    known = {child.key: child for child in field.children}
    settled = {key: _settled(known[key], item) if key in known else item for key, item in value.items()
               if item != "" or _may_be_empty(known.get(key))}
    for key, child in known.items():
        if key not in settled and child.default is not None and not child.conditional:
            settled[key] = tidy(child.default)
    return settled


def _may_be_empty(field: Field | None) -> bool:
    return field is not None and "" in (*(choice.value for choice in field.choices), field.schema.get("const"))


def _words(sentence: Any, texts: Catalogue) -> Text | None:
    return texts.text(sentence) if isinstance(sentence, str) and sentence else None
