"""What is owed and whether it was done, worked out the slow way: for every rule, every client, every row.

Written from the ten semantics and the words of the regulation language alone, to check `pipeline.compute.judge`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from pipeline.language.period import Period
from pipeline.language.policy.obligation import Cadence, Coverage, Deadline, Duty, Interval, Submission
from pipeline.language.policy.regulation import Regulation
from pipeline.language.policy.select import Rows
from tests.oracle import clock
from tests.oracle.clock import DAY, Window, days, end_of, midnight
from tests.oracle.world import Row, World, could_hold_all, holds_all, same_day_or_later, text, unreadable

Evidence = tuple[datetime, Row]


@dataclass
class Owed:
    """One duty on one subject, and what there is to show for it."""

    obligation: str
    subject_kind: str
    subject: str
    client: str
    tier: str
    start: datetime
    end: datetime
    due: datetime | None  # None: the clock stands still
    month: str
    required: float
    owner: str = ""
    actual: float = 0
    own: float = 0
    possible: int = 0  # rejected rows that could have counted
    evidence: set[tuple[str, int]] = field(default_factory=set)
    unit: str = ""
    status: str = ""


@dataclass(frozen=True)
class Case:
    """One obligation of the regulation before the world, for one month."""

    world: World
    regulation: Regulation
    duty: Any
    month: Period

    @property
    def key(self) -> str:
        return f"{self.month.start:%Y-%m}"

    def in_force(self, day: date) -> bool:
        return bool(self.regulation.in_force_on(day) and self.duty.in_force_on(day))

    def owed_by(self, client: str, tier: str) -> bool:
        duty: Duty = self.duty
        return (duty.tiers is None or tier in duty.tiers) and holds_all(duty.scope, self.world.clients[client])

    def windows(self) -> Iterator[tuple[Window, str]]:
        """The windows of the month of account, and longer ones that run on, each with its month of account."""
        every = self.duty.every
        found = {clock.window_of(every, day) for day in days((self.month.start, self.month.end))}
        for window in sorted(found):
            account = clock.account(every, window)
            shown = account == self.key or (account > self.key and every != "week")
            if shown and self.in_force(window[0]):
                yield window, account

    def is_owners(self, row: Row, moment: datetime) -> bool:
        """Whether the row was written by the client's owner of the day."""
        owner = self.world.owner_on(text(row.get("client")), self.duty.role, moment.date())
        return owner != "" and owner == row["by"]


def judge(regulation: Regulation, facts: Any, month: Period, as_of: date) -> list[Owed]:
    """Every duty of the month, in no particular order."""
    world = World(facts, as_of)
    kinds: dict[type[Duty], Callable[[Case], Iterator[Owed]]] = {
        Cadence: cadence,
        Interval: interval,
        Deadline: deadline,
        Submission: submission,
        Coverage: coverage,
    }
    found = []
    for duty in regulation.obligations:
        case = Case(world, regulation, duty, month)
        for owed in kinds[type(duty)](case):
            settle(case, owed)
            found.append(owed)
    return found


def settle(case: Case, owed: Owed) -> None:
    """The owner on the due day, his unit, and the status."""
    world = case.world
    day = owed.due.date() if owed.due else None
    if owed.client and day:
        owed.owner = world.owner_on(owed.client, case.duty.role, day)
    if owed.subject_kind != "unit":
        owed.unit = (world.unit_of(owed.owner, day) if owed.owner and day else "") or (
            text(world.clients[owed.client]["unit"]) if owed.client else ""
        )
    owed.own = min(owed.own, owed.required)
    owed.status = status(case, owed, day)


def status(case: Case, owed: Owed, due: date | None) -> str:
    if due and owed.client and case.world.waived(owed.client, f"{case.regulation.id}/{owed.obligation}", due):
        return "waived"
    if owed.actual >= owed.required:
        return "met"
    if due is None or due > case.world.as_of:
        return "open"
    return "unprovable" if owed.required - owed.actual <= owed.possible else "missed"


# cadence


def cadence(case: Case) -> Iterator[Owed]:
    windows = festival_windows(case) if case.duty.every == "festival" else case.windows()
    for window, account in windows:
        for client in case.world.clients:
            if owed := cadence_of(case, client, window, account):
                yield owed


