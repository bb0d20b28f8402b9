"""Cadence: so many rows of evidence for each client, or from each party that owes them in all, in every window.

A window is judged in its month of account; a longer one that has begun is shown before, as far as it has come. What
is done beyond the requirement is not carried over (design, semantics 1-4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from pipeline.compute.claims import Claims, joined, links, owed
from pipeline.compute.doubts import Doubts, adding_a_day, reaching
from pipeline.compute.evidence import Log
from pipeline.compute.inquiry import InForce, Inquiry, Window, window
from pipeline.compute.members import Members
from pipeline.compute.parties import Parties
from pipeline.compute.phases import judge_own_windows
from pipeline.compute.spans import DAY, NAT, Numbers, pick, place
from pipeline.language.period import Period, month_of
from pipeline.language.policy.obligation import Cadence
from pipeline.language.policy.standing import Review

_BY_CALENDAR = ("festival", "working_day")
_REACH = timedelta(days=31)  # no festival is farther from the last of its days off


def judge_cadence(duty: Cadence, inquiry: Inquiry) -> Claims:
    """One claim for each party and window; the subject is the party, evidence every row that counts."""
    if duty.own_windows:
        return judge_own_windows(duty, inquiry)
    return judge_windows(duty, inquiry, list(_windows(duty, inquiry)))


def judge_windows(duty: Cadence | Review, inquiry: Inquiry, windows: Sequence[Window]) -> Claims:
    """One claim for each party and each of the windows, which are the same for all."""
    subject = duty.subject if isinstance(duty, Cadence) else "client"
    if not windows:
        return Claims(subject, owed(0))
    first, end = min(w.start for w in windows), max(w.end for w in windows)
    parties = Parties(duty, inquiry, subject, duty.counts)
    log, doubts = parties.log(first, end), parties.doubts()
    return joined([_claims(duty, parties, w, log, doubts) for w in windows])


def _windows(duty: Cadence, inquiry: Inquiry) -> Iterable[Window]:
    if duty.every == "festival":
        return _festivals(duty, inquiry)
    assert duty.every is not None
    assert duty.every != "anniversary"
    return inquiry.windows(duty, duty.every)


def _festivals(duty: Cadence, inquiry: Inquiry) -> Iterator[Window]:
    """The windows around the festivals that are judged in the month or have begun in it; two on one day count once."""
    month, lead = inquiry.month, timedelta(days=duty.lead)
    found = inquiry.facts.calendar.festivals(month.start - _REACH, month.last_day + lead)
    wanted = [f for f in found if not duty.festivals or f.id in duty.festivals]
    periods = {Period(f.day - lead, f.last_day_off + timedelta(days=1)) for f in wanted}
    for period in sorted(periods):
        if period.last_day >= month.start and inquiry.is_in_force(duty, period.start):
            yield window(period, month_of(period.last_day))


def _claims(duty: Cadence | Review, parties: Parties, window: Window, log: Log, doubts: Doubts) -> Claims:
    who, value, required = _required(duty, parties, window)
    claim = np.full(parties.count + 1, -1)
    claim[who.client] = np.arange(len(who.client))
    log = parties.once(log.take((log.moment >= window.start) & (log.moment < window.end) & (claim[log.client] >= 0)))
    of = claim[log.client]
    actual = np.bincount(of, minlength=len(required)).astype(np.float64)
    short = np.flatnonzero(actual < required)
    which, hopes = _hopes(parties, window, who.client[short], log, doubts)
    due = np.full(len(required), window.due)
    frame = owed(
        len(required),
        **parties.columns(who, due),
        start=window.start,
        end=window.end,
        due=due,
        account=window.account,
        required=required,
        actual=actual,
        own=np.bincount(of, log.own, minlength=len(required)),
        possible=np.bincount(short[which], minlength=len(required)),
        value=value.texts,
        done=_fulfilled(of, log.moment, actual, required),
        provisional=parties.inquiry.provisional(due) if duty.every in _BY_CALENDAR else False,
    )
    form = duty.counts.form
    return Claims(parties.kind, frame, links(form, of, log.row), links(form, short[which], hopes.row))


def _required(duty: Cadence | Review, parties: Parties, window: Window) -> tuple[Members, InForce, NDArray[np.float64]]:
    """Who is owed something, the value of the rule, and how much it comes to for the days the client was there."""
    who = parties.members(window)
    value = parties.inquiry.value(duty.required, who.tier, window.start)
    required = value.numbers
    if duty.partial == "prorate":
        required = np.where(who.until - who.since < window.end - window.start, _share(required, who, window), required)
    chosen = np.flatnonzero(required > 0)
    return who.take(chosen), value.take(chosen), required[chosen]


def _share(required: NDArray[np.float64], who: Members, window: Window) -> NDArray[np.float64]:
    """The share of the days, rounded down."""
    return required * who.days // ((window.end - window.start) // DAY)


def _fulfilled(of: Numbers, moment: Numbers, actual: NDArray[np.float64], required: NDArray[np.float64]) -> Numbers:
    """The moment of the last row needed, NAT where one is missing; the rows stand in order of claim and time."""
    needed = np.ceil(required).astype(np.int64)
    first = np.searchsorted(of, np.arange(len(required)))
    last = pick(moment, first + needed - 1, NAT)
    return np.where(actual >= required, last, NAT)


def _hopes(parties: Parties, window: Window, client: Numbers, log: Log, doubts: Doubts) -> tuple[Numbers, Doubts]:
    """The claims (by their place in `client`) to which rejected rows could add, each row once."""
    within = np.full(len(client), window.start), np.full(len(client), window.due)
    which, found = reaching(client, *within, doubts)
    daily = parties.kind == "client" and parties.rows.distinct == "day"
    new = adding_a_day(log, found) if daily else parties.adding(log, found)
    which, found = which[new], found.take(new)
    _, once = np.unique(place(which, found.row), return_index=True)
    return which[once], found.take(once)
