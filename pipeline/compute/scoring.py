"""Scoring: the points that clients come to by the scoring table of a regulation.

A criterion that nothing is known of gives NaN, and the client then has no score: it is told apart from a low one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.compute.inquiry import Inquiry
from pipeline.compute.spans import NAT, Numbers, moments, pick, place, seconds
from pipeline.intake.where import matches
from pipeline.language.policy.governance import Band, Criterion, Entries, Fault, Governance
from pipeline.language.policy.quantity import Quantity

Points = NDArray[np.float64]


class Entered(NamedTuple):
    """Rows about clients in order of client and time: their positions in the form, clients and moments."""

    position: Numbers
    client: Numbers
    moment: Numbers


def entered(inquiry: Inquiry, rows: Entries) -> Entered:
    """The rows up to now that are about a client."""
    frame, client = inquiry.rows(rows.form), inquiry.clients_of(rows.form)
    moment = seconds(frame[rows.at or "happened"]) if len(frame) else client
    chosen = inquiry.fulfilling(rows.form, rows.where) & (client >= 0) & (moment != NAT) & (moment <= inquiry.now)
    position = np.flatnonzero(chosen)
    position = position[np.argsort(place(client, moment)[position], kind="stable")]
    return Entered(position, client[position], moment[position])


@dataclass(frozen=True, eq=False)
class Round:
    """A grading of clients (their codes) as things stand at the end of an inquiry."""

    governance: Governance
    inquiry: Inquiry
    client: Numbers

    @property
    def now(self) -> int:
        """The moment of the grading."""
        return self.inquiry.now

    @cached_property
    def tier(self) -> Numbers:
        """The tier that each client has."""
        return self.inquiry.roster.tier.at(self.client, np.full(len(self.client), self.now))

    @cached_property
    def rank(self) -> Numbers:
        """Its place among the tiers that scores lead to, -1 for none."""
        tiers = self.governance.tiers
        ranks = [tiers.index(name) if name in tiers else -1 for name in [*self.inquiry.roster.tiers, ""]]
        return np.array(ranks, dtype=np.int64)[self.tier]

    @cached_property
    def last(self) -> Entered:
        """The last grading record of each client: -1 and NAT where there is none."""
        found = entered(self.inquiry, self.governance.records)
        at = np.searchsorted(found.client, self.client, side="right") - 1
        at = np.where((at >= 0) & (pick(found.client, at, -1) == self.client), at, -1)
        return Entered(pick(found.position, at, -1), self.client, pick(found.moment, at, NAT))

    @cached_property
    def points(self) -> pd.DataFrame:
        """The points of each client, a column for every criterion; NaN where nothing is known."""
        columns = {key: self._points(criterion) for key, criterion in self.governance.criteria.items()}
        return pd.DataFrame(columns, index=pd.RangeIndex(len(self.client)))

    @cached_property
    def score(self) -> Points:
        """The sum of the points, NaN for a client that is not scored."""
        if self.points.empty:
            return np.full(len(self.client), np.nan)
        total: Points = self.points.to_numpy(dtype=np.float64).sum(axis=1).round(6)  # 0.7 x 90 is 63 to people
        return total

    def value(self, quantity: Quantity) -> float:
        """The value in force for every tier; 0 for none."""
        day = moments(np.array([self.now])).astype("datetime64[D]").item(0)
        return float(quantity.at(None, day) or 0.0)

    def recent(self, rows: Entries, over: Quantity) -> Numbers:
        """The clients of the rows whose time `over` has not run out, each as often as it has such rows, in order."""
        found = entered(self.inquiry, rows)
        tier = self.inquiry.roster.tier.at(found.client, np.full(len(found.client), self.now))
        until = self.inquiry.due(found.moment, self.inquiry.value(over, tier, self.now))
        return found.client[until >= self.now]

    def _points(self, criterion: Criterion) -> Points:
        if criterion.bands:
            return self._by_band(criterion.bands)
        if criterion.fault and criterion.points:
            left: Points = np.maximum(self.value(criterion.points) - self._lost(criterion.fault), 0.0)
            return left
        number: Points = self._record[criterion.column].to_numpy(dtype=np.float64, na_value=np.nan)
        return number * self.value(criterion.weight)

    def _by_band(self, bands: tuple[Band, ...]) -> Points:
        points = np.full(len(self.client), np.nan)
        for band in reversed(bands):  # the first that fits decides
            fits = matches(self._register, band.where) & matches(self._record, band.record)
            points[fits] = self.value(band.points)
        return points

    def _lost(self, fault: Fault) -> Points:
        of = self.recent(fault.rows, fault.over)
        count = np.searchsorted(of, self.client, side="right") - np.searchsorted(of, self.client, side="left")
        return count.astype(np.float64) * self.value(fault.less)

    @cached_property
    def _register(self) -> pd.DataFrame:
        return self.inquiry.facts.clients.iloc[self.client]

    @cached_property
    def _record(self) -> pd.DataFrame:
        """The last grading record of each client, an empty row where there is none."""
        records = self.inquiry.rows(self.governance.records.form).reset_index(drop=True)
        return records.reindex(self.last.position)
