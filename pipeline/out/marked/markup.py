"""XML changed in single places: where every element stands in the bytes, and edits that leave all other bytes alone.

A parser that writes its tree back would rewrite what it does not know: prefixes that only `mc:Ignorable` names, the
extensions of WPS, the way a program quotes. Here expat only tells the places; nothing is written but the edits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat
from xml.sax.saxutils import escape as _escape

_TAG: Final = re.compile(rb"""<[^\s>/]+(?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?>""")
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE: Final = re.compile("(?=_x[0-9A-Fa-f]{4}_)")  # Excel would read it as a character
STRICT: Final = b"http://purl.oclc.org/ooxml"


class Unmarkable(Exception):  # noqa: N818, it says what the file is
    """The workbook is built in a way that cannot be changed in single places."""


@dataclass(slots=True)
class Element:
    """An element and its place: the tag begins at `start` and ends at `inside`; `close` to `end` is the end tag."""

    name: str  # without prefix
    attributes: dict[str, str]
    start: int
    inside: int
    close: int = 0
    end: int = 0
    children: list[Element] = field(default_factory=list)

    def child(self, name: str) -> Element | None:
        """The first child of that name."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> list[Element]:
        """The children of that name."""
        return [child for child in self.children if child.name == name]

    def each(self, name: str) -> Iterator[Element]:
        """All elements of that name below it."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.each(name)

    def link(self) -> str:
        """The id of a relationship that it names."""
        return next((v for k, v in self.attributes.items() if k.endswith(":id")), "")


class Markup:
    """A part, its elements, and the edits to it. `deep` says of which elements the children are wanted."""

    def __init__(self, part: bytes, deep: Callable[[str, dict[str, str]], bool] = lambda name, attributes: True):
        self.part = part
        self.root = _outline(part, deep)
        self.prefix = part[self.root.start + 1 : self.root.inside].partition(b":")[0] + b":"
        if not re.fullmatch(rb"\w+:", self.prefix):
            self.prefix = b""
        self._edits: list[tuple[int, int, bytes]] = []

    @property
    def strict(self) -> bool:
        """Whether it is written in the namespaces of strict OOXML."""
        return STRICT in self.part[self.root.start : self.root.inside]

    def raw(self, element: Element) -> bytes:
        """The element as it stands."""
        return self.part[element.start : element.end]

    def text(self, element: Element) -> str:
        """The text directly in an element without children."""
        return unescaped(self.part[element.inside : element.close])

    def insert(self, place: int, content: bytes) -> None:
        """Puts `content` in at a place; what is put in at one place stands in the order of the calls."""
        self._edits.append((place, place, content))

    def replace(self, element: Element, content: bytes) -> None:
        """Puts `content` in the place of the element."""
        self._edits.append((element.start, element.end, content))

    def fill(self, element: Element, content: bytes) -> None:
        """Puts `content` in the place of all that the element holds."""
        if self._empty(element):
            self._open(element, content)
        else:
            self._edits.append((element.inside, element.close, content))

    def append(self, element: Element, content: bytes) -> None:
        """Puts `content` at the end of what the element holds."""
        if self._empty(element):
            self._open(element, content)
        else:
            self.insert(element.close, content)

    def attribute(self, element: Element, **values: str | None) -> None:
        """Sets attributes of the element, or takes them away."""
        tag = self.part[element.start : element.inside]
        self._edits.append((element.start, element.inside, with_attributes(tag, values)))

    def edited(self) -> bytes:
        """The part with all edits. Raises Unmarkable when two are about the same place."""
        pieces, at = [], 0
        for start, end, content in sorted(self._edits, key=lambda edit: edit[:2]):
            if start < at:
                raise Unmarkable
            pieces += [self.part[at:start], content]
            at = end
        return b"".join([*pieces, self.part[at:]])

    def _empty(self, element: Element) -> bool:
        return element.inside == element.end

    def _open(self, element: Element, content: bytes) -> None:
        tag = self.part[element.start : element.inside]
        name = re.split(rb"[\s/>]", tag[1:], maxsplit=1)[0]
        self._edits.append((element.inside - 2, element.inside, b">" + content + b"</" + name + b">"))


def with_attributes(tag: bytes, values: Mapping[str, str | None]) -> bytes:
    """The tag with attributes set, or (None) taken away."""
    for name, value in values.items():
        pattern = re.compile(rb"\s" + name.encode() + rb"""\s*=\s*(?:"[^"]*"|'[^']*')""")
        new = b"" if value is None else b' %s="%s"' % (name.encode(), escaped(value))
        tag, found = pattern.subn(lambda _, new=new: new, tag, count=1)  # type: ignore[misc]
        if not found and new:
            end = len(tag) - (2 if tag.endswith(b"/>") else 1)
            tag = tag[:end].rstrip() + new + tag[end:]
    return tag


def escaped(text: str) -> bytes:
    """Text as it stands in XML, between tags or in quotes; without the characters that XML cannot hold."""
    return _escape(_UNWRITABLE.sub("", text), {'"': "&quot;", "\r": "", "\n": "&#10;", "\t": "&#9;"}).encode()


def cell_text(text: str) -> bytes:
    """Text for a cell, in which Excel takes `_x0041_` for a character."""
    return escaped(_ESCAPE.sub("_x005F", text))


def unescaped(raw: bytes) -> str:
    """What a piece of character data says."""
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.CharacterDataHandler = found.append
    parser.Parse(b"<t>" + raw + b"</t>", True)
    return "".join(found)


def _outline(part: bytes, deep: Callable[[str, dict[str, str]], bool]) -> Element:
    """The root with its descendants. Raises Unmarkable for what is no UTF-8 XML, or defines entities."""
    if part.startswith((b"\xff\xfe", b"\xfe\xff")) or re.match(rb"""<\?xml[^>]*encoding=["'](?!utf-?8)""", part, re.I):
        raise Unmarkable
    parser = expat.ParserCreate()
    parser.buffer_text = True
    top = Element("", {}, 0, 0)
    open_: list[Element | None] = [top]  # None: not wanted

    def begin(name: str, attributes: dict[str, str]) -> None:
        parent = open_[-1]
        if parent is None or (parent is not top and not deep(parent.name, parent.attributes)):
            open_.append(None)
            return
        start = parser.CurrentByteIndex
        tag = _TAG.match(part, start)
        if tag is None:
            raise Unmarkable
        element = Element(name.rpartition(":")[2], attributes, start, tag.end())
        parent.children.append(element)
        open_.append(element)

    def finish(_: str) -> None:
        if element := open_.pop():
            if part[element.inside - 2 : element.inside] == b"/>":
                element.close = element.end = element.inside
            else:
                element.close = parser.CurrentByteIndex
                element.end = part.index(b">", element.close) + 1

    def refuse(*_: Any) -> None:
        raise Unmarkable

    parser.StartElementHandler, parser.EndElementHandler = begin, finish
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(part, True)
    except expat.ExpatError:
        raise Unmarkable from None
    return top.children[0]
