"""Work that passes to another unit: handed over, accepted, refused, forgotten, given back; and who answers for it."""

from __future__ import annotations

import itertools
import json
from datetime import datetime

from engine.domain.errors import CaseNotFound, HandOffAlreadyAnswered, NotAllowed
from engine.domain.people import Actor
from engine.domain.text import Text
from engine.procedures.pack import Pack
from engine.queries import case_pages, hand_off_list, handed_over, office
from engine.queries.hand_off_list import Entry
from engine.services import handoffs, holding, procedures
from engine.storage import database
from features.steps.sentences import same_name, says, told
from features.steps.story import Story
from features.steps.vocabulary import expect, step

_SLUG = "school-driver"
_RULE = '<motcua:handoff to="traffic-police" acknowledgeWithin="4 working hours" period="2 working days"/>'
_LIMIT = '<motcua:deadline kind="statutory" period="5 working days"/>'
_FORM = {"type": "object", "title": "Đơn", "required": ["full_name"], "properties": {
    "full_name": {"type": "string", "title": "Họ và tên", "format": "full-name"}}}
_NOTHING = {"type": "object", "title": "Việc", "properties": {"note": {"type": "string", "title": "Ghi chú"}}}
_ENGLISH = {"Tiếp nhận hồ sơ": "Receive the dossier", "Xác minh giấy phép lái xe": "Verify the licence",
            "Tra cứu vi phạm": "Look up offences", "Cấp giấy xác nhận": "Issue the certificate"}


def _extended(inside: str) -> str:
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"


def _task(key: str, name: str, role: str, unit: str, more: str = "") -> str:
    assigned = _extended(f'<motcua:assignment role="{role}" unit="{unit}"/>{more}')
    return f'<bpmn:userTask id="{key}" name="{name}">{assigned}</bpmn:userTask>'


def _diagram(slug: str, inside: str, *path: str) -> bytes:
    flows = "".join(f'<bpmn:sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>'
                    for n, (a, b) in enumerate(itertools.pairwise(path)))
    return ('<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions '
            'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:motcua="urn:motcua:bpmn:1" '
            f'targetNamespace="urn:motcua:feature"><bpmn:process id="{slug}" isExecutable="true">{inside}{flows}'
            '</bpmn:process></bpmn:definitions>').encode()


@step("một thủ tục của xã chuyển cho cảnh sát giao thông xác minh giấy phép lái xe")
@step("a procedure of the commune that hands over to the traffic police to verify a licence")
def publish(story: Story) -> None:
    inside = (_extended(_LIMIT) + '<bpmn:startEvent id="application"/>'
              + _task("receive", "Tiếp nhận hồ sơ", "receiving-officer", "receiving", '<motcua:clock starts="always"/>')
              + '<bpmn:callActivity id="verify" name="Xác minh giấy phép lái xe" calledElement="licence-check">'
              + _extended(_RULE) + "</bpmn:callActivity>"
              + _task("issue", "Cấp giấy xác nhận", "processing-officer", "competent", '<motcua:clock stops="always"/>')
              + '<bpmn:endEvent id="done"/>')
    called = ('<bpmn:startEvent id="asked"/>'
              + _task("search", "Tra cứu vi phạm", "processing-officer", "competent") + '<bpmn:endEvent id="said"/>')
    manifest = (f'slug = "{_SLUG}"\nowner = "commune"\n[title]\nvi = "Xác nhận lái xe đưa đón học sinh"\n'
                'en = "Certificate for school drivers"\n')
    words = "".join(f'msgid "{vi}"\nmsgstr "{en}"\n\n' for vi, en in _ENGLISH.items())
    forms = {"application": _FORM, "receive": _NOTHING, "search": _NOTHING, "issue": _NOTHING}
    procedures.publish(Pack({
        "procedure.toml": manifest.encode(), "locale/en.po": words.encode(),
        "process.bpmn": _diagram(_SLUG, inside, "application", "receive", "verify", "issue", "done"),
        "shared/licence-check.bpmn": _diagram("licence-check", called, "asked", "search", "said"),
        **{f"forms/{name}.json": json.dumps(form).encode() for name, form in forms.items()}}), story.now)
    story.procedure = _SLUG


def _newest(story: Story) -> Entry:
    """Give the newest hand-off of the case."""
    with database.reading() as session:
        case = holding.case_by_code(session, story.code)
        found = hand_off_list.of_case(session, case, story.now)
        session.expunge_all()
    expect(bool(found), "Hồ sơ chưa chuyển việc nào.", "The dossier has handed nothing over.")
    return found[-1]


@step(says('"{name:Name}" được chuyển cho "{unit:Name}", phải trả lời trước {when:When}'))
@step(says('"{name:Name}" is handed over to "{unit:Name}", to be answered by {when:When}'))
def is_offered(story: Story, name: str, unit: str, when: datetime) -> None:
    found = _newest(story)
    to, until = found.to_unit, told(found.hand_off.acknowledge_by)
    expect(same_name(name, found.name) and same_name(unit, to) and found.hand_off.acknowledge_by == when
           and found.hand_off.status == "offered",
           f"«{found.name.vi}» được chuyển cho {to.vi}, trả lời trước {until.vi}, nay {found.hand_off.status}.",
           f"“{found.name.en}” is handed over to {to.en}, to be answered by {until.en}; it is {found.hand_off.status}.")


