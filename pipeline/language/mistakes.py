"""What pydantic found wrong with a file, in words for the person who wrote the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache, reduce
from itertools import groupby
from types import NoneType
from typing import Any, NamedTuple, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from pipeline.language.suggest import hint
from pipeline.language.wording import Wording, in_both, wording

Way = tuple[str | int, ...]  # keys and positions that lead to a value, from the outside in

_EXPECTED = {
    "string_type": "error_a_text",
    "path_type": "error_a_text",
    "int_type": "error_a_whole_number",
    "int_parsing": "error_a_whole_number",
    "int_from_float": "error_a_whole_number",
    "float_type": "error_a_number",
    "float_parsing": "error_a_number",
    "finite_number": "error_a_number",
    "bool_type": "error_a_yes_no",
    "bool_parsing": "error_a_yes_no",
    "date_type": "error_a_date",
    "date_parsing": "error_a_date",
    "date_from_datetime_parsing": "error_a_date",
    "date_from_datetime_inexact": "error_a_date",
    "dict_type": "error_a_mapping",
    "model_type": "error_a_mapping",
    "model_attributes_type": "error_a_mapping",
    "list_type": "error_a_list",
    "tuple_type": "error_a_list",
    "arguments_type": "error_a_wording",
    "named_tuple_type": "error_a_wording",
}
_LIMITS = {
    "greater_than_equal": ("error_at_least", "ge"),
    "greater_than": ("error_more_than", "gt"),
    "less_than_equal": ("error_at_most", "le"),
    "less_than": ("error_less_than", "lt"),
    "too_short": ("error_too_few", "min_length"),
    "string_too_short": ("error_too_few", "min_length"),
}
_ID_PATTERN = "^[a-z][a-z0-9_]*$"
_KINDS = ((NoneType, "error_nothing"), (Mapping, "error_a_mapping"), (list | tuple, "error_a_list"))
_LONGEST = 60
_INTEGER_BITS = 64  # Python refuses to write very long integers out
_OURS = "text"  # in the context of a refusal, and of no error of pydantic's own


class Mistake(NamedTuple):
    """One thing wrong: where it stands and what it is. `of_key`: the key is wrong and not its value."""

    way: Way
    message: Wording
    of_key: bool = False


def refusal(key: str, /, **values: object) -> PydanticCustomError:
    """What a validator of a model raises to refuse a value: the label `key`, told in the reader's language."""
    return PydanticCustomError(cast(Any, key), f"{{{_OURS}}}", {_OURS: wording(key, **values).en, **values})


def mistakes(error: ValidationError, model: type[BaseModel], way_of: Callable[[Way], Way]) -> list[Mistake]:
    """Every mistake in the order found. `way_of` turns a place in the model into the place in the file.

    A value that may be one thing or another gets an error from pydantic for each; they are told as one.
    """
    details = _telling(error.errors(include_url=False))
    found = sorted(((way_of(d["loc"]), d) for d in details), key=lambda e: _sortable(e[0]))
    groups = groupby(found, key=lambda e: e[0])
    return [m for way, group in groups for m in _at_one_place(way, [d for _, d in group], model)]


