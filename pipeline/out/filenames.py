"""Texts as names of files that every system takes."""

from __future__ import annotations

import re
from typing import Final

_SIGNS: Final = re.compile(r'[\\/:*?"<>|\s]+')
_UNSAFE: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED: Final = re.compile(
    r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE
)  # names that Windows keeps for itself
_LONGEST: Final = 60  # characters of a folder's or a person's name


def joined_up(text: str) -> str:
    """The text in one piece, with `_` for blanks and for what no file system takes; a part of a name."""
    return _SIGNS.sub("_", text)


def safe_name(text: str) -> str:
    """The text as a whole name."""
    name = _UNSAFE.sub("_", text).strip(" .")[:_LONGEST].rstrip(" .") or "_"
    return f"_{name}" if _RESERVED.match(name) else name
