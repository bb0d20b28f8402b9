"""What every member of staff has before them in a month: clients, duties to come, what is overdue, open cases.

Nothing is judged anew here: the coming month is judged as known before it, when everything in it is open and has its
last safe moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from pipeline.compute.casebook import CASE, fold
from pipeline.compute.facts import Facts
from pipeline.compute.handing_in import logbooks_due
from pipeline.compute.judge import judge
from pipeline.compute.people import active, clients_of, during
from pipeline.compute.spans import DAY, midnight
from pipeline.language.period import Period, add_months, month_key, month_of
from pipeline.language.policy.obligation import Coverage, Due, Duty, Submission
from pipeline.language.policy.regulation import Regulation
from pipeline.language.policy.standing import Limit, Quota

# What is late and can still be made good. A week without its visit is over; a call-back is owed until it is made.
_MENDABLE = ("deadline", "interval", "submission", "milestone", "review", "completeness")
_DOCUMENTS_BACK = 12  # months after which nobody asks for a document any more
DUTY_COLUMNS = (
    "staff",
    "code",
    "article",
    "subject",
    "client",
    "tier",
    "value",
    "period",
    "times",
    "first_due",
    "last_due",
)
CASE_COLUMNS = ("staff", "case_no", "kind", "client", "subject", "opened_at", "code", "due_on")


@dataclass(frozen=True, eq=False)
class Assignments:
    """The work of a month by member of staff; every frame has a column `staff`.

    - `people`: staff, name, unit: who has clients or duties, in the order of units and ids.
    - `clients`: staff, client, name; those whom the member of staff owns at some time of the month.
    - `duties`, `overdue`: `DUTY_COLUMNS`. `code` is `regulation/obligation`, `tier` `regulation/tier`, `period` the
      first day of what a document is about. Windows of the same duty for the same client are one row: `times` in all,
      `first_due` and `last_due` of them.
    - `due`: by when the logbook of the month is handed in, NaT when nothing says so.
    - `cases`: `CASE_COLUMNS`. `code` and `due_on`: what has to be done next, '' and NaT when no duty says so.
    """

    people: pd.DataFrame
    clients: pd.DataFrame
    duties: pd.DataFrame
    overdue: pd.DataFrame
    cases: pd.DataFrame
    due: pd.Timestamp


def assign(
    regulations: Sequence[Regulation], facts: Facts, month: Period, as_of: date, declared: Due | None = None
) -> Assignments:
    """The work of everybody active in `month`, as known at the end of `as_of`, a day before the month at best.

    `declared`: when the workspace wants the logbooks back.
    """
    duties = _duties(regulations, facts, month, as_of)
    lapsed = _lapsed(duties, month)
    todo, late = duties[_to_come(duties, regulations, month) & ~lapsed], duties[_late(duties, lapsed)]
    todo, late = _with_owner(todo, facts, month), _with_owner(late, facts, month)
    clients = clients_of(facts, month)
    about_cases = pd.concat([late, todo])
    about_cases = about_cases[about_cases["subject_kind"] == CASE]
    cases = _cases(facts, about_cases, as_of)
    todo, late = (_summed(part[part["subject_kind"] != CASE]) for part in (todo, late))
    people = active(facts, month)
    people = people[people["staff"].isin(pd.concat([part["staff"] for part in (clients, todo, late, cases)]))]
    clients, todo, late, cases = (part[part["staff"].isin(people["staff"])] for part in (clients, todo, late, cases))
    due = logbooks_due(declared, duties[duties["current"]], facts, month, regulations)
    return Assignments(people, clients, todo, late, cases, due)


def _duties(regulations: Sequence[Regulation], facts: Facts, month: Period, as_of: date) -> pd.DataFrame:
    """What is judged of the month, of the one before, and of the documents of those before that."""
    months = [month_of(add_months(month.start, -back)) for back in range(_DOCUMENTS_BACK, -1, -1)]
    parts = []
    for regulation in regulations:
        documents = tuple(o for o in regulation.obligations if isinstance(o, Submission))
        logged = tuple(dict.fromkeys(o.counts.form for o in documents))
        about_documents = regulation.model_copy(update={"obligations": documents, "forms": logged})
        for each in months if documents else months[-2:]:
            rule = regulation if each in months[-2:] else about_documents
            judged = judge(rule, facts, each, as_of)[0].duties
            parts.append(judged[_of_month(judged, each, month)].assign(current=each == month))
    return pd.concat(parts, ignore_index=True)


def _of_month(duties: pd.DataFrame, judged: Period, month: Period) -> pd.Series:
    """What a month's judgement tells that no later one tells again: what runs on is in the judgement of `month`."""
    return (duties["month"] == month_key(judged)) if judged != month else duties["month"] != ""


