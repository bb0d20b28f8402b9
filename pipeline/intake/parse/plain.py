"""Texts, identifiers, numbers, yes and no, telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from unicodedata import normalize

from pipeline.intake.forms import Field
from pipeline.intake.parse.remark import Remark
from pipeline.intake.parse.text import squeezed, tidy, typed

YES = {"是", "yes", "y", "1", "true", "√", "✓", "✔", "对", "满意", "属实", "有效", "是的", "t"}
NO = {"否", "no", "n", "0", "false", "×", "✗", "✘", "x", "不", "没有", "不满意", "不属实", "无效", "不是", "f"}

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NUMBER = re.compile(r"(?:约|大约)?([-+]?(?:\d{1,15}(?:\.\d{0,9})?|\.\d{1,9})) ?(.*)")
_PHONE = re.compile(r"\+?\d{5,18}")


def read_text(value: object) -> str:
    """Text as typed; numbers and dates as Excel shows them."""
    return value if isinstance(value, str) else typed(value)


def read_code(value: object) -> str:
    """An identifier: half width, without white space; the number 123 is '123'."""
    return "".join(normalize("NFKC", typed(value)).split())


def number_reader(field: Field) -> Callable[[object], object]:
    """Reads a number, with one of the field's units behind it at most."""
    units = {squeezed(unit): factor for unit, factor in field.units.items()}
    whole = field.type == "integer"
    expected = "30" if whole else "30.5"

    def read(value: object) -> object:
        match = _NUMBER.fullmatch(_THOUSANDS.sub("", tidy(typed(value))))
        factor = units.get(squeezed(match[2]), None if match[2] else 1) if match else None
        if match is None or factor is None:
            return Remark("number_unreadable", expected)
        number = float(match[1]) * factor
        if not whole:
            return number
        return int(number) if number.is_integer() else Remark("number_not_whole", expected)

    return read


def read_yes_no(value: object) -> bool | Remark:
    """Yes or no."""
    word = squeezed(typed(value))
    if word in YES or word in NO:
        return word in YES
    return Remark("yes_no_unreadable", "是 / 否")


def read_phone(value: object) -> str | Remark:
    """The digits of a telephone number, with a leading + kept."""
    text = re.sub(r"[-\s()（）转]", "", normalize("NFKC", typed(value)))
    return text if _PHONE.fullmatch(text) else Remark("phone_odd", "13800000000", value=typed(value))
