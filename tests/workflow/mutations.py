"""Texts as designers write them, with something cut, doubled, moved or put in: what a fuzzer of loose tokens never gets
right enough to reach."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

FEEL = ['review.outcome = "approve" and application.age >= 18', 'not(fee.amount > 100000 or fee.waived = true)',
        'if application.kind in ("new", "renewal") then fee.amount * 2 else 0', 'fee.amount between 1 and 9.5',
        'date(application.day) < date("2026-07-01") + duration("P1M")',
        'count(papers) > 2 and list contains(papers, "id")',
        '(date(a.b) - date(c.d)).days > 30', 'sum(fee.parts) = 0.3', 'application.papers[1].kind != null',
        'get or else(fee.amount, 0) > 5', '? in [1..5] or ? = null', 'starts with(lower case(person.name), "ng")']
JUEL = ["review.outcome == 'approve' && application.age >= 18", "!empty fee.amount ? fee.amount * 2 : 0",
        "execution.getVariable('fee') != null and not fee.waived", "person['name'] eq 'x' || papers[0].kind ne null",
        "fee.amount + fee.other div 2 gt 100"]
CELLS = ['"A1", "A2"', "[18..65)", "not([1..5], ]8..9[)", "? > 2 and ? < 9", '< date("2026-07-01")',
         "1, <0, (5..7], null",
         'not("A")', ">= limit.high * 2", 'duration("P5D")', "-", 'if ? > 5 then true else false', "@\"2026-01-01\""]
SCRIPTS = ['fee.amount = application.copies * 5000', 'x = 1; y = x + 2 # sum\n// note\nz.k = "a;b"',
           'days_left = =(a - b).days',
           "route = ${zone == 'A' ? 'north' : 'south'}", "papers = papers + [1]\nfee.parts = [0.1, 0.2]"]
_PIECES = ["(", ")", "[", "]", "..", ",", '"', "'", "not(", " and ", "=", "==", "<", "?", "null", " if ", " then ",
           ".", "-", "1e9", "${", "}", "\n", ";", "#", "\\", " in ", "__class__", "  ", "\u202e", "**", "9" * 30]


def mutated(texts: Sequence[str]) -> st.SearchStrategy[str]:
    """Give one of some texts after a few changes."""
    change = st.tuples(st.sampled_from(["cut", "double", "put", "move"]), st.floats(0, 1), st.floats(0, 1),
                       st.sampled_from(_PIECES))
    return st.tuples(st.sampled_from(texts), st.lists(change, min_size=0, max_size=4)).map(lambda one: _changed(*one))


def _changed(text: str, changes: list[tuple[str, float, float, str]]) -> str:
    for what, at, to, piece in changes:
        low, high = sorted((int(at * len(text)), int(to * len(text))))
        part = text[low:high]
        text = {"cut": text[:low] + text[high:], "double": text[:high] + part + text[high:],
                "put": text[:low] + piece + text[low:], "move": text[:low] + text[high:] + part}[what]
    return text
