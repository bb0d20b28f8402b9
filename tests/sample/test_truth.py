"""The whole pipeline, from workbooks to statuses, against what is known to be true of the sample."""

from __future__ import annotations

import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from pipeline.sample.make import make_story
from pipeline.sample.rules import RULES
from pipeline.sample.tally import tally
from tests.sample.conftest import Sample

MONTHS = ["2026-06", "2026-07", "2026-08", "2026-09", "2026-10"]
KEY = ["obligation", "subject", "start"]
DATA = Path(__file__).parents[2] / "data"


def _differences(sample: Sample, key: str) -> list[dict[str, object]]:
    """Duties that are lacking, too many, or of another status than they should be."""
    judged = sample.judged(key)[[*KEY, "status"]]
    truth = sample.truth[sample.truth["month"] == key][[*KEY, "status"]]
    both = judged.merge(truth, on=KEY, how="outer", suffixes=("", "_true"))
    assert not judged.duplicated(KEY).any()
    return both[(both["status"] != both["status_true"]).fillna(value=True)].to_dict("records")


@pytest.mark.parametrize("key", [*(pytest.param(k, marks=pytest.mark.heavy) for k in MONTHS[:-1]), MONTHS[-1]])
def test_every_duty_of_the_tidy_sample_is_judged_as_it_truly_is(clean: Sample, key: str) -> None:
    assert _differences(clean, key) == []


@pytest.mark.parametrize("key", [*(pytest.param(k, marks=pytest.mark.heavy) for k in MONTHS[1:-1]), *MONTHS[::4]])
def test_every_duty_of_the_messy_sample_is_judged_as_it_truly_is(messy: Sample, key: str) -> None:
    assert _differences(messy, key) == []


@pytest.mark.heavy
def test_other_samples_too(other: Sample) -> None:
    assert {key: _differences(other, key) for key in MONTHS} == {key: [] for key in MONTHS}


def test_the_lines_make_the_plan_come_true() -> None:
    story = make_story()
    counted = tally(story.world, story.books.contacts)
    for obligation, rule in RULES.items():
        for client in story.world.clients:
            for first, _, required in rule.owed(client):
                key = (obligation, client.client, first)
                assert (counted.get(key, 0) >= required) == (story.plan[key] >= required), key


def test_every_cell_of_the_tidy_sample_is_understood(clean: Sample) -> None:
    assert clean.findings.empty
    assert all(doubts.empty for doubts in clean.facts.doubts.values())


def test_the_messy_sample_has_every_sort_of_mess(messy: Sample) -> None:
    codes = Counter(messy.findings["code"])
    assert {code: codes[code] for code in ("file_encrypted", "file_truncated", "file_not_workbook", "superseded")} == {
        "file_encrypted": 1,
        "file_truncated": 1,
        "file_not_workbook": 1,
        "superseded": 1,
    }
    told = {"duplicate_row", "rows_hidden", "row_note", "client_unknown", "choice_unknown", "day_impossible"}
    assert told | {"day_unreadable", "required_missing"} <= codes.keys()
    assert {path.suffix for path in messy.folder.rglob("logbooks/*/*")} == {".xlsx", ".xlsm", ".xls", ".ods"}
    assert len(messy.facts.doubts["contact"]) == 20


def test_it_is_as_large_as_a_department(messy: Sample) -> None:
    assert len(messy.facts.clients) == 150
    assert len(messy.facts.staff) == 16
    assert 7_500 < len(messy.facts.rows["contact"]) < 9_000
    assert sum(path.stat().st_size for path in messy.folder.rglob("*")) < 4_000_000


def test_the_months_tell_a_story(messy: Sample) -> None:
    frame = pd.concat([messy.judged(key) for key in MONTHS])
    due = frame[frame["status"].isin(["met", "missed", "unprovable"])]
    assert 0.84 < (due["status"] == "met").mean() < 0.91
    sold = due[due["role"] == "salesperson"]
    rate = (sold["status"] == "met").groupby([sold["unit"], sold["month"]]).mean()
    assert rate["业务二部", "2026-08"] < min(rate["业务一部", "2026-08"], rate["业务三部", "2026-08"]) - 0.1
    october = sold[sold["month"] == "2026-10"]
    assert (october["status"] == "met").groupby(october["owner"]).mean().idxmin() == "YW08"
    assert (due["status"] == "unprovable").sum() == (messy.truth["status"] == "unprovable").sum() > 10


def test_the_workspace_in_data_is_fresh(messy: Sample) -> None:
    made = {p.relative_to(messy.folder): p for p in messy.folder.rglob("*") if p.is_file()}
    made = {name: path for name, path in made.items() if name.parts[0] != "ledger"}
    there = {p.relative_to(DATA) for p in DATA.rglob("*") if p.is_file() and p.relative_to(DATA).parts[0] != "ledger"}
    assert there == made.keys()
    stale = [str(name) for name, path in made.items() if _contents(DATA / name) != _contents(path)]
    assert not stale, "run: tierbook sample data --force"


def _contents(path: Path) -> object:
    """What a file holds, however well it is compressed; of the one that broke off only that it did."""
    raw = path.read_bytes()
    if not raw.startswith(b"PK"):
        return raw
    try:
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except zipfile.BadZipFile:
        return "broken"


def test_what_is_not_due_yet_is_never_missed(messy: Sample) -> None:
    known_until = date(2026, 10, 15)
    judged = messy.judged("2026-10", known_until)[[*KEY, "due_on", "status"]]
    both = judged.merge(messy.truth, on=KEY, suffixes=("", "_true"))
    due = both["due_on"] < pd.Timestamp("2026-10-16")
    assert (both.loc[due, "status"] == both.loc[due, "status_true"]).all()
    later = both[~due]
    assert set(later["status"]) == {"open", "met", "waived"}
    assert (later.loc[later["status"] == "met", "status_true"] == "met").all()
    assert (later["status"] == "open").sum() > 500
