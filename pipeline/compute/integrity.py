"""The integrity screen: what in the logbooks of a month is worth a second look.

It flags and never judges: every flag has a harmless explanation as well, changes no figure and no duty, and is a
`notice`. A flag is raised for a member of staff only from a number on that chance and slips of the pen do not reach.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import pandas as pd

from pipeline.compute.facts import Facts
from pipeline.language.finding import FINDING_COLUMNS, bulk_findings, join_findings
from pipeline.language.period import Period, month_key

INTEGRITY_COLUMNS: Final = (*FINDING_COLUMNS, "staff", "form", "number")
CONTACT: Final = "contact"
OTHER_EDITOR: Final = "integrity_other_editor"  # found when the file is read; here it is one of the flags

MONTH_END = pd.Timedelta(days=2)
BULK_LAG = pd.Timedelta(days=7)  # a week's records written up on a Friday are no bulk
BULK_ROWS, BULK_SHARE = 20, 0.5  # two days of thirty would have 7 %

CLONED_LENGTH = 12  # characters besides spaces; shorter is a word that everybody uses
CLONED_CLIENTS = 8  # the same matter may well concern some clients
CLONED_SHARE = 1 / 3  # of a person's texts: who has three stock phrases or more still chooses among them
CLONED_PROSE = 40  # nobody writes so many characters twice by chance, whatever the share
SENT_TO_MANY = ("push", "greeting", "event")  # of these one text for many is how it is meant

OVERLAPS = 3  # once or twice is a rounded time
OVERLAP_SHARE = 1 / 3  # of a person's visits with a time and a length: times are rounded and lengths are guessed
DAY_VISITS = 10  # a visit with the way there takes three quarters of an hour at the least
DAY_MINUTES = 12 * 60

CLOSED_ROWS, CLOSED_SHARE = 8, 0.2  # any day of the week alike would have 30 %
CLOSED_USUAL = 0.1  # where others write so often on days off, they are worked there
ON_ANY_DAY = ("push", "greeting", "event", "complaint")

BEFORE_JOINING = 3
WOOING = ("business", "push")  # somebody who is to become a client is talked to before

AFTER_SAVING = 3
CLOCK_SHARE = 0.5  # where more rows are later than their file, the clock or the program is at fault
DONE_FORMS = ("contact", "case", "document", "grading", "submission", "survey")  # the others may tell of plans


def screen(facts: Facts, submissions: pd.DataFrame, month: Period) -> pd.DataFrame:
    """Every row of `month` that is worth a second look, once for each reason; `INTEGRITY_COLUMNS`.

    `submissions`: the ledger's. Beside the columns of a finding: `staff` wrote it, and it is row `number` of the
    facts' rows of `form`. Sorted by staff, code, and place.
    """
    key = month_key(month)
    logs = {form: _of_month(rows, key) for form, rows in facts.rows.items()}
    found = [_flagged(code, rows, CONTACT) for code, rows in _contact_flags(logs, facts, month)]
    found += [_flagged(_AFTER, rows, form) for form, rows in _after_saving(logs, submissions)]
    return _sorted(join_findings(found)) if any(map(len, found)) else _flagged(_AFTER, pd.DataFrame(), CONTACT)


_AFTER: Final = "integrity_after_saving"


def _contact_flags(logs: dict[str, pd.DataFrame], facts: Facts, month: Period) -> Iterator[tuple[str, pd.DataFrame]]:
    """The checks of contacts; one whose column the log does not have finds nothing."""
    contacts = logs.get(CONTACT, pd.DataFrame())
    checks: tuple[tuple[str, set[str], Callable[[], pd.DataFrame]], ...] = (
        ("integrity_bulk", {"recorded_on"}, lambda: recorded_in_bulk(contacts, month)),
        ("integrity_cloned", {"content"}, lambda: cloned(contacts)),
        ("integrity_overlap", {"minutes", "time"}, lambda: overlapping(contacts)),
        ("integrity_full_day", {"minutes"}, lambda: overfull_days(contacts)),
        ("integrity_closed_day", set(), lambda: on_closed_days(contacts, facts)),
        ("integrity_before_joining", set(), lambda: before_joining(contacts, facts)),
    )
    needed = {"date", "client", "channel", "purpose", "outcome"}
    for code, more, check in checks if len(contacts) else ():
        if needed | more <= {*contacts.columns}:
            yield code, check()


def recorded_in_bulk(contacts: pd.DataFrame, month: Period) -> pd.DataFrame:
    """Contacts of more than a week before that were put on file in the last two days of the month or later.

    Of staff with whom at least half of all rows with a day of recording are such.
    """
    dated = contacts[contacts["recorded_on"].notna()]
    last_days = pd.Timestamp(month.end) - MONTH_END
    late = dated[(dated["recorded_on"] >= last_days) & (dated["recorded_on"] - dated["date"] > BULK_LAG)]
    count = late.groupby("by").size()
    share = count / dated.groupby("by").size().reindex(count.index)
    many = count.index[(count >= BULK_ROWS) & (share >= BULK_SHARE)]
    chosen = late[late["by"].isin(many)]
    return chosen.assign(value=_day(chosen["recorded_on"]), expected=_day(chosen["date"]))


def cloned(contacts: pd.DataFrame) -> pd.DataFrame:
    """Contacts whose content is, but for spaces, the same about many clients; `expected`: about how many.

    A short text is a stock phrase unless it is a good part of all that the person wrote.
    """
    said = contacts[contacts["content"].notna() & ~contacts["purpose"].isin(SENT_TO_MANY)]
    said = said.assign(value=said["content"], bare=said["content"].str.replace(r"\s+", "", regex=True))
    alike = said.groupby(["by", "bare"])
    about, share = alike["client"].transform("nunique"), alike["row"].transform("size") / _each(said, "by")
    length = said["bare"].str.len()
    told = (length >= CLONED_PROSE) | ((length >= CLONED_LENGTH) & (share >= CLONED_SHARE))
    return said.assign(expected=about.astype("str"))[(about >= CLONED_CLIENTS) & told]


def overlapping(contacts: pd.DataFrame) -> pd.DataFrame:
    """Visits that begin while an earlier one by the same person, at another client, lasts."""
    visits = _visits(contacts)
    timed = visits[visits["time"].notna() & visits["minutes"].notna()].sort_values(["by", "happened"], kind="stable")
    ends = timed["happened"] + pd.to_timedelta(timed["minutes"].astype("float64"), unit="min")
    before = timed.assign(ends=ends).groupby("by")[["ends", "client", "happened"]].shift()
    inside = timed[(timed["happened"] < before["ends"]) & (timed["client"] != before["client"])]
    began = before.loc[inside.index, "happened"]
    chosen = inside.assign(value=_moment(inside["happened"]), expected=_moment(began))
    count, of = _each(chosen, "by"), _each(timed, "by").loc[chosen.index]
    return chosen[(count >= OVERLAPS) & (count / of >= OVERLAP_SHARE)]


def overfull_days(contacts: pd.DataFrame) -> pd.DataFrame:
    """Visits on days that have more of them, or more minutes of them, than a day holds."""
    visits = _visits(contacts)
    of_day = visits.groupby(["by", "date"])
    clients = of_day["client"].transform("nunique")
    minutes = visits["minutes"].astype("float64").groupby([visits["by"], visits["date"]]).transform("sum")
    full = (clients > DAY_VISITS) | (minutes > DAY_MINUTES)
    return visits.assign(value=clients.astype("str"), expected=_day(visits["date"]))[full]


def on_closed_days(contacts: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Contacts on days off, of staff with many of them among colleagues with few."""
    usual = contacts[~contacts["purpose"].isin(ON_ANY_DAY)]
    closed = ~pd.Series(facts.calendar.is_working(usual["date"].to_numpy()), index=usual.index)
    off, all_ = closed.groupby(usual["by"]).sum(), usual.groupby("by").size()
    elsewhere = (off.sum() - off) / (all_.sum() - all_).clip(lower=1)
    many = off.index[(off >= CLOSED_ROWS) & (off / all_ >= CLOSED_SHARE) & (elsewhere < CLOSED_USUAL)]
    chosen = usual[closed & usual["by"].isin(many)]
    return chosen.assign(value=_day(chosen["date"]), expected="")


