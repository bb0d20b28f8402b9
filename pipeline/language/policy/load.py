"""Loading a regulation: its file, the workspace's own values for its parameters, and every check on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any

from pipeline.language.document import Document, unwritten
from pipeline.language.errors import PolicyError
from pipeline.language.mistakes import Mistake, Way
from pipeline.language.policy.comparable import Types, type_mistakes
from pipeline.language.policy.consistency import Columns, column_mistakes, festival_mistakes, name_mistakes
from pipeline.language.policy.regulation import RULED, Regulation
from pipeline.language.policy.secrecy import secrecy_mistakes
from pipeline.language.suggest import hint
from pipeline.language.wording import wording
from pipeline.language.yamlfile import read_document

_PARAMETER = re.compile(r"\$(\w+)")
_SUFFIX = ".yaml"


def available(folder: Path | None = None) -> dict[str, Path]:
    """The regulations that can be named by their id: those that ship, and the company's own in `folder`.

    One of the company's own takes the place of a shipped one with the same id.
    """
    shelves = [Path(str(files("pipeline") / "regulations")), *([folder] if folder else [])]
    found = (path for shelf in shelves for path in sorted(shelf.glob(f"*{_SUFFIX}")))
    return {path.stem: path for path in found if "." not in path.stem}  # `<id>.cases.yaml` holds the cases of a test


def shipped() -> tuple[str, ...]:
    """The ids of the regulations that ship with Tierbook."""
    return tuple(available())


def is_path(source: str) -> bool:
    """Whether a regulation is named by its file and not by its id."""
    return source.endswith(_SUFFIX) or "/" in source or "\\" in source


def load_regulation(
    source: str | Path, *, folder: Path | None = None, overrides: Mapping[str, Any] | Document | None = None
) -> Regulation:
    """The regulation with the id `source`, or in the file `source`.

    `folder` holds the company's own regulations. `overrides` replace values of parameters, each as a whole; as a part
    of a document they keep their places for messages. Raises PolicyError with every mistake and its line and column
    (an override that names no parameter raises the error of its document).
    """
    document = read_document(_file(source, folder))
    if overrides:
        document = _overridden(document, overrides if isinstance(overrides, Document) else unwritten(overrides))
    document, data, unknown = _resolved(document)
    regulation = document.fit(Regulation, data, unknown)
    if wrong := [*name_mistakes(regulation, document.path.stem), *_secrecy_mistakes(regulation)]:
        raise document.all_wrong(wrong)
    return regulation


def _secrecy_mistakes(regulation: Regulation) -> Iterator[Mistake]:
    if regulation.secrecy:
        attributes = {name: attribute.choices for name, attribute in regulation.attributes.items()}
        yield from secrecy_mistakes(regulation.secrecy, attributes, regulation.roles)


def check_columns(regulation: Regulation, columns: Columns, types: Types) -> None:
    """Checks that the columns and choices named by the regulation exist, and that what is compared can be.

    `columns` gives for every form and register sheet its columns, each with its choices or None for other types, and
    `types` their types. What the regulation adds itself (attributes, choices) need not be in it. Raises PolicyError.
    """
    _raise_any(regulation, chain(column_mistakes(regulation, columns), type_mistakes(regulation, types)))


def check_festivals(regulation: Regulation, festivals: Collection[str]) -> None:
    """Checks that the calendar has the festivals that the regulation names. Raises PolicyError."""
    _raise_any(regulation, festival_mistakes(regulation, festivals))


def _raise_any(regulation: Regulation, mistakes: Iterator[Mistake]) -> None:
    if wrong := list(mistakes):
        raise regulation.document.all_wrong(wrong)


def _file(source: str | Path, folder: Path | None) -> Path:
    if isinstance(source, Path) or is_path(source):
        return Path(source)
    known = available(folder)
    if source not in known:
        raise PolicyError(wording("policy_no_regulation", name=source, hint=hint(source, known)))
    return known[source]


def _parameters(document: Document) -> dict[str, Any]:
    """The parameters as written; malformed ones are left out, the model will tell them."""
    data = document.data.get("parameters") if isinstance(document.data, dict) else None
    written = data.items() if isinstance(data, dict) else ()
    return {name: p for name, p in written if isinstance(p, dict) and "value" in p}


def _overridden(document: Document, overrides: Document) -> Document:
    known = _parameters(document)
    wrong = [_no_parameter((name,), name, known, of_key=True) for name in overrides.data if name not in known]
    if wrong:
        raise overrides.all_wrong(wrong)
    for name in overrides.data:
        document = document.grafted(("parameters", name, "value"), overrides.part((name,)))
    return document


def _resolved(document: Document) -> tuple[Document, Any, list[Mistake]]:
    """The data with the values of parameters in the place of each `$name`, and which names there are not.

    The document returned knows whose place each value took.
    """
    known = _parameters(document)
    moved: dict[Way, Way] = {}
    wrong: list[Mistake] = []

    def value_of(name: str, way: Way) -> Any:
        if name not in known:
            wrong.append(_no_parameter(way, name, known))
            return None
        moved[way] = ("parameters", name, "value")
        return known[name]["value"]

    data = document.data
    if isinstance(data, dict):
        ruled = {key: _substituted(data[key], (key,), value_of) for key in RULED if key in data}
        data = {**data, **ruled}
    return document.moving(moved), _with_names(data, moved), wrong


def _substituted(value: Any, way: Way, value_of: Callable[[str, Way], Any]) -> Any:
    match value:
        case dict():
            return {key: _substituted(inner, (*way, key), value_of) for key, inner in value.items()}
        case list():
            return [_substituted(inner, (*way, i), value_of) for i, inner in enumerate(value)]
        case str() if len(way) > 1 and (name := _PARAMETER.fullmatch(value)):
            return value_of(name[1], way)
    return value


def _with_names(data: Any, moved: dict[Way, Way]) -> Any:
    """The data with each obligation's `parameters` telling which ones it uses."""
    used: dict[Way, dict[str | int, None]] = {}
    for way, (_, name, _) in moved.items():
        used.setdefault(way[:2], {})[name] = None
    for (section, place), names in used.items():
        obligation = data[section][place]
        if section == "obligations" and isinstance(obligation, dict):
            obligation["parameters"] = list(names)
    return data


def _no_parameter(way: Way, name: str, known: Mapping[str, Any], *, of_key: bool = False) -> Mistake:
    return Mistake(way, wording("policy_no_parameter", name=name, hint=hint(name, known)), of_key)
