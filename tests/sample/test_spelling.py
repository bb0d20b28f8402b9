"""However messily a value is written, it is understood as the value it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from pipeline.intake.parse.clock import read_time
from pipeline.intake.parse.day import read_day, read_moment
from pipeline.intake.parse.remark import Pending
from pipeline.intake.parse.span import read_period
from pipeline.sample.pages import Page, write_ods, write_xls, write_xlsx
from pipeline.sample.spelling import DAYS, MOMENTS, TIMES, Cell, periods

MOMENT = datetime.fromisoformat("2026-10-09 14:35")


def _settled(found: object) -> object:
    return found.settle("2026-10") if isinstance(found, Pending) else found


@pytest.mark.parametrize("style", DAYS)
def test_every_spelling_of_a_day(style: str) -> None:
    for day in (date(2026, 6, 1), date(2026, 10, 9), date(2026, 10, 31)):
        assert _settled(read_day(DAYS[style](day))) == day


@pytest.mark.parametrize("style", TIMES)
def test_every_spelling_of_a_time(style: str) -> None:
    for minute in (9 * 60, 9 * 60 + 30, 11 * 60 + 55, 12 * 60, 13 * 60 + 5, 17 * 60 + 45):
        assert read_time(TIMES[style](minute)) == minute


@pytest.mark.parametrize("style", MOMENTS)
def test_every_spelling_of_a_moment(style: str) -> None:
    for moment in (MOMENT, datetime.fromisoformat("2026-11-03 09:30")):
        assert _settled(read_moment(MOMENTS[style](moment))) == moment


@pytest.mark.parametrize("period", ["2026-06", "2026-10", "2026-Q2", "2026-Q3", "2026"])
def test_every_spelling_of_a_period(period: str) -> None:
    assert [read_period(written) for written in periods(period)] == [period] * len(periods(period))


@pytest.mark.parametrize(("ending", "write"), [("xlsx", write_xlsx), ("xls", write_xls), ("ods", write_ods)])
def test_files_of_every_kind_hold_the_same_cells(
    tmp_path: Path, ending: str, write: Callable[[list[Page], Path, datetime], None]
) -> None:
    rows: list[list[Cell]] = [["日期", "客户 & <企业>"], [MOMENT.date(), "00123"], [MOMENT, 1.5], [time(9, 30), None]]
    path = tmp_path / f"page.{ending}"
    write([Page("联系记录", rows)], path, MOMENT)
    read = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("联系记录").to_python()
    assert read == [["" if cell is None else cell for cell in row] for row in rows]
    before = path.read_bytes()
    write([Page("联系记录", rows)], path, MOMENT)
    assert path.read_bytes() == before
