"""Can what is handed over to another unit be answered, alarmed and given back?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.domain.errors import Problem
from engine.domain.text import Text
from engine.procedures import findings
from engine.procedures.check_steps import Parts
from engine.procedures.manifest import Manifest
from engine.workflow import Step


def examine(parts: Parts, facts: Manifest | None) -> Iterator[Problem]:
    """Refuse a hand-off that ends the case or goes to the unit that already has it; warn of one that nobody is alarmed
    about, and of a message whose answer the case does not wait for."""
    for step in parts.definition.steps.values():
        if step.hand_off is not None:
            yield from _about(parts, step, facts)


def _about(parts: Parts, step: Step, facts: Manifest | None) -> Iterator[Problem]:
    file, rule = parts.file_of(step), step.hand_off
    if rule is None:
        return
    if step.kind == "end":
        yield findings.error(file, "handoff-at-end", Text(
            f"Bước «{step.key}» kết thúc hồ sơ nên không chuyển được việc cho đơn vị «{rule.to}».",
            f"Step “{step.key}” ends the case, so it cannot hand over to “{rule.to}”."), Text(
            "Gửi thông điệp trước, rồi chờ kết quả ở một bước nhận.",
            "Send the message before, then wait for the result in a receive task."), step.key)
    if facts is not None and rule.to == facts.owner and step.process == parts.definition.slug:
        yield findings.error(file, "handoff-to-itself", Text(
            f"Bước «{step.key}» chuyển việc cho «{rule.to}», chính là đơn vị đang giải quyết.",
            f"Step “{step.key}” hands over to “{rule.to}”, which is the unit that has the case."), Text(
            "Nêu loại đơn vị khác, hoặc bỏ handoff và giao việc bằng assignment.",
            "Name another type of unit, or leave the hand-off out and use an assignment."), step.key)
    if rule.acknowledge_within is None:
        yield findings.warning(file, "handoff-without-time", Text(
            f"Việc chuyển ở bước «{step.key}» không có thời hạn trả lời: để quên cũng không ai được báo.",
            f"The hand-off at step “{step.key}” has no time to answer: forgotten, it alarms nobody."), Text(
            'Thêm acknowledgeWithin="4 working hours".', 'Add acknowledgeWithin="4 working hours".'), step.key)
    if step.kind in ("send", "throw") and not _answered(parts, step):
        yield findings.warning(file, "handoff-unanswered", Text(
            f"Việc chuyển ở bước «{step.key}» không có luồng thông điệp trả về: hồ sơ không chờ kết quả, và hủy việc "
            "chuyển khi kết thúc.",
            f"No message flow comes back from the hand-off at step “{step.key}”: the case does not wait for a result, "
            "and cancels the hand-off when it ends."), Text(
            "Vẽ luồng thông điệp từ nhóm đó tới một bước nhận.",
            "Draw a message flow from that pool to a receive task."), step.key)


def _answered(parts: Parts, step: Step) -> bool:
    definition = parts.definition
    pool = definition.pools.get((step.process, step.key))
    return pool is not None and pool in definition.replies.values()
