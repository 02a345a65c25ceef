"""A slow second opinion on the clock: it walks minute by minute and shares no code with the engine's rules.

Only `WorkCalendar.sessions` is used, to know which minutes are worked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE, ONE_DAY = timedelta(minutes=1), timedelta(days=1)
NEVER = datetime.fromisoformat("9000-01-01")


@dataclass
class Answer:
    start: datetime
    due: datetime | None
    remaining: int | None


class Oracle:
    def __init__(self, calendar, period, policy, cut_off, halts):
        self.calendar, self.period, self.policy, self.cut_off = calendar, period, policy, cut_off
        self.halts = [(a, b or NEVER) for a, b in halts]

    def works(self, moment):
        minute = moment.hour * 60 + moment.minute
        return any(a <= minute < b for a, b in self.calendar.sessions(moment.date()))

    def stands(self, moment):
        return any(a <= moment < b for a, b in self.halts)

    def stands_for_good(self, moment):
        return any(a <= moment and b == NEVER for a, b in self.halts)

    def close(self, moment):
        """The close of the day, or of the next working day."""
        day = moment.replace(hour=0, minute=0)
        while not self.calendar.sessions(day.date()):
            day += ONE_DAY
        return day + timedelta(minutes=self.calendar.sessions(day.date())[-1][1])

    def start(self, received):
        minute = received.hour * 60 + received.minute
        moment = received
        sessions = self.calendar.sessions(received.date())
        in_time = bool(sessions) and minute < sessions[-1][1] and (self.cut_off is None or minute <= self.cut_off)
        if not in_time:
            moment = received.replace(hour=0, minute=0) + ONE_DAY
        while not self.works(moment):
            moment += MINUTE
        return moment

    def count_working(self, begin, end):
        count, moment = 0, begin
        while moment < end:
            count += self.works(moment)
            moment += MINUTE
        return count

    def grant(self, start):
        """Beginning of counting and allowance in minutes."""
        unit, number = self.period.unit, self.period.number
        midnight = start.replace(hour=0, minute=0)
        if unit == "working days":
            days, day = [], midnight
            while len(days) < number:
                day += ONE_DAY
                if self.calendar.sessions(day.date()):
                    days.append(day)
            if self.policy == "NEXT_DAY":
                return midnight + ONE_DAY, sum(self.count_working(d, d + ONE_DAY) for d in days)
            return start, self.count_working(start, days[-1] + (start - midnight))
        if unit == "same day":
            return start, self.count_working(start, midnight + ONE_DAY)
        return start, number * 60

    def due(self, received):
        start = self.start(received)
        if self.period.unit == "days":
            return self.due_by_days(start)
        begin, allowance = self.grant(start)
        moment, left = begin, allowance
        while left:
            if self.stands_for_good(moment):
                return None, left
            if (self.period.unit == "hours" or self.works(moment)) and not self.stands(moment):
                left -= 1
            moment += MINUTE
        if self.period.unit == "hours" and not self.calendar.sessions(moment.date()):
            moment = self.close(moment)
        return moment, None

    def due_by_days(self, start):
        day, left = start.replace(hour=0, minute=0), self.period.number
        while True:
            day += ONE_DAY
            last_minute = day + ONE_DAY - MINUTE
            close = self.close(day)
            runs = not self.stands(last_minute)
            if left == 1 and not runs:
                # a stop that began only after the due time changes nothing
                moment = last_minute
                while self.stands(moment - MINUTE) and moment > close:
                    moment -= MINUTE
                runs = moment > close or (moment == close and not self.stands(moment - MINUTE))
            if runs:
                left -= 1
            elif self.stands_for_good(last_minute):
                return None, left * 1440
            if left == 0:
                return close, None


def answer(calendar, period, policy, cut_off, received, suspensions=()) -> Answer:
    """Suspensions are (from, to or None, mode)."""
    oracle = Oracle(calendar, period, policy, cut_off, [(a, b) for a, b, _ in suspensions])
    receipt = received
    for begin, end, mode in sorted(suspensions, key=lambda s: s[0]):
        if mode == "restart" and end is not None and end > receipt:
            due, _ = oracle.due(receipt)
            if due is None or begin < due:
                receipt = end
    due, remaining = oracle.due(receipt)
    return Answer(oracle.start(receipt), due, remaining)
