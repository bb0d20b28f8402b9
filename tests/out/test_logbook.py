from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from pipeline.intake.discover import discover
from pipeline.intake.forms import load_forms
from pipeline.intake.intake import take_in
from pipeline.intake.reader import read_books
from pipeline.intake.register import read_register
from pipeline.language.policy.load import load_regulation
from pipeline.language.wording import LANGS, Lang
from pipeline.language.workspace import Limits
from pipeline.out.logbook.blank import RULED_ROWS, workbooks, write_blank, write_blanks, write_register
from pipeline.out.logbook.book import FIRST_ROW, HEAD_ROW, heading
from pipeline.sample.records import register_rows
from pipeline.sample.world import make_world

SHIPPED = Path(__file__).parents[2] / "templates" / "logbooks"
REGULATION = load_regulation("equity_listing")
FORMS = load_forms([REGULATION])


@pytest.mark.parametrize("lang", LANGS)
def test_the_shipped_workbooks_are_fresh(tmp_path: Path, lang: Lang) -> None:
    for path in write_blanks(FORMS, tmp_path, lang):
        shipped = SHIPPED / path.name
        assert _parts(shipped) == _parts(path), "run: python -m pipeline.out.logbook templates/logbooks"


def _parts(path: Path) -> dict[str, bytes]:
    """What a workbook holds, however well it is compressed."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_same_forms_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_blank([FORMS["contact"]], tmp_path / f"{name}.xlsx", "zh")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "other.xlsx").read_bytes()


def test_nothing_else_lies_among_them(tmp_path: Path) -> None:
    made = {path.name for lang in LANGS for path in write_blanks(FORMS, tmp_path, lang)}
    assert {path.name for path in SHIPPED.iterdir()} == made


def test_pauses_share_the_workbook_of_the_cases() -> None:
    assert [[form.key for form in group] for group in workbooks(FORMS)] == [
        ["contact"],
        ["case", "pause"],
        ["submission"],
    ]


def _blank(tmp_path: Path, lang: Lang, month: str = "") -> openpyxl.Workbook:
    path = tmp_path / "blank.xlsx"
    write_blank([FORMS["contact"]], path, lang, staff="王志强", month=month)
    return openpyxl.load_workbook(path)


@pytest.mark.parametrize("lang", LANGS)
def test_headings_are_the_titles_with_required_ones_marked(tmp_path: Path, lang: Lang) -> None:
    sheet = _blank(tmp_path, lang)[FORMS["contact"].sheet.in_(lang)]
    heads = [cell.value for cell in sheet[HEAD_ROW + 1]][1:]
    assert heads == [heading(field, lang) for field in FORMS["contact"].fields]
    assert [head.endswith("*") for head in heads] == [field.required for field in FORMS["contact"].fields]
    assert sheet.freeze_panes == f"A{FIRST_ROW + 1}"


def test_it_says_whose_it_is_and_for_which_month(tmp_path: Path) -> None:
    sheet = _blank(tmp_path, "zh", "2026-10")["联系记录"]
    assert [cell.value for cell in sheet[2]][1:5] == ["填报人", "王志强", "月份", "2026-10"]


def test_dropdowns_name_their_lists_and_the_lists_hold_the_choices(tmp_path: Path) -> None:
    book = _blank(tmp_path, "zh")
    rules = {str(rule.sqref): rule for rule in book["联系记录"].data_validations.dataValidation}
    for column, key in (("E", "channel"), ("F", "purpose"), ("G", "outcome")):
        rule = rules[f"{column}{FIRST_ROW + 1}:{column}{FIRST_ROW + RULED_ROWS}"]
        assert rule.formula1 == f"list_contact_{key}"
        sheet, area = next(iter(book.defined_names[rule.formula1].destinations))
        listed = [cell.value for (cell,) in book[sheet][area]]
        assert listed == [choice.title.zh for choice in FORMS["contact"].field(key).choices.values()]
        assert book[sheet].sheet_state == "hidden"


def test_a_logbook_of_a_month_refuses_days_of_another(tmp_path: Path) -> None:
    rules = _blank(tmp_path, "zh", "2026-10")["联系记录"].data_validations.dataValidation
    day = next(rule for rule in rules if str(rule.sqref).startswith("B"))
    assert (day.type, day.formula1, day.formula2) == ("date", "46296", "46326")
    assert "2026-10-01" in day.error


def test_the_example_row_is_marked(tmp_path: Path) -> None:
    sheet = _blank(tmp_path, "zh")["联系记录"]
    example = [cell.value for cell in sheet[FIRST_ROW + 1]]
    assert example[0] == "示例"
    assert example[1:4] == ["2026-10-09", "09:30", "杭州云栖智能科技有限公司"]
    assert sheet.max_row == FIRST_ROW + 1


@pytest.mark.parametrize("lang", LANGS)
def test_the_guide_explains_every_column(tmp_path: Path, lang: Lang) -> None:
    path = tmp_path / "case.xlsx"
    write_blank([FORMS["case"], FORMS["pause"]], path, lang)
    guide = openpyxl.load_workbook(path)["说明" if lang == "zh" else "Guide"]
    explained = {row[0].value: row[2].value for row in guide.iter_rows()}
    for form in ("case", "pause"):
        for field in FORMS[form].fields:
            assert explained[field.title.in_(lang)]


@pytest.mark.parametrize("lang", LANGS)
def test_a_blank_workbook_is_taken_in_as_one_without_records(tmp_path: Path, lang: Lang) -> None:
    folder = tmp_path / "logbooks"
    folder.mkdir()
    for group in workbooks(FORMS):
        write_blank(group, folder / f"{group[0].key}_高建华_2026-10.xlsx", lang, staff="高建华", month="2026-10")
    make_register(tmp_path / "register.xlsx")
    register, _ = read_register(tmp_path / "register.xlsx", FORMS, [REGULATION], limits=Limits())
    arrivals, _ = discover(tmp_path, folder, Limits())
    books, unread = read_books(arrivals, Limits(), workers=1)
    taken, findings = take_in(books, FORMS, register)
    assert unread.empty
    assert findings.empty, findings.to_string()
    assert {key: len(rows) for key, rows in taken.rows.items()} == {
        "contact": 0,
        "case": 0,
        "pause": 0,
        "submission": 0,
    }
    assert set(taken.submissions["submitter"]) == {"LD01"}
    assert set(taken.submissions["month"]) == {"2026-10"}


def make_register(path: Path) -> None:
    """The register of the sample."""
    write_register(FORMS, path, "zh", register_rows(make_world(np.random.default_rng(1)), FORMS))
