"""A step before or after another one: milestone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from pipeline.language.policy.standing import Milestone
from tests.oracle.clock import DAY, end_of, midnight
from tests.oracle.deadlines import possible_tellings
from tests.oracle.owed import EVER, Evidence, Matter, Owed
from tests.oracle.world import Row, could_hold_all, same_day_or_later, text, unreadable


def milestone(matter: Matter) -> Iterator[Owed]:
    duty: Milestone = matter.duty
    for moment, row in matter.world.evidence(duty.event, duty.role, planned=True):
        if matter.in_force(moment.date()):
            owed = milestone_of(matter, moment, row)
            if owed and owed.start.date() < matter.month.end and owed.month >= matter.key:
                yield owed


def milestone_of(matter: Matter, anchor: datetime, row: Row) -> Owed | None:
    duty, world, is_case = matter.duty, matter.world, matter.duty.event.form == "case"
    client = text(row.get("client"))
    tier = world.tier_on(client, (row["happened"] if is_case else anchor).date())
    limit = (duty.within or duty.before).at(tier, anchor.date())
    if limit is None or not matter.owed_by(client, tier):
        return None
    due = world.clock.due(anchor, limit.value, limit.unit) if duty.within else before(matter, anchor, limit)
    assert due is not None
    kind, subject = ("case", row["case_no"]) if is_case else ("row", f"{duty.event.form}:{row['number']}")
    start, end = min(anchor, due), max(anchor, due)
    owed = Owed(duty.id, kind, subject, client, tier, start, end, due, f"{due:%Y-%m}", 1, author=text(row["by"]))
    owed.evidence = {(duty.event.form, row["number"])}
    step = step_for(matter, anchor, row)
    if step and step[0] <= due:
        owed.actual, owed.own = 1, matter.is_owners(step[1], step[0], else_by=row["by"])
        owed.evidence.add((duty.event.form if duty.match == "row" else duty.step.form, step[1]["number"]))
    owed.possible = len(possible_steps(matter, anchor, row, due))
    return owed


def before(matter: Matter, anchor: datetime, limit: Any) -> datetime:
    """The last safe moment so long before the anchor; a day means its end."""
    if limit.unit in ("minutes", "hours"):
        return anchor - timedelta(**{limit.unit: limit.value})
    return end_of(matter.world.clock.earlier(anchor.date(), int(limit.value), limit.unit))


def step_for(matter: Matter, anchor: datetime, row: Row) -> Evidence | None:
    """The first row that does the step; what is owed after the anchor is not done before it."""
    duty, world = matter.duty, matter.world
    if duty.match == "row":
        done = row[duty.step.at or "happened"]
        return (done, row) if world.known(done) else None
    for moment, step in matter.counting(duty.step):
        follows = duty.within is None or same_day_or_later(moment, anchor)
        if follows and step is not row and row[duty.match] and step[duty.match] == row[duty.match]:
            return moment, step
    return None


def possible_steps(matter: Matter, anchor: datetime, row: Row, due: datetime) -> list[Row]:
    """Rejected rows that could be the step."""
    duty, world = matter.duty, matter.world
    if duty.match == "row":
        first = anchor if duty.within else midnight(EVER)
        return possible_tellings(world, duty.event, duty.step.at or "happened", row, within=(first, due))
    if not row[duty.match]:
        return []
    within = anchor.date() if duty.within else EVER, due.date() + DAY
    if duty.match == "client":
        return [doubt for doubt, _ in world.possible(duty.step, duty.role, row["client"], within)]
    return [
        doubt
        for doubt in world.doubts.get(duty.step.form, [])
        if (unreadable(doubt, duty.match) or doubt[duty.match] == row[duty.match])
        and could_hold_all(duty.step.where, doubt)
        and any(could_have(matter, doubt, day) for day in world.possible_days(doubt, "happened", within))
    ]


def could_have(matter: Matter, doubt: Row, day: date) -> bool:
    """Whether who wrote a rejected row may be one whose rows count, whomever it is about."""
    rule = matter.duty.step
    if rule.by == "owner" and unreadable(doubt, "client"):
        return True
    return matter.world.could_be_allowed(rule, matter.duty.role, doubt, text(doubt["client"]), day)
