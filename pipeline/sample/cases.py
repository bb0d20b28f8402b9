"""The sample's case logs and submission logs: complaints and their call-backs, questions, and the month's documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import numpy as np

from pipeline.sample.diary import present
from pipeline.sample.rules import MONTHS, month_end, working, working_days, working_days_later
from pipeline.sample.world import Client, Person, World, pick, words

SHORTER_FROM = date(2026, 8, 1)  # tierbook.yaml: from then on 5 working days instead of 10
RECEIVERS = {"salesperson": "KF01", "specialist": "LD01", "leader": "LD02"}
TITLES = {"complaint": "TS", "consultation": "ZX", "request": "XQ"}


@dataclass(frozen=True)
class Case:
    """A line of a case log."""

    case_no: str
    kind: str
    client: str
    channel: str
    opened_at: datetime
    subject: str
    about_staff: str
    severity: str
    valid: bool | None
    handler: str
    first_answer_at: datetime
    resolved_at: datetime | None = None
    result: str = ""
    reopened_at: datetime | None = None
    callback_at: datetime | None = None
    callback_by: str = ""
    satisfied: bool | None = None
    earlier: tuple[datetime, datetime] | None = None  # resolved and called back before it was reopened
    waits: int = 0  # working days of pause between resolution and call-back

    def known_on(self, day: date) -> Case:
        """What the log could say at the end of the day."""
        end = datetime.combine(day, time.max)
        seen = self
        if self.reopened_at and self.reopened_at > end and self.earlier:
            seen = replace(self, reopened_at=None, resolved_at=self.earlier[0], callback_at=self.earlier[1])
        if seen.resolved_at and seen.resolved_at > end:
            seen = replace(seen, resolved_at=None, result="")
        if seen.callback_at and seen.callback_at > end:
            seen = replace(seen, callback_at=None, callback_by="", satisfied=None)
        return seen


@dataclass(frozen=True)
class Pause:
    """A line of a pause log."""

    case_no: str
    paused_at: datetime
    resumed_at: datetime
    reason: str


@dataclass(frozen=True)
class Submission:
    """A line of a submission log."""

    document: str
    period: str
    submitted_on: date
    staff: str
    received_by: str
    note: str = ""


def make_cases(rng: np.random.Generator, world: World) -> tuple[list[Case], list[Pause]]:
    """The cases of the five months, and the pauses in them."""
    cases: list[Case] = []
    pauses: list[Pause] = []
    for first in MONTHS:
        for kind, count in (("complaint", 12), ("consultation", 9), ("request", 6)):
            for number in range(count):
                case = _case(rng, world, first, kind, f"{TITLES[kind]}-{first:%Y%m}-{number + 1:03d}")
                case, pause = _closed(rng, case)
                pauses += [pause] if pause else []
                if kind == "complaint":
                    case, pause = _called_back(rng, world, case)
                    pauses += [pause] if pause else []
                cases.append(case)
    return cases, pauses


def _case(rng: np.random.Generator, world: World, first: date, kind: str, case_no: str) -> Case:
    client = _complainant(rng, world, first)
    opened = _at(rng, pick(rng, working_days(first, month_end(first))))
    complaint = kind == "complaint"
    return Case(
        case_no=case_no,
        kind=kind,
        client=client.client,
        channel=pick(rng, ["phone", "phone", "wechat", "email", "visit"]),
        opened_at=opened,
        subject=pick(rng, words()[f"{kind}s"]),
        about_staff=client.owner("salesperson", opened.date()) if complaint and rng.random() < 0.7 else "",
        severity=pick(rng, ["minor", "minor", "minor", "serious", "grave"]) if complaint else "",
        valid=bool(rng.random() < 0.8) if complaint else None,
        handler=client.owner("specialist", opened.date()),
        first_answer_at=opened + timedelta(minutes=int(rng.integers(2, 30)) * 5),
    )


def _complainant(rng: np.random.Generator, world: World, first: date) -> Client:
    """A client that is there all month; the badly served ones complain more."""
    there = [c for c in world.clients if c.there(first, month_end(first)) and c.tier(first) != "reserve"]
    unhappy = [c for c in there if c.care < -0.1]
    return pick(rng, unhappy if unhappy and rng.random() < 0.35 else there)  # type: ignore[no-any-return]


def _closed(rng: np.random.Generator, case: Case) -> tuple[Case, Pause | None]:
    """The case resolved, after a pause or a reopening at times; a few stay open."""
    pause, done = None, case.opened_at.date()
    if rng.random() < 0.15:
        pause = _pause(rng, case, done)
        done = pause.resumed_at.date()
    done = working_days_later(done, int(rng.integers(1, 7)))
    if rng.random() < 0.05:
        return case, pause
    if rng.random() < 0.08:
        settled, called = (_at(rng, done), _at(rng, working_days_later(done, 1)))
        case = replace(case, earlier=(settled, called), reopened_at=_at(rng, working_days_later(done, 3)))
        done = working_days_later(done, int(rng.integers(4, 7)))
    return replace(case, resolved_at=_at(rng, done), result=pick(rng, words()["results"])), pause


def _pause(rng: np.random.Generator, case: Case, day: date) -> Pause:
    """A pause of some whole working days after the day."""
    first, last = working_days_later(day, 1), working_days_later(day, int(rng.integers(2, 5)))
    return Pause(
        case.case_no, datetime.combine(first, time(9)), datetime.combine(last, time(18)), pick(rng, words()["pauses"])
    )


def _called_back(rng: np.random.Generator, world: World, case: Case) -> tuple[Case, Pause | None]:
    """Within the limit for nine in ten, late or never for the others; after a pause if the client is away."""
    if case.resolved_at is None:
        return case, None
    fate, pause, done = rng.random(), None, case.resolved_at.date()
    if rng.random() < 0.08:
        pause = _pause(rng, case, done)
        case = replace(case, waits=len(working_days(pause.paused_at.date(), pause.resumed_at.date())))
    client = world.client[case.client]
    if fate > 0.95:  # never; of a reopened case the log still has the call-back of the first time
        before = case.earlier and case.earlier[1]
        return replace(case, callback_at=before, callback_by=_seller(client, before)), pause
    within = case.waits + int(rng.integers(1, limit(case) + 1))
    late = case.waits + limit(case) + int(rng.integers(1, 5))
    called = _at(rng, working_days_later(done, within if fate < 0.88 else late))
    satisfied = bool(rng.random() < 0.85)
    return replace(case, callback_at=called, callback_by=_seller(client, called), satisfied=satisfied), pause


def _seller(client: Client, moment: datetime | None) -> str:
    return client.owner("salesperson", moment.date()) if moment else ""


def limit(case: Case) -> int:
    """Working days in which a complaint that is resolved is returned to."""
    return 5 if case.resolved_at and case.resolved_at.date() >= SHORTER_FROM else 10


def due_day(case: Case) -> date | None:
    """The last day on which the call-back is in time; None for what owes none."""
    if case.kind != "complaint" or case.resolved_at is None:
        return None
    return working_days_later(case.resolved_at.date(), limit(case) + case.waits)


def make_submissions(rng: np.random.Generator, world: World) -> list[Submission]:
    """The documents of the five months, most of them in time."""
    found: list[Submission] = []
    for first in MONTHS:
        found += _of_month(rng, world, first)
    found += [
        Submission("return_visit_evaluation", "2026-Q2", date(2026, 7, 14), "KF01", "LD01"),
        Submission("exchange_meeting", "2026", date(2026, 9, 18), "KF02", "LD01", "参会企业 46 家，收集建议 12 条"),
        Submission("return_visit_evaluation", "2026-Q3", date(2026, 10, 19), "KF01", "LD01", "国庆后补报"),
    ]
    return sorted(found, key=lambda s: (s.submitted_on, s.document, s.staff))


def _of_month(rng: np.random.Generator, world: World, first: date) -> Iterator[Submission]:
    for person in world.named("salesperson"):
        if present(person.start, person.end, first):
            yield from _handed_in(rng, "communication_record", first, person, 5)
    for person in world.named("specialist"):
        yield from _handed_in(rng, "key_client_report", first, person, 8)
    yield from _handed_in(rng, "monthly_analysis", first, world.people["LD01"], 10)


def _handed_in(rng: np.random.Generator, document: str, first: date, person: Person, due: int) -> Iterator[Submission]:
    """One document, in time for nine in ten; before a holiday on the last working day of the month itself."""
    last = month_end(first)
    in_time = working_days(last + timedelta(days=1), last + timedelta(days=due)) or working_days(first, last)[-1:]
    if person.end == last:  # who leaves hands in before
        yield Submission(document, f"{first:%Y-%m}", last, person.staff, RECEIVERS[person.role])
        return
    late = [d for d in (last + timedelta(days=due + n) for n in range(1, 6)) if working(d)]
    fate = rng.random()
    if fate < 0.95:
        day = pick(rng, in_time if fate < 0.88 else late)
        yield Submission(document, f"{first:%Y-%m}", day, person.staff, RECEIVERS[person.role])


def _at(rng: np.random.Generator, day: date) -> datetime:
    """Some time in the working hours of the day."""
    minute = int(pick(rng, [*range(9 * 60, 12 * 60, 5), *range(13 * 60 + 30, 17 * 60, 5)]))
    return datetime.combine(day, time(minute // 60, minute % 60))
