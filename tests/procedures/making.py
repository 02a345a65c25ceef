"""Makes forms for the tests from a plain description, with the fieldsets and translations given."""

import json

from engine.domain.errors import InvalidSubmission
from engine.procedures import forms
from engine.procedures.texts import Catalogue


def made(schema, texts=None, **fieldsets):
    """Read a form that must be readable; findings below an error are not looked at."""
    form, problems = forms.read("forms/step.json", json.dumps(schema).encode(), finder(fieldsets),
                                Catalogue(texts or {}))
    assert form is not None, problems
    return form


def finder(fieldsets):
    """Give the function that finds a fieldset's bytes by name."""
    def find(name):
        return json.dumps(fieldsets[name]).encode() if name in fieldsets else None
    return find


def findings(schema, **fieldsets):
    """Give the codes of what is wrong with a form; `schema` may be raw bytes."""
    data = schema if isinstance(schema, bytes) else json.dumps(schema).encode()
    _, problems = forms.read("forms/step.json", data, finder(fieldsets), Catalogue())
    return [problem.code for problem in problems]


def errors(form, submission, **options):
    """Give field → English sentences for an answer that must be refused, {} for one that is accepted."""
    try:
        forms.clean(form, submission, **options)
    except InvalidSubmission as refused:
        if not all(said.vi and said.en for sayings in refused.errors.values() for said in sayings):
            raise AssertionError("a sentence is missing in one language") from refused
        return {field: [said.en for said in sayings] for field, sayings in refused.errors.items()}
    return {}
