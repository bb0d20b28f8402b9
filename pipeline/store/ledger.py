"""The ledger: every row that was handed in, what it came to, and from which cell of which file it is.

It is made from the logbooks and nothing else: after posting, its bytes depend on the files in the folder and not on
when or in which order they came. So it can always be deleted and rebuilt.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self, TypeVar

import numpy as np
import pandas as pd
from filelock import FileLock, Timeout

from pipeline.language.errors import WorkspaceError
from pipeline.language.finding import FINDING_COLUMNS, Finding, Source, findings_frame, join_findings
from pipeline.language.origin import ORIGIN
from pipeline.language.wording import wording
from pipeline.store.disk import sweep
from pipeline.store.issue import Issue, Parts
from pipeline.store.manifest import ByMonth, Manifest, read_manifest, unusable, write_json, write_manifest
from pipeline.store.partition import Damaged, Partition, read_partition, write_partition
from pipeline.store.settlement import SUBMISSION_COLUMNS, settle_submissions

_LOCK = "lock"
Told = TypeVar("Told")
_ORDER = [
    "file",
    "sheet",
    "row",
    "column",
    *(c for c in FINDING_COLUMNS if c not in ("file", "sheet", "row", "column")),
]


class Ledger(AbstractContextManager["Ledger"]):
    """The ledger in a folder, held for this process alone until it is closed.

    Open it with `with Ledger.open(folder) as ledger:`. Every method may raise WorkspaceError when a file of the ledger
    is missing or damaged.
    """

    def __init__(self, folder: Path, lock: FileLock, manifest: Manifest) -> None:
        self._folder = folder
        self._lock = lock
        self._manifest = manifest

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Opens it, or begins it. Raises WorkspaceError when another process has it or it cannot be used."""
        lock = FileLock(folder / _LOCK, timeout=0, thread_local=False)
        with _writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire()
            except Timeout:
                raise WorkspaceError(wording("ledger_held"), mend=wording("ledger_wait"), path=folder) from None
        try:
            return cls(folder, lock, read_manifest(folder))
        except BaseException:
            lock.release()
            raise

    def close(self) -> None:
        """Lets other processes have it."""
        self._lock.release()

    def __exit__(self, *_: object) -> None:
        self.close()

    def known(self, context: str) -> dict[str, str]:
        """File and hash of everything that is in the ledger and need not be read again in this `context`."""
        if context != self._manifest.context:
            return {}
        submissions = self._manifest.submissions
        return dict(zip(submissions["file"], submissions["sha256"], strict=True))

    def post(
        self,
        rows: Mapping[str, pd.DataFrame],
        submissions: pd.DataFrame,
        findings: pd.DataFrame,
        *,
        context: str,
        present: Mapping[str, str],
        identity: Mapping[str, Sequence[str]],
    ) -> pd.DataFrame:
        """Takes in what was read, and lets go of what is no longer in the folder.

        `rows`: by form, accepted and rejected, with the columns of the contract. `submissions`: `SUBMISSION_COLUMNS`,
        one row per file, form, month and submitter, and one with form '' for a file that holds none. A file's rows
        and findings replace all it had before. `context`: a digest of what reading depends on; with another one than
        before the ledger begins anew. `present`: file and hash of everything in the folder; a known file stays only
        with the hash it has there. `identity`: by form, the columns in which equal rows tell the same.

        Returns the findings that the ledger itself makes: `superseded` and `duplicate_row`, which `findings` gives as
        well, and `file_left`, which is told once. Either all of it is in the ledger when this returns, or nothing.
        """
        before = self._manifest
        left = _left(before.submissions, present)
        old = before if before.context == context else Manifest(context)
        stays = old.submissions["file"].map(dict(present)).eq(old.submissions["sha256"])
        kept = old.submissions[stays & ~old.submissions["file"].isin(submissions["file"])]
        after = Manifest(context, old.submissions, old.rows, old.superseded, settled=old.settled)
        with _writing(self._folder):
            if len(submissions) or len(kept) < len(old.submissions) or old.settled is None:
                self._settle(after, kept, rows, submissions, identity)
            stored = self._read(old.findings)
            about = join_findings([stored[stored["file"].isin(kept["file"])], findings])
            after.findings = write_partition(
                self._folder, "findings/read", about.sort_values(_ORDER, ignore_index=True)
            )
            settled = self._read(after.settled)
            write_manifest(self._folder, after)
            self._manifest = after
            sweep(self._folder, (self._folder / p.file for p in after.partitions()))
        return join_findings([settled, left])

    def rows(self, form: str) -> pd.DataFrame:
        """The rows of a form that stand, by month, file, sheet and row, with the columns of the contract.

        `admission` is accepted, rejected or duplicate. For a form without rows, an empty frame with the common columns.
        """
        return self._months(self._manifest.rows, form)

    def every_row(self, form: str) -> pd.DataFrame:
        """The rows of a form that stand, and those that a later submission replaced."""
        replaced = self._months(self._manifest.superseded, form)
        return pd.concat([self.rows(form), replaced], ignore_index=True) if len(replaced) else self.rows(form)

    def submissions(self) -> pd.DataFrame:
        """`SETTLED_COLUMNS`: what was handed in, how many rows came to what, and the file that superseded it or ''."""
        return self._manifest.submissions.copy()

    def findings(self) -> pd.DataFrame:
        """Everything found about what stands, and `superseded` for what does not."""
        found = join_findings([self._read(self._manifest.findings), self._read(self._manifest.settled)])
        standing = self._manifest.submissions["superseded_by"].eq("").groupby(self._manifest.submissions["file"]).any()
        void = found["file"].isin(standing.index[~standing]) & (found["code"] != "superseded")
        return found[~void].reset_index(drop=True)

    def record_run(
        self,
        month: str,
        *,
        as_of: date,
        versions: Mapping[str, str],
        outputs: Mapping[str, str],
        figures: Mapping[str, Parts] = MappingProxyType({}),
    ) -> Path:
        """Writes what a run of `month` was made from, with what, and what it made and told; gives the file.

        `outputs`: file and hash. `figures`: numerator and denominator by id.
        """
        path, former = self._record(month), self.former_issue(month, as_of)
        record = {
            "month": month,
            **Issue(as_of, figures).record(),
            **self._basis(as_of),
            "versions": dict(versions),
            "outputs": dict(outputs),
            "former": former and former.record(),
        }
        with _writing(self._folder):
            path.parent.mkdir(exist_ok=True)
            write_json(path, record)
        return path

    def outputs(self, month: str) -> frozenset[str]:
        """The files that the last run of `month` made."""
        return self._told(month, lambda record: frozenset(record["outputs"])) or frozenset()

    def former_issue(self, month: str, as_of: date) -> Issue | None:
        """The issue of `month` before the one judged as of a day on what is in the ledger now; None for the first.

        A run that is repeated has the same former issue as when it was run first, so that it gives the same report.
        """
        return self._told(month, lambda record: self._before(record, as_of))

    def _before(self, record: Mapping[str, Any], as_of: date) -> Issue | None:
        basis = self._basis(as_of)
        last = record.get("former") if basis == {key: record[key] for key in basis} else record
        return Issue.of_record(last) if last else None

    def _basis(self, as_of: date) -> dict[str, Any]:
        """What a report rests on."""
        context = self._manifest.context
        return {"as_of": as_of.isoformat(), "context": context, "inputs": self.known(context)}

    def _told(self, month: str, tell: Callable[[Mapping[str, Any]], Told]) -> Told | None:
        """What the record of the last run of `month` tells; None when there was none."""
        path = self._record(month)
        try:
            return tell(json.loads(path.read_text("utf-8"))) if path.is_file() else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise unusable(self._folder, wording("ledger_damaged", name=path.name)) from None

    def _record(self, month: str) -> Path:
        return self._folder / "runs" / f"{month}.json"

    def _settle(
        self,
        after: Manifest,
        kept: pd.DataFrame,
        rows: Mapping[str, pd.DataFrame],
        submissions: pd.DataFrame,
        identity: Mapping[str, Sequence[str]],
    ) -> None:
        """Settles the rows of the kept and of the new submissions, writes them, and enters them in `after`."""
        forms = {
            form: self._all_of(after, form, kept, rows.get(form)) for form in {*after.rows, *after.superseded, *rows}
        }
        known = pd.concat([kept[[*SUBMISSION_COLUMNS]], submissions[[*SUBMISSION_COLUMNS]].astype(SUBMISSION_COLUMNS)])
        settlement = settle_submissions(forms, known.reset_index(drop=True), identity)
        after.submissions = settlement.submissions
        after.rows = self._write_months("rows", settlement.rows)
        after.superseded = self._write_months("superseded", settlement.superseded)
        after.settled = write_partition(self._folder, "findings/settled", settlement.findings)

    def _all_of(self, manifest: Manifest, form: str, kept: pd.DataFrame, new: pd.DataFrame | None) -> pd.DataFrame:
        """All rows of a form: those of the kept submissions, and the new ones."""
        old = [self._months(months, form) for months in (manifest.rows, manifest.superseded) if form in months]
        frames = [frame[frame["file"].isin(kept["file"])] for frame in old] + ([] if new is None else [new])
        return pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)

    def _write_months(self, kind: str, frames: Mapping[str, pd.DataFrame]) -> ByMonth:
        return {form: dict(self._write_parts(f"{kind}/{form}", frame)) for form, frame in frames.items()}

    def _write_parts(self, name: str, frame: pd.DataFrame) -> Iterator[tuple[str, Partition]]:
        """Writes every month of a frame sorted by month."""
        starts = np.flatnonzero(~frame["month"].duplicated())
        for start, end in pairwise([*starts, len(frame)]):
            month = str(frame["month"].iloc[start])
            yield month, write_partition(self._folder, f"{name}/{month or 'undated'}", frame.iloc[start:end])

    def _months(self, by_form: ByMonth, form: str) -> pd.DataFrame:
        parts = [self._read(partition) for _, partition in sorted(by_form.get(form, {}).items())]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*ORIGIN]).astype(ORIGIN)

    def _read(self, partition: Partition | None) -> pd.DataFrame:
        """The frame of a partition; no findings for None."""
        if partition is None:
            return findings_frame()
        try:
            return read_partition(self._folder, partition)
        except Damaged as damaged:
            raise unusable(self._folder, wording("ledger_damaged", name=damaged)) from None


def _left(submissions: pd.DataFrame, present: Mapping[str, str]) -> pd.DataFrame:
    gone = submissions[~submissions["file"].isin([*present])].groupby("file")["read"].sum()
    return findings_frame(Finding("file_left", Source(str(file)), value=str(rows)) for file, rows in gone.items())


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = wording("ledger_unwritable", reason=reason)
        raise WorkspaceError(message, mend=wording("ledger_space"), path=folder) from error
