"""How many lines count towards each duty to a client, and which could have counted had they been readable."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from pipeline.sample.cases import Case, Submission
from pipeline.sample.plan import Key
from pipeline.sample.rules import RULES, Contact, month_end
from pipeline.sample.world import World, days

POSSIBLE: dict[str, tuple[Any, ...]] = {  # what could have stood in a cell, as far as it matters
    "outcome": ("connected",),
    "channel": ("visit", "phone", "wechat", "sms", "other"),
}


@dataclass(frozen=True)
class Books:
    """All lines of all logbooks, and what the mess did to some contacts."""

    contacts: tuple[Contact, ...]
    cases: tuple[Case, ...]
    submissions: tuple[Submission, ...]
    lost: frozenset[Contact] = frozenset()  # in a workbook that cannot be read
    faults: Mapping[Contact, str] = field(default_factory=dict)  # lines with a cell that cannot be read, and its field


def tally(world: World, rows: Iterable[Contact]) -> dict[Key, int]:
    """How many of the lines count towards each duty to a client."""
    role = {p.staff: p.role for p in world.staff}
    counted: dict[Key, set[object]] = defaultdict(set)
    for at, row in enumerate(rows):
        for rule in RULES.values():
            if row.outcome == "connected" and rule.role in ("", role[row.staff]) and rule.counts(row):
                for first in _windows_by_day(rule.obligation).get(row.day, ()):
                    counted[rule.obligation, row.client, first].add(row.day if rule.once_a_day else at)
    return {key: len(found) for key, found in counted.items()}


@cache
def _windows_by_day(obligation: str) -> dict[date, list[date]]:
    found: dict[date, list[date]] = defaultdict(list)
    for first, last in RULES[obligation].windows():
        for n in range((last - first).days + 1):
            found[first + timedelta(days=n)].append(first)
    return found


def could_count(world: World, kept: Mapping[tuple[str, date], list[Contact]], row: Contact, fault: str) -> set[Key]:
    """The duties that the line could have counted for, whatever stood in the cell that cannot be read.

    `kept` are the lines that count, by client and day.
    """
    found: set[Key] = set()
    for guess in _guesses(world, row, fault):
        beside = kept.get((guess.client, guess.day), [])
        before, after = tally(world, beside), tally(world, [*beside, guess])
        found |= {key for key, count in after.items() if count > before.get(key, 0)}
    return found


def _guesses(world: World, row: Contact, fault: str) -> Iterator[Contact]:
    """The line with everything that could have stood in the cell; a client can be any of the writer's own."""
    if fault == "date":
        first = row.day.replace(day=1)
        yield from (replace(row, day=day) for day in days(first, month_end(first)))
    elif fault == "client":
        mine = (c for c in world.clients if any(s.value == row.staff and s.holds(row.day) for s in c.owners))
        yield from (replace(row, client=client.client) for client in mine)
    else:
        yield from (replace(row, **{fault: value}) for value in POSSIBLE[fault])
