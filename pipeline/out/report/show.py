"""How a cell looks in a language: the one place where codes become words and numbers become text."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

import pandas as pd

from pipeline.language.wording import Lang
from pipeline.out.report.model import BANDS, Column, Kind, Table

NOTHING: Final[dict[Kind, str]] = {"share": "—", "change": "—"}  # what stands for a missing value; else nothing does
LONGEST = 300  # characters of somebody's own text that are shown
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]+")  # not allowed in XML, or a line break

_ONE, _TENTH, _THOUSANDTH = Decimal(1), Decimal("0.1"), Decimal("0.001")

Value = str | int | float | dt.datetime | None


def values(table: Table, column: Column, lang: Lang, part: slice = slice(None)) -> list[Value]:
    """The cells of a column in these rows: text in `lang` ('' for none), all else as it is (None for none)."""
    cells = table.rows[column.key].iloc[part]
    if column.kind not in ("text", "prose"):
        return [None if missing else cell for cell, missing in zip(cells.tolist(), cells.isna(), strict=True)]
    codes, different = pd.factorize(cells, use_na_sentinel=True)
    shown = [*_shown(different.tolist(), column, lang), ""]  # the last stands for a missing one, which has code -1
    return [shown[code] for code in codes.tolist()]


def _shown(texts: list[str], column: Column, lang: Lang) -> list[str]:
    if column.words is None:
        return [_plain(text) for text in texts]
    words = {"": "", **{code: said.in_(lang) for code, said in column.words.items()}}
    return [words[text] for text in texts]


def _plain(text: str) -> str:
    """Somebody's own text as one line, cut where it becomes a book.

    A text in <r> is put off by a space: xlsxwriter would take it for its own marks.
    """
    line = _CONTROLS.sub(" ", text)
    line = line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
    return " " + line if line.startswith("<r>") else line


def text(value: Value, kind: Kind) -> str:
    """A cell as text, formatted as the workbook formats it."""
    return NOTHING.get(kind, "") if value is None else _SHOWN[kind](value)


def _rounded(value: float, to: Decimal) -> Decimal:
    """Rounded as Excel does it: halves away from zero, of the 15 digits it knows."""
    return Decimal(f"{value:.15g}").quantize(to, ROUND_HALF_UP)


def _share(value: float) -> str:
    return f"{_rounded(value, _THOUSANDTH) * 100:.1f}%"


_SHOWN: dict[Kind, Callable[[Any], str]] = {
    "text": str,
    "prose": str,
    "count": lambda value: f"{_rounded(value, _ONE):,}",
    "amount": lambda value: f"{_rounded(value, _TENTH):,}",
    "share": _share,
    "point": _share,
    "change": lambda value: f"{_rounded(value, _TENTH):+}" if value else "0.0",
    "day": "{:%Y-%m-%d}".format,
    "moment": "{:%Y-%m-%d %H:%M}".format,
}


def band(share: float) -> int:
    """Which of the bands of heat a share falls into: 0 for the lowest, `len(BANDS)` for a full one."""
    return bisect_right(BANDS, share)
