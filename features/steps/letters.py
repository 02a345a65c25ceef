"""Papers that come from elsewhere: the archive's extract, early, twice, for the wrong dossier, and asked for."""

from __future__ import annotations

import itertools
import json
from datetime import datetime

from sqlalchemy import select

from engine import worker
from engine.domain.case import Case
from engine.domain.errors import Conflict
from engine.procedures.pack import Pack
from engine.services import messages, procedures, tasks
from engine.services.messages import Message
from engine.storage import database
from engine.storage.tables import case_table
from features.steps.sentences import says
from features.steps.story import Story
from features.steps.vocabulary import expect, step

_LICENCE, _ARCHIVE, _ASKED, _EXTRACT = "licence-copy", "archive-extract", "extract_requested", "archive_extract"
_FORM = {"type": "object", "title": "Đơn", "required": ["full_name"], "properties": {
    "full_name": {"type": "string", "title": "Họ và tên", "format": "full-name"}}}
_NUMBER = {"type": "object", "title": "Trích lục", "required": ["number"], "properties": {
    "number": {"type": "string", "title": "Số trích lục"}}}
_NOTHING = {"type": "object", "title": "Việc", "properties": {"note": {"type": "string", "title": "Ghi chú"}}}


def _task(key: str, name: str, role: str, unit: str) -> str:
    return (f'<bpmn:userTask id="{key}" name="{name}"><bpmn:extensionElements>'
            f'<motcua:assignment role="{role}" unit="{unit}"/></bpmn:extensionElements></bpmn:userTask>')


