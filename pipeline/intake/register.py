"""The register: clients with their tiers and owners, staff, waivers, recipients, read from one workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from pipeline.intake.discover import look
from pipeline.intake.forms import Form, twins
from pipeline.intake.lookup import NOBODY, Lookup, client_directory, staff_directory
from pipeline.intake.reader import read_books
from pipeline.intake.records import check_rows, in_order, read_rows
from pipeline.intake.rows import Gathered, gather
from pipeline.intake.sheet import recognise
from pipeline.intake.table import Table
from pipeline.intake.tiers import day_after, half_open, spans, tiers_of_clients
from pipeline.intake.workbook import RawBook
from pipeline.language.catalogue import render
from pipeline.language.errors import WorkbookError
from pipeline.language.finding import Finding, findings_frame, join_findings
from pipeline.language.overrides import FIRST_DAY
from pipeline.language.policy.regulation import Regulation
from pipeline.language.wording import LANGS, Wording, wording
from pipeline.language.workspace import Limits

REQUIRED = ("staff", "client", "owner")  # sheets without which nothing can be judged
_ORDER = ("staff", "client", "tier", "owner", "waiver", "recipient")  # each names what those before it define
_CLIENT = ("name", "unit", "developer", "joined_on", "left_on")
_BESIDE = ("short_name", "contact", "phone", "note")
_EVER = pd.Timestamp(FIRST_DAY)  # when somebody began of whom the register does not say it


@dataclass(frozen=True)
class Register:
    """The frames of `Facts` (docs/architecture.md); days are half-open: an end is the day after the last one.

    `clients` has, behind the columns of `Facts` and the attributes, `short_name`, `contact`, `phone` and `note`.
    `recipients`: staff, scope, report, form, lang, sent_as, email, start, end, and the `row` of the sheet.
    """

    clients: pd.DataFrame
    tiers: pd.DataFrame
    owners: pd.DataFrame
    staff: pd.DataFrame
    waivers: pd.DataFrame
    recipients: pd.DataFrame

    @cached_property
    def lookup(self) -> Lookup:
        """The clients and staff that logbooks may name."""
        return Lookup(client_directory(self.clients.reset_index()), staff_directory(self.staff))


def read_register(
    path: Path,
    forms: Mapping[str, Form],
    regulations: Sequence[Regulation],
    *,
    limits: Limits,
    folder: Path | None = None,
) -> tuple[Register, pd.DataFrame]:
    """The register in the workbook at `path`, and findings about rows that were left out or look wrong.

    `folder` is the workspace; without it findings name the file alone. Raises WorkbookError when the workbook cannot
    be read, or one of the `REQUIRED` sheets is missing or cannot be used.
    """
    return register_of(_book(path, folder or path.parent, limits), path, forms, regulations)


def register_of(
    book: RawBook, path: Path, forms: Mapping[str, Form], regulations: Sequence[Regulation]
) -> tuple[Register, pd.DataFrame]:
    """The register in a workbook as read; see `read_register`."""
    sheets = [forms[key] for key in _ORDER]
    tables, about_sheets = recognise([book], sheets)
    _require(tables, about_sheets, forms, path)
    found, frames = [about_sheets], {}
    lookup = NOBODY
    for form in sheets:
        gathered, about_rows = gather(form, [table for table in tables if table.form.key == form.key])
        frames[form.key], checked = _accepted(gathered, lookup)
        lookup = _known(lookup, form.key, frames[form.key])
        found += [about_rows, checked]
    clients = _clients(frames["client"])
    roles = twins(regulations, "roles")
    tiers, about_tiers = tiers_of_clients(
        _with_twins(frames["tier"], "tier", twins(regulations, "tiers")), clients, regulations
    )
    owners, about_owners = spans(_with_twins(frames["owner"], "role", roles), ["client", "role"])
    register = Register(
        clients=clients,
        tiers=tiers,
        owners=owners[["client", "role", "staff", "start", "end"]],
        staff=_staff(_with_twins(frames["staff"], "role", roles)),
        waivers=half_open(frames["waiver"])[["client", "obligation", "start", "end", "reason", "approved_by"]],
        recipients=_recipients(frames["recipient"]),
    )
    return register, in_order(join_findings([*found, about_tiers, about_owners]))


def _book(path: Path, folder: Path, limits: Limits) -> RawBook:
    if not path.exists():
        raise WorkbookError(wording("forms_no_register"), mend=wording("forms_no_register_mend"), path=path)
    arrival = look(folder, path, limits)
    if isinstance(arrival, Finding):
        raise _unreadable(path, findings_frame([arrival]))
    books, found = read_books([arrival], limits, workers=1)
    if len(errors := found[found["severity"] == "error"]):  # also of a sheet that is left out: its rows would be lost
        raise _unreadable(path, errors)
    return books[0]


def _unreadable(path: Path, found: pd.DataFrame) -> WorkbookError:
    """The error that tells the first finding."""
    told = [render({str(k): v for k, v in found.iloc[0].items()}, lang) for lang in LANGS]
    message, mend = (Wording(*both) for both in zip(*told, strict=True))
    sheet = found.iloc[0]["sheet"]
    return WorkbookError(Wording(*(f"{sheet}: {text}" if sheet else text for text in message)), mend=mend, path=path)


def _require(tables: Sequence[Table], found: pd.DataFrame, forms: Mapping[str, Form], path: Path) -> None:
    for key in REQUIRED:
        of_form = [table for table in tables if table.form.key == key]
        if not of_form:
            title = forms[key].sheet
            message = wording("forms_no_sheet", sheet=title)
            raise WorkbookError(message, mend=wording("forms_no_sheet_mend", sheet=title), path=path)
        lacking = [t.sheet.name for t in of_form if t.lacking & {f.key for f in forms[key].fields if f.required}]
        if lacking:
            errors = found[(found["sheet"] == lacking[0]) & (found["severity"] == "error")]
            raise _unreadable(path, errors)


def _accepted(gathered: Gathered, lookup: Lookup) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows that can be used, with `file`, `sheet`, `row` for what is found later."""
    unknown = [""] * len(gathered.tables)
    records, found = check_rows(read_rows(gathered, lookup).settled(unknown, unknown), unknown)
    frame = pd.concat([records.frame, gathered.at.add_prefix("_")], axis=1)
    return frame[records.admission == "accepted"].reset_index(drop=True), found


