"""Writes the logbooks as they really come back: every file in its keeper's habits, and some that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from pipeline.out.logbook import write_filled
from pipeline.sample.habits import HABITS, Habit, Pen, head
from pipeline.sample.pages import Page, write_csv, write_encrypted, write_ods, write_truncated, write_xls, write_xlsx
from pipeline.sample.records import Logbook, Record, Writer
from pipeline.sample.rules import Contact
from pipeline.sample.spelling import Cell
from pipeline.sample.tally import Books

FAULTS = {  # what stands in a cell that nobody can read; '' leaves it empty
    "outcome": ("？", "见备注", ""),
    "channel": ("飞鸽", "老办法", ""),
    "client": ("临海宏图电子商务有限公司", "那家新企业", "number"),
    "date": ("待补", "上旬", "2026-9-31"),
}
FAULTS_OF_EACH = 5
STRANGE = {  # staff and month: the ending, and who writes such files
    ("YW02", 7): ("xls", write_xls),
    ("KF02", 8): ("ods", write_ods),
    ("YW05", 6): ("xlsm", write_xlsx),
}
BROKEN = {  # handed in unreadable; all but the truncated one were handed in again
    ("YW06", 7): write_csv,
    ("YW10", 9): write_encrypted,
    ("LD02", 8): write_truncated,
}
NEVER_AGAIN = ("LD02", 8)
RESPELLED = {("KF02", month) for month in range(6, 11)} | {
    ("KF01", 7),
    ("KF01", 9),
}  # their logs of cases and documents
CORRECTED = ("YW03", 9)  # handed in with half of its lines, and whole a week later


Faults = Mapping[Contact, tuple[str, str]]  # the field that is unreadable, and what stands in its cell


@dataclass(frozen=True)
class Desk:
    """A contact log on its keeper's desk."""

    rng: np.random.Generator
    writer: Writer
    folder: Path
    log: Logbook

    @property
    def habit(self) -> Habit:
        """How the keeper writes."""
        return HABITS[self.log.staff]

    @property
    def name(self) -> str:
        """The keeper's name."""
        return self.writer.world.people[self.log.staff].name

    def path(self, ending: str = "xlsx", after: str = "") -> Path:
        """Where the logbook goes."""
        path = self.folder / "logbooks" / f"{self.log.month:%Y-%m}" / f"{self.log.name}{after}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def write_messy(rng: np.random.Generator, logs: Sequence[Logbook], writer: Writer, books: Books, folder: Path) -> Books:
    """Writes all logbooks; returns the books with what the mess destroyed."""
    lost = {row for log in logs if _key(log) == NEVER_AGAIN for row in log.lines}
    faults = _faults(rng, [log for log in logs if _key(log) not in {*STRANGE, *BROKEN, CORRECTED}])
    for log in logs:
        desk = Desk(rng, writer, folder, log)
        if log.lines:
            _contacts(desk, faults)
        elif (log.staff, log.month.month) in RESPELLED:
            _other(desk)
        else:
            _handed_out(desk, desk.path(), log.rows, log.saved_at)
    return replace(books, lost=frozenset(lost), faults={row: fault for row, (fault, _) in faults.items()})


def _key(log: Logbook) -> tuple[str, int]:
    return (log.staff, log.month.month) if log.lines else ("", 0)


def _faults(rng: np.random.Generator, logs: Sequence[Logbook]) -> dict[Contact, tuple[str, str]]:
    """Some ordinary lines with a field that will be unreadable."""
    plain = [row for log in logs for row in log.lines if row.purpose == "service" and row.outcome == "connected"]
    faults = [(field, found[n % len(found)]) for field, found in FAULTS.items() for n in range(FAULTS_OF_EACH)]
    chosen = rng.permutation(len(plain))[: len(faults)]
    return {plain[at]: fault for at, fault in zip(chosen, faults, strict=True)}


