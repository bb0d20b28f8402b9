"""Loading regulations: parameters, overrides, dates, and every mistake told with its line and a way out."""

import re
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest
from pydantic import TypeAdapter

from pipeline.language.errors import PolicyError
from pipeline.language.policy.kinds import Obligation
from pipeline.language.policy.load import (
    available,
    check_columns,
    check_festivals,
    load_regulation,
    shipped,
)
from pipeline.language.policy.obligation import Cadence, Deadline, Submission
from pipeline.language.policy.quantity import Duration
from pipeline.language.policy.regulation import Regulation
from pipeline.language.yamlfile import read_yaml

RULES = """\
id: bank
title: {zh: 客户服务制度, en: Client service}
issuer: {zh: 客户部, en: Client department}
from: 2016-05-18
tiers:
  key: {title: {zh: 重点客户, en: Key client}, article: "5"}
  general: {title: {zh: 一般客户, en: General client}, article: "5"}
tier_rules:
  - {tier: key, when: {volume: {min: $key_volume}}}
  - {tier: general}
roles:
  specialist: {title: {zh: 客服专员, en: Specialist}}
attributes:
  volume: {title: {zh: 交易额, en: Volume}, type: number}
  board: {title: {zh: 板块, en: Board}, type: choice, choices: {display: {zh: 展示板, en: Display}}}
forms: [contact, case, submission]
choices:
  submission.document:
    monthly_report: {title: {zh: 月报, en: Monthly report}}
parameters:
  visits:
    title: {zh: 每月走访, en: Visits a month}
    value:
      key: [{from: 2016-05-18, value: 1}, {from: 2026-07-01, value: 2}]
      general: 1
  key_volume: {title: {zh: 重点客户门槛, en: Threshold of key clients}, value: 1000}
  answer_within: {title: {zh: 答复期限, en: Time to answer}, value: 3 working_days, blank: true}
  due_day: {title: {zh: 报送日, en: Due day}, value: 5}
obligations:
  - id: visit
    article: "9"
    title: {zh: 走访, en: Visit}
    kind: cadence
    role: specialist
    every: month
    required: $visits
    counts: {form: contact, where: {channel: visit, outcome: {in: [connected]}}}
  - id: answer
    article: 9(2)
    title: {zh: 答复, en: Answer}
    kind: deadline
    event: {form: case, at: opened_at}
    done: first_answer_at
    within: $answer_within
    from: 2026-01-01
    to: 2027-01-01
  - id: report
    article: "9"
    title: {zh: 月报, en: Monthly report}
    kind: submission
    role: specialist
    every: month
    due: {day: $due_day}
    counts: {form: submission, where: {document: monthly_report}}
articles:
  "5": {tiers: true}
  "9": [visit, answer, report]
  9(2): answer
"""
COLUMNS = MappingProxyType(
    {
        "contact": {"channel": ("visit", "phone"), "outcome": ("connected",), "date": None},
        "case": {"opened_at": None, "first_answer_at": None},
        "submission": {"document": (), "period": None},
        "client": {"client": None},
    }
)

TYPES = MappingProxyType(
    {
        "contact": {"channel": "choice", "outcome": "choice", "date": "day"},
        "case": {"opened_at": "moment", "first_answer_at": "moment"},
    }
)


def write(folder: Path, *changes: tuple[str, str], name: str = "bank") -> Path:
    text = RULES
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def told(folder: Path, *changes: tuple[str, str]) -> list[str]:
    """The lines of the error, without the folder."""
    with pytest.raises(PolicyError) as caught:
        load_regulation(write(folder, *changes))
    assert caught.value.text("zh").count("\n") == str(caught.value).count("\n")
    return str(caught.value).replace(f"{folder}/bank.yaml:", "").splitlines()


def where(text: str) -> str:
    """`line:column` of the first place in RULES that begins with `text`."""
    before = RULES[: RULES.index(text)]
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


# What ships


def test_every_shipped_regulation_loads() -> None:
    assert "equity_listing" in shipped()
    for name in shipped():
        assert load_regulation(name).id == name


def test_cases_of_a_regulation_are_no_regulation(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, name="bank.cases")
    assert set(available(tmp_path)) == {*shipped(), "bank"}


