"""The working calendar against the State Council's notices, and the company's overrides."""

import pickle
import re
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.language.calendar import china_calendar
from pipeline.language.errors import PolicyError
from pipeline.language.overrides import Overrides, Shift, load_overrides
from pipeline.language.period import month

CHINA = china_calendar()
DOCS = Path(__file__).parents[2] / "docs"


def day(text: str) -> np.datetime64:
    return np.datetime64(text, "D")


def overridden(**fields):
    return china_calendar(Overrides.model_validate(fields))


@pytest.mark.parametrize("year", range(2006, 2027))
def test_every_day_agrees_with_chinesecalendar(year):
    days = np.arange(f"{year}-01-01", f"{year + 1}-01-01", dtype="datetime64[D]")
    expected = [chinese_calendar.is_workday(d) for d in days.tolist()]
    disagreeing = days[CHINA.is_working(days) != expected]
    assert list(disagreeing) == []


def test_national_day_2026_with_its_make_up_days():
    assert CHINA.is_working(["2026-09-20", "2026-10-10"]).all()  # a Sunday and a Saturday
    assert not CHINA.is_working(np.arange("2026-10-01", "2026-10-08", dtype="datetime64[D]")).any()
    assert CHINA.working_days_after("2026-09-30", [0, 1, 2, 3]).tolist() == [
        date(2026, 9, 30),
        date(2026, 10, 8),
        date(2026, 10, 9),
        date(2026, 10, 10),
    ]
    assert CHINA.working_days_after("2026-09-18", 1) == day("2026-09-20")


def test_counting_from_a_day_off():
    assert CHINA.working_days_after("2026-10-03", 0) == day("2026-10-08")
    assert CHINA.working_days_after("2026-10-03", 1) == day("2026-10-08")
    assert CHINA.working_days_after("2026-10-03", -1) == day("2026-09-30")
    assert CHINA.next_working_day(["2026-10-03", "2026-10-08"]).tolist() == [date(2026, 10, 8)] * 2


@pytest.mark.parametrize(
    ("text", "last"),
    [("2026-10", date(2026, 10, 30)), ("2026-02", date(2026, 2, 28)), ("2025-01", date(2025, 1, 27))],
)
def test_the_last_working_day_of_a_month(text, last):
    assert CHINA.last_working_day(month(text)) == last


@settings(max_examples=60)
@given(st.dates(date(2016, 1, 1), date(2030, 12, 31)), st.integers(1, 40))
def test_working_days_after_counts_one_by_one(start, n):
    current, left = start, n
    while left:
        current += timedelta(days=1)
        left -= bool(CHINA.is_working(current))
    assert CHINA.working_days_after(start, n).item() == current


def test_unknown_days_and_days_beyond_the_table():
    assert CHINA.is_working(["NaT", "1899-12-29", "2926-10-09"]).tolist() == [False] * 3
    assert np.isnat(CHINA.working_days_after(["NaT", "1899-12-29", "2926-10-09", "2026-10-09"], [1, 1, 1, 10**9])).all()
    assert CHINA.provisional("NaT").item() is False


def test_shapes_follow_the_input():
    assert CHINA.is_working("2026-10-09").shape == ()
    assert CHINA.working_days_after([["2026-10-09"], ["2026-10-10"]], 1).shape == (2, 1)
    assert CHINA.is_working(np.array([], dtype="datetime64[D]")).shape == (0,)


def test_2027_is_provisional_until_it_is_published():
    assert CHINA.provisional(["2026-12-31", "2027-01-01", "2028-02-29"]).tolist() == [False, True, True]
    assert CHINA.provisional_from == date(2027, 1, 1)
    published = overridden(
        published=[2027],
        working_days=[{"date": "2027-01-31", "reason": "春节调休"}],
        days_off=[{"from": "2027-02-11", "to": "2027-02-12", "reason": "春节"}],
    )
    assert published.provisional(["2027-01-01", "2028-01-01"]).tolist() == [False, True]
    assert published.provisional_from == date(2028, 1, 1)
    assert published.is_working("2027-01-31")
    assert not published.is_working(["2027-02-11", "2027-02-12"]).any()