def festival_windows(case: Case) -> Iterator[tuple[Window, str]]:
    duty: Cadence = case.duty
    for year in (case.month.start.year - 1, case.month.start.year, case.month.start.year + 1):
        for name, day, last_day_off in clock.festivals(year):
            window = (day - duty.lead * DAY, last_day_off + DAY)
            wanted = not duty.festivals or name in duty.festivals
            if wanted and clock.account("festival", window) == case.key and case.in_force(window[0]):
                yield window, case.key


def cadence_of(case: Case, client: str, window: Window, account: str) -> Owed | None:
    duty: Cadence = case.duty
    there = case.world.days_there(client, window)
    if not there:
        return None
    tier = case.world.tier_on(client, there[0])
    required = in_part(duty.required.at(tier, window[0]), duty.partial, len(there), len(days(window)))
    if not required or not case.owed_by(client, tier):
        return None
    owed = on_client(duty, client, tier, window, account=account, required=required)
    counted = of_window(case.world.evidence(duty.counts, duty.role, client), window)
    owned = [pair for pair in counted if case.is_owners(pair[1], pair[0])]
    maybe = [d for _, d in case.world.possible(duty.counts, duty.role, client, window)]
    if duty.counts.distinct == "day":
        counted, owned = first_of_each_day(counted), first_of_each_day(owned)
        maybe = on_other_days(maybe, {moment.date() for moment, _ in counted})
    owed.actual, owed.own, owed.possible = len(counted), len(owned), len(maybe)
    owed.evidence = {(duty.counts.form, row["number"]) for _, row in counted}
    return owed


def on_client(duty: Duty, client: str, tier: str, window: Window, *, account: str, required: float) -> Owed:
    first, end = window
    due = end_of(end - DAY)
    return Owed(duty.id, "client", client, client, tier, midnight(first), midnight(end), due, account, required)


def in_part(required: float | None, partial: str, there: int, whole: int) -> float:
    """What is owed of a window that the client was there for on some of the days."""
    if required is None or (there < whole and partial == "skip"):
        return 0
    return math.floor(required * there / whole) if there < whole and partial == "prorate" else required


def span(first: datetime, last: datetime) -> Window:
    """From the day of one moment to the day of another, both included."""
    return first.date(), last.date() + DAY


def of_window(evidence: list[Evidence], window: Window) -> list[Evidence]:
    return [(moment, row) for moment, row in evidence if window[0] <= moment.date() < window[1]]


def first_of_each_day(evidence: list[Evidence]) -> list[Evidence]:
    seen: dict[date, Evidence] = {}
    for moment, row in evidence:
        seen.setdefault(moment.date(), (moment, row))
    return list(seen.values())


def on_other_days(maybe: list[list[date]], counted: set[date]) -> list[list[date]]:
    """Of rejected rows those that would have added a day: two of one day add one."""
    new = [left for d in maybe if (left := [day for day in d if day not in counted])]
    dated = {d[0] for d in new if len(d) == 1}
    return [[day] for day in dated] + [d for d in new if len(d) > 1]


# interval


def interval(case: Case) -> Iterator[Owed]:
    window = (case.month.start, case.month.end)
    for client in case.world.clients:
        if case.in_force(window[0]) and (owed := interval_of(case, client, window)):
            yield owed


def interval_of(case: Case, client: str, window: Window) -> Owed | None:
    duty: Interval = case.duty
    there = case.world.days_there(client, window)
    if not there or (len(there) < len(days(window)) and duty.partial == "skip"):
        return None
    tier = case.world.tier_on(client, there[0])
    limit = duty.at_most.at(tier, window[0])
    if limit is None or not case.owed_by(client, tier):
        return None
    cut = min(end_of(window[1] - DAY), case.world.end_of_knowledge())
    known = [pair for pair in case.world.evidence(duty.counts, duty.role, client) if pair[0] <= cut]
    owed = on_client(duty, client, tier, window, account=case.key, required=1)
    broken, owed.due = first_broken(case, limit, anchor(case, client, tier, window[0], known), known, cut)
    owed.actual = 0 if broken else 1
    if broken:
        owed.possible = len(case.world.possible(duty.counts, duty.role, client, span(broken, owed.due)))
    owned = [pair for pair in known if case.is_owners(pair[1], pair[0])]
    broken, _ = first_broken(case, limit, anchor(case, client, tier, window[0], owned), owned, cut)
    owed.own = 0 if broken else 1
    owed.evidence = {(duty.counts.form, row["number"]) for _, row in known}
    return owed


