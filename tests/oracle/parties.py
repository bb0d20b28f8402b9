"""What staff, units and the company owe in all: cadence and interval with a `subject`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from pipeline.language.policy.obligation import Cadence, Interval
from tests.oracle.clock import DAY, Window, days, end_of, midnight
from tests.oracle.owed import Evidence, Matter, Owed, of_window, span
from tests.oracle.windows import first_broken
from tests.oracle.world import Row, World, text, unreadable, within

LONG_AGO = date(2000, 1, 1)


def owing(matter: Matter, kind: str, window: Window) -> list[str]:
    """Who has the role throughout the window: members of staff, or units by one or another; or the company."""
    if kind == "company":
        return [""]
    everyone = {r[kind] for r in matter.world.staff} - {""}
    return sorted(who for who in everyone if all(has_role(matter, kind, who, day) for day in days(window)))


def has_role(matter: Matter, kind: str, who: str, day: date) -> bool:
    """Whether a member of staff, or one of a unit, has the duty's role on the day, or any if it names none."""
    role = matter.duty.role
    return any(r[kind] == who and role in (None, r["role"]) and within(r, day) for r in matter.world.staff)


def acts_for(world: World, kind: str, name: str, staff: str | None, day: date) -> bool:
    """Whether what a member of staff does on the day is done for the party."""
    return kind == "company" or name == (staff if kind == "staff" else world.unit_of(text(staff), day))


def cadence_in_all(matter: Matter) -> Iterator[Owed]:
    duty: Cadence = matter.duty
    for window, account in matter.windows():
        required = duty.required.at(None, window[0])
        for name in owing(matter, duty.subject, window) if required else ():
            owed = on_party(matter, name, window, account=account, required=required)
            counted = once(matter, of_window(rows_of(matter, name), window))
            owed.actual = len(counted)
            owed.own = len(counted) if duty.subject == "staff" else 0
            owed.possible = additions(matter, counted, rejected_of(matter, name, window))
            owed.evidence = {(duty.counts.form, row["number"]) for _, row in counted}
            yield owed


def on_party(matter: Matter, name: str, window: Window, *, account: str, required: float) -> Owed:
    duty, world = matter.duty, matter.world
    start, end, due = midnight(window[0]), midnight(window[1]), end_of(window[1] - DAY)
    owed = Owed(duty.id, duty.subject, name, "", "", start, end, due, account, required)
    owed.owner = name if duty.subject == "staff" else ""
    owed.unit = name if duty.subject == "unit" else world.unit_of(owed.owner, due.date())
    return owed


def rows_of(matter: Matter, name: str) -> list[Evidence]:
    """The rows that count for the party, about clients whom the duty is about."""
    duty, world = matter.duty, matter.world
    return [
        (moment, row)
        for moment, row in matter.evidence(duty.counts)
        if acts_for(world, duty.subject, name, row["by"], moment.date()) and about(matter, row, moment.date())
    ]


def about(matter: Matter, row: Row, day: date) -> bool:
    client = text(row.get("client"))
    return matter.owed_by(client, matter.world.tier_on(client, day))


def once(matter: Matter, found: list[Evidence]) -> list[Evidence]:
    """The rows of a window that add something: each client once, or each client once a day, where the rule asks."""
    distinct = matter.duty.counts.distinct
    if distinct == "row":
        return found
    seen: dict[tuple[str, date | None], Evidence] = {}
    for moment, row in found:
        if text(row["client"]):
            seen.setdefault((row["client"], moment.date() if distinct == "day" else None), (moment, row))
    return list(seen.values())


def rejected_of(matter: Matter, name: str, window: Window) -> list[tuple[str | None, list[date]]]:
    """Rejected rows that could count for the party: the client (None: not to be read) and the days on which."""
    duty, world = matter.duty, matter.world
    found = []
    for doubt in world.doubts.get(duty.counts.form, []):
        possible = set()
        for client in [*world.clients, ""]:
            for day in world.could_count(duty.counts, duty.role, doubt, client, window=window):
                by = text(doubt["by"])
                if (not by or acts_for(world, duty.subject, name, by, day)) and about(matter, {"client": client}, day):
                    possible.add(day)
        if possible:
            found.append((None if unreadable(doubt, "client") else text(doubt["client"]), sorted(possible)))
    return found


def additions(matter: Matter, counted: list[Evidence], rejected: list[tuple[str | None, list[date]]]) -> int:
    """How many of the rejected rows would add something."""
    distinct = matter.duty.counts.distinct
    if distinct == "row":
        return len(rejected)
    daily = distinct == "day"
    taken = {(row["client"], moment.date() if daily else None) for moment, row in counted}
    sure, open_ = set(), 0
    for client, possible in rejected:
        if client is None or (daily and len(possible) > 1):
            open_ += 1
        else:
            sure.add((client, possible[0] if daily else None))
    return open_ + len(sure - taken)


def interval_in_all(matter: Matter) -> Iterator[Owed]:
    duty: Interval = matter.duty
    window = (matter.month.start, matter.month.end)
    limit = duty.at_most.at(None, window[0])
    for name in owing(matter, duty.subject, window) if limit and matter.in_force(window[0]) else ():
        cut = min(end_of(window[1] - DAY), matter.world.end_of_knowledge())
        known = [pair for pair in rows_of(matter, name) if pair[0] <= cut]
        owed = on_party(matter, name, window, account=matter.key, required=1)
        start = max([began(matter, name, window[0]), *(m for m, _ in known if m < midnight(window[0]))])
        last, owed.due, broken = first_broken(matter, limit, start, known, cut)
        possible_until = owed.due
        if owed.due < midnight(window[0]):  # the month has its own part of what is overdue
            owed.due, owed.answered, possible_until = midnight(window[0]), window[1] - DAY, midnight(window[0]) - DAY
        to_come = cut < owed.due <= end_of(window[1] - DAY)
        owed.actual = 0 if broken or to_come else 1
        owed.own = owed.actual if duty.subject == "staff" else 0
        owed.possible = len(rejected_of(matter, name, span(last, possible_until)))
        before = [pair for pair in known if pair[0] < midnight(window[0])][-1:]
        inside = [pair for pair in known if pair[0] >= midnight(window[0])]
        owed.evidence = {(duty.counts.form, row["number"]) for _, row in before + inside}
        yield owed


def began(matter: Matter, name: str, first: date) -> datetime:
    """When the duty began: with the rule, for a member of staff with the role."""
    rules = [midnight(day) for day in (matter.regulation.since, matter.duty.since) if day]
    if matter.duty.subject != "staff":
        return max(rules)
    day = first
    while has_role(matter, "staff", name, day - DAY) and day > LONG_AGO:
        day -= DAY
    return max([*rules, midnight(day)])
