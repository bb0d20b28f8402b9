"""A document for every period: submission."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from pipeline.language.policy.obligation import Submission
from tests.oracle import clock
from tests.oracle.clock import DAY, Window, days, end_of, midnight
from tests.oracle.owed import Matter, Owed
from tests.oracle.parties import owing
from tests.oracle.world import Row, could_hold_all, text, unreadable


def submission(matter: Matter) -> Iterator[Owed]:
    duty: Submission = matter.duty
    for window, account in periods(matter):
        required = duty.required.at(None, window[0])
        for subject in owing(matter, duty.by, window) if required else ():
            yield submission_of(matter, subject, window, account, required)


def periods(matter: Matter) -> Iterator[tuple[Window, str]]:
    """The windows of the month, each in the month of its due day if that is earlier."""
    every, ahead = matter.duty.every, clock.later_month(matter.month.start, 40)
    for window in sorted({clock.window_of(every, day) for day in days((matter.month.start, ahead))}):
        account = min(clock.account(every, window), f"{due_day(matter, window):%Y-%m}")
        goes_on = account > matter.key and every != "week" and window[0] < matter.month.end
        works = every != "working_day" or clock.is_working(window[0])
        if (account == matter.key or goes_on) and works and matter.in_force(window[0]):
            yield window, account


def submission_of(matter: Matter, subject: str, window: Window, account: str, required: float) -> Owed:
    duty, world = matter.duty, matter.world
    day = due_day(matter, window)
    start, end = midnight(window[0]), midnight(window[1])
    due = datetime.combine(day, duty.due.time) if duty.due.time else end_of(day)
    owed = Owed(duty.id, duty.by, subject, "", "", start, end, due, account, required)
    owed.owner = subject if duty.by == "staff" else ""
    owed.unit = subject if duty.by == "unit" else world.unit_of(subject, day)
    counted = [
        (moment, row)
        for moment, row in matter.evidence(duty.counts)
        if names(row[duty.period], duty.every, window)
        and moment <= due
        and answers_for(matter, subject, row["by"], moment.date())
    ]
    owed.actual = len(counted)
    owed.own = len(counted) if duty.by == "staff" else 0
    owed.evidence = {(duty.counts.form, row["number"]) for _, row in counted}
    doubts = world.doubts.get(duty.counts.form, [])
    owed.possible = sum(could_be_it(matter, subject, doubt, window, day) for doubt in doubts)
    return owed


def names(period: str | datetime | None, every: str, window: Window) -> bool:
    """Whether a cell names the period, or a day in it."""
    if isinstance(period, datetime):
        return window[0] <= period.date() < window[1]
    return period == clock.period_key(every, window)


def answers_for(matter: Matter, subject: str, staff: str | None, day: date) -> bool:
    """Whether what a member of staff hands in is the subject's."""
    if matter.duty.by == "company":
        return True
    return subject == (staff if matter.duty.by == "staff" else matter.world.unit_of(text(staff), day))


def could_be_it(matter: Matter, subject: str, doubt: Row, window: Window, last: date) -> bool:
    duty, world = matter.duty, matter.world
    names_it = names(doubt[duty.period], duty.every, window) or unreadable(doubt, duty.period)
    if not names_it or not could_hold_all(duty.counts.where, doubt):
        return False
    by, possible = text(doubt["by"]), world.possible_days(doubt, duty.counts.at or "happened", (date.min, last + DAY))
    return any(
        not by or (world.allowed(duty.counts, duty.role, by, "", day) and answers_for(matter, subject, by, day))
        for day in possible
    )


def due_day(matter: Matter, window: Window) -> date:
    due, last = matter.duty.due, window[1] - DAY
    if due.weekday is not None:
        day = window[1]
        while day.isoweekday() != due.weekday:
            day += DAY
        day += 7 * due.week * DAY
    elif due.after is not None:
        moment = matter.world.clock.due(midnight(last), due.after.value, due.after.unit)
        assert moment is not None
        day = moment.date()
    else:
        month = clock.later_month(last, due.month)
        day = clock.last_day_of_month(month)
        if due.last_working_day:
            while not clock.is_working(day):
                day -= DAY
        else:
            day = min(day, month + timedelta(days=due.day - 1))
    while due.roll and not clock.is_working(day):
        day += DAY
    return day
