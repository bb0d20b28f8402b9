"""Quota: the share of some tiers among the clients of a group keeps within bounds.

Counted over the clients that are there at the end of the window. The claim is fulfilled or not; `value` tells the share
found and the bounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.compute.claims import Claims, owed
from pipeline.compute.inquiry import Inquiry, Window
from pipeline.compute.spans import NAT, Flags, Numbers
from pipeline.language.policy.quantity import Quantity
from pipeline.language.policy.standing import Quota


class _Bounds(NamedTuple):
    """The least and the greatest share, without the tolerance; the value as text."""

    least: float
    most: float
    text: str


def judge_quota(duty: Quota, inquiry: Inquiry) -> Claims:
    """One claim for each group and window; the subject is the unit, the attribute's value, or '' for the company."""
    kind = duty.per if duty.per in ("company", "unit") else "group"
    parts = [part for window in inquiry.windows(duty, duty.every) for part in _claims(duty, inquiry, window)]
    frame = pd.concat(parts, ignore_index=True) if parts else owed(0)
    return Claims(kind, frame)


def _claims(duty: Quota, inquiry: Inquiry, window: Window) -> Iterator[pd.DataFrame]:
    client, inside = counted(duty, inquiry, window)
    bounds = _bounds(duty, inquiry, window)
    if not bounds.text:
        return
    known = window.due <= inquiry.known_until
    for subject, unit, members in groups(duty, inquiry, window, client):
        share = float(inside[members].mean())
        kept = bounds.least - duty.tolerance <= round(share, 9) <= bounds.most + duty.tolerance
        yield owed(
            1,
            subject=subject,
            unit=unit,
            start=window.start,
            end=window.end,
            due=window.due,
            account=window.account,
            actual=float(known and kept),
            value=f"{share:.1%} / {bounds.text}",
            done=window.due if known and kept else NAT,
        )


def counted(duty: Quota, inquiry: Inquiry, window: Window) -> tuple[Numbers, Flags]:
    """The clients there at the end of the window that the quota is about, and which of them are in its part."""
    roster = inquiry.roster
    client = np.flatnonzero((roster.joined <= window.due) & (window.due < roster.left))
    tier = roster.tier.at(client, np.full(len(client), window.due))
    chosen = inquiry.concerned(duty, client, tier)
    part = np.array([name in duty.part for name in [*roster.tiers, ""]])
    return client[chosen], part[tier[chosen]]


def groups(duty: Quota, inquiry: Inquiry, window: Window, client: Numbers) -> Iterator[tuple[str, int, Flags]]:
    """The groups that have clients: subject, code of the unit (-1 for none), and who is in it."""
    roster = inquiry.roster
    match duty.per:
        case "company":
            of, names = np.zeros(len(client), dtype=np.int64), [""]
        case "unit":
            owner = roster.owner(duty.role).at(client, np.full(len(client), window.due))
            of, names = roster.unit(owner, client, np.full(len(client), window.due)), [*roster.units]
        case attribute:
            of, unique = pd.factorize(inquiry.facts.clients[attribute], sort=True)
            of, names = of[client], [str(name) for name in unique]
    for code in np.unique(of[of >= 0]):
        yield names[code], int(code) if duty.per == "unit" else -1, of == code


def _bounds(duty: Quota, inquiry: Inquiry, window: Window) -> _Bounds:
    least, most = _bound(duty.at_least, inquiry, window), _bound(duty.at_most, inquiry, window)
    told = [f"≥ {least:.0%}" if least is not None else "", f"≤ {most:.0%}" if most is not None else ""]
    return _Bounds(least or 0.0, 1.0 if most is None else most, ", ".join(filter(None, told)))


def _bound(quantity: Quantity | None, inquiry: Inquiry, window: Window) -> float | None:
    if quantity is None:
        return None
    value = inquiry.value(quantity, np.array([-1]), window.start)
    return float(value.numbers[0]) if value.which[0] >= 0 else None