def test_a_regulation_is_named_by_id_or_by_path(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert load_regulation("bank", folder=tmp_path) == load_regulation(path) == load_regulation(str(path))


def test_an_unknown_regulation_has_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="no regulation 'equity_listin'; did you mean 'equity_listing'"):
        load_regulation("equity_listin", folder=tmp_path)


def test_the_regulation_in_the_docs_loads(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "regulation-language.md").read_text("utf-8")
    whole = re.search(r"```yaml\n(id: (\w+).*?)```", page, re.DOTALL)
    assert whole
    path = tmp_path / f"{whole[2]}.yaml"
    path.write_text(whole[1], encoding="utf-8")
    assert [o.id for o in load_regulation(path).obligations] == ["visit", "complaint_answer", "monthly_report"]


def test_an_obligation_that_is_exclusive_with_no_other_is_told(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="the only obligation with 'exclusive: visits'"):
        load_regulation(write(tmp_path, ("    required: $visits\n", "    required: $visits\n    exclusive: visits\n")))


def test_every_obligation_in_the_docs_is_one() -> None:
    page = (Path(__file__).parents[2] / "docs" / "regulation-language.md").read_text("utf-8")
    blocks = re.findall(r"```yaml\n(kind: .*?)```", page, re.DOTALL)
    named = {"id": "one", "article": "1", "title": {"zh": "一项", "en": "One"}}
    made = [TypeAdapter(Obligation).validate_python(read_yaml(block, "page").data | named) for block in blocks]
    kinds = {"cadence", "submission", "coverage", "milestone", "quota", "completeness", "limit", "review"}
    assert {duty.kind for duty in made} >= kinds


# Parameters


def test_parameters_stand_for_their_values_and_are_named(tmp_path: Path) -> None:
    regulation = load_regulation(write(tmp_path))
    visit, answer, report = regulation.obligations
    assert isinstance(visit, Cadence)
    assert isinstance(answer, Deadline)
    assert isinstance(report, Submission)
    assert visit.required.tiers == {"key", "general"}
    assert answer.within is not None
    assert answer.within.at(None, date(2026, 7, 1)) == Duration(value=3, unit="working_days")
    assert report.due.day == 5
    assert [o.parameters for o in regulation.obligations] == [("visits",), ("answer_within",), ("due_day",)]
    assert regulation.tier_rules[0].when["volume"].min_ == 1000


def test_a_rule_changed_on_1_july_judges_june_by_the_old_one(tmp_path: Path) -> None:
    regulation = load_regulation(write(tmp_path))
    visit = regulation.obligation("visit")
    assert isinstance(visit, Cadence)
    assert [visit.required.at("key", day) for day in (date(2026, 6, 30), date(2026, 7, 1))] == [1, 2]
    answer = regulation.obligation("answer")
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [answer.in_force_on(day) for day in days] == [False, True, True, False]
    assert [regulation.in_force_on(day) for day in (date(2016, 5, 17), date(2016, 5, 18))] == [False, True]


def test_an_override_takes_the_place_of_the_whole_value(tmp_path: Path) -> None:
    regulation = load_regulation(write(tmp_path), overrides={"visits": 4, "answer_within": "1 hour"})
    visit = regulation.obligation("visit")
    assert isinstance(visit, Cadence)
    assert visit.required.tiers is None
    assert visit.required.at("general", date(2026, 1, 1)) == 4
    assert regulation.parameters["visits"].value.at("general", date(2026, 1, 1)) == 4


def test_an_override_of_no_parameter_has_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="no parameter 'visit'; did you mean 'visits'"):
        load_regulation(write(tmp_path), overrides={"visit": 4})


def test_a_mistake_in_a_value_is_told_where_the_value_stands(tmp_path: Path) -> None:
    assert told(tmp_path, ("general: 1", "general: one"), ("value: 3 working_days", "value: 3 workdays")) == [
        f"{where('general: 1').split(':')[0]}:16: expected a number, found 'one'",
        f"{where('3 working_days')}: 'workdays' is not possible here; did you mean 'working_days'?",
    ]


