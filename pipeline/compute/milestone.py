"""Milestone: a step of a chain is done some time before or after another one.

Judged in the month it falls due in, and shown before from the month of its anchor on. A planned anchor is known before
its day; a step is known when it is done.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.compute.casebook import CASE
from pipeline.compute.claims import Claims, links, once, owed
from pipeline.compute.doubts import Doubts, possible, possible_of_any, reaching, telling, unreadable
from pipeline.compute.evidence import Log, counting, moments_in, subject_kind, subjects
from pipeline.compute.inquiry import InForce, Inquiry, accounts, working
from pipeline.compute.spans import (
    DAY,
    EARLIEST,
    NAT,
    NOTHING,
    Flags,
    Numbers,
    codes,
    day_of,
    moments,
    pick,
    place,
    seconds,
)
from pipeline.language.policy.quantity import Duration, Quantity
from pipeline.language.policy.standing import Milestone

_SECONDS = {"minutes": 60, "hours": 3600}
OWN_ROW, CLIENT = "row", "client"


def judge_milestone(duty: Milestone, inquiry: Inquiry) -> Claims:
    """One claim for each anchor; the subject is the anchor's row, evidence that row and the step's."""
    anchors = counting(inquiry, duty, duty.event, planned=True)
    opened = moments_in(inquiry, CASE, "happened", anchors) if duty.event.form == CASE else anchors.moment
    tier = inquiry.roster.tier.at(anchors.client, opened)
    limit = inquiry.value(_limit(duty), tier, anchors.moment)
    due = inquiry.due(anchors.moment, limit) if duty.within else _before(inquiry, anchors.moment, limit)
    account = accounts(np.where(due == NAT, anchors.moment, due))
    shown = (account == inquiry.account) | ((account > inquiry.account) & (anchors.moment < inquiry.month_end))
    about = inquiry.in_force(duty, anchors.moment) & inquiry.concerned(duty, anchors.client, tier)
    chosen = np.flatnonzero(shown & about & (due != NAT))
    anchors, due = anchors.take(chosen), due[chosen]
    done, row, own = _steps(duty, inquiry, anchors)
    in_time = (done != NAT) & (done <= due)
    hopes = _hopes(duty, inquiry, anchors, due, in_time)
    frame = owed(
        len(anchors),
        subject=subjects(inquiry, duty.event.form, anchors.position, anchors.row),
        client=anchors.client,
        tier=tier[chosen],
        owner=inquiry.roster.answering(duty.role, anchors.client, due, anchors.by),
        start=np.minimum(anchors.moment, due),
        end=np.maximum(anchors.moment, due),
        due=due,
        account=account[chosen],
        actual=in_time,
        own=in_time & own,
        possible=np.bincount(hopes["duty"], minlength=len(anchors)),
        value=limit.take(chosen).texts,
        done=done,
        provisional=inquiry.provisional(due) if working(limit.values) else False,
    )
    proofs = links(duty.event.form, np.arange(len(anchors)), anchors.row)
    found = np.flatnonzero(in_time & (row >= 0))
    proofs = pd.concat([proofs, links(duty.step.form, found, row[found])], ignore_index=True)
    return Claims(subject_kind(duty.event.form), frame, once(proofs), hopes)


def _limit(duty: Milestone) -> Quantity:
    limit = duty.within or duty.before
    assert limit
    return limit


def _before(inquiry: Inquiry, anchor: Numbers, limit: InForce) -> Numbers:
    """The last moment that is so long before each anchor; a day counts to its end."""
    due = np.full(len(anchor), NAT)
    for code, span in enumerate(limit.values):
        chosen = limit.which == code
        due[chosen] = _earlier(inquiry, anchor[chosen], span)
    return due


def _earlier(inquiry: Inquiry, anchor: Numbers, span: Duration) -> Numbers:
    day = moments(anchor).astype("datetime64[D]")
    match span.unit:
        case "minutes" | "hours":
            return anchor - np.int64(span.value * _SECONDS[span.unit])
        case "working_days":
            found = inquiry.facts.calendar.working_days_after(day, -int(span.value))
        case "months":
            month = day.astype("datetime64[M]") - int(span.value)
            last = (month + 1).astype("datetime64[D]") - 1
            found = np.minimum(month.astype("datetime64[D]") + (day - day.astype("datetime64[M]")), last)
        case _:
            found = day - int(span.value)
    return seconds(found) + DAY - 1


def _steps(duty: Milestone, inquiry: Inquiry, anchors: Log) -> tuple[Numbers, Numbers, Flags]:
    """When the step of each anchor was done (NAT: not), in which row (-1: the anchor's own), whether by the owner."""
    owns = inquiry.roster.is_owners
    if duty.match == OWN_ROW:
        done = moments_in(inquiry, duty.event.form, duty.step.at or "happened", anchors)
        done = np.where(done <= inquiry.known_until, done, NAT)
        own = owns(duty.role, anchors.client, anchors.by, done, anchors.by)
        return done, np.full(len(anchors), -1), own
    log = counting(inquiry, duty, duty.step)
    key, wanted = _keys(duty, inquiry, log, anchors)
    log = log.take(order := np.lexsort((log.moment, key)))
    key = key[order]
    found = _first(key, log.moment, wanted, anchors.moment if duty.within else np.full(len(anchors), EARLIEST))
    if duty.step.form == duty.event.form:
        found = found + (pick(log.row, found, -1) == anchors.row)
    found = np.where((pick(key, found, -2) == wanted) & (wanted >= 0), found, -1)
    done = pick(log.moment, found, NAT)
    own = owns(duty.role, pick(log.client, found, -1), pick(log.by, found, -1), done, anchors.by)
    return done, pick(log.row, found, -1), own


def _first(key: Numbers, moment: Numbers, wanted: Numbers, earliest: Numbers) -> Numbers:
    """The place of the first step with each key from a moment on; a day without a time is not before it on that day."""
    steps, today = place(key, moment), place(wanted, day_of(earliest))
    found = np.searchsorted(steps, today, side="left")
    timeless = pick(steps, found, -1) == today
    return np.where(timeless, found, np.searchsorted(steps, place(wanted, earliest), side="left"))


def _keys(duty: Milestone, inquiry: Inquiry, log: Log, anchors: Log) -> tuple[Numbers, Numbers]:
    """What links steps and anchors, as codes; -1 for an empty cell."""
    both = [inquiry.rows(f)[duty.match].iloc[found.position] if len(found) else pd.Series([], dtype="str")
            for f, found in ((duty.step.form, log), (duty.event.form, anchors))]  # fmt: skip
    codes, _ = pd.factorize(pd.concat(both, ignore_index=True))
    return codes[: len(log)].astype(np.int64), codes[len(log) :].astype(np.int64)


def _hopes(duty: Milestone, inquiry: Inquiry, anchors: Log, due: Numbers, in_time: Flags) -> pd.DataFrame:
    """The anchors whose step a rejected row could be, and the rows."""
    short = np.flatnonzero(~in_time)
    lacking, first = anchors.take(short), anchors.moment[short] if duty.within else np.full(len(short), EARLIEST)
    if duty.match == OWN_ROW:
        told = duty.event.model_copy(update={"at": duty.step.at, "by": "anyone"})
        which, row = telling(inquiry, duty, told, replace(lacking, moment=first), due[short])
        return once(links(CASE, short[which], row))
    if duty.match == CLIENT:
        which, doubts = reaching(lacking.client, first, due[short], possible(inquiry, duty, duty.step))
    else:
        which, doubts = _reaching_by_key(duty, inquiry, lacking, first, due[short])
    return once(links(duty.step.form, short[which], doubts.row))


def _reaching_by_key(
    duty: Milestone, inquiry: Inquiry, anchors: Log, first: Numbers, due: Numbers
) -> tuple[Numbers, Doubts]:
    """As `reaching`, by what links a step to its anchor; where that cannot be read, a row fits every anchor."""
    doubts = possible_of_any(inquiry, duty, duty.step)
    if not len(doubts):
        return NOTHING, doubts
    frame, linked = inquiry.facts.doubts[duty.step.form], inquiry.rows(duty.event.form)[duty.match]
    names = pd.Index(linked.dropna().unique())
    unknown = unreadable(frame, duty.match)[doubts.row]
    wanted = codes(names, linked.iloc[anchors.position])
    open_ = np.flatnonzero(unknown)
    keyed = replace(doubts, client=codes(names, frame[duty.match])[doubts.row]).take(~unknown)
    fitting = doubts.take(np.repeat(open_, len(names)))
    keyed = keyed.join(replace(fitting, client=np.tile(np.arange(len(names)), len(open_))))
    return reaching(wanted, first, due, keyed.take(keyed.client >= 0))
