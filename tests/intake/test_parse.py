"""What people type, and what is read from it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.intake.forms import shipped_forms
from pipeline.intake.lookup import NOBODY
from pipeline.intake.parse.choice import choice_reader, choices_reader
from pipeline.intake.parse.clock import read_time
from pipeline.intake.parse.column import UNCACHED, make_column, read_column
from pipeline.intake.parse.day import read_day, read_moment
from pipeline.intake.parse.plain import number_reader, read_code, read_phone, read_yes_no
from pipeline.intake.parse.remark import Pending, Remark
from pipeline.intake.parse.span import read_period
from pipeline.intake.parse.text import typed
from pipeline.language.catalogue import catalogue
from tests.intake.books import FORMS

CONTACT = shipped_forms()["contact"]
EXCEL_ZERO = date(1899, 12, 30)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
some = settings(max_examples=150, deadline=None)


def settled(result, month="2026-10"):
    """The result with what is open settled, and the code in the place of a remark without a value."""
    result = result.settle(month) if isinstance(result, Pending) else result
    if isinstance(result, Remark):
        assert result.code in catalogue()
        return result.code if result.value is None else (result.code, result.value)
    return result


NINTH = date(2026, 10, 9)


@pytest.mark.parametrize(
    "written",
    [
        "2026-10-9", "2026-10-09", "2026.10.9", "2026/10/9", "20261009", 20261009.0, "26.10.9", "26-10-09",
        "26/10/9",
        "2026年10月9日", "2026年10月9号", "2026年10月09", "10月9日", "10月9号", "10.9", "10-9", "10/9", "十月九日",
        "二〇二六年十月九日", "二零二六年十月九日", 46304.0, 46304, "46304", 46304.395833, NINTH,
        datetime(2026, 10, 9, 9, 30),  # noqa: DTZ001
        "2026年10月9日 星期五", "2026-10-9（周五）", "10月9日(周五)", "２０２６－１０－９", "２０２６年１０月９日",
        " 2026 - 10 - 9 ", "2026 10 9", "2026,10,9", "2026。10。9", "2026、10、9", "2026-10-09 09:30:00",
        "\u200b2026-10-9", 10.9,
        "2026\n年10月9日",
    ],
)  # fmt: skip
def test_days(written):
    assert settled(read_day(written)) == NINTH


@pytest.mark.parametrize(
    ("written", "code", "suggestion"),
    [
        ("2026-13-45", "day_impossible", ""),
        ("2026-02-30", "day_impossible", ""),
        ("2月30日", "day_impossible", ""),
        ("2026-06-31", "day_impossible", "2026-06-30"),
        ("2026-2-29", "day_impossible", "2026-02-28"),
        ("9/10/2026", "day_ambiguous", ""),
        ("10-9-26", "day_ambiguous", ""),
        (10.1, "day_ambiguous", ""),  # 10.1 and 10.10 are the same number
        (10.3, "day_ambiguous", ""),
        ("2026-1o-09", "day_unreadable", "2026-10-09"),
        ("昨天", "day_unreadable", ""),
        ("2026-10", "day_unreadable", ""),
        ("10月上旬", "day_unreadable", ""),
        ("2026-10-9和10日", "day_unreadable", ""),
        (time(9, 30), "day_unreadable", ""),
        (True, "day_unreadable", ""),
        (5.0, "day_unreadable", ""),
        (-46304.0, "day_unreadable", ""),
        ("=TODAY()", "day_unreadable", ""),
    ],
)
def test_days_that_are_none(written, code, suggestion):
    result = read_day(written)
    result = result.settle("2026-10") if isinstance(result, Pending) else result
    assert (result.code, result.suggestion, result.value) == (code, suggestion, None)
    assert result.expected


def test_a_day_that_can_only_be_month_first_is_read_and_said_so():
    assert settled(read_day("10/25/2026")) == ("day_interpreted", date(2026, 10, 25))
    assert settled(read_day("25/10/2026")) == ("day_interpreted", date(2026, 10, 25))


@pytest.mark.parametrize(
    ("month", "year"), [("2026-10", 2026), ("2026-05", 2026), ("2027-01", 2026), ("2026-12", 2026), ("2026-04", 2026)]
)
def test_a_day_without_a_year_is_the_one_nearest_to_the_month(month, year):
    assert settled(read_day("10月9日"), month) == date(year, 10, 9)


def test_a_day_without_a_year_needs_a_month():
    assert settled(read_day("10月9日"), "") == "day_without_year"


def test_29_february_without_a_year_is_impossible_in_most():
    assert settled(read_day("2月29日"), "2028-02") == date(2028, 2, 29)
    assert settled(read_day("2月29日"), "2026-02") == "day_impossible"


HALF_PAST_NINE = 570


@pytest.mark.parametrize(
    "written",
    [
        "9:30", "09:30", "9：30", "９：３０", "9点半", "9点30分", "9点30", "9时30分", "九点半",
        "九点三十分", "上午9:30", "上午9点半",
        "早上9:30", "9:30am", "AM 9:30", "9:30 AM", "9:30:00", "9.30", 0.3958333333, 0.395833, "0.395833",
        time(9, 30),
        datetime(2026, 10, 9, 9, 30),  # noqa: DTZ001
        timedelta(hours=9, minutes=30), " 9 : 30 ", "9:30左右", "约9:30",
        46304.395833,
    ],
)  # fmt: skip
def test_times(written):
    assert read_time(written) == HALF_PAST_NINE


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("下午3点一刻", 915), ("下午三点一刻", 915), ("3:15pm", 915), ("下午15:15", 915), ("15:15", 915),
        ("21:05:10", 1265),
        ("中午12点", 720), ("中午1点", 780), ("晚上8点", 1200), ("凌晨12点", 0), ("0:00", 0), (0.0, 0),
        ("12:00am", 0), ("十点二十", 620),
        ("9点", 540), ("9点整", 540), ("两点三刻", 165), ("23:59", 1439),
    ],
)  # fmt: skip
def test_more_times(written, minutes):
    assert read_time(written) == minutes


@pytest.mark.parametrize(
    ("written", "code", "minutes"),
    [
        ("930", "time_interpreted", 570),
        (930.0, "time_interpreted", 570),
        ("0930", "time_interpreted", 570),
        (9.0, "time_interpreted", 540),
        (9.45, "time_interpreted", 585),
        ("9:30-10:00", "time_range", 570),
        ("上午9点至10点", "time_range", 540),
        ("9：30～10：15", "time_range", 570),
    ],
)
def test_times_that_are_understood_and_said_so(written, code, minutes):
    assert settled(read_time(written)) == (code, minutes)


@pytest.mark.parametrize(
    "written",
    [
        "25:00",
        "24:00",
        "9:75",
        "上午13:30",
        "上午",
        "马上",
        9.5,
        9.3,
        -0.5,
        True,
        timedelta(hours=30),
        2460.0,
        "=NOW()",
    ],
)
def test_times_that_are_none(written):
    assert settled(read_time(written)) == "time_unreadable"


MOMENT = datetime(2026, 10, 9, 9, 30)  # noqa: DTZ001


@pytest.mark.parametrize(
    "written",
    [
        "2026-10-9 9:30", "2026/10/9 9：30", "2026年10月9日9时30分", "2026年10月9日上午9点半",
        "10月9日上午9点半", "10.9 9:30",
        "2026-10-09T09:30:00", "２０２６－１０－９　９：３０", 46304.395833, "46304.395833", MOMENT,
        "2026年10月9日 星期五 9:30",
        "2026-10-9, 9:30",
    ],
)  # fmt: skip
def test_moments(written):
    assert settled(read_moment(written)) == MOMENT


@pytest.mark.parametrize("written", ["2026-10-9", "10月9日", 46304.0, "46304", NINTH])
def test_a_moment_without_a_time_is_midnight_and_said_so(written):
    assert settled(read_moment(written)) == ("time_missing", datetime(2026, 10, 9))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2026-10-9 25:00", "moment_unreadable"),
        ("明天上午", "moment_unreadable"),
        ("2026-02-30 9:30", "day_impossible"),
        ("9:30", "moment_unreadable"),
        (time(9, 30), "moment_unreadable"),
        ("9/10/2026 9:30", "day_ambiguous"),
    ],
)
def test_moments_that_are_none(written, code):
    assert settled(read_moment(written)) == code


def test_a_moment_keeps_what_was_said_about_its_parts():
    assert settled(read_moment("20261009 0930")) == ("time_interpreted", MOMENT)
    assert settled(read_moment("10/25/2026 9:30")) == ("day_interpreted", datetime(2026, 10, 25, 9, 30))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("2026-10", "2026-10"), ("2026年10月", "2026-10"), ("2026年10月份", "2026-10"), ("2026.10", "2026-10"),
        ("202610", "2026-10"),
        (202610.0, "2026-10"), ("10月", "2026-10"), ("十月份", "2026-10"), (date(2026, 10, 1), "2026-10"),
        ("2026-1", "2026-01"),
        ("2026Q3", "2026-Q3"), ("2026-Q3", "2026-Q3"), ("Q3 2026", "2026-Q3"), ("2026年三季度", "2026-Q3"),
        ("2026年第3季度", "2026-Q3"),
        ("三季度", "2026-Q3"), ("Q3", "2026-Q3"), ("2026", "2026"), (2026.0, "2026"), ("2026年", "2026"),
        ("2026年度", "2026"),
        ("二〇二六年", "2026"), ("2026年上半年", "2026-H1"), ("2026H2", "2026-H2"), ("上半年", "2026-H1"),
        ("2026-W41", "2026-W41"),
        ("2026年第41周", "2026-W41"), ("第四十一周", "2026-W41"), ("２０２６年１０月", "2026-10"),
        ("12月", "2025-12"), ("四季度", "2026-Q4"),
    ],
)  # fmt: skip
def test_periods(written, key):
    assert settled(read_period(written)) == key


@pytest.mark.parametrize(
    "written", ["2026-13", "2026Q5", 2026.1, "10", "本月", "2026-W54", "2025-W53", "去年", 45.0, True, "0000"]
)
def test_periods_that_are_none(written):
    assert settled(read_period(written)) == "period_unreadable"


def test_a_period_without_a_year_handed_in_after_new_year_is_of_the_year_before():
    assert settled(read_period("四季度"), "2027-01") == "2026-Q4"
    assert settled(read_period("12月"), "2027-01") == "2026-12"
    assert settled(read_period("下半年"), "2027-01") == "2026-H2"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("30分钟", 30),
        ("１５", 15),
        ("1,200", 1200),
        (15.0, 15),
        ("1小时", 60),
        ("1.5小时", 90),
        ("约30", 30),
        ("十五分钟", 15),
        ("30 min", 30),
        ("0", 0),
        ("+5", 5),
        ("-5", -5),
        ("15.0", 15),
    ],
)
def test_numbers(written, number):
    assert number_reader(CONTACT.field("minutes"))(written) == number


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("半小时", "number_unreadable"),
        ("30天", "number_unreadable"),
        ("=1+1", "number_unreadable"),
        ("1,2", "number_unreadable"),
        ("inf", "number_unreadable"),
        ("nan", "number_unreadable"),
        ("9" * 400, "number_unreadable"),
        (15.5, "number_not_whole"),
        (1e300, "number_unreadable"),
        (True, "number_unreadable"),
        (time(0, 30), "number_unreadable"),
    ],
)
def test_numbers_that_are_none(written, code):
    assert settled(number_reader(CONTACT.field("minutes"))(written)) == code


@pytest.mark.parametrize("written", ["是", "yes", "Y", 1.0, "1", "√", True, " 是 ", "ＹＥＳ", "对", "满意"])
def test_yes(written):
    assert read_yes_no(written) is True


@pytest.mark.parametrize("written", ["否", "no", "N", 0.0, "0", "×", False, "不满意"])
def test_no(written):
    assert read_yes_no(written) is False


def test_neither_yes_nor_no():
    assert settled(read_yes_no("也许")) == "yes_no_unreadable"


@pytest.mark.parametrize(
    ("written", "code"),
    [(123.0, "123"), ("00123", "00123"), ("ＴＳ－００１", "TS-001"), (" TS 001 ", "TS001"), (20261009.0, "20261009")],
)
def test_codes(written, code):
    assert read_code(written) == code


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (13800000000.0, "13800000000"),
        ("138 0000 0000", "13800000000"),
        ("＋86 138-0000-0000", "+8613800000000"),
        ("0571-8888 6666", "057188886666"),
        ("（010）62345678", "01062345678"),
        ("0571-88886666转801", "057188886666-801"),
        ("0571-88886666-801", "057188886666-801"),
        ("88886666 分机 12", "88886666-12"),
        ("400-812-3456", "4008123456"),
        ("800 810 8888", "8008108888"),
        ("95588", "95588"),
        ("95105105", "95105105"),
        (12345, "12345"),
        ("10086", "10086"),
        ("+852 2345 6789", "+85223456789"),
    ],
)
def test_telephone_numbers(written, number):
    assert read_phone(written) == number


@pytest.mark.parametrize(
    "written", ["问前台", "1380000000", "12800000000", "1234567890", "00", "转801", "13800000000/13900000000"]
)
def test_what_is_no_telephone_number_is_kept_with_a_warning(written):
    assert settled(read_phone(written)) == ("phone_odd", written)


@pytest.mark.parametrize(
    ("field", "written", "key"),
    [
        ("channel", "电话", "phone"), ("channel", " 电 话 ", "phone"), ("channel", "Phone", "phone"),
        ("channel", "PHONE", "phone"),
        ("channel", "上门拜访", "visit"), ("channel", "ＱＱ", "qq"), ("outcome", "已接通", "connected"),
        ("outcome", "无人接听", "attempted"),
        ("purpose", "return_visit", "return_visit"), ("purpose", "节日祝福", "greeting"),
    ],
)  # fmt: skip
def test_choices_by_key_title_or_alias(field, written, key):
    assert choice_reader(CONTACT.field(field))(written) == key


@pytest.mark.parametrize(
    ("written", "suggestion"), [("電話", "电话"), ("电子邮", "电子邮件"), ("微信推送信息", "微信"), ("xyz", "")]
)
def test_an_unknown_choice_gets_a_suggestion(written, suggestion):
    result = choice_reader(CONTACT.field("channel"))(written)
    assert (result.code, result.suggestion) == ("choice_unknown", suggestion)
    assert "走访" in result.expected


def test_an_article_of_two_obligations_does_not_say_which_is_waived():
    read = choice_reader(FORMS["waiver"].field("obligation"))
    assert read("9（1）") == "equity_listing/weekly_push"
    assert read("全部") == "*"
    result = read("9(3)")
    assert result.code == "choice_ambiguous"
    assert "客服专员每月走访" in result.expected


@pytest.mark.parametrize(
    "written",
    [
        "满意度、意见",
        "意见,满意度",
        "满意度；服务建议意见",
        "意见\n满意度",
        "意见/满意度",
        "意见、、满意度、",
        "Satisfaction; Opinions",
    ],
)
def test_several_choices_come_in_the_order_of_the_form(written):
    assert choices_reader(CONTACT.field("topics"))(written) == "opinions;satisfaction"


def test_one_unknown_of_several_choices_makes_the_cell_unreadable():
    assert settled(choices_reader(CONTACT.field("topics"))("满意度、天气")) == "choice_unknown"


@pytest.mark.parametrize("written", ["", " ", "　", "\u200b", "/", "-", "——", "无", "N/A"])
def test_nothing_is_nothing(written):
    assert read_column(CONTACT.field("time"), make_column([written], 1), NOBODY).results == [None]


def test_a_text_may_be_any_word():
    assert read_column(CONTACT.field("content"), make_column(["无", "N/A", "=1+1"], 3), NOBODY).results == [
        "无",
        "N/A",
        "=1+1",
    ]


@pytest.mark.parametrize(
    ("cell", "code"), [("#N/A", "cell_error"), ("#REF!", "cell_error"), (UNCACHED, "formula_uncached")]
)
def test_a_cell_that_excel_could_not_fill_is_an_error_in_every_column(cell, code):
    for field in CONTACT.fields:
        assert settled(read_column(field, make_column([cell], 1), NOBODY).results[0]) == code


def test_true_and_one_are_different_texts():
    column = read_column(CONTACT.field("content"), make_column([True, 1.0, 1, "x"], 4), NOBODY).column
    assert column.tolist() == ["TRUE", "1", "1", "x"]


@some
@given(
    DAYS,
    st.sampled_from(["{0:%Y-%m-%d}", "{0:%Y.%m.%d}", "{0:%Y/%m/%d}", "{0:%Y%m%d}", "{0.year}年{0.month}月{0.day}日"]),
)
def test_every_day_is_read_back(day, pattern):
    assert read_day(pattern.format(day)) == day
    assert read_day(float((day - EXCEL_ZERO).days)) == day


@some
@given(DAYS)
def test_every_day_of_the_logbooks_month_is_read_back_without_its_year(day):
    assert settled(read_day(f"{day.month}月{day.day}日"), f"{day:%Y-%m}") == day


@some
@given(st.integers(0, 1439))
def test_every_minute_is_read_back(minute):
    hour, rest = divmod(minute, 60)
    for written in (
        f"{hour}:{rest:02d}",
        f"{hour}点{rest}分",
        time(hour, rest),
        minute / 1440,
        round(minute / 1440, 6),
    ):
        assert read_time(written) == minute


@some
@given(DAYS, st.integers(0, 86_399))
def test_every_moment_is_read_back(day, second):
    moment = datetime(day.year, day.month, day.day) + timedelta(seconds=second)  # noqa: DTZ001
    assert settled(read_moment(f"{moment:%Y-%m-%d %H:%M:%S}")) == moment
    serial = (day - EXCEL_ZERO).days + second / 86_400
    assert settled(read_moment(serial)) in (moment, ("time_missing", moment))


@some
@given(st.integers(2000, 2099), st.integers(1, 12))
def test_every_month_and_quarter_is_read_back(year, month):
    assert read_period(f"{year}年{month}月") == read_period(f"{year}-{month:02d}") == f"{year}-{month:02d}"
    assert read_period(f"{year}年第{(month - 1) // 3 + 1}季度") == f"{year}-Q{(month - 1) // 3 + 1}"


@settings(max_examples=120, deadline=None)
@given(
    st.one_of(st.text(max_size=30), st.floats(), st.booleans(), st.dates(), st.times(), st.datetimes(), st.timedeltas())
)
def test_whatever_stands_in_a_cell_is_read_or_remarked_on(cell):
    column = make_column([cell], 1)
    for form in FORMS.values():
        for field in form.fields:
            reading = read_column(field, column, NOBODY).settled(["2026-10"], column.codes)
            assert len(reading.column) == 1
            assert isinstance(typed(cell), str)