def before_joining(contacts: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Service of clients before they were clients."""
    served = contacts[~contacts["purpose"].isin(WOOING)]
    joined = served["client"].map(facts.clients["joined_on"])
    early = served.assign(value=_day(served["date"]), expected=_day(joined))[served["date"] < joined]
    return early[_each(early, "by") >= BEFORE_JOINING]


def _after_saving(logs: dict[str, pd.DataFrame], submissions: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    saved = submissions.dropna(subset="saved_at").groupby("file")["saved_at"].max()
    for form in (f for f in DONE_FORMS if len(logs.get(f, ())) and len(saved)):
        yield form, after_saving(logs[form], saved)


def after_saving(rows: pd.DataFrame, saved: pd.Series) -> pd.DataFrame:
    """Rows of a later day than the one their file was saved on; `saved`: the moment by file."""
    at = rows["file"].map(saved).astype("datetime64[s]").dt.normalize()
    late = rows["happened"].dt.normalize() > at
    of_file = late.groupby(rows["file"])
    chosen = late & (of_file.transform("sum") >= AFTER_SAVING) & (of_file.transform("mean") <= CLOCK_SHARE)
    told: pd.DataFrame = rows.assign(value=_day(rows["happened"]), expected=_day(at))[chosen]
    return told


def _of_month(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    mine: pd.DataFrame = rows[(rows["month"] == key) & (rows["by"].fillna("") != "")]
    return mine


def _each(rows: pd.DataFrame, column: str) -> pd.Series:
    """For each row how many have the same as it in the column."""
    return rows.groupby(column)["row"].transform("size")


def _visits(contacts: pd.DataFrame) -> pd.DataFrame:
    """What was really a visit; who met several people of a client wrote several rows."""
    made = contacts[(contacts["channel"] == "visit") & (contacts["outcome"] == "connected")]
    return made.drop_duplicates(["by", "happened", "client"])


def _flagged(code: str, rows: pd.DataFrame, form: str) -> pd.DataFrame:
    """The rows as findings with whom and which rows they are about."""
    at = rows.reindex(columns=["file", "sheet", "row", "value", "expected", "by"])
    found = bulk_findings(code, at, value=at["value"], expected=at["expected"])
    extra: dict[str, Any] = {"staff": at["by"].astype("str").to_numpy(), "form": form, "number": rows.index.to_numpy()}
    return found.assign(**extra).astype({"staff": "str", "form": "str", "number": "int64"})


def _sorted(flags: pd.DataFrame) -> pd.DataFrame:
    ordered = flags.sort_values(["staff", "code", "file", "sheet", "row"], kind="stable", ignore_index=True)
    return ordered[[*INTEGRITY_COLUMNS]]


def _day(moments: pd.Series) -> pd.Series:
    told: pd.Series = moments.dt.strftime("%Y-%m-%d")
    return told


def _moment(moments: pd.Series) -> pd.Series:
    told: pd.Series = moments.dt.strftime("%Y-%m-%d %H:%M")
    return told
