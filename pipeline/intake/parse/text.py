"""Cells as text, and text in the one spelling that reading starts from."""

from __future__ import annotations

import re
from datetime import datetime, time
from functools import lru_cache
from unicodedata import normalize

_EDGES = "".join(chr(c) for c in range(0x3001) if chr(c).isspace()) + "\u200b\u200c\u200d\u2060\ufeff"
_SPACES = re.compile(r"\s+")
_NUMERALS = re.compile("[〇零○一二三四五六七八九十两]+")
_DIGITS = {
    "〇": 0,
    "零": 0,
    "○": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_EXACT = 2**53  # up to here every whole number is a float of its own


def typed(value: object) -> str:
    """A cell as its writer sees it: 123.0 is `123`, dates are `2026-10-09`, moments `2026-10-09 09:30`."""
    if isinstance(value, str):
        return trimmed(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return _of_clock(value) if isinstance(value, datetime | time) else str(value)


def _of_clock(value: datetime | time) -> str:
    pattern = "%Y-%m-%d %H:%M" if isinstance(value, datetime) else "%H:%M"
    return value.strftime(pattern + ":%S" if value.second else pattern)


def trimmed(text: str) -> str:
    """Text without white space, of any width, and invisible characters around it."""
    return text.strip(_EDGES)


@lru_cache(maxsize=100_000)
def squeezed(text: str) -> str:
    """The text for comparing names: half width, lower case, without white space."""
    return _SPACES.sub("", normalize("NFKC", trimmed(text))).casefold()


def tidy(text: str) -> str:
    """Half width, lower case, single spaces, and digits in the place of Chinese numerals."""
    plain = _SPACES.sub(" ", normalize("NFKC", trimmed(text))).casefold()
    return _NUMERALS.sub(lambda match: _number(match[0]), plain)


def _number(numerals: str) -> str:
    """`十五` is 15, `二〇二六` is 2026."""
    tens, ten, ones = numerals.partition("十")
    if not ten or "十" in ones or len(tens) > 1 or len(ones) > 1:
        return "".join(str(_DIGITS.get(n, 10)) for n in numerals)
    return str(_DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0))
