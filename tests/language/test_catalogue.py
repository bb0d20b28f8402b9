"""The catalogue of findings: every entry whole, in both languages, and the page of the docs made from it."""

from pathlib import Path
from string import Formatter

import pandas as pd
import pytest

from pipeline.language import catalogue as catalogue_module
from pipeline.language.catalogue import PLACES, SEVERITIES, Entry, catalogue, render, to_markdown
from pipeline.language.finding import Finding, findings_frame, messages
from pipeline.language.wording import LANGS, Wording, read_shipped

PAGE = Path(__file__).parents[2] / "docs" / "findings.md"
PARTS = ("title", "message", "mend")


def test_every_entry_has_a_severity_and_all_parts_in_both_languages() -> None:
    for code, raw in read_shipped("catalogue").items():
        assert set(raw) == {"severity", *PARTS}, code
        assert raw["severity"] in SEVERITIES, code
        for part in PARTS:
            assert set(raw[part]) == set(LANGS), (code, part)
            assert all(raw[part][lang].strip() for lang in LANGS), (code, part)


def test_entries_use_only_known_places_and_the_same_in_both_languages() -> None:
    for code, entry in catalogue().items():
        used = {part: [_places(getattr(entry, part).in_(lang)) for lang in LANGS] for part in PARTS}
        assert used["title"] == [set(), set()], code
        for part in ("message", "mend"):
            assert used[part][0] == used[part][1] <= set(PLACES), (code, part)


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_the_page_of_the_docs_is_fresh() -> None:
    assert PAGE.read_text("utf-8") == to_markdown(), "run: python -m pipeline.language.catalogue > docs/findings.md"


DATE = Entry(
    "date_unreadable",
    "error",
    Wording("日期读不懂", "Date not understood"),
    Wording("{field}“{value}”不是日期", "{field} '{value}' is no date"),
    Wording("请写成 {expected}。", "Write it like {expected}."),
)


@pytest.fixture
def one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_module, "catalogue", lambda: {DATE.code: DATE})
    monkeypatch.setattr("pipeline.language.finding.catalogue", lambda: {DATE.code: DATE})


@pytest.mark.usefixtures("one_entry")
def test_a_finding_is_told_alone_as_in_a_frame() -> None:
    found = findings_frame(
        Finding(DATE.code, field=field, value=value, expected="2026-10-09")
        for field, value in (("date", "10月39日"), ("date", "{value}"), ("recorded_on", ""))
    ).set_index(pd.Index([7, 3, 5]))
    for lang in LANGS:
        alone = [render(row, lang) for row in found.to_dict("records")]
        assert messages(found, lang).tolist() == [message for message, _ in alone]
        assert messages(found, lang, part="mend").tolist() == [mend for _, mend in alone]
        assert messages(found, lang).index.equals(found.index)
    assert messages(found, "zh", fields={"date": "日期"})[7] == "日期“10月39日”不是日期"


@pytest.mark.usefixtures("one_entry")
def test_no_finding_has_no_message() -> None:
    assert messages(findings_frame(), "zh").empty


@pytest.mark.usefixtures("one_entry")
def test_the_page_shows_severity_and_both_languages() -> None:
    page = to_markdown()
    assert "## 错误" in page
    assert "## 警告" not in page
    assert "### `date_unreadable`" in page
    assert "- {field}“{value}”不是日期\n  - 请写成 {expected}。\n- {field} '{value}' is no date\n  - Write it" in page