def anchor(case: Case, client: str, tier: str, first: date, known: list[Evidence]) -> datetime:
    """What the clock starts from: the last evidence before the month, or when the duty began for the client."""
    began = [case.world.clients[client]["joined_on"]]
    began += [r["start"] for r in case.world.tiers if r["client"] == client and r["tier"] == tier]
    earlier = [moment for moment, _ in known] + began
    return max(moment for moment in earlier if moment < midnight(first) or moment in began)


def first_broken(
    case: Case, limit: Any, start: datetime, known: list[Evidence], cut: datetime
) -> tuple[datetime | None, datetime]:
    """The moment whose successor came too late (None: every one came in time), and until when it should have come."""
    last = start
    for moment in [moment for moment, _ in known if moment > start] + [cut]:
        due = case.world.clock.due(last, limit.value, limit.unit)
        assert due is not None
        if moment > due:
            return last, due
        if moment is not cut:
            last = moment
    return None, due


# deadline


def deadline(case: Case) -> Iterator[Owed]:
    duty: Deadline = case.duty
    for moment, row in case.world.evidence(duty.event, duty.role):
        if moment.date() < case.month.end and case.in_force(moment.date()):
            owed = deadline_of(case, moment, row)
            if owed and owed.month >= case.key:
                yield owed


def deadline_of(case: Case, moment: datetime, row: Row) -> Owed | None:
    duty, world, is_case = case.duty, case.world, case.duty.event.form == "case"
    opened = row["happened"] if is_case else moment
    if not world.there_on(row["client"], opened.date()):
        return None
    tier = world.tier_on(row["client"], opened.date())
    if not case.owed_by(row["client"], tier) or (
        is_case and duty.event.at == "resolved_at" and world.reopened_since(row)
    ):
        return None
    if duty.promised and row[duty.promised] is None:
        return None
    if duty.within and duty.within.at(tier, moment.date()) is None:
        return None
    due = due_of(case, moment, row, tier)
    account = f"{due:%Y-%m}" if due else f"{case.month.end:%Y-%m}"
    subject = ("case", row["case_no"]) if is_case else ("row", f"{duty.event.form}:{row['number']}")
    end = due or moment
    owed = Owed(duty.id, *subject, row["client"], tier, moment, end, due, account, 1)
    done = done_by(case, moment, row, due)
    if done:
        owed.actual, owed.own = 1, case.is_owners(done[1], done[0])
    owed.evidence = {(duty.event.form, row["number"])} | ({(form_of_done(duty), done[1]["number"])} if done else set())
    if due:
        owed.possible = len(possibly_done(case, moment, row, due))
    return owed


def form_of_done(duty: Deadline) -> str:
    return duty.follow_up.form if duty.follow_up else duty.event.form


def due_of(case: Case, moment: datetime, row: Row, tier: str) -> datetime | None:
    """The promised time (a day means its end), or the time that the rule gives."""
    duty: Deadline = case.duty
    if duty.promised:
        promised: datetime = row[duty.promised]
        return end_of(promised.date()) if promised == midnight(promised.date()) else promised
    assert duty.within
    limit = duty.within.at(tier, moment.date())
    still = case.world.standstill(row["case_no"], duty.pauses) if duty.event.form == "case" else []
    return case.world.clock.due(moment, limit.value, limit.unit, still)


def done_by(case: Case, moment: datetime, row: Row, due: datetime | None) -> Evidence | None:
    """The row that fulfils the duty in time, with the moment at which it did."""
    duty, world = case.duty, case.world
    if duty.follow_up:
        found = world.evidence(duty.follow_up, duty.role, row["client"])
        found = [(m, r) for m, r in found if r is not row and same_day_or_later(m, moment)]
    else:
        found = [(row[duty.done], row)] if done_in_row(case, moment, row) else []
    return next(((m, r) for m, r in found if due is None or m <= due), None)


def done_in_row(case: Case, moment: datetime, row: Row) -> bool:
    duty, world = case.duty, case.world
    done = row[duty.done]
    if not world.known(done) or not same_day_or_later(done, moment):
        return False
    if duty.event.form == "case" and duty.done in ("resolved_at", "callback_at"):
        return not world.reopened_since(row) and not (row["resolved_at"] and done < row["resolved_at"])
    return True


