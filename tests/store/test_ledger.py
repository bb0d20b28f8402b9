"""The ledger: what counts of everything handed in, and that nothing of it depends on the way it came in."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from pipeline.language.errors import WorkspaceError
from pipeline.store.issue import Issue
from pipeline.store.ledger import Ledger
from tests.fixtures.ledgers import DTYPES, Logbook, content, findings, post, rows, submissions

WANG = Logbook("logbooks/王芳.xlsx", "S01", contacts=("00123", "00124", "?"), cases=("T-1",))
LI = Logbook("logbooks/李强.xlsx", "S02", contacts=("00125",))


def told(found: pd.DataFrame) -> list[list[object]]:
    return found[["code", "file", "sheet", "row", "value", "expected"]].to_numpy().tolist()


def counts(ledger: Ledger) -> list[list[object]]:
    columns = ["file", "form", "read", "accepted", "rejected", "duplicate", "superseded"]
    return ledger.submissions()[columns].to_numpy().tolist()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "ledger"


def test_a_new_ledger_is_empty(folder: Path) -> None:
    with Ledger.open(folder) as ledger:
        assert ledger.known("c1") == {}
        assert len(ledger.rows("contact")) == len(ledger.findings()) == len(ledger.submissions()) == 0


def test_rows_come_back_in_order_with_their_dtypes(folder: Path) -> None:
    september = Logbook("logbooks/张伟.xlsx", "S03", "2026-09", contacts=("00200",))
    with Ledger.open(folder) as ledger:
        assert post(ledger, [WANG, LI, september]).empty
    with Ledger.open(folder) as ledger:
        found = ledger.rows("contact")
        assert found.dtypes.astype(str).to_dict() == DTYPES["contact"]
        assert_frame_equal(found, rows([september, LI, WANG])["contact"])
        assert_frame_equal(ledger.rows("case"), rows([WANG])["case"])
        assert counts(ledger) == [
            ["logbooks/张伟.xlsx", "contact", 1, 1, 0, 0, 0],
            ["logbooks/李强.xlsx", "contact", 1, 1, 0, 0, 0],
            ["logbooks/王芳.xlsx", "case", 1, 1, 0, 0, 0],
            ["logbooks/王芳.xlsx", "contact", 3, 2, 1, 0, 0],
        ]


def test_what_is_known_need_not_be_read_again(folder: Path) -> None:
    with Ledger.open(folder) as ledger:
        post(ledger, [WANG, LI])
        assert ledger.known("c1") == {WANG.file: WANG.sha256, LI.file: LI.sha256}
        assert ledger.known("another register") == {}


def test_another_context_begins_anew(folder: Path) -> None:
    with Ledger.open(folder) as ledger:
        post(ledger, [WANG])
        post(ledger, [LI], context="c2")
        assert set(ledger.known("c2")) == {LI.file}
        assert ledger.rows("contact")["client"].tolist() == ["00125"]


def test_a_file_saved_again_replaces_its_rows(folder: Path) -> None:
    with Ledger.open(folder) as ledger:
        post(ledger, [WANG, LI])
        post(ledger, [Logbook(WANG.file, "S01", contacts=("00999",)), LI])
        assert ledger.rows("contact")["client"].tolist() == ["00125", "00999"]
        assert ledger.rows("case").empty


def test_a_file_that_changed_and_was_not_read_leaves_the_ledger(folder: Path) -> None:
    with Ledger.open(folder) as ledger:
        post(ledger, [WANG, LI])
        present = {WANG.file: "now encrypted", LI.file: LI.sha256}
        ledger.post(rows([]), submissions([]), findings([]), context="c1", present=present, identity={})
        assert set(ledger.rows("contact")["file"]) == {LI.file}


def test_a_file_that_is_gone_leaves_with_a_notice(folder: Path) -> None:
    with Ledger.open(folder) as ledger:
        post(ledger, [WANG, LI])
        found = post(ledger, [LI])
        assert told(found) == [["file_left", WANG.file, "", 0, "4", ""]]
        assert found["severity"].tolist() == ["notice"]
        assert ledger.rows("contact")["client"].tolist() == ["00125"]
        assert ledger.findings().empty
        assert post(ledger, [LI]).empty


def test_of_two_submissions_the_one_saved_last_stands(folder: Path) -> None:
    again = Logbook("logbooks/王芳 更正.xlsx", "S01", saved_at="2026-11-02T09:00:00", contacts=("00123", "00777"))
    with Ledger.open(folder) as ledger:
        expected = [["superseded", WANG.file, "联系记录", 0, "2026-10", again.file]]
        assert told(post(ledger, [again, WANG])) == expected
        assert told(ledger.findings()) == expected
        assert ledger.rows("contact")["client"].tolist() == ["00123", "00777"]
        assert ledger.rows("case")["case_no"].tolist() == ["T-1"], "another form of the older file stands"
        assert counts(ledger) == [
            [again.file, "contact", 2, 2, 0, 0, 0],
            [WANG.file, "case", 1, 1, 0, 0, 0],
            [WANG.file, "contact", 3, 0, 0, 0, 3],
        ]
        post(ledger, [WANG])
        assert ledger.rows("contact")["client"].tolist() == ["00123", "00124", "?"], "the older one stands again"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"submitter": ""}, {"submitter": ""}),
        ({"submitter": "S01"}, {"submitter": "S02"}),
        ({"month": "2026-09"}, {"month": "2026-10"}),
        ({"contacts": ("00123",)}, {"contacts": ()}),
        ({"contacts": ("00123",)}, {"contacts": None, "cases": ("T-1",)}),
    ],
)
def test_what_does_not_supersede(folder: Path, one: dict[str, object], other: dict[str, object]) -> None:
    pair = [
        Logbook("a.xlsx", **{"contacts": ("00123",), **one}),
        Logbook("b.xlsx", saved_at="2026-11-09T00:00:00", **{"contacts": ("00124",), **other}),
    ]
    with Ledger.open(folder) as ledger:
        assert post(ledger, pair).empty
        assert ledger.submissions()["superseded"].sum() == 0


@pytest.mark.parametrize(("saved_at", "stands"), [(None, "b.xlsx"), ("2026-10-31T16:30:00", "c.xlsx")])
def test_without_a_time_of_saving_it_is_older_and_at_the_same_time_the_path_decides(
    folder: Path, saved_at: str | None, stands: str
) -> None:
    pair = [Logbook("b.xlsx", contacts=("1",)), Logbook("c.xlsx", saved_at=saved_at, contacts=("2",))]
    with Ledger.open(folder) as ledger:
        post(ledger, pair)
        assert set(ledger.rows("contact")["file"]) == {stands}


def test_findings_about_a_wholly_superseded_file_are_settled_with_it(folder: Path) -> None:
    old = Logbook("a.xlsx", contacts=("1", "?"), findings=("file_mislabelled",))
    new = Logbook("b.xlsx", saved_at="2026-11-02T09:00:00", contacts=("1",), findings=("file_mislabelled",))
    with Ledger.open(folder) as ledger:
        post(ledger, [old, new])
        assert ledger.findings()[["code", "file"]].to_numpy().tolist() == [
            ["file_mislabelled", "b.xlsx"],
            ["superseded", "a.xlsx"],
        ]


def test_equal_rows_count_once_and_the_first_is_named(folder: Path) -> None:
    one = Logbook("logbooks/一.xlsx", "S01", contacts=("00123", "?", "00123", "?"))
    other = Logbook("logbooks/二.xlsx", "", contacts=("00124",), cases=("T-1", "T-1"))
    with Ledger.open(folder) as ledger:
        found = post(ledger, [other, one])
        assert told(found) == [
            ["duplicate_row", "logbooks/二.xlsx", "受理记录", 3, "", "[logbooks/二.xlsx]受理记录!A2"],
            ["duplicate_row", "logbooks/一.xlsx", "联系记录", 4, "", "[logbooks/一.xlsx]联系记录!A2"],
        ]
        assert ledger.rows("contact")["admission"].tolist() == [
            "accepted",
            "rejected",
            "duplicate",
            "rejected",
            "accepted",
        ]


def test_equal_rows_of_different_months_count_once(folder: Path) -> None:
    contacts = rows([Logbook("b.xlsx", "S01", "2026-09", contacts=("1",))])["contact"]
    again = contacts.assign(file="a.xlsx", month="2026-10")
    records = submissions([Logbook("a.xlsx", "S01", "2026-10"), Logbook("b.xlsx", "S01", "2026-09")]).assign(read=1)
    with Ledger.open(folder) as ledger:
        ledger.post(
            {"contact": pd.concat([contacts, again])},
            records,
            findings([]),
            context="c1",
            present=dict(zip(records["file"], records["sha256"], strict=True)),
            identity={"contact": ["date", "client"]},
        )
        assert ledger.rows("contact")[["month", "file", "admission"]].to_numpy().tolist() == [
            ["2026-09", "b.xlsx", "duplicate"],
            ["2026-10", "a.xlsx", "accepted"],
        ]


def test_a_duplicate_stands_when_the_first_is_gone(folder: Path) -> None:
    first, second = (Logbook(f"{name}.xlsx", "", contacts=("1",)) for name in "ab")
    with Ledger.open(folder) as ledger:
        assert len(post(ledger, [first, second])) == 1
        post(ledger, [second])
        assert ledger.rows("contact")["admission"].tolist() == ["accepted"]
        assert ledger.findings().empty


def test_a_file_without_a_form_is_known_with_its_findings(folder: Path) -> None:
    nothing = Logbook("通讯录.xlsx", contacts=None, findings=("file_unreadable",))
    with Ledger.open(folder) as ledger:
        post(ledger, [nothing])
        assert nothing.file in ledger.known("c1")
        post(ledger, [nothing])
        assert ledger.findings()["code"].tolist() == ["file_unreadable"]


def test_findings_about_what_was_not_posted_hold_for_one_run(folder: Path) -> None:
    encrypted = Logbook("密.xlsx", contacts=None, findings=("file_encrypted",))
    with Ledger.open(folder) as ledger:
        for found in ([encrypted], []):
            ledger.post(
                rows([]), submissions([]), findings(found), context="c1", present={encrypted.file: "x"}, identity={}
            )
            assert ledger.findings()["code"].tolist() == ["file_encrypted"] * len(found)


def test_a_row_too_few_is_a_bug_and_nothing_is_written(folder: Path) -> None:
    with Ledger.open(folder) as ledger:
        post(ledger, [LI])
        before = content(folder)
        records = submissions([WANG]).assign(read=7)
        with pytest.raises(AssertionError, match=r"王芳.xlsx\s+contact\s+2026-10\s+S01\s+7\s+2\s+1\s+0\s+0"):
            ledger.post(rows([WANG]), records, findings([]), context="c1", present={WANG.file: "x"}, identity={})
        with pytest.raises(AssertionError, match="does not hold"):
            ledger.post(rows([WANG]), submissions([LI]), findings([]), context="c1", present={}, identity={})
        assert content(folder) == before


NAMES = st.sampled_from(["00123", "00124", "00125", "?"])
LOGBOOKS = st.builds(
    Logbook,
    file=st.sampled_from(["a.xlsx", "b/一部.xlsx", "b/二部.xls", "c.ods"]),
    submitter=st.sampled_from(["S01", "S02", ""]),
    month=st.sampled_from(["2026-09", "2026-10", ""]).map(lambda m: m or "2026-11"),
    saved_at=st.sampled_from([None, "2026-10-31T16:30:00", "2026-11-01T08:00:00"]),
    contacts=st.none() | st.lists(NAMES, max_size=4).map(tuple),
    cases=st.none() | st.lists(NAMES, max_size=2).map(tuple),
    findings=st.sampled_from([(), ("file_mislabelled",)]),
)
FOLDERS = st.lists(LOGBOOKS, max_size=4, unique_by=lambda book: book.file)


@settings(max_examples=12, deadline=None)
@given(history=st.lists(FOLDERS, max_size=2), last=FOLDERS, shuffled=st.randoms(use_true_random=False))
def test_the_ledger_is_a_function_of_the_folder(history: list[list[Logbook]], last: list[Logbook], shuffled) -> None:
    with TemporaryDirectory() as made:
        grown, fresh = Path(made, "grown"), Path(made, "fresh")
        with Ledger.open(grown) as ledger:
            for folder in history:
                post(ledger, folder)
            post(ledger, last)
            read = sum(len(names) for book in last for names in book.forms().values())
            assert ledger.submissions()[["accepted", "rejected", "duplicate", "superseded"]].sum().sum() == read
        with Ledger.open(fresh) as ledger:
            post(ledger, shuffled.sample(last, len(last)))
        assert content(grown) == content(fresh)


def test_the_manifest_names_every_file_by_its_hash(folder: Path) -> None:
    with Ledger.open(folder) as ledger:
        post(ledger, [WANG, LI, Logbook("王芳旧.xlsx", "S01", saved_at=None, contacts=("00001",))])
    files = content(folder)
    manifest = json.loads(files.pop("manifest.json"))
    named = [p for kind in ("rows", "superseded") for months in manifest[kind].values() for p in months.values()]
    named += [manifest["findings"], manifest["settled"]]
    assert {p["file"]: p["sha256"] for p in named} == {file: sha256(b).hexdigest() for file, b in files.items()}
    assert manifest["rows"]["contact"]["2026-10"]["rows"] == 4
    assert manifest["superseded"]["contact"]["2026-10"]["rows"] == 1


def test_a_second_run_has_to_wait(folder: Path) -> None:
    with Ledger.open(folder), pytest.raises(WorkspaceError, match="Another Tierbook"):
        Ledger.open(folder)
    Ledger.open(folder).close()


@pytest.mark.parametrize("damage", ["{", "[]", '{"version": 2}', '{"version": 2, "rows": 3}'])
def test_a_damaged_manifest_says_what_to_do(folder: Path, damage: str) -> None:
    with Ledger.open(folder) as ledger:
        post(ledger, [WANG])
    (folder / "manifest.json").write_text(damage, "utf-8")
    with pytest.raises(WorkspaceError, match=r"manifest.json\n  Delete the folder of the ledger"):
        Ledger.open(folder)


def test_a_ledger_of_another_version_says_what_to_do(folder: Path) -> None:
    folder.mkdir()
    (folder / "manifest.json").write_text('{"version": 99}', "utf-8")
    with pytest.raises(WorkspaceError, match="another version"):
        Ledger.open(folder)


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"PAR1")])
def test_a_missing_or_damaged_partition_says_what_to_do(folder: Path, harm) -> None:
    with Ledger.open(folder) as ledger:
        post(ledger, [WANG])
        harm(next((folder / "rows" / "contact").iterdir()))
        with pytest.raises(WorkspaceError, match="missing or damaged: rows/contact/2026-10-"):
            ledger.rows("contact")


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "ledger").write_bytes(b"")
    with pytest.raises(WorkspaceError, match="cannot be written"):
        Ledger.open(tmp_path / "ledger")


def test_a_run_is_recorded_with_inputs_and_outputs(folder: Path) -> None:
    def record(ledger: Ledger) -> bytes:
        path = ledger.record_run(
            "2026-10",
            as_of=date(2026, 11, 5),
            versions={"tierbook": "0.1.0", "pandas": "3.1.1"},
            outputs={"output/2026-10/月报.xlsx": "ab" * 32},
        )
        assert path == folder / "runs" / "2026-10.json"
        return path.read_bytes()

    with Ledger.open(folder) as ledger:
        post(ledger, [WANG])
        first = record(ledger)
        assert record(ledger) == first
        post(ledger, [WANG])
    assert json.loads(first) == {
        "month": "2026-10",
        "as_of": "2026-11-05",
        "context": "c1",
        "inputs": {WANG.file: WANG.sha256},
        "versions": {"pandas": "3.1.1", "tierbook": "0.1.0"},
        "outputs": {"output/2026-10/月报.xlsx": "ab" * 32},
        "figures": {},
        "former": None,
    }


def test_the_issue_before_is_known_and_a_repeated_run_has_the_same_one(folder: Path) -> None:
    def run(ledger: Ledger, day: int, met: float) -> Issue | None:
        as_of = date(2026, 11, day)
        former = ledger.former_issue("2026-10", as_of)
        ledger.record_run("2026-10", as_of=as_of, versions={}, outputs={}, figures={"total/rate": (met, 10)})
        return former

    with Ledger.open(folder) as ledger:
        post(ledger, [WANG])
        assert run(ledger, 5, 7) is None
        assert run(ledger, 5, 7) is None
        fifth = Issue(date(2026, 11, 5), {"total/rate": (7.0, 10.0)})
        assert [run(ledger, 6, 8), run(ledger, 6, 8)] == [fifth, fifth]
        assert run(ledger, 9, 8) == Issue(date(2026, 11, 6), {"total/rate": (8.0, 10.0)})
        assert ledger.former_issue("2026-09", date(2026, 11, 5)) is None


def test_what_a_run_made_is_known_to_the_next(folder: Path) -> None:
    with Ledger.open(folder) as ledger:
        path = ledger.record_run("2026-10", as_of=date(2026, 11, 5), versions={}, outputs={"月报.xlsx": "ab" * 32})
        assert ledger.outputs("2026-10") == {"月报.xlsx"}
        assert ledger.outputs("2026-09") == frozenset()
        path.write_text("{", "utf-8")
        with pytest.raises(WorkspaceError, match=r"missing or damaged: 2026-10.json"):
            ledger.outputs("2026-10")
