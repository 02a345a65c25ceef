"""Plays scenarios: each on an empty database of its own, sentence by sentence, until one does not hold.

No test framework is needed, so this runs wherever the product is installed.
"""

from __future__ import annotations

import difflib
import inspect
import pkgutil
import shutil
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from engine.domain.errors import EngineError, InvalidProcedure, InvalidSubmission
from engine.domain.text import Text
from engine.procedures.feature_files import Scenario, Sentence
from engine.procedures.pack import Pack
from engine.storage import database, migrating
from features import steps
from features.steps import vocabulary as words
from features.steps.story import Story
from features.steps.vocabulary import Step, Unfit

_NEAR = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """The sentence at which a scenario failed, and why; a scenario without sentences has none."""

    sentence: str
    line: int
    why: Text


def vocabulary() -> list[Step]:
    """Give every sentence there is, those of all modules of the vocabulary."""
    for module in pkgutil.iter_modules(steps.__path__):
        import_module(f"{steps.__name__}.{module.name}")
    return words.VOCABULARY


def play_each(scenarios: Iterable[Scenario], packs: Mapping[str, Pack],
              organisation: bytes | None, folder: Path) -> Iterator[Fault | None]:
    """Play scenarios one after the other, each on a fresh database in `folder`; None says that it held."""
    vocabulary()
    empty, own = folder / "empty.db", folder / "own.db"
    _prepare(empty)
    for scenario in scenarios:
        for leftover in folder.glob("own.db*"):
            leftover.unlink()
        shutil.copy(empty, own)
        database.use(f"sqlite:///{own}")
        yield play(scenario, Story(packs=packs, organisation=organisation))
        database.current().close()


def _prepare(place: Path) -> None:
    """Make the database that is copied for each scenario, with everything in its one file."""
    database.use(f"sqlite:///{place}")
    migrating.upgrade()
    with database.current().writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.current().close()


def play(scenario: Scenario, story: Story) -> Fault | None:
    """Play one scenario; give the sentence that does not hold, or None."""
    if not scenario.sentences:
        return Fault("", scenario.line, Text("Kịch bản không có câu nào.", "The scenario has no sentence."))
    for sentence in scenario.sentences:
        why = _tried(sentence, story)
        if why is not None:
            return Fault(sentence.text, sentence.line, why)
    return None


def _tried(sentence: Sentence, story: Story) -> Text | None:
    """Play one sentence; give why it failed, or None."""
    try:
        found = next(words.meanings(sentence.text), None)
        if found is None:
            return _unknown(sentence.text)
        meaning, places = found
        meaning(story=story, **places, **_table(meaning, sentence))
    except Exception as error:      # whatever a pack makes go wrong is said, with its sentence
        return _why(error)
    return None


def _table(meaning: Callable[..., object], sentence: Sentence) -> dict[str, Any]:
    """Give the table under a sentence to the function that plays it.

    Raises:
        Unfit: there is a table that nobody reads, or none where one is needed.
    """
    wanted = "datatable" in inspect.signature(meaning).parameters
    if wanted and sentence.table is None:
        raise Unfit("Câu này cần một bảng bên dưới.", "This sentence needs a table under it.")
    if not wanted and sentence.table is not None:
        raise Unfit("Câu này không đọc bảng nào: kết thúc nó bằng “với:”.",
                    "This sentence reads no table: end it with “with:”.")
    return {"datatable": [list(row) for row in sentence.table]} if wanted and sentence.table is not None else {}


def _unknown(sentence: str) -> Text:
    """Say that no sentence of the vocabulary is this one, and which come near."""
    near = difflib.get_close_matches(sentence, [one.said.shown for one in words.VOCABULARY], _NEAR, 0.4)
    return Text("Bộ câu không có câu này." + (f" Gần nhất: {'; '.join(near)}" if near else ""),
                "The vocabulary has no such sentence." + (f" The nearest: {'; '.join(near)}" if near else ""))


def _why(error: Exception) -> Text:
    """Say why a sentence failed, in words a designer can act on where there are any."""
    if isinstance(error, Unfit):
        return error.why
    if isinstance(error, InvalidProcedure):
        return Text(*(f"{error.message.to(tongue)} " + "; ".join(
            f"{one.file}: {one.message.to(tongue)}" for one in error.problems) for tongue in ("vi", "en")))
    if isinstance(error, InvalidSubmission):
        return Text(*(f"{error.message.to(tongue)} " + "; ".join(
            f"{field}: {said.to(tongue)}" for field, sayings in error.errors.items() for said in sayings)
            for tongue in ("vi", "en")))
    if isinstance(error, EngineError):
        return error.message
    line = next((frame.line for frame in reversed(traceback.extract_tb(error.__traceback__))
                 if f"{steps.__name__.replace('.', '/')}/" in frame.filename.replace("\\", "/")), "") or "–"
    if isinstance(error, AssertionError):
        return Text(f"Câu này không đúng ({error or line}).", f"This is not so ({error or line}).")
    return Text(f"Không chơi được câu này: {type(error).__name__}: {error} ({line}).",
                f"This could not be played: {type(error).__name__}: {error} ({line}).")
