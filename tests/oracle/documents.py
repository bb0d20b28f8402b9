"""A document for every period: submission."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pipeline.language.policy.obligation import Submission
from tests.oracle import clock
from tests.oracle.clock import DAY, Window, days, end_of, midnight
from tests.oracle.owed import Matter, Owed
from tests.oracle.world import Row, could_hold_all, text, unreadable


def submission(matter: Matter) -> Iterator[Owed]:
    duty: Submission = matter.duty
    for window, account in matter.windows():
        required = duty.required.at(None, window[0])
        for subject in subjects(matter, window) if required else ():
            yield submission_of(matter, subject, window, account, required)


def subjects(matter: Matter, window: Window) -> list[str]:
    """Who owes the document of the period."""
    duty, world = matter.duty, matter.world
    if duty.by == "company":
        return [""]
    holders = {
        staff
        for staff in {r["staff"] for r in world.staff}
        if all(holds_role(matter, staff, day) for day in days(window))
    }
    return sorted(holders if duty.by == "staff" else {world.unit_of(staff, window[0]) for staff in holders})


def holds_role(matter: Matter, staff: str, day: date) -> bool:
    world, role = matter.world, matter.duty.role
    return any(r["staff"] == staff and (role is None or r["role"] == role) for r in world.staff if covers(r, day))


def covers(row: Row, day: date) -> bool:
    return row["start"].date() <= day and (row["end"] is None or day < row["end"].date())


def submission_of(matter: Matter, subject: str, window: Window, account: str, required: float) -> Owed:
    duty, world = matter.duty, matter.world
    day = due_day(matter, window)
    start, end = midnight(window[0]), midnight(window[1])
    owed = Owed(duty.id, duty.by, subject, "", "", start, end, end_of(day), account, required)
    owed.owner = subject if duty.by == "staff" else ""
    owed.unit = subject if duty.by == "unit" else world.unit_of(subject, day)
    key = clock.period_key(duty.every, window)
    counted = [
        (moment, row)
        for moment, row in world.evidence(duty.counts, duty.role)
        if row[duty.period] == key and moment.date() <= day and answers_for(matter, subject, row["by"], moment.date())
    ]
    owed.actual = len(counted)
    owed.own = len(counted) if duty.by == "staff" else 0
    owed.evidence = {(duty.counts.form, row["number"]) for _, row in counted}
    doubts = world.doubts.get(duty.counts.form, [])
    owed.possible = sum(could_be_it(matter, subject, doubt, key, day) for doubt in doubts)
    return owed


def answers_for(matter: Matter, subject: str, staff: str | None, day: date) -> bool:
    """Whether what a member of staff hands in is the subject's."""
    if matter.duty.by == "company":
        return True
    return subject == (staff if matter.duty.by == "staff" else matter.world.unit_of(text(staff), day))


def could_be_it(matter: Matter, subject: str, doubt: Row, key: str, last: date) -> bool:
    duty, world = matter.duty, matter.world
    names_it = doubt[duty.period] == key or unreadable(doubt, duty.period)
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
