"""What a designer of procedures needs beside check and publish: `motcua procedure new`, `test`, `handlers` and
`templates`. They belong to the group of `webapp.cli.procedures`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.domain.errors import InvalidProcedure, Problem, ProcedureNotFound
from engine.domain.text import Text
from engine.procedures import modeler, scaffold, templates
from engine.queries import handler_list
from engine.services import inspection
from webapp.cli import voice

if TYPE_CHECKING:
    from webapp.cli.rehearsing import Outcome, Rehearsal


@click.command("new", cls=voice.Act, vi="Tạo bộ khung của một thủ tục mới trong thư mục SLUG.")
@click.argument("slug", metavar="SLUG")
@voice.option("--title", vi="Tên thủ tục bằng tiếng Việt.", en="The Vietnamese title.")
@voice.option("--title-en", vi="Tên thủ tục bằng tiếng Anh.", en="The English title.")
@voice.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path(),
              vi="Thư mục chứa thư mục SLUG; mặc định là thư mục này.",
              en="The folder in which the folder SLUG is made; this one by default.")
@voice.option("--modeler", "drawn_for", type=click.Choice(sorted(modeler.MODELERS)),
              vi="Sơ đồ khai báo bằng thuộc tính của Camunda Modeler, hiện được trong bảng nhập của «templates».",
              en="Let the diagram speak in properties of Camunda Modeler, which the panels of “templates” show.")
@voice.as_json
def new(slug: str, title: str | None, title_en: str | None, out: Path, drawn_for: str | None, as_json: bool) -> None:
    """Make the skeleton of a new procedure in a folder SLUG."""
    words = None if title is None and title_en is None else Text(title or title_en or "", title_en or title or "")
    content, place = scaffold.skeleton(slug, words, drawn_for), out / slug
    scaffold.write(content, place)
    if as_json:
        voice.give({"procedure": slug, "folder": str(place), "files": sorted(content.files)})
        return
    voice.tell(f"Đã tạo {place}:", f"Made {place}:")
    for path in sorted(content.files):
        click.echo(f"  {path}")
    voice.tell("Tiếp theo:", "Next:")
    for verb in ("check", "test", "publish"):
        click.echo(f"  motcua procedure {verb} {place}")


@click.command("test", cls=voice.Act, vi="Chơi các kịch bản (.feature) của gói trên cơ sở dữ liệu tạm.")
@click.argument("paths", nargs=-1, metavar="SLUG|PACK…")
@voice.option("--org", "organisation", type=click.Path(path_type=Path, dir_okay=False),
              vi="Tệp tổ chức cho câu “cơ quan của tệp tổ chức”; mặc định là tỉnh mẫu.",
              en="The file of the sentence “the office of the organisation file”; else the sample province is used.")
@voice.option("--sentences", is_flag=True, vi="Chỉ in các câu mà kịch bản có thể dùng.",
              en="Only print the sentences that scenarios may use.")
@voice.as_json
def test(paths: tuple[str, ...], organisation: Path | None, sentences: bool, as_json: bool) -> None:
    """Play the scenarios (.feature) of packs on a temporary database."""
    if sentences:
        _list_sentences(as_json)
        return
    if not paths:
        raise click.UsageError(voice.say(Text("Thiếu SLUG hoặc PACK.", "Missing SLUG or PACK.")))
    office = organisation.read_bytes() if organisation is not None else None
    rehearsals, problems = _opened(paths)
    if not as_json:
        for problem in problems:
            voice.show_problem(problem)
    outcomes = [_shown(one, as_json) for one in _played(rehearsals, office)]
    failed = sum(one.fault is not None for one in outcomes)
    held = not failed and not problems
    if as_json:
        voice.give({"ok": held, "scenarios": [one.facts(voice.language()) for one in outcomes],
                    "problems": [problem.facts(voice.language()) for problem in problems]})
    else:
        voice.tell(f"{len(outcomes)} kịch bản, {failed} không đạt.", f"{len(outcomes)} scenarios, {failed} failed.")
    voice.leave(held)


def _opened(paths: Iterable[str]) -> tuple[list[Rehearsal], list[Problem]]:
    """Open every pack that is named; one that cannot be played gives findings."""
    from webapp.cli import rehearsing  # only now: it brings the whole engine and every step with it
    rehearsals: list[Rehearsal] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            found, wrong = rehearsing.opened(path, handler_list.names())
        except InvalidProcedure as refused:
            found, wrong = None, list(refused.problems)
        except (ProcedureNotFound, OSError, ValueError):
            found, wrong = None, list(inspection.inspect([path]).problems)
        problems += wrong
        rehearsals += [found] if found is not None else []
    return rehearsals, problems


def _played(rehearsals: Iterable[Rehearsal], office: bytes | None) -> Iterable[Outcome]:
    """Play the packs in the order they were named; each may use the others."""
    from webapp.cli import rehearsing  # as above
    packs = {one.slug: one.pack for one in rehearsals}
    for rehearsal in rehearsals:
        yield from rehearsing.play(rehearsal, packs, office)


def _shown(outcome: Outcome, as_json: bool) -> Outcome:
    """Print one scenario as it ends, with the sentence that failed and why."""
    if as_json:
        return outcome
    scenario, fault = outcome.scenario, outcome.fault
    where = f"{scenario.file}:{scenario.line}"
    click.echo(f"{'✓' if fault is None else '✗'} {outcome.procedure}: {scenario.name} ({where})")
    if fault is not None:
        if fault.sentence:
            click.echo(f"    {scenario.file}:{fault.line}: {fault.sentence}")
        click.echo(f"    {voice.say(fault.why)}")
    return outcome


def _list_sentences(as_json: bool) -> None:
    """Print every sentence of the vocabulary, those of one meaning together."""
    from features.steps import playing  # as above
    said = [one.said.shown for one in playing.vocabulary()]
    if as_json:
        voice.give(said)
    else:
        click.echo("\n".join(said))


@click.command("handlers", cls=voice.Act, vi="Các hàm dịch vụ có sẵn: đọc gì, trả lời gì, có thể lỗi ra sao.")
@voice.as_json
def handlers(as_json: bool) -> None:
    """The service handlers there are: what they read, what they answer, how they can fail."""
    language = voice.language()
    found = [handler_list.facts(one, language) for one in handler_list.registered()]
    if as_json:
        voice.give(found)
        return
    for one in found:
        click.echo(f"{one['name']}: {one['title']}")
        for heading, entries in ((Text("đọc", "reads"), one["reads"]), (Text("trả lời", "answers"), one["answers"])):
            for entry in entries:
                may = "" if entry["always"] else voice.say(Text(" (có thể thiếu)", " (may be missing)"))
                click.echo(f"  {voice.say(heading)} {entry['name']}: {entry['type']}, {entry['title']}{may}")
        for fault in one["errors"]:
            click.echo(f"  {voice.say(Text('lỗi', 'error'))} {fault['code']}: {fault['title']}")
        if one["retried"]:
            click.echo(f"  {voice.say(Text('thử lại', 'tried again'))}: {one['retried']}")


@click.command("templates", cls=voice.Act, vi="Ghi mẫu bảng nhập cho Camunda Modeler 7, 8 và bpmn.io.")
@voice.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path(),
              vi="Thư mục kết quả; mặc định là thư mục này.", en="The folder to write to; this one by default.")
@voice.option("--modeler", "wanted", type=click.Choice([*sorted(modeler.MODELERS), "bpmn-io"]),
              vi="Chỉ tệp của công cụ này; một thư mục của Camunda Modeler chỉ chứa tệp của nó.",
              en="Only the file of this one; a folder of Camunda Modeler must hold no other.")
@voice.as_json
def panels(out: Path, wanted: str | None, as_json: bool) -> None:
    """Write the panels for Camunda Modeler 7 and 8 and for bpmn.io."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in templates.files().items():
        if wanted is None or {"bpmn-io": "moddle"}.get(wanted, wanted) in name:
            (out / name).write_bytes(content)
            written.append(str(out / name))
    if as_json:
        voice.give({"files": written})
    else:
        click.echo("\n".join(written))


commands: tuple[click.Command, ...] = (new, test, handlers, panels)
