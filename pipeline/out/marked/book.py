"""The workbook part: its sheets, and the list of what to mend as the first of them."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from pipeline.language.wording import Lang, label
from pipeline.out.marked.listing import NAMES
from pipeline.out.marked.markup import Element, Markup, Unmarkable, escaped
from pipeline.out.marked.package import BOOK, Package

_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


_SELECTED: Final = re.compile(rb"""(<(?:\w+:)?sheetView\b[^>]*?)\s+tabSelected\s*=\s*["'](?:1|true)["']""")


class Sheet(NamedTuple):
    """A worksheet: its name and its part."""

    name: str
    part: str


class Book:
    """The sheets of a workbook; `listing` is the list of an earlier time, which is none of `sheets`."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._markup = Markup(package.read(BOOK))
        element = self._markup.root.child("sheets")
        if element is None:
            raise Unmarkable
        self._sheets: Element = element
        targets = {r.id: r for r in package.relations(BOOK)}
        every = [
            Sheet(e.attributes.get("name", ""), targets[e.link()].target)
            for e in element.all("sheet")
            if e.link() in targets and targets[e.link()].kind == "worksheet"
        ]
        self.listing = next((sheet for sheet in every if sheet.name in NAMES), None)
        self.sheets = [sheet for sheet in every if sheet is not self.listing]

    @property
    def namespace(self) -> str:
        """Of everything in it."""
        prefix = self._markup.prefix[:-1].decode()
        return self._markup.root.attributes[f"xmlns:{prefix}" if prefix else "xmlns"]

    def put_first(self, listing: bytes, lang: Lang) -> None:
        """Puts the list in the place of the earlier one, else before all sheets, and opens the workbook there."""
        if self.listing:
            self._package.write(self.listing.part, listing)
            names = [e.attributes.get("name") for e in self._sheets.all("sheet")]
            at = names.index(self.listing.name)
        else:
            part = self._package.add("xl/worksheets/sheetTierbook", "xml", listing, _TYPE)
            self._enter(part, label("marked_sheet", lang))
            self._shift_names()
            at = 0
        for view in self._markup.root.each("workbookView"):
            self._markup.attribute(view, activeTab=str(at) if at else None, firstSheet=None)
        for sheet in self.sheets:
            self._deselect(sheet)

    def save(self) -> None:
        """Writes it into the package."""
        self._package.write(BOOK, self._markup.edited())

    def _enter(self, part: str, name: str) -> None:
        ids = [int(e.attributes.get("sheetId", 0)) for e in self._sheets.all("sheet")]
        link = self._package.link(self._package.relate(BOOK, "worksheet", part))
        tag = (self._markup.prefix, escaped(name), max(ids, default=0) + 1, link)
        self._markup.insert(self._sheets.inside, b'<%ssheet name="%s" sheetId="%d" %s/>' % tag)

    def _shift_names(self) -> None:
        """Names that hold for one sheet only say which by its position."""
        names = self._markup.root.child("definedNames")
        for name in names.all("definedName") if names else ():
            if "localSheetId" in name.attributes:
                self._markup.attribute(name, localSheetId=str(int(name.attributes["localSheetId"]) + 1))

    def _deselect(self, sheet: Sheet) -> None:
        """A second selected sheet would be written to together with the first."""
        head, data, rest = self._package.read(sheet.part).partition(b"sheetData")
        self._package.write(sheet.part, _SELECTED.sub(rb"\1", head) + data + rest)
