"""Something within a time of an event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pipeline.language.policy.obligation import Deadline
from pipeline.language.policy.select import Rows
from tests.oracle.clock import end_of, midnight
from tests.oracle.owed import Evidence, Matter, Owed, span
from tests.oracle.world import Row, World, could_hold_all, same_day_or_later, text, unreadable


def deadline(matter: Matter) -> Iterator[Owed]:
    duty: Deadline = matter.duty
    for moment, row in matter.world.evidence(duty.event, duty.role):
        if moment.date() < matter.month.end and matter.in_force(moment.date()):
            owed = deadline_of(matter, moment, row)
            if owed and owed.month >= matter.key:
                yield owed


def deadline_of(matter: Matter, moment: datetime, row: Row) -> Owed | None:
    duty, world, is_case = matter.duty, matter.world, matter.duty.event.form == "case"
    opened = row["happened"] if is_case else moment
    if not world.there_on(text(row.get("client")), opened.date()):
        return None
    tier = world.tier_on(text(row.get("client")), opened.date())
    if not matter.owed_by(text(row.get("client")), tier):
        return None
    if duty.promised and row[duty.promised] is None:
        return None
    if duty.within and duty.within.at(tier, moment.date()) is None:
        return None
    deed = deed_for(matter, moment, row)
    due = due_of(matter, moment, row, tier, deed)
    account = f"{due:%Y-%m}" if due else f"{matter.month.end:%Y-%m}"
    kind, subject = ("case", row["case_no"]) if is_case else ("row", f"{duty.event.form}:{row['number']}")
    client = text(row.get("client"))
    owed = Owed(duty.id, kind, subject, client, tier, moment, due, due, account, 1, author=text(row["by"]))
    owed.evidence = {(duty.event.form, row["number"])}
    if deed and (due is None or deed[0] <= due):
        by = None if duty.follow_up else doer(duty.done, row)
        owed.actual, owed.own = 1, matter.is_owners(deed[1], deed[0], by, else_by=row["by"])
        owed.evidence.add((form_of_done(duty), deed[1]["number"]))
    if due:
        owed.possible = len(possibly_done(matter, moment, row, due))
    return owed


def doer(column: str, row: Row) -> str | None:
    """Who did what a column tells, where the form asks for it (`callback_by` for `callback_at`)."""
    return row.get(f"{column.removesuffix('_at')}_by")


def form_of_done(duty: Deadline) -> str:
    return duty.follow_up.form if duty.follow_up else duty.event.form


def due_of(matter: Matter, moment: datetime, row: Row, tier: str, deed: Evidence | None) -> datetime | None:
    """The promised time (a day means its end), or the time that the rule gives; after the deed nothing stops it."""
    duty: Deadline = matter.duty
    if duty.promised:
        promised: datetime = row[duty.promised]
        return end_of(promised.date()) if promised == midnight(promised.date()) else promised
    assert duty.within
    limit = duty.within.at(tier, moment.date())
    still = matter.world.standstill(row["case_no"], with_pauses=duty.pauses) if duty.event.form == "case" else []
    still = [(begin, end) for begin, end in still if deed is None or begin < deed[0]]
    return matter.world.clock.due(moment, limit.value, limit.unit, still)


def deed_for(matter: Matter, moment: datetime, row: Row) -> Evidence | None:
    """The first row that does what is due, in time or late, with the moment at which it did."""
    duty = matter.duty
    if not duty.follow_up:
        return (row[duty.done], row) if done_in_row(matter, moment, row) else None
    found = matter.counting(duty.follow_up, text(row.get("client")))
    return next(((m, r) for m, r in found if r is not row and same_day_or_later(m, moment)), None)


def done_in_row(matter: Matter, moment: datetime, row: Row) -> bool:
    done = row[matter.duty.done]
    return matter.world.known(done) and same_day_or_later(done, moment)


def possibly_done(matter: Matter, moment: datetime, row: Row, due: datetime) -> list[Row]:
    """Rejected rows that could have fulfilled the duty."""
    duty, world = matter.duty, matter.world
    if duty.follow_up:
        found = world.possible(duty.follow_up, duty.role, text(row.get("client")), span(moment, due))
        return [doubt for doubt, _ in found]
    return possible_tellings(world, duty.event, duty.done, row, within=(moment, due))


def possible_tellings(
    world: World, rule: Rows, column: str, case: Row, *, within: tuple[datetime, datetime]
) -> list[Row]:
    """Rejected rows of a case that could tell in a column that something was done between two moments."""
    if rule.form != "case":
        return []  # the row that would tell it is the event's own, and was accepted
    return [
        doubt
        for doubt in world.doubts.get("case", [])
        if (doubt["case_no"] == case["case_no"] or unreadable(doubt, "case_no"))
        and could_hold_all(rule.where, added(doubt, case))
        and any(
            world.could_be_client(doubt, text(case.get("client")), day)
            for day in world.possible_days(doubt, column, span(*within))
        )
    ]


def added(doubt: Row, case: Row) -> Row:
    """A rejected row of a case: what it leaves empty stands as in the case."""
    return {name: value if value not in (None, "") else case.get(name) for name, value in doubt.items()}
