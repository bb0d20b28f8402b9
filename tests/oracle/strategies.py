"""Small months made by chance: clients, staff, logbooks and a regulation, thick with boundaries.

Hypothesis draws one seed for each client, row and obligation, which are then made by ordinary random choices. So an
example is made fast, and shrinks by leaving things out without changing the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from pipeline.compute.facts import Facts
from pipeline.language.period import Period
from pipeline.language.period import month as month_named
from pipeline.language.policy.regulation import Regulation
from tests.cases.build import facts_of
from tests.oracle import clock
from tests.oracle.rules import DOCUMENTS, ROLES, TIERS, TOPICS, regulation_of

T = TypeVar("T")
Row = dict[str, Any]
Cells = dict[str, tuple[str, ...]]  # the columns that a field of a form fills

DAY = timedelta(days=1)
LONG_AGO = date(2020, 1, 1)
STAFF = ("S1", "S2", "S3", "S4")
MONTHS = ("2025-10", "2026-02", "2026-06", "2026-09", "2026-10", "2026-12")
TIMES = (time(), time(8, 59), time(9), time(14, 30), time(18), time(23, 59))


@dataclass(frozen=True)
class SmallMonth:
    """What judging takes."""

    regulation: Regulation
    facts: Facts
    month: Period
    as_of: date


@cache
def edges(month: Period) -> list[date]:
    """Days beside the edges of the windows around the month."""
    found = {month.start, month.end}
    for every in ("week", "month", "quarter", "half_year"):
        for n in range(0, month.days, 7):
            found |= set(clock.window_of(every, month.start + n * DAY))
    first, last = month.start - 35 * DAY, month.end + 20 * DAY
    return sorted({day for edge in found for n in (-1, 0, 1) if first <= (day := edge + n * DAY) <= last})


class Chance(Random):
    """Random choices about one month."""

    def __init__(self, seed: int, month: Period) -> None:
        super().__init__(seed)
        self.month = month

    def rarely(self) -> bool:
        return self.random() < 0.2

    def some(self, values: Sequence[T]) -> list[T]:
        return self.sample(values, self.randint(0, len(values)))

    def day(self) -> date:
        """A day near the month, often at the edge of a window."""
        if self.random() < 0.4:
            return self.choice(edges(self.month))
        return self.month.start + self.randint(-6, self.month.days + 5) * DAY

    def moment(self) -> datetime:
        """A moment near the month; midnight is a day without a time."""
        return datetime.combine(self.day(), self.choice(TIMES))

    def spans(self, first: date, values: Sequence[str]) -> list[tuple[str, date, date | None]]:
        """What holds from `first` on, rarely changing once or twice; an empty value is a gap."""
        changes = sorted({self.day() for _ in range(self.randint(1, 2) if self.random() < 0.35 else 0)})
        starts = [first, *(day for day in changes if day > first)]
        held = [self.choice(values)]
        for _ in starts[1:]:
            held.append(self.choice([value for value in values if value != held[-1]]))
        return [span for span in zip(held, starts, [*starts[1:], None], strict=True) if span[0]]


# people


def staff_rows(chance: Chance, staff: str) -> list[Row]:
    unit = chance.choice(["一部", "二部"])
    rows = []
    for role in chance.sample(ROLES, chance.randint(1, 2)):
        start = chance.day() if chance.rarely() else LONG_AGO
        end = chance.day() if chance.rarely() else None
        end = end if end and end > start else None
        rows.append({"staff": staff, "unit": unit, "role": role, "start": start, "end": end})
    return rows


def client_row(chance: Chance, client: str) -> Row:
    joined = chance.day() if chance.rarely() else LONG_AGO
    left = chance.day() if chance.rarely() else None
    return {
        "client": client,
        "joined_on": joined,
        "left_on": left if left and left > joined else None,
        "unit": chance.choice(["一部", "三部"]),
        "developer": chance.choice(["", *STAFF]),
        "cooperation": chance.choice([None, True, True, False]),
    }


def tier_rows(chance: Chance, client: str, joined: date) -> list[Row]:
    spans = chance.spans(joined, (*TIERS, *TIERS, ""))
    return [{"client": client, "tier": tier, "start": start, "end": end} for tier, start, end in spans]


def owner_rows(chance: Chance, client: str) -> list[Row]:
    return [
        {"client": client, "role": role, "staff": staff, "start": start, "end": end}
        for role in ROLES
        for staff, start, end in chance.spans(LONG_AGO, (*STAFF, ""))
    ]


def waiver_row(chance: Chance, names: Sequence[str], obligations: Sequence[str]) -> Row:
    start, days = chance.day(), chance.choice([1, 5, 40])
    scope = chance.choice(["*", *(f"small/{id_}" for id_ in obligations)])
    return {"client": chance.choice(names), "obligation": scope, "start": start, "end": start + days * DAY}


# rows of logbooks


def contact_row(chance: Chance, names: Sequence[str]) -> Row:
    happened = chance.moment()
    return {
        "happened": happened,
        "date": happened.date(),
        "client": chance.choice(names),
        "channel": chance.choice(["phone", "visit"]),
        "purpose": chance.choice(["service", "push", "complaint", "complaint"]),
        "outcome": "attempted" if chance.rarely() else "connected",
        "by": chance.choice(STAFF),
        "content": chance.choice([None, "谈了需求"]),
        "topics": ";".join(topic for topic in TOPICS if chance.random() < 0.6) or None,
        "minutes": chance.choice([None, 5, 10, 30]),
        "recorded_on": chance.choice([None, happened.date() + chance.choice([-1, 0, 0, 1, 2, 4, 9]) * DAY]),
        "month": f"{happened:%Y-%m}",
    }


def submission_row(chance: Chance) -> Row:
    day, every = chance.day(), chance.choice(["week", "month", "month", "quarter", "year"])
    return {
        "document": chance.choice(DOCUMENTS),
        "period": clock.period_key(every, clock.window_of(every, chance.day())),
        "submitted_on": day,
        "happened": datetime.combine(day, time()),
        "by": chance.choice(STAFF),
        "month": f"{day:%Y-%m}",
    }


def case_rows(chance: Chance, case_no: str, names: Sequence[str]) -> list[Row]:
    """One case: opened, perhaps resolved, reopened and resolved again, each told in a row of its own."""
    at = opened = chance.moment()
    step = [timedelta(minutes=30), timedelta(hours=5), DAY, 4 * DAY, 11 * DAY]
    base = {"case_no": case_no, "client": chance.choice(names), "opened_at": opened, "happened": opened}
    base["kind"] = chance.choice(["complaint", "request"])
    rows = []
    for n in range(chance.randint(1, 3)):
        row: Row = {**base, "by": chance.choice(STAFF), "row": n + 2}
        if n:
            at = row["reopened_at"] = at + chance.choice(step)
        for column in ("first_answer_at", "resolved_at", "callback_at"):
            if chance.rarely():
                break
            at = row[column] = at + chance.choice(step)
        rows.append({**row, "month": f"{at:%Y-%m}"})
        if "resolved_at" not in row:
            break
    return rows


def pause_row(chance: Chance, cases: Sequence[Row]) -> Row:
    case = chance.choice(cases)
    start = case["opened_at"] + chance.choice([timedelta(hours=1), DAY, 3 * DAY])
    end = None if chance.rarely() else start + chance.choice([timedelta(minutes=45), DAY, 6 * DAY])
    return {"case_no": case["case_no"], "paused_at": start, "happened": start, "resumed_at": end}


def rejected(chance: Chance, row: Row, columns: Cells) -> Row:
    """The row with some cells that could not be read; `columns` says what each field of the form fills."""
    faults = chance.sample(sorted(columns), chance.randint(1, 2))
    gone = [column for fault in faults for column in columns[fault]]
    return {**row, **dict.fromkeys(gone), "faults": ";".join(faults), "submitter": chance.choice(["", *STAFF])}


CONTACT_CELLS: Cells = {name: (name,) for name in ("client", "channel", "purpose", "topics")}
CONTACT_CELLS |= {"date": ("date", "happened"), "staff": ("by", "staff")}
CASE_CELLS: Cells = {
    name: (name,) for name in ("client", "kind", "case_no", "first_answer_at", "resolved_at", "callback_at")
}
CASE_CELLS |= {"handler": ("by", "handler")}
SUBMISSION_CELLS: Cells = {"document": ("document",), "period": ("period",)}
SUBMISSION_CELLS |= {"submitted_on": ("submitted_on", "happened"), "staff": ("by", "staff")}


# the whole


def seeds(most: int, least: int = 0) -> SearchStrategy[list[int]]:
    few = st.lists(st.integers(0, 2**24), min_size=least, max_size=max(least, most // 3))
    return few | st.lists(st.integers(0, 2**24), min_size=max(least, most // 2), max_size=most)


def month_of(
    *,
    name: str,
    judged_after: int,
    start: int,
    rules: list[tuple[str, int]],
    clients: list[int],
    staff: Sequence[int],
    rows: dict[str, list[int]],
    doubts: dict[str, list[int]],
    waivers: list[int],
) -> SmallMonth:
    """The month that the seeds stand for."""
    month = month_named(name)

    def chances(found: Sequence[int]) -> list[Chance]:
        return [Chance(seed, month) for seed in found]

    began = Chance(start, month)
    since = began.day() if began.random() < 0.05 else LONG_AGO
    regulation = regulation_of(since, [(kind, Chance(seed, month)) for kind, seed in rules])
    registered = [client_row(chance, f"C{n}") for n, chance in enumerate(chances(clients))]
    names = [row["client"] for row in registered]
    cases = [case_rows(chance, f"K{n}", names) for n, chance in enumerate(chances(rows["case"]))]
    case = [row for history in cases for row in history]
    contact = [contact_row(chance, names) for chance in chances(rows["contact"])]
    facts = facts_of(
        clients=registered,
        attributes={"cooperation": "yesno"},
        tiers=[
            t
            for row, c in zip(registered, chances(clients), strict=True)
            for t in tier_rows(c, row["client"], row["joined_on"])
        ],
        owners=[o for row, c in zip(registered, chances(clients), strict=True) for o in owner_rows(c, row["client"])],
        staff=[r for who, chance in zip(STAFF, chances(staff), strict=True) for r in staff_rows(chance, who)],
        waivers=[waiver_row(chance, names, [o.id for o in regulation.obligations]) for chance in chances(waivers)],
        rows={
            "contact": contact,
            "case": case,
            "pause": [pause_row(chance, case) for chance in chances(rows["pause"]) if case],
            "submission": [submission_row(chance) for chance in chances(rows["submission"])],
        },
        doubts={
            "contact": [
                rejected(c, c.choice([contact_row(c, names), *contact[:1]]), CONTACT_CELLS)
                for c in chances(doubts["contact"])
            ],
            "case": [rejected(c, c.choice(case), CASE_CELLS) for c in chances(doubts["case"]) if case],
            "pause": [],
            "submission": [rejected(c, submission_row(c), SUBMISSION_CELLS) for c in chances(doubts["submission"])],
        },
    )
    return SmallMonth(regulation, facts, month, month.start + judged_after * DAY)


def small_months(*kinds: str) -> SearchStrategy[SmallMonth]:
    """Everything that one month of a small company needs to be judged, under obligations of these kinds."""
    rows = {"contact": seeds(36), "case": seeds(9), "pause": seeds(5), "submission": seeds(12)}
    doubts = {"contact": seeds(9), "case": seeds(3), "submission": seeds(4)}
    return st.builds(
        month_of,
        name=st.sampled_from(MONTHS),
        judged_after=st.integers(5, 75),
        start=st.integers(0, 2**24),
        rules=st.lists(st.tuples(st.sampled_from(kinds), st.integers(0, 2**24)), min_size=1, max_size=3),
        clients=seeds(6, 1),
        staff=st.tuples(*[st.integers(0, 2**24)] * len(STAFF)),
        rows=st.fixed_dictionaries(rows),
        doubts=st.fixed_dictionaries(doubts),
        waivers=seeds(2),
    )
