"""One month to be judged by one regulation, as far as is known at the end of a day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.compute.casebook import CASE, Casebook, fold
from pipeline.compute.facts import Facts
from pipeline.compute.roster import Roster
from pipeline.compute.spans import DAY, NAT, Flags, Numbers, codes, midnight, moments, pick, seconds
from pipeline.intake.where import matches
from pipeline.language.period import Period, Recurrence, month_of_account, running, windows
from pipeline.language.policy.obligation import Deadline, Duty
from pipeline.language.policy.quantity import Duration, Quantity
from pipeline.language.policy.regulation import Regulation
from pipeline.language.policy.select import Where
from pipeline.language.worktime import WorkClock

R = TypeVar("R")


class Window(NamedTuple):
    """A stretch of whole days in which something is owed, half-open, and the month it is judged in."""

    start: int
    end: int
    account: int  # year * 12 + month - 1
    first_day: date

    @property
    def due(self) -> int:
        """The last safe moment."""
        return self.end - 1


class InForce(NamedTuple):
    """The value of a quantity in force for each of many: `which` of `values`, -1 for none."""

    which: Numbers
    values: list[Any]

    def take(self, chosen: Flags | Numbers) -> InForce:
        """The values for some of them, by a mask or by their places."""
        return InForce(self.which[chosen], self.values)

    @property
    def numbers(self) -> NDArray[np.float64]:
        """The values as numbers, 0 for none."""
        return np.array([*self.values, 0.0], dtype=np.float64)[self.which]

    @property
    def texts(self) -> pd.Series:
        """The values as text, '' for none."""
        texts = [f"{v:g}" if isinstance(v, int | float) else str(v) for v in self.values]
        return pd.Series(pd.array([*texts, ""], dtype="str").take(self.which))


def account(period: Period) -> int:
    """The number of the month in which a period starts."""
    return period.start.year * 12 + period.start.month - 1


def accounts(moment: Numbers) -> Numbers:
    """The number of the month that holds each moment."""
    return moments(moment).astype("datetime64[M]").astype(np.int64) + 1970 * 12


@dataclass(frozen=True, eq=False)
class Inquiry:
    """What is asked and of whom; what several obligations look up is worked out once."""

    regulation: Regulation
    facts: Facts
    month: Period
    as_of: date
    spent: Mapping[str, Numbers] = field(default_factory=dict)  # form -> rows that other obligations have taken
    _known: dict[tuple[str, ...], Any] = field(default_factory=dict)

    @property
    def roster(self) -> Roster:
        """The register as numbers."""
        return self.once(("roster",), lambda: Roster(self.facts))

    @property
    def clock(self) -> WorkClock:
        """Lengths of time on the calendar."""
        return self.once(("clock",), lambda: WorkClock(self.facts.calendar))

    @property
    def casebook(self) -> Casebook:
        """The cases as they stand at the end of `as_of`."""
        return self.once(("casebook",), self._casebook)

    def _casebook(self) -> Casebook:
        promises = {d.promised for d in self.regulation.obligations if isinstance(d, Deadline)}
        return fold(self.rows(CASE, raw=True), self.facts.rows.get("pause"), self.known_until, promises)

    @property
    def known_until(self) -> int:
        """The last moment of `as_of`: what happens later is not known."""
        return midnight(self.as_of) + DAY - 1

    @property
    def now(self) -> int:
        """The last moment of the month, or of `as_of` if that is sooner: how things stand is asked then."""
        return min(self.month_end - 1, self.known_until)

    @property
    def month_start(self) -> int:
        """The moment at which the month begins."""
        return midnight(self.month.start)

    @property
    def month_end(self) -> int:
        """The moment at which the month is over."""
        return midnight(self.month.end)

    @property
    def account(self) -> int:
        """The number of the month that is judged."""
        return account(self.month)

    def rows(self, form: str, *, raw: bool = False) -> pd.DataFrame:
        """The accepted rows of a form, indexed by their numbers; of cases one row a case unless `raw`."""
        if form == CASE and not raw:
            return self.casebook.rows
        return self.facts.rows.get(form, pd.DataFrame())

    def fulfilling(self, form: str, where: Where) -> Flags:
        """Which rows of a form fulfil all conditions. Each condition is looked at once a month."""
        frame, found = self.rows(form), np.ones(len(self.rows(form)), dtype=np.bool_)
        for column, condition in where.items() if len(frame) else ():
            key = ("fulfilling", form, column, repr(condition))
            found = found & self.once(key, partial(fulfilling, frame, {column: condition}))
        return found

    def clients_of(self, form: str) -> Numbers:
        """Codes of the clients that the accepted rows of a form are about, -1 where they are about none."""
        return self.once(("clients", form), lambda: self._codes(form, "client", self.roster.clients))

    def staff_of(self, form: str) -> Numbers:
        """Codes of the staff who wrote the accepted rows of a form."""
        return self.once(("staff", form), lambda: self._codes(form, "by", self.roster.staff))

    def _codes(self, form: str, column: str, names: pd.Index) -> Numbers:
        frame = self.rows(form)
        return codes(names, frame[column]) if column in frame else np.full(len(frame), -1)

    def once(self, key: tuple[str, ...], make: Callable[[], R]) -> R:
        """What `make` gives, made at the first call with this key and kept for the next ones."""
        if key not in self._known:
            self._known[key] = make()
        return cast(R, self._known[key])

    def windows(self, duty: Duty, every: Recurrence) -> list[Window]:
        """The windows judged in the month, and the one begun in it that is judged later, if in force at their start."""
        found = [*windows(every, self.month), *filter(None, [running(every, self.month)])]
        if every == "working_day":
            found = [day for day in found if self.facts.calendar.is_working(day.start)]
        return [window(w, month_of_account(every, w)) for w in found if self.is_in_force(duty, w.start)]

    def is_in_force(self, duty: Duty, day: date) -> bool:
        """Whether the obligation and its regulation hold on the day."""
        return self.regulation.in_force_on(day) and duty.in_force_on(day)

    def in_force(self, duty: Duty, moment: Numbers) -> Flags:
        """Whether the obligation and its regulation hold at each moment."""
        since = max(midnight(day) for day in (self.regulation.since, duty.since) if day)
        until = [midnight(day) for day in (self.regulation.until, duty.until) if day]
        return (moment >= since) & (moment < min(until)) if until else moment >= since

    def concerned(self, duty: Duty, client: Numbers, tier: Numbers) -> Flags:
        """Whether the duty, and the regulation, is about clients of the tier with the client's attributes."""
        return self.about(duty.tiers, duty.scope, client, tier)

    def about(self, tiers: Collection[str] | None, scope: Where, client: Numbers, tier: Numbers) -> Flags:
        """Whether clients are in one of the `tiers` (None: any) and in the scope, and in that of the regulation."""
        of_tier = np.array([tiers is None or name in tiers for name in self.roster.tiers], dtype=np.bool_)
        about = pick(of_tier, tier, tiers is None)
        for where in filter(None, (self.regulation.scope, scope)):
            about = about & pick(fulfilling(self.facts.clients, where), client, False)
        return about

    def value(self, quantity: Quantity, tier: Numbers, moment: Numbers | int) -> InForce:
        """The value of a quantity for each tier and moment."""
        which, day = np.full(len(tier), -1), np.broadcast_to(moment, tier.shape)
        values: list[Any] = []
        for code, name in enumerate([*self.roster.tiers, None]):
            of_tier = tier == (code if name is not None else -1)
            for step in quantity.steps(name):
                if step.value not in values:
                    values.append(step.value)
                which[of_tier & (day >= midnight(step.since))] = values.index(step.value)
        return InForce(which, values)

    def due(self, start: Numbers, limit: InForce, pauses: pd.DataFrame | None = None) -> Numbers:
        """When the time limit from each start is over; NAT where there is no limit or the clock stands still.

        `pauses` has the columns `event` (position in `start`), `start` and `end`.
        """
        due = np.full(len(start), NAT)
        for code, span in enumerate(limit.values):
            chosen = np.flatnonzero(limit.which == code)
            due[chosen] = seconds(self._due(moments(start[chosen]), span, chosen, pauses))
        return due

    def _due(self, start: Any, span: Duration, chosen: Numbers, pauses: pd.DataFrame | None) -> Any:
        if pauses is None or pauses.empty:
            return self.clock.due(start, span.value, span.unit)
        event = pauses["event"].to_numpy()
        mine = pauses[np.isin(event, chosen)]
        mine = mine.assign(event=np.searchsorted(chosen, mine["event"].to_numpy()))
        return self.clock.due_with_pauses(start, span.value, span.unit, mine)

    def provisional(self, due: Numbers) -> Flags:
        """Whether each moment lies in a year without a published calendar."""
        return self.facts.calendar.provisional(moments(due).astype("datetime64[D]"))


def window(period: Period, month: Period) -> Window:
    """A period as a window judged in a month."""
    return Window(midnight(period.start), midnight(period.end), account(month), period.start)


def fulfilling(frame: pd.DataFrame, where: Where) -> Flags:
    """Which rows fulfil all conditions."""
    return np.asarray(matches(frame, where), dtype=np.bool_)


def working(limits: Sequence[Duration]) -> bool:
    """Whether any of the lengths of time rests on the calendar."""
    return any(limit.unit.startswith("working") for limit in limits)
