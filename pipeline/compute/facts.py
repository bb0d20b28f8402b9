"""What judging starts from: the register, and the rows of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from pipeline.language.calendar import Calendar


@dataclass(frozen=True, eq=False)
class Facts:
    """All that is known; columns and dtypes as in docs/architecture.md. Nothing here is ever changed.

    Spans are half-open, `start` up to and without `end`; an empty end is open. `rows` and `doubts` hold the accepted
    and the rejected rows of each form, of every month in the ledger; the number of a row is what evidence points to.
    """

    clients: pd.DataFrame  # index client; name, unit, developer, joined_on, left_on, attributes
    tiers: pd.DataFrame  # regulation, client, tier, start, end
    owners: pd.DataFrame  # client, role, staff, start, end
    staff: pd.DataFrame  # staff, name, unit, role, start, end
    waivers: pd.DataFrame  # client, obligation, start, end, reason, approved_by
    rows: Mapping[str, pd.DataFrame]
    doubts: Mapping[str, pd.DataFrame]
    calendar: Calendar

    def under(self, regulation: str) -> Facts:
        """The facts as a regulation sees them: with the tiers that clients have under it, or under every one (NA)."""
        under = self.tiers["regulation"]
        return replace(self, tiers=self.tiers[(under == regulation).fillna(False) | under.isna()])
