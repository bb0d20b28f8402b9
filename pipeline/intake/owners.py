"""Whose logbook every table is, and of which month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pandas as pd

from pipeline.intake.lookup import Directory
from pipeline.intake.parse.column import Reading
from pipeline.intake.parse.remark import Remark
from pipeline.intake.records import Read
from pipeline.intake.stamp import Stamp, is_damaged, stamp_of
from pipeline.intake.stated import Stated, month_of_file, stated_above, submitter_of_file
from pipeline.intake.table import Table
from pipeline.intake.workbook import RawBook
from pipeline.language.finding import Finding, Source, findings_frame

_MANY = 5  # from so many rows on, a logbook whose rows are mostly of another month has a finding of its own


@dataclass(frozen=True)
class Owner:
    """Whose a table is (staff id, '' when unknown) and of which month (`2026-10`, '' when unknown)."""

    submitter: str
    month: str


@dataclass(frozen=True)
class _Evidence:
    """What points at the owner of a table: its stamp, words above it, the file's name, and what its rows say."""

    table: Table
    stamp: Stamp | None
    above: Stated
    file_month: str
    month_of_rows: str  # '' without a full date
    rows_agree: bool  # most rows are of that month, and there are many
    staff_of_rows: str  # '' unless they are all by one
    blank: bool  # it has no rows

    @property
    def source(self) -> Source:
        return Source(self.table.book.file, self.table.sheet.name)


Owners = Mapping[str, list[Owner]]  # by form, in the order of its tables


def owners(reads: Mapping[str, Read], staff: Directory) -> tuple[Owners, pd.DataFrame]:
    """The owner of every table, and findings where it is not clear."""
    evidence = {key: _evidence(read) for key, read in reads.items()}
    by_file: dict[str, list[_Evidence]] = {}
    for one in (one for of_form in evidence.values() for one in of_form):
        by_file.setdefault(one.table.book.file, []).append(one)
    found: list[Finding] = []
    owned: dict[int, Owner] = {}
    for file, of_book in by_file.items():
        submitters = _submitters(of_book, staff, found)
        if all(one.blank for one in of_book) and not any(submitters):
            found.append(Finding("file_blank", Source(file)))
        if is_damaged(of_book[0].table.book):
            found.append(Finding("stamp_damaged", Source(file)))
        found += _other_editor(of_book[0].table.book, submitters, staff)
        for one, submitter in zip(of_book, submitters, strict=True):
            owned[id(one)] = Owner(submitter, _month(one, of_book, found))
        found += _other_month(of_book)
    return {key: [owned[id(one)] for one in of_form] for key, of_form in evidence.items()}, findings_frame(found)


def _evidence(read: Read) -> list[_Evidence]:
    form, tables = read.form, read.rows.tables
    months = _counted(read.readings[form.happened[0]], _month_key, read)
    people = _counted(read.readings[form.by], _staff_id, read) if form.by else [[]] * len(tables)
    sizes = np.bincount(read.rows.table, minlength=len(tables)).tolist()
    return [
        _Evidence(
            table,
            stamp_of(table.book),
            stated_above(table),
            month_of_file(table.book.file),
            month_of_rows=of_months[0][0] if of_months else "",
            rows_agree=bool(of_months) and of_months[0][1] * 2 > size >= _MANY,
            staff_of_rows=of_people[0][0] if len(of_people) == 1 else "",
            blank=size == 0,
        )
        for table, of_months, of_people, size in zip(tables, months, people, sizes, strict=True)
    ]


def _month_key(result: object) -> str:
    day = result.value if isinstance(result, Remark) else result
    return f"{day:%Y-%m}" if isinstance(day, date | datetime) else ""


def _staff_id(result: object) -> str:
    return result if isinstance(result, str) else ""


def _counted(reading: Reading, word_of: Callable[[object], str], read: Read) -> list[list[tuple[str, int]]]:
    """For each table the words that its rows have, and how many have each; the most frequent first."""
    codes, words = pd.factorize(np.array([word_of(result) for result in reading.results], dtype=object))
    pairs, counts = np.unique(read.rows.table * len(words) + codes[reading.codes], return_counts=True)
    of_tables: list[list[tuple[str, int]]] = [[] for _ in read.rows.tables]
    for pair, count in sorted(zip(pairs.tolist(), counts.tolist(), strict=True), key=lambda found: -found[1]):
        table, word = divmod(pair, len(words))
        of_tables[table] += [(words[word], count)] if words[word] else []
    return of_tables


def _month(one: _Evidence, of_book: Sequence[_Evidence], found: list[Finding]) -> str:
    """The month that is stated, next to the table or elsewhere in the workbook, else the one of most rows."""
    monthly = (other.month_of_rows for other in of_book if other.table.form.monthly)
    month = next(filter(None, (_stated_month(one, of_book), *monthly, one.month_of_rows)), "")
    if one.table.form.monthly and one.rows_agree and month != one.month_of_rows:
        found.append(Finding("month_differs", one.source, value=month, expected=one.month_of_rows))
    if month or one.blank:
        return month
    saved = one.table.book.saved_at
    month = f"{saved:%Y-%m}" if saved else ""
    found.append(Finding("month_from_saving" if month else "month_unknown", one.source, value=month))
    return month


