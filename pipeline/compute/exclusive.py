"""Obligations that share no row: what one of them needs does not count for those listed after it.

Elsewhere one row may meet several obligations. What an obligation does not need is free for the next: the first rows of
each claim, as many as are required, are taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd

from pipeline.compute.claims import Claims
from pipeline.compute.inquiry import Inquiry
from pipeline.compute.spans import NOTHING, Numbers, moments, seconds
from pipeline.language.period import add_months, month_key, month_of
from pipeline.language.policy.kinds import Obligation
from pipeline.language.policy.obligation import Cadence, Submission
from pipeline.language.policy.standing import Review

Judge = Callable[[Obligation, Inquiry], Claims]


def apart(duty: Obligation, inquiry: Inquiry, judge: Judge) -> Claims:
    """The claims of an obligation, without the rows that those of its group listed before it have taken."""
    claims, before = judge(duty, inquiry), _before(duty, inquiry)
    if not before or claims.owed.empty:
        return claims
    assert isinstance(duty, Cadence | Submission | Review)
    form = duty.counts.form
    taken = [_taken(other, month, judge) for other in before for month in _months(claims, inquiry)]
    return judge(duty, replace(inquiry, spent={form: np.unique(np.concatenate(taken))}))


def _before(duty: Obligation, inquiry: Inquiry) -> Sequence[Cadence | Submission | Review]:
    """The obligations of the group that are listed before this one and count rows of the same form."""
    if not isinstance(duty, Cadence | Submission | Review) or not duty.exclusive:
        return []
    listed = inquiry.regulation.obligations[: inquiry.regulation.obligations.index(duty)]
    mates = [d for d in listed if isinstance(d, Cadence | Submission | Review) and d.exclusive == duty.exclusive]
    return [mate for mate in mates if mate.counts.form == duty.counts.form]


def _months(claims: Claims, inquiry: Inquiry) -> list[Inquiry]:
    """The inquiries of all months in which something is judged that could have taken a row of these claims.

    One month more on either side: a week may be judged in the month before it ends, or after it begins.
    """
    first, last = (
        moments(end).astype("datetime64[D]").item()
        for end in (claims.owed["start"].to_numpy().min(), claims.owed["end"].to_numpy().max())
    )
    month, found = month_of(min(first - timedelta(days=7), inquiry.month.start)), []
    while month.start <= max(last, add_months(inquiry.month.start, 1)):
        found.append(replace(inquiry, month=month))
        month = month_of(month.end)
    return found


def _taken(duty: Cadence | Submission | Review, inquiry: Inquiry, judge: Judge) -> Numbers:
    """The rows that the claims of a month need."""
    return inquiry.once(
        ("taken", duty.id, month_key(inquiry.month)), lambda: _needed(duty, inquiry, apart(duty, inquiry, judge))
    )


def _needed(duty: Cadence | Submission | Review, inquiry: Inquiry, claims: Claims) -> Numbers:
    if claims.proofs.empty:
        return NOTHING
    frame, claim, row = (
        inquiry.rows(duty.counts.form),
        claims.proofs["duty"].to_numpy(),
        claims.proofs["row"].to_numpy(),
    )
    moment = seconds(frame.loc[row, duty.counts.at or "happened"])
    order = np.lexsort((row, moment, claim))
    rank = pd.Series(claim[order]).groupby(claim[order]).cumcount().to_numpy()
    needed = rank < claims.owed["required"].to_numpy()[claim[order]]
    taken: Numbers = row[order][needed]
    return taken
