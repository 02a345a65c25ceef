"""What a diagram says about people and papers, held against the forms, letters and handlers there are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from engine.domain.errors import Problem
from engine.domain.text import Text
from engine.procedures import findings, form_files, shared
from engine.procedures.form_model import Form
from engine.workflow import Definition, Step

STATUTORY_LETTERS = frozenset(f"{number:02}" for number in range(1, 13))
_MOMENTS = ("ready", "completed", "always")


@dataclass(frozen=True)
class Parts:
    """A procedure as far as it could be read: its files, diagram, forms by path, and the path of each step's form."""

    files: Mapping[str, bytes]
    definition: Definition
    forms: Mapping[str, Form]
    placed: Mapping[tuple[str, str], str]

    def form_of(self, step: Step) -> Form | None:
        """Give the form of a step if it has one that can be read."""
        path = self.placed.get((step.process, step.key))
        return None if path is None else self.forms.get(path)

    def file_of(self, step: Step) -> str:
        """Give the path of the diagram a step stands in."""
        return shared.file_of(self.files, step.process)

    def unread(self, step: Step) -> bool:
        """Tell whether the step's form is there but could not be read: nothing can be said about its outcomes."""
        path = self.placed.get((step.process, step.key))
        return path is not None and path not in self.forms

    def outcomes(self, step: Step) -> tuple[str, ...]:
        """Give the values a step can end with, as written."""
        form = self.form_of(step)
        return () if form is None else tuple(choice.raw for choice in form.outcomes())


def examine(parts: Parts, handlers: Collection[str] | None) -> Iterator[Problem]:
    """Give the findings about each step; without `handlers` their names are not judged."""
    for step in parts.definition.steps.values():
        yield from _form(parts, step)
        yield from _clock(parts, step)
        yield from _letters(parts, step)
        yield from _actors(parts, step)
        if handlers is not None and step.service is not None and step.service.handler not in handlers:
            name, known = step.service.handler, ", ".join(sorted(handlers))
            yield findings.error(parts.file_of(step), "handler-unknown", Text(
                f"Không có hàm dịch vụ «{name}».", f"There is no service handler “{name}”."), Text(
                f"Dùng một trong: {known}", f"Use one of: {known}"), step.key)
    yield from _unused(parts)
    yield from _clock_starts(parts)


def _form(parts: Parts, step: Step) -> Iterator[Problem]:
    slug = parts.definition.slug
    if not form_files.asks(step, slug) or (step.process, step.key) in parts.placed:
        return
    if step.kind == "user" and step.form is None:
        return                                     # a manual task is only said to be done
    if step.kind == "start" and step.form is None:
        yield findings.info(parts.file_of(step), "form-filing", Text(
            "Nộp hồ sơ mà không khai gì: sự kiện bắt đầu không có mẫu.",
            "A case is filed without answers: the start event has no form."), Text(
            f"Thêm forms/{step.key}.json nếu cần.", f"Add forms/{step.key}.json if it should ask something."), step.key)
        return
    name = step.form or step.key
    yield findings.error(parts.file_of(step), "form-missing", Text(
        f"Không có mẫu «{name}» cho bước «{step.name or step.key}».",
        f"There is no form “{name}” for the step “{step.name or step.key}”."), Text(
        f"Thêm tệp forms/{name}.json hoặc sửa tên mẫu.", f"Add the file forms/{name}.json or correct the form's name."),
        step.key)


def _unused(parts: Parts) -> Iterator[Problem]:
    used = set(parts.placed.values())
    for path in sorted(parts.files):
        if path.startswith("forms/") and path.count("/") == 1 and path.endswith(".json") and path not in used:
            yield findings.warning(path, "form-unused", Text(
                "Không bước nào dùng mẫu này.", "No step uses this form."), Text(
                "Bỏ tệp, hoặc đặt tên theo id của bước.", "Remove the file, or name it by the id of its step."))


def _clock(parts: Parts, step: Step) -> Iterator[Problem]:
    if step.clock is None:
        return
    for word, outcome in (("starts", step.clock.starts), ("stops", step.clock.stops)):
        if outcome in (None, "always") or step.kind != "user" or parts.unread(step):
            continue
        if outcome not in parts.outcomes(step):
            yield _no_outcome(parts, step, f"clock {word}", str(outcome), "clock-outcome-unknown")


def _clock_starts(parts: Parts) -> Iterator[Problem]:
    """A statutory limit that no step ever starts is a promise nobody counts."""
    limited = any(rule.kind == "statutory" for rule in parts.definition.deadlines)
    if limited and not any(step.clock and step.clock.starts for step in parts.definition.steps.values()):
        yield findings.warning("process.bpmn", "clock-never-starts", Text(
            "Có thời hạn luật định nhưng không bước nào khởi động đồng hồ.",
            "There is a statutory limit, but no step starts the clock."), Text(
            "Thêm <motcua:clock starts=\"…\"/> vào bước tiếp nhận.",
            "Add <motcua:clock starts=\"…\"/> to the step that receives the case."), parts.definition.slug)


def _letters(parts: Parts, step: Step) -> Iterator[Problem]:
    for letter in step.letters:
        name = letter.template.removesuffix(".typ")
        own = any(f"{place}{name}.typ" in parts.files for place in ("letters/", "shared/letters/"))
        if name not in STATUTORY_LETTERS and not own:
            yield findings.error(parts.file_of(step), "letter-missing", Text(
                f"Không có mẫu in «{name}».", f"There is no letter “{name}”."), Text(
                f"Thêm letters/{name}.typ hoặc dùng số mẫu luật định 01–12.",
                f"Add letters/{name}.typ or use a statutory form number 01–12."), step.key)
        judged = step.kind == "user" and not parts.unread(step)
        if judged and letter.when not in (*_MOMENTS, *parts.outcomes(step)):
            yield _no_outcome(parts, step, "letter when", letter.when, "letter-outcome-unknown")


def _no_outcome(parts: Parts, step: Step, what: str, outcome: str, code: str) -> Problem:
    known = ", ".join(parts.outcomes(step)) or "–"
    return findings.error(parts.file_of(step), code, Text(
        f"{what}=\"{outcome}\", nhưng mẫu của bước không có kết quả này.",
        f"{what}=\"{outcome}\", but the form of the step has no such outcome."), Text(
        f"Dùng một trong: {known}", f"Use one of: {known}"), step.key)


def _actors(parts: Parts, step: Step) -> Iterator[Problem]:
    if step.assignment is None:
        return
    for named in (*step.assignment.not_actor_of, *step.assignment.same_actor_as):
        if not _is_task(parts.definition, step.process, named):
            yield findings.error(parts.file_of(step), "actor-of-unknown", Text(
                f"Không có bước người làm «{named}» mà notActorOf hoặc sameActorAs nhắc đến.",
                f"There is no user task “{named}” for notActorOf or sameActorAs."), Text(
                "Viết id của bước, hoặc gọi/bước trong quy trình được gọi.",
                "Write the id of a task, or call/task for one in a called process."), step.key)


def _is_task(definition: Definition, process: str, named: str) -> bool:
    """Tell whether `named` is a user task, looked for beside the step, around its sub-process, and from the top."""
    *calls, key = named.split("/")
    around = list(accumulate(process.split("/"), lambda outer, name: f"{outer}/{name}"))
    for place in (*reversed(around), definition.slug):
        for call in calls:
            calling = definition.steps.get((place, call))
            place = calling.called or "" if calling is not None else ""
        found = definition.steps.get((place, key))
        if found is not None and found.kind == "many":
            found = definition.steps.get((found.called or "", key))
        if found is not None and found.kind == "user":
            return True
    return False
