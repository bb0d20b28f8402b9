"""The submission register of the report."""

from __future__ import annotations

import datetime as dt

from pipeline.compute.handing_in import LOGBOOK, OPEN
from pipeline.language.policy.obligation import Due
from pipeline.out.report.model import Report, Table
from pipeline.out.report.scope import Scope
from tests.out.builder import sample_report


def table(key: str, report: Report) -> Table:
    return report.tables[key]


def test_every_logbook_and_document_is_in_the_register() -> None:
    rows = table("handing_in", sample_report()).rows
    logbooks = rows[rows["item"] == LOGBOOK]
    assert set(logbooks["staff"]) == {f"S0{n}" for n in range(1, 9)}
    assert not logbooks.duplicated("staff").any()
    assert logbooks["status"].isin(["handed_in", "late", "incomplete"]).all()
    assert (logbooks.loc[logbooks["status"] == "incomplete", "rejected"] > 0).all()


def test_reminders_are_what_somebody_still_has_to_do_with_a_word_of_how() -> None:
    report = sample_report(logbooks_due=Due(day=3))
    register, reminders = table("handing_in", report).rows, table("reminders", report)
    assert len(reminders.rows) == register["status"].isin(OPEN).sum()
    words = next(c.words for c in reminders.columns if c.key == "todo")
    assert words is not None
    assert set(reminders.rows["todo"]) <= set(words)


def test_the_workspace_says_by_when_logbooks_come() -> None:
    rows = table("handing_in", sample_report(logbooks_due=Due(day=2))).rows
    logbooks = rows[rows["item"] == LOGBOOK]
    assert set(logbooks["due_on"].dt.date) == {dt.date(2026, 11, 2)}
    assert set(logbooks["status"]) <= {"late", "incomplete"}  # they were saved on the 3rd


def test_a_report_about_a_person_tells_of_that_person_alone() -> None:
    rows = table("handing_in", sample_report(scope=Scope("staff", ("S01",)))).rows
    assert set(rows["staff"]) <= {"S01", ""}
