"""The page needs nothing but itself, shows what people typed as text, and works in a browser."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pipeline.language.errors import DeliveryError
from pipeline.language.wording import LANGS, label
from pipeline.out import page
from pipeline.out.page import render_page, write_page
from pipeline.out.report import detail
from tests.out.builder import october, sample_report
from tests.out.markup import read_tables


@pytest.fixture(scope="module")
def html() -> str:
    return render_page(october(), "zh")


def test_the_page_asks_for_nothing_from_outside(html):
    assert "default-src 'none'" in html
    assert re.findall(r"\ssrc=|@import|url\(|<link|<iframe", html) == []
    leads = set(re.findall(r'href="([^"]*)"', html))
    assert [lead for lead in leads if not lead.startswith(("#", "../../logbooks/"))] == []


def test_what_people_typed_is_text(html):
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_links_within_the_page_lead_somewhere(html):
    targets = set(re.findall(r'href="#([^"]+)"', html))
    assert len(targets) > 300
    assert targets <= set(re.findall(r'\sid="([^"]+)"', html))


def test_links_to_logbooks_are_escaped(html):
    assert "../../logbooks/2026-10/%E5%8A%A0%E5%AF%86.xlsx" in html


def test_the_chart_has_a_name_and_its_months(html):
    (figure,) = re.findall(r"<figure.*?</figure>", html, re.DOTALL)
    assert 'role="img" aria-label="各月完成率"' in figure
    assert "2026-06" in figure
    assert "战略合作客户" in figure


@pytest.mark.parametrize("lang", LANGS)
def test_the_same_report_gives_the_same_page(lang):
    assert render_page(sample_report(), lang) == render_page(sample_report(), lang)


def test_a_long_table_is_cut_and_says_so(monkeypatch):
    monkeypatch.setattr(page, "MOST_ROWS", 100)
    html = render_page(october(), "zh")
    assert len(read_tables(html)["duties"].rows) == 100
    assert label("report_left_out", "zh", shown=100, left_out=360) in html
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(re.findall(r'\sid="([^"]+)"', html))


def test_volumes_are_linked_from_the_page(monkeypatch):
    monkeypatch.setattr(detail, "TOO_MANY", 100)
    html = render_page(sample_report(), "zh")
    assert 'href="%E6%98%8E%E7%BB%86_%E6%8A%95%E8%9E%8D%E8%B5%84%E4%B8%80%E9%83%A8.xlsx"' in html


def test_a_page_that_cannot_be_written_is_an_error_in_words(tmp_path):
    with pytest.raises(DeliveryError):
        write_page(october(), tmp_path / "nowhere" / "a.html", "zh")


@pytest.mark.heavy
def test_tables_sort_and_filter_in_a_browser(tmp_path: Path):
    from playwright.sync_api import sync_playwright

    write_page(october(), tmp_path / "a.html", "zh")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        view = browser.new_page()
        told: list[str] = []
        view.on("console", lambda message: told.append(message.text))
        view.on("pageerror", lambda error: told.append(str(error)))
        view.goto((tmp_path / "a.html").as_uri())
        days = view.locator("#exceptions tbody tr td:nth-child(3)")
        view.get_by_role("button", name="距到期（天）").click()
        numbers = [int(text) for text in days.all_inner_texts()]
        assert numbers == sorted(numbers)
        view.locator("section#exceptions input").fill("王芳 S07")
        rows = view.locator("#exceptions tbody tr:visible")
        assert 0 < rows.count() < len(numbers)
        assert all("王芳 (S07)" in text for text in rows.all_inner_texts())
        assert told == []
        browser.close()
