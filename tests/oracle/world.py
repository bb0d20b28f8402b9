"""The facts as plain rows, and the questions that rules ask of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import pandas as pd

from pipeline.language.policy.select import Condition, Other, Rows, Where
from tests.oracle.clock import DAY, SlowClock, Window, day_of, days, end_of, last_day_of_month, midnight

Row = dict[str, Any]
CASEWORK = frozenset({"case", "pause"})
DATED_BY_DAY = "happened"  # a form dates its rows by this column unless a rule names another


def plain(frame: pd.DataFrame) -> list[Row]:
    """The frame's rows as dicts of plain Python values, empty cells as None."""
    columns = {str(name): frame[name].tolist() for name in frame.columns}
    columns[str(frame.index.name or "number")] = frame.index.tolist()
    return [dict(zip(columns, map(_plain, cells), strict=True)) for cells in zip(*columns.values(), strict=True)]


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or value is pd.NaT or value != value:  # noqa: PLR0124
        return None
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value


def text(value: Any) -> str:
    return value or ""


def within(row: Row, day: date) -> bool:
    """Whether the span of a row with `start` and `end` (half-open, open-ended without) holds the day."""
    return row["start"].date() <= day and (row["end"] is None or day < row["end"].date())


def same_day_or_later(moment: datetime, than: datetime) -> bool:
    """Whether a moment is not before another; midnight stands for a day without a time."""
    return moment >= than or (moment == midnight(moment.date()) and moment.date() == than.date())


