"""The page needs nothing but itself, shows what people typed as text, and leads down from figures to evidence."""

from __future__ import annotations

import base64
import hashlib
import re
from html import unescape
from urllib.parse import parse_qsl

import pytest

from pipeline.language.errors import DeliveryError
from pipeline.language.wording import LANGS, label, label_keys, wording
from pipeline.out import page
from pipeline.out.page import render_page, write_page
from pipeline.out.report import detail
from tests.out.builder import october, sample_report
from tests.out.markup import Read, read_tables


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


def broken_links(html: str) -> list[str]:
    """Links within the page to a place, a row or a column that it does not have."""
    ids, tables = set(re.findall(r'\sid="([^"]+)"', html)), read_tables(html)
    return [link for link in set(re.findall(r'"#([a-z][^"]*)"', html)) if not leads_somewhere(link, ids, tables)]


def leads_somewhere(link: str, ids: set[str], tables: dict[str, Read]) -> bool:
    table, _, query = link.partition("?")
    key, _, row = table.rpartition("-")
    if query:
        return all(value in {c for line in tables[table].rows for c in line} for _, value in parse_qsl(unescape(query)))
    return link in ids or (key in tables and int(row) < len(tables[key].rows))


def test_links_within_the_page_lead_somewhere(html):
    assert len(set(re.findall(r'"#([a-z][^"]*)"', html))) > 300
    assert broken_links(html) == []


def test_counts_lead_down_to_the_duties_behind_them(html):
    tables = read_tables(html)
    found = re.findall(r'<td class="n"><a href="#duties\?([^"]+)">([\d,]+)</a>', html)
    assert len(found) > 50
    for query, count in found:
        wanted = {value for _, value in parse_qsl(unescape(query))}
        assert sum(wanted <= set(row) for row in tables["duties"].rows) == int(count), wanted


def test_only_the_pages_own_style_and_script_may_run(html):
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html).group(1)
    for tag in ("style", "script"):
        inline = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL).group(1)
        known = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{known}'" in policy
    assert "unsafe" not in policy
    assert re.findall(r"\s(?:style|on\w+)=", html) == []


@pytest.mark.parametrize(("lang", "weekday"), [("zh", "2026-10-31 周六"), ("en", "2026-10-31 Sat")])
def test_days_have_their_weekday(lang, weekday):
    assert f">{weekday}</td>" in render_page(october(), lang)


def test_nothing_is_said_in_the_other_language():
    english = render_page(october(), "en")
    assert [said for key in label_keys("report") if len(said := wording(key).zh) > 5 and f">{said}<" in english] == []


def test_a_missing_label_is_an_error(monkeypatch):
    monkeypatch.setattr(page, "SCRIPT_WORDS", (*page.SCRIPT_WORDS, "unheard_of"))
    with pytest.raises(KeyError, match="report_page_unheard_of"):
        render_page(october(), "en")


def test_links_to_logbooks_are_escaped(html):
    assert "../../logbooks/2026-10/%E5%8A%A0%E5%AF%86.xlsx" in html


def test_the_chart_has_a_name_and_its_months(html):
    (figure,) = re.findall(r"<figure.*?</figure>", html, re.DOTALL)
    assert 'role="img" aria-label="各月完成率。2026-10：全部 ' in figure
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
    assert [link for link in broken_links(html) if "?" not in link] == []


def test_volumes_are_linked_from_the_page(monkeypatch):
    monkeypatch.setattr(detail, "TOO_MANY", 100)
    html = render_page(sample_report(), "zh")
    assert 'href="%E6%98%8E%E7%BB%86_%E6%8A%95%E8%9E%8D%E8%B5%84%E4%B8%80%E9%83%A8.xlsx"' in html


def test_a_page_that_cannot_be_written_is_an_error_in_words(tmp_path):
    with pytest.raises(DeliveryError):
        write_page(october(), tmp_path / "nowhere" / "a.html", "zh")
