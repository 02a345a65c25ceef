"""How the command line speaks: the language, facts as JSON or as lines, and one sentence where it cannot go on.

Exit codes: 0 it held, 1 it did not, 2 wrong usage. A foreseeable trouble is never a traceback.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar

import click

from engine.domain.errors import EngineError, InvalidProcedure, Problem
from engine.domain.text import Text

LANGUAGES = ("vi", "en")
_META = "motcua.language"
_SEVERITIES = {"error": Text("LỖI", "ERROR"), "warning": Text("CẢNH BÁO", "WARNING"), "info": Text("LƯU Ý", "NOTE")}
Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def of_environment(environ: Mapping[str, str]) -> str:
    """Give the language of an environment: Vietnamese where the locale is, else English."""
    locale = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return "vi" if locale.lower().startswith("vi") else "en"


def language() -> str:
    """Give the language of this command: `--lang`, else that of the environment."""
    context = click.get_current_context(silent=True)
    chosen = context.meta.get(_META) if context is not None else None
    return str(chosen or of_environment(os.environ))


def say(text: Text) -> str:
    """Give a text in the language of this command."""
    return text.to(language())


def tell(vi: str, en: str) -> None:
    """Print one sentence."""
    click.echo(say(Text(vi, en)))


def warn(text: Text) -> None:
    """Print one sentence on the error stream."""
    click.echo(say(text), err=True)


def give(facts: Any) -> None:
    """Print facts as JSON, for another program."""
    click.echo(json.dumps(facts, ensure_ascii=False, indent=2))


def leave(held: bool) -> None:
    """End the command with what it found: 0 it held, 1 it did not."""
    click.get_current_context().exit(0 if held else 1)


def rows(lines: Sequence[Sequence[str]], indent: str = "") -> None:
    """Print lines of cells in columns; the last column is as long as it likes."""
    widths = [max((len(line[at]) for line in lines), default=0) for at in range(max(map(len, lines), default=0) - 1)]
    for line in lines:
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=False)]
        click.echo((indent + "  ".join([*cells, *line[len(widths):]])).rstrip())


def show_problem(problem: Problem, *, err: bool = False) -> None:
    """Print one finding about a file with what to do about it."""
    where = f"{problem.file}: {problem.element}" if problem.element else problem.file
    click.echo(f"{say(_SEVERITIES[problem.severity])} {where}: {say(problem.message)} [{problem.code}]", err=err)
    click.echo(f"    {say(problem.remedy)}", err=err)


def refuse(error: EngineError) -> NoReturn:
    """Say why the engine refused, and end with 1."""
    if isinstance(error, InvalidProcedure):
        for problem in error.problems:
            show_problem(problem, err=True)
    warn(error.message)
    raise click.exceptions.Exit(1)


def _file_trouble(error: OSError) -> Text:
    where = error.filename if error.filename is not None else ""
    known = {FileNotFoundError: Text("không có tệp này", "there is no such file"),
             PermissionError: Text("không được phép", "this is not permitted"),
             IsADirectoryError: Text("đây là một thư mục", "this is a folder")}
    why = known.get(type(error), Text(error.strerror or str(error), error.strerror or str(error)))
    return Text(f"{where}: {why.vi}." if where else f"{why.vi}.", f"{where}: {why.en}." if where else f"{why.en}.")


def _note_language(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.meta[_META] = value


class Worded(click.Option):
    """An option whose help stands in both languages."""

    def __init__(self, *args: Any, vi: str = "", en: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = Text(vi, en)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Give the option with its help in the language of the command."""
        self.help = say(self.words)
        return super().get_help_record(ctx)


def option(*names: str, vi: str, en: str, **kwargs: Any) -> Callable[[Decorated], Decorated]:
    """Declare an option with its help in both languages."""
    return click.option(*names, cls=Worded, vi=vi, en=en, **kwargs)


as_json = option("--json", "as_json", is_flag=True, vi="In dữ kiện dạng JSON.", en="Print the facts as JSON.")


def _language_option() -> click.Option:
    return Worded(["--lang"], type=click.Choice(LANGUAGES), expose_value=False, is_eager=True,
                  callback=_note_language, vi="Ngôn ngữ: vi hoặc en.", en="The language: vi or en.")


class _TwoTongues(click.Command):
    """A command whose help stands in both languages: `help` in English, `vi` in Vietnamese."""

    def __init__(self, *args: Any, vi: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.in_english, self.vi = self.help or "", vi
        self.params.append(_language_option())

    def _help(self) -> str:
        return say(Text(self.vi or self.in_english, self.in_english))

    def get_short_help_str(self, limit: int = 45) -> str:
        """Give the first sentence in the language of the command."""
        return self._help().split("\n", 1)[0]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help in the language of the command."""
        self.help = self._help()
        super().format_help_text(ctx, formatter)


class Act(_TwoTongues):
    """A command that turns what the engine or the machine refuses into one sentence and exit 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except EngineError as error:
            refuse(error)
        except BrokenPipeError:
            raise
        except OSError as error:
            warn(_file_trouble(error))
            raise click.exceptions.Exit(1) from error


class Subject(_TwoTongues, click.Group):
    """A group of commands about one subject."""

    command_class = Act


Subject.group_class = Subject
