"""What the governance of a regulation comes to in a case, in the words of a case file, by Tierbook and by the oracle.

`proposes`: for each client its tier and score, and what kept it from a higher one; `blacklisted`: for each client its
list and since when; `dealings`: the rows that should not be.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd

from pipeline.compute.blacklist import blacklisted
from pipeline.compute.governance import govern
from pipeline.compute.inquiry import Inquiry
from tests.cases.notation import Case
from tests.oracle.governing import Grader
from tests.oracle.world import plain

Verdicts = dict[str, Any]


def proposed(case: Case) -> Verdicts:
    """As Tierbook governs."""
    rule = case.regulation.governance
    assert rule is not None
    inquiry = Inquiry(case.regulation, case.facts().under(case.stem), case.month, case.as_of)
    rows = plain(govern(rule, inquiry).proposals)
    found: Verdicts = {
        "proposes": {r["client"]: _verdict(r["proposed"], r["score"], r["held"].split(";")) for r in rows}
    }
    if rule.blacklist:
        lists = blacklisted(rule.blacklist, inquiry)
        found["blacklisted"] = {r["client"]: _listed(r["list"], r["since"]) for r in plain(lists.listed)}
        found["dealings"] = _numbered(lists.dealings)
    return found


def _numbered(dealings: pd.DataFrame) -> list[str]:
    return sorted(f"{form}:{number}" for form, number in zip(dealings["form"], dealings["number"], strict=True))


def slowly_proposed(case: Case) -> Verdicts:
    """As the oracle governs."""
    grader = Grader(case.regulation, case.facts(), case.month, case.as_of)
    proposals = grader.proposals()
    found: Verdicts = {"proposes": {c: _verdict(p.tier, p.score, p.held) for c, p in proposals.items()}}
    if grader.governance.blacklist:
        found["blacklisted"] = {c: _listed(tier, since) for (c, tier), since in grader.listed().items()}
        found["dealings"] = sorted(f"{form}:{number}" for form, number in grader.dealings())
    return found


def _verdict(tier: str, score: float | None, held: Iterable[str]) -> str:
    """`preferred 90 full:vip_share`; without a score `vip unscored:credit`; without a tier `-`."""
    points = "" if score is None else f"{round(score, 6):g}"
    return " ".join(filter(None, [tier or "-", points, *held]))


def _listed(tier: str, since: date | None) -> str:
    return f"{tier} {since:%Y-%m-%d}" if since else tier
