"""The clients to whom something is owed in a window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.compute.inquiry import Inquiry, Window
from pipeline.compute.spans import DAY, Numbers
from pipeline.language.policy.obligation import Duty


@dataclass(frozen=True, eq=False)
class Members:
    """Codes of the clients, their tiers and the days of the window that they were there for.

    `since` and `until` are the first moment and the end of their being there inside the window.
    """

    client: Numbers
    tier: Numbers
    since: Numbers
    until: Numbers

    @property
    def days(self) -> Numbers:
        """How many days of the window they were there for."""
        return (self.until - self.since) // DAY

    def take(self, chosen: Numbers) -> Members:
        """Some of them."""
        return Members(self.client[chosen], self.tier[chosen], self.since[chosen], self.until[chosen])


def members(inquiry: Inquiry, duty: Duty, window: Window) -> Members:
    """The clients of the window whom the duty is about.

    The tier is that of the window's start, or of the day the client joined in it. A client who was not there for all
    of the window is among them unless the duty says `partial: skip`.
    """
    roster = inquiry.roster
    since, until = np.maximum(roster.joined, window.start), np.minimum(roster.left, window.end)
    whole = (since == window.start) & (until == window.end)
    client = np.flatnonzero(whole if duty.partial == "skip" else since < until)
    tier = roster.tier.at(client, since[client])
    found = Members(client, tier, since[client], until[client])
    return found.take(np.flatnonzero(inquiry.concerned(duty, client, tier)))
