"""The truth about a sample: what became of every duty that the five months must account for.

Counted from the lines themselves by the plain rules of `rules`, never by the code under test. A line whose workbook
was destroyed counts for nothing; one with a cell that nobody can read may have counted, so a duty that it could have
met is unprovable.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pandas as pd

from pipeline.sample.cases import Case, Submission, due_day
from pipeline.sample.rules import ALL_TOPICS, MONTHS, RULES, WINDOWS, Contact, month_end, working_days_later
from pipeline.sample.tally import Books, could_count, tally
from pipeline.sample.world import FIRST_DAY, World

TRUTH_COLUMNS = ("month", "obligation", "subject", "start", "status")
DOCUMENTS = {  # who owes it, the day of the next month by which it is due
    "communication_record": ("salesperson", 5),
    "key_client_report": ("specialist", 8),
}


Line = tuple[date, str, str, datetime, str]


def truth(world: World, books: Books) -> pd.DataFrame:
    """One row per duty with the columns `TRUTH_COLUMNS`; `subject` of a contact is `row_subject`."""
    kept = [r for r in books.contacts if r not in books.lost and r not in books.faults]
    lines = [
        *_cadences(world, kept, books.faults),
        *_return_visits(world, kept),
        *_events(world, kept),
        *_changes(world, kept),
        *_file_updates(world, kept),
        *_developers(world),
        *_complaints(world, books.cases),
        *_documents(world, books.submissions),
    ]
    frame = pd.DataFrame(lines, columns=list(TRUTH_COLUMNS))
    frame["month"] = pd.to_datetime(frame["month"]).dt.strftime("%Y-%m")
    frame["start"] = frame["start"].astype("datetime64[s]")
    frame = frame[frame["month"].isin([f"{m:%Y-%m}" for m in MONTHS])]
    return frame.sort_values(list(TRUTH_COLUMNS), ignore_index=True)


def row_subject(row: Contact) -> str:
    """How the truth names a line: client, moment and who wrote it, as no two lines have all of them in common."""
    return f"{row.client} {moment(row):%Y-%m-%d %H:%M} {row.staff}"


def moment(row: Contact) -> datetime:
    """When it happened; midnight if no time was written."""
    return datetime.combine(row.day, time(*divmod(row.minute or 0, 60)))


def _cadences(world: World, kept: list[Contact], faults: Mapping[Contact, str]) -> Iterator[Line]:
    counted = tally(world, kept)
    beside: dict[tuple[str, date], list[Contact]] = defaultdict(list)
    for row in kept:
        beside[row.client, row.day].append(row)
    doubts = Counter(key for row, fault in faults.items() for key in could_count(world, beside, row, fault))
    for rule in RULES.values():
        for client in world.clients:
            for first, last, required in rule.owed(client):
                key = (rule.obligation, client.client, first)
                lacking = required - counted.get(key, 0)
                status = "met" if lacking <= 0 else "unprovable" if lacking <= doubts[key] else "missed"
                status = "waived" if waived(world, client.client, rule.obligation, last) else status
                month = first + timedelta(days=3) if rule.every == "week" else last
                yield month, *_line(rule.obligation, client.client, first, status)


def waived(world: World, client: str, obligation: str, due: date) -> bool:
    """Whether a waiver holds on the day on which the duty falls due."""
    return any(w.touches(client, obligation) and w.start <= due <= w.end for w in world.waivers)


def _return_visits(world: World, kept: list[Contact]) -> Iterator[Line]:
    for row in kept:
        if row.purpose == "return_visit" and row.outcome == "connected":
            yield _in_month(world, "return_visit_written", row, bool(row.content))
            yield _in_month(world, "return_visit_topics", row, set(row.topics) >= {*ALL_TOPICS})


def _events(world: World, kept: list[Contact]) -> Iterator[Line]:
    for row in kept:
        if row.purpose == "event":
            yield _in_month(world, "client_event", row, row.outcome == "connected")


def _in_month(world: World, obligation: str, row: Contact, met: bool) -> Line:
    """A line that must be as the regulation wants it, judged at the end of its month."""
    status = _status(world, row.client, obligation, month_end(row.day), met)
    return row.day, obligation, row_subject(row), moment(row), status


def _changes(world: World, kept: list[Contact]) -> Iterator[Line]:
    """Changes of client data that a salesperson learnt of; recorded within 5 working days."""
    for row in kept:
        seller = world.people[row.staff].role == "salesperson"
        if row.purpose == "file_update" and row.outcome == "connected" and seller:
            due = working_days_later(row.day, 5)
            met = row.recorded_on is not None and row.recorded_on <= due
            status = _status(world, row.client, "change_recorded", due, met)
            yield due, "change_recorded", row_subject(row), moment(row), status


def _file_updates(world: World, kept: list[Contact]) -> Iterator[Line]:
    """No client file without an update for 4 months, reckoned from the first month, the coming or the tier."""
    updates: dict[str, list[date]] = defaultdict(list)
    for row in kept:
        if row.purpose == "file_update" and row.outcome == "connected":
            updates[row.client].append(row.day)
    for client in world.clients:
        for first, last in WINDOWS["month"]:
            if client.there(first, last) and client.tier(first) in ("strategic", "key", "general"):
                began = max(FIRST_DAY, client.joined, next(s.start for s in client.tiers if s.holds(first)))
                found = updates[client.client]
                due = _runs_out(max([began, *(d for d in found if d < first)]), found, last)
                status = _status(world, client.client, "file_update", due, due > last)
                yield first, *_line("file_update", client.client, first, status)


def _runs_out(since: date, updates: list[date], last: date) -> date:
    """The first day on which four months without an update are over, counted from `since`; after `last` if none is."""
    for before, after in pairwise([since, *sorted(d for d in updates if since < d <= last), last]):
        if after > _four_months_later(before):
            break
    else:
        before = max([since, *(d for d in updates if d <= last)])
    return _four_months_later(before)


def _four_months_later(day: date) -> date:
    index = day.year * 12 + day.month - 1 + 4
    first = date(index // 12, index % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), month_end(first))


def _developers(world: World) -> Iterator[Line]:
    for client in world.clients:
        for first, last in WINDOWS["month"]:
            if client.there(first, last):
                owner = client.owner("salesperson", last)
                status = _status(world, client.client, "developer_serves", last, owner == client.developer)
                yield first, *_line("developer_serves", client.client, first, status)


def _complaints(world: World, cases: Iterable[Case]) -> Iterator[Line]:
    for case in cases:
        due = due_day(case)
        if due and case.resolved_at:
            met = (
                case.callback_at is not None and case.resolved_at <= case.callback_at and case.callback_at.date() <= due
            )
            status = _status(world, case.client, "complaint_return_visit", due, met)
            yield due, "complaint_return_visit", case.case_no, case.resolved_at, status


def _documents(world: World, submissions: tuple[Submission, ...]) -> Iterator[Line]:
    for first in MONTHS:
        period, next_month = f"{first:%Y-%m}", month_end(first) + timedelta(days=1)
        for document, (role, day) in DOCUMENTS.items():
            for person in world.named(role):
                if person.start <= first and (person.end is None or month_end(first) <= person.end):
                    handed = [s for s in submissions if s.staff == person.staff]
                    status = _in_time(handed, document, period, next_month.replace(day=day))
                    yield first, *_line(document, person.staff, first, status)
        status = _in_time(submissions, "monthly_analysis", period, next_month.replace(day=10))
        yield first, *_line("monthly_analysis", "", first, status)
    for first, last in WINDOWS["quarter"]:
        period, due = f"{last.year}-Q{last.month // 3}", (last + timedelta(days=1)).replace(day=15)
        yield (
            last,
            *_line("return_visit_evaluation", "", first, _in_time(submissions, "return_visit_evaluation", period, due)),
        )


def _in_time(submissions: Iterable[Submission], document: str, period: str, due: date) -> str:
    mine = (s for s in submissions if s.document == document and s.period == period)
    return _met(any(s.submitted_on <= due for s in mine))


def _line(obligation: str, subject: str, first: date, status: str) -> tuple[str, str, datetime, str]:
    return obligation, subject, datetime.combine(first, time()), status


def _status(world: World, client: str, obligation: str, due: date, met: bool) -> str:
    return "waived" if waived(world, client, obligation, due) else _met(met)


def _met(met: bool) -> str:
    return "met" if met else "missed"
