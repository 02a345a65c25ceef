"""A procedure ready to run: its diagram, forms and texts read once. Keeping it in memory is for services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine import workflow
from engine.domain.errors import InvalidProcedure, Problem
from engine.domain.text import Text
from engine.procedures import findings, form_files, forms, manifest, texts
from engine.procedures.form_model import Choice, Form
from engine.procedures.manifest import Manifest
from engine.procedures.pack import Pack
from engine.procedures.texts import Catalogue
from engine.workflow import Definition, Step

MAX_FORMS = 200
MAX_ABOUT = 80      # characters of what an instance is about, in the name of its task
_NAMING = ("title", "name", "full_name", "unit", "id", "code")


@dataclass(frozen=True)
class Procedure:
    """One procedure. `forms` are keyed by their path in the pack; ask `form_of` for the form of a step."""

    pack: Pack
    manifest: Manifest
    definition: Definition
    forms: Mapping[str, Form]
    texts: Catalogue

    @property
    def slug(self) -> str:
        """Give the slug of the procedure."""
        return self.manifest.slug

    @property
    def title(self) -> Text:
        """Give the title of the procedure."""
        return self.manifest.title

    def name_of(self, step: Step) -> Text:
        """Give the name of a step; a nameless one shows its id."""
        return self.texts.text(step.name) if step.name else Text(step.key, step.key)

    def name_at(self, step: Step, path: tuple[str, ...], data: Mapping[str, Any]) -> Text:
        """Give the name of a step where it stands in a case: of one done several times with what this time is about,
        such as the agency that is asked, else with its number."""
        name, about = self.name_of(step), _words(workflow.about(self.definition, data, path))
        return Text(name.vi + about, name.en + about)

    def form_of(self, step: Step) -> Form | None:
        """Give the form of a user task or of the start; a step without a file accepts `{}` alone; else None."""
        if not form_files.asks(step, self.slug):
            return None
        path = form_files.place(self.pack.files, step, self.slug)
        return self.forms[path] if path is not None else forms.empty(step.form or step.key)

    def filing_form(self) -> Form:
        """Give the form a case is filed with: that of the start event."""
        return self.form_of(self.definition.start) or forms.empty(self.definition.start.key)

    def outcomes_of(self, step: Step) -> tuple[Choice, ...]:
        """Give the choices of a step, labelled; none means that it simply completes."""
        form = self.form_of(step)
        return () if form is None else form.outcomes()

    def outcome_label(self, step: Step, outcome: str) -> Text:
        """Give what an outcome of a step is called; an unknown one shows its value."""
        found = (choice.label for choice in self.outcomes_of(step) if choice.raw == outcome)
        return next(found, Text(outcome, outcome))

    def public_text(self, step: Step) -> Text | None:
        """Give the sentence of the public page for a step, or None; a missing language shows the other."""
        by_language = {text.language: text.sentence for text in step.texts}
        vi, en = by_language.get("vi"), by_language.get("en")
        if vi is None and en is None:
            return None
        return Text(vi or en or "", en or self.texts.text(vi or "").en)


def _words(about: Any) -> str:
    """Say what an instance is about after the name of its step: a text as it is, of a record the text that names it."""
    if isinstance(about, dict):
        about = next((about[key] for key in _NAMING if isinstance(about.get(key), str)), None)
    if isinstance(about, str) and about.strip():
        return f" – {' '.join(about.split())[:MAX_ABOUT]}"
    return f" ({about})" if isinstance(about, int) else ""


def load(pack: Pack) -> Procedure:
    """Read a pack into a procedure. `check` finds more than what keeps it from being read.

    Raises:
        InvalidProcedure: manifest, texts, diagram or a form cannot be read; all of their findings.
    """
    catalogue, problems = texts.read(pack.files)
    facts, found = manifest.read(pack.files.get("procedure.toml"), catalogue.entries)
    problems += found
    definition = None
    if facts is not None:
        try:
            definition = workflow.read(pack.diagrams(), facts.slug)
        except InvalidProcedure as refused:
            problems += refused.problems
    if facts is None or definition is None:
        raise InvalidProcedure(problems)
    read, found = read_forms(pack.files, form_files.placed(
        pack.files, definition.steps.values(), facts.slug).values(), catalogue)
    problems += found
    if any(problem.severity == "error" for problem in problems):
        raise InvalidProcedure(problems)
    return Procedure(pack, facts, definition, read, catalogue)


def read_forms(files: Mapping[str, bytes], paths: Iterable[str],
               catalogue: Catalogue) -> tuple[dict[str, Form], list[Problem]]:
    """Give the forms at `paths` that can be read, and the findings of all."""
    find = form_files.fieldset(files)
    read: dict[str, Form] = {}
    problems: list[Problem] = []
    wanted = sorted(set(paths))
    for path in wanted[:MAX_FORMS]:
        form, found = forms.read(path, files[path], find, catalogue)
        problems += found
        if form is not None:
            read[path] = form
    if len(wanted) > MAX_FORMS:
        problems.append(findings.error("forms", "forms-too-many", Text(
            f"Thủ tục có hơn {MAX_FORMS} mẫu.", f"The procedure has over {MAX_FORMS} forms."), Text(
            "Chia thủ tục hoặc gộp mẫu.", "Divide the procedure or merge forms.")))
    return read, problems

