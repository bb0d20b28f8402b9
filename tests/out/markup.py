"""Reads the tables of a page back, with the parser of the standard library."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


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

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.table = self.tables[dict(attrs)["id"] or ""] = Read()
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

    def handle_data(self, data: str) -> None:
        if self.cells is not None:
            self.cells[-1] += data


def read_tables(html: str) -> dict[str, Read]:
    """The tables of a page by their ids."""
    reader = _Reader()
    reader.feed(html)
    for table in reader.tables.values():
        table.rows = [row for row in table.rows if row]  # the row of titles holds no cells
    return reader.tables