def _telling(details: list[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Without lists that are too short only because the items in them are wrong."""
    for detail in details:
        place = detail["loc"]
        inside = (other for other in details if other is not detail and other["loc"][: len(place)] == place)
        if detail["type"] != "too_short" or not any(inside):
            yield detail


def _sortable(way: Way) -> list[tuple[bool, int, str]]:
    return [(isinstance(step, str), step if isinstance(step, int) else 0, str(step)) for step in way]


def _at_one_place(way: Way, details: list[ErrorDetails], model: type[BaseModel]) -> Iterator[Mistake]:
    words = [d for d in details if d["type"] in ("literal_error", "enum")]
    others = [d for d in details if d not in words]
    if words and not (others and isinstance(words[0]["input"], Mapping | list)):
        choices = [c for d in words for c in re.findall(r"'([^']*)'", d["ctx"]["expected"])]
        yield Mistake(way, _choice(words[0]["input"], choices))
        return
    kinds = [_EXPECTED[d["type"]] for d in others if d["type"] in _EXPECTED]
    if kinds:
        yield Mistake(way, expected(dict.fromkeys(kinds), others[0]["input"]))
    yield from (_single(way, d, model) for d in others if d["type"] not in _EXPECTED)


def expected(kinds: Iterable[str], value: object) -> Wording:
    """Expected one of the kinds of value (keys of labels), found `value`."""
    either = reduce(lambda one, other: wording("error_or", one=one, other=other), map(wording, kinds))
    return wording("error_expected", expected=either, found=shown(value))


def _single(way: Way, detail: ErrorDetails, model: type[BaseModel]) -> Mistake:
    match detail["type"]:
        case "missing" | "missing_argument" | "missing_keyword_only_argument":
            return Mistake(way, wording("error_missing", key=detail["loc"][-1]))
        case "extra_forbidden" | "unexpected_keyword_argument":
            key = str(detail["loc"][-1])
            message = wording("error_unknown_key", key=key, hint=hint(key, _keys(model, detail["loc"])))
            return Mistake(detail["loc"], message, of_key=True)
        case "union_tag_not_found":
            return Mistake(way, wording("error_missing", key=detail["ctx"]["discriminator"].strip("'")))
        case "union_tag_invalid":
            tags = re.findall(r"'([^']*)'", detail["ctx"]["expected_tags"])
            key = detail["ctx"]["discriminator"].strip("'")
            return Mistake((*way, key), _choice(detail["ctx"]["tag"], tags))
    return Mistake(way, _other(detail))


def _choice(value: object, choices: list[str]) -> Wording:
    text = value if isinstance(value, str) else shown(value)
    return wording("error_choice", value=text, hint=hint(str(value), choices))


def _other(detail: ErrorDetails) -> Wording:
    kind, values = detail["type"], detail.get("ctx", {})
    if kind in _LIMITS:
        key, limit = _LIMITS[kind]
        return wording(key, found=shown(detail["input"]), limit=shown(values[limit]))
    if kind == "string_pattern_mismatch":
        key = "error_id" if values["pattern"] == _ID_PATTERN else "error_pattern"
        return wording(key, found=shown(detail["input"]), pattern=values["pattern"])
    if kind == "value_error":
        return in_both(str(values["error"]))
    return wording(kind, **values) if _OURS in values else in_both(detail["msg"])


def shown(value: object) -> Wording:
    """A value as a person reads it: text in quotes, cut where it is long; a mapping or list by its kind."""
    for kind, key in _KINDS:
        if isinstance(value, kind):
            return wording(key)
    if isinstance(value, int) and value.bit_length() > _INTEGER_BITS:
        return wording("error_huge_number")
    if isinstance(value, float):
        return in_both(f"{value:.15g}")
    if isinstance(value, int | date):
        return in_both(str(value).lower())  # true and false as YAML writes them
    text = str(value) if len(str(value)) <= _LONGEST else str(value)[:_LONGEST] + "…"
    return Wording(f"“{text}”", f"'{text}'")


def _keys(model: type[BaseModel], place: Way) -> list[str]:
    """The keys that `model` knows where `place`, with an unknown key as its last step, stands."""
    root = _schema(model)
    level = list(_alternatives(root, root))
    for step in place[:-1]:
        inner = [alternative for schema in level for alternative in _inside(schema, step, root)]
        level = inner or level  # a step of pydantic's own that the schema does not have
    return [key for schema in level for key in schema.get("properties", {})]


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _alternatives(schema: dict[str, Any], root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schema itself with its references followed, or the branches of a choice."""
    if "$ref" in schema:
        yield from _alternatives(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root)
        return
    yield schema
    for branch in [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]:
        yield from _alternatives(branch, root)


def _inside(schema: dict[str, Any], step: str | int, root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    tagged = schema.get("discriminator", {}).get("mapping", {}).get(step)
    inner = {"$ref": tagged} if tagged else schema.get("properties", {}).get(step)
    if inner is None:
        inner = schema.get("items" if isinstance(step, int) else "additionalProperties")
    if isinstance(inner, dict):
        yield from _alternatives(inner, root)
