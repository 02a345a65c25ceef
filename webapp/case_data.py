"""A case as plain data for the macros: what was filed, papers, the text of its way, timeline, diagram."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import url_for

from engine.domain import roles
from engine.domain.case import path_of
from engine.domain.office import Document
from engine.procedures import forms, picture, picture_read
from engine.procedures.form_model import Field, Form
from engine.procedures.manifest import Paper
from engine.procedures.picture import Note
from engine.queries.case_pages import CaseFile
from engine.queries.case_path import Path, Stop
from webapp import form_data, language, presentation
from webapp.wording import translated as _

Pair = tuple[str, str]
_MASKED = ("personal-id", "phone-vn")
_ANSWERED = {"task.completed": "submission", "message.received": "answer", "handoff.returned": "answer"}
_VIEWS = {"application/pdf": "pdf", "image/jpeg": "image", "image/png": "image"}


def answers(form: Form, data: Any) -> list[Pair]:
    """Give what was answered in a form, label and value, personal numbers masked; what was left open is left out."""
    return [pair for field in form.fields for pair in _pairs(field, forms.value_at(data, field.key))]


def _pairs(field: Field, value: Any) -> Iterator[Pair]:
    if value is None or value == "":
        return
    if isinstance(value, Mapping):
        for child in field.children:
            yield from _pairs(child, value.get(child.key))
    elif isinstance(value, list) and field.item is not None and not field.choices:
        for index, item in enumerate(value):
            yield from _pairs(field.item_at(index), item)
    else:
        values = value if isinstance(value, list) else [value]
        yield language.say(field.title), ", ".join(_said(field, one) for one in values)


def _said(field: Field, value: Any) -> str:
    for choice in field.choices:
        if choice.value == value:
            return language.say(choice.label)
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if field.widget == "money" and isinstance(value, int):
        return presentation.money(value)
    if field.format in _MASKED:
        return presentation.masked(str(value))
    return form_data.spoken_day(str(value)) if field.format == "date" else str(value)


def sections(file: CaseFile) -> list[dict[str, Any]]:
    """Give the data of a case: what was filed, then what each step was answered the last time, every instance of one
    done several times by itself: by who did it, by another unit, or by a message."""
    filed = answers(file.procedure.filing_form(), file.filing())
    found = [{"title": _("Đã khai khi nộp"), "note": presentation.full(file.case.filed_at), "pairs": filed}]
    last = {}
    for event in file.events:
        if event.action in _ANSWERED:
            facts = event.facts()
            last[facts["task"]["place"] if "task" in facts else facts.get("place")] = event, facts
    for place, (event, facts) in last.items():
        section = _answered(file, place or "", facts.get(_ANSWERED[event.action]))
        if section is not None:
            found.append({**section, "note": f"{file.name(event.actor)}, {presentation.short(event.at)}"})
    return found


def _answered(file: CaseFile, place: str, said: Any) -> dict[str, Any] | None:
    """Give what was answered at a place; None where it says nothing, or the version of today has no such step."""
    path, _slash, key = place.rpartition("/")
    try:
        step = file.procedure.definition.step(path_of(path), key)
    except KeyError:
        return None
    form = file.procedure.form_of(step)
    pairs = answers(form, said) if form is not None else _plain(said)
    name = language.say(file.procedure.name_at(step, path_of(path), file.case.data))
    return {"title": name, "key": key, "pairs": pairs} if pairs else None


def _plain(said: Any) -> list[Pair]:
    """Give what a message without a form says, by the names its sender gave it; what is not plain is left out."""
    members = said.items() if isinstance(said, Mapping) else ()
    return [(name, _("Có") if value is True else _("Không") if value is False else str(value))
            for name, value in members if isinstance(value, str | int | float) and value != ""]


def document(file: CaseFile, one: Document) -> dict[str, Any]:
    """Give one paper: title, addresses to look at and to download it, and how it can be shown."""
    paper = next((p for p in file.procedure.manifest.papers if p.id == one.paper), None)
    return {"id": one.id.hex, "title": language.say(paper.title) if paper else one.name, "name": one.name,
            "size": presentation.size(one.size), "at": presentation.short(one.added_at), "by": file.name(one.added_by),
            "kind": _VIEWS.get(one.media_type, "other"),
            "view": url_for("documents.view", code=file.case.code, document_id=one.id),
            "href": url_for("documents.download", code=file.case.code, document_id=one.id)}


def papers(file: CaseFile) -> list[dict[str, Any]]:
    """Give the papers the case must have and how many files of each are there."""
    have = [one.paper for one in file.documents]
    return [{"id": paper.id, "title": language.say(paper.title), "count": have.count(paper.id),
             "kind": paper.kind, "note": language.say(paper.note) if paper.note else ""} for paper in file.papers()]


def paper_hint(paper: Paper) -> str:
    """Say about a paper to bring: in which form, how many, under a condition, and what the procedure notes."""
    kinds = {"original": _("Bản chính"), "certified": _("Bản sao chứng thực"), "copy": _("Bản sao"),
             "electronic": _("Bản điện tử")}
    parts = [kinds.get(paper.kind, paper.kind)]
    if paper.copies > 1:
        parts.append(_("%(count)s bản", count=paper.copies))
    if paper.required_if is not None:
        parts.append(_("chỉ một số trường hợp"))
    return ", ".join(parts) + "." + (f" {language.say(paper.note)}" if paper.note else "")


def twin(file: CaseFile, path: Path) -> list[dict[str, Any]]:
    """Give the numbered text of the diagram."""
    return [_twin(file, stop) for stop in path.stops]


def _twin(file: CaseFile, stop: Stop) -> dict[str, Any]:
    title = named(stop)
    if stop.outcome is not None:
        title = _("%(step)s: %(outcome)s", step=title, outcome=language.say(stop.outcome).lower())
    if stop.state == "now":
        title = _("%(step)s: đang ở đây", step=title)
    detail = ", ".join(part for part in (
        language.say(stop.unit) if stop.unit else "", stop.who, presentation.short(stop.at)) if part)
    return {"title": title, "detail": detail, "used": _used(stop), "status": _status(stop), "state": stop.state}


def named(stop: Stop) -> str:
    """Give the name of a step, with its turn when it is not the first."""
    name = language.say(stop.name)
    return _("%(step)s, lần %(number)s", step=name, number=stop.ordinal) if stop.ordinal > 1 else name


def _used(stop: Stop) -> str:
    if stop.state == "next" or stop.suspends:
        return language.say(stop.limit) if stop.limit and stop.state == "next" else ""
    if stop.used is None:
        return "–"
    used = presentation.hours(stop.used)
    return f"{used} / {presentation.hours(stop.allotted)}" if stop.allotted is not None else used


def _status(stop: Stop) -> tuple[str, str] | None:
    if stop.state == "next" or stop.used is None:
        return None
    if stop.suspends:
        return "hold", _("dừng %(time)s", time=presentation.hours(stop.used))
    if stop.allotted is not None and stop.used > stop.allotted:
        return "late", _("trễ %(time)s", time=presentation.hours(stop.used - stop.allotted))
    return None


def figure(file: CaseFile, path: Path) -> str:
    """Draw the diagram with the way of the case; the label says its state in a sentence."""
    spoken = language.chosen()
    definition, text = file.procedure.definition, file.procedure.texts.text
    steps = [step for (process, _key), step in definition.steps.items() if process == definition.slug]
    names = {step.key: text(step.name).to(spoken) for step in steps if step.name}
    names |= {flow.id: text(flow.name).to(spoken) for flow in definition.flows
              if flow.process == definition.slug and flow.name}
    content = file.procedure.pack.files["process.bpmn"]
    names |= {lane.id: _lane(text(lane.name).to(spoken), spoken)
              for lane in picture_read.read(content).lanes if lane.name}
    late = {stop.key: Note("late", status[1]) for stop in path.stops
            if stop.state == "now" and (status := _status(stop)) and status[0] == "late"}
    return picture.draw(
        content, taken_flows=path.taken_flows, taken=path.taken, now=path.now, order=path.order, notes=late,
        pauses={step.key for step in steps if step.suspends is not None},
        limits={stop.key: language.say(stop.limit) for stop in path.stops if stop.limit is not None},
        names=names, words=picture.words(spoken), label=_label(path))


def _lane(name: str, spoken: str) -> str:
    return roles.title(roles.named(name)).to(spoken) if roles.named(name) in roles.TITLES else name


def _label(path: Path) -> str:
    here = [language.say(stop.name) for stop in path.stops if stop.state == "now"]
    return (_("Sơ đồ, hồ sơ đang ở bước: %(steps)s", steps=", ".join(here)) if here
            else _("Sơ đồ, hồ sơ đã kết thúc"))
