"""What must hold of records, and what becomes of those of which it does not."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest

from pipeline.intake.check import MONTH, failures
from pipeline.intake.parse.column import DTYPES
from tests.intake.books import FORMS

OPENED = datetime(2026, 10, 9, 9, 30)  # noqa: DTZ001


def frame(form, *rows, month="2026-10"):
    fields = {field.key: field for field in FORMS[form].fields}
    columns = {key: pd.Series([row.get(key) for row in rows], dtype="object") for key in fields}
    typed = {key: column.astype(DTYPES.get(fields[key].type, "str")) for key, column in columns.items()}
    months = pd.Series([month] * len(rows)).astype("datetime64[s]") if month else pd.Series([pd.NaT] * len(rows))
    return pd.DataFrame({**typed, MONTH: months.astype("datetime64[s]")})


def failed(form, *rows, month="2026-10"):
    found = failures(FORMS[form], frame(form, *rows, month=month))
    return {(f.code, f.field): (f.rows.tolist(), f.expected) for f in found}


def contact(**more):
    row = {"date": date(2026, 10, 9), "client": "C0001", "channel": "phone", "purpose": "service"}
    return {**row, "outcome": "connected", "staff": "YW01", **more}


def case(**more):
    return {"case_no": "TS-1", "kind": "complaint", "client": "C0001", "opened_at": OPENED, "handler": "KF01", **more}


def test_a_good_record_passes():
    assert failed("contact", contact()) == {}
    assert failed("contact") == {}


def test_required_cells():
    found = failed("contact", contact(client=None), contact(), contact(client=None, date=None))
    assert found == {("required_missing", "client"): ([0, 2], [""] * 2), ("required_missing", "date"): ([2], [""])}


@pytest.mark.parametrize(("minutes", "wrong"), [(0, False), (1440, False), (-1, True), (1441, True), (None, False)])
def test_numbers_in_their_range(minutes, wrong):
    expected = {("number_out_of_range", "minutes"): ([1], ["0 – 1440"])} if wrong else {}
    assert failed("contact", contact(), contact(minutes=minutes)) == expected


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2026, 10, 1), None),
        (date(2026, 10, 31), None),
        (date(2026, 9, 30), "other_month"),
        (date(2026, 11, 1), "other_month"),
        (date(2025, 10, 9), "other_month"),
        (date(1999, 12, 31), "day_out_of_range"),
        (date(2027, 11, 1), "day_out_of_range"),
        (date(2206, 10, 9), "day_out_of_range"),
    ],
)
def test_days_in_and_out_of_the_month(day, code):
    found = failed("contact", contact(date=day))
    assert code in {one for one, _ in found} | {None}
    assert bool(found) is (code is not None)


def test_a_logbook_without_a_month_has_no_other_month():
    assert failed("contact", contact(date=date(2020, 1, 1)), month="") == {}


def test_only_monthly_logbooks_have_another_month():
    assert failed("case", case(opened_at=datetime(2026, 8, 3, 9, 0))) == {}  # noqa: DTZ001


@pytest.mark.parametrize("field", ["first_answer_at", "resolved_at", "reopened_at", "callback_at"])
def test_nothing_happens_to_a_case_before_it_is_opened(field):
    early = datetime(2026, 10, 9, 9, 29)  # noqa: DTZ001
    assert failed("case", case(), case(**{field: early})) == {("order_wrong", field): ([1], [">= 2026-10-09 09:30"])}
    assert failed("case", case(**{field: OPENED})) == {}


def test_a_day_without_a_time_is_not_before_a_moment_of_that_day():
    assert failed("case", case(resolved_at=datetime(2026, 10, 9))) == {}  # noqa: DTZ001
    assert list(failed("case", case(resolved_at=datetime(2026, 10, 8)))) == [("order_wrong", "resolved_at")]  # noqa: DTZ001


def test_a_pause_ends_after_it_begins():
    pause = {"case_no": "TS-1", "paused_at": OPENED, "resumed_at": datetime(2026, 10, 8, 9, 0)}  # noqa: DTZ001
    assert list(failed("pause", pause)) == [("order_wrong", "resumed_at")]


def test_a_client_stands_in_the_register_once():
    rows = [{"client": key, "name": "云栖", "joined_on": date(1998, 1, 5)} for key in ("C1", "C2", "C1")]
    assert failed("client", *rows, month="") == {("value_twice", "client"): ([2], [""])}


def test_everything_wrong_is_found_at_once():
    found = failed("contact", contact(staff=None, minutes=9999, recorded_on=date(2026, 10, 1)))
    assert set(found) == {
        ("required_missing", "staff"),
        ("number_out_of_range", "minutes"),
        ("order_wrong", "recorded_on"),
    }
