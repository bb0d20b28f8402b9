from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.intake.forms import load_forms
from pipeline.language.policy.load import load_regulation
from pipeline.language.wording import LANGS, Lang
from pipeline.out.formdocs import form_docs

PAGE = Path(__file__).parents[2] / "docs" / "forms.md"
FORMS = load_forms([load_regulation("equity_listing")])


def test_the_page_in_the_docs_is_fresh() -> None:
    assert PAGE.read_text("utf-8") == form_docs(FORMS, "en"), "run: python -m pipeline.out.formdocs > docs/forms.md"


@pytest.mark.parametrize("lang", LANGS)
def test_every_column_of_every_form_has_its_line(lang: Lang) -> None:
    page = form_docs(FORMS, lang)
    for form in FORMS.values():
        section = page.partition(f"`{form.key}`\n")[2].partition("\n##")[0]
        for field in form.fields:
            assert f"| {field.title.in_(lang)}{chr(92)}* | `{field.key}`" in section or not field.required
            assert f"| `{field.key}` |" in section


def test_lines_of_a_table_have_as_many_cells_as_its_head() -> None:
    cells = {line.replace("\\|", "").count("|") for line in form_docs(FORMS, "zh").splitlines() if line.startswith("|")}
    assert cells == {7}
