"""`motcua procedure picture`: a diagram as an SVG file that looks right by itself. It belongs to the group of
`webapp.cli.procedures`.
"""

from __future__ import annotations

from pathlib import Path

import click

from engine import clock
from engine.domain.errors import InvalidInput, ProcedureNotFound
from engine.domain.text import Text
from engine.procedures import layout, picture, picture_source
from engine.procedures.pack import SLUG
from engine.queries import published_diagram
from engine.services import installation
from webapp.cli import opening, voice


@click.command("picture", cls=voice.Act, vi="Vẽ sơ đồ của thủ tục, gói hay tệp .bpmn thành tệp SVG.")
@click.argument("name", metavar="SLUG|FILE")
@voice.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.svg",
              vi="Tệp SVG cần ghi; tệp đã có sẽ bị ghi đè.", en="The SVG file to write; one that is there is replaced.")
@voice.as_json
def command(name: str, out: Path, as_json: bool) -> None:
    """Draw the diagram of a procedure, pack or .bpmn file as an SVG file."""
    file, content = _diagram(name)
    whole = layout.has_layout(content)
    out.write_text(picture.standalone(content, voice.language()), encoding="utf-8")
    if as_json:
        voice.give({"procedure": name, "source": file, "file": str(out), "laid_out": not whole})
    elif whole:
        voice.tell(f"Đã ghi {out}.", f"Wrote {out}.")
    else:
        voice.tell(f"Đã ghi {out}; sơ đồ không có vị trí nên được sắp xếp tự động.",
                   f"Wrote {out}; the diagram says no places, so it was laid out.")


def _diagram(name: str) -> tuple[str, bytes]:
    """The diagram of a file, a pack, an installed procedure or the version of a published one in force."""
    shown = name[:200] if name.isprintable() else ascii(name)[:200]
    try:
        return picture_source.find(name)
    except (ProcedureNotFound, ValueError):
        if SLUG.fullmatch(name) and installation.ready(opening.settings().database_url):
            return picture_source.MAIN, published_diagram.in_force(name, clock.now())
        raise InvalidInput(Text(f"Không có thủ tục, gói hay tệp «{shown}».",
                                f"There is no procedure, pack or file “{shown}”.")) from None
