"""A finding is known again when its logbook is handed in anew, wherever its row stands by then."""

import pandas as pd
import pytest

from pipeline.language.errors import WorkspaceError
from pipeline.store.returns import TOLD, Round, contents, next_round, read_round, states, write_round

FIELDS = ["client", "channel", "staff"]


def finding(code, field, value, row, content="", **more):
    place = {"severity": "error", "file": "a.xlsx", "sheet": "联系记录", "row": row, "column": "C", "expected": ""}
    told = {"code": code, "field": field, "value": value, "suggestion": "", "content": content}
    return {**place, **told, "submission": "contact|2026-10|YW01", **more}


def told(*findings):
    frame = pd.DataFrame(findings, columns=[*TOLD])
    return frame.astype({c: "int64" if c == "row" else "str" for c in TOLD})


def test_rows_put_in_above_change_nothing():
    before = told(
        finding("choice_unknown", "channel", "飞鸽", 9, "a1"), finding("client_unknown", "client", "华星", 10, "b2")
    )
    after = told(
        finding("client_unknown", "client", "华星", 14, "b2"), finding("choice_unknown", "channel", "飞鸽", 11, "a1")
    )
    state, fixed = states(after, before)
    assert [*state] == ["open", "open"]
    assert fixed.empty


def test_another_wrong_value_in_the_same_row_is_still_open():
    state, fixed = states(
        told(finding("client_unknown", "client", "华兴", 20, "b2")),
        told(finding("client_unknown", "client", "华星", 10, "b2")),
    )
    assert [*state] == ["open"]
    assert fixed.empty


def test_the_row_may_have_changed_elsewhere():
    state, _ = states(
        told(finding("client_unknown", "client", "华星", 20, "zz")),
        told(finding("client_unknown", "client", "华星", 10, "b2")),
    )
    assert [*state] == ["open"]


def test_of_several_alike_as_many_stay_open_as_there_are():
    empty = [finding("required_missing", "outcome", "", row, f"row{row}") for row in (5, 6, 7)]
    state, fixed = states(told(empty[1], finding("required_missing", "outcome", "", 9, "new")), told(*empty))
    assert [*state] == ["open", "open"]
    assert len(fixed) == 1
    state, fixed = states(told(empty[1]), told(*empty))
    assert [*fixed["row"]] == [5, 7]


def test_findings_of_another_submission_are_others():
    other = finding("client_unknown", "client", "华星", 10, "b2", submission="contact|2026-10|YW02")
    state, fixed = states(told(finding("client_unknown", "client", "华星", 10, "b2")), told(other))
    assert [*state] == ["new"]
    assert len(fixed) == 1


def test_what_is_told_twice_of_the_same_is_compared_with_the_same():
    first, second = told(finding("a", "x", "1", 3)), told(finding("b", "y", "2", 4))
    name = "contact|2026-10|YW01"
    one = next_round(Round(), first, {name: "sha1"})
    assert not one.again
    assert next_round(one, first, {name: "sha1"}).former.empty
    two = next_round(one, second, {name: "sha2"})
    assert two.again == {name}
    assert [*two.former["code"]] == ["a"]
    assert [*next_round(two, second, {name: "sha2"}).former["code"]] == ["a"]
    away = next_round(two, told(), {})
    assert [*away.told["code"]] == ["b"]
    assert [*next_round(away, told(), {name: "sha3"}).former["code"]] == ["b"]


def test_a_round_is_written_and_read(tmp_path):
    path = tmp_path / "returned" / "2026-10.json"
    assert read_round(path).handed_in == {}
    now = next_round(Round(), told(finding("a", "x", "=1+1\n", 3)), {"contact|2026-10|YW01": "sha1"})
    write_round(path, now)
    again = read_round(path)
    assert again.told.equals(now.told)
    assert again.handed_in == now.handed_in
    path.write_text("{}")
    with pytest.raises(WorkspaceError):
        read_round(path)


def test_the_content_of_a_row_is_all_but_the_cell_in_question():
    rows = pd.DataFrame(
        {
            "file": "a.xlsx",
            "sheet": "联系记录",
            "row": [3, 4],
            "client": ["C1", None],
            "channel": "visit",
            "staff": "YW01",
        }
    )
    about = told(
        finding("client_unknown", "client", "x", 4),
        finding("client_unknown", "client", "x", 3),
        finding("n", "staff", "", 99),
    )
    found = contents(about, rows, FIELDS)
    assert found[0] == found[1] != ""
    assert found[2] == ""
