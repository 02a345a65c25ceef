"""Hand-offs: a part of a case passes to another unit, which is offered it, accepts or refuses it, and gives it back.

At any moment exactly one unit answers for what is handed over: the one that offers it, until it is accepted; the one
that accepted it, while it has it; the one that offered it again, afterwards. A row is a projection of AuditEvents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from engine.domain import audit
from engine.domain.errors import Conflict, HandOffAlreadyAnswered
from engine.domain.text import Text

_FACTS = ("place", "ordinal", "from_unit", "to_unit", "status", "offered_at", "acknowledge_by", "due_at", "answered_at",
          "answered_by", "reason", "alarmed_at", "ended_at")

TO, WITH = "to:", "with:"       # words of `Case.units`: pinned for a hand-off to come, and units that were offered one


class HandOffStatus(StrEnum):
    """The life of a hand-off. `returned`: what was asked for is done; `cancelled`: the case no longer needs it."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    RETURNED = "returned"
    CANCELLED = "cancelled"


_DONE = {HandOffStatus.ACCEPTED: Text("tiếp nhận", "accepted"), HandOffStatus.REFUSED: Text("từ chối", "refused"),
         HandOffStatus.RETURNED: Text("trả kết quả", "returned"), HandOffStatus.CANCELLED: Text("hủy", "cancelled"),
         HandOffStatus.OFFERED: Text("chuyển", "offered")}


@dataclass(eq=False)
class HandOff:
    """One hand-off of the step `place` (a call activity, or the step that sends a message), the `ordinal`-th of it.

    Instants are UTC. `acknowledge_by` is when the unit must have answered, `due_at` its own due time, which runs from
    acceptance. `ended_at` is when nothing of it is open any more: a refusal that the case has no way for stays open
    until it is offered again.
    """

    id: UUID
    root: str
    case_id: UUID
    place: str
    ordinal: int
    from_unit: str
    to_unit: str
    status: HandOffStatus
    offered_at: datetime
    acknowledge_by: datetime | None = None
    due_at: datetime | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None
    reason: str | None = None
    alarmed_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def accountable(self) -> str:
        """Give the one unit that answers for it now."""
        return self.to_unit if self.status is HandOffStatus.ACCEPTED else self.from_unit

    @property
    def open(self) -> bool:
        """Tell whether somebody still has to do something about it."""
        return self.ended_at is None

    @property
    def name(self) -> str:
        """Give the name under which the history and the jobs of its case know it, `place#ordinal`."""
        return f"{self.place}#{self.ordinal}"

    @property
    def waits_for_its_own_unit(self) -> bool:
        """Tell whether the unit that offered it must act: it was refused, or nobody answered in time."""
        return self.open and (self.status is HandOffStatus.REFUSED
                              or (self.status is HandOffStatus.OFFERED and self.alarmed_at is not None))

    def late(self, now: datetime) -> bool:
        """Tell whether it is over time: not answered by `acknowledge_by`, or accepted and not done by `due_at`; of an
        ended one, whether it ended so. An act at the due instant is on time."""
        at = self.ended_at or now
        answered = self.answered_at or at
        return ((self.acknowledge_by is not None and answered > self.acknowledge_by)
                or (self.due_at is not None and at > self.due_at))

    def accept(self, account: str, now: datetime, due_at: datetime | None) -> None:
        """Take it over; the unit's own time runs from now.

        Raises:
            HandOffAlreadyAnswered: somebody answered before, or it is no longer offered.
        """
        self.refuse_unless_offered()
        self.status, self.answered_at, self.answered_by, self.due_at = HandOffStatus.ACCEPTED, now, account, due_at

    def refuse(self, account: str, now: datetime, reason: str) -> None:
        """Send it back with a reason; it stays open until the case has gone another way or it is offered again.

        Raises:
            HandOffAlreadyAnswered: as in `accept`.
        """
        self.refuse_unless_offered()
        self.status, self.answered_at, self.answered_by, self.reason = HandOffStatus.REFUSED, now, account, reason

    def alarm(self, now: datetime) -> None:
        """Note once that nobody answered in time.

        Raises:
            HandOffAlreadyAnswered: as in `accept`.
        """
        self.refuse_unless_offered()
        self.alarmed_at = self.alarmed_at or now

    def give_back(self, now: datetime) -> None:
        """Note that what was asked for is done. A unit that did it without a word has thereby accepted it.

        Raises:
            Conflict: it was refused or is over.
        """
        if self.status not in (HandOffStatus.OFFERED, HandOffStatus.ACCEPTED):
            raise self._not_now()
        self.status, self.answered_at, self.ended_at = HandOffStatus.RETURNED, self.answered_at or now, now

    def give_up(self, now: datetime) -> None:
        """End it where the case goes on without it: cancelled, or refused for good. An ended one stays as it is."""
        if self.open:
            self.status = self.status if self.status is HandOffStatus.REFUSED else HandOffStatus.CANCELLED
            self.ended_at = now

    def refuse_unless_offered(self) -> None:
        """Refuse an answer to what was answered or is over, saying who, what and when.

        Raises:
            HandOffAlreadyAnswered: it is not offered any more.
        """
        if self.status is not HandOffStatus.OFFERED:
            raise self._not_now()

    def refuse_unless_offerable(self) -> None:
        """Refuse to offer anew what is still with the other unit or is over.

        Raises:
            Conflict: the other unit still may answer in time, has accepted it, or it is over.
        """
        if self.status is HandOffStatus.OFFERED and not self.waits_for_its_own_unit:
            raise Conflict(Text(f"Đơn vị {self.to_unit} còn thời gian trả lời.",
                                f"Unit {self.to_unit} still has time to answer."),
                           actor="system", action="handoff.offered", at=self.offered_at)
        if not self.waits_for_its_own_unit:
            raise self._not_now()

    def refuse_unless_accepted(self) -> None:
        """Refuse a result of what nobody has taken over, or what is over.

        Raises:
            Conflict: it must be accepted first, or is over.
        """
        if self.status is HandOffStatus.OFFERED:
            raise Conflict(Text("Hãy tiếp nhận việc chuyển này trước khi trả kết quả.",
                                "Accept this hand-off before you give its result."))
        if self.status is not HandOffStatus.ACCEPTED:
            raise self._not_now()

    def _not_now(self) -> HandOffAlreadyAnswered:
        done, who = _DONE[self.status], self.answered_by if self.reacted else None
        return HandOffAlreadyAnswered(
            Text(f"{who or 'Hệ thống'} đã {done.vi} việc chuyển này.",
                 f"This hand-off was already {done.en} by {who or 'the system'}."),
            actor=who or "system", action=f"handoff.{self.status}",
            at=self.answered_at if self.reacted else self.ended_at)

    @property
    def reacted(self) -> bool:
        """Tell whether it stands as a person of the other unit left it."""
        return self.status in (HandOffStatus.ACCEPTED, HandOffStatus.REFUSED)

    def facts(self) -> dict[str, Any]:
        """Give it as it stands in an event: everything but its id, which follows from case, place and ordinal."""
        values = ((name, getattr(self, name)) for name in _FACTS)
        return {name: audit.stamp(value) if isinstance(value, datetime)
                else str(value) if isinstance(value, HandOffStatus) else value for name, value in values}


