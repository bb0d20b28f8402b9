"""Draws a chart of the report as SVG, without a browser and without a network."""

from __future__ import annotations

import math
from typing import Any

import vl_convert

from pipeline.language.wording import Lang
from pipeline.out.report.model import Chart, Table
from pipeline.out.report.show import values

FONT = "Microsoft YaHei, PingFang SC, Noto Sans CJK SC, sans-serif"
LINES = ("#111827", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B8860B")  # after Okabe and Ito
SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down")


def svg(chart: Chart, table: Table, lang: Lang) -> str:
    """The chart as an SVG element; the same chart gives the same text."""
    return str(vl_convert.vegalite_to_svg(_spec(chart, table, lang)))


def png(chart: Chart, table: Table, lang: Lang) -> bytes:
    """The chart as a PNG for mail, twice as fine as it is shown."""
    return bytes(vl_convert.vegalite_to_png(_spec(chart, table, lang) | {"background": "#FFFFFF"}, scale=2))


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
            "view": {"stroke": "#D9D9D9"},
            "legend": {"labelFontSize": 12},
        },
    }
