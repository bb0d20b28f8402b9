"""The integrity screen: what is planted is found, what is usual is not."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.compute.integrity import INTEGRITY_COLUMNS, screen
from pipeline.language.period import month
from tests.compute.company import LI, WANG, ZHANG, client, company, contact, moment
from tests.fixtures.ledgers import SUBMISSION

NAMES = [f"客户{n:02}" for n in range(30)]
CLIENTS = [client(name) for name in NAMES]
WORKING = [f"10-{day:02}" for day in (*range(8, 11), *range(12, 17), *range(19, 24), *range(26, 31))]  # of 2026


def saved(at: str, file: str = "logbooks/contact.xlsx") -> pd.DataFrame:
    row = {"file": file, "sha256": "0", "saved_at": pd.Timestamp(at), "submitter": ZHANG, "month": "2026-10"}
    return pd.DataFrame([{**row, "form": "contact", "read": 1}]).astype(SUBMISSION)


def flags(rows: list[dict[str, Any]], saved_at: str = "2026-11-02", **more: Any) -> pd.DataFrame:
    facts = company(clients=more.pop("clients", CLIENTS), rows={"contact": rows}, **more)
    return screen(facts, saved(saved_at), month("2026-10"))


def told(rows: list[dict[str, Any]], **more: Any) -> dict[tuple[str, str], int]:
    """How many rows each member of staff has of each flag."""
    found = flags(rows, **more)
    assert set(found["severity"]) <= {"notice"}
    sizes = found.groupby(["staff", "code"]).size()
    return {(str(staff), str(code).removeprefix("integrity_")): int(n) for (staff, code), n in sizes.items()}


def calls(count: int, by: str = ZHANG, recorded: str | None = None, **more: Any) -> list[dict[str, Any]]:
    """Calls of the month, each to another client; put on file on the day, or all on one."""
    rows = []
    for n in range(count):
        at = WORKING[n % len(WORKING)]
        day = moment(recorded or at).date()
        rows.append(contact(f"{at} 09:30", by, NAMES[n % len(NAMES)], recorded_on=day, time=570) | more)
    return rows


def visits(day: str, starts: list[str], minutes: int = 40, by: str = ZHANG) -> list[dict[str, Any]]:
    """Visits of a day, each at another client."""
    return [
        contact(f"{day} {start}", by, NAMES[n], channel="visit", minutes=minutes, time=600)
        for n, start in enumerate(starts)
    ]


def test_a_usual_month_raises_nothing() -> None:
    rows = [*calls(40), *visits("10-09", ["09:00", "10:30", "14:00", "16:00"])]
    found = flags(rows)
    assert found.empty
    assert tuple(found.columns) == INTEGRITY_COLUMNS


def test_a_month_without_records_raises_nothing() -> None:
    assert told([]) == {}


def test_what_was_put_on_file_all_at_once_at_the_end_of_the_month() -> None:
    rows = [*calls(30, recorded="10-31"), *calls(30, LI)]
    assert told(rows) == {(ZHANG, "bulk"): 25}  # those of the last week are no wonder


def test_some_records_late_are_no_bulk() -> None:
    assert told(calls(15, recorded="10-31")) == {}
    assert told([*calls(24, recorded="10-31"), *calls(30)]) == {}


def test_one_text_for_many_clients() -> None:
    same = "了解企业近期经营情况，解答挂牌后信息披露问题"
    other = [row | {"content": f"第{n}户：了解各自的经营情况与需求"} for n, row in enumerate(calls(12))]
    assert told([*calls(9, content=same), *other]) == {(ZHANG, "cloned"): 9}
    found = flags([*calls(9, content=same), *other])
    assert found["value"].unique().tolist() == [same]
    assert found["expected"].unique().tolist() == ["9"]


def test_short_words_messages_to_many_and_few_clients_are_usual() -> None:
    assert told(calls(20, content="日常沟通，一切正常")) == {}
    assert told(calls(20, content="推送本周市场动态与挂牌企业案例", purpose="push")) == {}
    assert told(calls(7, content="了解企业近期经营情况，解答挂牌后信息披露问题")) == {}


def test_a_long_text_is_no_stock_phrase_however_much_else_there_is() -> None:
    long = "企业反映资金周转较紧，已介绍股权质押、可转债与应收账款融资三种方式，并约定下周由客服专员上门详谈"
    others = [row | {"content": f"{n}：各不相同的内容各不相同的内容"} for n, row in enumerate(calls(60))]
    assert told([*calls(8, content=long), *others]) == {(ZHANG, "cloned"): 8}


def test_visits_that_begin_while_another_lasts() -> None:
    rows = visits("10-09", ["09:00", "09:20", "09:30", "09:35"])
    assert told(rows) == {(ZHANG, "overlap"): 3}
    assert flags(rows)["value"].tolist() == ["2026-10-09 09:20", "2026-10-09 09:30", "2026-10-09 09:35"]
    assert told(visits("10-09", ["09:00", "09:20", "09:30"])) == {}
    assert told(visits("10-09", ["09:00", "09:40", "10:20", "11:00"])) == {}  # one ends as the next begins


def test_colleagues_visit_at_the_same_time() -> None:
    starts = ["09:00", "10:00", "11:00", "14:00"]
    assert told([*visits("10-09", starts), *visits("10-09", starts, by=LI)]) == {}


def test_more_visits_than_a_day_holds() -> None:
    full = [f"{hour:02}:{minute}" for hour in range(9, 18) for minute in ("00", "30")]
    assert told(visits("10-09", full[:11], minutes=20)) == {(ZHANG, "full_day"): 11}
    assert told(visits("10-09", full[:10], minutes=20)) == {}


def test_many_records_on_days_off() -> None:
    off = [contact(f"10-{day:02} 09:30", LI, NAMES[n]) for n, day in enumerate((1, 2, 3, 4, 5, 6, 7, 11, 17))]
    assert told([*calls(40), *off]) == {(LI, "closed_day"): 9}
    assert told([*calls(40), *off[:7]]) == {}
    greetings = [row | {"purpose": "greeting"} for row in off]
    assert told([*calls(40), *greetings]) == {}


def test_where_everybody_works_on_days_off_nobody_is_named() -> None:
    def weekends(by: str) -> list[dict[str, Any]]:
        return [contact(f"10-{day:02} 09:30", by, NAMES[day % 20]) for day in (1, 2, 3, 4, 5, 6, 7, 11, 17, 18)]

    assert told([*weekends(ZHANG), *weekends(LI), *weekends(WANG)]) == {}


def test_service_of_those_who_were_no_clients_yet() -> None:
    late = [client(name, joined="2026-10-20") for name in NAMES]
    rows = calls(6)  # of the 8th to the 14th
    assert told(rows, clients=late) == {(ZHANG, "before_joining"): 6}
    assert told(rows[:2], clients=late) == {}
    assert told([row | {"purpose": "business"} for row in rows], clients=late) == {}


def test_days_after_the_file_was_saved() -> None:
    assert told(calls(18), saved_at="2026-10-27T17:00:00") == {(ZHANG, "after_saving"): 3}
    assert told(calls(18), saved_at="2026-10-29T08:00:00") == {}  # of the day itself it may be
    assert told(calls(18), saved_at="2020-01-01") == {}  # the clock was wrong


def test_each_flag_leads_to_its_row() -> None:
    rows = visits("10-09", ["09:00", "09:20", "09:30", "09:35"])
    found = flags(rows)
    assert found["number"].tolist() == [1, 2, 3]
    first = found[["file", "sheet", "row", "form"]].iloc[0].tolist()
    assert first == ["logbooks/contact.xlsx", "contact", 3, "contact"]


def test_other_months_are_left_alone() -> None:
    rows = calls(30, recorded="10-31")
    september = [row | {"month": "2026-09"} for row in rows]
    assert told(september) == {}