# Mistakes


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("$visits", "$visit", "there is no parameter 'visit'; did you mean 'visits'?"),
        ("required: $visits", "requierd: $visits", "'requierd' is not known here; did you mean 'required'?"),
        ("cadence", "cadense", "'cadense' is not possible here; did you mean 'cadence'?"),
        ("month\n    required", "weekly\n    required", "'weekly' is not possible here; did you mean 'week'?"),
        ("specialist\n    every", "spezialist\n    every", "there is no role 'spezialist'; did you mean 'specialist'?"),
        ("key, when", "kee, when", "there is no tier 'kee'; did you mean 'key'?"),
        ("general: 1\n", "generl: 1\n", "there is no tier 'generl'; did you mean 'general'?"),
        ("contact, where", "contct, where", "there is no form 'contct'; did you mean 'contact'?"),
        ("visit, answer, report]", "vist, answer, report]", "there is no obligation 'vist'; did you mean 'visit'?"),
        (
            "answer\n    article",
            "9\n    article",
            "expected a text (in quotes where it looks like a number or date), found 9",
        ),
        ("bank\n", "bnk\n", "the id is 'bnk' and should be the file's name, 'bank'"),
        ("2027-01-01", "2026-01-01", "'to' must be later than 'from'"),
        ("choice, choices", "chioce, choices", "'chioce' is not possible here; did you mean 'choice'?"),
        ("{day: $due_day}", "{}", "give exactly one of day, last_working_day, weekday, after"),
        ("in: [connected]", "int: [connected]", "'int' is not known here; did you mean 'in'?"),
        ("submission.document", "submision.document", "there is no form 'submision'; did you mean 'submission'?"),
        ('"9"\n', '"90"\n', "there is no article '90'; did you mean '9'?"),
        ("{tiers: true}", "{}", "it does not say what became of the article"),
        (
            "{in: [connected]}",
            "{present: false, min: 1}",
            "'present: false' cannot hold together with another condition",
        ),
        ("{in: [connected]}", "{}", "the condition is empty"),
        ("2016-05-18\ntiers", "2016-5-18\ntiers", "expected a date such as 2026-07-01, found '2016-5-18'"),
    ],
)
def test_a_slip_is_told_at_its_place_with_what_was_meant(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert f"{where(old)}: {message}" in told(tmp_path, (old, new))


def test_an_obligation_that_says_two_things_or_none_is_told_at_its_start(tmp_path: Path) -> None:
    message = "give either 'done' (a column of the event) or 'follow_up' (rows of a form)"
    start = where("id: answer")
    assert told(tmp_path, ("done: first_answer_at\n    ", "")) == [f"{start}: {message}"]
    both = ("done: first_answer_at", "done: first_answer_at\n    follow_up: {form: contact}")
    assert told(tmp_path, both) == [f"{start}: {message}"]


def test_two_obligations_with_one_id(tmp_path: Path) -> None:
    lines = told(tmp_path, ("id: answer", "id: visit"))
    assert [line for line in lines if "two obligations" in line] == [
        f"{where('visit' + chr(10))}: two obligations have the id 'visit'",
        f"{where('answer' + chr(10))}: two obligations have the id 'visit'",
    ]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    lines = told(
        tmp_path, ("$visits", "$visit"), ("type: number", "type: nmber"), ("cadence", "cadence\n    evry: week")
    )
    assert len(lines) == 3


@pytest.mark.parametrize(
    "section", ["tiers", "tier_rules", "roles", "parameters", "obligations", "articles", "choices"]
)
@pytest.mark.parametrize(
    "value", ["3", "[3]", "{a: 3}", "[[3]]", "$visits", "[$visits]", "{a: {b: $visits}}", "[[$visits]]"]
)
def test_a_section_of_the_wrong_kind_is_a_policy_error(tmp_path: Path, section: str, value: str) -> None:
    before, _, after = RULES.partition(f"\n{section}:\n")
    rest = after.splitlines(keepends=True)
    while rest and rest[0].startswith((" ", "-")):
        rest.pop(0)
    path = tmp_path / "bank.yaml"
    path.write_text(f"{before}\n{section}: {value}\n{''.join(rest)}", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"bank\.yaml:\d+:\d+: "):
        load_regulation(path)


# Against forms and calendar


def checked(folder: Path, *changes: tuple[str, str]) -> list[str]:
    regulation = load_regulation(write(folder, *changes))
    with pytest.raises(PolicyError) as caught:
        check_columns(regulation, COLUMNS, TYPES)
    return str(caught.value).replace(f"{folder}/bank.yaml:", "").splitlines()


def test_columns_and_choices_that_exist_pass(tmp_path: Path) -> None:
    check_columns(load_regulation(write(tmp_path)), COLUMNS, TYPES)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("channel: visit", "chanel: visit", "there is no column 'chanel'; did you mean 'channel'?"),
        ("visit, outcome", "visits, outcome", "there is no choice 'visits'; did you mean 'visit'?"),
        ("connected]", "conected]", "there is no choice 'conected'; did you mean 'connected'?"),
        ("opened_at}", "opend_at}", "there is no column 'opend_at'; did you mean 'opened_at'?"),
        ("first_answer_at\n", "first_answer\n", "there is no column 'first_answer'; did you mean 'first_answer_at'?"),
        ("monthly_report}}", "monthly_reprt}}", "there is no choice 'monthly_reprt'; did you mean 'monthly_report'?"),
        ("volume: {min", "volum: {min", "there is no column 'volum'; did you mean 'volume'?"),
        ("submission.document", "submission.documnt", "there is no column 'documnt'; did you mean 'document'?"),
    ],
)
def test_a_column_or_choice_that_does_not_exist_is_told_at_its_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert f"{where(old)}: {message}" in checked(tmp_path, (old, new))


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("channel: {min: 3}", "'min' compares numbers, and 'channel' is no column of numbers"),
        ("date: {at_most: date}", "'at_most' compares numbers, and 'date' is no column of numbers"),
        ("date: {after: outcome}", "'after' compares days and moments, and 'outcome' is no column of them"),
        ("date: {before: dat}", "there is no column 'dat'; did you mean 'date'?"),
    ],
)
def test_only_what_can_be_compared_is(tmp_path: Path, condition: str, message: str) -> None:
    assert any(line.endswith(message) for line in checked(tmp_path, ("channel: visit", condition)))


