"""Cadence in windows counted from a day of the client's own: phases after it, or its anniversaries.

The windows of a phase follow each other from the day of the anchor, `Phase.every` long: installed on the 9th, the first
month ends on the 8th of the next. The window of an anniversary begins some days before it and ends with it; one of 29
February is on the 28th of other years. A window is judged in the month of its last day and shown, open, before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.compute.claims import Claims, links, once, owed
from pipeline.compute.doubts import adding_a_day, possible, reaching
from pipeline.compute.evidence import counting
from pipeline.compute.inquiry import Inquiry, accounts
from pipeline.compute.spans import DAY, NAT, Numbers, codes, day_of, midnight, moments, pick, seconds, spread
from pipeline.language.period import MONTHS_IN
from pipeline.language.policy.obligation import Cadence


def judge_own_windows(duty: Cadence, inquiry: Inquiry) -> Claims:
    """One claim for each client, anchor and window; the subject is the client, evidence every row that counts."""
    who, value, required = _owed(duty, inquiry)
    client, start, end = (who[name].to_numpy() for name in ("client", "start", "end"))
    log = counting(inquiry, duty, duty.counts)
    first, stop = log.first_from(client, start), log.first_from(client, end)
    of, at = spread(first, stop - first)
    actual = (stop - first).astype(np.float64)
    short = np.flatnonzero(actual < required)
    which, doubts = reaching(client[short], start[short], end[short] - 1, possible(inquiry, duty, duty.counts))
    if duty.counts.distinct == "day":
        new = adding_a_day(replace(log.take(at), client=of), replace(doubts, client=short[which]))
        which, doubts = which[new], doubts.take(new)
    hopes = once(links(duty.counts.form, short[which], doubts.row))
    last = first + np.ceil(required).astype(np.int64) - 1
    frame = owed(
        len(who),
        client=client,
        tier=who["tier"],
        owner=inquiry.roster.owner(duty.role).at(client, end - 1),
        start=start,
        end=end,
        due=end - 1,
        account=accounts(end - 1),
        required=required,
        actual=actual,
        own=np.bincount(of, log.own[at], minlength=len(who)),
        possible=np.bincount(hopes["duty"], minlength=len(who)),
        value=value,
        done=np.where(actual >= required, pick(log.moment, np.where(actual >= required, last, -1), NAT), NAT),
    )
    return Claims("client", frame, links(duty.counts.form, of, log.row[at]), hopes)


def _owed(duty: Cadence, inquiry: Inquiry) -> tuple[pd.DataFrame, pd.Series, np.ndarray]:
    """Client, tier, start and end of every window that is owed, the value as text, and how much is required."""
    roster = inquiry.roster
    found = pd.concat(_windows(duty, inquiry, *_anchors(duty, inquiry)), ignore_index=True)
    found = found.drop_duplicates(["client", "start", "end"], ignore_index=True)
    client, start, end = (found[name].to_numpy() for name in ("client", "start", "end"))
    since, whole = np.maximum(roster.joined[client], start), end - start
    there = np.minimum(roster.left[client], end) - since
    found["tier"] = tier = roster.tier.at(client, since)
    value = inquiry.value(duty.required, tier, start)
    required = value.numbers
    if duty.partial == "prorate":
        required = np.where(there < whole, required * there // whole, required)
    fits = there == whole if duty.partial == "skip" else there > 0
    kept = fits & inquiry.in_force(duty, start) & inquiry.concerned(duty, client, tier) & (required > 0)
    return found[kept].reset_index(drop=True), value.take(kept).texts, required[kept]


def _anchors(duty: Cadence, inquiry: Inquiry) -> tuple[Numbers, Numbers]:
    """Clients and the days from which their windows are counted."""
    if duty.after:
        log = counting(replace(inquiry, spent={}), duty, duty.after)
        client, day = log.client, day_of(log.moment)
    else:
        clients = inquiry.facts.clients
        client, day = codes(inquiry.roster.clients, clients.index.to_series()), seconds(clients[duty.anchor])
    known = (client >= 0) & (day != NAT)
    return client[known], day[known]


def _windows(duty: Cadence, inquiry: Inquiry, client: Numbers, day: Numbers) -> list[pd.DataFrame]:
    begin = midnight(inquiry.month.start)
    found = [
        {"client": client[fits], "start": start[fits], "end": end[fits]}
        for start, end in _steps(duty, inquiry, day)
        for fits in [(end > begin) & (start < inquiry.month_end) & (end > start)]
    ]
    return [pd.DataFrame(columns) for columns in found]


def _steps(duty: Cadence, inquiry: Inquiry, day: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
    """For every place that a window can have around the month: starts and ends, equal where there is no window."""
    return _anniversaries(duty, inquiry, day) if duty.every == "anniversary" else _phases(duty, inquiry, day)


def _anniversaries(duty: Cadence, inquiry: Inquiry, day: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
    years = inquiry.account // 12 - accounts(day) // 12
    for ahead in (0, 1, 2):  # a lead of a year reaches into the year after the next
        end = _months_later(day, (years + ahead) * 12) + DAY
        yield np.where(years + ahead > 0, end - (duty.lead + 1) * DAY, end), end


def _phases(duty: Cadence, inquiry: Inquiry, day: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
    passed = inquiry.account - accounts(day)
    begun = 0
    for phase in duty.phases:
        size = MONTHS_IN[phase.every]
        over = begun + phase.months if phase.months else None
        for ahead in range(size + 2):
            last = passed + ahead
            fits = (last > begun) & ((last - begun) % size == 0)
            fits &= last <= over if over is not None else True
            start, end = _months_later(day, last - size), _months_later(day, last)
            yield start, np.where(fits, end, start)
        begun = over or begun


def _months_later(day: Numbers, months: Numbers) -> Numbers:
    """The same day of the month so many months later, the last day where the month is too short."""
    date = moments(day).astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    of_month = (date - month.astype("datetime64[D]")).astype(np.int64)
    then = month + months
    length = ((then + 1).astype("datetime64[D]") - then.astype("datetime64[D]")).astype(np.int64)
    return seconds(then.astype("datetime64[D]") + np.minimum(of_month, length - 1))