def possibly_done(case: Case, moment: datetime, row: Row, due: datetime) -> list[Row]:
    """Rejected rows that could have fulfilled the duty."""
    duty, world = case.duty, case.world
    if duty.follow_up:
        found = world.possible(duty.follow_up, duty.role, row["client"], span(moment, due))
        return [doubt for doubt, _ in found]
    if duty.event.form != "case":
        return []  # the row itself was accepted
    return [
        doubt
        for doubt in world.doubts.get("case", [])
        if (doubt["case_no"] == row["case_no"] or unreadable(doubt, "case_no"))
        and could_hold_all(duty.event.where, doubt)
        and any(
            world.could_be_client(doubt, row["client"], day)
            for day in world.possible_days(doubt, duty.done, span(moment, due))
        )
    ]


# submission


def submission(case: Case) -> Iterator[Owed]:
    duty: Submission = case.duty
    for window, account in case.windows():
        required = duty.required.at(None, window[0])
        for subject in subjects(case, window) if required else ():
            yield submission_of(case, subject, window, account, required)


def subjects(case: Case, window: Window) -> list[str]:
    """Who owes the document of the period."""
    duty, world = case.duty, case.world
    if duty.by == "company":
        return [""]
    holders = {
        staff
        for staff in {r["staff"] for r in world.staff}
        if all(holds_role(case, staff, day) for day in days(window))
    }
    return sorted(holders if duty.by == "staff" else {world.unit_of(staff, window[0]) for staff in holders})


def holds_role(case: Case, staff: str, day: date) -> bool:
    world, role = case.world, case.duty.role
    return any(r["staff"] == staff and (role is None or r["role"] == role) for r in world.staff if covers(r, day))


def covers(row: Row, day: date) -> bool:
    return row["start"].date() <= day and (row["end"] is None or day < row["end"].date())


def submission_of(case: Case, subject: str, window: Window, account: str, required: float) -> Owed:
    duty, world = case.duty, case.world
    day = due_day(case, window)
    start, end = midnight(window[0]), midnight(window[1])
    owed = Owed(duty.id, duty.by, subject, "", "", start, end, end_of(day), account, required)
    owed.owner = subject if duty.by == "staff" else ""
    owed.unit = subject if duty.by == "unit" else world.unit_of(subject, day)
    key = clock.period_key(duty.every, window)
    counted = [
        (moment, row)
        for moment, row in world.evidence(duty.counts, duty.role)
        if row[duty.period] == key and moment.date() <= day and answers_for(case, subject, row["by"], moment.date())
    ]
    owed.actual = len(counted)
    owed.own = len(counted) if duty.by == "staff" else 0
    owed.evidence = {(duty.counts.form, row["number"]) for _, row in counted}
    owed.possible = sum(could_be_it(case, subject, doubt, key, day) for doubt in world.doubts.get(duty.counts.form, []))
    return owed


def answers_for(case: Case, subject: str, staff: str | None, day: date) -> bool:
    """Whether what a member of staff hands in is the subject's."""
    if case.duty.by == "company":
        return True
    return subject == (staff if case.duty.by == "staff" else case.world.unit_of(text(staff), day))


def could_be_it(case: Case, subject: str, doubt: Row, key: str, last: date) -> bool:
    duty, world = case.duty, case.world
    if doubt[duty.period] != key and not unreadable(doubt, duty.period):
        return False
    return could_hold_all(duty.counts.where, doubt) and any(
        not doubt["by"]
        or (
            world.allowed(duty.counts, duty.role, doubt["by"], "", day) and answers_for(case, subject, doubt["by"], day)
        )
        for day in world.possible_days(doubt, duty.counts.at or "happened", (date.min, last + DAY))
    )


def due_day(case: Case, window: Window) -> date:
    due, last = case.duty.due, window[1] - DAY
    if due.weekday is not None:
        day = window[1]
        while day.isoweekday() != due.weekday:
            day += DAY
    elif due.after is not None:
        moment = case.world.clock.due(midnight(last), due.after.value, due.after.unit)
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


# coverage


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


def coverage(case: Case) -> Iterator[Owed]:
    duty: Coverage = case.duty
    if duty.judged == "each":
        yield from coverage_each(case)
        return
    for window, account in case.windows():
        members = list(population(case, window))
        target = duty.target.at(None, window[0])
        if members and target:
            yield coverage_share(case, members, window, account, target)


def coverage_each(case: Case) -> Iterator[Owed]:
    duty: Coverage = case.duty
    for window in windows_by_due_day(case) if duty.covered.within else [w for w, _ in case.windows()]:
        for member in population(case, window):
            due = covered_by(case, member, window)
            account = f"{due:%Y-%m}" if duty.covered.within else clock.account(duty.every, window)
            if account >= case.key and duty.target.at(member.tier, window[0]) is not None:
                yield coverage_of(case, member, window, account, due)