def _lapsed(duties: pd.DataFrame, month: Period) -> pd.Series:
    """The intervals that are over before the month begins, in whichever of the months they are judged."""
    key = duties["regulation"] + "/" + duties["obligation"] + "/" + duties["subject"]
    interval = duties["kind"] == "interval"
    now = (
        duties["current"] & interval & (duties["due_on"] <= pd.Timestamp(month.start)) & (duties["status"] != "waived")
    )
    return interval & key.isin(key[now])


def _late(duties: pd.DataFrame, lapsed: pd.Series) -> pd.Series:
    """What is late and not done yet; since when an interval is over, the month before tells."""
    missed = duties["status"].isin(["missed", "unprovable"])
    undone = duties["kind"].isin(_MENDABLE) & (duties["kind"] != "interval") & duties["done_on"].isna()
    return missed & (undone | (lapsed & ~duties["current"]))


def _to_come(duties: pd.DataFrame, regulations: Iterable[Regulation], month: Period) -> pd.Series:
    """Open duties of somebody: documents that fall due by the end of the month, and everything else that has begun."""
    doable = {f"{r.id}/{o.id}" for r in regulations for o in r.obligations if _is_doable(o)}
    code = duties["regulation"] + "/" + duties["obligation"]
    due = (duties["kind"] != "submission") | (duties["due_on"] < pd.Timestamp(month.end))
    return (duties["status"] == "open") & code.isin(doable) & due


def _is_doable(duty: Duty) -> bool:
    """Whether a duty is met by doing something for it, rather than by how things stand."""
    return not isinstance(duty, Quota | Limit) and not (isinstance(duty, Coverage) and duty.covered.rows is None)


def _with_owner(duties: pd.DataFrame, facts: Facts, month: Period) -> pd.DataFrame:
    """Adds `staff`: the owner; of a document that a unit or the company owes, everybody there who has the role."""
    owned = duties.assign(staff=duties["owner"])
    shared = owned[(owned["owner"] == "") & (owned["kind"] == "submission")].drop(columns="staff")
    holders = facts.staff.loc[during(facts.staff, month), ["staff", "role", "unit"]].drop_duplicates()
    anyone = holders.drop(columns="role").drop_duplicates().assign(role="")
    spread = shared.merge(pd.concat([holders, anyone]), on="role", suffixes=("", "_of_staff"))
    spread = spread[(spread["subject_kind"] == "company") | (spread["subject"] == spread["unit_of_staff"])]
    return pd.concat([owned[owned["owner"] != ""], spread[owned.columns]], ignore_index=True)


def _summed(duties: pd.DataFrame) -> pd.DataFrame:
    """One row for each member of staff, duty, client and value, with `DUTY_COLUMNS`; the most urgent first."""
    regulation = duties["regulation"]
    coded = duties.assign(
        code=regulation + "/" + duties["obligation"],
        tier=(regulation + "/" + duties["tier"]).where(duties["tier"] != "", ""),
        period=duties["start"].where(duties["kind"] == "submission"),
        subject=duties["subject"].where(duties["client"] == "", ""),
        lacking=duties["required"] - duties["earned"],
        last=duties["due_on"],
    )
    keys = ["staff", "code", "article", "subject", "client", "tier", "value", "period"]
    grouped = coded.groupby(keys, dropna=False, sort=False)
    summed = grouped.agg(times=("lacking", "sum"), first_due=("due_on", "min"), last_due=("last", "max")).reset_index()
    return summed.sort_values(["staff", "first_due", "code", "client"], ignore_index=True)[[*DUTY_COLUMNS]]


def _cases(facts: Facts, duties: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Cases not resolved with who handles them, and those about which somebody owes something; the next thing first."""
    if CASE not in facts.rows:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in CASE_COLUMNS})
    rows = fold(facts.rows[CASE], facts.rows.get("pause"), midnight(as_of) + DAY - 1).rows
    rows = rows[["case_no", "kind", "client", "subject", "opened_at", "resolved_at", "handler"]]
    owed = duties.assign(case_no=duties["subject"], code=duties["regulation"] + "/" + duties["obligation"])
    owed = owed.sort_values("due_on").drop_duplicates(["staff", "case_no"])[["staff", "case_no", "code", "due_on"]]
    handled = rows.loc[rows["resolved_at"].isna(), ["case_no", "handler"]].rename(columns={"handler": "staff"})
    mine = handled.merge(owed, on=["staff", "case_no"], how="outer").merge(rows, on="case_no")
    mine = mine.assign(
        code=mine["code"].fillna(""), client=mine["client"].fillna(""), subject=mine["subject"].fillna("")
    )
    return mine.sort_values(["staff", "due_on", "opened_at", "case_no"], ignore_index=True)[[*CASE_COLUMNS]]
