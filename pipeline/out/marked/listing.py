"""The first sheet of a returned workbook: everything to mend, with links to the cells."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pipeline.intake.facts import column_letters
from pipeline.language.mark import BEGIN
from pipeline.language.wording import LANGS, Lang, label
from pipeline.out.excel.style import wide
from pipeline.out.marked.markup import cell_text, escaped
from pipeline.out.marked.note import Note, shortened
from pipeline.out.marked.styles import Styles, solid

NAMES: Final = tuple(label("marked_sheet", lang) for lang in LANGS)
MOST: Final = 5000  # lines of the list, and comments; nobody mends more in one go
_LINE, _LINES = 16.0, 12  # points a line, lines at most
WIDTHS: Final = {  # of the columns, in characters
    "number": 6.0,
    "severity": 10.0,
    "state": 10.0,
    "place": 20.0,
    "message": 48.0,
    "mend": 44.0,
    "value": 20.0,
    "suggestion": 24.0,
}
_MEMORY: Final = 27  # a hidden column, AA: the fills that the marks stand in the place of
_COLOURS: Final = {"error": "FFF8BFA5", "warning": "FFF9EA99", "head": "FF1F3A5F"}  # none is the colour of a mark
_FONTS: Final = {
    "title": '<b/><sz val="16"/><color rgb="FF1F3A5F"/>',
    "plain": '<sz val="10"/>',
    "head": '<b/><sz val="10"/><color rgb="FFFFFFFF"/>',
    "link": '<u/><sz val="10"/><color rgb="FF0B57D0"/>',
    "past": '<sz val="10"/><color rgb="FF7F7F7F"/>',
}
_RULE: Final = '<border><left/><right/><top/><bottom style="thin"><color rgb="FFD9D9D9"/></bottom><diagonal/></border>'


def first_words(notes: Sequence[Note], lang: Lang) -> list[str]:
    """The lines above the list: how much there is to do, and what came of it since the last time."""
    severities = Counter(note.severity for note in notes if note.state != "fixed")
    lines = [
        label("marked_summary", lang, errors=severities["error"], warnings=severities["warning"]),
        label("marked_how", lang),
    ]
    states = Counter(note.state for note in notes if note.severity != "notice")
    if any(note.state for note in notes):
        lines.append(label("marked_since", lang, fixed=states["fixed"], open=states["open"], new=states["new"]))
    if len(notes) > MOST:
        lines.append(label("marked_more", lang, shown=MOST, count=len(notes)))
    return lines


def columns_of(notes: Sequence[Note]) -> list[str]:
    """The columns of the list: what became of a finding only when there was a time before."""
    return [name for name in WIDTHS if name != "state" or any(note.state for note in notes)]


def values_of(number: int, note: Note, lang: Lang) -> dict[str, str]:
    """What a line of the list says, by column."""
    return {
        "number": str(number),
        "severity": label(f"marked_{note.severity}", lang),
        "state": label(f"marked_state_{note.state}", lang) if note.state else "",
        "place": place(note, lang),
        "message": shortened(note.message),
        "mend": "" if note.state == "fixed" else note.mend,
        "value": shortened(note.value),
        "suggestion": shortened(note.suggestion),
    }


def place(note: Note, lang: Lang) -> str:
    """Where it is: `联系记录!C7`, a row, a sheet, or the whole file."""
    if not note.sheet:
        return label("marked_whole_file", lang)
    if not note.row:
        return note.sheet
    cell = f"{column_letters(note.column)}{note.row}" if note.column else label("marked_row", lang, row=note.row)
    return f"{note.sheet}!{cell}"


def sheet_part(notes: Sequence[Note], styles: Styles, namespace: str, sheets: Sequence[str], lang: Lang) -> bytes:
    """The worksheet; `sheets` are those that a link may lead to. Nothing in it is a formula."""
    looks = _looks(styles)
    columns, words = columns_of(notes), first_words(notes, lang)
    lines = [_line(1, [f"{BEGIN}{label('marked_sheet', lang)}"], [looks["title"]], 28)]
    lines += [_line(row, [text], [looks["plain"]]) for row, text in enumerate(words, 2)]
    head = len(words) + 3
    titles = [label(f"marked_column_{name}", lang) for name in columns]
    lines.append(_line(head, titles, [looks["head"]] * len(columns), 22))
    shown = notes[:MOST]
    for number, note in enumerate(shown, 1):
        values = values_of(number, note, lang)
        style = [looks[_look(name, note, sheets)] for name in columns]
        height = max(_lines(values[name], WIDTHS[name]) for name in columns) * _LINE + 4
        lines.append(_line(head + number, [values[name] for name in columns], style, height))
    memory = json.dumps({c: fill.decode() for c, fill in styles.before.items()})
    lines[0] = lines[0].replace(b"</row>", _cell(f"{column_letters(_MEMORY)}1", memory, looks["plain"]) + b"</row>")
    links = b"".join(_links(shown, sheets, column_letters(columns.index("place") + 1), head + 1))
    widths = b"".join(
        b'<col min="%d" max="%d" width="%.1f" customWidth="1"/>' % (i, i, WIDTHS[name])
        for i, name in enumerate(columns, 1)
    )
    return (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="%s">'
        b'<sheetPr><tabColor rgb="FFC0392B"/><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
        b'<sheetView showGridLines="0" tabSelected="1" workbookViewId="0"><pane ySplit="%d" topLeftCell="A%d"'
        b' activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/></sheetView></sheetViews>'
        b'<sheetFormatPr defaultRowHeight="15"/><cols>%s<col min="%d" max="%d" width="9" hidden="1"'
        b' customWidth="1"/></cols><sheetData>%s</sheetData>%s'
        b'<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        b'<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    ) % (
        escaped(namespace),
        head,
        head + 1,
        widths,
        _MEMORY,
        _MEMORY,
        b"".join(lines),
        b"<hyperlinks>%s</hyperlinks>" % links if links else b"",
    )


def remembered(rows: Sequence[Sequence[object]]) -> Mapping[str, bytes]:
    """The fills that the marks of a returned workbook stand in the place of, from the cells of its sheet."""
    for value in rows[0] if rows else ():
        if isinstance(value, str) and value.startswith("{"):
            try:
                return {str(c).upper(): str(fill).encode() for c, fill in json.loads(value).items()}
            except (ValueError, AttributeError):
                return {}
    return {}


def _looks(styles: Styles) -> dict[str, int]:
    fonts = {
        name: styles.number("fonts", f'<font>{look}<name val="Microsoft YaHei"/></font>')
        for name, look in _FONTS.items()
    }
    rule, none = styles.number("borders", _RULE), 0
    fill = {name: styles.number("fills", solid(colour)) for name, colour in _COLOURS.items()}
    top = '<alignment vertical="top" wrapText="1"/>'
    line = '<alignment vertical="center"/>'
    return {
        "title": _xf(styles, fonts["title"], 0, none, line),
        "plain": _xf(styles, fonts["plain"], 0, none, line),
        "head": _xf(styles, fonts["head"], fill["head"], none, '<alignment horizontal="center" vertical="center"/>'),
        "text": _xf(styles, fonts["plain"], 0, rule, top),
        "link": _xf(styles, fonts["link"], 0, rule, top),
        "past": _xf(styles, fonts["past"], 0, rule, top),
        **{name: _xf(styles, fonts["plain"], fill[name], rule, top) for name in ("error", "warning")},
    }


def _xf(styles: Styles, font: int, fill: int, border: int, alignment: str) -> int:
    """A format for text: what somebody wrote stays what it is."""
    return styles.number(
        "cellXfs",
        f'<xf numFmtId="49" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" applyNumberFormat="1"'
        f' applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">{alignment}</xf>',
    )


def _look(column: str, note: Note, sheets: Sequence[str]) -> str:
    if note.state == "fixed" or note.severity == "notice":
        return "link" if column == "place" and _target(note, sheets) else "past"
    if column == "severity":
        return note.severity
    return "link" if column == "place" and _target(note, sheets) else "text"


def _line(row: int, values: Sequence[str], styles: Sequence[int], height: float = 18) -> bytes:
    cells = [
        _cell(f"{column_letters(column)}{row}", value, style)
        for column, (value, style) in enumerate(zip(values, styles, strict=True), 1)
    ]
    return b'<row r="%d" ht="%.1f" customHeight="1">%s</row>' % (row, height, b"".join(cells))


def _cell(reference: str, value: str, style: int) -> bytes:
    content = b'<is><t xml:space="preserve">%s</t></is>' % cell_text(value)
    return b'<c r="%s" s="%d" t="inlineStr">%s</c>' % (reference.encode(), style, content)


def _lines(text: str, width: float) -> int:
    return min(max(1, math.ceil(wide(text) * 1.1 / (width - 2))), _LINES)


def _links(notes: Sequence[Note], sheets: Sequence[str], column: str, first: int) -> Iterator[bytes]:
    for row, note in enumerate(notes, first):
        if target := _target(note, sheets):
            yield b'<hyperlink ref="%s%d" location="%s"/>' % (column.encode(), row, escaped(target))


def _target(note: Note, sheets: Sequence[str]) -> str:
    """The cell to jump to; '' when it is not there any more."""
    if note.sheet not in sheets or note.state == "fixed":
        return ""
    quoted = note.sheet.replace("'", "''")
    return f"'{quoted}'!{column_letters(note.column or 1)}{note.row or 1}"
