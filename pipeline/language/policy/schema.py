"""The JSON Schema of a regulation file, for editors that complete and check while one writes.

python -m pipeline.language.policy.schema > docs/regulation.schema.json
"""

from __future__ import annotations

import json
import re
from typing import Any

from pipeline.language.policy.regulation import RULED, Regulation

Schema = dict[str, Any]

_NAME = {"type": "string", "pattern": r"^\$[a-z_0-9]+$", "description": "The value of this parameter."}
_ITSELF = {"id", "kind", "article", "title", "note"}  # what an obligation is, and no value of it
_BY_LOADER = "parameters"
_REFERENCE = re.compile(r'"#/\$defs/(\w+)"')


def json_schema() -> Schema:
    """The schema; inside `RULED` every value may be the name of a parameter, `$name`."""
    schema = Regulation.model_json_schema()
    definitions = schema["$defs"]
    for name in _reached([schema["properties"][key] for key in RULED], definitions):
        definitions[name] = _with_parameters(definitions[name])
    definitions["ParameterName"] = _NAME
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _reached(start: object, definitions: dict[str, Schema]) -> set[str]:
    """The definitions that `start` refers to, by others or itself."""
    reached: set[str] = set()
    todo = _REFERENCE.findall(json.dumps(start))
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += _REFERENCE.findall(json.dumps(definitions[name]))
    return reached


def _with_parameters(schema: Schema) -> Schema:
    """The schema with the name of a parameter admitted for every value inside."""
    changed = dict(schema)
    if "properties" in schema:
        inside = {key: value for key, value in schema["properties"].items() if key != _BY_LOADER}
        changed["properties"] = {k: v if k in _ITSELF else _or_name(v) for k, v in inside.items()}
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            changed[key] = _or_name(schema[key])
    for key in ("anyOf", "oneOf"):
        if key in schema:
            changed[key] = [_with_parameters(branch) for branch in schema[key]]
    return changed


def _or_name(schema: Schema) -> Schema:
    return {"anyOf": [_with_parameters(schema), {"$ref": "#/$defs/ParameterName"}]}


if __name__ == "__main__":
    print(json.dumps(json_schema(), ensure_ascii=False, indent=1))
