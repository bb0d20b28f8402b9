"""What is owed and what there is to show for it, before it is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from pipeline.compute.spans import NAT, NOTHING, Numbers
from pipeline.language.finding import findings_frame

_DEFAULTS: dict[str, Any] = {
    "subject": "",  # '' for a client: the claim is the client's
    "client": -1,
    "tier": -1,
    "owner": -1,
    "unit": -1,  # -1: the owner's, else the client's
    "start": NAT,
    "end": NAT,
    "due": NAT,  # NAT: the clock stands still
    "account": 0,  # number of the month of account
    "required": 1.0,
    "actual": 0.0,
    "own": 0.0,  # of `actual`, what the owner of the day did
    "possible": 0.0,  # what rejected rows could add
    "value": "",
    "done": NAT,
    "provisional": False,
}


def links(form: str, duty: Numbers, row: Numbers) -> pd.DataFrame:
    """Rows of a form that belong to duties, these by their place."""
    return pd.DataFrame({"duty": duty, "form": pd.array([form], dtype="str").take(duty * 0), "row": row})


def once(linked: pd.DataFrame) -> pd.DataFrame:
    """Each row of a duty once."""
    return linked.drop_duplicates(["duty", "form", "row"], ignore_index=True)


def no_links() -> pd.DataFrame:
    """None."""
    return links("", NOTHING, NOTHING)


@dataclass(frozen=True, eq=False)
class Claims:
    """The claims under one obligation.

    `owed` has one row a claim, everything in codes and seconds; `proofs` and `hopes` name the accepted rows that
    count and the rejected ones that could.
    """

    subject_kind: str
    owed: pd.DataFrame
    proofs: pd.DataFrame = field(default_factory=no_links)
    hopes: pd.DataFrame = field(default_factory=no_links)
    findings: pd.DataFrame = field(default_factory=findings_frame)


def owed(count: int, **columns: Any) -> pd.DataFrame:
    """A frame of claims with these columns, the others being as usual."""
    return pd.DataFrame(_DEFAULTS | columns, index=pd.RangeIndex(count))


def joined(parts: Sequence[Claims]) -> Claims:
    """The claims of several windows as one."""
    begin = np.cumsum([0, *(len(part.owed) for part in parts)])[:-1]
    proofs = [part.proofs.assign(duty=part.proofs["duty"] + n) for part, n in zip(parts, begin, strict=True)]
    hopes = [part.hopes.assign(duty=part.hopes["duty"] + n) for part, n in zip(parts, begin, strict=True)]
    owed, proof, hope = (pd.concat(p, ignore_index=True) for p in ([part.owed for part in parts], proofs, hopes))
    return Claims(parts[0].subject_kind, owed, proof, hope)
