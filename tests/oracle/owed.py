"""What is owed, and the matter before the oracle: one obligation, for one month, as the world is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pipeline.language.period import Period
from pipeline.language.policy.obligation import Duty
from pipeline.language.policy.regulation import Regulation
from pipeline.language.policy.select import Rows
from tests.oracle import clock
from tests.oracle.clock import DAY, Window, days, end_of, midnight
from tests.oracle.world import Row, World, holds_all, text

Evidence = tuple[datetime, Row]
Proof = tuple[str, int]  # a form and the number of a row
EVER = date(1900, 1, 1)  # before anything happened


@dataclass
class Owed:
    """One duty on one subject, and what there is to show for it."""

    obligation: str
    subject_kind: str
    subject: str
    client: str
    tier: str
    start: datetime
    end: datetime | None
    due: datetime | None  # None: the clock stands still
    month: str
    required: float
    owner: str = ""
    actual: float = 0
    own: float = 0
    possible: int = 0  # rejected rows that could have counted
    author: str = ""  # who wrote the row that the duty is about
    evidence: set[Proof] = field(default_factory=set)
    unit: str = ""
    answered: date | None = None  # the day whose owner answers for it, if not the due day
    status: str = ""


@dataclass(frozen=True)
class Matter:
    """One obligation of the regulation before the world, for one month."""

    world: World
    regulation: Regulation
    duty: Any
    month: Period
    spent: frozenset[Proof] = frozenset()  # rows that obligations listed before have taken

    @property
    def key(self) -> str:
        return f"{self.month.start:%Y-%m}"

    def in_force(self, day: date) -> bool:
        return bool(self.regulation.in_force_on(day) and self.duty.in_force_on(day))

    def owed_by(self, client: str, tier: str) -> bool:
        duty: Duty = self.duty
        about = self.world.clients.get(client)
        scopes = [scope for scope in (self.regulation.scope, duty.scope) if scope]
        scoped = all(holds_all(scope, about) for scope in scopes) if about else not scopes
        return (duty.tiers is None or tier in duty.tiers) and scoped

    def windows(self) -> Iterator[tuple[Window, str]]:
        """The windows of the month of account, and longer ones that run on, each with its month of account."""
        every = self.duty.every
        found = {clock.window_of(every, day) for day in days((self.month.start, self.month.end))}
        for window in sorted(found):
            account = clock.account(every, window)
            shown = account == self.key or (account > self.key and every != "week")
            works = every != "working_day" or clock.is_working(window[0])
            if shown and works and self.in_force(window[0]):
                yield window, account

    def is_owners(self, row: Row, moment: datetime, by: str | None = None, else_by: str | None = None) -> bool:
        """Whether the row, or what `by` did in it, is the owner's of the day; without an owner, that of `else_by`."""
        owner = self.world.owner_on(text(row.get("client")), self.duty.role, moment.date()) or text(else_by)
        return owner != "" and owner == (by or row["by"])

    def unit_for(self, client: str, day: date) -> str:
        """The unit that answers for a client: its owner's, else its own."""
        owner = self.world.owner_on(client, self.duty.role, day)
        return self.world.unit_of(owner, day) or text(self.world.clients[client]["unit"])

    def evidence(self, rule: Rows, client: str | None = None) -> list[Evidence]:
        """The rows that count, in order of time, without those that another obligation has taken."""
        found = self.world.evidence(rule, self.duty.role, client)
        taken = self.spent if rule is getattr(self.duty, "counts", None) else frozenset()
        return [(moment, row) for moment, row in found if (rule.form, row["number"]) not in taken]

    def counting(self, rule: Rows, client: str | None = None) -> list[Evidence]:
        """The rows that count, in order of time; where a day counts once, the owner's row if there is one."""
        found = self.evidence(rule, client)
        if rule.distinct == "row":
            return found
        owned = [(moment, row) for moment, row in found if self.is_owners(row, moment)]
        return sorted(first_of_each_day(owned + found), key=lambda pair: pair[0])


def on_client(duty: Duty, client: str, tier: str, window: Window, *, account: str, required: float) -> Owed:
    first, end = window
    due = end_of(end - DAY)
    return Owed(duty.id, "client", client, client, tier, midnight(first), midnight(end), due, account, required)


def of_window(evidence: list[Evidence], window: Window) -> list[Evidence]:
    return [(moment, row) for moment, row in evidence if window[0] <= moment.date() < window[1]]


def first_of_each_day(evidence: list[Evidence]) -> list[Evidence]:
    """Of each client's rows of a day the first."""
    seen: dict[tuple[str, date], Evidence] = {}
    for moment, row in evidence:
        seen.setdefault((text(row.get("client")), moment.date()), (moment, row))
    return list(seen.values())


def span(first: datetime, last: datetime) -> Window:
    """From the day of one moment to the day of another, both included."""
    return first.date(), last.date() + DAY
