"""What is owed and whether it was done, worked out the slow way: for every rule, every client, every row.

Written from the ten semantics and the words of the regulation language alone, to check `pipeline.compute.judge`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from pipeline.language.period import Period, month_of
from pipeline.language.policy.obligation import Cadence, Coverage, Deadline, Duty, Interval, Submission
from pipeline.language.policy.regulation import Regulation
from pipeline.language.policy.standing import Completeness, Limit, Milestone, Quota, Review
from tests.oracle.clock import later_month
from tests.oracle.deadlines import deadline
from tests.oracle.documents import submission
from tests.oracle.owed import Matter, Owed, Proof
from tests.oracle.parties import cadence_in_all, interval_in_all
from tests.oracle.phases import in_own_windows, review
from tests.oracle.populations import coverage
from tests.oracle.standing import completeness, limit, quota
from tests.oracle.steps import milestone
from tests.oracle.windows import cadence, interval
from tests.oracle.world import World, text

MONTHS_AROUND = 13  # so far from the month judged lies all that may have taken a row before


KINDS: dict[type[Duty], Callable[[Matter], Iterator[Owed]]] = {
    Cadence: cadence,
    Interval: interval,
    Deadline: deadline,
    Submission: submission,
    Coverage: coverage,
    Milestone: milestone,
    Quota: quota,
    Completeness: completeness,
    Limit: limit,
    Review: review,
}


def owed_under(matter: Matter) -> Iterator[Owed]:
    """Every duty under one obligation."""
    duty = matter.duty
    if getattr(duty, "subject", "client") != "client":
        return cadence_in_all(matter) if isinstance(duty, Cadence) else interval_in_all(matter)
    if isinstance(duty, Cadence) and duty.own_windows:
        return in_own_windows(matter)
    return KINDS[type(duty)](matter)


def taken_before(world: World, regulation: Regulation, duty: Duty, month: Period) -> frozenset[Proof]:
    """The rows that obligations of the same group need that are listed before it."""
    group = getattr(duty, "exclusive", "")
    listed = regulation.obligations[: regulation.obligations.index(duty)] if group else ()
    mates = [mate for mate in listed if getattr(mate, "exclusive", "") == group]
    months = [month_of(later_month(month.start, n)) for n in range(-MONTHS_AROUND, MONTHS_AROUND)]
    return frozenset(proof for mate in mates for of in months for proof in needed(world, regulation, mate, of))


def needed(world: World, regulation: Regulation, duty: Any, month: Period) -> set[Proof]:
    """The first rows of every window of a month, as many as are required; worked out once."""
    key = duty.id, month.start
    if key not in world.needed:
        at = duty.counts.at or "happened"
        moments = {row["number"]: row[at] for row in world.rows[duty.counts.form]}
        world.needed[key] = found = set()
        for owed in owed_under(Matter(world, regulation, duty, month, taken_before(world, regulation, duty, month))):
            in_order = sorted(owed.evidence, key=lambda proof: (moments[proof[1]], proof[1]))
            found.update(in_order[: math.ceil(owed.required)])
    return world.needed[key]


def judge(regulation: Regulation, facts: Any, month: Period, as_of: date) -> list[Owed]:
    """Every duty of the month, in no particular order."""
    promises = frozenset(d.promised for d in regulation.obligations if isinstance(d, Deadline) and d.promised)
    world = World(facts, as_of, regulation.id, promises)
    found = []
    for duty in regulation.obligations:
        matter = Matter(world, regulation, duty, month, taken_before(world, regulation, duty, month))
        for owed in owed_under(matter):
            settle(matter, owed)
            found.append(owed)
    return found


def settle(matter: Matter, owed: Owed) -> None:
    """The owner who answers for it, mostly that of the due day, his unit, and the status."""
    world = matter.world
    due = owed.due.date() if owed.due else None
    day = owed.answered or due
    if owed.client or owed.author:
        owed.owner = (world.owner_on(owed.client, matter.duty.role, day) if day else "") or owed.author
    if owed.subject_kind != "unit":
        of_client = text(world.clients[owed.client]["unit"]) if owed.client else ""
        owed.unit = (world.unit_of(owed.owner, day) if day else "") or of_client
    owed.own = min(owed.own, owed.required)
    owed.status = status(matter, owed, due)


def status(matter: Matter, owed: Owed, due: date | None) -> str:
    if due and owed.client and matter.world.waived(owed.client, f"{matter.regulation.id}/{owed.obligation}", due):
        return "waived"
    if owed.actual >= owed.required:
        return "met"
    if due is None or due > matter.world.as_of:
        return "open"
    return "unprovable" if owed.required - owed.actual <= owed.possible else "missed"
