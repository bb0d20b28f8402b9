"""The head of the first sheet: how the period stands in four large figures, and what the colours below mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.language.wording import Lang, label
from pipeline.out.report.model import BANDS, Figure
from pipeline.out.report.show import band, text

TILES = ("rate", "missed", "unprovable", "clients_served")
COUNTED = ("missed", "unprovable")  # shown as a number rather than as a share
HEIGHTS = (8, 20, 36, 20, 8)  # points: of the name, the figure, its parts, and the room above and under them
Looks = Mapping[str, Format]


def write_tiles(  # noqa: PLR0917  # where, how wide, what, and the looks
    sheet: Worksheet,
    top: int,
    columns: int,
    figures: Sequence[Figure],
    lang: Lang,
    looks: Looks,
    heat: Sequence[Format],
) -> None:
    """Writes the tiles beside each other over this many columns; the rate has the colour and the word of its band."""
    known = {f.id.rpartition("/")[2]: f for f in figures if f.id.startswith("total/")}
    tiles = [(key, known[key]) for key in TILES if key in known]
    places = list(_places(columns, len(tiles)))
    for row, height in enumerate(HEIGHTS, top):
        sheet.set_row(row, height)
    for row, part in enumerate((_name, _figure, _parts), top + 1):
        for (first, last), (key, figure) in zip(places, tiles, strict=True):
            coloured = key == "rate" and figure.value is not None and part is _figure
            look = heat[band(figure.value)] if coloured and figure.value is not None else looks[part.__name__[1:]]
            _write(sheet, row, first, last, part(key, figure, lang), look)


def write_key(sheet: Worksheet, row: int, lang: Lang, look: Format, heat: Sequence[Format]) -> None:
    """Writes beside a heading what each colour of the heat stands for."""
    bounds = [f"{bound:.0%}" for bound in BANDS]
    said = [f"< {bounds[0]}", *(f"{low}–{high}" for low, high in pairwise(bounds)), bounds[-1]]
    sheet.write_string(row, 1, label("report_heat_key", lang), look)
    for column, (words, colour) in enumerate(zip(said, heat, strict=True), 2):
        sheet.write_string(row, column, words, colour)


def _places(columns: int, count: int) -> Iterator[tuple[int, int]]:
    """First and last column of each tile: the first, wide column alone, the others shared out."""
    yield 0, 0
    share, more = divmod(columns - 1, max(count - 1, 1))
    begin = 1
    for tile in range(count - 1):
        end = begin + share + (tile < more)
        yield begin, end - 1
        begin = end


def _write(  # noqa: PLR0917  # as xlsxwriter's own
    sheet: Worksheet, row: int, first: int, last: int, value: str | float, look: Format
) -> None:
    if first == last:
        sheet.write(row, first, value, look)
    else:
        sheet.merge_range(row, first, row, last, value, look)


def _name(key: str, figure: Figure, lang: Lang) -> str:
    name = label(f"report_tile_{key}", lang)
    if key != "rate":
        return name
    standing = "none" if figure.value is None else band(figure.value)
    return f"{name} · {label(f'report_standing_{standing}', lang)}"


def _figure(key: str, figure: Figure, _: Lang) -> str:
    return text(figure.numerator, "count") if key in COUNTED else text(figure.value, "share")


def _parts(key: str, figure: Figure, lang: Lang) -> str:
    parts = label("report_tile_of", lang, part=text(figure.numerator, "count"), whole=text(figure.denominator, "count"))
    parts = text(figure.value, "share") if key in COUNTED else parts
    if figure.previous is None:
        return parts
    return label("report_tile_before", lang, parts=parts, previous=text(figure.previous, "share"))
