"""All logbooks of a month: each in the words of its language, then written by several processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from pipeline.compute.assignment import Assignments
from pipeline.intake.forms import Form
from pipeline.intake.stamp import TEMPLATE, Stamp
from pipeline.language.wording import Lang, Wording, label, wording
from pipeline.out.filenames import safe_name
from pipeline.out.logbook.agenda import Agenda, Cells
from pipeline.out.logbook.issued import Issue, write_issued
from pipeline.out.report.model import month_name
from pipeline.out.report.vocabulary import Vocabulary, named, told_apart
from pipeline.out.workers import each

_CHUNK = 8  # logbooks that a process takes at a time


def issues(assigned: Assignments, words: Vocabulary, month: date, as_of: date, lang: Lang) -> list[Issue]:
    """What every logbook is made from, in the order of `assigned.people`."""
    writer = _Writer(words, as_of, lang)
    key, regulations = f"{month:%Y-%m}", ";".join(r.id for r in words.regulations)
    clients, overdue, cases, duties = (
        _by_staff(frame, write)
        for frame, write in (
            (assigned.clients, writer.clients),
            (assigned.overdue, writer.overdue),
            (assigned.cases, writer.cases),
            (assigned.duties, writer.duties),
        )
    )
    times = assigned.duties.groupby("staff")["times"].sum()
    people = assigned.people.assign(word=told_apart(assigned.people.set_index("staff")["name"]).to_numpy())
    colleagues = people.groupby("unit")["word"].agg(tuple).to_dict()
    found = []
    for staff, name, unit, word in people.itertuples(index=False):
        listed = tuple(str(client) for (client,) in clients.get(staff, ()))
        mates = tuple(dict.fromkeys((word, *colleagues[unit])))
        agenda = Agenda(
            overdue.get(staff, ()),
            cases.get(staff, ()),
            duties.get(staff, ()),
            clients=len(listed),
            times=round(times.get(staff, 0)),
            as_of=as_of,
            month=month_name(month).in_(lang),
        )
        stamp = Stamp(TEMPLATE, staff, key, regulations)
        folder = safe_name(unit or label("logbook_no_unit", lang))
        file = f"{folder}/{safe_name(name)}_{safe_name(staff)}_{key}.xlsx"
        found.append(Issue(stamp, name, unit, listed or ("",), mates, agenda, file))
    return found


class _Writer:
    """Frames of assignments as rows of cells in one language."""

    def __init__(self, words: Vocabulary, as_of: date, lang: Lang) -> None:
        self.words = words
        self.today = pd.Timestamp(as_of)
        self.lang = lang

    def clients(self, rows: pd.DataFrame) -> list[pd.Series]:
        """Names as the dropdown shows them; the id goes before a name that several clients have."""
        twice = self.words.clients.duplicated(keep=False)
        shared = rows["client"].map(twice).astype(bool)
        return [(rows["client"] + " " + rows["name"]).where(shared, rows["name"])]

    def duties(self, rows: pd.DataFrame) -> list[pd.Series]:
        """The cells of the part `duties`."""
        last = _days(rows["last_due"].where(rows["last_due"] > rows["first_due"]))
        return [*self._what(rows), _days(rows["first_due"]), last, rows["article"]]

    def overdue(self, rows: pd.DataFrame) -> list[pd.Series]:
        """The cells of the part `overdue`."""
        late = (self.today - rows["first_due"].dt.normalize()).dt.days
        return [*self._what(rows), _days(rows["first_due"]), late, rows["article"]]

    def cases(self, rows: pd.DataFrame) -> list[pd.Series]:
        """The cells of the part `cases`."""
        todo = self._worded(rows["code"], {**self.words.duty_titles, "": wording("logbook_case_resolve")})
        kind = self._worded(rows["kind"], self.words.choices("case", "kind")) if len(rows) else rows["kind"]
        age = (self.today - rows["opened_at"].astype("datetime64[s]").dt.normalize()).dt.days
        opened, due = (_days(rows[c].astype("datetime64[s]")) for c in ("opened_at", "due_on"))
        return [
            named(rows["client"], self.words.clients),
            kind,
            todo,
            rows["subject"],
            age,
            opened,
            due,
            rows["case_no"],
        ]

    def _what(self, rows: pd.DataFrame) -> list[pd.Series]:
        """Client, tier, duty, rule and how many times."""
        rule = self._phrases(rows["code"] + "=" + rows["value"])
        about = rows["period"].dt.strftime("%Y-%m").astype("str")
        rule = rule.where(rows["period"].isna(), about)
        client = named(rows["client"], self.words.clients)
        return [
            client,
            self._worded(rows["tier"], self.words.tiers),
            self._worded(rows["code"], self.words.duty_titles),
            rule,
            rows["times"],
        ]

    def _worded(self, codes: pd.Series, words: Mapping[str, Wording]) -> pd.Series:
        return codes.map({code: word.in_(self.lang) for code, word in words.items()}).fillna("").astype("str")

    def _phrases(self, keys: pd.Series) -> pd.Series:
        return self._worded(keys, self.words.requirements(keys.unique()))


def _days(moments: pd.Series) -> pd.Series:
    """The days of moments as dates, None where there is none."""
    days: pd.Series = moments.dt.date.astype(object).where(moments.notna(), None)
    return days


def _by_staff(rows: pd.DataFrame, write: Callable[[pd.DataFrame], Sequence[pd.Series]]) -> dict[str, tuple[Cells, ...]]:
    """For every member of staff the rows of cells; `rows` is sorted by staff."""
    lines = list(zip(*(column.tolist() for column in write(rows)), strict=True))
    return {str(staff): tuple(lines[i] for i in at) for staff, at in rows.groupby("staff").indices.items()}


def write_all(
    forms: Sequence[Form], every: Sequence[Issue], folder: Path, lang: Lang, *, due: date | None, workers: int
) -> Iterator[Path]:
    """Writes every logbook under `folder`, as they are done in order; the result does not depend on `workers`."""
    for parent in {(folder / issue.file).parent for issue in every}:
        parent.mkdir(parents=True, exist_ok=True)
    alone = len(every) <= _CHUNK
    yield from each(_write, (tuple(forms), folder, lang, due), every, 1 if alone else workers, at_once=_CHUNK)


def _write(into: tuple[Sequence[Form], Path, Lang, date | None], issue: Issue) -> Path:
    forms, folder, lang, due = into
    path = folder / issue.file
    write_issued(forms, issue, path, lang, due)
    return path
