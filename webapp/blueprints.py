"""The subjects of the web, each a blueprint, in the order they are registered."""

from __future__ import annotations

from flask import Blueprint

from webapp import (
    about,
    accounts,
    api,
    calendars,
    cases,
    closures,
    deadlines,
    documents,
    filing,
    handoffs,
    health,
    incidents,
    tasks,
    tracking,
    work,
)

ALL: tuple[Blueprint, ...] = (
    api.blueprint, accounts.blueprint, work.blueprint, tasks.blueprint, cases.blueprint, documents.blueprint,
    handoffs.blueprint, filing.blueprint, tracking.blueprint, incidents.blueprint, calendars.blueprint,
    closures.blueprint, deadlines.blueprint, about.blueprint, health.blueprint)