def _other_month(of_book: Sequence[_Evidence]) -> list[Finding]:
    """An issued logbook that is handed in under another month than its own."""
    one = of_book[0]
    stated = [_with_year(month, other) for other in of_book for month in (other.above.month, other.file_month)]
    if one.stamp is None or not (others := sorted({*stated} - {"", one.stamp.month})):
        return []
    return [Finding("stamp_other_month", Source(one.source.file), value=one.stamp.month, expected="、".join(others))]


def _other_editor(book: RawBook, submitters: Sequence[str], staff: Directory) -> list[Finding]:
    """A logbook of one person that a colleague saved last; a name that nobody of the staff has tells nothing."""
    editor, holders = staff.find(book.last_modified_by), sorted({*submitters} - {""})
    if len(editor) != 1 or not holders or editor[0] in holders:
        return []
    value, *expected = (f"{id_} {staff.names[id_][0]}" for id_ in (editor[0], *holders))
    return [Finding("integrity_other_editor", Source(book.file), value=value, expected="、".join(expected))]


def _stated_month(one: _Evidence, of_book: Sequence[_Evidence]) -> str:
    """The month of the stamp or above the table, or in the file's name; if they differ, the one that rows bear out."""
    above = one.stamp.month if one.stamp else _with_year(one.above.month, one)
    file = _with_year(one.file_month, one)
    if above and file and above != file and one.month_of_rows == file:
        return file
    others = (_with_year(other.above.month, other) for other in of_book)
    return next(filter(None, (above, file, *others)), "")


def _with_year(month: str, one: _Evidence) -> str:
    """`-10` gets the year of its rows, else the latest that was not over when the workbook was saved."""
    if not month.startswith("-"):
        return month
    if one.month_of_rows.endswith(month):
        return one.month_of_rows
    saved = one.table.book.saved_at
    return f"{saved.year - (int(month[1:]) > saved.month)}{month}" if saved else ""


def _submitters(of_book: Sequence[_Evidence], staff: Directory, found: list[Finding]) -> list[str]:
    """Who handed in each table of a workbook: as stamped, stated, in the file's name, or who all its rows are by."""
    of_file = submitter_of_file(of_book[0].table.book.file, staff)
    stamp = of_book[0].stamp
    if stamp and stamp.staff in staff.names:
        return [_issued_to(stamp.staff, of_file, of_book, staff, found)] * len(of_book)
    stated = [_stated_submitter(one, of_file, staff, found) for one in of_book]
    told = next(filter(None, stated), of_file)
    by_rows = next((one.staff_of_rows for one in of_book if one.staff_of_rows), "")
    submitters = [own or told or one.staff_of_rows or by_rows for own, one in zip(stated, of_book, strict=True)]
    for one, submitter in zip(of_book, submitters, strict=True):
        if not submitter and not one.blank:
            found.append(Finding("submitter_unknown", one.source))
    return submitters


def _issued_to(holder: str, of_file: str, of_book: Sequence[_Evidence], staff: Directory, found: list[Finding]) -> str:
    """Whom a logbook was issued to; or the one who made it their own: named above the table, or in every row.

    Otherwise a colleague's records would take the place of those the holder handed in.
    """
    claimed = {one for e in of_book for one in (_stated_submitter(e, of_file, staff, found), e.staff_of_rows)}
    others = sorted({*claimed, of_file} - {"", holder})
    if others:
        told = "、".join(f"{id_} {staff.names[id_][0]}" for id_ in others if id_ in staff.names)
        value = f"{holder} {staff.names[holder][0]}"
        found.append(Finding("stamp_other_person", Source(of_book[0].table.book.file), value=value, expected=told))
    taken = sorted(claimed - {"", holder})
    return taken[0] if len(taken) == 1 and holder not in {e.staff_of_rows for e in of_book} else holder


def _stated_submitter(one: _Evidence, of_file: str, staff: Directory, found: list[Finding]) -> str:
    """The member of staff named above the table; a name that several share is told apart by unit or file name."""
    named = one.above.submitter
    ids = staff.find(named) if named else ()
    if len(ids) > 1:
        ids = (
            _only(ids, lambda id_: id_ == of_file)
            or _only(ids, lambda id_: staff.unit.get(id_) == one.above.unit)
            or ids
        )
    if len(ids) == 1:
        return ids[0]
    if named:
        expected = "、".join(f"{id_} {staff.names[id_][0]}" for id_ in ids)
        suggestion = "" if ids else staff.suggested(named)
        found.append(Finding("submitter_unclear", one.source, value=named, expected=expected, suggestion=suggestion))
    return ""


def _only(ids: Iterable[str], fits: Callable[[str], bool]) -> tuple[str, ...]:
    kept = tuple(id_ for id_ in ids if fits(id_))
    return kept if len(kept) == 1 else ()
