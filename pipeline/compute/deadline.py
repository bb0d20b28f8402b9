"""Deadline: something is done within a time of an event.

A claim is judged in the month in which it falls due, and carried until then: it is shown, in no figure, in every month
at whose end it still runs. What stops the clock (pauses, and the time a case lay resolved before it was reopened)
counts if it begins before the thing is done (design, semantics 5-7).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.compute.casebook import CASE
from pipeline.compute.claims import Claims, links, once, owed
from pipeline.compute.doubts import possible, reaching, telling
from pipeline.compute.evidence import Log, counting, moments_in, subject_kind, subjects
from pipeline.compute.inquiry import InForce, Inquiry, accounts, working
from pipeline.compute.spans import DAY, NAT, Flags, Numbers, codes, day_of, midnight, pick
from pipeline.language.finding import bulk_findings, findings_frame
from pipeline.language.policy.obligation import Deadline


@dataclass(frozen=True, eq=False)
class _Events:
    """Events that start a clock: the row, the tier it is judged by, and the time limit (none if promised)."""

    log: Log
    tier: Numbers
    limit: InForce

    def take(self, chosen: Numbers) -> _Events:
        return _Events(self.log.take(chosen), self.tier[chosen], self.limit.take(chosen))


@dataclass(frozen=True, eq=False)
class _Deeds:
    """What was done about each event: when (NAT: not), by whom, in which row (-1: the event's own)."""

    moment: Numbers
    by: Numbers
    row: Numbers

    def take(self, chosen: Numbers) -> _Deeds:
        return _Deeds(self.moment[chosen], self.by[chosen], self.row[chosen])


def judge_deadline(duty: Deadline, inquiry: Inquiry) -> Claims:
    """One claim for each event; the subject is the case, or `form:row`; evidence the rows of the event and the deed."""
    events = _events(duty, inquiry)
    deeds = _followed_up(duty, inquiry, events) if duty.follow_up else _done(duty, inquiry, events)
    due = _due(duty, inquiry, events, deeds)
    account = np.where(due == NAT, inquiry.account + 1, accounts(due))
    shown = np.flatnonzero(account >= inquiry.account)
    events, deeds, due = events.take(shown), deeds.take(shown), due[shown]
    log = events.log
    in_time = (deeds.moment != NAT) & ((deeds.moment <= due) | (due == NAT))
    frame = owed(
        len(log),
        subject=subjects(inquiry, duty.event.form, log.position, log.row),
        client=log.client,
        tier=events.tier,
        owner=inquiry.roster.answering(duty.role, log.client, due, log.by),
        start=log.moment,
        end=due,
        due=due,
        account=account[shown],
        actual=in_time,
        own=in_time & inquiry.roster.is_owners(duty.role, log.client, deeds.by, deeds.moment, log.by),
        value=events.limit.texts,
        done=deeds.moment,
        provisional=inquiry.provisional(due) if working(events.limit.values) else False,
    )
    short = np.flatnonzero(~in_time & (due != NAT))
    hopes = _hopes(duty, inquiry, log.take(short), due[short])
    hopes = once(hopes.assign(duty=short[hopes["duty"]]))
    frame["possible"] = np.bincount(hopes["duty"], minlength=len(frame)).astype(np.float64)
    proofs, without = _proofs(duty, log, deeds, in_time), _unpromised(duty, inquiry)
    return Claims(subject_kind(duty.event.form), frame, proofs, hopes, without)


def _events(duty: Deadline, inquiry: Inquiry) -> _Events:
    """The events known by the end of the month, of clients who were there; a case has the tier of its opening."""
    log, roster = counting(inquiry, duty, duty.event, end=inquiry.month_end), inquiry.roster
    opened = moments_in(inquiry, duty.event.form, "happened", log) if duty.event.form == CASE else log.moment
    tier = roster.tier.at(log.client, opened)
    limited, limit = _limit(duty, inquiry, log, tier)
    concerned = inquiry.in_force(duty, log.moment) & inquiry.concerned(duty, log.client, tier)
    return _Events(log, tier, limit).take(np.flatnonzero(roster.present(log.client, opened) & concerned & limited))


def _limit(duty: Deadline, inquiry: Inquiry, log: Log, tier: Numbers) -> tuple[Flags, InForce]:
    """Which events have a time limit, and the limits; a promise is none."""
    if duty.within is None:
        promised = moments_in(inquiry, duty.event.form, duty.promised, log)
        return promised != NAT, InForce(np.full(len(log), -1), [])
    limit = inquiry.value(duty.within, tier, log.moment)
    return limit.which >= 0, limit


def _done(duty: Deadline, inquiry: Inquiry, events: _Events) -> _Deeds:
    """What the column `done` of the event's own row tells, unless it lies before the event or is not known yet."""
    log = events.log
    done = moments_in(inquiry, duty.event.form, duty.done, log)
    stands = (done <= inquiry.known_until) & ((done >= log.moment) | (done == day_of(log.moment)))
    return _Deeds(np.where(stands, done, NAT), _doer(duty, inquiry, log), np.full(len(log), -1))


def _doer(duty: Deadline, inquiry: Inquiry, log: Log) -> Numbers:
    """Who did it: the member of staff in `callback_by` for `callback_at` where the form has it, else the row's."""
    frame, column = inquiry.rows(duty.event.form), f"{duty.done.removesuffix('_at')}_by"
    if column not in frame:
        return log.by
    named = codes(inquiry.roster.staff, frame[column].iloc[log.position])
    return np.where(named >= 0, named, log.by)


def _followed_up(duty: Deadline, inquiry: Inquiry, events: _Events) -> _Deeds:
    """The first row of `follow_up` for the client after the event, its own row aside.

    A row of the event's day without a time (midnight) is taken to have come after it.
    """
    assert duty.follow_up
    log, event = counting(inquiry, duty, duty.follow_up), events.log
    today = log.first_from(event.client, day_of(event.moment))
    timeless = log.of(event.client, today) & (pick(log.moment, today, NAT) == day_of(event.moment))
    found = np.where(timeless, today, log.first_from(event.client, event.moment))
    if duty.follow_up.form == duty.event.form:
        found = found + (pick(log.position, found, -1) == event.position)
    found = np.where(log.of(event.client, found), found, -1)
    return _Deeds(pick(log.moment, found, NAT), pick(log.by, found, -1), pick(log.row, found, -1))


def _due(duty: Deadline, inquiry: Inquiry, events: _Events, deeds: _Deeds) -> Numbers:
    """When each event falls due; a promised day is over at its end, and no pause moves a promise."""
    if duty.within is None:
        promised = moments_in(inquiry, duty.event.form, duty.promised, events.log)
        return np.where(promised == day_of(promised), promised + DAY - 1, promised)
    is_case = duty.event.form == CASE
    stops = inquiry.casebook.stops(events.log.position, deeds.moment, pauses=duty.pauses) if is_case else None
    return inquiry.due(events.log.moment, events.limit, stops)


def _proofs(duty: Deadline, log: Log, deeds: _Deeds, in_time: Flags) -> pd.DataFrame:
    """The rows of the events, and those that followed them up in time."""
    events = links(duty.event.form, np.arange(len(log)), log.row)
    if duty.follow_up is None:
        return events
    done = np.flatnonzero(in_time)
    return pd.concat([events, links(duty.follow_up.form, done, deeds.row[done])], ignore_index=True)


def _hopes(duty: Deadline, inquiry: Inquiry, log: Log, due: Numbers) -> pd.DataFrame:
    """The events (by their place in `log`) that rejected rows could tell to be done, and the rows."""
    if duty.follow_up:
        which, doubts = reaching(log.client, log.moment, due, possible(inquiry, duty, duty.follow_up))
        return links(duty.follow_up.form, which, doubts.row)
    told = duty.event.model_copy(update={"by": "anyone", "at": duty.done})
    return links(CASE, *telling(inquiry, duty, told, log, due))


def _unpromised(duty: Deadline, inquiry: Inquiry) -> pd.DataFrame:
    """Events of the month without the promised time that they would be judged by."""
    if not duty.promised:
        return findings_frame()
    log = counting(inquiry, duty, duty.event, midnight(inquiry.month.start), inquiry.month_end)
    without = log.position[moments_in(inquiry, duty.event.form, duty.promised, log) == NAT]
    rows = inquiry.rows(duty.event.form).iloc[without]
    return bulk_findings("judge_no_promised_time", rows, field=duty.promised) if len(rows) else findings_frame()
