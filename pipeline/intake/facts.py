"""What stands in a sheet beside its values, in terms of Excel rows and columns counted from 1."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.intake.limits import MOST_CELLS

Cell = tuple[int, int]  # row, column
Area = tuple[int, int, int, int]  # first row, first column, last row, last column


class Bounds(NamedTuple):
    """How much of a workbook is read at most: bytes unpacked, rows and columns of a sheet."""

    unpacked: int
    rows: int
    columns: int

    def hold(self, row: int, column: int) -> bool:
        """Whether a sheet that reaches to this row and this column may be read."""
        return row <= self.rows and column <= self.columns and row * column <= MOST_CELLS


class Flaw(NamedTuple):
    """What will be a finding; the process that reads workbooks does without the libraries a finding needs."""

    code: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    value: str = ""
    expected: str = ""


@dataclass(slots=True)
class SheetFacts:
    """What the parser does not tell about a sheet.

    `errors`: cells that show an error, with its text (`#N/A`). `uncached`: formulas whose result was never saved.
    `beyond`: the cell that makes the sheet too large to be read.
    """

    hidden_rows: frozenset[int] = frozenset()
    merged: list[Area] = field(default_factory=list)
    errors: dict[Cell, str] = field(default_factory=dict)
    uncached: frozenset[Cell] = frozenset()
    beyond: Cell | None = None


def column_number(letters: str) -> int:
    """`A` is 1, `AA` is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 is `A`, 27 is `AA`."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
