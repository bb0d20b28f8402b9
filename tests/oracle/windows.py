"""So much in a window, and no longer than so long in between: cadence and interval."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from pipeline.language.policy.obligation import Cadence, Interval
from tests.oracle import clock
from tests.oracle.clock import DAY, Window, days, end_of, midnight
from tests.oracle.owed import Evidence, Matter, Owed, of_window, on_client, span


def cadence(matter: Matter) -> Iterator[Owed]:
    windows = festival_windows(matter) if matter.duty.every == "festival" else matter.windows()
    for window, account in windows:
        for client in matter.world.clients:
            if owed := cadence_of(matter, client, window, account):
                yield owed


def festival_windows(matter: Matter) -> Iterator[tuple[Window, str]]:
    duty: Cadence = matter.duty
    found = set()
    for year in (matter.month.start.year - 1, matter.month.start.year, matter.month.start.year + 1):
        for name, day, last_day_off in clock.festivals(year):
            if not duty.festivals or name in duty.festivals:
                found.add((day - duty.lead * DAY, last_day_off + DAY))
    for window in sorted(found):
        account = clock.account("festival", window)
        if window[0] < matter.month.end and account >= matter.key and matter.in_force(window[0]):
            yield window, account


def cadence_of(matter: Matter, client: str, window: Window, account: str) -> Owed | None:
    duty: Cadence = matter.duty
    there = matter.world.days_there(client, window)
    if not there:
        return None
    tier = matter.world.tier_on(client, there[0])
    required = in_part(duty.required.at(tier, window[0]), duty.partial, len(there), len(days(window)))
    if not required or not matter.owed_by(client, tier):
        return None
    owed = on_client(duty, client, tier, window, account=account, required=required)
    counted = of_window(matter.counting(duty.counts, client), window)
    owned = [pair for pair in counted if matter.is_owners(pair[1], pair[0])]
    maybe = [d for _, d in matter.world.possible(duty.counts, duty.role, client, window)]
    if duty.counts.distinct == "day":
        maybe = on_other_days(maybe, {moment.date() for moment, _ in counted})
    owed.actual, owed.own, owed.possible = len(counted), len(owned), len(maybe)
    owed.evidence = {(duty.counts.form, row["number"]) for _, row in counted}
    return owed


def in_part(required: float | None, partial: str, there: int, whole: int) -> float:
    """What is owed of a window that the client was there for on some of the days."""
    if required is None or (there < whole and partial == "skip"):
        return 0
    return math.floor(required * there / whole) if there < whole and partial == "prorate" else required


def on_other_days(maybe: list[list[date]], counted: set[date]) -> list[list[date]]:
    """Of rejected rows those that would have added a day: two of one day add one."""
    new = [left for d in maybe if (left := [day for day in d if day not in counted])]
    dated = {d[0] for d in new if len(d) == 1}
    return [[day] for day in dated] + [d for d in new if len(d) > 1]


def interval(matter: Matter) -> Iterator[Owed]:
    window = (matter.month.start, matter.month.end)
    for client in matter.world.clients:
        if matter.in_force(window[0]) and (owed := interval_of(matter, client, window)):
            yield owed


def interval_of(matter: Matter, client: str, window: Window) -> Owed | None:
    duty: Interval = matter.duty
    there = matter.world.days_there(client, window)
    if not there or (len(there) < len(days(window)) and duty.partial == "skip"):
        return None
    tier = matter.world.tier_on(client, there[0])
    limit = duty.at_most.at(tier, window[0])
    if limit is None or not matter.owed_by(client, tier):
        return None
    cut = min(end_of(window[1] - DAY), matter.world.end_of_knowledge())
    known = [pair for pair in matter.counting(duty.counts, client) if pair[0] <= cut]
    owned = [pair for pair in known if matter.is_owners(pair[1], pair[0])]
    owed = on_client(duty, client, tier, window, account=matter.key, required=1)
    last, owed.due, broken = first_broken(matter, limit, anchor(matter, client, tier, window[0], known), known, cut)
    overdue = owed.due < midnight(window[0])  # the month has its own part of it: from its beginning, today's owner's
    possible_until = midnight(window[0]) - DAY if overdue else owed.due
    if overdue:
        owed.due, owed.answered = midnight(window[0]), window[1] - DAY
    to_come = cut < owed.due <= end_of(window[1] - DAY)  # it may still run down in the rest of the month
    owed.actual = 0 if broken or to_come else 1
    if not owed.actual:
        owed.possible = len(matter.world.possible(duty.counts, duty.role, client, span(last, possible_until)))
    owed.own = (
        owed.actual and not first_broken(matter, limit, anchor(matter, client, tier, window[0], owned), owned, cut)[2]
    )
    before = [pair for pair in known if pair[0] < midnight(window[0])]
    inside = [pair for pair in known if pair[0] >= midnight(window[0])]
    owed.evidence = {(duty.counts.form, row["number"]) for _, row in before[-1:] + inside}
    return owed


def anchor(matter: Matter, client: str, tier: str, first: date, known: list[Evidence]) -> datetime:
    """What the clock starts from: the last evidence before the month, or when the duty began for the client."""
    of_tier = [r for r in matter.world.tiers if r["client"] == client and r["tier"] == tier]
    began = [matter.world.clients[client]["joined_on"], *(r["start"] for r in of_tier if r["start"] <= midnight(first))]
    rules = [day for day in (matter.regulation.since, matter.duty.since) if day]
    earlier = [moment for moment, _ in known if moment < midnight(first)]
    found: list[datetime] = earlier + began + [midnight(day) for day in rules]
    return max(found)


def first_broken(
    matter: Matter, limit: Any, start: datetime, known: list[Evidence], cut: datetime
) -> tuple[datetime, datetime, bool]:
    """The moment whose successor came too late, else the last; until when the next should come; whether it did not."""
    last = start
    for moment in [moment for moment, _ in known if moment > start] + [cut]:
        due = matter.world.clock.due(last, limit.value, limit.unit)
        assert due is not None
        if moment > due or moment is cut:
            return last, due, moment > due or (moment is cut and cut == due)
        last = moment
    raise AssertionError("the cut ends it")
