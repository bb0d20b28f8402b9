"""What reading a cell may give beside a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Remark(NamedTuple):
    """What is to be said about a cell: a code of the catalogue, what would be right, and what may be meant.

    `value` is what was read all the same; None when nothing could be.
    """

    code: str
    expected: str = ""
    suggestion: str = ""
    value: object = None


class Pending(NamedTuple):
    """A value that its row decides: a day without a year by the logbook's month, a shared name by who hands in.

    `settle` takes the month (`2026-10`) or the submitter (staff id), '' when unknown, and gives a value or a Remark.
    """

    settle: Callable[[str], object]
