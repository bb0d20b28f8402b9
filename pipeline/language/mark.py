"""The signs that Tierbook's own words in a logbook bear, so that they are known when it comes back."""

from __future__ import annotations

from typing import Final

BEGIN: Final = "【Tierbook】"  # begins the title of the sheet of what to mend, and every comment
END: Final = "—— Tierbook ——"  # ends every comment; what somebody writes below it is theirs


def without_marks(text: str) -> str:
    """The text without what Tierbook wrote into it."""
    before, begin, rest = text.partition(BEGIN)
    if not begin:
        return text
    return without_marks(before.rstrip("\n") + rest.partition(END)[2])
