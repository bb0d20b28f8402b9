"""The JSON Schema that editors use: what ships fulfils it, typical slips do not, and the committed file is fresh."""

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pipeline.language.policy.load import shipped
from pipeline.language.policy.schema import json_schema
from pipeline.language.yamlfile import read_document

COMMITTED = Path(__file__).parents[2] / "docs" / "regulation.schema.json"


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    Draft202012Validator.check_schema(json_schema())
    return Draft202012Validator(json_schema())


def written(name: str) -> Any:
    """A shipped regulation as an editor sees it: dates are text."""
    document = read_document(Path(str(files("pipeline") / "regulations" / f"{name}.yaml")))
    return json.loads(json.dumps(document.data, default=str))


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_regulation_fulfils_the_schema(schema: Draft202012Validator, name: str) -> None:
    assert [error.message for error in schema.iter_errors(written(name))] == []


SLIPS: dict[str, Callable[[Any], object]] = {
    "a key nobody knows": lambda r: r["obligations"][0].update(requierd=1),
    "a kind nobody knows": lambda r: r["obligations"][0].update(kind="cadense"),
    "a number in words": lambda r: r["obligations"][0].update(required="two"),
    "a negative number": lambda r: r["obligations"][0].update(required=-1),
    "a window nobody knows": lambda r: r["obligations"][0].update(every="weekly"),
    "a condition nobody knows": lambda r: r["obligations"][0]["counts"]["where"].update(channel={"on": ["wechat"]}),
    "parameters, which the loader fills": lambda r: r["obligations"][0].update(parameters=["weekly_push"]),
    "a parameter for what an obligation is": lambda r: r["obligations"][0].update(title="$weekly_push"),
    "a missing name": lambda r: r["title"].pop("en"),
    "a third language": lambda r: r["title"].update(fr="Service"),
    "an attribute of an unknown type": lambda r: r["attributes"]["board"].update(type="chioce"),
    "a parameter without a value": lambda r: r["parameters"]["weekly_push"].pop("value"),
    "an article that became nothing known": lambda r: r["articles"].update({"1": {"measured": "no"}}),
    "a number for an article": lambda r: r["obligations"][0].update(article=9),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_does_not_fulfil_the_schema(schema: Draft202012Validator, slip: str) -> None:
    regulation = written("equity_listing")
    SLIPS[slip](regulation)
    assert list(schema.iter_errors(regulation))


@pytest.mark.parametrize(
    "required",
    [
        2,
        "$weekly_push",
        [{"from": "2016-05-18", "value": 1}, {"from": "2026-07-01", "value": "$weekly_push"}],
        {"strategic": 1, "key": "$weekly_push"},
        {"strategic": [{"from": "2016-05-18", "value": 1}], "key": 2},
    ],
)
def test_a_quantity_is_a_value_dated_tiered_or_a_parameter(schema: Draft202012Validator, required: object) -> None:
    regulation = written("equity_listing")
    regulation["obligations"][0]["required"] = required
    assert [error.message for error in schema.iter_errors(regulation)] == []


def test_the_committed_schema_is_fresh() -> None:
    command = "python -m pipeline.language.policy.schema > docs/regulation.schema.json"
    assert json.loads(COMMITTED.read_text("utf-8")) == json_schema(), command
