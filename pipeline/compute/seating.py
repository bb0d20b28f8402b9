"""Seating: which tier each client of a grading gets, where tiers have only so many seats.

One client after the other, the best score first: where one sits decides what is left for the next, so this is a loop
over clients and not over columns. It looks at a few integers of each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.compute.inquiry import Window, account
from pipeline.compute.quota import counted, groups
from pipeline.compute.scoring import Round
from pipeline.compute.spans import Numbers
from pipeline.intake.tiers import ruled_tiers
from pipeline.language.policy.standing import Quota

UNSCORED, STANDARD, DOWNGRADED, FULL = "unscored", "standard", "downgraded", "full"
Bar = tuple[Sequence[int], list[str]]  # the best rank that is open to each client, and what bars the others
_GROUP = ["quota", "unit", "group", "clients", "seats", "now"]


@dataclass(eq=False)
class Seats:
    """The seats that a quota gives: of which of its groups every client is (-1: none), and how many each has left."""

    id: str
    ranks: frozenset[int]  # of the tiers that sit on them
    group: list[int]
    left: list[int]
    table: pd.DataFrame

    def full(self, client: int, rank: int) -> bool:
        """Whether there is no seat for the client at this rank."""
        return rank in self.ranks and self.group[client] >= 0 and self.left[self.group[client]] < 1

    def take(self, client: int, rank: int) -> None:
        """Seats the client."""
        if rank in self.ranks and self.group[client] >= 0:
            self.left[self.group[client]] -= 1

    def taken(self, rank: Numbers) -> pd.DataFrame:
        """The table with how many would sit there, each client being of its `rank`."""
        sitting = np.array(self.group, dtype=np.int64)[np.isin(rank, [*self.ranks])]
        return self.table.assign(proposed=np.bincount(sitting[sitting >= 0], minlength=len(self.table)))


@dataclass(frozen=True, eq=False)
class Seating:
    """The rank of each client, what kept it from a higher one that its score reaches (`;` between), and the seats."""

    rank: Numbers
    held: list[str]
    seats: pd.DataFrame


def seating(grading: Round) -> Seating:
    """The tiers by score, rules, downgrades and seats. Who has no score stays where it is."""
    seats = [_seats(quota, grading) for quota in _quotas(grading)]
    last = len(grading.governance.tiers) - 1
    unscored = np.isnan(grading.score)
    rank = np.where(unscored, grading.rank, last)
    for client in np.flatnonzero(unscored).tolist():
        _sit(client, int(rank[client]), seats)
    held, waiting, bars = _unscored(grading), _order(grading), _bars(grading)
    for place, tier in enumerate(grading.governance.tiers[:-1]):
        least = grading.governance.thresholds.get(tier)
        reached = grading.score >= (grading.value(least) if least else 0.0)
        for client in [c for c in waiting if reached[c]]:
            reason = _reason(client, place, bars, seats)
            if not reason:
                rank[client] = place
                _sit(client, place, seats)
            elif reason not in held[client].split(";"):
                held[client] = f"{held[client]};{reason}".lstrip(";")
        waiting = [c for c in waiting if rank[c] != place]
    tables = [each.taken(rank) for each in seats]
    return Seating(rank, held, pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=_NO_SEATS))


_NO_SEATS = [*_GROUP, "proposed"]


def _order(grading: Round) -> list[int]:
    """Who is scored, the best first; among equals those who are in the higher tier already, then by their ids."""
    order = np.lexsort((grading.client, np.maximum(grading.rank, 0), -grading.score))
    return [c for c in order.tolist() if not np.isnan(grading.score[c])]


def _unscored(grading: Round) -> list[str]:
    """For those without a score which criteria nothing is known of; '' for the others."""
    missing = grading.points.isna()
    if missing.empty:
        return [UNSCORED] * len(grading.client)
    named = [np.where(missing[key], f"{UNSCORED}:{key}", "") for key in missing]
    return [";".join(filter(None, of_client)) for of_client in zip(*named, strict=True)]


def _bars(grading: Round) -> list[Bar]:
    """The best rank that is open to each client, by the rules and by its downgrades, with the reason."""
    governance = grading.governance
    bars: list[Bar] = []
    if governance.standards:
        ranks = {tier: rank for rank, tier in enumerate(governance.tiers)}
        ruled = ruled_tiers(grading.inquiry.facts.clients, grading.inquiry.regulation).iloc[grading.client]
        best = ruled.map(ranks).fillna(len(ranks) - 1).astype("int64").tolist()
        bars.append((best, [STANDARD] * len(best)))
    for i, downgrade in enumerate(governance.downgrades):
        of = np.isin(grading.rank, [governance.tiers.index(tier) for tier in downgrade.of])
        hit = of & np.isin(grading.client, grading.recent(downgrade.rows, downgrade.over))
        bars.append(((hit * governance.tiers.index(downgrade.to)).tolist(), [f"{DOWNGRADED}:{i}"] * len(hit)))
    return bars


def _quotas(grading: Round) -> Iterator[Quota]:
    inquiry = grading.inquiry
    for duty in (inquiry.regulation.obligation(id_) for id_ in grading.governance.quotas):
        if isinstance(duty, Quota) and inquiry.is_in_force(duty, inquiry.month.start):
            yield duty


def _seats(quota: Quota, grading: Round) -> Seats:
    """A fixed share (`at_least` and `at_most`) is rounded to the nearest number of seats, an upper bound down."""
    inquiry, tiers = grading.inquiry, grading.governance.tiers
    today = Window(0, grading.now + 1, account(inquiry.month), inquiry.month.start)
    whole, inside = counted(quota, inquiry, today)
    share = grading.value(quota.at_most) if quota.at_most else 1.0
    staying = inside & ~np.isin(whole, grading.client)  # who is not graded keeps the seat
    group, left, rows = np.full(len(grading.client), -1), [], []
    for i, (name, unit, members) in enumerate(groups(quota, inquiry, today, whole)):
        seats = round(members.sum() * share, 9)
        seats = round(seats) if quota.at_least else int(seats)
        group[np.isin(grading.client, whole[members])] = i
        left.append(seats - int((staying & members).sum()))
        of_unit = inquiry.roster.unit_names[unit]
        rows.append((quota.id, of_unit, name, int(members.sum()), seats, int((inside & members).sum())))
    ranks = frozenset(tiers.index(tier) for tier in quota.part if tier in tiers)
    return Seats(quota.id, ranks, group.tolist(), left, pd.DataFrame(rows, columns=_GROUP))


def _reason(client: int, rank: int, bars: list[Bar], seats: list[Seats]) -> str:
    """What keeps a client from a rank that its score reaches; '' for nothing."""
    for best, reason in bars:
        if best[client] > rank:
            return reason[client]
    return next((f"{FULL}:{each.id}" for each in seats if each.full(client, rank)), "")


def _sit(client: int, rank: int, seats: list[Seats]) -> None:
    for each in seats:
        each.take(client, rank)
