"""Characters that nobody sees: they steer terminals, turn the end of a name around, and break the files we write.

A sign takes their place as soon as a text is read, so that nobody behind has to think of them.
"""

from __future__ import annotations

import os
import re
from typing import Any

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")  # all but white space
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_SIGNS = 0x2400  # the block of Unicode that has a sign for each of the first 32 characters


def legible(text: str) -> str:
    """The text with `␛` in the place of an ESC, and so on."""
    return _UNSEEN.sub(_sign, text)


def legible_column(column: tuple[Any, ...]) -> tuple[Any, ...]:
    """The cells of a column with all their texts legible."""
    changed = {cell: legible(cell) for cell in set(column) if isinstance(cell, str) and _UNSEEN.search(cell)}
    return tuple(changed.get(cell, cell) for cell in column) if changed else column


def legible_path(path: str) -> str:
    r"""A path of the file system, with `\x1b` in the place of an ESC, and of bytes that are no UTF-8 (a GBK name)."""
    known = os.fsencode(path).decode("utf-8", "backslashreplace")
    return _STEERING.sub(lambda match: match[0].encode("unicode_escape").decode(), known)


def _sign(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(_SIGNS + code) if code < 0x20 else "\u2421" if code == 0x7F else "\ufffd"
