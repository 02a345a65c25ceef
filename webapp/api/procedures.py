"""Procedures over the API: what one can file under today."""

from __future__ import annotations

from flask import Response, g

from engine.queries import procedure_list
from webapp.api import answers, reading


def in_force() -> Response:
    """GET /procedures: every procedure in force with its papers and filing form."""
    return answers.ok({"procedures": procedure_list.in_force(g.now, reading.language())})


def show(slug: str) -> Response:
    """GET /procedures/{slug}: one procedure in force."""
    return answers.ok(procedure_list.read(slug[:100], g.now, reading.language()))
