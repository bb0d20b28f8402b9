"""Tier governance: for which tier each client is proposed, beside the tier that the register has.

Nothing is decided here. A proposal says what stood in the way of a higher tier; whom nobody scored keeps its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.compute.inquiry import Inquiry
from pipeline.compute.scoring import Round
from pipeline.compute.seating import Seating, seating
from pipeline.compute.spans import NAT, Numbers, moments, pick
from pipeline.language.policy.governance import Governance

SAME, UP, DOWN, NEW = "same", "up", "down", "new"
CRITERION = "criterion:"  # before the key of a criterion in the names of columns


@dataclass(frozen=True, eq=False)
class Governed:
    """How the tiers of a regulation stand at the end of a month.

    - `proposals`: one row for each client that can be graded. `client`, `unit`, `tier` (now); the points, a column
      `criterion:<key>` each, and `score` (NaN: not scored); `proposed`, and `change` (same, up, down, new); `held`,
      what kept it from a higher tier: `standard`, `downgraded:<place>`, `full:<quota>`, `unscored:<criterion>`, several
      with `;`; the last grading's `form`, `number` (-1: none), `graded_on`; `due_on` of the next; `review`: whether
      that is over.
    - `seats`: one row for each quota and group that it holds in: `quota`, `unit`, `group`, `clients`, `seats`, `now`,
      `proposed`.
    """

    proposals: pd.DataFrame
    seats: pd.DataFrame


def govern(governance: Governance, inquiry: Inquiry) -> Governed:
    """The proposals as known at the end of the month, or of the day of judgement if that is sooner."""
    grading = Round(governance, inquiry, _graded(governance, inquiry))
    found = seating(grading)
    return Governed(_proposals(grading, found), found.seats)


def _graded(governance: Governance, inquiry: Inquiry) -> Numbers:
    """The clients there now that are in a tier which is graded, or enter one."""
    roster = inquiry.roster
    everybody = np.arange(len(roster.clients))
    today = np.full(len(everybody), inquiry.now)
    graded = (*governance.tiers, *governance.entering)
    about = inquiry.about(graded, governance.scope, everybody, roster.tier.at(everybody, today))
    return np.flatnonzero(about & roster.present(everybody, today))


def _proposals(grading: Round, found: Seating) -> pd.DataFrame:
    roster, rank, now = grading.inquiry.roster, found.rank, grading.rank
    tier = roster.tier_names[grading.tier]
    named = pd.Series([*grading.governance.tiers, ""], dtype="str").array.take(rank)
    change = np.select([(rank < 0) | (rank == now), now < 0, rank < now], [SAME, NEW, UP], default=DOWN)
    return pd.DataFrame(
        {
            "client": roster.client_names[grading.client],
            "unit": roster.unit_names[pick(roster.client_unit, grading.client, -1)],
            "tier": tier,
            **{f"{CRITERION}{key}": grading.points[key] for key in grading.points},
            "score": grading.score,
            "proposed": pd.Series(named).where(rank >= 0, pd.Series(tier)),
            "change": pd.array(change, dtype="str"),
            "held": pd.array(found.held, dtype="str"),
            **_dates(grading),
        }
    )


def _dates(grading: Round) -> dict[str, object]:
    """The last grading of each client, and by when the next one is due: at once where there was none."""
    form, inquiry, last = grading.governance.records.form, grading.inquiry, grading.last
    begun = np.where(last.moment == NAT, grading.now, last.moment)
    due = inquiry.due(begun, inquiry.value(grading.governance.every, grading.tier, grading.now))
    due = np.where(last.moment == NAT, NAT, due)
    number = pick(inquiry.rows(form).index.to_numpy(dtype=np.int64), last.position, -1)
    return {
        "form": form,
        "number": number,
        "graded_on": moments(last.moment),
        "due_on": moments(due),
        "review": (due == NAT) | (due <= grading.now),
    }