def _with_twins(frame: pd.DataFrame, column: str, twins: Mapping[str, list[str]]) -> pd.DataFrame:
    """The rows, each once more under every key that another regulation has for the same role or tier."""
    more = [
        frame[frame[column] == key].assign(**{column: twin}).astype({column: "str"})
        for key, others in twins.items()
        for twin in others
    ]
    return pd.concat([frame, *more], ignore_index=True) if more else frame


def _known(lookup: Lookup, form: str, frame: pd.DataFrame) -> Lookup:
    match form:
        case "staff":
            return Lookup(lookup.clients, staff_directory(frame))
        case "client":
            return Lookup(client_directory(frame), lookup.staff)
    return lookup


def _clients(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.assign(left_on=day_after(frame["left_on"])).set_index("client").sort_index()
    own = [name for name in frame.columns if not name.startswith("_")]
    attributes = [name for name in own if name not in (*_CLIENT, *_BESIDE)]
    return frame[[*_CLIENT, *attributes, *_BESIDE]]


def _recipients(frame: pd.DataFrame) -> pd.DataFrame:
    wanted = ["staff", "scope", "report", "form", "lang", "sent_as", "email", "start", "end"]
    return half_open(frame)[wanted].assign(row=frame["_row"])


def _staff(frame: pd.DataFrame) -> pd.DataFrame:
    served = half_open(frame).assign(start=frame["start"].fillna(_EVER))
    served = served.sort_values(["staff", "start", "role"], kind="stable")
    return served[["staff", "name", "unit", "role", "start", "end", "email"]].reset_index(drop=True)
