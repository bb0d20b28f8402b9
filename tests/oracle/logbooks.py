"""Rows of logbooks made by chance, and rejected ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from tests.oracle import clock
from tests.oracle.chance import Chance
from tests.oracle.clock import DAY
from tests.oracle.people import STAFF, Row
from tests.oracle.rules import DOCUMENTS, PAPERS, TOPICS

Cells = dict[str, tuple[str, ...]]  # the columns that a field of a form fills


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


def submission_row(chance: Chance, names: Sequence[str]) -> Row:
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


def on_day(day: date, **cells: Any) -> Row:
    """A row of a form that dates its rows by days."""
    return {**cells, "happened": datetime.combine(day, time()), "month": f"{day:%Y-%m}"}


def chain_rows(chance: Chance, chain_no: str, names: Sequence[str]) -> list[Row]:
    """One chain: a payout planned and perhaps done, and the steps before and after it, thick around the limits."""
    payout = chance.day() + chance.choice([0, 0, 10, 31]) * DAY
    client = chance.choice([*names, None])
    steps = [("payout", "planned", payout), ("payout", "done", payout + chance.choice([0, 0, 1, -2]) * DAY)]
    for step in ("notice", "check"):
        apart = chance.choice([-31, -30, -29, -11, -10, -7, -1, 0, 0, 1, 3, 4, 10, 14, 31])
        steps += [(step, "done", payout + (apart + more) * DAY) for more in chance.choice([(), (0,), (0, 1), (-35, 0)])]
    kept = [steps[0], *chance.some(steps[1:])]
    return [
        on_day(day, chain_no=chain_no, step=step, state=state, date=day, client=client, by=chance.choice(STAFF))
        for step, state, day in kept
    ]


def document_row(chance: Chance, names: Sequence[str]) -> Row:
    day = chance.day() if chance.random() < 0.6 else chance.long_before()
    client, by = chance.choice(names), chance.choice(STAFF)
    return on_day(day, client=client, document=chance.choice(PAPERS), handed_on=day, by=by)


def grading_row(chance: Chance, names: Sequence[str]) -> Row:
    day, kind = chance.day(), chance.choice(["grading", "grading", "archive_check"])
    return on_day(day, client=chance.choice(names), kind=kind, graded_on=day, by=chance.choice(STAFF))


def trial_row(chance: Chance, names: Sequence[str]) -> Row:
    begun = chance.day() if chance.random() < 0.5 else chance.long_before()
    ended = begun + chance.choice([0, 1, 2, 5, 11, 12, 13, 30, 31]) * DAY
    return on_day(
        begun,
        client=chance.choice([*names, *names, None]),
        kind=chance.choice(["trial", "trial", "credit"]),
        begun_on=begun,
        ended_on=chance.choice([None, ended, ended]),
        amount=chance.choice([None, 500, 800, 1000]),
        by=chance.choice(STAFF),
    )


def rejected(chance: Chance, row: Row, columns: Cells) -> Row:
    """The row with some cells that could not be read; `columns` says what each field of the form fills."""
    faults = chance.sample(sorted(columns), chance.randint(1, 2))
    gone = [column for fault in faults for column in columns[fault]]
    return {**row, **dict.fromkeys(gone), "faults": ";".join(faults), "submitter": chance.choice(["", *STAFF])}


WHO: Cells = {"staff": ("by", "staff"), "client": ("client",)}
CONTACT: Cells = {name: (name,) for name in ("client", "channel", "purpose", "topics")}
CONTACT |= {"date": ("date", "happened"), "staff": ("by", "staff")}
CASE: Cells = {name: (name,) for name in ("client", "kind", "case_no", "first_answer_at", "resolved_at", "callback_at")}
CASE |= {"handler": ("by", "handler")}
SUBMISSION: Cells = {"document": ("document",), "period": ("period",)}
SUBMISSION |= {"submitted_on": ("submitted_on", "happened"), "staff": ("by", "staff")}
CELLS: dict[str, Cells] = {
    "contact": CONTACT,
    "case": CASE,
    "submission": SUBMISSION,
    "milestone": {**WHO, "chain_no": ("chain_no",), "step": ("step",), "date": ("date", "happened")},
    "document": {**WHO, "document": ("document",), "handed_on": ("handed_on", "happened")},
    "grading": {**WHO, "kind": ("kind",), "graded_on": ("graded_on", "happened")},
}
