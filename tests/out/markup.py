"""Reads the tables of a page back, with the parser of the standard library.

The rows of a long table stand in its data; those drawn above it must be the first of them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class Read:
    """A table as a reader sees it."""

    titles: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, Read] = {}
        self.table: Read | None = None
        self.cells: list[str] | None = None
        self.data: Read | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "table":
            self.table = self.tables[told["data-key"] or ""] = Read()
        elif tag == "script" and "data-of" in told:
            self.data = self.tables[told["data-of"] or ""]
        elif tag == "tr" and self.table is not None:
            self.table.rows.append([])
        elif tag in ("td", "th") and self.table is not None:
            self.cells = self.table.titles if tag == "th" else self.table.rows[-1]
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.cells = None
        elif tag == "table":
            self.table = None
        elif tag == "script":
            self.data = None

    def handle_data(self, data: str) -> None:
        if self.cells is not None:
            self.cells[-1] += data
        elif self.data is not None:
            rows = _rows(json.loads(data))
            assert rows[: len(self.data.rows) - 1] == [row for row in self.data.rows if row]
            self.data.rows = rows


def _rows(columns: list[dict[str, Any]]) -> list[list[str]]:
    return [list(row) for row in zip(*([c["texts"][n] for n in c["codes"]] for c in columns), strict=True)]


def read_tables(html: str) -> dict[str, Read]:
    """The tables of a page by their ids."""
    reader = _Reader()
    reader.feed(html)
    for table in reader.tables.values():
        table.rows = [row for row in table.rows if row]  # the row of titles holds no cells
    return reader.tables
