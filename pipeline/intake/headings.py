"""Headings: when two are the same, which column of a form each names, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from unicodedata import normalize

from pipeline.intake.forms import Field, Form
from pipeline.intake.parse.text import trimmed
from pipeline.intake.table import PAIR, Table
from pipeline.intake.workbook import Row
from pipeline.language.finding import Finding
from pipeline.language.suggest import closest

_BRACKETS = re.compile(r"[(\[{【〔].*?[)\]}】〕]")
_DECORATION = re.compile(r"[\s*:_\-/、。.,;#※★]|必填|选填|required|optional")
_ID_LIKE = re.compile(r"编号|编码|代码|工号|号$|id$|no$|number$")
_IGNORED = {"", "序号", "序", "行号", "no", "sn", "serialno", "备用"}  # columns that nobody needs told about


@lru_cache(maxsize=50_000)
def heading(text: str) -> str:
    """A heading for comparison: half width, lower case, without spaces, marks of required columns and punctuation."""
    return _DECORATION.sub("", normalize("NFKC", trimmed(text)).casefold())


@lru_cache(maxsize=50_000)
def bare_heading(text: str) -> str:
    """The heading without what stands in brackets: units and hints."""
    return heading(_BRACKETS.sub("", normalize("NFKC", text)))


def column_names(form: Form) -> dict[str, str]:
    """Every heading that the form's columns are known by; a title goes before an alias."""
    aliases = {heading(alias): field.key for field in form.fields for alias in field.aliases}
    return aliases | {heading(name): field.key for field in form.fields for name in (field.key, *field.title)}


def chosen(field: Field, positions: list[int], texts: Sequence[str], data: Sequence[Row]) -> dict[str, int]:
    """Which of the columns with a name of the field is the field; nothing if that cannot be told.

    An id and a name beside it are both read. Otherwise it is the one that bears the field's own title, or the only
    one that is not empty.
    """
    if len(positions) > 1:
        positions = [at for at in positions if any_filled(data, at)] or positions[:1]
    if len(positions) > 1 and field.type in ("client", "staff"):
        ids = [at for at in positions if _ID_LIKE.search(bare_heading(texts[at]))]
        names = [at for at in positions if at not in ids]
        if len(ids) == 1 and len(names) == 1:
            return {field.key: ids[0], field.key + PAIR: names[0]}
    if len(positions) > 1:
        own = {heading(name) for name in (field.key, *field.title)}
        positions = [at for at in positions if heading(texts[at]) in own]
    return {field.key: positions[0]} if len(positions) == 1 else {}


def any_filled(rows: Sequence[Row], position: int) -> bool:
    """Whether anything stands in a column."""
    return any(cell != "" and (not isinstance(cell, str) or trimmed(cell)) for cell in (row[position] for row in rows))


def about_headings(
    table: Table, texts: Sequence[str], found: Mapping[str, list[int]], rows: Sequence[Row]
) -> Iterator[Finding]:
    """What is wrong with the headings `texts` of a table; `found` are the positions that carry a name of each field."""
    taken = set(table.places.values())
    known = {at for positions in found.values() for at in positions}
    unknown = {at: text for at, text in enumerate(texts) if at not in known and heading(text) not in _IGNORED}
    for field in table.form.fields:
        if field.required and field.key not in found:
            yield _missing(table, field, list(unknown.values()))
    for key, positions in found.items():
        if key in table.lacking:
            told = "、".join(texts[at] for at in positions)
            yield Finding("column_twice", table.source(positions[1]), key, told)
            continue
        for at in positions:
            if at not in taken and any_filled(rows, at):
                yield Finding("column_spare", table.source(at), key, texts[at])
    yield from _unknown(table, unknown, found)


def _missing(table: Table, field: Field, unknown: Sequence[str]) -> Finding:
    near = closest(heading(field.title.zh), map(heading, unknown))
    written = next((text for text in unknown if heading(text) == near), "")
    suggestion = field.title.zh if written else ""
    return Finding("column_missing", table.source(), field.key, written, field.title.zh, suggestion)


def _unknown(table: Table, unknown: Mapping[int, str], found: Mapping[str, list[int]]) -> Iterator[Finding]:
    for at, text in unknown.items():
        open_ = {heading(name): f.title.zh for f in table.form.fields if f.key not in found for name in f.names}
        near = closest(heading(text), open_)
        yield Finding("column_unknown", table.source(at), value=text, suggestion=open_.get(near, ""))
