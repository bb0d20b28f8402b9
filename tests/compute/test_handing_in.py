"""The submission register: who hands in what by when, and how it stands."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from pipeline.compute.facts import Facts
from pipeline.compute.handing_in import HANDING_IN, LOGBOOK, handing_in, logbooks_due
from pipeline.language.period import month
from pipeline.language.policy.obligation import Due
from pipeline.store.settlement import SETTLED_COLUMNS
from tests.compute.company import CHEN, LI, WANG, ZHANG, company, handed_in, judged, owners, regulation
from tests.compute.test_submission import BY_COMPANY, RECORD

OCTOBER = month("2026-10")
DUE = pd.Timestamp("2026-11-05 23:59:59")


def came(file: str, submitter: str = ZHANG, saved: str | None = "2026-10-31 17:00", **more: Any) -> dict[str, Any]:
    """A contact log as the ledger has it."""
    usual: dict[str, Any] = dict.fromkeys(SETTLED_COLUMNS, 0) | {"sha256": file, "superseded_by": "", "form": "contact"}
    row = usual | {"file": file, "submitter": submitter, "month": "2026-10", "read": 20, "accepted": 20}
    return row | {"saved_at": pd.Timestamp(saved) if saved else pd.NaT} | more


def register(
    *files: dict[str, Any],
    facts: Facts | None = None,
    duty: dict[str, Any] = RECORD,
    as_of: date = date(2026, 11, 12),
    due: pd.Timestamp = DUE,
) -> pd.DataFrame:
    facts = facts or company(rows={"submission": []})
    submissions = pd.DataFrame(list(files), columns=[*SETTLED_COLUMNS]).astype(SETTLED_COLUMNS)
    duties = judged(duty, facts, as_of=as_of).duties
    found = handing_in(facts, duties, submissions, month=OCTOBER, as_of=as_of, due=due)
    assert found.dtypes.astype(str).to_dict() == HANDING_IN
    return found


def logbook(found: pd.DataFrame, staff: str = ZHANG) -> Any:
    return found[(found["item"] == LOGBOOK) & (found["staff"] == staff)].iloc[0]


def test_everybody_with_duties_owes_a_logbook_besides_the_documents() -> None:
    found = register(came("a.xlsx"))
    assert logbook(found)["status"] == "handed_in"
    assert logbook(found, LI)["status"] == logbook(found, WANG)["status"] == "missing"
    documents = found[found["item"] != LOGBOOK]
    assert set(documents["staff"]) == {ZHANG, LI, WANG}
    assert set(documents["status"]) == {"missing"}
    assert CHEN not in set(found["staff"])  # neither clients nor duties


def test_who_has_clients_owes_a_logbook_without_any_duty() -> None:
    facts = company(rows={"submission": []}, owners=owners(("2026-10-10", CHEN), role="specialist"))
    assert logbook(register(facts=facts), CHEN)["status"] == "missing"


def test_nothing_is_missing_before_its_day_is_over() -> None:
    found = register(as_of=date(2026, 11, 4))
    assert set(found["status"]) == {"awaited"}
    assert set(register(as_of=date(2026, 11, 5))["status"]) == {"missing"}


def test_without_a_day_a_logbook_is_missed_when_the_month_is_over_and_never_late() -> None:
    found = register(came("a.xlsx", saved="2027-01-31 09:00"), due=pd.NaT, as_of=date(2026, 11, 1))
    assert logbook(found)["status"] == "handed_in"
    assert logbook(found, LI)["status"] == "missing"
    assert logbook(register(due=pd.NaT, as_of=date(2026, 10, 30)))["status"] == "awaited"


def test_late_is_what_was_saved_first_after_its_day() -> None:
    assert logbook(register(came("a.xlsx", saved="2026-11-06 08:00")))["status"] == "late"
    corrected = (came("a.xlsx", superseded_by="b.xlsx"), came("b.xlsx", saved="2026-11-09 10:00"))
    found = logbook(register(*corrected))
    assert (found["status"], found["files"], found["file"]) == ("handed_in", 2, "b.xlsx")
    assert found["handed_on"] == pd.Timestamp("2026-11-09 10:00")


def test_a_form_that_comes_late_makes_the_logbook_late() -> None:
    found = register(came("a.xlsx"), came("c.xlsx", form="case", saved="2026-11-17 09:00"))
    assert (logbook(found)["status"], logbook(found)["files"]) == ("late", 1)


def test_rejected_rows_that_stand_make_it_incomplete() -> None:
    wrong = came("a.xlsx", accepted=18, rejected=2)
    found = logbook(register(wrong))
    assert (found["status"], found["read"], found["rejected"]) == ("incomplete", 20, 2)
    mended = logbook(register(wrong | {"superseded_by": "b.xlsx"}, came("b.xlsx", saved="2026-11-05 23:00")))
    assert mended["status"] == "handed_in"


def test_documents_come_from_what_was_judged() -> None:
    facts = company(rows={"submission": [handed_in("11-05", "2026-10"), handed_in("11-08", "2026-10", LI)]})
    documents = register(facts=facts)
    status = documents[documents["item"] != LOGBOOK].set_index("staff")["status"]
    assert status.to_dict() == {ZHANG: "handed_in", LI: "late", WANG: "missing"}
    of_company = register(duty=BY_COMPANY)
    assert of_company.loc[of_company["item"] != LOGBOOK, "staff"].tolist() == [""]


def test_the_day_is_the_workspaces_or_that_of_the_first_document() -> None:
    facts = company(rows={"submission": []})
    duties = judged(RECORD, facts).duties
    rules = [regulation(**RECORD)]
    assert logbooks_due(None, duties, facts, OCTOBER, rules) == DUE
    assert logbooks_due(Due(day=3), duties, facts, OCTOBER, rules) == pd.Timestamp("2026-11-03 23:59:59")
    assert pd.isna(logbooks_due(None, judged(BY_COMPANY, facts).duties, facts, OCTOBER, rules))
