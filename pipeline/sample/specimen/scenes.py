"""What happened: for each kind of obligation the rows of those who fulfil it, and of those who do not.

A row made for one obligation may fulfil another one by chance; nothing at all is done for the last client of every
tier, so that some of each is missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any, NamedTuple

from pipeline.intake.forms import Field, Form
from pipeline.language.calendar import Calendar
from pipeline.language.period import Period, aligned, month_of, period_key, windows
from pipeline.language.policy.obligation import Cadence, Coverage, Deadline, Duty, Interval, Submission
from pipeline.language.policy.quantity import Duration, Quantity
from pipeline.language.policy.regulation import Regulation
from pipeline.language.policy.select import Rows, Where
from pipeline.language.policy.standing import Completeness, Limit, Milestone, Review
from pipeline.sample.specimen.cast import ANCHOR, UNITS, Cast, Member, Patron, keen, sometimes
from pipeline.sample.specimen.filling import Default, Record, fill, holding, spoil

YEAR = Period(date(2025, 11, 1), date(2026, 11, 1))
YEARS = Period(date(2025, 1, 1), date(2027, 1, 1))  # what is owed once a year may be due at either end of one
EVENTS = (date(2025, 11, 19), date(2026, 3, 18), date(2026, 8, 19))
EVENTS_BEFORE = (date(2025, 3, 19), date(2025, 6, 18))  # where the time allowed is as long as the year
GRADED = date(2026, 10, 30)
POINTS = (96, 80, 64)
DAY = timedelta(days=1)
MORNING = time(10, 0)
_DAYS = {"minutes": 1 / 1440, "hours": 1 / 24, "days": 1, "months": 31}
_DAYS |= {"working_minutes": 1 / 300, "working_hours": 1 / 5, "working_days": 1.6}


class Line(NamedTuple):
    """A row of a form."""

    form: str
    record: Record


class Owed(NamedTuple):
    """A client whom a duty is about: the value for its tier, and whether the duty is done, by the turn."""

    client: Patron
    value: Any
    place: int
    size: int

    def done(self, turn: int) -> bool:
        """Whether it is done this time; never for a neglected client."""
        return not self.client.neglected and keen(self.place, self.size, turn)


@dataclass(frozen=True)
class Scene:
    """Makes rows for a company under a regulation."""

    regulation: Regulation
    forms: Mapping[str, Form]
    cast: Cast
    calendar: Calendar
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    overlays: dict[int, Record] = field(default_factory=dict)

    def lines(self) -> list[Line]:
        """The rows of a year, of every obligation in turn, and the gradings that score clients.

        What is made for one obligation and would fulfil another one towards a neglected client is left out.
        """
        of_duties = (line for duty in self.regulation.obligations for line in self._of(duty, self._turn(duty)))
        lines = [*of_duties, *self._gradings()]
        for duty in self.regulation.obligations:
            if isinstance(duty, Coverage) and isinstance(duty.population, Rows) and duty.judged == "share":
                self._cover(duty, duty.population, lines)
        served = self._serving_neglected(lines)
        return [line for number, line in enumerate(lines) if number not in served]

    def _cover(self, duty: Coverage, population: Rows, lines: list[Line]) -> None:
        """Covers what other obligations made of the population too, in the windows in which all of it is covered."""
        form, turn, seasons = self.forms[population.form], self._turn(duty), windows(duty.every, YEAR)
        of_form = [line.record for line in lines if line.form == population.form]
        for record, held in zip(of_form, holding(form, of_form, population.where), strict=True):
            day = day_of(record.get(population.at or form.happened[0]) or YEARS.start)
            number = next((n for n, window in enumerate(seasons) if day in window), None)
            if held and number is not None and sometimes(turn, _turns(duty, number) or 0):
                default = Default(datetime.combine(day, MORNING), record.get(form.by), record.get("client"))
                record.update(fill(form, record, duty.covered.where, default))

    def _turn(self, duty: Duty) -> int:
        """The place of the first obligation that the same rows fulfil, so that what is left out is left out of both."""
        counted = _counted(duty)
        every = enumerate(self.regulation.obligations)
        return next(n for n, other in every if other is duty or (counted and _counted(other) == counted))

    def _serving_neglected(self, lines: list[Line]) -> set[int]:
        """The numbers of the lines by which something is done for a neglected client."""
        neglected = {client.client for client in self.cast.clients if client.neglected}
        about = [number for number, line in enumerate(lines) if line.record.get("client") in neglected]
        found: set[int] = set()
        for rows in (rows for duty in self.regulation.obligations for rows in _services(duty)):
            of_form = [number for number in about if lines[number].form == rows.form]
            held = holding(self.forms[rows.form], [lines[number].record for number in of_form], rows.where)
            found |= {number for number, holds in zip(of_form, held, strict=True) if holds}
        return found

    def _of(self, duty: Duty, turn: int) -> Iterator[Line]:  # noqa: PLR0911  # one for each kind
        match duty:
            case Cadence() if duty.subject == "client":
                return self._cadence(duty, turn)
            case Cadence():
                return self._cadence_in_all(duty, turn)
            case Interval():
                return self._interval(duty, turn)
            case Deadline():
                return self._deadline(duty, turn)
            case Submission():
                return self._submission(duty, turn)
            case Coverage():
                return self._coverage(duty, turn)
            case Milestone():
                return self._milestone(duty, turn)
            case Completeness():
                return self._completeness(duty, turn)
            case Limit():
                return self._limit(duty, turn)
            case Review():
                return self._review(duty, turn)
        return iter(())  # a quota is kept or not by the tiers

    # who and when

    def owed(self, duty: Duty, quantity: Quantity | None = None) -> list[Owed]:
        """The clients whom the duty is about, each with the value for its tier at the end of the year."""
        found = []
        for client in self.cast.clients:
            if client.left:
                continue
            value = quantity.at(client.tier, YEAR.last_day) if quantity else None
            named = duty.tiers is None or client.tier in duty.tiers
            owing = named and (quantity is None or value is not None)
            if owing and self._in_scope(duty, client) and self._listed(duty, client):
                found.append((client, value))
        return [Owed(client, value, place, len(found)) for place, (client, value) in enumerate(found)]

    def _in_scope(self, duty: Duty, client: Patron) -> bool:
        return bool(holding(self.forms["client"], [client.columns], duty.scope)[0])

    def _listed(self, duty: Duty, client: Patron) -> bool:
        """Whether what the duty follows may happen to the client: only one in the tier of a blacklist is put on it."""
        rule = self.regulation.governance
        lists = rule.blacklist.lists if rule and rule.blacklist and isinstance(duty, Milestone) else {}
        puts = [tier for tier, declared in lists.items() if _same(declared.rows, duty.event)]  # type: ignore[attr-defined]
        return not puts or client.tier in puts

    def workdays(self, window: Period) -> list[date]:
        """The working days of a window."""
        return [day for n in range(window.days) if self.calendar.is_working(day := window.start + n * DAY).item()]

    # rows

    def row(
        self, rows: Rows, duty: Duty, when: datetime, client: Patron | None = None, member: Member | None = None
    ) -> Line:
        """A row that counts, of a moment, about a client, by whoever it has to be written by."""
        form = self.forms[rows.form]
        by = member.staff if member else self._author(rows, duty, client)
        default = Default(when, by, client.client if client else None)
        record = {f.key: self._given(f, default) for f in form.fields if f.required or f.key in (form.by, rows.at)}
        record |= {key: default.of(form.field(key)) for key in form.happened[:1]}
        if client and "client" in form.keys:
            record["client"] = client.client
        return Line(form.key, record | self._overlay(form, rows, record, default))

    def _overlay(self, form: Form, rows: Rows, record: Record, default: Default) -> Record:
        """What the conditions of the rule ask of a row; worked out once for each rule, but for days and people."""
        if id(rows) not in self.overlays:
            filled = fill(form, record, rows.where, default)
            self.overlays[id(rows)] = {key: value for key, value in filled.items() if record.get(key) != value}
        known = self.overlays[id(rows)]
        fresh = {key for key in known if form.field(key).type in ("day", "moment", "staff", "client")}
        return {k: default.of(form.field(k)) if k in fresh and v is not None else v for k, v in known.items()}

    def _given(self, field_: Field, default: Default) -> Any:
        if field_.type == "code":
            return f"{field_.key[:1].upper()}{next(self.numbers):05d}"
        return default.of(field_)

    def _author(self, rows: Rows, duty: Duty, client: Patron | None) -> str:
        if rows.by == "developer" and client:
            return str(client.columns["developer"])
        if client and duty.role and duty.role in client.owners:
            return client.owners[duty.role]
        return self.cast.of_role(duty.role)[client.place % len(UNITS) if client else 0].staff

    def _set(self, line: Line, key: str, moment: datetime) -> None:
        """Dates a column of the row."""
        kind = self.forms[line.form].field(key).type
        line.record[key] = moment if kind == "moment" else moment.date()

    # one for each kind

    def _cadence(self, duty: Cadence, turn: int) -> Iterator[Line]:
        for owed in self.owed(duty, duty.required):
            if duty.after:
                yield self.row(duty.after, duty, datetime.combine(ANCHOR, MORNING), owed.client)
            for number, window in enumerate(self._windows(duty)):
                done = 0 if owed.client.neglected else round(owed.value) - (not owed.done(turn + number))
                for day in self._spread(window, done):
                    yield self.row(duty.counts, duty, datetime.combine(day, MORNING), owed.client)

    def _spread(self, window: Period, done: int) -> list[date]:
        """So many working days of a window, far from each other; a day twice when there are too few."""
        days = self.workdays(window) or [window.start]
        return [days[n * len(days) // done] for n in range(done)]

    def _cadence_in_all(self, duty: Cadence, turn: int) -> Iterator[Line]:
        """What each member of staff owes, or one of them for the unit or the company."""
        assert duty.every not in (None, "anniversary")
        served = [owed.client for owed in self.owed(duty) if not owed.client.neglected]
        for member in self.cast.of_role(duty.role)[: 1 if duty.subject == "company" else None]:
            for number, window in enumerate(self._windows(duty)):
                required = round(duty.required.at(None, window.start) or 0)
                done = required - (not _keeps(member, duty.subject, turn, number))
                for n, day in enumerate(self._spread(window, done)):
                    moment = datetime.combine(day, time(9, 0)) + timedelta(minutes=20 * (n % 24))
                    yield self.row(duty.counts, duty, moment, served[n % len(served)], member)

    def _windows(self, duty: Cadence) -> list[Period]:
        if duty.every == "festival":
            named = self.calendar.festivals(YEAR.start, YEAR.last_day)
            wanted = [f for f in named if f.id in duty.festivals or not duty.festivals]
            return [Period(f.day - duty.lead * DAY, f.last_day_off + DAY) for f in wanted]
        if duty.every == "anniversary":
            day = ANCHOR.replace(year=ANCHOR.year + (ANCHOR.replace(year=YEAR.end.year) in YEAR))
            return [Period(day - duty.lead * DAY, day + DAY)]
        return windows(duty.every or "month", YEAR)

    def _interval(self, duty: Interval, turn: int) -> Iterator[Line]:
        for owed in self.owed(duty, duty.at_most):
            if owed.done(turn):
                for n in range(0, YEAR.days, max(1, int(_days(owed.value) * 0.6))):
                    yield self.row(duty.counts, duty, datetime.combine(YEAR.start + n * DAY, MORNING), owed.client)

    def _deadline(self, duty: Deadline, turn: int) -> Iterator[Line]:
        for owed in self.owed(duty, duty.within):
            length = owed.value or Duration(value=3, unit="days")
            for number, day in enumerate(EVENTS):
                done, begin = owed.done(turn + number), self._begin(duty, day)
                end = self._clock(duty.event, begin) + (_soon(length) if done else _late(length))
                event = self.row(duty.event, duty, begin, owed.client)
                if duty.promised:
                    self._set(event, duty.promised, begin + 3 * DAY)
                if duty.done:
                    self._set(event, duty.done, end)
                yield event
                if duty.follow_up and not owed.client.neglected:
                    yield self.row(duty.follow_up, duty, end, owed.client)

    def _begin(self, duty: Deadline, day: date) -> datetime:
        """When the event is; one that is itself what follows another one has a day of its own."""
        chained = duty.follow_up and _same(duty.follow_up, duty.event)
        return datetime.combine(day + DAY if chained else day, MORNING)

    def _clock(self, event: Rows, begin: datetime) -> datetime:
        """When the time allowed begins: at midnight where the form knows the day alone."""
        form = self.forms[event.form]
        of_day = not event.at and [form.field(key).type for key in form.happened] == ["day"]
        return datetime.combine(begin, time()) if of_day else begin

    def _submission(self, duty: Submission, turn: int) -> Iterator[Line]:
        for member in self.cast.of_role(duty.role)[: 1 if duty.by == "company" else None]:
            for number, window in enumerate(windows(duty.every, YEARS if duty.every == "year" else YEAR)):
                if _keeps(member, duty.by, turn, number):
                    for n in range(round(duty.required.at(None, window.start) or 1)):
                        line, day = self._submitted(duty, member, window, n)
                        if day in YEAR:
                            yield line

    def _submitted(self, duty: Submission, member: Member, window: Period, number: int) -> tuple[Line, date]:
        """A row and its day; each of several on a day of its own, since two rows that say the same are one."""
        due = duty.due
        dated = due.day is not None or due.last_working_day
        inside = (dated and due.month < 1) or due.week < 0  # it falls due before the window is over
        day = aligned("month", window.start - 40 * DAY).start if dated and due.month < 0 else window.start
        day = max(day, YEAR.start) + number * DAY if inside else window.last_day - number * DAY
        line = self.row(duty.counts, duty, datetime.combine(day, MORNING), member=member)
        if self.forms[line.form].field(duty.period).type == "period":
            line.record[duty.period] = period_key(duty.every, window.start)
        else:
            line.record[duty.period] = window.start
        return line, day

    def _coverage(self, duty: Coverage, turn: int) -> Iterator[Line]:
        for owed in self.owed(duty, duty.target):
            for number, window in enumerate(windows(duty.every, YEAR)):
                turns = _turns(duty, number)
                if turns is None:
                    continue
                begin = datetime.combine((self.workdays(window) or [window.start])[0], MORNING)
                covered = sometimes(turn, turns) if duty.judged == "share" else owed.done(turn + turns)
                if isinstance(duty.population, Rows):
                    yield self._member(duty, duty.population, owed.client, begin, covered=covered)
                if duty.covered.rows and covered:
                    yield self.row(duty.covered.rows, duty, begin, owed.client)

    def _member(self, duty: Coverage, rows: Rows, client: Patron, when: datetime, *, covered: bool) -> Line:
        line, about = self.row(rows, duty, when, client), duty.covered
        if about.owner:
            stranger = self.cast.of_role(about.owner)[(client.place + 1) % len(UNITS)].staff
            line.record[about.is_] = client.owners.get(about.owner) if covered else stranger
        form, author = self.forms[line.form], self._author(rows, duty, client)
        if covered:
            return Line(line.form, fill(form, line.record, about.where, Default(when, author, client.client)))
        other = next(m.staff for m in self.cast.staff if m.staff != author)
        return Line(line.form, spoil(form, line.record, about.where, other))

    def _milestone(self, duty: Milestone, turn: int) -> Iterator[Line]:
        for owed in self.owed(duty, duty.before or duty.within):
            long_ago = duty.within and _days(owed.value) > YEAR.days / 2
            for number, day in enumerate(EVENTS_BEFORE if long_ago else EVENTS):
                begin = datetime.combine(day, MORNING)
                event = self.row(duty.event, duty, begin, owed.client)
                early, tardy = (-_late(owed.value), 3 * DAY) if duty.before else (_soon(owed.value), _late(owed.value))
                end = begin + (early if owed.done(turn + number) else tardy)
                if duty.match == "row":
                    self._set(event, duty.step.at, end)
                yield event
                if duty.match != "row" and not owed.client.neglected:
                    step = self.row(duty.step, duty, end, owed.client)
                    step.record[duty.match] = event.record[duty.match]
                    yield step

    def _completeness(self, duty: Completeness, turn: int) -> Iterator[Line]:
        for owed in self.owed(duty):
            for number, day in enumerate(EVENTS):
                whole = owed.done(turn + number)
                if isinstance(duty.population, Rows):
                    yield self._held(duty, duty.population, owed.client, day, whole=whole)
                if duty.evidence and (number == 0 or duty.population != "clients") and not owed.client.neglected:
                    yield from self._items(duty, duty.evidence, owed.client, day, whole=whole)

    def _held(self, duty: Completeness, rows: Rows, client: Patron, day: date, *, whole: bool) -> Line:
        line = self.row(rows, duty, datetime.combine(day, MORNING), client)
        form = self.forms[line.form]
        default = Default(datetime.combine(day, MORNING), self._author(rows, duty, client), client.client)
        lacking = {key: default.of(form.field(key)) for key in duty.fields if line.record.get(key) is None}
        return Line(line.form, line.record | lacking if whole else line.record)

    def _items(self, duty: Completeness, rows: Rows, client: Patron, day: date, *, whole: bool) -> Iterator[Line]:
        for group in duty.items[: None if whole else len(duty.items) - 1]:
            line = self.row(rows, duty, datetime.combine(day, MORNING), client)
            line.record[duty.item] = group[0]
            yield line

    def _limit(self, duty: Limit, turn: int) -> Iterator[Line]:
        for owed in self.owed(duty, duty.lasting or duty.at_most):
            for number, day in enumerate(EVENTS):
                kept, begin = owed.done(turn + number), datetime.combine(day, MORNING)
                for n in range(int(owed.value) + (not kept) if duty.measure == "count" else 1):
                    line = self.row(duty.of, duty, begin + n * DAY, owed.client)
                    if duty.measure == "column":
                        line.record[duty.column] = owed.value + (not kept)
                    if duty.measure == "span":
                        self._set(line, duty.begins, begin)
                        self._set(line, duty.ends, begin + (_soon(owed.value) if kept else _late(owed.value)))
                    yield line

    def _review(self, duty: Review, turn: int) -> Iterator[Line]:
        for owed in self.owed(duty, duty.required):
            for number, window in enumerate(self._seasons(duty)):
                for day in self._spread(window, round(owed.value) if owed.done(turn + number) else 0):
                    yield self.row(duty.counts, duty, datetime.combine(day, MORNING), owed.client)

    def _gradings(self) -> Iterator[Line]:
        """A grading of every client that can be graded, with points enough for another tier here and there."""
        rule = self.regulation.governance
        columns = [c.column for c in rule.criteria.values() if c.column] if rule else []
        for client in self.cast.clients:
            if rule and columns and client.tier in (*rule.tiers, *rule.entering) and not client.neglected:
                duty = self.regulation.obligations[0]
                line = self.row(rule.records, duty, datetime.combine(GRADED, MORNING), client)
                points = POINTS[(client.place + [*self.regulation.tiers].index(client.tier)) % len(POINTS)]
                yield Line(line.form, line.record | dict.fromkeys(columns, points / len(columns)))

    def _seasons(self, duty: Review) -> list[Period]:
        """The windows, or the last month of each season."""
        if duty.every:
            return windows(duty.every, YEAR)
        months = [month_of(window.start) for window in windows("month", YEAR)]
        return [m for m in months if any(m.start.month == s.last for s in duty.seasons)]


def _turns(duty: Coverage, number: int) -> int | None:
    """The turn of a window; None for those of which a few are enough."""
    turns, rest = divmod(number, 3) if duty.every in ("week", "month") else (number, 0)
    return None if rest else turns


def day_of(when: date) -> date:
    """The day of a day or a moment."""
    return when.date() if isinstance(when, datetime) else when


def _counted(duty: Duty) -> tuple[str, Where] | None:
    """The form and the conditions of the rows that fulfil an obligation by their number."""
    counts = getattr(duty, "counts", None)
    return (counts.form, counts.where) if counts else None


def _services(duty: Duty) -> Iterator[Rows]:
    """The rows by which something is done for a client."""
    match duty:
        case Cadence() if duty.subject == "client":
            yield duty.counts
        case Interval() | Review():
            yield duty.counts
        case Deadline() if duty.follow_up and not _same(duty.follow_up, duty.event):
            yield duty.follow_up
        case Milestone() if duty.match != "row":
            yield duty.step
        case Completeness() if duty.evidence:
            yield duty.evidence


def _keeps(member: Member, subject: str, turn: int, number: int) -> bool:
    """Whether one does what he owes, or is the one to do for the company."""
    if subject == "company":
        return sometimes(turn, number)
    return keen(member.place, len(UNITS), turn + number)


def _same(rows: Rows, event: Rows) -> bool:
    """Whether every row of the event is one of the rows."""
    return rows.form == event.form and all(event.where.get(key) == asked for key, asked in rows.where.items())


def _days(limit: Duration) -> float:
    """About how many calendar days it lasts."""
    return limit.value * _DAYS[limit.unit]


def _soon(limit: Duration) -> timedelta:
    """A time well within the limit; on the same morning where it is short."""
    most = limit.value / 2 if limit.unit.endswith("minutes") else 60
    return timedelta(minutes=int(min(_days(limit) * 1440 / 4, most)))


def _late(limit: Duration) -> timedelta:
    """A time well after the limit."""
    return timedelta(days=int(_days(limit) * 1.5) + 12)
