"""A sheet recognised as a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.intake.facts import column_letters
from pipeline.intake.forms import Form
from pipeline.intake.parse.text import typed
from pipeline.intake.workbook import RawBook, RawSheet
from pipeline.language.finding import Source

PAIR = "+"  # `client+` is the second column that names the client: the id in one, the name in the other

Places = Mapping[str, int]  # slot (a field's key, or with PAIR behind it) -> position in the sheet's rows


@dataclass(frozen=True)
class Table:
    """A sheet recognised as a form. `head` and `start` are positions in `sheet.rows`: of the headings, of the data.

    `lacking` are the fields that cannot be read because their column is missing or stands there twice.
    """

    form: Form
    book: RawBook
    sheet: RawSheet
    head: int
    start: int
    places: Places
    lacking: frozenset[str] = frozenset()

    @property
    def lead(self) -> int:
        """The position of the column left of the form's: running numbers and marks stand in it."""
        return max(min(self.places.values(), default=0) - 1, 0)

    def source(self, position: int | None = None) -> Source:
        """The heading row, or one of its cells."""
        row, column = self.sheet.first_row + self.start - 1, ""
        if position is not None:
            column = column_letters(self.sheet.first_column + position)
        return Source(self.book.file, self.sheet.name, row, column)

    @property
    def titles(self) -> str:
        """The sheet's name and all text above its headings."""
        above = " ".join(typed(cell) for row in self.sheet.rows[: self.head] for cell in row if cell != "")
        return f"{self.sheet.name} {above}"
