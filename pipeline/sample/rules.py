"""What the equity-listing regulation asks for, once more and in plain words.

The sample's truth must not lean on the code it is there to check, so the calendar of the five months, the windows
and what counts in them are written out here, straight from the articles and the State Council's notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from pipeline.sample.world import FIRST_DAY, LAST_DAY, Client, days

DAYS_OFF = {
    date(2026, 6, 19),
    date(2026, 9, 25),
    *days(date(2026, 10, 1), date(2026, 10, 7)),
    date(2026, 8, 7),  # the company's own, see calendar.yaml
}
WORKED_WEEKENDS = {date(2026, 8, 15), date(2026, 9, 20), date(2026, 10, 10)}
FESTIVALS = {  # day and last day off
    "dragon_boat": (date(2026, 6, 19), date(2026, 6, 21)),
    "mid_autumn": (date(2026, 9, 25), date(2026, 9, 27)),
    "national_day": (date(2026, 10, 1), date(2026, 10, 7)),
}
SERVED = {"strategic": 1, "key": 1, "general": 1}  # tierbook.yaml leaves prospects out of the weekly duties
EVERYONE = {**SERVED, "reserve": 1}
PARTNERS = {"strategic": 1}
ALL_TOPICS = ("opinions", "satisfaction", "news", "needs")


@dataclass(frozen=True)
class Contact:
    """A line of a contact log."""

    day: date
    minute: int | None
    client: str
    channel: str
    purpose: str
    outcome: str
    staff: str
    content: str = ""
    topics: tuple[str, ...] = ()
    minutes: int | None = None
    follow_up: str = ""
    recorded_on: date | None = None


@dataclass(frozen=True)
class Rule:
    """So many contacts of a kind are owed to a client of a tier in every window; `role` '' counts anyone's."""

    obligation: str
    role: str
    every: str
    required: dict[str, int]
    counts: Callable[[Contact], bool]
    once_a_day: bool = False
    festivals: tuple[str, ...] = field(default=())
    lead: int = 0

    def windows(self) -> list[tuple[date, date]]:
        """First and last day of each window that is judged in the five months, oldest first."""
        if self.every == "festival":
            named = (FESTIVALS[f] for f in self.festivals)
            return [(day - timedelta(days=self.lead), last) for day, last in named]
        return WINDOWS[self.every]

    def owed(self, client: Client) -> Iterator[tuple[date, date, int]]:
        """The windows in which it is owed to the client, with how much."""
        for first, last in self.windows():
            required = self.required.get(client.tier(first), 0)
            if required and client.there(first, last):
                yield first, last, required


def working(day: date) -> bool:
    """Whether the company works on the day."""
    return day in WORKED_WEEKENDS or (day.weekday() < 5 and day not in DAYS_OFF)


def working_days(first: date, last: date) -> list[date]:
    """The working days from `first` to `last`."""
    return [d for d in days(first, last) if working(d)]


def working_days_later(day: date, count: int) -> date:
    """The `count`-th working day after the day."""
    while count:
        day += timedelta(days=1)
        count -= working(day)
    return day


def month_end(day: date) -> date:
    """The last day of the month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


MONTHS = [date(2026, n, 1) for n in range(FIRST_DAY.month, LAST_DAY.month + 1)]
WINDOWS = {
    "week": [(d, d + timedelta(days=6)) for d in days(FIRST_DAY, LAST_DAY) if d.weekday() == 0],
    "month": [(d, month_end(d)) for d in MONTHS],
    "quarter": [(date(2026, 7, 1), date(2026, 9, 30))],  # the second began before the first month
}


def _greets(row: Contact) -> bool:
    return row.purpose == "greeting" and row.channel in ("phone", "sms")


def _returns(row: Contact) -> bool:
    return row.purpose == "return_visit"


def _talks(row: Contact) -> bool:
    return row.purpose != "push"


def _calls(row: Contact) -> bool:
    return row.channel == "phone"


def _visits(row: Contact) -> bool:
    return row.channel == "visit"


def _pushes(row: Contact) -> bool:
    return row.channel == "wechat" and row.purpose == "push"


RULES = {
    rule.obligation: rule
    for rule in (
        Rule("weekly_push", "salesperson", "week", SERVED, _pushes),
        Rule("weekly_contact", "salesperson", "week", SERVED, _talks),
        Rule("specialist_visit", "specialist", "month", {"strategic": 1, "key": 2, "general": 1}, _visits),
        Rule("specialist_call", "specialist", "week", {"key": 2, "general": 1}, _calls, once_a_day=True),
        Rule("leader_call", "leader", "month", PARTNERS, _calls),
        Rule("specialist_return_visit_strategic", "specialist", "month", PARTNERS, _returns),
        Rule("leader_return_visit", "leader", "quarter", PARTNERS, _returns),
        Rule("salesperson_return_visit", "salesperson", "month", {"key": 1, "general": 1}, _returns),
        Rule("specialist_return_visit_key", "specialist", "quarter", {"key": 1}, _returns),
        Rule("festival_greeting", "", "festival", EVERYONE, _greets, festivals=tuple(FESTIVALS), lead=3),
        Rule("festival_contact", "", "festival", {"strategic": 1, "key": 1}, _talks,
             festivals=("mid_autumn", "national_day"), lead=7),
    )
}  # fmt: skip
