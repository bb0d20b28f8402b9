"""Where the tables of a report stand: on which sheet, in which row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.language.wording import Lang
from pipeline.out.excel import charts, cover
from pipeline.out.report.model import OVERVIEW, Section, Table

MOST_ROWS = 1_048_576  # of a sheet


@dataclass(frozen=True, slots=True)
class Block:
    """A table, or a part of it (rows `start` up to `stop`), on a sheet; `top` is the 0-based row of its title."""

    table: Table
    sheet: str
    top: int
    start: int
    stop: int

    @property
    def header(self) -> int:
        """The 0-based row of the column titles."""
        return self.top + 1 + (self.table.note is not None)

    @property
    def first(self) -> int:
        """The 0-based row of the first row of data."""
        return self.header + 1

    @property
    def end(self) -> int:
        """The 0-based row after the last row of data."""
        return self.first + self.stop - self.start

    def row_of(self, row: int) -> int:
        """The 1-based row, as Excel counts, of a row of the table."""
        return self.first + row - self.start + 1


@dataclass(frozen=True, slots=True)
class Leaf:
    """One sheet: a section, or the continuation of one whose last table is longer than a sheet."""

    name: str
    section: Section
    blocks: tuple[Block, ...]


def leaves(sections: Sequence[Section], lang: Lang) -> Iterator[Leaf]:
    """The sheets of the sections: the tables one under the other, and what is beyond a sheet on further ones."""
    for section in sections:
        blocks = tuple(_stacked(section, section.title.in_(lang)))
        yield Leaf(blocks[0].sheet, section, blocks)
        yield from _continued(section, blocks[-1])


def _stacked(section: Section, sheet: str) -> Iterator[Block]:
    top = charts_at(section) + charts.room(section)
    for table in section.tables:
        block = _fitted(table, sheet, top, 0)
        yield block
        top = block.end + 1


def tiles_at(section: Section) -> int:
    """The 0-based row of the large figures."""
    return 1 + len(section.lead)


def charts_at(section: Section) -> int:
    """The 0-based row where the charts of a section begin, or its tables if it has none."""
    return tiles_at(section) + (len(cover.HEIGHTS) if section.key == OVERVIEW else 0)


def _fitted(table: Table, sheet: str, top: int, start: int) -> Block:
    whole = Block(table, sheet, top, start, len(table.rows))
    return replace(whole, stop=min(whole.stop, start + MOST_ROWS - whole.first))


def _continued(section: Section, last: Block) -> Iterator[Leaf]:
    block, number = last, 1
    while block.stop < len(block.table.rows):
        number += 1
        block = _fitted(block.table, f"{last.sheet} {number}", 1, block.stop)
        yield Leaf(block.sheet, replace(section, lead=(), chart=None), (block,))


def block_of(blocks: Iterable[Block], row: int) -> Block | None:
    """The block that holds a row of the table."""
    return next((b for b in blocks if b.start <= row < b.stop), None)
