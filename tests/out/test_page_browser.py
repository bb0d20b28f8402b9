"""The page in a browser: it opens fast, asks for nothing, sorts, filters, leads down to the evidence, prints, and is
usable by keyboard and screen reader."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from pipeline.language.wording import LANGS, Lang
from pipeline.out.page import AT_ONCE, write_page
from pipeline.out.report.model import Report
from tests.out.builder import october

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[Lang, Path]:
    folder = tmp_path_factory.mktemp("pages")
    written = {lang: folder / f"{lang}.html" for lang in LANGS}
    for lang, path in written.items():
        write_page(october(), path, lang)
    return written


@pytest.fixture
def told() -> list[str]:
    """What the page complained of or asked for."""
    return []


@pytest.fixture
def view(browser: Browser, pages: dict[Lang, Path], told: list[str]) -> Iterator[Page]:
    opened = opened_page(browser, pages["zh"], told)
    yield opened
    assert told == []
    opened.close()


def opened_page(browser: Browser, path: Path, told: list[str], **options: object) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, **options)
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: request.url.startswith(path.as_uri()) or told.append(request.url))
    page.goto(path.as_uri())
    return page


def cells(view: Page, table: str, column: str) -> list[str]:
    """What stands in the drawn rows of a column."""
    return view.evaluate(
        """([table, column]) => {
            const found = document.querySelector(`table[data-key="${table}"]`);
            const at = [...found.tHead.rows[0].cells].findIndex((head) => head.dataset.key === column);
            return [...found.tBodies[0].rows].map((row) => row.cells[at].textContent);
        }""",
        [table, column],
    )


def head(view: Page, table: str, column: str):
    return view.locator(f'table[data-key="{table}"] th[data-key="{column}"]')


def test_a_table_sorts_both_ways_and_says_so(view):
    days = head(view, "exceptions", "days")
    days.get_by_role("button").click()
    rising = [int(text) for text in cells(view, "exceptions", "days")]
    assert rising == sorted(rising)
    assert days.get_attribute("aria-sort") == "ascending"
    days.get_by_role("button").press("Enter")
    assert [int(text) for text in cells(view, "exceptions", "days")] == sorted(rising, reverse=True)
    assert days.get_attribute("aria-sort") == "descending"


def test_a_long_table_sorts_over_all_its_rows(view):
    head(view, "duties", "number").get_by_role("button").click()
    head(view, "duties", "number").get_by_role("button").click()
    numbers = [int(text.replace(",", "")) for text in cells(view, "duties", "number")]
    assert len(numbers) == AT_ONCE
    assert numbers[0] == len(october().tables["duties"].rows)
    view.locator("section#duties").get_by_role("button", name="下一页").click()
    assert int(cells(view, "duties", "number")[0].replace(",", "")) == numbers[-1] - 1


def test_search_and_filters_go_together(view):
    section = view.locator("section#exceptions")
    section.get_by_role("searchbox").fill("王芳 每周")
    found = cells(view, "exceptions", "who")
    assert found
    assert all("王芳" in who for who in found)
    section.locator("summary").click()
    section.get_by_label("状态").select_option("未完成")
    assert set(cells(view, "exceptions", "status")) <= {"未完成"}
    section.get_by_role("button", name="取消筛选 状态：未完成").click()
    assert cells(view, "exceptions", "who") == found


def test_the_way_down_from_a_tier_to_the_evidence(view):
    view.locator('table[data-key="matrix"] td.n a').first.click()
    row = view.locator("tr.found")
    tier, duty = row.locator("td").nth(0).inner_text(), row.locator("td").nth(1).inner_text()
    count = row.locator('a[href*="%E5%AE%8C%E6%88%90&"]').first
    wanted = int(count.inner_text())
    count.click()
    assert set(cells(view, "duties", "tier")) == {tier}
    assert set(cells(view, "duties", "code")) == {duty}
    assert len(cells(view, "duties", "code")) == min(wanted, AT_ONCE)
    client = cells(view, "duties", "client_name")[0]
    view.locator('table[data-key="duties"] tbody').get_by_role("link", name=client).first.click()
    assert set(cells(view, "duties", "client_name")) == {client}
    proofs = view.locator('table[data-key="duties"] tbody a[href^="#evidence?number="]').first
    number = proofs.get_attribute("href").partition("=")[2]
    proofs.click()
    assert set(cells(view, "evidence", "number")) == {number}
    assert view.locator('table[data-key="evidence"] tbody a[href*="logbooks"]').count() > 0
    view.go_back()
    view.wait_for_function("location.hash.startsWith('#duties?client_name')")
    assert set(cells(view, "duties", "client_name")) == {client}


def test_a_link_to_a_row_that_is_not_drawn_turns_to_it(view):
    view.goto(view.url.partition("#")[0] + "#duties-250")
    view.reload()
    assert view.locator("tr.found").get_attribute("id") == "duties-250"
    assert view.locator("tr.found").is_visible()


def test_the_keyboard_goes_in_and_out(view):
    view.keyboard.press("Tab")
    assert view.evaluate("document.activeElement.className") == "skip"
    view.keyboard.press("Enter")
    seen = []
    for _ in range(25):
        view.keyboard.press("Tab")
        seen.append(
            view.evaluate(
                "[document.activeElement.outerHTML, getComputedStyle(document.activeElement).outlineStyle !== 'none']"
            )
        )
    assert len({html for html, _ in seen}) > 15
    assert all(outlined for _, outlined in seen)


def test_day_and_night(browser, pages, told):
    view = opened_page(browser, pages["zh"], told, color_scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    dark = view.evaluate(paper)
    view.get_by_role("button", name="深色/浅色").click()
    assert (dark, view.evaluate(paper)) == ("rgb(18, 22, 28)", "rgb(255, 255, 255)")
    assert told == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", LANGS)
def test_axe_finds_nothing(browser, pages, told, lang, scheme):
    view = opened_page(browser, pages[lang], told, color_scheme=scheme)
    found = Axe().run(view).response["violations"]
    assert [(v["id"], [node["html"][:200] for node in v["nodes"][:3]]) for v in found] == []
    assert told == []


def test_it_prints(browser, pages, told, tmp_path):
    view = opened_page(browser, pages["zh"], told, color_scheme="dark")
    view.pdf(path=tmp_path / "a.pdf", prefer_css_page_size=True)
    text = subprocess.run(["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, check=True).stdout.decode()
    assert "完成率" in text
    assert "第 1–100 行" in text
    assert "下一页" not in text
    assert 5 < text.count("\f") < 60


def test_it_fits_a_telephone(browser, pages, told):
    view = browser.new_page(viewport={"width": 400, "height": 850})
    view.goto(pages["en"].as_uri())
    assert view.evaluate("document.documentElement.scrollWidth") <= 400


def of_many_clients(report: Report, times: int) -> Report:
    """The report with its duties and evidence repeated, numbered anew."""
    duties, evidence = report.tables["duties"], report.tables["evidence"]
    count, proofs = len(duties.rows), len(evidence.rows)
    more = [
        duties.rows.assign(
            number=duties.rows["number"] + n * count,
            client_name=duties.rows["client_name"] + f" {n}",
            proof=duties.rows["proof"] + n * proofs,
        )
        for n in range(times)
    ]
    proven = [evidence.rows.assign(number=evidence.rows["number"] + n * count) for n in range(times)]
    changed = {
        "duties": replace(duties, rows=pd.concat(more, ignore_index=True)),
        "evidence": replace(evidence, rows=pd.concat(proven, ignore_index=True)),
    }
    sections = [replace(s, tables=tuple(changed.get(t.key, t) for t in s.tables)) for s in report.sections]
    return replace(report, sections=tuple(sections))


def test_it_is_fast_with_5000_clients(browser, tmp_path, told, capsys):
    report = of_many_clients(october(), 166)  # 30 clients each, 76,000 duties of which the page keeps 50,000
    began = time.perf_counter()
    write_page(report, tmp_path / "a.html", "zh")
    made = time.perf_counter() - began
    began = time.perf_counter()
    view = opened_page(browser, tmp_path / "a.html", told)
    loaded = time.perf_counter() - began
    nodes = view.evaluate("document.querySelectorAll('*').length")
    timed = """(at) => {
        const heads = document.querySelectorAll('table[data-key="duties"] th button');
        const began = performance.now();
        heads[at].click();
        document.body.offsetHeight;
        return performance.now() - began;
    }"""
    first, again = view.evaluate(timed, 6), view.evaluate(timed, 6)
    size = (tmp_path / "a.html").stat().st_size / 1e6
    with capsys.disabled():
        print(f"\n{size:.1f} MB, {made:.1f} s to write, {loaded:.2f} s to open, {nodes} nodes, ", end="")
        print(f"{first:.0f} ms to sort, {again:.0f} ms to sort again")
    assert nodes < 30_000
    assert loaded < 5
    assert max(first, again) < 2000
    assert told == []
