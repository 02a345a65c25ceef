"""What the public learns of a dossier: by the receipt, or by its number with four digits only the applicant knows."""

from __future__ import annotations

from engine.queries import tracking
from features.steps.sentences import says
from features.steps.story import Story
from features.steps.vocabulary import step


@step("người nộp đem giấy tiếp nhận đến hỏi")
@step("the applicant comes with the receipt")
def come_with_receipt(story: Story) -> None:
    story.kept["read"] = tracking.by_token(story.case().tracking, story.now)


@step(says('người nộp hỏi bằng mã hồ sơ và bốn số "{digits:Name}"'))
@step(says('the applicant comes with the number of the dossier and "{digits:Name}"'))
def come_with_digits(story: Story, digits: str) -> None:
    token = tracking.token_of(story.code, digits)
    assert token is not None
    story.kept["read"] = tracking.by_token(token, story.now)


@step(says('người lạ hỏi hồ sơ này bằng bốn số "{digits:Name}"'))
@step(says('a stranger asks for this dossier with the digits "{digits:Name}"'))
def stranger_guesses(story: Story, digits: str) -> None:
    stranger_asks(story, story.code, digits)


@step(says('người lạ hỏi hồ sơ "{code:Name}" bằng bốn số "{digits:Name}"'))
@step(says('a stranger asks for the dossier "{code:Name}" with the digits "{digits:Name}"'))
def stranger_asks(story: Story, code: str, digits: str) -> None:
    story.kept.setdefault("stranger", []).append(tracking.token_of(code, digits))


@step("hai câu trả lời như nhau, không cho biết gì")
@step("both answers are the same and tell nothing")
def same_answers(story: Story) -> None:
    assert story.kept["stranger"] == [None, None]


@step("tờ giấy đoán mò không dẫn tới hồ sơ nào")
@step("a receipt made up by a stranger leads to no dossier")
def made_up_receipt(story: Story) -> None:
    token = story.case().tracking
    assert tracking.by_token(token, story.now) is not None
    for made_up in (token[:-1], token[::-1], "", "%", token + "a"):
        assert tracking.by_token(made_up, story.now) is None


@step("người nộp đọc được hồ sơ đang ở đâu")
@step("the applicant reads where the dossier is")
def reads_where(story: Story) -> None:
    read = story.kept["read"]
    assert read.file.case.code == story.code
    assert read.sentence.vi
    assert read.sentence.en
    assert [stop.name.vi for stop in read.stops if stop.state == "now"]


@step(says('người nộp đọc được rằng "{reason:Name}", và hạn để bổ sung'))
@step(says('the applicant reads that "{reason:Name}", and until when to put it right'))
def reads_demand(story: Story, reason: str) -> None:
    read = story.kept["read"]
    assert read.demand == reason
    assert read.until is not None
    assert read.until > story.now