@step(says('"{unit:Name}" chịu trách nhiệm về hồ sơ'))
@step(says('"{unit:Name}" answers for the dossier'))
def answers_for(story: Story, unit: str) -> None:
    with database.reading() as session:
        found = handed_over.accountable(session, holding.case_by_code(session, story.code))
        title = office.current(session).unit_title(found)
    expect(same_name(unit, title), f"{title.vi} chịu trách nhiệm về hồ sơ.", f"{title.en} answers for the dossier.")


@step(says("phần việc được chuyển phải xong trước {when:When}"))
@step(says("the part handed over is due at {when:When}"))
def is_due(story: Story, when: datetime) -> None:
    due = _newest(story).hand_off.due_at
    expect(due == when, f"Phần việc được chuyển phải xong trước: {told(due).vi}.",
           f"The part handed over is due at: {told(due).en}.")


@step(says("{person} tiếp nhận việc chuyển lúc {when:When}"))
@step(says("{person} accepts what is handed over at {when:When}"))
def accept(story: Story, person: str, when: datetime) -> None:
    story.now = when
    handoffs.accept(_newest(story).hand_off.id, story.person(person), when)


@step(says('{person} từ chối việc chuyển vì "{reason:Name}" lúc {when:When}'))
@step(says('{person} refuses what is handed over because "{reason:Name}" at {when:When}'))
def refuse(story: Story, person: str, reason: str, when: datetime) -> None:
    story.now = when
    handoffs.refuse(_newest(story).hand_off.id, reason, story.person(person), when)


@step(says("{person} chuyển lại lúc {when:When}"))
@step(says("{person} hands it over again at {when:When}"))
def offer_again(story: Story, person: str, when: datetime) -> None:
    story.now = when
    handoffs.offer_again(_newest(story).hand_off.id, story.person(person), when)


@step(says('{person} thấy việc chuyển bị từ chối vì "{reason:Name}"'))
@step(says('{person} sees that it was refused because "{reason:Name}"'))
def sees_refusal(story: Story, person: str, reason: str) -> None:
    one = _listed(story, story.person(person)).hand_off
    expect((one.status, one.reason) == ("refused", reason), f"Việc chuyển: {one.status}, lý do: {one.reason}.",
           f"The hand-off is {one.status}; the reason: {one.reason}.")


@step(says("{person} được báo là quá giờ mà chưa ai trả lời việc chuyển"))
@step(says("{person} is told that nobody answered the hand-off in time"))
def is_alarmed(story: Story, person: str) -> None:
    found = _listed(story, story.person(person), hand_off_list.LATE)
    expect(found.hand_off.alarmed_at is not None and found.late, "Chưa có báo động nào.", "No alarm has sounded.")
    events = [event.action for event in story.events()]
    assert events.count("handoff.unacknowledged") == 1


def _listed(story: Story, who: Actor, status: str = hand_off_list.OPEN) -> Entry:
    found = [entry for entry in hand_off_list.of_units(who, story.now, status=status)
             if entry.case.code == story.code]
    expect(len(found) == 1, f"{who.name} thấy {len(found)} việc chuyển của hồ sơ.",
           f"{who.name} sees {len(found)} hand-offs of the dossier.")
    return found[0]


@step(says("{person} không tiếp nhận được nữa, và được báo {other} đã tiếp nhận lúc {when:When}"))
@step(says("{person} can no longer accept it, and is told that {other} did at {when:When}"))
def too_late(story: Story, person: str, other: str, when: datetime) -> None:
    one = _newest(story).hand_off
    refused = story.attempt(person, lambda: handoffs.accept(one.id, story.person(person), story.now))
    assert isinstance(refused, HandOffAlreadyAnswered)
    assert (refused.actor, refused.at) == (story.person(other).account, when)


@step(says("{person} không được trả lời việc chuyển"))
@step(says("{person} may not answer the hand-off"))
def may_not(story: Story, person: str) -> None:
    one, before = _newest(story).hand_off, story.case().head
    refused = story.attempt(person, lambda: handoffs.accept(one.id, story.person(person), story.now))
    assert isinstance(refused, NotAllowed)
    assert story.case().head == before


@step(says("{person} không biết có hồ sơ này"))
@step(says("{person} does not know of the dossier"))
def knows_nothing(story: Story, person: str) -> None:
    refused = story.attempt(person, lambda: case_pages.read(story.code, story.person(person), story.now))
    expect(isinstance(refused, CaseNotFound), f"{person} xem được hồ sơ.", f"{person} can see the dossier.")


@step(says("{person} xem được hồ sơ"))
@step(says("{person} can see the dossier"))
def knows(story: Story, person: str) -> None:
    refused = story.attempt(person, lambda: case_pages.read(story.code, story.person(person), story.now))
    why = refused.message if refused is not None else Text("", "")
    expect(refused is None, f"{person} không xem được hồ sơ: {why.vi}", f"{person} cannot see the dossier: {why.en}")
