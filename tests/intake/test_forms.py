"""The forms: what ships, and what a regulation adds."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.intake.check import MONTH, pandera_schema
from pipeline.intake.forms import load_forms, shipped_forms
from pipeline.intake.headings import heading
from pipeline.intake.parse.column import DTYPES
from pipeline.intake.parse.text import squeezed
from pipeline.language.errors import PolicyError
from pipeline.language.policy.regulation import Regulation
from tests.intake.books import FORMS, REGULATIONS

REGISTER = {"client", "tier", "owner", "staff", "waiver", "recipient"}
EVERY = list(shipped_forms().values())


def test_the_forms_are_those_that_the_regulations_name_and_the_register():
    assert {key for key, form in FORMS.items() if form.part == "logbook"} == set(REGULATIONS[0].forms)
    assert {key for key, form in FORMS.items() if form.part == "register"} == REGISTER


def test_without_a_regulation_only_the_register_is_left():
    assert set(load_forms([])) == REGISTER


@pytest.mark.parametrize("form", EVERY, ids=lambda form: form.key)
def test_everything_that_people_read_is_in_both_languages(form):
    texts = [form.title, form.sheet, form.help]
    texts += [text for field in form.fields for text in (field.title, field.help)]
    texts += [choice.title for field in form.fields for choice in field.choices.values()]
    assert all(text.zh and text.en for text in texts)


@pytest.mark.parametrize("form", EVERY, ids=lambda form: form.key)
def test_no_two_columns_have_the_same_heading(form):
    own = [heading(name) for field in form.fields for name in {heading(n) for n in (field.key, *field.title)}]
    aliases = [heading(name) for field in form.fields for name in {heading(n) for n in field.aliases}]
    assert len(own) == len(set(own))
    assert len(aliases) == len(set(aliases))


@pytest.mark.parametrize("form", EVERY, ids=lambda form: form.key)
def test_no_word_stands_for_two_choices(form):
    for field in form.fields:
        words = [word for key, c in field.choices.items() for word in {squeezed(name) for name in (key, *c.names)}]
        assert len(words) == len(set(words)), field.key


def test_a_regulation_adds_columns_to_the_client_sheet():
    client = FORMS["client"]
    assert client.field("cooperation").type == "yesno"
    assert list(client.field("board").choices) == ["incubation", "financing", "display"]
    assert "board" not in shipped_forms()["client"].keys


def test_a_regulation_adds_choices_tiers_roles_and_obligations():
    assert FORMS["submission"].field("document").choices["satisfaction_survey"].title.zh == "客户满意率调查"
    assert list(FORMS["tier"].field("tier").choices) == ["strategic", "key", "general", "reserve"]
    assert "客户经理" in FORMS["staff"].field("role").choices["salesperson"].aliases
    waived = FORMS["waiver"].field("obligation").choices
    assert waived["equity_listing/weekly_push"].aliases == ("weekly_push", "9(1)")
    assert "*" in waived


def test_choices_of_columns_that_a_regulation_adds_have_other_names_too():
    both = {"zh": "大客户", "en": "Major"}
    written = {
        "size": {"title": both, "type": "choice", "choices": {"a": both, "b": {"title": both, "aliases": ["VIP"]}}}
    }
    added = {"client.size": {"c": {"title": both, "aliases": ["特大"]}}}
    columns = {"contact.size": written["size"]}
    made = Regulation.model_validate(
        {
            "id": "small",
            "title": both,
            "issuer": both,
            "from": "2026-01-01",
            "tiers": {},
            "roles": {},
            "forms": ["contact"],
            "obligations": [],
            "attributes": written,
            "columns": columns,
            "choices": added,
        }
    )
    forms = load_forms([made])
    assert {key: c.aliases for key, c in forms["client"].field("size").choices.items()} == {
        "a": (),
        "b": ("VIP",),
        "c": ("特大",),
    }
    assert forms["contact"].field("size").choices["b"].aliases == ("VIP",)


def test_a_regulation_that_names_a_form_there_is_not_is_refused():
    wrong = REGULATIONS[0].model_copy(update={"forms": ("contact", "casse")})
    with pytest.raises(PolicyError, match="casse"):
        load_forms([wrong])


def test_all_columns_make_a_record_the_same_unless_the_form_says_otherwise():
    assert FORMS["contact"].same == FORMS["contact"].keys


@pytest.mark.parametrize("form", EVERY, ids=lambda form: form.key)
def test_the_schema_follows_the_form(form):
    schema = pandera_schema(form)
    assert [field.key for field in form.fields if not schema.columns[field.key].nullable] == [
        field.key for field in form.fields if field.required
    ]
    empty = {field.key: pd.Series(dtype=DTYPES.get(field.type, "str")) for field in form.fields}
    schema.validate(pd.DataFrame({**empty, MONTH: pd.Series(dtype="datetime64[s]")}))
