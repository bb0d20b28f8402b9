"""The lines about one client: which days are free for them, who writes them, and what they say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

from pipeline.sample.plan import Key, Plan, same_week
from pipeline.sample.rules import ALL_TOPICS, RULES, Contact, working_days, working_days_later
from pipeline.sample.world import FIRST_DAY, LAST_DAY, Client, World, days, pick, words

Span = tuple[date, date]
MINUTES = {"phone": (3, 25), "visit": (30, 120), "meeting": (30, 90)}


@dataclass
class Diary:
    """The lines about one client; `plan` is shared by all and corrected where it cannot come true."""

    rng: np.random.Generator
    world: World
    plan: Plan
    client: Client
    silent: list[Span]
    rows: list[Contact] = field(default_factory=list)

    def planned(self, obligation: str) -> Iterable[tuple[Key, int]]:
        """The planned duties of an obligation, oldest first."""
        for first, _ in RULES[obligation].windows():
            key = (obligation, self.client.client, first)
            if key in self.plan:
                yield key, self.plan[key]

    def last_of(self, obligation: str, first: date) -> date:
        """The last day of the obligation's window that begins on `first`."""
        return dict(RULES[obligation].windows())[first]

    def place(self, key: Key, wanted: int, role: str, channels: Sequence[str], purpose: str) -> None:
        """Writes `wanted` lines on different days of the duty's window, or as many as there are days for."""
        find = self.open_days if role == "salesperson" else self.free
        found = find(key[2], self.last_of(key[0], key[2]))
        chosen = self.rng.permutation(len(found))[:wanted]
        for at in sorted(chosen):
            self.add(found[at], role, pick(self.rng, channels), purpose)
        self.plan[key] = min(self.plan[key], len(chosen))

    def free(self, first: date, last: date, rest: bool = False) -> list[date]:
        """The days from `first` to `last` on which the client can be reached; days off only if `rest`."""
        first, last = max(first, FIRST_DAY, self.client.joined), min(last, LAST_DAY, self.client.left or LAST_DAY)
        span = [] if last < first else days(first, last) if rest else working_days(first, last)
        return [d for d in span if not any(a <= d <= b for a, b in self.silent)]

    def open(self, day: date) -> bool:
        """Whether the salesperson may be in touch in the week of the day without spoiling the plan."""
        return self.plan.get(("weekly_contact", self.client.client, same_week(day)), 1) > 0

    def open_days(self, first: date, last: date) -> list[date]:
        """The free days in weeks that are open."""
        return [d for d in self.free(first, last) if self.open(d)]

    def served(self, day: date) -> bool:
        """Whether the tier on the day is one with weekly duties."""
        return self.client.tier(day) in RULES["weekly_contact"].required

    def role(self, row: Contact) -> str:
        """The role of whoever wrote the line."""
        return self.world.people[row.staff].role

    def sold(self, first: date, last: date) -> list[Contact]:
        """The salespeople's lines of these days."""
        return [r for r in self.rows if first <= r.day <= last and self.role(r) == "salesperson"]

    def add(self, day: date, role: str, channel: str, purpose: str, outcome: str = "connected") -> None:
        """One more line, with a time that the client has no other line at."""
        talk = words()["content"]
        content = pick(self.rng, talk["attempted" if outcome == "attempted" else purpose])
        row = Contact(day, self.minute(day), self.client.client, channel, purpose, outcome, self.by(role, day), content)
        if channel in MINUTES and outcome == "connected":
            row = replace(row, minutes=int(self.rng.integers(*MINUTES[channel])))
        if purpose == "return_visit":
            row = self.return_visit(row)
        self.rows.append(replace(row, recorded_on=self.recorded(row), follow_up=self.follow_up(row)))

    def by(self, role: str, day: date) -> str:
        """The owner on the day; now and then a colleague of the same unit stands in."""
        owner = self.client.owner(role, day)
        if role == "salesperson" and self.rng.random() < 0.03:
            unit = self.world.people[owner].unit
            colleagues = [p.staff for p in self.world.named(role) if p.unit == unit and present(p.start, p.end, day)]
            return str(pick(self.rng, colleagues))
        return owner

    def minute(self, day: date) -> int | None:
        """A time in working hours that is still free; none on some days, as people leave it out."""
        taken = {r.minute for r in self.rows if r.day == day}
        if None not in taken and self.rng.random() < 0.06:
            return None
        free = [m for m in [*range(9 * 60, 12 * 60, 5), *range(13 * 60 + 30, 18 * 60, 5)] if m not in taken]
        return int(pick(self.rng, free))

    def return_visit(self, row: Contact) -> Contact:
        """The line as a return visit; what was said is not always written down, and some leave a subject out."""
        content = pick(self.rng, words()["content"]["return_visit"]) if self.rng.random() < 0.95 else ""
        topics = ALL_TOPICS if self.rng.random() < 0.88 else ALL_TOPICS[: int(self.rng.integers(1, 4))]
        return replace(row, purpose="return_visit", content=content, topics=topics)

    def recorded(self, row: Contact) -> date | None:
        """When it was entered: mostly at once; changes of client data sometimes late or never."""
        late = [0] * 14 + [1, 1, 2, 3] + ([4, 7, 9, None] if row.purpose == "file_update" else [None])
        delay = pick(self.rng, late)
        return None if delay is None else working_days_later(row.day, delay)

    def follow_up(self, row: Contact) -> str:
        """What is to be done next, on a few lines."""
        if row.outcome != "connected" or row.purpose == "push" or self.rng.random() > 0.08:
            return ""
        return f"{row.day + timedelta(days=7):%m月%d日}前回复"


def present(start: date, end: date | None, day: date) -> bool:
    """Whether a member of staff is there on the day."""
    return start <= day and (end is None or day <= end)
