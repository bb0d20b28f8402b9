"""Times of the day as people write them."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from pipeline.intake.parse.remark import Remark
from pipeline.intake.parse.text import tidy

EXPECTED = "09:30"

_DAY = 86_400
_MORNING = {"上午", "早上", "早晨", "清晨", "凌晨", "早", "am"}
_NOON = {"中午"}
_AFTERNOON = {"下午", "午后", "傍晚", "晚上", "夜里", "晚", "pm"}
_HALF = "|".join(sorted(_MORNING | _NOON | _AFTERNOON, key=len, reverse=True))
_CLOCK = re.compile(
    rf"(?P<half>{_HALF})? ?(?P<hour>\d{{1,2}}) ?(?:"
    r"[:：] ?(?P<minute>\d{1,2})(?: ?: ?(?P<second>\d{1,2})(?:\.\d+)?)?"
    r"|[点时](?:钟|整)?(?: ?(?P<part>半|[123]刻)| ?(?P<minutes>\d{1,2})分?(?: ?(?P<seconds>\d{1,2})秒)?)?"
    r"|\.(?P<decimal>\d\d)"
    rf"|(?=(?:am|pm)$)) ?(?P<after>{_HALF})?"
)
_DIGITS = re.compile(r"(\d{1,2})(\d\d)")
_ABOUT = re.compile("左右|大约|大概|约|许|前后")
_RANGE = re.compile(" ?[-~至到—–] ?")
_UNREADABLE = Remark("time_unreadable", EXPECTED)


def read_time(value: object) -> object:
    """A time of day: minutes after midnight, or a Remark."""
    seconds = read_clock(value)
    if isinstance(seconds, Remark):
        return seconds if seconds.value is None else seconds._replace(value=int(seconds.value) // 60)  # type: ignore[call-overload]
    return seconds // 60


def read_clock(value: object) -> int | Remark:
    """Seconds after midnight, or a Remark."""
    match value:
        case time():
            return value.hour * 3600 + value.minute * 60 + value.second
        case datetime():
            return read_clock(value.time())
        case timedelta():
            return _inside(round(value.total_seconds()))
        case bool():
            return _UNREADABLE
        case int() | float():
            return _of_number(float(value))
    return _of_text(_ABOUT.sub("", tidy(str(value)).replace("a.m.", "am").replace("p.m.", "pm")).strip())


def _inside(seconds: int) -> int | Remark:
    return seconds if 0 <= seconds < _DAY else _UNREADABLE


def _of_number(value: float) -> int | Remark:
    """A fraction of a day, `930`, `9` or `9.45`; 9.3 may be 9:30 or nine hours and a bit and is not guessed at."""
    if 0 <= value < 1:
        return _inside(round(value * 1440) * 60)
    if value.is_integer():
        return _of_text(str(int(value))) if value >= 100 else _interpreted(_clock(int(value), 0, 0))
    hour, _, decimals = repr(value).partition(".")
    if len(decimals) == 2 and hour.isdecimal():
        return _interpreted(_clock(int(hour), int(decimals), 0))
    if 20_000 < value < 110_000:  # a moment: its day stands in another column
        return _inside(round(value % 1 * 1440) * 60)
    suggestion = f"{hour}:{decimals}0" if hour.isdecimal() and decimals == "3" else ""
    return _UNREADABLE._replace(suggestion=suggestion)


def _of_text(text: str) -> int | Remark:
    if match := _CLOCK.fullmatch(text):
        return _of_match(match)
    if match := _DIGITS.fullmatch(text):
        return _interpreted(_clock(int(match[1]), int(match[2]), 0))
    if re.fullmatch(r"0?\.\d+", text):
        return _of_number(float(text))
    return _range(text)


def _range(text: str) -> int | Remark:
    """The beginning of `9:30-10:00`."""
    first, *more = _RANGE.split(text, maxsplit=1)
    begins, ends = _CLOCK.fullmatch(first), _CLOCK.fullmatch(more[0]) if more else None
    if begins is None or ends is None:
        return _UNREADABLE
    start = _of_match(begins)
    return start if isinstance(start, Remark) else Remark("time_range", EXPECTED, _shown(start), start)


def _of_match(match: re.Match[str]) -> int | Remark:
    minutes = match["minute"] or match["minutes"] or match["decimal"]
    part = match["part"]
    minute = int(minutes) if minutes else {"半": 30, "1刻": 15, "2刻": 30, "3刻": 45}.get(part, 0)
    hour = _hour(int(match["hour"]), match["half"] or match["after"] or "")
    return _clock(hour, minute, int(match["second"] or match["seconds"] or 0))


def _hour(hour: int, half: str) -> int:
    """The hour on the 24-hour clock; -1 when the half of the day contradicts it."""
    if half in _MORNING:
        return -1 if hour > 12 else hour if hour < 12 or half == "上午" else 0
    if half in _NOON:
        return hour + 12 if hour < 3 else hour
    return hour + 12 if half in _AFTERNOON and hour < 12 else hour


def _clock(hour: int, minute: int, second: int) -> int | Remark:
    if 0 <= hour < 24 and minute < 60 and second < 60:
        return hour * 3600 + minute * 60 + second
    return _UNREADABLE


def _interpreted(seconds: int | Remark) -> int | Remark:
    """A time that is understood but not written as one."""
    return seconds if isinstance(seconds, Remark) else Remark("time_interpreted", EXPECTED, _shown(seconds), seconds)


def _shown(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
