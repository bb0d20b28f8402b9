"""A small company, and one obligation judged on what its logbooks say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import pandas as pd

from pipeline.compute.facts import Facts
from pipeline.compute.judge import Judged, judge
from pipeline.language.period import month as month_named
from pipeline.language.policy.regulation import Regulation
from tests.cases.build import facts_of

Row = dict[str, Any]

ZHANG, LI, WANG = "张伟", "李娜", "王芳"  # salespersons
CHEN = "陈静"  # the specialist
CLIENT = "华星光电"
LONG_AGO = date(2020, 1, 1)
SALES, SUPPORT = "投融资一部", "客户服务部"


def moment(text: str) -> datetime:
    """`10-09` or `10-09 14:30`, in 2026 unless the year is written."""
    day, _, clock = text.partition(" ")
    day = day if day.count("-") == 2 else f"2026-{day}"
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock) if clock else time())


def client(name: str = CLIENT, joined: str = "2020-01-01", left: str | None = None, **more: Any) -> Row:
    """A client; `left` is the first day it is no longer one."""
    days = {"joined_on": moment(joined).date(), "left_on": moment(left).date() if left else None}
    return {"client": name, "unit": SALES, "developer": ZHANG, **days, **more}


def tiers(*steps: tuple[str, str], of: str = CLIENT) -> list[Row]:
    """Tiers of a client, each from its day until the next."""
    return _spans({"client": of}, "tier", steps)


def owners(*steps: tuple[str, str], of: str = CLIENT, role: str = "salesperson") -> list[Row]:
    """Owners of a client, each from its day until the next."""
    return _spans({"client": of, "role": role}, "staff", steps)


def _spans(same: Row, name: str, steps: Sequence[tuple[str, str]]) -> list[Row]:
    starts = [moment(day).date() for day, _ in steps]
    spans = zip(starts, [*starts[1:], None], steps, strict=True)
    return [{**same, name: value, "start": start, "end": end} for start, end, (_, value) in spans]


def contact(when: str, by: str = ZHANG, about: str = CLIENT, **more: Any) -> Row:
    """A row of the contact log: a call that got through."""
    at = moment(when)
    row = {"happened": at, "date": at.date(), "client": about, "by": by, "channel": "phone", "purpose": "service"}
    return {**row, "outcome": "connected", **more}


def unread(row: Row, *cells: str, **more: Any) -> Row:
    """The row, rejected: its `cells` could not be read."""
    gone = [*cells, *(["happened"] if "date" in cells or "submitted_on" in cells else [])]
    gone += ["by"] if "staff" in cells or "handler" in cells else []
    kept = {"month": f"{row['happened']:%Y-%m}", "submitter": row["by"]}
    return {**kept, **row, **dict.fromkeys(gone), "faults": ";".join(cells), **more}


def case(opened: str, case_no: str = "T-001", by: str = CHEN, **more: Any) -> Row:
    """A row of the case log; moments as text."""
    told = {name: moment(value) if name.endswith("_at") else value for name, value in more.items()}
    row = {"case_no": case_no, "kind": "complaint", "client": CLIENT, "opened_at": moment(opened), "by": by}
    return {**row, "happened": moment(opened), **told}


def pause(start: str, end: str | None = None, case_no: str = "T-001", **more: Any) -> Row:
    """A row of the pause log."""
    stops = {"paused_at": moment(start), "resumed_at": moment(end) if end else None}
    return {"case_no": case_no, "happened": moment(start), **stops, **more}


def handed_in(when: str, period: str, by: str = ZHANG, document: str = "communication_record", **more: Any) -> Row:
    """A row of the submission log."""
    day = moment(when)
    row = {"document": document, "period": period, "submitted_on": day.date(), "happened": day, "by": by}
    return {**row, **more}


def staff(
    name: str, role: str = "salesperson", unit: str = SALES, start: str = "2020-01-01", end: str | None = None
) -> Row:
    """A member of staff in a role; `end` is the first day he no longer has it."""
    days = {"start": moment(start).date(), "end": moment(end).date() if end else None}
    return {"staff": name, "unit": unit, "role": role, **days}


EVERYBODY = [staff(ZHANG), staff(LI), staff(WANG, unit="投融资二部"), staff(CHEN, "specialist", SUPPORT)]


def regulation(**obligation: Any) -> Regulation:
    """A regulation with the one obligation, owed by salespersons unless it says otherwise."""
    both = {"zh": "规定", "en": "rule"}
    duty = {"id": "duty", "article": "1", "title": both, "role": "salesperson", **obligation}
    since = duty.pop("regulation_from", LONG_AGO)
    return Regulation.model_validate(
        {
            "id": "small",
            "title": both,
            "issuer": both,
            "from": since,
            "tiers": {tier: {"title": both} for tier in ("key", "general")},
            "roles": {role: {"title": both} for role in ("salesperson", "specialist")},
            "attributes": {"vip": {"title": both, "type": "yesno"}},
            "forms": ["contact", "case", "pause", "submission"],
            "obligations": [duty],
        }
    )


def company(
    *,
    clients: Sequence[Row] = (),
    people: Sequence[Row] = (),
    rows: Mapping[str, Sequence[Row]] | None = None,
    doubts: Mapping[str, Sequence[Row]] | None = None,
    **register: Any,
) -> Facts:
    """The facts; one key client that 张伟 owns, unless told otherwise."""
    given = {"tiers": tiers(("2020-01-01", "key")), "owners": owners(("2020-01-01", ZHANG)), **register}
    forms = {form: [] for form in ("contact", "case", "pause", "submission")}
    return facts_of(
        clients=clients or [client()],
        attributes={"vip": "yesno"},
        staff=people or EVERYBODY,
        rows=forms | dict(rows or {}),
        doubts=forms | dict(doubts or {}),
        **given,
    )


def judged(duty: Mapping[str, Any], facts: Facts, month: str = "2026-10", as_of: date = date(2026, 12, 31)) -> Judged:
    """What the obligation comes to in the month."""
    return judge(regulation(**duty), facts, month_named(month), as_of)[0]


def told(found: Judged, *columns: str) -> list[tuple[Any, ...]]:
    """These columns of the duties, in order of their start."""
    duties = found.duties.sort_values(["start", "subject"])
    return list(duties[[*columns]].itertuples(index=False, name=None))


def statuses(found: Judged) -> list[str]:
    """The statuses of the duties, in order of their start."""
    return [status for (status,) in told(found, "status")]


def proofs(found: Judged, role: str = "counted") -> list[tuple[str, int]]:
    """The rows of evidence."""
    rows = found.evidence[found.evidence["role"] == role]
    return list(rows[["form", "row"]].itertuples(index=False, name=None))


def at(text: str) -> pd.Timestamp:
    """A moment as it stands in a frame; a day is its last second."""
    when = moment(text)
    return pd.Timestamp(when if " " in text else datetime.combine(when.date(), time(23, 59, 59)))
