"""The comments of a worksheet and the drawing that shows them: what others wrote stays, what Tierbook wrote can go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from pipeline.intake.facts import Cell, column_letters, column_number
from pipeline.language.mark import without_marks
from pipeline.out.marked.cells import Cells
from pipeline.out.marked.markup import Element, Markup, Unmarkable, escaped
from pipeline.out.marked.package import Package

_AUTHOR: Final = "Tierbook"
_COMMENTS_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE: Final = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_SHAPE: Final = re.compile(rb"<(?:\w+:)?shape\b(?:(?!</(?:\w+:)?shape>).)*</(?:\w+:)?shape>", re.DOTALL)
_ROW, _COLUMN = (re.compile(rb"<(?:\w+:)?%s>\s*(\d+)\s*</" % name) for name in (b"Row", b"Column"))
_NUMBER: Final = re.compile(rb"_x0000_s(\d+)")
_LINES: Final = (5, 12)  # of a comment's box, at least and at most

_NO_COMMENTS: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<comments xmlns="%s"><authors></authors><commentList></commentList></comments>'
)
_NO_DRAWING: Final = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    b"</o:shapelayout></xml>"
)
_SHAPE_TYPE: Final = (
    b'<v:shapetype xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_BOX: Final = (
    b'<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_s%d" type="#_x0000_t202"'
    b' style="position:absolute;margin-left:80pt;margin-top:2pt;width:240pt;height:%dpt;z-index:1;visibility:hidden"'
    b' fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    b'<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div>'
    b'</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    b"<x:Anchor>%d, 15, %d, 4, %d, 40, %d, 4</x:Anchor><x:AutoFill>False</x:AutoFill>"
    b"<x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>"
)


def remove_comments(package: Package, sheet: str) -> None:
    """Takes away what Tierbook wrote into the comments of a sheet; a comment that says nothing else goes."""
    for relation in package.relations(sheet):
        if relation.kind == "comments" and relation.target in package:
            gone = _without_ours(package, relation.target)
            if gone:
                _remove_boxes(package, sheet, gone)


def add_comments(package: Package, sheet: str, cells: Cells, texts: Mapping[Cell, str]) -> None:
    """Puts a comment on each cell, below what stands in the one that it has."""
    relations = {r.kind: r.target for r in package.relations(sheet)}
    comments = relations.get("comments")
    if comments is None:
        namespace = next(v for k, v in cells.markup.root.attributes.items() if _is_main(k, cells.markup.prefix))
        comments = package.add("xl/commentsTierbook", "xml", _NO_COMMENTS % escaped(namespace), _COMMENTS_TYPE)
        package.relate(sheet, "comments", comments)
    new = _write_texts(package, comments, texts)
    _draw_boxes(package, sheet, cells, {cell: texts[cell] for cell in new})


def _is_main(attribute: str, prefix: bytes) -> bool:
    return attribute == (f"xmlns:{prefix[:-1].decode()}" if prefix else "xmlns")


def _write_texts(package: Package, part: str, texts: Mapping[Cell, str]) -> list[Cell]:
    """Extends the comments that are there; gives the cells that got a new one."""
    markup = Markup(package.read(part))
    authors, comments = markup.root.child("authors"), markup.root.child("commentList")
    if authors is None or comments is None:
        raise Unmarkable
    known = {_cell(comment): comment for comment in comments.all("comment")}
    new = [cell for cell in sorted(texts) if cell not in known]
    for cell in texts.keys() & known.keys():
        _extend(markup, known[cell], texts[cell])
    names = [markup.text(author) for author in authors.all("author")]
    author = names.index(_AUTHOR) if _AUTHOR in names else len(names)
    if new and author == len(names):
        markup.append(authors, _element(markup, "author", escaped(_AUTHOR)))
    if new:
        markup.append(comments, b"".join(_comment(markup, cell, texts[cell], author) for cell in new))
    package.write(part, markup.edited())
    return new


def _comment(markup: Markup, cell: Cell, text: str, author: int) -> bytes:
    p, reference = markup.prefix, f"{column_letters(cell[1])}{cell[0]}".encode()
    run = b'<%sr><%srPr><%ssz val="9"/><%srFont val="Microsoft YaHei"/></%srPr>%s</%sr>'
    said = b'<%st xml:space="preserve">%s</%st>' % (p, escaped(text), p)
    body = b"<%stext>%s</%stext>" % (p, run % (p, p, p, p, p, said, p), p)
    return b'<%scomment ref="%s" authorId="%d">%s</%scomment>' % (p, reference, author, body, p)


def _extend(markup: Markup, comment: Element, text: str) -> None:
    """Below the last words of a comment, in their look."""
    last = [*comment.each("t")][-1:]
    if last:
        markup.append(last[0], escaped(f"\n{text}"))
    elif body := comment.child("text"):
        markup.append(body, _element(markup, "t", escaped(text)))
    else:
        markup.append(comment, _element(markup, "text", _element(markup, "t", escaped(text))))


def _element(markup: Markup, name: str, content: bytes) -> bytes:
    tag = markup.prefix + name.encode()
    return b"<%s>%s</%s>" % (tag, content, tag)


def _without_ours(package: Package, part: str) -> list[Cell]:
    """Takes our words out of the comments; gives the cells whose comment went."""
    if _AUTHOR.encode() not in package.read(part):  # a program may break the rest of our words into several runs
        return []
    markup, gone = Markup(package.read(part)), []
    for comment in [*markup.root.each("comment")]:
        words = [*comment.each("t")]
        texts = [markup.text(word) for word in words]
        whole = "".join(texts)
        left = without_marks(whole)
        if left == whole:
            continue
        if left.strip():
            _leave(markup, words, texts, left)
        else:
            markup.replace(comment, b"")
            gone.append(_cell(comment))
    package.write(part, markup.edited())
    return gone


def _leave(markup: Markup, words: list[Element], texts: list[str], left: str) -> None:
    """Leaves the words that are not ours: those before ours in their runs, those behind in the last one."""
    for word, text in zip(words, texts, strict=True):
        kept = text if left.startswith(text) else _common(text, left)
        if word is words[-1]:
            kept = left
        if kept != text:
            markup.fill(word, escaped(kept))
        left = left[len(kept) :]


def _common(one: str, other: str) -> str:
    """How both begin."""
    length = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[:length]


def _cell(comment: Element) -> Cell:
    reference = comment.attributes.get("ref", "").replace("$", "")
    letters = reference.rstrip("0123456789")
    if not letters.isalpha() or letters == reference:
        raise Unmarkable
    return int(reference[len(letters) :]), column_number(letters.upper())


def _draw_boxes(package: Package, sheet: str, cells: Cells, texts: Mapping[Cell, str]) -> None:
    """A drawing without a box for a comment is a file that Excel repairs."""
    if not texts:
        return
    part = _drawing(package, sheet, cells)
    drawing = package.read(part)
    end = drawing.rfind(b"</xml")
    if end < 0:
        raise Unmarkable
    first = max(map(int, _NUMBER.findall(drawing)), default=1024) + 1
    boxes = b"".join(_box(number, cell, texts[cell]) for number, cell in enumerate(texts, first))
    kind = b"" if b'id="_x0000_t202"' in drawing else _SHAPE_TYPE
    package.write(part, drawing[:end] + kind + boxes + drawing[end:])


def _drawing(package: Package, sheet: str, cells: Cells) -> str:
    if linked := cells.markup.root.child("legacyDrawing"):
        found = next((r.target for r in package.relations(sheet) if r.id == linked.link()), "")
        if found in package:
            return found
        raise Unmarkable
    part = package.add("xl/drawings/vmlDrawingTierbook", "vml", _NO_DRAWING, _DRAWING_TYPE)
    cells.link_drawing(package.link(package.relate(sheet, "vmlDrawing", part)))
    return part


def _box(number: int, cell: Cell, text: str) -> bytes:
    row, column = cell[0] - 1, cell[1] - 1
    least, most = _LINES
    lines = min(max(sum(1 + len(line) // 24 for line in text.splitlines()) + 1, least), most)
    top = max(row - 1, 0)
    return _BOX % (number, lines * 15, column + 1, top, column + 4, top + lines, row, column)


def _remove_boxes(package: Package, sheet: str, cells: list[Cell]) -> None:
    gone = {(row - 1, column - 1) for row, column in cells}
    for relation in package.relations(sheet):
        if relation.kind == "vmlDrawing" and relation.target in package:
            drawing = package.read(relation.target)
            left = _SHAPE.sub(lambda m: b"" if _of_note(m[0]) in gone else m[0], drawing)
            package.write(relation.target, left)


def _of_note(shape: bytes) -> Cell | None:
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    return (int(row[1]), int(column[1])) if row and column and b'ObjectType="Note"' in shape else None
