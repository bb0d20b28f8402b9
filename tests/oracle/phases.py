"""Windows of a client's own and seasons of the year: cadence in phases and by anniversaries, review."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pipeline.language.policy.obligation import Cadence
from pipeline.language.policy.standing import Review
from tests.oracle import clock
from tests.oracle.clock import DAY, LENGTH, Window, later_month, months_after
from tests.oracle.owed import Matter, Owed
from tests.oracle.windows import cadence_of
from tests.oracle.world import text


def in_own_windows(matter: Matter) -> Iterator[Owed]:
    for client in matter.world.clients:
        own = {window for start in starts(matter, client) for window in windows_from(matter, start)}
        for window in sorted(own):
            account = f"{window[1] - DAY:%Y-%m}"
            if account >= matter.key and matter.in_force(window[0]):
                yield from filter(None, [cadence_of(matter, client, window, account)])


def starts(matter: Matter, client: str) -> list[date]:
    """The days from which the client's windows are counted."""
    duty: Cadence = matter.duty
    if duty.after is None:
        day = matter.world.clients[client][duty.anchor]
        return [day.date()] if day else []
    found = matter.counting(duty.after)
    return [moment.date() for moment, row in found if text(row.get("client")) == client]


def windows_from(matter: Matter, start: date) -> Iterator[Window]:
    """The windows of anniversaries from some days before to the day itself, or those of the phases."""
    return anniversaries(matter, start) if matter.duty.every == "anniversary" else phased(matter, start)


def anniversaries(matter: Matter, start: date) -> Iterator[Window]:
    for years in range(1, matter.month.start.year - start.year + 3):
        day = months_after(start, 12 * years)
        if day - matter.duty.lead * DAY < matter.month.end:
            yield day - matter.duty.lead * DAY, day + DAY


def phased(matter: Matter, start: date) -> Iterator[Window]:
    """The windows of all phases that have begun by the end of the month, one after the other."""
    begun = 0  # months since the start
    for phase in matter.duty.phases:
        passed, length = begun, LENGTH[phase.every]
        while phase.months is None or passed + length <= begun + phase.months:
            window = months_after(start, passed), months_after(start, passed + length)
            if window[0] >= matter.month.end:
                return
            yield window
            passed += length
        begun += phase.months


def review(matter: Matter) -> Iterator[Owed]:
    for window, account in seasons(matter) if matter.duty.seasons else matter.windows():
        for client in matter.world.clients:
            yield from filter(None, [cadence_of(matter, client, window, account)])


def seasons(matter: Matter) -> Iterator[tuple[Window, str]]:
    """The seasons of the year that end in the month, or have begun by its end and go on."""
    duty: Review = matter.duty
    year = matter.month.start.year
    for season in duty.seasons:
        window = date(year, season.first, 1), later_month(date(year, season.last, 1), 1)
        account = clock.account("season", window)
        if window[0] < matter.month.end and account >= matter.key and matter.in_force(window[0]):
            yield window, account
