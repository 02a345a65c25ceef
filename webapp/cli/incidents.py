"""`motcua incident`: what halted which case, and letting cases go on. Whoever has the console is an administrator."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click

from engine import clock
from engine.domain.errors import AccountNotFound, Conflict
from engine.domain.people import Actor
from engine.domain.text import Text
from engine.queries import console, incident_list
from engine.queries.incident_list import Entry
from engine.services import accounts, incidents
from webapp.cli import opening, voice


@click.group("incident", cls=voice.Subject, vi="Sự cố: hồ sơ nào đứng lại, vì sao, cho chạy tiếp.")
def group() -> None:
    """Incidents: which cases are halted and why, and letting them go on."""


@group.command("list", vi="Sự cố đang chờ, cũ nhất trước.")
@voice.option("--resolved", is_flag=True, vi="Sự cố đã xử lý, mới nhất trước.", en="Those resolved, newest first.")
@voice.option("--page", type=click.IntRange(min=1), default=1, vi="Trang thứ mấy.", en="Which page.")
@voice.as_json
def listed(resolved: bool, page: int, as_json: bool) -> None:
    """Incidents that wait, oldest first."""
    opening.database()
    found = incident_list.page(console.administrator(), clock.now(), resolved=resolved, number=page)
    facts = [_facts(entry) for entry in found.entries]
    if as_json:
        voice.give(facts)
        return
    for one in facts:
        click.echo(f"{one['id']}  {one['case']}  {one['raised_at']}  [{one['code']}]")
        click.echo(f"    {one['message']}")
        click.echo(f"    {one['to_do']}")
    voice.tell(f"{found.open} đang chờ, {found.resolved} đã xử lý; trang {found.number}/{found.pages}.",
               f"{found.open} wait, {found.resolved} resolved; page {found.number}/{found.pages}.")


def _facts(entry: Entry) -> dict[str, Any]:
    incident = entry.incident
    return {"id": incident.id.hex, "case": entry.case.code, "code": incident.code, "element": incident.element,
            "step": voice.say(entry.step) if entry.step else None,
            "message": voice.say(Text(incident.message_vi, incident.message_en)), "to_do": voice.say(entry.to_do),
            "retried": entry.retried, "raised_at": incident.raised_at.isoformat(timespec="seconds"),
            "resolved_at": incident.resolved_at.isoformat(timespec="seconds") if incident.resolved_at else None,
            "resolved_by": incident.resolved_by}


@group.command("retry", vi="Cho hồ sơ chạy tiếp: nêu sự cố, hoặc --all cho mọi sự cố đang chờ.")
@click.argument("incident_ids", nargs=-1, type=click.UUID, metavar="ID…")
@voice.option("--all", "every", is_flag=True, vi="Mọi sự cố đang chờ.", en="Every incident that waits.")
@voice.option("--account", vi="Làm với tên quản trị viên này thay vì hệ thống.",
              en="Act as this administrator instead of the system.")
@voice.as_json
def retry(incident_ids: tuple[UUID, ...], every: bool, account: str | None, as_json: bool) -> None:
    """Let halted cases go on: those of the incidents named, or all that wait."""
    if bool(incident_ids) is every:
        raise click.UsageError(voice.say(Text("Nêu mã sự cố hoặc --all, một trong hai.",
                                              "Give ids of incidents or --all, one of the two.")))
    opening.database()
    actor = _actor(account)
    done: list[dict[str, Any]] = []
    for incident_id in _waiting() if every else incident_ids:
        try:
            case = incidents.retry(incident_id, actor, clock.now())
        except Conflict as refused:
            if not every:
                raise
            voice.warn(refused.message)     # somebody else was faster with this one
            continue
        done.append({"incident": incident_id.hex, "case": case.code if case is not None else None})
    if as_json:
        voice.give(done)
    else:
        voice.rows([[one["incident"], one["case"] or ""] for one in done])
        voice.tell(f"{len(done)} hồ sơ chạy tiếp được.", f"{len(done)} cases may go on.")


def _waiting() -> list[UUID]:
    """Give all incidents that wait now; one raised anew by a retry is not among them."""
    actor, now = console.administrator(), clock.now()
    first = incident_list.page(actor, now)
    pages = [first, *(incident_list.page(actor, now, number=number) for number in range(2, first.pages + 1))]
    return [entry.incident.id for page in pages for entry in page.entries]


def _actor(account: str | None) -> Actor:
    if account is None:
        return console.administrator()
    found = accounts.actor(account, clock.now())
    if found is None:
        raise AccountNotFound(account)
    return found
