"""The lines of the sample as rows of the forms, plain and tidy: real dates and times, full names, titles of choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from pipeline.intake.forms import Field, Form
from pipeline.sample.cases import Case, Pause, Submission
from pipeline.sample.rules import MONTHS, Contact, month_end, working_days
from pipeline.sample.spelling import Cell, chosen
from pipeline.sample.world import Client, Span, Waiver, World

Record = dict[str, Cell]  # a field's key: what stands in its cell
LAST_REPORTED = date(2026, 11, 16)  # the logs of October were completed until then


@dataclass(frozen=True)
class Logbook:
    """What one member of staff hands in for a month: the rows of each form."""

    name: str  # of the file, without its ending
    month: date
    staff: str
    rows: Mapping[str, list[Record]]
    lines: tuple[Contact, ...] = ()  # what the rows of the contact log tell
    number: int = 0

    @property
    def saved_at(self) -> datetime:
        """The evening of the month's last working day; the case and submission logs of October later."""
        day = working_days(self.month, month_end(self.month))[-1]
        if self.month == MONTHS[-1] and "contact" not in self.rows:
            day = LAST_REPORTED
        return datetime.combine(day, time(17, 10)) + timedelta(minutes=7 * self.number)


@dataclass(frozen=True)
class Writer:
    """Turns lines into rows of the forms, in Chinese."""

    world: World
    forms: Mapping[str, Form]

    def contact(self, row: Contact) -> Record:
        """A row of the contact log."""
        plain = vars(row) | {"date": row.day, "time": None if row.minute is None else time(*divmod(row.minute, 60))}
        return self._record("contact", plain)

    def case(self, case: Case) -> Record:
        """A row of the case log."""
        return self._record("case", vars(case))

    def pause(self, pause: Pause) -> Record:
        """A row of the pause log."""
        return self._record("pause", vars(pause))

    def submission(self, submission: Submission) -> Record:
        """A row of the submission log."""
        return self._record("submission", vars(submission))

    def _record(self, form: str, plain: Mapping[str, object]) -> Record:
        return {f.key: self._cell(f, plain.get(f.key)) for f in self.forms[form].fields}

    def _cell(self, field: Field, value: Any) -> Cell:
        if value in (None, "", ()):
            return None
        match field.type:
            case "client":
                return self.world.client[value].name
            case "staff":
                return self.world.people[value].name
        return chosen(field, value, "zh")


def contact_logs(writer: Writer, contacts: Iterable[Contact]) -> list[Logbook]:
    """One for every member of staff and month, in the order of the days."""
    found: dict[tuple[date, str], list[Contact]] = {}
    for row in sorted(contacts, key=lambda r: (r.day, r.minute or 0, r.client)):
        found.setdefault((row.day.replace(day=1), row.staff), []).append(row)
    return [
        replace(
            _logbook(writer, "联系记录", month, staff, {"contact": list(map(writer.contact, rows))}), lines=tuple(rows)
        )
        for (month, staff), rows in sorted(found.items())
    ]


def case_logs(writer: Writer, cases: list[Case], pauses: list[Pause]) -> list[Logbook]:
    """One for every specialist and month: the cases opened in it, and earlier ones that something became of."""
    logs = []
    for month in MONTHS:
        last = LAST_REPORTED if month == MONTHS[-1] else month_end(month)
        for person in writer.world.named("specialist"):
            mine = [c for c in cases if c.handler == person.staff and c.opened_at.date() <= last]
            numbers = {c.case_no for c in mine}
            ended = [p for p in pauses if p.case_no in numbers and _log_of(p.resumed_at) == month]
            news = [c.known_on(last) for c in mine if _changed(c, month, last)]
            rows = {"case": [writer.case(c) for c in news], "pause": [writer.pause(p) for p in ended]}
            logs.append(_logbook(writer, "受理记录", month, person.staff, rows))
    return logs


def _changed(case: Case, first: date, last: date) -> bool:
    return case.opened_at.date() >= first or case.known_on(last) != case.known_on(first - timedelta(days=1))


def _log_of(moment: datetime) -> date:
    return min(moment.date().replace(day=1), MONTHS[-1])


def submission_logs(writer: Writer, submissions: list[Submission]) -> list[Logbook]:
    """One for every month, of the documents that are for it."""
    logs = []
    for month in MONTHS:
        last = LAST_REPORTED if month == MONTHS[-1] else month_end(month)
        rows = [writer.submission(s) for s in submissions if month <= s.submitted_on <= last]
        logs.append(_logbook(writer, "报送登记", month, "KF01", {"submission": rows}))
    return logs


def _logbook(writer: Writer, title: str, month: date, staff: str, rows: Mapping[str, list[Record]]) -> Logbook:
    name, number = writer.world.people[staff].name, list(writer.world.people).index(staff)
    return Logbook(f"{title}_{name}_{month:%Y-%m}", month, staff, rows, number=number)


def register_rows(world: World, forms: Mapping[str, Form]) -> dict[str, list[Record]]:
    """The rows of the register's sheets; staff are named by their ids, dates include the day itself."""
    writer = Writer(world, forms)
    return {
        "client": [_client_row(writer, c) for c in world.clients],
        "tier": [_tier_row(writer, c, span) for c in world.clients for span in c.tiers],
        "owner": [_owner_row(writer, c, span) for c in world.clients for span in c.owners],
        "staff": [
            {"staff": p.staff, "name": p.name, "unit": p.unit, "role": _title(forms, "staff", "role", p.role),
             "start": p.start, "end": p.end, "email": f"{p.mail}@example.com"}
            for p in world.staff
        ],
        "waiver": [_waiver_row(forms, w) for w in world.waivers],
        "recipient": [
            {"staff": p.staff, "scope": "全部" if p.staff == "LD01" else p.unit, "email": f"{p.mail}@example.com"}
            for p in world.staff
            if p.role != "salesperson"
        ],
    }  # fmt: skip


def _client_row(writer: Writer, client: Client) -> Record:
    board = writer.forms["client"].field("board").choices.get(client.board)
    return {
        "client": client.client,
        "name": client.name,
        "short_name": client.short,
        "unit": client.unit,
        "developer": client.developer,
        "joined_on": client.joined,
        "left_on": client.left,
        "contact": client.contact,
        "phone": client.phone,
        "board": board.title.zh if board else None,
        "cooperation": "是" if client.cooperation else "否",
    }


def _tier_row(writer: Writer, client: Client, span: Span) -> Record:
    tier = _title(writer.forms, "tier", "tier", span.value)
    return {"client": client.client, "tier": tier, "start": span.start, "end": span.end, "reason": span.reason or None,
            "approved_by": client.owner("specialist", span.start)}  # fmt: skip


def _owner_row(writer: Writer, client: Client, span: Span) -> Record:
    role = _title(writer.forms, "owner", "role", span.role)
    return {"client": client.client, "role": role, "staff": span.value, "start": span.start, "end": span.end}


def _waiver_row(forms: Mapping[str, Form], waiver: Waiver) -> Record:
    obligation = f"equity_listing/{waiver.obligation}" if waiver.obligation else "*"
    return {"client": waiver.client, "obligation": _title(forms, "waiver", "obligation", obligation),
            "start": waiver.start, "end": waiver.end, "reason": waiver.reason, "approved_by": "LD01"}  # fmt: skip


def _title(forms: Mapping[str, Form], form: str, field: str, key: str) -> str:
    return forms[form].field(field).choices[key].title.zh