class World:
    """All that is known at the end of the day `as_of`, with the tiers that clients have under a regulation."""

    def __init__(self, facts: Any, as_of: date, regulation: str, promises: frozenset[str] = frozenset()) -> None:
        self.as_of = as_of
        self.clock = SlowClock(facts.calendar.hours)
        self.clients = {row["client"]: row for row in plain(facts.clients)}
        self.tiers = [row for row in plain(facts.tiers) if row["regulation"] in (None, regulation)]
        self.owners = plain(facts.owners)
        self.staff = plain(facts.staff)
        self.waivers = plain(facts.waivers)
        self.promises = promises
        self.raw = {form: plain(frame) for form, frame in facts.rows.items()}
        for form in CASEWORK & set(self.raw):
            self.raw[form] = [self._told(row) for row in self.raw[form] if self.known(row["happened"])]
        self.needed: dict[tuple[str, date], set[tuple[str, int]]] = {}  # rows that exclusive obligations take
        self.doubts = {form: plain(frame) for form, frame in facts.doubts.items()}
        self.rows = {form: self._folded(rows) if form == "case" else rows for form, rows in self.raw.items()}

    def known(self, moment: datetime | None) -> bool:
        return moment is not None and day_of(moment) <= self.as_of

    def _told(self, row: Row) -> Row:
        """A row of a case or pause without what lies after `as_of`; a promise may lie ahead."""
        later = [c for c, v in row.items() if isinstance(v, datetime) and not self.known(v) and c not in self.promises]
        return {**row, **dict.fromkeys(later)}

    def _folded(self, rows: list[Row]) -> list[Row]:
        """One row a case: opened at the earliest opening, every other column as last written."""
        cases: dict[str, Row] = {}
        for row in sorted(rows, key=lambda r: (r["month"], r["file"], r["row"])):
            case = cases.setdefault(row["case_no"], dict(row))
            opened = min(case["opened_at"], row["opened_at"])
            case.update({column: value for column, value in row.items() if value not in (None, "")})
            case["opened_at"] = case["happened"] = opened
        return [self._rearmed(case) for case in cases.values()]

    def _rearmed(self, case: Row) -> Row:
        """The case without a resolution that was undone and a call-back that came before the last resolution."""
        resolved, callback = case["resolved_at"], case["callback_at"]
        if self.reopened_since(case):
            resolved = callback = None
        if resolved and callback and not same_day_or_later(callback, resolved):
            callback = None
        return {**case, "resolved_at": resolved, "callback_at": callback}

    # clients and staff

    def tier_on(self, client: str, day: date) -> str:
        return next((r["tier"] for r in self.tiers if r["client"] == client and within(r, day)), "")

    def owner_on(self, client: str, role: str | None, day: date) -> str:
        owners = [r for r in self.owners if r["client"] == client and r["role"] == role and within(r, day)]
        return owners[0]["staff"] if owners else ""

    def owns_anything_of(self, staff: str, client: str, day: date) -> bool:
        return any(r["client"] == client and r["staff"] == staff and within(r, day) for r in self.owners)

    def has_role(self, staff: str, role: str, day: date) -> bool:
        return any(r["staff"] == staff and r["role"] == role and within(r, day) for r in self.staff)

    def unit_of(self, staff: str, day: date) -> str:
        return next((r["unit"] for r in self.staff if r["staff"] == staff and within(r, day)), "")

    def there_on(self, client: str, day: date) -> bool:
        row = self.clients.get(client)
        if row is None:
            return True  # a row about no client
        return row["joined_on"].date() <= day and (row["left_on"] is None or day < row["left_on"].date())

    def days_there(self, client: str, window: Window) -> list[date]:
        return [day for day in days(window) if self.there_on(client, day)]

    def waived(self, client: str, obligation: str, day: date) -> bool:
        return any(
            r["client"] == client and r["obligation"] in ("*", obligation) and within(r, day) for r in self.waivers
        )

    # rows that count

    def allowed(self, rule: Rows, role: str | None, staff: str, client: str, day: date) -> bool:
        """Whether a row that `staff` wrote about the client on the day is by one whose rows count."""
        match rule.by:
            case "role":
                return role is None or self.has_role(staff, role, day)
            case "owner":
                return staff != "" and staff == self.owner_on(client, role, day)
            case "developer":
                return staff != "" and staff == text(self.clients[client]["developer"])
            case _:
                return True

    def evidence(
        self, rule: Rows, role: str | None, client: str | None = None, *, planned: bool = False
    ) -> list[tuple[datetime, Row]]:
        """The rows that count for the client (None: for anyone), with their moments, in order of time.

        With `planned` also those whose day is still to come.
        """
        at = rule.at or DATED_BY_DAY
        found = []
        for row in self.rows.get(rule.form, []):
            if row[at] is None or not (planned or self.known(row[at])) or not holds_all(rule.where, row):
                continue
            if client is not None and row["client"] != client:
                continue
            if self.allowed(rule, role, text(row["by"]), row.get("client") or "", row[at].date()):
                found.append((row[at], row))
        return sorted(found, key=lambda pair: (pair[0], pair[1]["number"]))

    # rejected rows that could have counted

    def possible_days(self, doubt: Row, at: str, window: Window) -> list[date]:
        """The days of the window on which a rejected row may have happened."""
        first, last = window[0], min(window[1] - DAY, self.as_of)
        if doubt[at] is not None:
            return [doubt[at].date()] if first <= doubt[at].date() <= last else []
        if at != DATED_BY_DAY and not unreadable(doubt, at):
            return []  # an empty cell, not an unreadable one
        month = date.fromisoformat(doubt["month"] + "-01")
        return [day for day in days((month, last_day_of_month(month) + DAY)) if first <= day <= last]

    def could_count(self, rule: Rows, role: str | None, doubt: Row, client: str, *, window: Window) -> list[date]:
        """The days on which a rejected row could have counted for the client."""
        if not could_hold_all(rule.where, doubt):
            return []
        return [
            day
            for day in self.possible_days(doubt, rule.at or DATED_BY_DAY, window)
            if self.could_be_client(doubt, client, day) and self.could_be_allowed(rule, role, doubt, client, day)
        ]

    def could_be_client(self, doubt: Row, client: str, day: date) -> bool:
        if not unreadable(doubt, "client"):
            return bool(doubt["client"] == client)
        return any(self.owns_anything_of(text(doubt[who]), client, day) for who in ("submitter", "by"))

    def could_be_allowed(self, rule: Rows, role: str | None, doubt: Row, client: str, day: date) -> bool:
        return doubt["by"] in (None, "") or self.allowed(rule, role, doubt["by"], client, day)

    def possible(self, rule: Rows, role: str | None, client: str, window: Window) -> list[tuple[Row, list[date]]]:
        """The rejected rows that could have counted for the client, each with the days on which."""
        tried = [(d, self.could_count(rule, role, d, client, window=window)) for d in self.doubts.get(rule.form, [])]
        return [(doubt, possible) for doubt, possible in tried if possible]

    # cases

    def steps(self, case_no: str) -> list[tuple[datetime, str]]:
        """The resolutions and reopenings of a case, in order."""
        rows = [r for r in self.raw["case"] if r["case_no"] == case_no]
        found = {(r[column], column) for r in rows for column in ("resolved_at", "reopened_at") if r[column]}
        return sorted(found, key=lambda step: (step[0], step[1] == "reopened_at"))

    def standstill(self, case_no: str, *, with_pauses: bool) -> list[tuple[datetime, datetime | None]]:
        """When the clock of a case stands still: its pauses, and the time between a resolution and a reopening."""
        told = sorted(self.raw.get("pause", []), key=lambda r: (r["month"], r["file"], r["row"]))
        ours = [r for r in told if r["case_no"] == case_no]
        pauses = {r["paused_at"]: None for r in ours}
        pauses |= {r["paused_at"]: r["resumed_at"] for r in ours if r["resumed_at"]}  # as last written
        steps = self.steps(case_no)
        gaps = [
            (before, moment)
            for (before, what), (moment, then) in pairwise(steps)
            if (what, then) == ("resolved_at", "reopened_at")
        ]
        return (list(pauses.items()) if with_pauses else []) + gaps

    def reopened_since(self, case: Row) -> bool:
        """Whether a case stands open again after its last resolution."""
        steps = self.steps(case["case_no"])
        return bool(steps) and steps[-1][1] == "reopened_at"

    def end_of_knowledge(self) -> datetime:
        return end_of(self.as_of)