def offer(root: str, case_id: UUID, place: str, ordinal: int, units: tuple[str, str], now: datetime,
          acknowledge_by: datetime | None) -> HandOff:
    """Offer a step from the first unit to the second; its id follows from what it is of: replay gives it too."""
    return HandOff(id_of(case_id, place, ordinal), root, case_id, place, ordinal, *units, HandOffStatus.OFFERED, now,
                   acknowledge_by)


def id_of(case_id: UUID, place: str, ordinal: int) -> UUID:
    """Give the id of a hand-off of a case."""
    return uuid5(case_id, f"handoff:{place}#{ordinal}")


def pinned(units: Mapping[str, str]) -> dict[str, str]:
    """Give what the unit words of a case meant at filing: without the units that were offered something since."""
    return {word: unit for word, unit in units.items() if not word.startswith(WITH)}


def over(hand_offs: Iterable[HandOff], path: str) -> HandOff | None:
    """Give the accepted hand-off in whose called process a path of call activities lies: the innermost one."""
    around = [one for one in hand_offs if one.status is HandOffStatus.ACCEPTED
              and (path == one.place or path.startswith(f"{one.place}/"))]
    return max(around, key=lambda one: len(one.place), default=None)


def unit_over(hand_offs: Iterable[HandOff], path: str, own: str) -> str:
    """Give the unit that does the work in a path: the one it was handed to, else the case's own."""
    found = over(hand_offs, path)
    return found.to_unit if found is not None else own


def accountable(hand_offs: Sequence[HandOff], own: str, paths: Iterable[str]) -> str:
    """Give the one unit that answers for a whole case, of whose open tasks `paths` are the paths: the unit with which
    everything is that is open; where that are several, or nothing is open, the case's own."""
    parts = [one for one in hand_offs if one.open]
    leaves = [one for one in parts if not any(other.place.startswith(f"{one.place}/") for other in parts)]
    units = {unit_over(hand_offs, path, own) for path in paths} | {one.accountable for one in leaves}
    return units.pop() if len(units) == 1 else own
