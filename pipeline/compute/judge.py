"""Judging a month: every obligation of a regulation on everyone it is about, with the evidence.

`Judged` is described in docs/architecture.md. What a figure of the month may count are the duties whose month of
account it is and whose status is met, missed or unprovable.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from pipeline.compute.cadence import judge_cadence
from pipeline.compute.casebook import CASE
from pipeline.compute.claims import Claims
from pipeline.compute.completeness import judge_completeness
from pipeline.compute.coverage import judge_coverage
from pipeline.compute.deadline import judge_deadline
from pipeline.compute.exclusive import apart
from pipeline.compute.facts import Facts
from pipeline.compute.inquiry import Inquiry
from pipeline.compute.interval import judge_interval
from pipeline.compute.limit import judge_limit
from pipeline.compute.milestone import judge_milestone
from pipeline.compute.quota import judge_quota
from pipeline.compute.review import judge_review
from pipeline.compute.spans import NAT, Flags, Numbers, Spans, codes, moments, place, seconds
from pipeline.compute.submission import judge_submission
from pipeline.language.finding import Finding, findings_frame, join_findings
from pipeline.language.period import Period
from pipeline.language.policy.kinds import Obligation
from pipeline.language.policy.obligation import Cadence, Coverage, Deadline, Duty, Interval, Submission
from pipeline.language.policy.regulation import Regulation
from pipeline.language.policy.standing import Completeness, Limit, Milestone, Quota, Review

STATUSES = ("met", "missed", "open", "unprovable", "waived")


@dataclass(frozen=True, eq=False)
class Judged:
    """The duties of a month and the rows they rest on; columns and dtypes as in docs/architecture.md.

    `duties` has one row for each obligation, subject and window. `evidence` names the rows: `counted` ones in
    `Facts.rows[form]`, and for unprovable duties those in `doubt` in `Facts.doubts[form]`.
    """

    duties: pd.DataFrame
    evidence: pd.DataFrame


def judge(regulation: Regulation, facts: Facts, month: Period, as_of: date) -> tuple[Judged, pd.DataFrame]:
    """Judges a month by a regulation, as far as is known at the end of `as_of`, with findings on what cannot be judged.

    Duties that have begun by the end of the month and are accounted for later are among them, in no figure.
    """
    inquiry = Inquiry(regulation, facts.under(regulation.id), month, as_of)
    duties: list[pd.DataFrame] = []
    evidence: list[pd.DataFrame] = []
    findings: list[pd.DataFrame] = []
    begin = 0
    for duty in regulation.obligations:
        claims = apart(duty, inquiry, _claims)
        judged = _judged(duty, inquiry, claims)
        duties.append(judged)
        evidence += _evidence(claims, judged, begin)
        findings.append(claims.findings)
        begin += len(judged)
    whole = pd.concat(duties, ignore_index=True).rename_axis("duty")
    return Judged(whole, pd.concat(evidence, ignore_index=True)), join_findings([*findings, _findings(inquiry, whole)])


def _claims(duty: Obligation, inquiry: Inquiry) -> Claims:  # noqa: PLR0911  # one for each kind
    match duty:
        case Cadence():
            return judge_cadence(duty, inquiry)
        case Interval():
            return judge_interval(duty, inquiry)
        case Deadline():
            return judge_deadline(duty, inquiry)
        case Submission():
            return judge_submission(duty, inquiry)
        case Coverage():
            return judge_coverage(duty, inquiry)
        case Milestone():
            return judge_milestone(duty, inquiry)
        case Quota():
            return judge_quota(duty, inquiry)
        case Completeness():
            return judge_completeness(duty, inquiry)
        case Limit():
            return judge_limit(duty, inquiry)
        case Review():
            return judge_review(duty, inquiry)


def _judged(duty: Obligation, inquiry: Inquiry, claims: Claims) -> pd.DataFrame:
    """The claims with their status, in words."""
    owed, roster, count = claims.owed, inquiry.roster, len(claims.owed)
    number = {name: owed[name].to_numpy() for name in owed.columns}
    number |= {name: number[name].astype(np.float64) for name in ("required", "actual", "own", "possible")}
    unit = np.where(number["unit"] >= 0, number["unit"], roster.unit(number["owner"], number["client"], number["due"]))
    client = roster.client_names.take(number["client"])
    return pd.DataFrame(
        {
            "regulation": _same(inquiry.regulation.id, count),
            "obligation": _same(duty.id, count),
            "article": _same(duty.article, count),
            "kind": _same(duty.kind, count),
            "role": _same(duty.role or "", count),
            "subject_kind": _same(claims.subject_kind, count),
            "subject": client if claims.subject_kind == "client" else owed["subject"].astype("str"),
            "client": client,
            "tier": roster.tier_names.take(number["tier"]),
            "unit": roster.unit_names.take(unit),
            "owner": roster.staff_names.take(number["owner"]),
            "start": moments(number["start"]),
            "end": moments(number["end"]),
            "month": _months(number["account"]),
            "due_on": moments(number["due"]),
            "required": number["required"],
            "actual": number["actual"],
            "earned": np.minimum(number["actual"], number["required"]),
            "own": np.minimum(number["own"], number["required"]),
            "value": owed["value"].astype("str"),
            "status": _text(STATUSES, _status(duty, inquiry, number)),
            "done_on": moments(number["done"]),
            "provisional": number["provisional"],
        }
    )


def _status(duty: Duty, inquiry: Inquiry, number: dict[str, Any]) -> Numbers:
    """The first that applies: waived, met, open, unprovable, missed; as its place in `STATUSES`."""
    due, lacking = number["due"], number["required"] - number["actual"]
    cases = {
        "waived": _waived(duty, inquiry, number["client"], due),
        "met": lacking <= 0,
        "open": (due == NAT) | (due > inquiry.known_until),
        "unprovable": lacking <= number["possible"],
    }
    return np.select([*cases.values()], [STATUSES.index(s) for s in cases], STATUSES.index("missed"))


def _waived(duty: Duty, inquiry: Inquiry, client: Numbers, due: Numbers) -> Flags:
    """Whether a waiver for the client covers the due day."""
    waivers = inquiry.facts.waivers
    if waivers.empty:
        return np.zeros(len(client), dtype=np.bool_)
    waivers = waivers[waivers["obligation"].isin(["*", f"{inquiry.regulation.id}/{duty.id}"])]
    key = codes(inquiry.roster.clients, waivers["client"])
    return Spans(key, seconds(waivers["start"]), seconds(waivers["end"]), key).holds(client, due)


def _evidence(claims: Claims, judged: pd.DataFrame, begin: int) -> Iterator[pd.DataFrame]:
    """The rows that count, and those in doubt where they decide; duties are numbered from `begin`."""
    unprovable = (judged["status"] == "unprovable").to_numpy(dtype=np.bool_)
    doubts = claims.hopes[unprovable[claims.hopes["duty"].to_numpy()]]
    for rows, role in ((claims.proofs, "counted"), (doubts, "doubt")):
        order = np.argsort(place(rows["duty"].to_numpy(), rows["row"].to_numpy()))
        yield rows.take(order).assign(duty=lambda found: found["duty"] + begin, role=_same(role, len(rows)))


def _same(text: str, count: int) -> ExtensionArray:
    return _text([text], np.zeros(count, dtype=np.int64))


def _text(names: Any, code: Numbers) -> ExtensionArray:
    return pd.array([*names], dtype="str").take(code)


def _months(account: Numbers) -> ExtensionArray:
    """The months with these numbers, written `2026-10`."""
    unique, code = np.unique(account, return_inverse=True)
    return _text([f"{n // 12}-{n % 12 + 1:02}" for n in unique], code)


def _findings(inquiry: Inquiry, duties: pd.DataFrame) -> pd.DataFrame:
    """What was strange about the cases, and the years whose calendar is not published."""
    years = duties.loc[duties["provisional"], "due_on"].dt.year.dropna().unique()
    guessed = findings_frame(Finding("judge_calendar_not_published", value=str(int(y))) for y in sorted(years))
    of_cases = [inquiry.casebook.findings] if CASE in inquiry.regulation.forms else []
    return join_findings([*of_cases, guessed])
