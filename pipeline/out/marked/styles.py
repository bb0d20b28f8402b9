"""The styles of a workbook, and new ones beside them: a cell keeps all of its own look but the colour behind it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from pipeline.out.marked.markup import Element, Markup, Unmarkable, with_attributes
from pipeline.out.marked.package import BOOK, Package

COLOURS: Final = {"error": "FFFFC9B0", "warning": "FFFFF0A0"}  # told apart by colour-blind readers, too
_LAST_BITS: Final = 0x0F  # of red, green and blue: no eye sees them, and they tell which colour was there before
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_MAIN: Final = {
    False: "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    True: "http://purl.oclc.org/ooxml/spreadsheetml/main",
}
_PLAIN: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{main}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)
_ITEMS: Final = {"fonts": "font", "fills": "fill", "borders": "border", "cellXfs": "xf"}
_UNPREFIXED: Final = re.compile(rb"(</?)(?=\w+[\s/>])")
_GAP: Final = re.compile(rb"\s+/>")
_COLOUR: Final = re.compile(rb'fgColor\s+rgb="([0-9A-Fa-f]{8})"')


class Styles:
    """Fonts, fills and formats (`xf`), by their numbers. What is asked for and there already is not added again."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._part = _styles_part(package)
        self._markup = Markup(package.read(self._part))
        sections = {name: self._markup.root.child(name) for name in _ITEMS}
        if None in sections.values():
            raise Unmarkable
        self._sections: dict[str, Element] = {name: e for name, e in sections.items() if e}
        self._items = {
            name: [self._plain(self._markup.raw(e)) for e in section.all(_ITEMS[name])]
            for name, section in self._sections.items()
        }
        self._known = {name: len(items) for name, items in self._items.items()}
        self.before: dict[str, bytes] = {}  # colour of a mark -> the fill it stands in the place of

    def number(self, section: str, item: str) -> int:
        """The number of a font, fill, border or format written as XML without prefixes."""
        return self._number(section, item.encode())

    def marked(self, xf: int, severity: str) -> int:
        """The format `xf` with the colour of a mark."""
        fill = self._items["fills"][self._fill_of(xf)]
        colour = next((c for c, was in self.before.items() if was == fill and _of(c, severity)), "")
        if not colour:
            colour = _variant(severity, len(self.before))
            self.before[colour] = fill
        return self._with_fill(xf, self.number("fills", solid(colour)))

    def unmarked(self, before: Mapping[str, bytes]) -> dict[int, int]:
        """The formats that are marks, each with the one that it stands in the place of."""
        ours = {}
        for xf in range(len(self._items["cellXfs"])):
            colour = _COLOUR.search(self._items["fills"][self._fill_of(xf)])
            if colour and (fill := before.get(colour[1].decode().upper())):
                ours[xf] = self._with_fill(xf, self._number("fills", fill))
        return ours

    def save(self) -> None:
        """Writes what was added into the workbook."""
        for name, section in self._sections.items():
            added = self._items[name][self._known[name] :]
            if added:
                own = _UNPREFIXED.sub(rb"\1" + self._markup.prefix, b"".join(added))
                tag = self._markup.part[section.start : section.inside]
                tag = with_attributes(tag, {"count": str(len(self._items[name]))})
                inner = self._markup.part[section.inside : section.close]
                closing = b"</" + self._markup.prefix + name.encode() + b">"
                self._markup.replace(section, tag.replace(b"/>", b">") + inner + own + closing)
        self._package.write(self._part, self._markup.edited())

    def _plain(self, item: bytes) -> bytes:
        """Without prefixes and needless spaces, for comparison."""
        prefix = self._markup.prefix
        return _GAP.sub(b"/>", item.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</"))

    def _number(self, section: str, item: bytes) -> int:
        items = self._items[section]
        if item not in items:
            items.append(item)
        return items.index(item)

    def _fill_of(self, xf: int) -> int:
        if xf >= len(self._items["cellXfs"]):
            raise Unmarkable
        found = re.search(rb'fillId="(\d+)"', self._items["cellXfs"][xf])
        fill = int(found[1]) if found else 0
        return fill if fill < len(self._items["fills"]) else 0

    def _with_fill(self, xf: int, fill: int) -> int:
        tag, close, inner = self._items["cellXfs"][xf].partition(b">")
        changed = with_attributes(tag + close, {"fillId": str(fill), "applyFill": "1" if fill else None})
        return self._number("cellXfs", changed + inner)


def solid(colour: str) -> str:
    """The fill of a colour, as XML."""
    return (
        f'<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/><bgColor indexed="64"/></patternFill></fill>'
    )


def _styles_part(package: Package) -> str:
    found = next((r.target for r in package.relations(BOOK) if r.kind == "styles"), "")
    if found:
        return found
    part = package.add("xl/styles", "xml", _PLAIN.format(main=_MAIN[package.strict]).encode(), _TYPE)
    package.relate(BOOK, "styles", part)
    return part


def _variant(severity: str, number: int) -> str:
    """The colour of a mark, a shade apart for each colour that was there before."""
    bits = [(number >> shift) & _LAST_BITS for shift in (0, 4, 8)]
    base = bytes.fromhex(COLOURS[severity])
    blue, green, red = (value ^ bit for value, bit in zip(base[:0:-1], bits, strict=True))
    return f"FF{red:02X}{green:02X}{blue:02X}"


def _of(colour: str, severity: str) -> bool:
    found, base = bytes.fromhex(colour), bytes.fromhex(COLOURS[severity])
    return all(a & ~_LAST_BITS == b & ~_LAST_BITS for a, b in zip(found, base, strict=True))
