"""Papers sent again under the same mark: the idempotency key of a filing, and what each sending was answered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

from engine.domain import audit
from engine.domain.errors import KeyReused
from engine.queries import case_view, console, office
from engine.services import cases, receipts
from engine.services.receipts import Receipt
from features.steps import answers
from features.steps.sentences import says
from features.steps.story import Story
from features.steps.vocabulary import step

_TIMES = 4


@step(says('{person} gửi giấy tờ của {applicant} với dấu "{mark:Name}" lúc {when:When}'))
@step(says('{person} sends the papers of {applicant} under the mark "{mark:Name}" at {when:When}'))
def send(story: Story, person: str, applicant: str, mark: str, when: datetime) -> None:
    story.now, story.code = when, ""
    story.attempt(person, lambda: _answered(story, _sent(story, person, applicant, mark)))
    story.code = console.codes()[0]


@step(says('{person} gửi giấy tờ của {applicant} với dấu "{mark:Name}" bốn lần cùng lúc, lúc {when:When}'))
@step(says('{person} sends the papers of {applicant} under the mark "{mark:Name}" four times at once at {when:When}'))
def send_at_once(story: Story, person: str, applicant: str, mark: str, when: datetime) -> None:
    story.now, barrier = when, Barrier(_TIMES)

    def send_one(_: int) -> Receipt:
        barrier.wait()
        return _sent(story, person, applicant, mark)
    with ThreadPoolExecutor(_TIMES) as pool:
        for receipt in pool.map(send_one, range(_TIMES)):
            _answered(story, receipt)
    story.code = console.codes()[0]


def _sent(story: Story, person: str, applicant: str, mark: str) -> Receipt:
    actor = story.person(person)
    submission = answers.filing(story.loaded().filing_form(), applicant, office.local_day(story.now), {})
    fingerprint = receipts.fingerprint(story.procedure.encode(), audit.canonical(submission))
    receipt = Receipt(actor.account, case_view.writer("vi"), mark, fingerprint)
    cases.file(story.procedure, submission, actor, story.now, receipt=receipt)
    return receipt


def _answered(story: Story, receipt: Receipt) -> None:
    story.kept.setdefault("answers", []).append(receipt.answer)


@step("chỉ có một hồ sơ, mọi câu trả lời đều nêu hồ sơ đó")
@step("there is one dossier, and every answer names it")
def one_dossier(story: Story) -> None:
    (code,) = console.codes()
    assert len(set(story.kept["answers"])) == 1
    assert code.encode() in story.kept["answers"][0]


@step("có hai hồ sơ, mỗi hồ sơ một mã")
@step("there are two dossiers, each with a number of its own")
def two_dossiers(story: Story) -> None:
    first, second = console.codes()
    one, other = story.kept["answers"]
    assert first != second
    assert first.encode() in one
    assert second.encode() in other


@step(says("{person} được báo dấu này đã dùng cho giấy tờ khác"))
@step(says("{person} is told that the mark was used for other papers"))
def told_mark_used(story: Story, person: str) -> None:
    ((who, told),) = story.told
    assert who == person
    assert isinstance(told, KeyReused)
