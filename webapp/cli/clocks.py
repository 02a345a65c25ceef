"""`motcua clock`: a due time with its arithmetic."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import click

from engine.domain import clock_events, explanation
from engine.domain.clock import Reckoning
from engine.domain.clock_events import Suspended
from engine.domain.errors import InvalidInput
from engine.domain.text import Text
from engine.services import clock_explain, clock_for, installation
from webapp.cli import case_text, opening, voice

_EITHER = Text("Nêu --procedure cùng --received, hoặc chỉ --case, hoặc chỉ --input.",
               "Name --procedure with --received, or --case alone, or --input alone.")


class _Moment(click.ParamType[datetime]):
    """Local time of the unit: `2026-02-13T15:01`."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read the time; another form is wrong usage."""
        if isinstance(value, datetime):
            return value
        try:
            return clock_events.read_moment(value)
        except InvalidInput as error:
            self.fail(voice.say(error.message), param, ctx)


class _Suspension(click.ParamType[Suspended]):
    """A time in which the clock stands: `FROM/TO[/restart]`."""

    name = "from/to[/restart]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Suspended:
        """Read the suspension; another form is wrong usage."""
        if isinstance(value, Suspended):
            return value
        try:
            return clock_explain.read_suspension(value)
        except InvalidInput as error:
            self.fail(voice.say(error.message), param, ctx)


@click.group("clock", cls=voice.Subject, vi="Thời hạn.")
def group() -> None:
    """Due times."""


@group.command("explain", vi="Tính hạn trả và cho xem từng ngày được tính.")
@voice.option("--procedure", vi="Thủ tục.", en="The procedure.")
@voice.option("--received", type=_Moment(), vi="Lúc nhận đủ hồ sơ, giờ địa phương.",
              en="When the dossier was full, local time.")
@voice.option("--unit", vi="Đơn vị có lịch làm việc cần dùng.", en="The unit whose calendar holds.")
@voice.option("--kind", type=click.Choice(["statutory", "service_norm"]), default="statutory",
              vi="Loại thời hạn.", en="The kind of limit.")
@voice.option("--outcome", vi="Kết quả có thời hạn riêng.", en="An outcome with a limit of its own.")
@voice.option("--suspend", "suspensions", type=_Suspension(), multiple=True,
              vi="Đồng hồ dừng TỪ/ĐẾN[/restart]; nêu nhiều lần được.",
              en="The clock stands FROM/TO[/restart]; may be given several times.")
@voice.option("--case", "code", vi="Hồ sơ có hạn cần giải thích.", en="The case whose due time to explain.")
@voice.option("--input", "questions", type=click.Path(path_type=Path), vi="Tệp JSON gồm nhiều câu hỏi.",
              en="A JSON file of questions.")
@voice.as_json
def explain(procedure: str | None, received: datetime | None, unit: str | None,
            kind: Literal["statutory", "service_norm"], outcome: str | None, suspensions: tuple[Suspended, ...],
            code: str | None, questions: Path | None, as_json: bool) -> None:
    """Compute a due time and show each day that counts."""
    by_procedure = procedure is not None and received is not None
    others = procedure or received or unit or outcome or suspensions
    if code is not None and not (others or questions):
        _of_case(code, as_json)
    elif questions is not None and not (others or code):
        answers = clock_explain.explain_text(questions.read_bytes(), voice.language())
        if as_json:
            voice.give(answers)
        else:
            for answer in answers:
                _show(answer)
    elif by_procedure and questions is None and code is None:
        assert procedure is not None and received is not None       # noqa: S101, PT018 - what by_procedure says
        ask = clock_for.published if installation.ready(opening.settings().database_url) else clock_for.shipped
        found = ask(procedure, received, unit=unit, kind=kind, outcome=outcome, suspensions=suspensions)
        _give(found, as_json)
    else:
        raise click.UsageError(voice.say(_EITHER))


def _of_case(code: str, as_json: bool) -> None:
    opening.database()
    case, found = clock_for.of_case(code)
    if found is None:
        raise InvalidInput(Text(f"Thủ tục của hồ sơ {code} không khai báo thời hạn.",
                                f"The procedure of case {code} declares no limit."))
    promised = case_text.local(case.promised_at)
    _give(found, as_json, {"id": case.code, **({"promised": promised} if promised else {})})


def _give(found: Reckoning, as_json: bool, more: dict[str, Any] | None = None) -> None:
    answer = {**(more or {}), **clock_explain.answer(found, voice.language())}
    if as_json:
        voice.give([answer])
        return
    _show(answer, [(voice.say(result), voice.say(reason)) for reason, result in explanation.explain(found)])


def _show(answer: dict[str, Any], why: list[tuple[str, str]] | None = None) -> None:
    name = f"{answer['id']}  " if "id" in answer else ""
    start, due = case_text.when(answer["start"]), case_text.when(answer["due"])
    left = answer.get("remaining")
    standing = voice.say(Text(f" (đồng hồ đang dừng, còn {left} phút)", f" (the clock stands, {left} minutes left)"))
    voice.tell(f"{name}Bắt đầu {start}, hẹn trả {due}{standing if left is not None else ''}",
               f"{name}Start {start}, due {due}{standing if left is not None else ''}")
    if answer.get("promised") not in (None, answer["due"]):
        promised = case_text.when(answer["promised"])
        voice.tell(f"  Ngày hẹn đã in giữ nguyên: {promised}", f"  The printed date stays: {promised}")
    if why:
        voice.rows([[result, reason] for result, reason in why], "  ")
    if answer["lines"]:
        case_text.arithmetic(answer["lines"])
    click.echo()