def unreadable(doubt: Row, column: str) -> bool:
    return column in text(doubt["faults"]).split(";")


def holds_all(where: Where, row: Row) -> bool:
    return all(holds(condition, row, column) for column, condition in where.items())


def holds(condition: Condition, row: Row, column: str) -> bool:
    """Whether a cell holds what the condition says; an empty cell fulfils nothing but `present: false`."""
    value = row[column]
    empty = value is None or value == ""
    if condition.present is not None and condition.present == empty:
        return False
    if empty:
        return condition.present is False
    chosen = str(value).split(";")
    return all(
        (
            condition.in_ is None or value in condition.in_,
            condition.not_in is None or value not in condition.not_in,
            condition.min_ is None or value >= condition.min_,
            condition.max_ is None or value <= condition.max_,
            condition.all_ is None or all(choice in chosen for choice in condition.all_),
            condition.any_ is None or any(choice in chosen for choice in condition.any_),
            condition.same_as is None or value == row[condition.same_as],
            condition.after is None or in_order(row[condition.after], value),
            condition.before is None or in_order(value, row[condition.before]),
            condition.at_least is None or no_more(times(condition.at_least, row), value),
            condition.at_most is None or no_more(value, times(condition.at_most, row)),
        )
    )


def in_order(first: datetime | None, then: datetime | None) -> bool:
    """Whether a moment is no later than another; a day without a time is not in the wrong order on its day."""
    if first is None or then is None:
        return False
    timeless = midnight(first.date()) == first or midnight(then.date()) == then
    return first.date() <= then.date() if timeless else first <= then


def times(other: Other, row: Row) -> float | None:
    number: float | None = row[other.column]
    return None if number is None else number * other.times


def no_more(number: float | None, than: float | None) -> bool:
    return number is not None and than is not None and number <= than


def could_hold_all(where: Where, doubt: Row) -> bool:
    return all(_could_hold(condition, doubt, column) for column, condition in where.items())


def _could_hold(condition: Condition, doubt: Row, column: str) -> bool:
    columns: Iterable[str] = (column, *condition.others.values())
    return any(unreadable(doubt, c) for c in columns) or holds(condition, doubt, column)
