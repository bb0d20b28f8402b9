"""Draws a chart of the report as SVG, without a browser and without a network."""

from __future__ import annotations

import math
from typing import Any

import vl_convert

from pipeline.language.wording import Lang, label
from pipeline.out.report.model import Chart, Table
from pipeline.out.report.show import text, values

FONT = "Microsoft YaHei, PingFang SC, Noto Sans CJK SC, sans-serif"
INK, GRID = "#111827", "#D9D9D9"
LINES = (INK, "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B8860B")  # after Okabe and Ito
SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down")


def svg(chart: Chart, table: Table, lang: Lang) -> str:
    """The chart as an SVG element in the colour of the text around it; the same chart gives the same text.

    It is hidden from screen readers: what stands around it tells them its `alternative`.
    """
    drawn = str(vl_convert.vegalite_to_svg(_spec(chart, table, lang)))
    drawn = drawn.replace("<svg ", '<svg aria-hidden="true" ', 1)
    return drawn.replace(f'"{INK}"', '"currentColor"').replace(f'"{GRID}"', '"currentColor" stroke-opacity="0.2"')


def alternative(chart: Chart, table: Table, lang: Lang) -> str:
    """The chart in words, for those who do not see it: its title and where every line ends."""
    columns = {c.key: c for c in table.columns}
    last, lines = columns[chart.points[-1]], slice(chart.lines)
    ends = zip(values(table, columns[chart.label], lang, lines), values(table, last, lang, lines), strict=True)
    said = [label("report_page_chart_value", lang, name=name, value=text(end, last.kind) or "—") for name, end in ends]
    joined = ("，" if lang == "zh" else ", ").join(said)
    title = chart.title.in_(lang)
    return label("report_page_chart_alt", lang, title=title, month=last.title.in_(lang), values=joined)


def png(chart: Chart, table: Table, lang: Lang) -> bytes:
    """The chart as a PNG for mail, twice as fine as it is shown; as wide as a mail, or its words would be too small."""
    spec = _spec(chart, table, lang) | {"background": "#FFFFFF", "width": 490, "height": 220}
    return bytes(vl_convert.vegalite_to_png(spec, scale=2))


def _spec(chart: Chart, table: Table, lang: Lang) -> dict[str, Any]:
    """The chart in Vega-Lite: https://vega.github.io/vega-lite/docs/"""
    columns = {c.key: c for c in table.columns}
    names = values(table, columns[chart.label], lang, slice(chart.lines))
    titles = [columns[p].title.in_(lang) for p in chart.points]
    shares = table.rows[list(chart.points)].head(chart.lines).to_numpy().tolist()
    drawn = [
        {"name": name, "month": month, "share": None if math.isnan(share) else share}
        for name, row in zip(names, shares, strict=True)
        for month, share in zip(titles, row, strict=True)
    ]
    look = {"field": "name", "sort": None, "title": None}
    scale = {"domain": names}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 720,
        "height": 280,
        "data": {"values": drawn},
        "mark": {"type": "line", "point": {"size": 60, "filled": True}},
        "encoding": {
            "x": {
                "field": "month",
                "type": "ordinal",
                "title": None,
                "axis": {"labelAngle": 0},
                "scale": {"padding": 0.3},
            },
            "y": {
                "field": "share",
                "type": "quantitative",
                "title": None,
                "axis": {"format": ".0%"},
                "scale": {"domain": [chart.floor, 1]},
            },
            "strokeWidth": {"condition": {"test": {"field": "name", "equal": names[0]}, "value": 3.5}, "value": 1.75},
            "color": look | {"type": "nominal", "scale": scale | {"range": list(LINES)}},
            "shape": look | {"type": "nominal", "scale": scale | {"range": list(SHAPES)}},
        },
        "config": {
            "font": FONT,
            "background": "transparent",
            "view": {"stroke": GRID},
            "axis": {"labelColor": INK, "gridColor": GRID, "tickColor": GRID, "domainColor": GRID, "labelFontSize": 12},
            "legend": {"labelFontSize": 12, "labelColor": INK},
        },
    }
