"""The manifest: the one file that says what the ledger holds. Replacing it is what changes the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd

from pipeline.language.errors import WorkspaceError
from pipeline.language.wording import Wording, wording
from pipeline.store.disk import sync, write_whole
from pipeline.store.partition import Partition
from pipeline.store.settlement import SETTLED_COLUMNS

NAME: Final = "manifest.json"
_VERSION: Final = 2

ByMonth = dict[str, dict[str, Partition]]  # form -> month -> partition


@dataclass(slots=True)
class Manifest:
    """`context`: the digest of register, regulations and forms that everything was read with.

    `rows` and `superseded`: the partitions of rows that stand and of those that a later submission replaced.
    `findings` are those of reading and checking, `settled` those of posting.
    """

    context: str = ""
    submissions: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*SETTLED_COLUMNS]))
    rows: ByMonth = field(default_factory=dict)
    superseded: ByMonth = field(default_factory=dict)
    findings: Partition | None = None
    settled: Partition | None = None

    def __post_init__(self) -> None:
        self.submissions = self.submissions.astype(SETTLED_COLUMNS)

    def partitions(self) -> Iterator[Partition]:
        """Every partition that it names."""
        for by_month in (*self.rows.values(), *self.superseded.values()):
            yield from by_month.values()
        yield from (p for p in (self.findings, self.settled) if p)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the ledger, empty when there is none yet. Raises WorkspaceError."""
    path = folder / NAME
    if not path.exists():
        return Manifest()
    try:
        raw = json.loads(path.read_text("utf-8"))
        if raw["version"] != _VERSION:
            raise unusable(folder, wording("ledger_version"))
        return _manifest(raw)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise unusable(folder, wording("ledger_damaged", name=NAME)) from None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replaces the manifest; when this returns, the new state lasts."""
    write_json(folder / NAME, _raw(manifest))


def write_json(path: Path, value: Any) -> None:
    """Equal values give equal bytes."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1)
    write_whole(path, f"{text}\n".encode())
    sync([path.parent])


def unusable(folder: Path, message: Wording) -> WorkspaceError:
    """The error of a ledger that has to be rebuilt."""
    return WorkspaceError(message, mend=wording("ledger_delete", folder=folder), path=folder)


def _raw(manifest: Manifest) -> dict[str, Any]:
    submissions = manifest.submissions
    saved_at = submissions["saved_at"].dt.strftime("%Y-%m-%dT%H:%M:%S").fillna("").astype("str")
    return {
        "version": _VERSION,
        "context": manifest.context,
        "submissions": submissions.assign(saved_at=saved_at).to_dict("records"),
        "rows": _raw_months(manifest.rows),
        "superseded": _raw_months(manifest.superseded),
        "findings": manifest.findings and manifest.findings._asdict(),
        "settled": manifest.settled and manifest.settled._asdict(),
    }


def _raw_months(by_form: ByMonth) -> dict[str, Any]:
    return {form: {month: p._asdict() for month, p in months.items()} for form, months in by_form.items()}


def _manifest(raw: dict[str, Any]) -> Manifest:
    submissions = pd.DataFrame(raw["submissions"], columns=[*SETTLED_COLUMNS])
    submissions["saved_at"] = pd.to_datetime(submissions["saved_at"].replace("", None), format="%Y-%m-%dT%H:%M:%S")
    return Manifest(
        raw["context"],
        submissions,
        _months(raw["rows"]),
        _months(raw["superseded"]),
        _partition(raw["findings"]),
        _partition(raw["settled"]),
    )


def _months(raw: dict[str, Any]) -> ByMonth:
    return {form: {month: Partition(**p) for month, p in months.items()} for form, months in raw.items()}


def _partition(raw: dict[str, Any] | None) -> Partition | None:
    return Partition(**raw) if raw else None
