"""How the figures are made, in words: what is counted, and what a rate is."""

from __future__ import annotations

import pandas as pd

from pipeline.language.wording import wording
from pipeline.out.report.model import Table, column

TERMS = ("due", "rate", "unprovable", "open_waived", "own", "few", "tier", "year", "unread", "ids")


def method() -> Table:
    """One row for each term that a reader has to know."""
    said = {term: wording(f"report_method_{term}_said") for term in TERMS}
    names = {term: wording(f"report_method_{term}") for term in TERMS}
    rows = pd.DataFrame({"term": TERMS, "meaning": TERMS}, dtype="str")
    columns = (column("term", words=names), column("meaning", "prose", words=said))
    return Table("method", wording("report_method"), columns, rows)
