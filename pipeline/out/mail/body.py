"""The body of a mail: how the period stands in the first lines, what to do, a chart; readable with images off.

Its tables are plain ones with their styles inlined, as Outlook and QQ Mail draw them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import css_inline

from pipeline.language.wording import Lang, label
from pipeline.out import chart
from pipeline.out.mail.letter import Body
from pipeline.out.report.model import Figure, Report, Section
from pipeline.out.report.show import text, values
from pipeline.out.templates import environment

MOST_ACTS = 10
MOST_KEYS = 4
ACT_COLUMNS = ("client_name", "code", "due_on", "status", "who")


class Key(NamedTuple):
    """A key figure: what it is called, its value, and what it is made of or was before."""

    label: str
    value: str
    beside: str


class Picture(NamedTuple):
    """A chart: its content id, what stands over it, and what it says with images off."""

    name: str
    title: str
    alt: str
    png: bytes


class Acts(NamedTuple):
    """The first lines of what to act on; `more` tells of the rest."""

    title: str
    heads: list[str]
    rows: list[tuple[str, ...]]
    more: str


def render_body(report: Report, lang: Lang, files: Sequence[str], notes: Sequence[str] = ()) -> Body:
    """The body for a report; `files` are the names of the attachments, `notes` stand at the end."""
    pictures = [_picture(section, report, lang) for section in report.sections if section.chart][:1]
    told = {
        "lang": lang,
        "company": report.meta.company,
        "title": report.meta.title.in_(lang),
        "verdict": [words.in_(lang) for words in report.meta.verdict],
        "keys": [_key(figure, lang) for figure in report.figures[:MOST_KEYS]],
        "acts": _acts(report, lang),
        "pictures": pictures,
        "files": files,
        "notes": notes,
        "say": lambda key, **v: label(key, lang, **v),
    }
    templates = environment()
    html = css_inline.inline(templates.get_template("mail/body.html.j2").render(told), keep_style_tags=False)
    plain = templates.overlay(autoescape=False).get_template("mail/body.txt.j2").render(told)
    return Body(html, plain, {picture.name: picture.png for picture in pictures})


def _key(figure: Figure, lang: Lang) -> Key:
    parts = f"{text(figure.numerator, 'count')} / {text(figure.denominator, 'count')}"
    if figure.unit != "share":
        return Key(figure.label.in_(lang), text(figure.value, "amount"), "")
    return Key(figure.label.in_(lang), text(figure.value, "share"), parts)


def _picture(section: Section, report: Report, lang: Lang) -> Picture:
    assert section.chart
    drawn, table = section.chart, report.tables[section.chart.table]
    points = {c.key: c for c in table.columns}
    last = points[drawn.points[-1]]
    shown = values(table, last, lang, slice(1))
    alt = label("mail_chart_alt", lang, title=drawn.title.in_(lang), month=last.title.in_(lang),
                value=text(shown[0] if shown else None, "share"))  # fmt: skip
    return Picture(section.key, drawn.title.in_(lang), alt, chart.png(drawn, table, lang))


def _acts(report: Report, lang: Lang) -> Acts:
    table = report.tables.get("exceptions")
    if table is None or table.rows.empty:
        return Acts("", [], [], "")
    columns = [c for key in ACT_COLUMNS for c in table.columns if c.key == key]
    cells = [[text(v, c.kind) for v in values(table, c, lang, slice(MOST_ACTS))] for c in columns]
    left = len(table.rows) - MOST_ACTS
    more = label("mail_more", lang, count=left) if left > 0 else ""
    return Acts(table.title.in_(lang), [c.title.in_(lang) for c in columns], list(zip(*cells, strict=True)), more)
