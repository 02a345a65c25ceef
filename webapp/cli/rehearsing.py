"""Playing the features of packs in a process of their own, so that one that never ends is ended and said.

What a sentence means lives in `features.steps`, what a feature file is in `engine.procedures.feature_files`.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engine.domain.errors import Problem
from engine.domain.text import Text
from engine.procedures import check, feature_files, findings, manifest, pack
from engine.procedures.feature_files import Scenario
from engine.procedures.pack import Pack
from features.steps import playing
from features.steps.playing import Fault

SECONDS = 60.0          # after which a scenario is taken to have no end; each act in it has a budget of its own
_MOST_ENDLESS = 3       # of one pack: what hangs in three scenarios hangs in all


@dataclass(frozen=True, slots=True)
class Outcome:
    """One scenario of one procedure; without a fault it held."""

    procedure: str
    scenario: Scenario
    fault: Fault | None

    def facts(self, language: str) -> dict[str, Any]:
        """Give the outcome as a JSON object."""
        fault = self.fault
        return {"procedure": self.procedure, "file": self.scenario.file, "line": self.scenario.line,
                "feature": self.scenario.feature, "scenario": self.scenario.name, "passed": fault is None,
                "sentence": fault and fault.sentence, "sentence_line": fault and fault.line,
                "why": fault and fault.why.to(language)}


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A pack that can be played: its scenarios, and what the check says of it beside."""

    slug: str
    pack: Pack
    scenarios: tuple[Scenario, ...]


def opened(name: str, handlers: frozenset[str]) -> tuple[Rehearsal | None, list[Problem]]:
    """Open a pack by slug or path; None when an error keeps it from being played, and what was found.

    Raises:
        ProcedureNotFound, InvalidProcedure: as `pack.find`.
    """
    content = pack.find(name)
    problems = [one for one in check.check(content, handlers=handlers) if one.severity == "error"]
    scenarios, unreadable = feature_files.read(content.files)
    problems += unreadable
    if not scenarios and not problems:
        problems.append(findings.error(f"{name.rstrip('/')}/*.feature", "feature-missing", Text(
            "Gói không có kịch bản nào để chơi.", "The pack has no scenario to play."), Text(
            "Thêm tệp .feature với ít nhất một kịch bản; xem các câu có sẵn bằng «motcua procedure test --sentences».",
            "Add a .feature file with at least one scenario; “motcua procedure test --sentences” lists the "
            "sentences.")))
    if problems:
        return None, problems
    facts, _ = manifest.read(content.files.get("procedure.toml"))
    return Rehearsal(facts.slug if facts is not None else name, content, tuple(scenarios)), []


def play(rehearsal: Rehearsal, packs: Mapping[str, Pack], organisation: bytes | None,
         seconds: float = SECONDS) -> Iterator[Outcome]:
    """Play the scenarios of a pack in order; one that does not end within `seconds`, or ends the process, failed."""
    left, endless = rehearsal.scenarios, 0
    while left:
        done = 0
        for fault in _played(left, packs, organisation, seconds):
            yield Outcome(rehearsal.slug, left[done], fault)
            done += 1
        if done < len(left):
            endless += 1
            yield Outcome(rehearsal.slug, left[done], _endless(left[done], seconds))
            done += 1
        left = left[done:]
        if endless == _MOST_ENDLESS:
            break
    for scenario in left:
        yield Outcome(rehearsal.slug, scenario, Fault("", scenario.line, Text(
            f"Không chơi nữa: {endless} kịch bản trước không dừng.",
            f"Not played: {endless} scenarios before it had no end.")))


def _endless(scenario: Scenario, seconds: float) -> Fault:
    return Fault("", scenario.line, Text(
        f"Kịch bản không kết thúc trong {seconds:g} giây, hoặc làm dừng cả tiến trình.",
        f"The scenario did not end within {seconds:g} seconds, or ended the whole process."))


def _played(scenarios: Sequence[Scenario], packs: Mapping[str, Pack], organisation: bytes | None,
            seconds: float) -> Iterator[Fault | None]:
    """Play scenarios in a process of their own; fewer faults than scenarios say that the next one had no end."""
    context = multiprocessing.get_context("spawn")
    near, far = context.Pipe(duplex=False)
    with TemporaryDirectory(prefix="motcua-test-") as folder:       # here: a killed process leaves its own behind
        process = context.Process(target=_child, daemon=True,
                                  args=(far, Path(folder), tuple(scenarios), dict(packs), organisation))
        process.start()
        far.close()
        try:
            for _ in scenarios:
                if not near.poll(seconds):
                    return
                yield near.recv()
        except EOFError:
            return
        finally:
            process.kill()
            process.join()
            near.close()


def _child(answers: Connection, folder: Path, scenarios: Sequence[Scenario], packs: Mapping[str, Pack],
           organisation: bytes | None) -> None:
    """Play in this process and send what became of each; whoever asked may be gone."""
    with suppress(BrokenPipeError):
        for fault in playing.play_each(scenarios, packs, organisation, folder):
            answers.send(fault)
