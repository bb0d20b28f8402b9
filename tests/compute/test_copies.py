"""Logbooks that came twice are known by their rows."""

from __future__ import annotations

import pandas as pd

from pipeline.compute.copies import find_copies
from tests.fixtures.ledgers import Logbook, rows, submissions


def found(*books: Logbook) -> list[tuple[str, str, str, str]]:
    """Code, file, what it has and the file it is like; all rows are of one day."""
    handed_in = {form: frame.assign(date=pd.Timestamp("2026-10-09")) for form, frame in rows(books).items()}
    findings = find_copies(submissions(books), handed_in.__getitem__)
    return list(findings[["code", "file", "value", "expected"]].itertuples(index=False, name=None))


OCTOBER = Logbook("十月/王志强.xlsx", contacts=("甲公司", "乙公司"))


def test_the_same_rows_under_another_name() -> None:
    again = Logbook("王志强 副本.xlsx", contacts=("甲公司", "乙公司"), saved_at="2026-11-03T09:00:00")
    assert found(OCTOBER, again) == [("logbook_again", "王志强 副本.xlsx", "2", "十月/王志强.xlsx")]


def test_the_same_rows_for_another_month() -> None:
    again = Logbook(
        "十一月/王志强.xlsx", month="2026-11", contacts=("甲公司", "乙公司"), saved_at="2026-11-30T09:00:00"
    )
    told = found(OCTOBER, again)
    assert told[0][:2] == ("logbook_again_other_month", "十一月/王志强.xlsx")


def test_a_correction_is_no_copy() -> None:
    assert found(OCTOBER, Logbook("新.xlsx", contacts=("甲公司", "丙公司"), saved_at="2026-11-03T09:00:00")) == []


def test_an_empty_logbook_is_like_no_other() -> None:
    assert found(Logbook("一.xlsx", contacts=()), Logbook("二.xlsx", contacts=())) == []


def test_rows_of_a_colleague_are_another_matter() -> None:
    assert found(OCTOBER, Logbook("李静.xlsx", submitter="S02", contacts=("甲公司", "乙公司"))) == []
