"""`motcua procedure`: check, publish and pack procedures, and see which are in force."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import click

from engine import clock
from engine.domain.errors import InvalidProcedure, Problem
from engine.procedures import pack as packs
from engine.procedures.pack import Pack
from engine.queries import console
from engine.services import inspection, procedures
from engine.services.procedures import Published
from webapp.cli import designing, imports, migrating, opening, pictures, voice


@click.group("procedure", cls=voice.Subject, vi="Thủ tục.")
def group() -> None:
    """Procedures."""


@group.command("list", vi="Các thủ tục đã công bố, với phiên bản đang có hiệu lực.")
@voice.as_json
def listed(as_json: bool) -> None:
    """The published procedures, with the version in force."""
    opening.database()
    found = console.versions(clock.now(), voice.language())
    if as_json:
        voice.give(found)
    elif not found:
        voice.tell("Chưa công bố thủ tục nào.", "No procedure is published yet.")
    else:
        voice.rows([[version["procedure"], f"v{version['version']}", "●" if version["in_force"] else "–",
                     version["effective_from"] or "–", version["title"]] for version in found])


@group.command("check", vi="Kiểm tra thủ tục: tên, gói (zip hoặc thư mục), hay tệp .bpmn lẻ.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@voice.as_json
def check(paths: tuple[str, ...], as_json: bool) -> None:
    """Check procedures: slugs, packs (zip or folder) or lone .bpmn files."""
    found = inspection.inspect(paths)
    if as_json:
        voice.give(found.facts(voice.language()))
    else:
        _show(found)
    voice.leave(found.holds)


def _show(found: inspection.Inspection) -> None:
    for problem in found.problems:
        voice.show_problem(problem)
    errors = sum(problem.severity == "error" for problem in found.problems)
    others = len(found.problems) - errors
    voice.tell(f"{len(found.files)} tệp, {errors} lỗi, {others} lưu ý.",
               f"{len(found.files)} files, {errors} errors, {others} warnings and notes.")


@group.command("publish", vi="Công bố thủ tục thành phiên bản tiếp theo; có lỗi thì không công bố gì.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@voice.as_json
def publish(paths: tuple[str, ...], as_json: bool) -> None:
    """Publish procedures as their next versions; if any has an error, nothing is published."""
    opening.database()
    found = inspection.inspect(paths)
    opened: list[Pack] = []
    if found.holds:
        try:        # every pack before the first is published: a lone diagram holds, but is no pack
            opened = [packs.find(path) for path in paths]
        except InvalidProcedure as refused:
            found = replace(found, problems=(*refused.problems, *found.problems))
    done: list[Published] = []
    for path, content in zip(paths, opened, strict=False) if found.holds else ():
        try:
            published = procedures.publish(content, clock.now())
            done.append(replace(published, warnings=inspection.named(path, published.warnings)))
        except InvalidProcedure as refused:
            found = replace(found, problems=inspection.named(path, refused.problems))
            break
    if not found.holds:
        _refused(found, as_json=as_json)
    if as_json:
        voice.give([{"procedure": one.version.slug, "version": one.version.number, "hash": one.version.hash,
                     "new": one.new, "warnings": [problem.facts(voice.language()) for problem in one.warnings]}
                    for one in done])
        return
    for one in done:
        _warnings(one.warnings)
        state = {"vi": "phiên bản mới", "en": "new version"} if one.new else {"vi": "không đổi", "en": "unchanged"}
        click.echo(f"{one.version.slug} v{one.version.number} ({state[voice.language()]}) {one.version.hash[:16]}")


def _refused(found: inspection.Inspection, *, as_json: bool) -> NoReturn:
    """Say what kept a procedure from being published, and end with 1."""
    if as_json:
        voice.give(found.facts(voice.language()))
    else:
        _show(found)
    raise click.exceptions.Exit(1)


def _warnings(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        voice.show_problem(problem, err=True)


@group.command("pack", vi="Đóng thủ tục thành một tệp zip.")
@click.argument("name", metavar="SLUG")
@voice.option("--out", type=click.Path(path_type=Path), vi="Tệp kết quả; mặc định SLUG.zip.",
              en="The file to write; SLUG.zip by default.")
@voice.as_json
def pack(name: str, out: Path | None, as_json: bool) -> None:
    """Make one zip of a procedure with everything it uses."""
    found = packs.find(name)
    place = out if out is not None else Path(f"{Path(name).stem}.zip")
    place.write_bytes(packs.to_zip(found))
    if as_json:
        voice.give({"procedure": name, "file": str(place), "hash": found.content_hash, "files": sorted(found.files)})
    else:
        voice.tell(f"Đã ghi {place}: {len(found.files)} tệp, {found.content_hash[:16]}.",
                   f"Wrote {place}: {len(found.files)} files, {found.content_hash[:16]}.")


for command in (*designing.commands, imports.command, pictures.command, migrating.command):
    group.add_command(command)