def _diagram(slug: str, other: str, flow: tuple[str, str], inside: str, *path: str) -> bytes:
    """Draw a process beside the pool it talks with; `path` are its elements in order."""
    flows = "".join(f'<bpmn:sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>'
                    for n, (a, b) in enumerate(itertools.pairwise(path)))
    return (f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:motcua="urn:motcua:bpmn:1"
                  targetNamespace="urn:motcua:feature">
  <bpmn:message id="asked" name="{_ASKED}"/><bpmn:message id="extract_m" name="{_EXTRACT}"/>
  <bpmn:collaboration id="both">
    <bpmn:participant id="own" name="{slug}" processRef="{slug}"/>
    <bpmn:participant id="other" name="{other}" processRef="{other}"/>
    <bpmn:messageFlow id="talk" sourceRef="{flow[0]}" targetRef="{flow[1]}"/>
  </bpmn:collaboration>
  <bpmn:process id="{slug}" isExecutable="true">{inside}{flows}</bpmn:process>
</bpmn:definitions>""").encode()


def _pack(slug: str, owner: str, titles: tuple[str, str], diagram: bytes, **forms: object) -> Pack:
    manifest = f'slug = "{slug}"\nowner = "{owner}"\n[title]\nvi = "{titles[0]}"\nen = "{titles[1]}"\n'
    english = {"Kiểm tra hồ sơ": "Check the dossier", "In giấy phép": "Print the licence",
               "Tìm trích lục": "Find the extract"}
    words = "".join(f'msgid "{vi}"\nmsgstr "{en}"\n\n' for vi, en in english.items())
    return Pack({"procedure.toml": manifest.encode(), "process.bpmn": diagram, "locale/en.po": words.encode(),
                 **{f"forms/{name}.json": json.dumps(form).encode() for name, form in forms.items()}})


@step("một thủ tục chờ trích lục của kho lưu trữ sau khi kiểm tra hồ sơ")
@step("a procedure that waits for the archive's extract after the dossier was checked")
def publish_waiting(story: Story) -> None:
    inside = ('<bpmn:startEvent id="application"/>'
              + _task("check", "Kiểm tra hồ sơ", "processing-officer", "competent")
              + '<bpmn:receiveTask id="extract" name="Chờ trích lục" messageRef="extract_m"/>'
              + _task("issue", "In giấy phép", "printing-officer", "competent") + '<bpmn:endEvent id="done"/>')
    diagram = _diagram(_LICENCE, _ARCHIVE, ("other", "extract"), inside, "application", "check", "extract", "issue",
                       "done")
    procedures.publish(_pack(_LICENCE, "traffic-police", ("Cấp lại giấy phép", "A copy of a licence"), diagram,
                             application=_FORM, check=_NOTHING, issue=_NOTHING), story.now)
    story.procedure = _LICENCE


@step("một thủ tục hỏi kho lưu trữ lấy trích lục, và thủ tục của kho lưu trữ")
@step("a procedure that asks the archive for an extract, and the archive's own")
def publish_asking(story: Story) -> None:
    inside = ('<bpmn:startEvent id="application"/><bpmn:sendTask id="ask" name="Hỏi kho" messageRef="asked"/>'
              '<bpmn:receiveTask id="extract" name="Chờ trích lục" messageRef="extract_m"/>'
              + _task("issue", "In giấy phép", "printing-officer", "competent") + '<bpmn:endEvent id="done"/>')
    asking = _diagram(_LICENCE, _ARCHIVE, ("ask", "other"), inside, "application", "ask", "extract", "issue", "done")
    procedures.publish(_pack(_LICENCE, "traffic-police", ("Cấp lại giấy phép", "A copy of a licence"), asking,
                             application=_FORM, issue=_NOTHING), story.now)
    inside = ('<bpmn:startEvent id="request"><bpmn:messageEventDefinition messageRef="asked"/></bpmn:startEvent>'
              + _task("find", "Tìm trích lục", "receiving-officer", "receiving")
              + '<bpmn:endEvent id="answered"><bpmn:extensionElements><motcua:send data="find.number"/>'
                '</bpmn:extensionElements><bpmn:messageEventDefinition messageRef="extract_m"/></bpmn:endEvent>')
    answering = _diagram(_ARCHIVE, _LICENCE, ("answered", "other"), inside, "request", "find", "answered")
    procedures.publish(_pack(_ARCHIVE, "service-centre", ("Cấp trích lục", "Extracts of the archive"), answering,
                             find=_NUMBER), story.now)
    story.procedure = _LICENCE


@step(says('{person} chuyển vào hồ sơ trích lục số "{number:Name}" của kho lưu trữ lúc {when:When}'))
@step(says('{person} brings the archive\'s extract "{number:Name}" to the dossier at {when:When}'))
def bring(story: Story, person: str, number: str, when: datetime) -> None:
    story.now = when
    message = Message(_EXTRACT, {"number": number}, f"archive-{number.replace('/', '-')}")
    story.kept["delivery"] = messages.deliver(story.code, message, story.person(person), when)
    worker.drain(when)


@step("trích lục được giữ lại cho đến khi hồ sơ cần đến")
@step("the extract is kept until the dossier needs it")
def is_kept(story: Story) -> None:
    expect(story.kept["delivery"].buffered, "Trích lục không được giữ lại.", "The extract was not kept.")
    assert "extract" not in story.case().data


@step("hệ thống báo trích lục này đã có, không nhận thêm lần nữa")
@step("the system says that this extract came before and does not take it again")
def is_repeated(story: Story) -> None:
    before = [event.action for event in story.events()].count
    expect(story.kept["delivery"].repeated, "Trích lục được nhận lần nữa.", "The extract was taken again.")
    assert before("message.received") + before("message.buffered") <= 2
    assert before("message.received") <= 1


@step(says('hồ sơ có trích lục số "{number:Name}"'))
@step(says('the dossier has the extract "{number:Name}"'))
def has_extract(story: Story, number: str) -> None:
    _has(story.case(), number)


@step(says('hồ sơ thứ {position:d} có trích lục số "{number:Name}"'))
@step(says('dossier {position:d} has the extract "{number:Name}"'))
def that_has_extract(story: Story, position: int, number: str) -> None:
    _has(story.case_called(story.codes[position - 1]), number)


def _has(case: Case, number: str) -> None:
    found = case.data.get("extract", {}).get("number")
    expect(found == number, f"Hồ sơ có trích lục {found}.", f"The dossier has the extract {found}.")


@step(says("hồ sơ thứ {position:d} còn chờ trích lục"))
@step(says("dossier {position:d} still waits for its extract"))
def still_waits(story: Story, position: int) -> None:
    case = story.case_called(story.codes[position - 1])
    expect("extract" not in case.data, "Hồ sơ đã có trích lục.", "The dossier has an extract.")


@step(says("{person} không chuyển được vào hồ sơ một giấy mà thủ tục không hề chờ"))
@step(says("{person} cannot bring the dossier a paper its procedure never waits for"))
def cannot_bring(story: Story, person: str) -> None:
    before = story.case().head
    refused = story.attempt(person, lambda: messages.deliver(
        story.code, Message("bank_statement", {}), story.person(person), story.now))
    assert isinstance(refused, Conflict)
    assert story.case().head == before


@step(says('{person} ở kho lưu trữ trả lời hồ sơ thứ {position:d} bằng trích lục số "{number:Name}" lúc {when:When}'))
@step(says('{person} at the archive answers dossier {position:d} with the extract "{number:Name}" at {when:When}'))
def answer(story: Story, person: str, position: int, number: str, when: datetime) -> None:
    story.now = when
    worker.drain(when)
    request = _request_of(story, story.codes[position - 1])
    [task] = request.open_tasks()
    tasks.complete(task.id, {"number": number}, story.person(person), when)
    worker.drain(when)


def _request_of(story: Story, code: str) -> Case:
    """Give the request at the archive that came from a dossier."""
    with database.reading() as session:
        codes = list(session.scalars(select(case_table.c.code).where(case_table.c.origin == code)))
    expect(len(codes) == 1, f"Kho lưu trữ có {len(codes)} yêu cầu của hồ sơ này.",
           f"The archive has {len(codes)} requests of this dossier.")
    return story.case_called(codes[0])
