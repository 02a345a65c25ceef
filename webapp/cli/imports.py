"""`motcua procedure import`: drafts of procedures from diagrams of other engines, with a report of every element."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from engine.procedures.importing.report import Draft, Entry
from engine.procedures.importing.run import Outcome
from engine.services import importing
from webapp.cli import voice

_MANY = 10          # files from which on progress is shown
_SHOWN = 5          # errors of the check that a summary shows
_MARKS = {"read": "=", "translated": "→", "left_out": "–"}


@click.command("import", cls=voice.Act, vi="Nhập sơ đồ của Camunda 7, Camunda 8, Operaton, Flowable, spiff-arena "
                                           "thành bản nháp thủ tục.")
@click.argument("paths", nargs=-1, required=True, metavar="FILE…")
@voice.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("drafts"),
              vi="Nơi ghi các bản nháp, mỗi thủ tục một thư mục; mặc định drafts.",
              en="Where the drafts go, a folder for each procedure; drafts by default.")
@voice.option("--owner", metavar="TYPE", vi="Loại đơn vị có thẩm quyền, ghi vào procedure.toml.",
              en="The type of the competent unit, for procedure.toml.")
@voice.option("--report", is_flag=True, vi="In báo cáo từng phần tử và ghi report.json.",
              en="Print what became of every element, and write report.json.")
@voice.as_json
def command(paths: tuple[str, ...], out: Path, owner: str | None, report: bool, as_json: bool) -> None:
    """Make drafts of procedures from diagrams of Camunda 7, Camunda 8, Operaton, Flowable and spiff-arena."""
    facts: dict[str, list[dict[str, Any]]] = {"drafts": [], "refused": []}
    for outcome in importing.bring(paths, out, owner=owner, progress=_progress):
        facts["drafts"] += [draft.facts(voice.language()) for draft in outcome.drafts]
        facts["refused"] += [problem.facts(voice.language()) for problem in outcome.refused]
        if not as_json:
            _show(outcome, out, whole=report)
    if report:
        out.mkdir(parents=True, exist_ok=True)
        text = json.dumps(facts, ensure_ascii=False, indent=2) + "\n"
        (out / "report.json").write_text(text, encoding="utf-8")
    if as_json:
        voice.give(facts)
    elif report:
        voice.tell(f"Báo cáo: {out / 'report.json'}", f"Report: {out / 'report.json'}")
    voice.leave(held=not facts["refused"])


def _progress(done: int, all_of: int, name: str) -> None:
    """Say on the error stream how far many files are: on a screen in place, else a line for every tenth."""
    if all_of < _MANY:
        return
    if sys.stderr.isatty():
        click.echo(f"\r{done}/{all_of} {name[-50:]:<50}", err=True, nl=done == all_of)
    elif done % _MANY == 0 or done == all_of:
        click.echo(f"{done}/{all_of}", err=True)


def _show(outcome: Outcome, out: Path, *, whole: bool) -> None:
    """Say what came of one file."""
    for problem in outcome.refused:
        voice.show_problem(problem)
    for draft in outcome.drafts:
        read, translated, left = (draft.count(result) for result in ("read", "translated", "left_out"))
        voice.tell(f"{out / draft.slug} ← {draft.source} ({draft.dialect}): {read} đọc được, {translated} đã dịch, "
                   f"{left} bỏ lại, {len(draft.missing)} việc còn thiếu.",
                   f"{out / draft.slug} ← {draft.source} ({draft.dialect}): {read} read, {translated} translated, "
                   f"{left} left out, {len(draft.missing)} still missing.")
        if whole:
            _elements(draft)
        for missing in draft.missing:
            where = f"{missing.element}: " if missing.element else ""
            click.echo(f"  ! {where}{voice.say(missing.message)}")
        errors = [problem for problem in draft.problems if problem.severity == "error"]
        for problem in draft.problems if whole else errors[:_SHOWN]:
            voice.show_problem(problem)
        if not whole and len(errors) > _SHOWN:
            voice.tell(f"  … và {len(errors) - _SHOWN} lỗi nữa: motcua procedure check {out / draft.slug}",
                       f"  … and {len(errors) - _SHOWN} more errors: motcua procedure check {out / draft.slug}")


def _elements(draft: Draft) -> None:
    for element in draft.elements:
        named = f" → {element.now}" if element.now != element.id else ""
        click.echo(f"  {element.kind} {element.id}{named}" + (f" «{element.name}»" if element.name else ""))
        for entry in element.entries:
            click.echo(f"    {_MARKS[entry.result]} {_line(entry)}")


def _line(entry: Entry) -> str:
    """Say one entry of the report."""
    if entry.result == "translated":
        return f"{entry.what}: {entry.before} → {entry.after}"
    why = f" ({voice.say(entry.why)})" if entry.why is not None else ""
    return f"{entry.what}: {entry.before}{why}" if entry.before else f"{entry.what}{why}"
