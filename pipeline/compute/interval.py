"""Interval: no more than so long between one row of evidence and the next.

One claim for each party and month. The clock starts at the latest of the last evidence before the month, the day
the client joined, the start of his tier and the day the rule came into force. `actual` is 1 if at no moment of the
month, as far as it is known, the time was over, else 0. `due` is the first moment of the month at which it was over; if
it never was, the moment at which it will be. The claim is met when that lies beyond the month, and open when it lies in
the part of the month that is still to come. Of what was over before the month began the month has only its own part:
it is due as the month begins, and owed by the owner at its end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.compute.claims import Claims, links, once, owed
from pipeline.compute.doubts import reaching
from pipeline.compute.evidence import Log
from pipeline.compute.inquiry import InForce, Inquiry, Window, window, working
from pipeline.compute.members import Members
from pipeline.compute.parties import Parties
from pipeline.compute.spans import EARLIEST, NAT, Flags, Numbers, midnight, place
from pipeline.language.policy.obligation import Interval


@dataclass(frozen=True, eq=False)
class _Clocks:
    """The clock of each member: how long it runs, and when the duty began."""

    who: Members
    limit: InForce
    began: Numbers


@dataclass(frozen=True, eq=False)
class _Runs:
    """How the clocks ran: the last evidence before the time was over, when it was or will be, and whether it was."""

    last: Numbers
    due: Numbers
    lapsed: Flags


def judge_interval(duty: Interval, inquiry: Inquiry) -> Claims:
    """One claim for each party; the subject is the party, evidence the rows of the month and the last before it."""
    if not inquiry.is_in_force(duty, inquiry.month.start):
        return Claims(duty.subject, owed(0))
    parties = Parties(duty, inquiry, duty.subject, duty.counts)
    month = window(inquiry.month, inquiry.month)
    clocks = _clocks(duty, parties, month)
    who, form = clocks.who, duty.counts.form
    log = parties.log(end=month.end)
    log = log.take(np.isin(log.client, who.client))
    runs, own = _runs(inquiry, clocks, log), _runs(inquiry, clocks, log.take(log.own))
    kept = ~runs.lapsed & (runs.due > month.due)
    short = np.flatnonzero(~kept)
    until = np.where(runs.due < month.start, month.start - 1, runs.due)
    which, found = reaching(who.client[short], runs.last[short], until[short], parties.doubts())
    due, answering = np.maximum(runs.due, month.start), np.where(runs.due < month.start, month.due, runs.due)
    frame = owed(
        len(who.client),
        **parties.columns(who, answering),
        start=month.start,
        end=month.end,
        due=due,
        account=month.account,
        actual=kept,
        own=kept & ~own.lapsed,
        possible=np.bincount(short[which], minlength=len(who.client)),
        value=clocks.limit.texts,
        done=np.where(kept & (runs.last > clocks.began), runs.last, NAT),
        provisional=inquiry.provisional(due) if working(clocks.limit.values) else False,
    )
    if parties.kind == "client":
        frame["unit"] = inquiry.roster.unit(frame["owner"].to_numpy(), who.client, answering)
    hopes = once(links(form, short[which], found.row))
    return Claims(parties.kind, frame, _proofs(form, who, log, month.start), hopes)


def _clocks(duty: Interval, parties: Parties, month: Window) -> _Clocks:
    """The clocks of those who have a limit at the month's start; they start when the duty began for each."""
    who, inquiry = parties.members(month), parties.inquiry
    limit = inquiry.value(duty.at_most, who.tier, month.start)
    limited = np.flatnonzero(limit.which >= 0)
    who = who.take(limited)
    rule = max(midnight(day) for day in (inquiry.regulation.since, duty.since) if day)
    return _Clocks(who, limit.take(limited), np.maximum(parties.began(who), rule))


def _runs(inquiry: Inquiry, clocks: _Clocks, log: Log) -> _Runs:
    """Evidence winds a clock up anew; the first time it ran down, as far as is known, decides."""
    over = min(inquiry.month_end, inquiry.known_until + 1)  # a clock due at the last known moment has run down
    of, moment = _windings(inquiry, clocks, log)
    due = inquiry.due(moment, clocks.limit.take(of))
    final = np.append(of[1:] != of[:-1], True)[: len(of)]
    following = np.where(final, over, np.append(moment[1:], over)[: len(of)])
    frame = pd.DataFrame({"of": of, "moment": moment, "due": due, "lapsed": following > due})
    deciding = pd.concat([frame[frame["lapsed"]], frame[final]]).drop_duplicates("of").sort_values("of")
    return _Runs(*(deciding[name].to_numpy() for name in ("moment", "due", "lapsed")))


def _windings(inquiry: Inquiry, clocks: _Clocks, log: Log) -> tuple[Numbers, Numbers]:
    """When each clock was wound up, in order of member and moment: last before the month, and in it."""
    member = np.searchsorted(clocks.who.client, log.client)
    first = clocks.began.copy()
    np.maximum.at(first, member, np.where(log.moment < midnight(inquiry.month.start), log.moment, EARLIEST))
    later = log.moment > first[member]
    of = np.concatenate([np.arange(len(first)), member[later]])
    moment = np.concatenate([first, log.moment[later]])
    order = np.argsort(place(of, moment), kind="stable")
    return of[order], moment[order]


def _proofs(form: str, who: Members, log: Log, start: int) -> pd.DataFrame:
    """The rows of the month, and of those before it the last of each client."""
    following = np.append(log.moment[1:], start)[: len(log)]
    last = np.append(log.client[1:] != log.client[:-1], True)[: len(log)]
    chosen = log.take((log.moment >= start) | last | (following >= start))
    return links(form, np.searchsorted(who.client, chosen.client), chosen.row)
