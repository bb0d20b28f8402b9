"""The parts of a workbook and what points from one to another."""

from __future__ import annotations

import posixpath
import zipfile
from io import BytesIO
from typing import Final, NamedTuple

from pipeline.out.marked.archive import rewritten
from pipeline.out.marked.markup import STRICT, Markup, Unmarkable, escaped

BOOK: Final = "xl/workbook.xml"
_TYPES: Final = "[Content_Types].xml"
_RELATIONS: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)
_KINDS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_KINDS: Final = f"{STRICT.decode()}/officeDocument/relationships"


class Relation(NamedTuple):
    """What a part points to: `kind` is the last word of the type, `target` a part."""

    id: str
    kind: str
    target: str


class Package:
    """An xlsx whose parts can be read and written; `content` are the bytes with all that was written."""

    def __init__(self, content: bytes) -> None:
        """Raises Unmarkable when two parts have one name: programs differ in which one they read."""
        self._content = content
        self._archive = zipfile.ZipFile(BytesIO(content))
        names = self._archive.namelist()
        self._names = {_plain(name): name for name in names}
        if len(self._names) < len(names):
            raise Unmarkable
        self._written: dict[str, bytes] = {}
        self.strict = STRICT in self.read(BOOK)[:4096]

    @property
    def content(self) -> bytes:
        """The workbook."""
        return rewritten(self._content, self._written)

    def __contains__(self, part: str) -> bool:
        return self._name(part) in self._written or _plain(part) in self._names

    def read(self, part: str) -> bytes:
        """A part as it stands by now. Raises Unmarkable without it."""
        name = self._name(part)
        if name in self._written:
            return self._written[name]
        try:
            return self._archive.read(name)
        except KeyError:
            raise Unmarkable from None

    def write(self, part: str, content: bytes) -> None:
        """Puts a part in the place of the one of its name; one that is as it was stays untouched."""
        if part not in self or self.read(part) != content:
            self._written[self._name(part)] = content

    def add(self, stem: str, extension: str, content: bytes, type_: str) -> str:
        """A new part, under the first free name of `stem`, `stem`1, `stem`2, ...; gives the name."""
        part, number = f"{stem}.{extension}", 0
        while part in self:
            number += 1
            part = f"{stem}{number}.{extension}"
        self.write(part, content)
        if extension == "vml":
            self._declare("Default", "Extension", extension, type_)
        else:
            self._declare("Override", "PartName", f"/{part}", type_)
        return part

    def relations(self, part: str) -> list[Relation]:
        """What a part points to within the workbook."""
        path = _relations_of(part)
        if path not in self:
            return []
        return [
            Relation(e.attributes["Id"], e.attributes["Type"].rpartition("/")[2], _resolved(part, e.attributes))
            for e in Markup(self.read(path)).root.all("Relationship")
            if e.attributes.get("TargetMode") != "External"
        ]

    def relate(self, part: str, kind: str, target: str) -> str:
        """Lets a part point to another one; gives the id."""
        path = _relations_of(part)
        markup = Markup(self.read(path) if path in self else _RELATIONS)
        taken = {e.attributes.get("Id") for e in markup.root.all("Relationship")}
        id_ = next(id_ for n in range(1, len(taken) + 2) if (id_ := f"rIdTierbook{n}") not in taken)
        kinds = _STRICT_KINDS if self.strict else _KINDS
        markup.append(
            markup.root,
            b'<%sRelationship Id="%s" Type="%s/%s" Target="/%s"/>'
            % (markup.prefix, id_.encode(), kinds.encode(), kind.encode(), escaped(target)),
        )
        self.write(path, markup.edited())
        return id_

    def link(self, id_: str) -> bytes:
        """The attribute by which an element names a relationship, with the prefix it needs."""
        kinds = _STRICT_KINDS if self.strict else _KINDS
        return b'xmlns:r="%s" r:id="%s"' % (kinds.encode(), id_.encode())

    def _declare(self, element: str, key: str, name: str, type_: str) -> None:
        markup = Markup(self.read(_TYPES))
        if all(e.attributes.get(key, "").lower() != name.lower() for e in markup.root.all(element)):
            declared = (markup.prefix, element.encode(), key.encode(), escaped(name), type_.encode())
            content = b'<%s%s %s="%s" ContentType="%s"/>' % declared
            if element == "Default" and markup.root.children:
                markup.insert(markup.root.children[0].start, content)
            else:
                markup.append(markup.root, content)
            self.write(_TYPES, markup.edited())

    def _name(self, part: str) -> str:
        return self._names.get(_plain(part), part)


def _plain(name: str) -> str:
    """Part names differ neither in case nor in the way of their slashes."""
    return name.replace("\\", "/").lstrip("/").lower()


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"


def _resolved(part: str, attributes: dict[str, str]) -> str:
    target = attributes.get("Target", "").replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")
