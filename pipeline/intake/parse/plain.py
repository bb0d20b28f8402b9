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
_DIGITS = re.compile(r"\+?\d{3,18}")
_BETWEEN_DIGITS = re.compile(r"[-\s()./]")
_EXTENSION = re.compile(r"\s*(?:转|分机|ext\.?|x|(?<=\d{7})-(?=\d{1,5}$))\s*:?\s*(?=\d{1,6}$)", re.IGNORECASE)
_LOCAL = re.compile(r"[2-8]\d{6,7}")  # without the area code
_SHORT = re.compile(r"[48]00\d{7}|9[56]\d{3,6}|1[0-2]\d{1,3}")  # company lines, service numbers, emergency


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
    """The digits of a telephone number, with a leading + kept and an extension behind a hyphen."""
    written = normalize("NFKC", typed(value))
    number, _, extension = _EXTENSION.sub("x", written, count=1).partition("x")
    digits = _BETWEEN_DIGITS.sub("", number)
    if not _DIGITS.fullmatch(digits) or not (_SHORT.fullmatch(digits) or _is_dialled(digits)):
        return Remark("phone_odd", "13800000000", value=typed(value))
    return f"{digits}-{extension}" if extension else digits


def _is_dialled(digits: str) -> bool:
    """A number of any country in full; in China without its area code at least."""
    import phonenumbers  # noqa: PLC0415 its tables take a moment, and only the register has telephone numbers

    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(digits, "CN"))) or bool(_LOCAL.fullmatch(digits))
    except phonenumbers.NumberParseException:
        return False
