"""Limit: a number, a length of time or a count stays within a maximum.

Rows and clients of which there is nothing to measure owe nothing. A limit that is passed is missed at once; one that
is kept is met when its time is up. What stops the clock of a case stops it here as well (design, semantics 7).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.compute.casebook import CASE
from pipeline.compute.claims import Claims, joined, links, owed
from pipeline.compute.evidence import Log, counting, moments_in, subject_kind, subjects
from pipeline.compute.inquiry import InForce, Inquiry, Window, accounts, working
from pipeline.compute.members import members
from pipeline.compute.spans import NAT, Flags, Numbers, midnight, pick
from pipeline.language.policy.standing import Limit


def judge_limit(duty: Limit, inquiry: Inquiry) -> Claims:
    """One claim for each row, or for each client with rows in a window; evidence the rows measured."""
    match duty.measure:
        case "column":
            return _numbers(duty, inquiry)
        case "span":
            return _spans(duty, inquiry)
        case "count":
            parts = [_counts(duty, inquiry, window) for window in inquiry.windows(duty, duty.every)]
            return joined(parts) if parts else Claims("client", owed(0))


@dataclass(frozen=True, eq=False)
class _Measured:
    """Rows that were measured: whether each is `within` its limit, when its time is up, and when it was done."""

    log: Log
    tier: Numbers
    value: InForce
    within: Flags
    due: Numbers
    done: Numbers


def _numbers(duty: Limit, inquiry: Inquiry) -> Claims:
    """Rows dated in the month whose column has a number."""
    assert duty.at_most
    log = counting(inquiry, duty, duty.of, midnight(inquiry.month.start), inquiry.month_end)
    number = _column(inquiry, duty.of.form, duty.column, log)
    log, number = log.take(~np.isnan(number)), number[~np.isnan(number)]
    tier = inquiry.roster.tier.at(log.client, log.moment)
    value = inquiry.value(duty.at_most, tier, log.moment)
    within = number <= value.numbers
    measured = _Measured(log, tier, value, within, log.moment, np.where(within, log.moment, NAT))
    return _claims(duty, inquiry, measured)


def _column(inquiry: Inquiry, form: str, column: str, log: Log) -> NDArray[np.float64]:
    """The numbers in a column of the rows of a log, NaN for none."""
    frame = inquiry.rows(form)
    if not len(frame):
        return np.empty(0)
    return np.asarray(frame[column].iloc[log.position].to_numpy(dtype=np.float64, na_value=np.nan))


def _spans(duty: Limit, inquiry: Inquiry) -> Claims:
    """Rows that have begun, until their time is up."""
    assert duty.lasting
    rows = duty.of.model_copy(update={"at": duty.begins})
    log = counting(inquiry, duty, rows, end=inquiry.month_end)
    ended = moments_in(inquiry, duty.of.form, duty.ends, log)
    ended = np.where(ended <= inquiry.known_until, ended, NAT)
    tier = inquiry.roster.tier.at(log.client, log.moment)
    value = inquiry.value(duty.lasting, tier, log.moment)
    stops = inquiry.casebook.stops(log.position, ended) if duty.of.form == CASE else None
    due = inquiry.due(log.moment, value, stops)
    within = (ended != NAT) & ((ended <= due) | (due == NAT))
    return _claims(duty, inquiry, _Measured(log, tier, value, within, due, ended))


def _claims(duty: Limit, inquiry: Inquiry, measured: _Measured) -> Claims:
    """The claims about rows that the duty is about, judged in the month or later."""
    log, paused = measured.log, measured.due == NAT  # while a case is paused its time is not up
    account = np.where(paused, inquiry.account + 1, accounts(measured.due))
    limited = (measured.value.which >= 0) & (account >= inquiry.account)
    chosen = np.flatnonzero(limited & _concerned(duty, inquiry, log, measured.tier))
    log, due, within = log.take(chosen), measured.due[chosen], measured.within[chosen]
    frame = owed(
        len(log),
        subject=subjects(inquiry, duty.of.form, log.position, log.row),
        client=log.client,
        tier=measured.tier[chosen],
        owner=inquiry.roster.answering(duty.role, log.client, due, log.by),
        start=log.moment,
        end=due,
        due=due,
        account=account[chosen],
        actual=within,
        own=within & inquiry.roster.is_owners(duty.role, log.client, log.by, log.moment, log.by),
        value=measured.value.take(chosen).texts,
        done=measured.done[chosen],
        provisional=inquiry.provisional(due) if duty.lasting and working(measured.value.values) else False,
    )
    return Claims(subject_kind(duty.of.form), frame, links(duty.of.form, np.arange(len(log)), log.row))


def _concerned(duty: Limit, inquiry: Inquiry, log: Log, tier: Numbers) -> Flags:
    there = inquiry.roster.present(log.client, log.moment)
    return there & inquiry.in_force(duty, log.moment) & inquiry.concerned(duty, log.client, tier)


def _counts(duty: Limit, inquiry: Inquiry, window: Window) -> Claims:
    """Clients with rows in the window, and how many there are."""
    assert duty.at_most
    log = counting(inquiry, duty, duty.of, window.start, window.end)
    who = members(inquiry, duty, window)
    value = inquiry.value(duty.at_most, who.tier, window.start)
    first = log.first_from(who.client, np.full(len(who.client), window.start))
    count = log.first_from(who.client, np.full(len(who.client), window.end)) - first
    chosen = np.flatnonzero((value.which >= 0) & (count > 0))
    client, first, count, most = who.client[chosen], first[chosen], count[chosen], value.numbers[chosen]
    over = count > most
    passed = pick(log.moment, np.where(over, first + most.astype(np.int64), -1), NAT)
    due = np.where(over, passed, window.due)
    known = window.due <= inquiry.known_until
    frame = owed(
        len(client),
        client=client,
        tier=who.tier[chosen],
        owner=inquiry.roster.owner(duty.role).at(client, due),
        start=window.start,
        end=window.end,
        due=due,
        account=window.account,
        actual=~over & known,
        own=~over & known,  # no row tells it
        value=value.take(chosen).texts,
        done=np.where(~over & known, window.due, NAT),
    )
    claim = np.full(len(inquiry.roster.clients) + 1, -1)
    claim[client] = np.arange(len(client))
    of = claim[log.client]
    return Claims("client", frame, links(duty.of.form, of[of >= 0], log.row[of >= 0]))