def test_publishing_a_later_year_leaves_the_gap_provisional():
    gap = overridden(published=[2028])
    assert gap.provisional(["2027-06-01", "2028-06-01"]).tolist() == [True, False]
    assert gap.provisional_from == date(2027, 1, 1)


def test_overrides_have_the_last_word():
    own = overridden(
        working_days=[{"date": "2026-10-07", "reason": "系统上线值班"}],
        days_off=[{"date": "2026-10-10", "reason": "公司调整补班"}],
    )
    changed = np.array(["2026-10-07", "2026-10-10"], dtype="datetime64[D]")
    assert own.is_working(changed).tolist() == [True, False]
    rest = np.setdiff1d(np.arange("2026-01-01", "2027-01-01", dtype="datetime64[D]"), changed)
    assert (own.is_working(rest) == CHINA.is_working(rest)).all()


def test_festivals_of_2026():
    found = [(f.id, f.day, f.last_day_off) for f in CHINA.festivals(date(2026, 1, 1), date(2026, 12, 31))]
    assert found == [
        ("new_year", date(2026, 1, 1), date(2026, 1, 3)),
        ("spring_festival", date(2026, 2, 17), date(2026, 2, 23)),
        ("qingming", date(2026, 4, 5), date(2026, 4, 6)),
        ("labour_day", date(2026, 5, 1), date(2026, 5, 5)),
        ("dragon_boat", date(2026, 6, 19), date(2026, 6, 21)),
        ("mid_autumn", date(2026, 9, 25), date(2026, 9, 27)),
        ("national_day", date(2026, 10, 1), date(2026, 10, 7)),
    ]


@pytest.mark.parametrize("year", range(2016, 2036))
def test_each_festival_comes_once_a_year(year):
    ids = [f.id for f in CHINA.festivals(date(year, 1, 1), date(year, 12, 31))]
    assert len(ids) == len(set(ids)) == 7


def test_mid_autumn_on_national_day():
    october = CHINA.festivals(date(2020, 10, 1), date(2020, 10, 1))
    assert [(f.id, f.last_day_off) for f in october] == [
        ("mid_autumn", date(2020, 10, 8)),
        ("national_day", date(2020, 10, 8)),
    ]


def test_festival_bounds_are_inclusive_and_titles_bilingual():
    (only,) = CHINA.festivals(date(2026, 9, 25), date(2026, 9, 25))
    assert only.title == ("中秋节", "Mid-Autumn Festival")
    assert CHINA.festivals(date(2026, 9, 26), date(2026, 9, 30)) == []


def test_a_company_festival_on_a_working_day_ends_that_day():
    anniversary = {"id": "anniversary", "title": {"zh": "司庆日", "en": "Anniversary"}, "date": "2026-05-18"}
    (found,) = overridden(festivals=[anniversary]).festivals(date(2026, 5, 10), date(2026, 5, 20))
    assert (found.id, found.title.zh, found.day, found.last_day_off) == (
        "anniversary",
        "司庆日",
        date(2026, 5, 18),
        date(2026, 5, 18),
    )


def test_the_calendar_travels_between_processes_and_compares_by_value():
    CHINA.is_working("2026-10-09")
    copy = pickle.loads(pickle.dumps(CHINA))
    assert copy == CHINA == china_calendar()
    assert hash(copy) == hash(CHINA)
    assert copy != overridden(days_off=[{"date": "2026-10-09", "reason": "运动会"}])


def test_the_calendar_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        CHINA.working[0] = True
    with pytest.raises(AttributeError):
        CHINA.worked = b""  # type: ignore[misc]