def _contacts(desk: Desk, faults: Faults) -> None:
    """A contact log in its keeper's habits, after whatever went wrong with it before."""
    pen, key, saved_at = Pen(desk.rng, desk.writer, desk.habit), _key(desk.log), desk.log.saved_at
    records = [_with_fault(pen.record(row), row, faults) for row in desk.log.lines]
    if key in BROKEN:
        BROKEN[key]([_own_table(desk, "contact", records)], desk.path(), saved_at)
        if key != NEVER_AGAIN:
            _hand_in(desk, records, saved_at + timedelta(days=2), "（重交）")
    elif key == CORRECTED:
        _hand_in(desk, records[: len(records) // 2], saved_at)
        _hand_in(desk, records, saved_at + timedelta(days=7), "（补正）")
    else:
        _hand_in(desk, _with_duplicate(desk, records, faults), saved_at)


def _other(desk: Desk) -> None:
    """A log of cases or submissions in its keeper's habits."""
    pen = Pen(desk.rng, desk.writer, desk.habit)
    pages = [_own_table(desk, form, [pen.respelled(form, row) for row in rows]) for form, rows in desk.log.rows.items()]
    write_xlsx(pages, desk.path(), desk.log.saved_at)


def _with_fault(record: Record, row: Contact, faults: Faults) -> Record:
    if row not in faults:
        return record
    field, found = faults[row]
    cell: Cell = int(row.client) if found == "number" else found or None
    return {**record, field: cell}


def _with_duplicate(desk: Desk, records: list[Record], faults: Faults) -> list[Record]:
    """In a third of the logs some line stands twice."""
    at = int(desk.rng.integers(len(records)))
    if desk.rng.random() > 0.33 or desk.log.lines[at] in faults:
        return records
    return [*records[: at + 1], *records[at:]]


def _hand_in(desk: Desk, records: list[Record], saved_at: datetime, after: str = "") -> None:
    if _key(desk.log) in STRANGE:
        ending, write = STRANGE[_key(desk.log)]
        write([_own_table(desk, "contact", records)], desk.path(ending, after), saved_at)
    elif desk.habit.standard:
        _handed_out(desk, desk.path(after=after), {"contact": records}, saved_at)
    else:
        write_xlsx([_own_table(desk, "contact", records)], desk.path(after=after), saved_at)


def _handed_out(desk: Desk, path: Path, rows: Mapping[str, list[Record]], saved_at: datetime) -> None:
    """The standard workbook."""
    forms, month = [desk.writer.forms[key] for key in rows], f"{desk.log.month:%Y-%m}"
    write_filled(forms, path, "zh", rows, staff=desk.name, month=month, saved_at=saved_at)


def _own_table(desk: Desk, form: str, records: list[Record]) -> Page:
    """A table of the keeper's own making."""
    habit, fields = desk.habit, list(desk.writer.forms[form].fields)
    if habit.shuffled:
        fields = [fields[i] for i in desk.rng.permutation(len(fields))]
    rows: list[list[Cell]] = [*_titles(desk, form)[: habit.titles], [head(field, habit.heads) for field in fields]]
    first = len(rows)
    for record in records:
        if desk.rng.random() < 0.02:
            rows.append([None] * len(fields))
        rows.append([record[field.key] for field in fields])
    hidden = desk.rng.permutation(len(records))[: int(desk.rng.integers(0, 4))]
    title, ghosts = desk.writer.forms[form].sheet.zh, int(desk.rng.integers(30))
    page = Page(title, rows, hidden=frozenset(int(first + at) for at in hidden), ghosts=ghosts)
    column = [field.key for field in fields].index(desk.writer.forms[form].happened[0])
    page = _merged(page, first, column) if habit.merges else page
    page = _formulas(page, first, column) if habit.formulas else page
    page.rows.extend(_notes(desk, len(records)) if habit.notes else [])
    return page


def _titles(desk: Desk, form: str) -> list[list[Cell]]:
    month = f"{desk.log.month.year}年{desk.log.month.month}月"
    title = desk.writer.forms[form].title.zh
    return [[f"{month}客户{title}"], [f"填报人：{desk.name}", None, f"月份：{month}"], []]


def _notes(desk: Desk, count: int) -> list[list[Cell]]:
    return [[f"合计：{count}条"], ["备注：以上记录属实。"], [f"填表人：{desk.name}"]]


def _merged(page: Page, first: int, column: int) -> Page:
    """Days merged over the rows that share them."""
    areas, start = [], first
    for row in range(first + 1, len(page.rows) + 1):
        day = page.rows[start][column]
        if row < len(page.rows) and day is not None and page.rows[row][column] == day:
            page.rows[row][column] = None
            continue
        areas += [(start, column, row - 1, column)] if row - start > 1 else []
        start = row
    return replace(page, merged=tuple(areas))


def _formulas(page: Page, first: int, column: int) -> Page:
    """Days as formulas that Excel has calculated."""
    days = {(row, column): page.rows[row][column] for row in range(first, len(page.rows))}
    found = {at: f"=DATE({d.year},{d.month},{d.day})" for at, d in days.items() if isinstance(d, date)}
    return replace(page, formulas=found)
