"""The many ways in which people write one and the same day, time or client.

Each is a function from the plain value to what stands in the cell: a text, a number, or a real date or time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, cast

from pipeline.intake.forms import Field
from pipeline.language.wording import Lang, label
from pipeline.sample.world import Client

Cell = str | int | float | bool | date | datetime | time | None

_EXCEL_ZERO = date(1899, 12, 30)
_FULL_WIDTH = str.maketrans("0123456789-:. ", "０１２３４５６７８９－：．　")


def full_width(text: str) -> str:
    """Digits and signs as a Chinese input method leaves them."""
    return text.translate(_FULL_WIDTH)


def serial(day: date) -> int:
    """The day's Excel serial number."""
    return (day - _EXCEL_ZERO).days


DAYS: dict[str, Callable[[date], Cell]] = {
    "date": lambda day: day,
    "dashes": lambda day: f"{day.year}-{day.month}-{day.day}",
    "dots": lambda day: f"{day.year}.{day.month}.{day.day}",
    "slashes": lambda day: f"{day.year}/{day.month}/{day.day}",
    "chinese": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "no_year": lambda day: f"{day.month}月{day.day}日",
    "serial": serial,
    "text_serial": lambda day: str(serial(day)),
    "full_width": lambda day: full_width(f"{day.year}-{day.month}-{day.day}"),
    "spaced": lambda day: f" {day.year}-{day.month:02d}-{day.day:02d} ",
}


def _chinese_time(minute: int) -> str:
    hour, rest = divmod(minute, 60)
    return f"{hour}点" + ("半" if rest == 30 else f"{rest}分" if rest else "")


def _half_day(minute: int) -> str:
    hour, rest = divmod(minute, 60)
    return f"上午{hour}:{rest:02d}" if hour < 12 else f"下午{hour - 12 if hour > 12 else 12}:{rest:02d}"


def _half_day_chinese(minute: int) -> str:
    hour, rest = divmod(minute, 60)
    minutes = f"{rest}分" if rest else ""
    return f"上午{hour}点{minutes}" if hour < 12 else f"下午{hour - 12 if hour > 12 else 12}点{minutes}"


TIMES: dict[str, Callable[[int], Cell]] = {
    "time": lambda minute: time(*divmod(minute, 60)),
    "colon": lambda minute: f"{minute // 60}:{minute % 60:02d}",
    "chinese": _chinese_time,
    "half_day": _half_day,
    "half_day_chinese": _half_day_chinese,
    "fraction": lambda minute: minute / 1440,
    "full_width": lambda minute: full_width(f"{minute // 60}:{minute % 60:02d}"),
}

CLIENTS: dict[str, Callable[[Client], Cell]] = {
    "id": lambda client: client.client,
    "name": lambda client: client.name,
    "short": lambda client: client.short,
    "spaced": lambda client: f" {client.name}　",
    "full_width_id": lambda client: full_width(client.client),
}

MOMENTS: dict[str, Callable[[datetime], Cell]] = {
    "date": lambda moment: moment,
    "dashes": lambda moment: f"{moment.year}-{moment.month}-{moment.day} {moment.hour}:{moment:%M}",
    "dots": lambda moment: f"{moment.year}.{moment.month}.{moment.day} {_chinese_time(_minute(moment))}",
    "chinese": lambda moment: f"{moment.year}年{moment.month}月{moment.day}日 {_half_day(_minute(moment))}",
    "no_year": lambda moment: f"{moment.month}月{moment.day}日{_half_day_chinese(_minute(moment))}",
    "serial": lambda moment: serial(moment.date()) + _minute(moment) / 1440,
}


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def periods(period: str) -> list[str]:
    """Ways to write `2026-10`, `2026-Q3` or `2026`."""
    year, _, part = period.partition("-")
    if part.startswith("Q"):
        numeral = "一二三四"[int(part[1]) - 1]
        return [f"{year}年{numeral}季度", f"{year}Q{part[1]}", f"{year}年第{part[1]}季度"]
    if part:
        return [f"{year}年{int(part)}月", f"{year}/{part}", f"{year}年{int(part)}月份", full_width(period)]
    return [f"{year}年", f"{year}年度"]


def chosen(field: Field, value: Any, lang: Lang) -> Cell:
    """What stands in the cell: titles for keys of choices, a word for yes or no, all else as it is."""
    match field.type:
        case "choice":
            return field.choices[value].title.in_(lang)
        case "choices":
            return "、".join(field.choices[key].title.in_(lang) for key in value)
        case "yesno":
            return label("logbook_yes" if value else "logbook_no", lang)
    return cast(Cell, value)