def windows_by_due_day(case: Case) -> list[Window]:
    """Every window that has begun by the end of the month; the due day decides about each member."""
    first = min(
        [case.month.start]
        + [c["joined_on"].date() for c in case.world.clients.values()]
        + [r["happened"].date() for rows in case.world.rows.values() for r in rows],
    )
    found = {clock.window_of(case.duty.every, day) for day in days((first, case.month.end))}
    return sorted(window for window in found if case.in_force(window[0]))


def population(case: Case, window: Window) -> Iterator[Member]:
    duty, world = case.duty, case.world
    if isinstance(duty.population, Rows):
        for moment, row in of_window(world.evidence(duty.population, duty.role), window):
            tier = world.tier_on(row["client"], moment.date())
            if case.owed_by(row["client"], tier):
                kind, name = ("case", row["case_no"]) if duty.population.form == "case" else ("row", "")
                name = name or f"{duty.population.form}:{row['number']}"
                yield Member(kind, name, row["client"], tier, moment, row, row)
        return
    for client, columns in world.clients.items():
        there = world.days_there(client, window)
        if there and (len(there) == len(days(window)) or duty.partial != "skip"):
            tier = world.tier_on(client, there[0])
            if case.owed_by(client, tier):
                yield Member("client", client, client, tier, midnight(window[0]), columns)


def covered_by(case: Case, member: Member, window: Window) -> datetime:
    """The last safe moment to cover a member."""
    limit = case.duty.covered.within
    if limit is None:
        return end_of(window[1] - DAY)
    due = case.world.clock.due(member.moment, limit.value, limit.unit)
    assert due is not None
    return due


def covering(case: Case, member: Member, due: datetime) -> list[Evidence] | None:
    """The evidence that a member is covered; None if it is not."""
    duty, world, covered = case.duty, case.world, case.duty.covered
    if not holds_all(covered.where, member.columns):
        return None
    if covered.owner:
        day = member.moment.date() if member.row else due.date()
        owner = world.owner_on(member.client, covered.owner, day)
        if not owner or owner != member.columns[covered.is_]:
            return None
    own_row = [(member.moment, member.row)] if member.row else []
    if covered.rows is None:
        return own_row
    found = world.evidence(covered.rows, duty.role, member.client)
    found = [(m, r) for m, r in found if r is not member.row and m.date() >= member.moment.date() and m <= due]
    return found[:1] if found else None


def coverage_of(case: Case, member: Member, window: Window, account: str, due: datetime) -> Owed:
    start, end = (member.moment, due) if member.row else (midnight(window[0]), midnight(window[1]))
    owed = Owed(case.duty.id, member.kind, member.name, member.client, member.tier, start, end, due, account, 1)
    found = covering(case, member, due)
    if found is not None:
        owed.actual = 1
        owed.own = any(case.is_owners(row, moment) for moment, row in found)
        owed.evidence = {(form_of(case), row["number"]) for _, row in found}
    owed.possible = len(possibly_covering(case, member, due))
    return owed


def form_of(case: Case) -> str:
    rule = case.duty.covered.rows or case.duty.population
    return rule.form if isinstance(rule, Rows) else ""


def possibly_covering(case: Case, member: Member, due: datetime) -> list[Row]:
    """Rejected rows that could have covered the member."""
    duty, covered = case.duty, case.duty.covered
    if covered.rows is None or not holds_all(covered.where, member.columns):
        return []
    found = case.world.possible(covered.rows, duty.role, member.client, span(member.moment, due))
    return [doubt for doubt, _ in found]


def coverage_share(case: Case, members: list[Member], window: Window, account: str, target: float) -> Owed:
    start, end = midnight(window[0]), midnight(window[1])
    required = math.ceil(target * len(members))
    owed = Owed(case.duty.id, "company", "", "", "", start, end, end_of(window[1] - DAY), account, required)
    for member in members:
        due = covered_by(case, member, window)
        found = covering(case, member, due)
        if found is not None:
            owed.actual += 1
            owed.own += any(case.is_owners(row, moment) for moment, row in found)
            owed.evidence |= {(form_of(case), row["number"]) for _, row in found}
        elif possibly_covering(case, member, due):
            owed.possible += 1
    return owed
