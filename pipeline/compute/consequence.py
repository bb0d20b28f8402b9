"""What follows from missed duties: which rung of its ladder each owner, client or unit has reached.

Duties are counted over the months that the consequence looks back on, oldest first: with rungs at 1, 2 and 4 the third
missed duty stands on the second rung. A consequence is told in the month in which another duty was missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import numpy as np
import pandas as pd

from pipeline.compute.judge import Judged
from pipeline.language.period import add_months
from pipeline.language.policy.consequence import Consequence
from pipeline.language.policy.regulation import Regulation

COLUMNS = {
    "regulation": "str",
    "consequence": "str",
    "subject": "str",  # id of the owner or client, or the unit
    "count": "int64",  # missed duties, or months in a row with one
    "rung": "int64",  # place in the ladder, from 0
    "points": "float64",  # of this month
    "amount": "float64",  # of this month, CNY
}


def follow(regulation: Regulation, judged: Mapping[str, Judged], month: str) -> pd.DataFrame:
    """What follows from what was missed in `month`, as `COLUMNS`, by consequence and subject.

    `judged`: every month known, by its key; a consequence looks back as far as they reach.
    """
    parts = [part for consequence in regulation.consequences for part in _of(consequence, judged, month)]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*COLUMNS])
    return frame.assign(regulation=regulation.id)[[*COLUMNS]].astype(COLUMNS)


def _of(consequence: Consequence, judged: Mapping[str, Judged], month: str) -> Iterator[pd.DataFrame]:
    months = _looked_at(consequence, month)
    counts = pd.DataFrame({key: _missed(consequence, judged[key], key) for key in months if key in judged}).fillna(0)
    counts = counts[counts[month] > 0] if month in counts else counts[:0]
    if counts.empty:
        return
    now = counts[month].to_numpy(dtype=np.int64)
    if consequence.in_a_row:
        total = (counts[counts.columns[::-1]] > 0).cumprod(axis=1).sum(axis=1).to_numpy(dtype=np.int64)
        now = np.ones_like(total)
    else:
        total = counts.sum(axis=1).to_numpy(dtype=np.int64)
    rung = _rung(consequence, total)
    reached = rung >= 0
    yield pd.DataFrame(
        {
            "consequence": consequence.id,
            "subject": counts.index[reached],
            "count": total[reached],
            "rung": rung[reached],
            "points": _sums(consequence, "points", total, now)[reached],
            "amount": _sums(consequence, "amount", total, now)[reached],
        }
    )


def _looked_at(consequence: Consequence, month: str) -> list[str]:
    """The months that are counted, oldest first."""
    first = date.fromisoformat(f"{month}-01")
    return [f"{add_months(first, -back):%Y-%m}" for back in range(consequence.over - 1, -1, -1)]


def _missed(consequence: Consequence, judged: Judged, month: str) -> pd.Series:
    """How many duties of the month each subject missed."""
    duties = judged.duties
    wrong = (duties["month"] == month) & (duties["status"] == "missed") & duties["obligation"].isin(consequence.of)
    subject = duties.loc[wrong, consequence.per]
    return subject[subject != ""].value_counts().sort_index()


def _rung(consequence: Consequence, count: np.ndarray) -> np.ndarray:
    """The highest rung reached, -1 for none."""
    return np.searchsorted([rung.at for rung in consequence.ladder], count, side="right") - 1


def _sums(consequence: Consequence, what: str, total: np.ndarray, now: np.ndarray) -> np.ndarray:
    """What the last `now` of `total` missed duties cost, each by the rung it stands on."""
    of_rung = np.array([getattr(rung, what) for rung in consequence.ladder] + [0.0])
    cost = np.cumsum(np.append(0.0, of_rung[_rung(consequence, np.arange(1, total.max() + 1))]))
    added: np.ndarray = cost[total] - cost[total - now]
    return added
