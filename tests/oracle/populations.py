"""A share of a population: coverage."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pipeline.language.policy.obligation import Coverage
from pipeline.language.policy.select import Rows, Where
from tests.oracle import clock
from tests.oracle.clock import DAY, Window, days, end_of, midnight
from tests.oracle.deadlines import possible_tellings
from tests.oracle.owed import EVER, Evidence, Matter, Owed, of_window, span
from tests.oracle.world import Row, holds_all, text


@dataclass
class Member:
    """One of a population: a client or a row."""

    kind: str
    name: str
    client: str
    tier: str
    moment: datetime
    columns: Row  # what its conditions are about
    row: Row | None = None


def coverage(matter: Matter) -> Iterator[Owed]:
    duty: Coverage = matter.duty
    if duty.judged == "each":
        yield from coverage_each(matter)
        return
    for window, account in matter.windows():
        members = [member for member in population(matter, window) if duty.target.at(member.tier, window[0])]
        if members:
            target = sum(duty.target.at(member.tier, window[0]) for member in members)
            yield coverage_share(matter, members, window, account, math.ceil(round(target, 9)))


def coverage_each(matter: Matter) -> Iterator[Owed]:
    duty: Coverage = matter.duty
    for window in windows_by_due_day(matter) if duty.covered.within else [w for w, _ in matter.windows()]:
        for member in population(matter, window):
            due = covered_by(matter, member, window)
            account = f"{due:%Y-%m}" if duty.covered.within else clock.account(duty.every, window)
            if account >= matter.key and duty.target.at(member.tier, window[0]) is not None:
                yield coverage_of(matter, member, window, account, due)


def windows_by_due_day(matter: Matter) -> list[Window]:
    """Every window that has begun by the end of the month; the due day decides about each member."""
    first = min(
        [matter.month.start]
        + [c["joined_on"].date() for c in matter.world.clients.values()]
        + [r["happened"].date() for rows in matter.world.rows.values() for r in rows],
    )
    found = {clock.window_of(matter.duty.every, day) for day in days((first, matter.month.end))}
    return sorted(window for window in found if matter.in_force(window[0]))


def population(matter: Matter, window: Window) -> Iterator[Member]:
    duty, world = matter.duty, matter.world
    if isinstance(duty.population, Rows):
        for moment, row in of_window(world.evidence(duty.population, duty.role), window):
            opened = row["happened"] if duty.population.form == "case" else moment
            tier = world.tier_on(text(row.get("client")), opened.date())
            if matter.owed_by(text(row.get("client")), tier):
                kind, name = ("case", row["case_no"]) if duty.population.form == "case" else ("row", "")
                name = name or f"{duty.population.form}:{row['number']}"
                yield Member(kind, name, text(row.get("client")), tier, moment, row, row)
        return
    for client, columns in world.clients.items():
        there = world.days_there(client, window)
        if there and (len(there) == len(days(window)) or duty.partial != "skip"):
            tier = world.tier_on(client, there[0])
            if matter.owed_by(client, tier):
                yield Member("client", client, client, tier, midnight(window[0]), columns)


def covered_by(matter: Matter, member: Member, window: Window) -> datetime:
    """The last safe moment to cover a member."""
    limit = matter.duty.covered.within
    if limit is None:
        return end_of(window[1] - DAY)
    due = matter.world.clock.due(member.moment, limit.value, limit.unit)
    assert due is not None
    return due


def covering(matter: Matter, member: Member, due: datetime) -> list[Evidence] | None:
    """The evidence that a member is covered; None if it is not."""
    covered = matter.duty.covered
    if not holds_all(covered.where, member.columns):
        return None
    if not has_right_owner(matter, member, due):
        return None
    own_row = [(member.moment, member.row)] if member.row else []
    if covered.rows is None:
        return own_row
    found = matter.counting(covered.rows, member.client)
    found = [(m, r) for m, r in found if r is not member.row and m.date() >= member.moment.date() and m <= due]
    return found[:1] if found else None


def has_right_owner(matter: Matter, member: Member, due: datetime) -> bool:
    covered = matter.duty.covered
    if not covered.owner:
        return True
    owner = matter.world.owner_on(member.client, covered.owner, member.moment.date() if member.row else due.date())
    return bool(owner) and not (covered.is_ and owner != member.columns[covered.is_])


def possibly_told(matter: Matter, member: Member, where: Where, due: datetime) -> list[Row]:
    """Rejected rows of a case that could tell of it by then what the conditions ask."""
    if not isinstance(matter.duty.population, Rows) or member.row is None:
        return []
    rule = matter.duty.population.model_copy(update={"where": {**matter.duty.population.where, **where}})
    return possible_tellings(matter.world, rule, "happened", member.row, within=(midnight(EVER), due))


def coverage_of(matter: Matter, member: Member, window: Window, account: str, due: datetime) -> Owed:
    start, end = (member.moment, due) if member.row else (midnight(window[0]), midnight(window[1]))
    owed = Owed(matter.duty.id, member.kind, member.name, member.client, member.tier, start, end, due, account, 1)
    found = covering(matter, member, due)
    owed.author = text(member.row["by"]) if member.row else ""
    if found is not None:
        owed.actual, owed.own = 1, own_cover(matter, member, found)
        owed.evidence = {(form_of(matter), row["number"]) for _, row in found}
    owed.possible = len(possibly_covering(matter, member, due))
    return owed


def own_cover(matter: Matter, member: Member, found: list[Evidence]) -> bool:
    """Whether the owner covered the member; what no row tells is to his credit."""
    author = member.row["by"] if member.row else None
    return not found or any(matter.is_owners(row, moment, else_by=author) for moment, row in found)


def form_of(matter: Matter) -> str:
    rule = matter.duty.covered.rows or matter.duty.population
    return rule.form if isinstance(rule, Rows) else ""


def possibly_covering(matter: Matter, member: Member, due: datetime) -> list[Row]:
    """Rejected rows that could have covered the member."""
    duty, covered = matter.duty, matter.duty.covered
    told = holds_all(covered.where, member.columns)
    if covered.rows is None and not told and has_right_owner(matter, member, due):
        return possibly_told(matter, member, covered.where, due)
    if covered.rows is None or not told:
        return []
    found = matter.world.possible(covered.rows, duty.role, member.client, span(member.moment, due))
    return [doubt for doubt, _ in found]


def coverage_share(matter: Matter, members: list[Member], window: Window, account: str, required: int) -> Owed:
    start, end = midnight(window[0]), midnight(window[1])
    owed = Owed(matter.duty.id, "company", "", "", "", start, end, end_of(window[1] - DAY), account, required)
    for member in members:
        due = covered_by(matter, member, window)
        found = covering(matter, member, due)
        if found is not None:
            owed.actual += 1
            owed.own += own_cover(matter, member, found)
            owed.evidence |= {(form_of(matter), row["number"]) for _, row in found}
        elif possibly_covering(matter, member, due):
            owed.possible += 1
    return owed
