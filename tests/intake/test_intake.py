"""From workbooks to checked rows: nothing is lost, nothing is guessed."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.intake.intake import SUBMISSION_COLUMNS, take_in
from pipeline.intake.parse.column import DTYPES
from pipeline.intake.stated import month_in, month_of_file
from pipeline.language.finding import FINDING_COLUMNS, messages
from tests.intake.books import CONTACT_HEAD, FORMS, book, register, sheet

REGISTER = register()[0]
FILE = "logbooks/王志强_2026-10.xlsx"
ROW = ("2026-10-9", "9:30", "C0001", "电话", "回访", "已沟通", "王志强", "谈了近况", "意见", 15.0, "", "2026-10-10")
MARKS = ["happened", "by", "file", "sheet", "row", "month", "submitter", "admission", "faults"]


def taken(*books):
    intake, findings = take_in(list(books), FORMS, REGISTER)
    for lang in ("zh", "en"):
        assert not messages(findings.assign(value=""), lang).str.contains("{", regex=False).any()
    return intake, findings


def contacts(*rows, file=FILE, head=CONTACT_HEAD, above=(), **more):
    intake, findings = taken(book(file, sheet("联系记录", *above, head, *rows, **more)))
    return intake.rows["contact"], findings


def row(**changed):
    return [changed.get(key, value) for key, value in zip(FORMS["contact"].keys, ROW, strict=True)]


def found(findings):
    return findings[["code", "row", "column", "field"]].to_numpy().tolist()


def test_a_good_row_in_the_shape_of_the_contract():
    rows, findings = contacts(ROW)
    assert rows.columns.tolist() == [*FORMS["contact"].keys, *MARKS]
    for field in FORMS["contact"].fields:
        assert str(rows[field.key].dtype) == DTYPES.get(field.type, "str"), field.key
    assert rows.dtypes[MARKS].astype(str).tolist() == ["datetime64[s]", "str", "str", "str", "int64", *["str"] * 4]
    assert rows.loc[0, ["client", "channel", "purpose", "outcome", "staff", "topics", "minutes"]].tolist() == [
        "C0001", "phone", "return_visit", "connected", "YW01", "opinions", 15,
    ]  # fmt: skip
    assert rows.loc[0, MARKS].tolist() == [
        pd.Timestamp("2026-10-09 09:30"), "YW01", FILE, "联系记录", 2, "2026-10", "YW01", "accepted", "",
    ]  # fmt: skip
    assert len(findings) == 0


def test_without_a_workbook_everything_is_there_and_empty():
    intake, findings = taken()
    assert set(intake.rows) == {"contact", "case", "pause", "submission"}
    assert intake.rows["contact"].columns.tolist() == [*FORMS["contact"].keys, *MARKS]
    assert str(intake.rows["case"]["opened_at"].dtype) == "datetime64[s]"
    assert intake.submissions.columns.tolist() == list(SUBMISSION_COLUMNS)
    assert findings.columns.tolist() == list(FINDING_COLUMNS)
    assert len(findings) == len(intake.submissions) == 0


def test_a_contact_without_a_time_happened_at_midnight():
    assert contacts(row(time=""))[0].loc[0, "happened"] == pd.Timestamp("2026-10-09")


@pytest.mark.parametrize(
    ("field", "written", "code", "suggestion"),
    [
        ("date", "2026-13-45", "day_impossible", ""),
        ("date", "2026-9-31", "day_impossible", "2026-09-30"),
        ("date", "", "required_missing", ""),
        ("date", "1998-10-09", "day_out_of_range", ""),
        ("time", "25点", "time_unreadable", ""),
        ("client", "杭州云栖智能科技公司", "client_unknown", "杭州云栖智能科技有限公司"),
        ("client", "杭州雲棲智能科技有限公司", "client_unknown", "杭州云栖智能科技有限公司"),
        ("client", 123.0, "client_unknown", "00123"),
        ("client", "启明", "client_ambiguous", ""),
        ("client", "#N/A", "cell_error", ""),
        ("channel", "電話", "choice_unknown", "电话"),
        ("staff", "王志刚", "staff_unknown", "王志强"),
        ("minutes", "很久", "number_unreadable", ""),
        ("minutes", 5000.0, "number_out_of_range", ""),
        ("topics", "意见、天气", "choice_unknown", ""),
        ("recorded_on", "2026-10-08", "order_wrong", ""),
    ],
)
def test_a_cell_that_cannot_be_used_rejects_its_row_and_says_where(field, written, code, suggestion):
    rows, findings = contacts(ROW, row(**{field: written}))
    assert rows["admission"].tolist() == ["accepted", "rejected"]
    assert rows["faults"].tolist() == ["", field]
    (finding,) = findings.to_dict("records")
    column = "ABCDEFGHIJKL"[FORMS["contact"].keys.index(field)]
    assert [finding[key] for key in ("code", "severity", "file", "sheet", "row", "column", "field")] == [
        code, "error", FILE, "联系记录", 3, column, field,
    ]  # fmt: skip
    assert finding["value"] == (written if isinstance(written, str) else f"{written:g}")
    assert finding["suggestion"] == suggestion


def test_the_readable_cells_of_a_rejected_row_are_kept():
    rows, _ = contacts(row(date="昨天", minutes="很久"))
    assert rows.loc[0, "faults"] == "date;minutes"
    assert rows.loc[0, ["date", "happened", "minutes"]].isna().all()
    assert rows.loc[0, ["client", "channel", "staff"]].tolist() == ["C0001", "phone", "YW01"]


def test_a_warning_keeps_the_row():
    rows, findings = contacts(row(date="2026-9-30"))
    assert rows["admission"].tolist() == ["accepted"]
    assert findings[["code", "severity", "value", "expected"]].to_numpy().tolist() == [
        ["other_month", "warning", "2026-9-30", "2026-10"]
    ]


@pytest.mark.parametrize(
    "written", ["C0001", "c0001", "Ｃ０００１", "云栖智能", " 杭州云栖 智能科技有限公司", "C0001 云栖智能"]
)
def test_clients_by_id_name_or_short_name(written):
    assert contacts(row(client=written))[0]["client"].tolist() == ["C0001"]


@pytest.mark.parametrize("written", ["宁波启明(集团)有限公司", "宁波启明（集团）有限公司", "宁波启明﹙集团﹚有限公司"])
def test_the_width_of_brackets_does_not_matter(written):
    assert contacts(row(client=written))[0]["client"].tolist() == ["C0002"]


def test_leading_zeros_are_part_of_an_id():
    assert contacts(row(client="00123"))[0]["client"].tolist() == ["00123"]


@pytest.mark.parametrize(
    ("file", "above", "by"),
    [
        ("张伟.xlsx", [("填报人", "YW05")], "YW05"),  # the submitter's own name
        ("YW02_10月.xlsx", [], "YW02"),
        ("李雪梅.xlsx", [], "YW02"),  # the only one in her unit
        ("张伟.xlsx", [("填报人", "张伟", "部门", "业务二部")], "YW05"),
        ("a.xlsx", [], None),
    ],
)
def test_a_shared_name_is_told_apart_by_who_hands_in(file, above, by):
    rows, _ = contacts(row(staff="张伟"), file=f"logbooks/2026-10/{file}", above=above)
    assert rows["by"].fillna("").tolist() == [by or ""]
    assert rows["admission"].tolist() == ["accepted" if by else "rejected"]


def test_an_id_and_a_name_that_disagree_reject_the_row():
    head = ("客户编号", "客户名称", *CONTACT_HEAD[:2], *CONTACT_HEAD[3:])
    rows = [(id_, name, *ROW[:2], *ROW[3:]) for id_, name in (("C0001", "启明"), ("C0001", "瀚海"), ("", "瀚海"))]
    frame, findings = contacts(
        *[(id_, name.replace("启明", "云栖智能"), *rest) for id_, name, *rest in rows], head=head
    )
    assert frame["client"].tolist() == ["C0001", "C0001", "C0003"]
    assert frame["admission"].tolist() == ["accepted", "rejected", "accepted"]
    assert found(findings) == [["pair_disagrees", 3, "B", "client"]]


def test_a_missing_column_rejects_every_row_with_one_finding():
    rows, findings = contacts(*[ROW[1:]] * 3, head=CONTACT_HEAD[1:])
    assert rows["admission"].tolist() == ["rejected"] * 3
    assert rows["faults"].tolist() == ["date"] * 3
    assert findings["code"].tolist() == ["column_missing"]


def test_a_formula_that_was_never_calculated_is_an_error():
    rows, findings = contacts(row(client=""), uncached=frozenset({(2, 3), (9, 9), (2, 99)}))
    assert rows["faults"].tolist() == ["client"]
    assert found(findings) == [["formula_uncached", 2, "C", "client"]]


@pytest.mark.parametrize(
    ("file", "above", "month"),
    [
        ("a.xlsx", [("填报人：王志强", "", "月份：2026年10月")], "2026-10"),
        ("a.xlsx", [("月份", date(2026, 10, 1))], "2026-10"),
        ("a.xlsx", [("月份", "", "10月")], "2026-10"),
        ("a.xlsx", [("所属月份：", 202610.0)], "2026-10"),
        ("a.xlsx", [("2026年10月客户联系记录",)], "2026-10"),
        ("logbooks/2026-10/王志强.xlsx", [], "2026-10"),
        ("logbooks/2026年10月/王志强.xlsx", [], "2026-10"),
        ("logbooks/2026/王志强10月.xlsx", [], "2026-10"),
        ("王志强_202610.xlsx", [], "2026-10"),
        ("王志强 2026.10.xls", [], "2026-10"),
        ("王志强10月.xlsx", [], "2026-10"),
        ("a.xlsx", [("月份：2026-10",)], "2026-10"),
    ],
)
def test_the_month_is_the_one_that_is_stated(file, above, month):
    rows, _ = contacts(row(date="10月9日", recorded_on=""), file=file, above=above)
    assert rows[["month", "admission"]].to_numpy().tolist() == [[month, "accepted"]]
    assert rows.loc[0, "date"] == pd.Timestamp("2026-10-09")


def test_without_a_stated_month_it_is_that_of_most_rows():
    rows, findings = contacts(row(date="2026-9-30"), ROW, ROW, row(date="10月8日"), file="王志强.xlsx")
    assert set(rows["month"]) == {"2026-10"}
    assert found(findings) == [["other_month", 2, "A", "date"]]


def test_a_month_taken_from_the_time_of_saving_is_told():
    rows, findings = contacts(row(date="11月1日", recorded_on=""), file="王志强.xlsx")
    assert rows.loc[0, ["month", "date"]].tolist() == ["2026-11", pd.Timestamp("2026-11-01")]
    assert findings["code"].tolist() == ["month_from_saving"]


def test_a_month_that_nothing_tells_rejects_the_sheet():
    made = sheet("联系记录", CONTACT_HEAD, row(date="10月9日", recorded_on=""))
    intake, findings = taken(book("王志强.xlsx", made, saved_at=None))
    assert intake.rows["contact"][["month", "admission", "faults"]].to_numpy().tolist() == [["", "rejected", "date"]]
    assert "month_unknown" in findings["code"].tolist()
    assert intake.submissions[["month", "read", "rejected"]].to_numpy().tolist() == [["", 1, 1]]


def test_a_month_left_over_from_the_copied_logbook_is_told():
    rows, findings = contacts(*[ROW] * 6, file="王志强.xlsx", above=[("月份", "2026-09")])
    assert set(rows["month"]) == {"2026-09"}
    assert findings["code"].tolist()[0] == "month_differs"


def test_where_sheet_and_file_name_differ_the_rows_decide():
    rows, _ = contacts(ROW, file="王志强_2026-10.xlsx", above=[("月份", "2026-09")])
    assert set(rows["month"]) == {"2026-10"}
    rows, _ = contacts(ROW, file="王志强_2026-09.xlsx", above=[("月份", "2026-10")])
    assert set(rows["month"]) == {"2026-10"}


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("张伟_2026-10", "2026-10"), ("2026年1月份", "2026-01"), ("20261031提交", "2026-10"), ("202610", "2026-10"),
        ("10月联系记录", "-10"), ("２０２６年１０月", "2026-10"), ("2026", ""), ("第13月", ""), ("报表(12)", ""),
        ("2026-13", ""),
    ],
)  # fmt: skip
def test_months_in_texts(text, month):
    assert month_in(text) == month


def test_a_month_in_a_file_name_takes_its_year_from_a_folder():
    assert month_of_file("logbooks/2025/10月/王志强.xlsx") == "2025-10"
    assert month_of_file("logbooks/2026-09/王志强10月.xlsx") == "2026-10"


@pytest.mark.parametrize(
    ("file", "above", "submitter"),
    [
        ("a.xlsx", [("填报人：王志强",)], "YW01"),
        ("a.xlsx", [("姓名", "王志强")], "YW01"),
        ("a.xlsx", [("工号：", "yw01")], "YW01"),
        ("a.xlsx", [("Filled in by", "YW01", "Month", "2026-10")], "YW01"),
        ("李雪梅10月.xlsx", [("填报人", "", "月份", "2026-10")], "KF01"),
        ("KF01-2026-10.xlsx", [], "KF01"),
        ("客服李雪梅的记录.xlsx", [], "KF01"),
        ("a.xlsx", [], ""),  # rows of several people do not tell
    ],
)
def test_who_hands_in(file, above, submitter):
    rows, _ = contacts(ROW, row(staff="李雪梅"), ROW, file=file, above=above)
    assert set(rows["submitter"]) == {submitter}


def test_who_all_rows_are_by_hands_in():
    rows, findings = contacts(ROW, row(staff="?"), ROW, file="a.xlsx")
    assert set(rows["submitter"]) == {"YW01"}
    assert "submitter_unknown" not in findings["code"].tolist()


def test_a_logbook_whose_submitter_nothing_tells_is_told():
    _, findings = contacts(ROW, row(staff="李雪梅"), file="a.xlsx")
    assert findings[["code", "severity"]].to_numpy().tolist() == [["submitter_unknown", "warning"]]


def test_a_submitter_who_is_not_on_the_list_of_staff_is_told():
    rows, findings = contacts(ROW, file="a.xlsx", above=[("填报人", "王志刚")])
    assert set(rows["submitter"]) == {"YW01"}
    assert findings[["code", "severity", "value", "suggestion"]].to_numpy().tolist() == [
        ["submitter_unclear", "warning", "王志刚", "王志强"]
    ]


def test_a_sheet_of_pauses_belongs_to_the_rest_of_its_workbook():
    cases = sheet(
        "受理记录", ("编号", "类别", "客户", "受理时间", "处理人"), ("TS-1", "投诉", "C0001", "2026-10-9 9:30", "KF01")
    )
    pauses = sheet(
        "暂停记录", ("编号", "暂停时间", "恢复时间", "原因"), ("ＴＳ-1", "10月9日14:00", "10月12日9点", "等材料")
    )
    intake, _ = taken(book("logbooks/李雪梅_2026-10.xlsx", cases, pauses))
    pause = intake.rows["pause"].loc[0]
    assert pause[["case_no", "paused_at", "month", "submitter", "by", "admission"]].tolist() == [
        "TS-1", pd.Timestamp("2026-10-09 14:00"), "2026-10", "KF01", "", "accepted",
    ]  # fmt: skip
    assert intake.rows["case"].loc[0, ["happened", "by", "kind"]].tolist() == [
        pd.Timestamp("2026-10-09 09:30"), "KF01", "complaint",
    ]  # fmt: skip


def test_what_was_handed_in():
    good = sheet("联系记录", CONTACT_HEAD, ROW, row(client="?"), ("合计",))
    more = sheet("联系记录2", CONTACT_HEAD, ROW)
    blank = sheet("报送登记", [field.title.zh for field in FORMS["submission"].fields])
    intake, _ = taken(book(FILE, good, more, blank), book("logbooks/李雪梅_2026-10.xlsx", good))
    assert intake.submissions.drop(columns=["sha256", "saved_at"]).to_numpy().tolist() == [
        ["logbooks/李雪梅_2026-10.xlsx", "contact", "KF01", "2026-10", 2, 1, 1],
        [FILE, "contact", "YW01", "2026-10", 3, 2, 1],
        [FILE, "submission", "YW01", "2026-10", 0, 0, 0],
    ]
    assert intake.submissions["saved_at"].tolist() == [pd.Timestamp("2026-11-02 09:00")] * 3


def test_an_empty_form_that_nobody_signed_is_no_trouble():
    intake, findings = taken(book("空白.xlsx", sheet("联系记录", CONTACT_HEAD), sheet("说明", ("怎样填写",))))
    assert findings[["code", "severity"]].to_numpy().tolist() == [["file_blank", "notice"]]
    assert intake.submissions[["form", "submitter", "month", "read"]].to_numpy().tolist() == [["contact", "", "", 0]]


def test_a_file_without_a_form_is_known_to_have_been_read():
    intake, findings = taken(book("照片.xlsx", sheet("Sheet1", ("x",))))
    assert findings["code"].tolist() == ["file_no_form"]
    assert intake.submissions[["file", "sha256", "form", "read"]].to_numpy().tolist() == [
        ["照片.xlsx", "sha-照片.xlsx", "", 0]
    ]


def test_findings_come_in_the_order_of_the_sheet():
    rows = [row(client="?", minutes="?"), row(date="?")]
    wide = ("x", *[f"备用{n}" for n in range(30)], *CONTACT_HEAD)
    _, findings = contacts(*[[""] * 31 + cells for cells in rows], head=wide)
    cells = findings.loc[findings["field"] != "", ["row", "column"]].to_numpy().tolist()
    assert cells == [[2, "AH"], [2, "AO"], [3, "AF"]]


WORDS = st.one_of(
    st.sampled_from([*ROW, "", "", "合计", "启明", "张伟", "10月8日", "2026-9-30", 46304.0, 10.1, "#N/A", "无", True]),
    st.text(max_size=6),
    st.floats(allow_nan=False),
    st.dates(date(1990, 1, 1), date(2040, 1, 1)),
    st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001
    st.times(),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=12, max_size=12), max_size=8), st.randoms(use_true_random=False))
def test_every_row_is_accepted_or_rejected_or_told(cells, rng):
    rows = [[cell if rng.random() < 0.4 else good for cell, good in zip(line, ROW, strict=True)] for line in cells]
    intake, findings = taken(book(FILE, sheet("联系记录", CONTACT_HEAD, *rows)))
    frame = intake.rows["contact"]
    notes = set(findings.loc[findings["code"] == "row_note", "row"])
    written = {at for at, line in enumerate(rows, 2) if any(str(cell).strip(" \u200b\ufeff") for cell in line)}
    headings = {at for at, line in enumerate(rows, 2) if line[0] == CONTACT_HEAD[0]}
    assert set(frame["row"]) | notes | headings >= {at for at in written if any(_seen(cell) for cell in rows[at - 2])}
    errors = set(findings.loc[(findings["severity"] == "error") & (findings["row"] > 0), "row"])
    assert set(frame.loc[frame["admission"] == "rejected", "row"]) == errors
    assert (frame["faults"] != "").tolist() == (frame["admission"] == "rejected").tolist()
    required = [field.key for field in FORMS["contact"].fields if field.required]
    assert frame.loc[frame["admission"] == "accepted", required].notna().all(axis=None)
    assert intake.submissions[["read", "accepted", "rejected"]].sum().tolist() == [
        len(frame), int((frame["admission"] == "accepted").sum()), int((frame["admission"] == "rejected").sum()),
    ]  # fmt: skip


def _seen(cell):
    return not isinstance(cell, str) or any(not c.isspace() and c not in "\u200b\u200c\u200d\u2060\ufeff" for c in cell)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_columns_changes_nothing(seed):
    lines = [ROW, row(client="?"), row(date="10月8日", time=time(14, 5)), row(staff="张伟"), row(minutes="1小时")]
    plain, told = contacts(*lines)
    order = random.Random(seed).sample(range(12), 12)
    mixed, told_mixed = contacts(*[[line[i] for i in order] for line in lines], head=[CONTACT_HEAD[i] for i in order])
    pd.testing.assert_frame_equal(plain, mixed)
    assert sorted(told["code"]) == sorted(told_mixed["code"])


def test_the_same_workbooks_give_the_same_frames():
    made = [book(f"logbooks/{n}_2026-10.xlsx", sheet("联系记录", CONTACT_HEAD, ROW, row(client="?"))) for n in "abc"]
    (first, told), (second, told_again) = taken(*made), taken(*made)
    pd.testing.assert_frame_equal(first.rows["contact"], second.rows["contact"])
    pd.testing.assert_frame_equal(told, told_again)
    assert np.array_equal(first.submissions.to_numpy(), second.submissions.to_numpy())


@pytest.mark.parametrize(
    ("editor", "told"),
    [
        ("李雪梅", ["KF01 李雪梅", "YW01 王志强"]),
        ("KF01", ["KF01 李雪梅", "YW01 王志强"]),
        ("王志强", []),  # one's own
        ("Administrator", []),  # nobody of the staff: a program's name tells nothing
        ("张伟", []),  # two have the name
        ("", []),
    ],
)
def test_a_logbook_that_a_colleague_saved_last_is_pointed_at(editor, told):
    _, findings = taken(replace(book(FILE, sheet("联系记录", CONTACT_HEAD, ROW)), last_modified_by=editor))
    pointed = findings[findings["code"] == "integrity_other_editor"]
    assert [*pointed["value"], *pointed["expected"]] == told
    assert set(pointed["severity"]) <= {"notice"}
