"""Logbooks given back to staff with what is to be mended marked in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, cast

import pandas as pd

from pipeline.intake.discover import whereabouts
from pipeline.intake.facts import column_number
from pipeline.intake.forms import Form
from pipeline.intake.sniff import sniff
from pipeline.intake.stated import month_of_file
from pipeline.language.catalogue import SEVERITIES, catalogue
from pipeline.language.finding import join_findings, messages
from pipeline.language.period import Period, month_key
from pipeline.language.wording import Lang, label
from pipeline.language.workspace import Workspace
from pipeline.out.marked import Note, Unmarkable, mark
from pipeline.out.marked.companion import companion
from pipeline.out.marked.returned import keep_in_step
from pipeline.out.workers import each
from pipeline.store.ledger import Ledger
from pipeline.store.returns import Round, contents, next_round, read_round, states, write_round

FOLDER: Final = "returned"
MANY: Final = 40  # files from which on it pays to begin other processes
_COUNTED: Final = ("error", "warning")
_READ_ALL_THE_SAME: Final = ("file_no_form",)  # errors of a whole file that can be opened
_NOT_THEIRS: Final = ("file_left", "integrity_other_editor")  # nothing to be mended in any file


@dataclass(frozen=True, slots=True)
class Returned:
    """The logbooks of a month that were given back.

    `files` is how many there are in `folder`, `written` those that were not there before. Of the findings, errors and
    warnings, `open` and `new` are to be mended, and `fixed` were before; all are `new` the first time.
    """

    folder: Path
    files: int
    written: tuple[Path, ...]
    fixed: int
    open: int
    new: int

    @property
    def to_look_at(self) -> bool:
        """Whether there is something to be mended."""
        return self.open + self.new > 0


def give_back(
    workspace: Workspace,
    month: Period,
    ledger: Ledger,
    *,
    forms: Mapping[str, Form],
    found: pd.DataFrame,
    folder: Path,
    lang: Lang,
    workers: int = 1,
) -> Returned:
    """Gives back every logbook of `month` with an error or a warning, as the ledger and `found`, by discovering, tell.

    What judging finds is not told: it rests on the logbooks of others, too. What was told is kept in the ledger's
    folder, to be compared with what will be when a logbook is handed in again.
    """
    key = month_key(month)
    paths = _of_month(workspace, ledger.submissions(), key)
    told = join_findings([found, ledger.findings()])
    told = told[told["file"].isin(paths) & ~told["code"].isin(_NOT_THEIRS)].reset_index(drop=True)
    told = _known_by(told, ledger, forms)
    counted = told[told["severity"].isin(_COUNTED)]
    record = workspace.ledger / FOLDER / f"{key}.json"
    handed_in = _handed_in(paths, ledger.submissions())
    now = next_round(read_round(record), counted, handed_in)
    told["state"], fixed = _states(now, counted)
    told["state"] = told["state"].fillna("")
    fixed = _where_now(fixed, ledger.submissions()).assign(state="fixed")
    lines = _worded(pd.concat([told, fixed], ignore_index=True), forms, lang)
    of_file = dict(list(lines.groupby("file")))
    books = [
        _Book(paths[f], handed_in[f"||{f}"], _notes(of_file[f]), _refused(of_file[f])) for f in counted["file"].unique()
    ]
    desk = _Desk(workspace.logbooks, workspace.limits.file_mb, lang)
    marked = each(_given_back, desk, books, workers if len(books) > MANY else 1, at_once=8)
    files = {name: content for of_book in marked for name, content in of_book.items()}
    written = keep_in_step(folder / FOLDER, files)
    write_round(record, now)
    counts = told.loc[counted.index, "state"].value_counts()
    open_ = int(counts.get("open", 0))
    return Returned(folder / FOLDER, len(files), tuple(written), len(fixed), open_, len(counted) - open_)


def _of_month(workspace: Workspace, submissions: pd.DataFrame, month: str) -> dict[str, Path]:
    """The files of a month: by what is in them, else by their name; one that tells no month is of every month."""
    known = {str(file): set(months) - {""} for file, months in submissions.groupby("file")["month"]}

    def is_of_month(file: str) -> bool:
        named = month_of_file(file)
        return month in known.get(file, ()) or (not known.get(file) and (not named or month.endswith(named)))

    everywhere = whereabouts(workspace.folder, workspace.logbooks)
    return {file: path for file, path in everywhere.items() if is_of_month(file)}


def _known_by(told: pd.DataFrame, ledger: Ledger, forms: Mapping[str, Form]) -> pd.DataFrame:
    """The findings with the `form` and `submission` they are about, and the `content` of their row."""
    told = told.assign(form="", submission=_of_file(told["file"]), content="")
    for key in forms:
        rows = ledger.rows(key)
        of_form = told[_at(told, ["file", "sheet"]).isin(_at(rows, ["file", "sheet"]))]
        if of_form.empty:
            continue
        owner = rows.drop_duplicates(["file", "sheet"]).set_index(["file", "sheet"])[["month", "submitter"]]
        owner = owner.loc[_at(of_form, ["file", "sheet"])].set_index(of_form.index)
        named = _submission(key, owner["month"], owner["submitter"], of_form["file"])
        fields = [field for field in forms[key].keys if field in rows]
        told.loc[of_form.index, "form"] = key
        told.loc[of_form.index, "submission"] = named
        told.loc[of_form.index, "content"] = contents(of_form, rows, fields)
    return told


def _at(frame: pd.DataFrame, columns: list[str]) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(frame[columns])


def _submission(form: pd.Series | str, month: pd.Series, submitter: pd.Series, file: pd.Series) -> pd.Series:
    """What stays the same when a logbook is handed in again under another name."""
    return form + "|" + month + "|" + submitter.where(submitter != "", file)


def _of_file(file: pd.Series) -> pd.Series:
    return "||" + file


def _handed_in(paths: Mapping[str, Path], submissions: pd.DataFrame) -> dict[str, str]:
    """Each submission, and each file by itself, with a hash of what was handed in."""
    ours = submissions[submissions["file"].isin(paths)]
    hashes = dict(zip(ours["file"], ours["sha256"], strict=True))
    files = {f"||{file}": hashes.get(file) or _hash(path) for file, path in paths.items()}
    standing = ours[(ours["superseded_by"] == "") & (ours["form"] != "")]
    names = _submission(standing["form"], standing["month"], standing["submitter"], standing["file"])
    return {str(name): "+".join(sorted(group)) for name, group in standing["sha256"].groupby(names)} | files


def _hash(path: Path) -> str:
    try:
        return "" if path.is_symlink() else sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _states(now: Round, told: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """`new` or `open` for what is told of submissions handed in again, '' for others; and what was mended."""
    again = told["submission"].isin(now.again)
    state, fixed = states(told[again], now.former[now.former["submission"].isin(now.again & now.handed_in.keys())])
    return state.reindex(told.index, fill_value=""), fixed


def _where_now(fixed: pd.DataFrame, submissions: pd.DataFrame) -> pd.DataFrame:
    """What was mended, with the file that was handed in last."""
    standing = submissions[submissions["superseded_by"] == ""]
    names = _submission(standing["form"], standing["month"], standing["submitter"], standing["file"])
    file = dict(zip(names, standing["file"], strict=True))
    form = fixed["submission"].str.replace(r"\|.*", "", regex=True)
    return fixed.assign(file=fixed["submission"].map(file).fillna(fixed["file"]).astype("str"), form=form)


def _worded(told: pd.DataFrame, forms: Mapping[str, Form], lang: Lang) -> pd.DataFrame:
    """The findings with `message`, `mend` and `title` in words; errors first, what was mended and notices last."""
    parts = []
    for key, group in told.groupby("form", sort=False):
        form = forms.get(str(key))
        fields = {field.key: field.title.in_(lang) for field in form.fields} if form else {}
        said = {part: messages(group, lang, part=part, fields=fields) for part in ("message", "mend")}
        parts.append(group.assign(**said))
    worded = pd.concat(parts) if parts else told.assign(message="", mend="")
    worded["title"] = [catalogue()[code].title.in_(lang) for code in worded["code"]]
    rank = worded["severity"].map(SEVERITIES.index).astype("int64") + 10 * (worded["state"] == "fixed")
    width = worded["column"].str.len()
    return worded.assign(rank=rank, width=width).sort_values(["rank", "file", "sheet", "row", "width", "column"])


@dataclass(frozen=True, slots=True)
class _Desk:
    """What is the same for every file that goes back."""

    logbooks: Path
    file_mb: float
    lang: Lang


@dataclass(frozen=True, slots=True)
class _Book:
    """A file: its hash as it was read, what is told of it, and the title of what made it unreadable."""

    path: Path
    hash: str
    notes: list[Note]
    refused: str


def _given_back(desk: _Desk, book: _Book) -> dict[str, bytes]:
    """What goes back for a file: itself, marked; or, where that cannot be, itself as it is and a list beside it."""
    path, lang = book.path, desk.lang
    small = not path.is_symlink() and path.is_file() and path.stat().st_size <= desk.file_mb * 1e6
    name, content = path.relative_to(desk.logbooks).as_posix(), _content(path) if small else b""
    reason = _obstacle(content, book, lang)
    try:
        if not reason:
            return {name: mark(content, book.notes, lang)}
    except Unmarkable:
        reason = label("marked_reason_build", lang)
    itself = {name: content} if content else {}
    return itself | {f"{name}_{label('marked_sheet', lang)}.xlsx": companion(book.notes, reason, lang)}


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # the finding says so
        return b""


def _refused(lines: pd.DataFrame) -> str:
    """The title of the error because of which nothing of the file was read; '' for none."""
    whole = lines[(lines["severity"] == "error") & (lines["sheet"] == "") & (lines["state"] != "fixed")]
    return next(iter(whole.loc[~whole["code"].isin(_READ_ALL_THE_SAME), "title"]), "")


def _obstacle(content: bytes, book: _Book, lang: Lang) -> str:
    """Why the file cannot be marked; '' when it can."""
    if book.refused:
        return book.refused
    if sha256(content).hexdigest() != book.hash:  # the findings are about another one
        return catalogue()["file_changed"].title.in_(lang)
    format_, refusal = sniff(content)
    unfit = refusal or format_ != "xlsx"
    return label("marked_reason_format", lang, format=format_ or "?") if unfit else ""


def _notes(lines: pd.DataFrame) -> list[Note]:
    columns = ["severity", "title", "message", "mend", "sheet", "row", "column", "value", "suggestion", "state"]
    rows = lines[columns].assign(column=lines["column"].map(column_number)).to_dict("records")
    return [Note(**cast(dict[str, Any], row)) for row in rows]
