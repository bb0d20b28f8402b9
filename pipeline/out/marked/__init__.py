"""A logbook given back to whoever filled it in: the same file, with what is to be mended marked in it.

Wrong cells are coloured and have a comment, and a first sheet lists everything with links to the cells. Only the parts
of the workbook that have to say so are changed, and in them only the places that have to; every other part keeps its
bytes. Marks of an earlier time are taken out first.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook

from pipeline.language.wording import Lang
from pipeline.out.marked.book import Book
from pipeline.out.marked.cells import Cells, restyled
from pipeline.out.marked.comments import add_comments, remove_comments
from pipeline.out.marked.listing import MOST, remembered, sheet_part
from pipeline.out.marked.markup import Unmarkable
from pipeline.out.marked.note import Note, comment
from pipeline.out.marked.package import Package
from pipeline.out.marked.styles import Styles

__all__ = ["Note", "Unmarkable", "mark"]


def mark(content: bytes, notes: Sequence[Note], lang: Lang) -> bytes:
    """The xlsx or xlsm in `content` with `notes` marked in it. Raises Unmarkable when it cannot be done."""
    try:
        package = Package(content)
        book, styles = Book(package), Styles(package)
        _clear(package, book, styles, _before(content, book))
        for sheet in book.sheets:
            of_sheet = [note for note in notes if note.sheet == sheet.name and note.marked]
            if of_sheet:
                _mark_sheet(package, sheet.part, of_sheet, styles, lang)
        names = [sheet.name for sheet in book.sheets]
        book.put_first(sheet_part(notes, styles, book.namespace, names, lang), lang)
        styles.save()
        book.save()
        return package.content
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, KeyError, CalamineError) as error:
        raise Unmarkable from error


def _before(content: bytes, book: Book) -> Mapping[str, bytes]:
    """What marks of an earlier time stand in the place of."""
    if book.listing is None:
        return {}
    with CalamineWorkbook.from_filelike(BytesIO(content)) as read:
        return remembered(read.get_sheet_by_name(book.listing.name).to_python(nrows=1))


def _clear(package: Package, book: Book, styles: Styles, before: Mapping[str, bytes]) -> None:
    """Takes out what an earlier marking put in."""
    ours = styles.unmarked(before) if before else {}
    for sheet in book.sheets:
        if ours:
            package.write(sheet.part, restyled(package.read(sheet.part), ours))
        remove_comments(package, sheet.part)


def _mark_sheet(package: Package, part: str, notes: Sequence[Note], styles: Styles, lang: Lang) -> None:
    cells = Cells(package.read(part), {note.row for note in notes})
    placed = [n if n.column else n._replace(column=cells.first_filled(n.row)) for n in notes]
    of_cell: dict[tuple[int, int], list[Note]] = {}
    for note in sorted(placed, key=lambda n: (n.row, n.column, n.severity)):
        of_cell.setdefault((note.row, note.column), []).append(note)
    for row, columns in _by_row(of_cell).items():
        for severity, of_severity in _by_severity(row, columns, of_cell).items():
            cells.restyle(row, of_severity, lambda xf, severity=severity: styles.marked(xf, severity))  # type: ignore[misc]
    said = dict([*of_cell.items()][:MOST])
    add_comments(package, part, cells, {cell: comment(of, lang) for cell, of in said.items()})
    package.write(part, cells.markup.edited())


def _by_row(cells: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row, column in cells:
        found.setdefault(row, []).append(column)
    return found


def _by_severity(
    row: int, columns: Iterable[int], of_cell: Mapping[tuple[int, int], list[Note]]
) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for column in columns:
        found.setdefault(of_cell[row, column][0].severity, []).append(column)
    return found
