"""Moments as numbers, and what holds at a moment, for whole columns at once.

Moments are seconds since 1970, the integers inside datetime64[s]; things are codes from 0, -1 for none. A search for
a thing at a moment is then a search for one number in a sorted column.
"""

from __future__ import annotations

from datetime import date
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]
T = TypeVar("T", np.int64, np.bool_)

NAT = int(np.iinfo(np.int64).min)  # the integer inside NaT
DAY = 86_400
_BITS = 34
LATEST = 2 ** (_BITS - 1) - 1  # in 2242, beyond every calendar
EARLIEST = -LATEST
NOTHING: Numbers = np.empty(0, dtype=np.int64)


def seconds(moments: ArrayLike) -> Numbers:
    """The moments as seconds; `NAT` for NaT."""
    return np.asarray(moments, dtype="datetime64[s]").astype(np.int64)


def moments(numbers: Numbers) -> NDArray[np.datetime64]:
    """Seconds as moments."""
    return numbers.astype("datetime64[s]")


def midnight(day: date) -> int:
    """The moment at which the day begins."""
    return (day - date(1970, 1, 1)).days * DAY


def day_of(numbers: Numbers) -> Numbers:
    """The midnight at which the day of each moment begins."""
    return np.where(numbers == NAT, NAT, numbers // DAY * DAY)


def codes(names: pd.Index, values: pd.Series) -> Numbers:
    """The position of each value in `names`, -1 for one that is missing or not in it."""
    found, unique = pd.factorize(values)
    return pick(names.get_indexer(pd.Index(unique)).astype(np.int64), found.astype(np.int64), -1)


def place(key: Numbers, moment: Numbers | int) -> Numbers:
    """One number for a thing and a moment, sorted by the thing first."""
    both: Numbers = (key << _BITS) + np.clip(moment, EARLIEST, LATEST)
    return both


def pick(values: NDArray[T], which: Numbers, none: T | int) -> NDArray[T]:
    """The values at the places `which`; `none` for -1 and for a place after the last."""
    picked: NDArray[T] = np.append(values, np.array([none], values.dtype))[np.minimum(which, len(values))]
    return picked


def spread(first: Numbers, count: Numbers) -> tuple[Numbers, Numbers]:
    """For runs of `count` positions from `first`: which run each position is of, and the positions."""
    which = np.repeat(np.arange(len(count)), count)
    begin = np.cumsum(count) - count
    return which, np.arange(len(which)) - begin[which] + first[which]


class Spans:
    """Half-open spans of time, each of a thing and with a value; NaT as a start or end means without one."""

    def __init__(self, key: Numbers, start: Numbers, end: Numbers, value: Numbers) -> None:
        start = np.where(start == NAT, EARLIEST, start)
        end = np.where(end == NAT, LATEST, end)
        order = np.lexsort((start, key))
        order = order[(key >= 0)[order]]
        self.start, self.end, self.value = start[order], end[order], value[order]
        self._keys, self._rank = np.unique(key[order], return_inverse=True)
        self._place = place(self._rank, self.start)

    def find(self, key: Numbers, moment: Numbers) -> Numbers:
        """The position of the span that holds for each thing at the moment, -1 for none.

        Where spans of a thing overlap it is the one that began last.
        """
        if not len(self._keys):
            return np.full(len(key), -1)
        rank, known = self._ranks(key)
        known = known & (moment != NAT)
        position = np.searchsorted(self._place, place(rank, moment), side="right") - 1
        while True:
            of_key = known & (position >= 0) & (self._rank[position] == rank)
            over = of_key & (self.end[position] <= moment)
            if not over.any():
                return np.where(of_key, position, -1)
            position = position - over

    def at(self, key: Numbers, moment: Numbers) -> Numbers:
        """The value that holds for each thing at the moment, -1 for none."""
        return pick(self.value, self.find(key, moment), -1)

    def since(self, key: Numbers, moment: Numbers) -> Numbers:
        """Since when some span or other holds for each thing at the moment without a break, `EARLIEST` for none."""
        reached = np.maximum.accumulate(place(self._rank, self.end))
        apart = np.append(True, self._place[1:] > reached[:-1])[: len(self.start)]
        first = np.maximum.accumulate(np.where(apart, np.arange(len(apart)), 0))
        return pick(self.start[first], self.find(key, moment), EARLIEST)

    def throughout(self, start: int, end: int) -> Numbers:
        """The things for which some span or other holds from `start` to `end` without a break, sorted."""
        last = np.full(len(self._keys), end - 1)
        return self._keys[self.holds(self._keys, last) & (self.since(self._keys, last) <= start)]

    def holds(self, key: Numbers, moment: Numbers) -> Flags:
        """Whether any span holds for the thing at the moment."""
        return self.find(key, moment) >= 0

    def within(self, key: Numbers, first: Numbers, last: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Every span that reaches into the time from `first` to `last` (inclusive) of each thing.

        Gives for each: which of `key`, the span's value, and the first and last moment they share.
        """
        rank, known = self._ranks(key)
        begin = np.searchsorted(self._rank, rank, side="left")
        count = np.searchsorted(self._rank, rank, side="right") - begin
        which, position = spread(begin, np.where(known, count, 0))
        first = np.maximum(first[which], self.start[position])
        last = np.minimum(last[which], self.end[position] - 1)
        shared = first <= last
        return which[shared], self.value[position[shared]], first[shared], last[shared]

    def _ranks(self, key: Numbers) -> tuple[Numbers, Flags]:
        if not len(self._keys):
            return np.zeros(len(key), dtype=np.int64), np.zeros(len(key), dtype=np.bool_)
        rank = np.minimum(np.searchsorted(self._keys, key), len(self._keys) - 1)
        return rank, self._keys[rank] == key
