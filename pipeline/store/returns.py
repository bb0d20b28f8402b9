"""What was told to staff about their logbooks, and what became of it when they handed them in again.

A finding is the same as one before when it is of the same kind in the same column of the same row. A row is known by
what else stands in it, so that rows may be put in or sorted; where that was changed as well, by the wrong value, or by
the row's number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pandas as pd

from pipeline.language.errors import WorkspaceError
from pipeline.language.finding import FINDING_COLUMNS
from pipeline.language.wording import wording
from pipeline.store.manifest import write_json

TOLD: Final = (*FINDING_COLUMNS, "submission", "content")
"""`submission` names submitter, form and month; `content` is a digest of what else stands in the row."""

_SAME: Final = (  # the closest first
    ["code", "field", "value", "content"],
    ["code", "field", "content"],
    ["code", "field", "value", "row"],
    ["code", "field", "value"],
    ["code", "field", "row"],
)


@dataclass(frozen=True)
class Round:
    """What was told last of each submission, what had been told of the one before it, and the hashes of both.

    `told` and `former` have the columns `TOLD`. `handed_in`: submission -> hash of its files. `again`: those that were
    handed in before.
    """

    told: pd.DataFrame = field(default_factory=lambda: _frame({}))
    former: pd.DataFrame = field(default_factory=lambda: _frame({}))
    handed_in: Mapping[str, str] = field(default_factory=dict)
    again: frozenset[str] = frozenset()


def next_round(before: Round, told: pd.DataFrame, handed_in: Mapping[str, str]) -> Round:
    """The round after `told` of what is `handed_in` now. What has not changed since is compared with what it was."""
    same = _digests(told, handed_in)
    was = _digests(before.told, before.handed_in)
    unchanged = {name for name in handed_in if was.get(name) == same[name]}
    renewed = {name for name in handed_in if name in was and name not in unchanged}
    absent = before.handed_in.keys() - handed_in.keys()
    stays = unchanged | absent
    former = [_of(before.former, stays), _of(before.told, renewed)]
    return Round(
        pd.concat([told[[*TOLD]], _of(before.told, absent)], ignore_index=True),
        pd.concat(former, ignore_index=True),
        {**before.handed_in, **handed_in},
        (before.again & stays) | renewed,
    )


def states(told: pd.DataFrame, former: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """For each finding `open` or `new`, aligned with `told`, and those of `former` that are no more."""
    state = pd.Series("new", index=told.index, dtype="str")
    left, gone = told, former
    for columns in _SAME:
        keys = ["submission", *columns]
        here, there = _numbered(left, keys), _numbered(gone, keys)
        found, lost = here.isin(there), ~there.isin(here)
        state[left.index[found]] = "open"
        left, gone = left[~found.to_numpy()], gone[lost.to_numpy()]
    return state, gone


def contents(findings: pd.DataFrame, rows: pd.DataFrame, fields: Sequence[str]) -> pd.Series:
    """For findings about `rows` of a form what else stands in the row: a digest of its other `fields`; else ''."""
    place = ["file", "sheet", "row"]
    texts = rows.set_index(place)[[*fields]]
    texts = texts[texts.index.isin(pd.MultiIndex.from_frame(findings[place])) & ~texts.index.duplicated()]
    texts = texts.astype("str").fillna("")
    found = pd.Series("", index=findings.index, dtype="str")
    for name, group in findings.groupby("field"):
        others = [column for column in fields if column != name]
        digest = pd.util.hash_pandas_object(texts[others].agg("\x1f".join, axis=1), index=False).map("{:016x}".format)
        at = pd.MultiIndex.from_frame(group[place])
        found[group.index] = pd.Series(digest.reindex(at).fillna("").to_numpy(), index=group.index)
    return found


def read_round(path: Path) -> Round:
    """The round in a file, an empty one without it. Raises WorkspaceError when it is damaged."""
    if not path.is_file():
        return Round()
    try:
        raw = json.loads(path.read_text("utf-8"))
        return Round(_frame(raw["told"]), _frame(raw["former"]), dict(raw["handed_in"]), frozenset(raw["again"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        message = wording("ledger_damaged", name=path.name)
        raise WorkspaceError(message, mend=wording("returns_delete"), path=path) from None


def write_round(path: Path, now: Round) -> None:
    """Writes a round; equal ones give equal bytes."""
    raw = {
        "told": _raw(now.told),
        "former": _raw(now.former),
        "handed_in": dict(now.handed_in),
        "again": sorted(now.again),
    }
    path.parent.mkdir(exist_ok=True)
    write_json(path, raw)


def _numbered(findings: pd.DataFrame, keys: list[str]) -> pd.Series:
    """What is compared of each finding; of several alike the first is compared with the first."""
    keyed = findings[keys].astype("str").agg("\x1f".join, axis=1) if len(findings) else pd.Series([], dtype="str")
    return keyed + "\x1f" + keyed.groupby(keyed).cumcount().astype("str")


def _digests(told: pd.DataFrame, handed_in: Mapping[str, str]) -> dict[str, str]:
    lines = told[[*TOLD]].astype("str").agg("\x1f".join, axis=1) if len(told) else pd.Series([], dtype="str")
    of = {str(name): "\n".join(sorted(group)) for name, group in lines.groupby(told["submission"])}
    return {name: sha256(f"{files}\n{of.get(name, '')}".encode()).hexdigest() for name, files in handed_in.items()}


def _of(findings: pd.DataFrame, submissions: set[str]) -> pd.DataFrame:
    return findings[findings["submission"].isin(submissions)]


def _raw(findings: pd.DataFrame) -> dict[str, list[Any]]:
    ordered = findings.sort_values([*TOLD], ignore_index=True)
    return {name: ordered[name].tolist() for name in TOLD}


def _frame(raw: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    frame = pd.DataFrame({name: raw.get(name, []) for name in TOLD})
    return frame.astype({name: "int64" if name == "row" else "str" for name in TOLD})
