"""Cells of a worksheet: their formats changed, and cells that are not there yet put in at their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Final

from pipeline.intake.facts import column_letters, column_number
from pipeline.out.marked.markup import Element, Markup, Unmarkable, with_attributes

_STYLED: Final = re.compile(rb'(<(?:\w+:)?(?:c|row)\b[^>]*?\ss=")(\d+)(?=")')
_BEHIND_DRAWING: Final = {  # what stands behind the link to the comments' drawing; the order is fixed
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "AlternateContent",
    "webPublishItems",
    "tableParts",
    "extLst",
}


def restyled(part: bytes, styles: Mapping[int, int]) -> bytes:
    """The worksheet with other formats in the place of some."""
    return _STYLED.sub(lambda m: m[1] + str(styles.get(int(m[2]), int(m[2]))).encode(), part)


class Cells:
    """A worksheet of which the cells of `rows` are looked at."""

    def __init__(self, part: bytes, rows: Iterable[int]) -> None:
        wanted = {str(row) for row in rows}

        def deep(name: str, attributes: dict[str, str]) -> bool:
            if name == "row":  # some programs leave the numbers out
                return attributes.get("r", "") in wanted or "r" not in attributes
            return name in ("worksheet", "sheetViews", "cols", "sheetData")

        self.markup = Markup(part, deep)
        data = self.markup.root.child("sheetData")
        if data is None:
            raise Unmarkable
        self._data = data

    @cached_property
    def rows(self) -> dict[int, Element]:
        """The rows that are there."""
        found, number = {}, 0
        for row in self._data.all("row"):
            number = int(row.attributes.get("r", number + 1))
            found[number] = row
        return found

    def of_row(self, row: int) -> dict[int, Element]:
        """The cells of a row, by their column."""
        found, number = {}, 0
        for cell in self.rows[row].all("c") if row in self.rows else ():
            reference = cell.attributes.get("r", "").rstrip("0123456789")
            number = column_number(reference) if reference else number + 1
            found[number] = cell
        return found

    def first_filled(self, row: int) -> int:
        """The first column of a row with something in it; the first one at all when there is none."""
        filled = (column for column, cell in self.of_row(row).items() if cell.inside < cell.close)
        return next(filled, 1)

    def restyle(self, row: int, columns: Iterable[int], style: Callable[[int], int]) -> None:
        """Gives cells of a row the format that `style` gives for the one they have."""
        cells = self.of_row(row)
        missing = []
        for column in sorted(set(columns)):
            if cell := cells.get(column):
                self.markup.attribute(cell, s=str(style(int(cell.attributes.get("s", 0)))))
            else:
                missing.append((column, style(self._inherited(row, column))))
        if missing:
            self._insert(row, cells, missing)

    def link_drawing(self, link: bytes) -> None:
        """Lets the sheet point to the drawing of its comments."""
        root = self.markup.root
        behind = next((child for child in root.children if child.name in _BEHIND_DRAWING), None)
        place = behind.start if behind else root.close
        self.markup.insert(place, b"<%slegacyDrawing %s/>" % (self.markup.prefix, link))

    def _inherited(self, row: int, column: int) -> int:
        """The format of a cell that is not there: the row's, else the column's."""
        of_row = self.rows[row].attributes if row in self.rows else {}
        if "s" in of_row and of_row.get("customFormat") in ("1", "true"):
            return int(of_row["s"])
        columns = self.markup.root.child("cols")
        for span in columns.all("col") if columns else ():
            if int(span.attributes["min"]) <= column <= int(span.attributes["max"]):
                return int(span.attributes.get("style", 0))
        return 0

    def _insert(self, row: int, cells: Mapping[int, Element], missing: Iterable[tuple[int, int]]) -> None:
        prefix = self.markup.prefix
        new = {c: b'<%sc r="%s%d" s="%d"/>' % (prefix, column_letters(c).encode(), row, s) for c, s in missing}
        if row not in self.rows:
            content = b'<%srow r="%d">%s</%srow>' % (prefix, row, b"".join(new.values()), prefix)
            self._put(self._data, self.rows, row, content)
        elif not cells:
            element = self.rows[row]
            tag = with_attributes(self.markup.raw(element).partition(b">")[0].rstrip(b"/") + b">", {"spans": None})
            self.markup.replace(element, tag + b"".join(new.values()) + b"</" + prefix + b"row>")
        else:
            self._widen(row, max(new))
            for column, content in new.items():
                self._put(self.rows[row], cells, column, content)

    def _put(self, parent: Element, known: Mapping[int, Element], number: int, content: bytes) -> None:
        """Into a parent at its place by number."""
        later = next((element for at, element in known.items() if at > number), None)
        if later:
            self.markup.insert(later.start, content)
        else:
            self.markup.append(parent, content)

    def _widen(self, row: int, column: int) -> None:
        """The span that a row says it has."""
        first, _, last = self.rows[row].attributes.get("spans", "").partition(":")
        if last.isdecimal() and column > int(last):
            self.markup.attribute(self.rows[row], spans=f"{first}:{column}")
