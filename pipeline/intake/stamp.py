"""The stamp of an issued logbook: whose it is and of which month, on a sheet that nobody sees.

`pipeline.out.logbook` writes it, the intake reads it. It tells the owner more surely than words above a table or the
name of a file, which people change. The checksum is no secret: it tells a stamp that was damaged, not one that was
forged.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final, NamedTuple

from pipeline.intake.parse.text import typed
from pipeline.intake.workbook import RawBook, RawSheet
from pipeline.language.wording import LANGS, label

SHEET: Final = "_tierbook"
TEMPLATE: Final = "1"  # goes up when the layout of issued logbooks changes
_CHECKSUM: Final = "checksum"
_ASIDE = frozenset(label("logbook_duties", lang) for lang in LANGS)


class Stamp(NamedTuple):
    """What an issued logbook says of itself: version of its template, staff id, month (`2026-10`), regulation ids."""

    template: str
    staff: str
    month: str
    regulations: str  # joined by `;`

    @property
    def checksum(self) -> str:
        """Tells whether the others are as they were issued."""
        return sha256("\n".join(self).encode()).hexdigest()[:16]

    @property
    def cells(self) -> list[tuple[str, str]]:
        """The rows of its sheet."""
        return [*self._asdict().items(), (_CHECKSUM, self.checksum)]


def stamp_of(book: RawBook) -> Stamp | None:
    """The stamp of a workbook; None when it has none, and when the one it has was damaged."""
    sheet = next((sheet for sheet in book.sheets if sheet.name == SHEET), None)
    told = _told(sheet) if sheet else {}
    stamp = Stamp(*(told.get(name, "") for name in Stamp._fields))
    return stamp if told.get(_CHECKSUM) == stamp.checksum else None


def is_damaged(book: RawBook) -> bool:
    """Whether a workbook has a stamp that cannot be believed."""
    return any(sheet.name == SHEET for sheet in book.sheets) and stamp_of(book) is None


def is_issued_aside(sheet: RawSheet) -> bool:
    """Whether a sheet of an issued logbook is there to be read by people only: nothing on it was done yet."""
    return sheet.name == SHEET or sheet.name in _ASIDE


def _told(sheet: RawSheet) -> dict[str, str]:
    return {typed(row[0]): typed(row[1]) for row in sheet.rows if len(row) >= 2}