@pytest.mark.parametrize(
    "written", [["09:00-12:00", "13:30-18:00"], ["9:00 - 12:00", "13:30至18:00"], ["09:00—12:00", "13:30~18:00"]]
)
def test_working_hours_as_people_write_them(written):
    assert Overrides.model_validate({"hours": written}).hours == (Shift(540, 720), Shift(810, 1080))


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"hours": ["9点到12点"]}, "written like 09:00-12:00"),
        ({"hours": ["09:60-12:00"]}, "written like 09:00-12:00"),
        ({"hours": ["13:30-18:00", "09:00-12:00"]}, "early to late"),
        ({"hours": ["09:00-12:00", "11:00-18:00"]}, "early to late"),
        ({"hours": ["22:00-06:00"]}, "early to late"),
        ({"hours": ["18:00-24:30"]}, "by 24:00"),
        ({"hours": []}, "at least 1"),
        ({"days_off": [{"date": "2026-10-09"}]}, "reason"),
        ({"days_off": [{"reason": "年会"}]}, "either 'date' or both"),
        ({"days_off": [{"from": "2026-10-09", "reason": "年会"}]}, "either 'date' or both"),
        ({"days_off": [{"date": "2026-10-09", "to": "2026-10-10", "reason": "年会"}]}, "either 'date' or both"),
        ({"days_off": [{"from": "2026-10-10", "to": "2026-10-09", "reason": "年会"}]}, "makes no sense"),
        ({"days_off": [{"from": "2026-10-10", "to": "2062-10-12", "reason": "年会"}]}, "makes no sense"),
        ({"days_off": [{"date": "1026-10-10", "reason": "年会"}]}, "1900-01-01"),
        ({"day_off": []}, "day_off"),
        ({"festivals": [{"id": "mid_autumn", "title": {"zh": "中秋", "en": "x"}, "date": "2026-09-25"}]}, "another id"),
        (
            {
                "days_off": [{"from": "2026-10-08", "to": "2026-10-10", "reason": "年会"}],
                "working_days": [{"date": "2026-10-10", "reason": "补班"}],
            },
            "both a working day and a day off: 2026-10-10",
        ),
    ],
)
def test_overrides_that_make_no_sense_are_refused(fields, complaint):
    with pytest.raises(ValidationError, match=complaint):
        Overrides.model_validate(fields)


def test_the_example_in_the_docs_is_a_working_file(tmp_path):
    example = re.search(r"```yaml\n(.*?)```", (DOCS / "calendar.md").read_text("utf-8"), re.DOTALL)
    path = tmp_path / "calendar.yaml"
    path.write_text(example[1], "utf-8")
    own = china_calendar(load_overrides(path))
    assert own.hours == (Shift(510, 720), Shift(840, 1080))
    assert own.provisional_from == date(2028, 1, 1)
    assert own.is_working("2026-11-14")
    assert not own.is_working(["2026-02-12", "2026-12-31"]).any()
    assert [f.id for f in own.festivals(date(2026, 5, 18), date(2026, 5, 18))] == ["anniversary"]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("days_off:\n  - date: 2026-13-09\n    reason: 年会\n", (2, 11), "“2026-13-09”不是有效的"),
        ("days_off:\n  - date: 2026-10-09\n    reason: 年会\n    reason: 年终会议\n", (4, 5), "重复"),
        ("hours: [09:00-12:00, 下午]\n", (1, 22), "写作 09:00-12:00，现为下午"),
        ("hours: [13:00-18:00, 09:00-12:00]\n", (1, 8), "由早到晚"),
        ("published: [2027]\nday_off: []\n", (2, 1), "是不是“days_off”"),
        ("days_off:\n  - {from: 2026-10-12, to: 2026-10-09, reason: 年会}\n", (2, 5), "to 不能早于 from"),
    ],
)
def test_a_wrong_file_says_where_and_what_to_do(tmp_path, text, place, message):
    path = tmp_path / "calendar.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(PolicyError) as caught:
        load_overrides(path)
    assert (caught.value.line, caught.value.column) == place
    assert message in caught.value.text("zh")
    assert caught.value.text("zh").startswith(f"{path}:{place[0]}:{place[1]}: ")