def test_a_column_that_the_regulation_adds_is_compared_by_its_type(tmp_path: Path) -> None:
    added = "columns: {contact.spent: {title: {zh: 花费, en: Spent}, type: number}}\nforms: ["
    fits = ("channel: visit", "spent: {max: 3, at_most: {column: spent, times: 1.05}}")
    check_columns(load_regulation(write(tmp_path, ("forms: [", added), fits)), COLUMNS, TYPES)
    assert "'after' compares" in checked(tmp_path, ("forms: [", added), ("channel: visit", "spent: {after: date}"))[0]


def test_a_form_that_does_not_exist_is_told_at_its_line(tmp_path: Path) -> None:
    lines = checked(tmp_path, ("forms: [contact,", "forms: [greeting, contact,"))
    assert lines[0].startswith(f"{where('forms: ').split(':')[0]}:9: there is no form 'greeting'")


def test_a_choice_of_an_attribute_that_does_not_exist(tmp_path: Path) -> None:
    lines = checked(tmp_path, ("- {tier: general}", "- {tier: general, when: {board: [displya]}}"))
    assert "there is no choice 'displya'; did you mean 'display'?" in lines[0]


def test_a_festival_that_the_calendar_does_not_have(tmp_path: Path) -> None:
    festival = ("every: month\n    required", "every: festival\n    festivals: [mid_autum]\n    required")
    regulation = load_regulation(write(tmp_path, festival))
    check_festivals(regulation, {"mid_autum"})
    with pytest.raises(PolicyError, match="no festival 'mid_autum'; did you mean 'mid_autumn'"):
        check_festivals(regulation, {"mid_autumn", "national_day"})


def test_a_regulation_made_without_a_file_is_checked_too() -> None:
    made = Regulation.model_validate({**read_yaml(RULES, "bank.yaml").data, "obligations": [], "tier_rules": []})
    with pytest.raises(PolicyError, match="no form 'contact'"):
        check_columns(made, {}, {})
