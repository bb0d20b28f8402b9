"""Words in both languages of the product."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

from ruamel.yaml import YAML

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


class Wording(NamedTuple):
    """One text in Simplified Chinese and English."""

    zh: str
    en: str

    def in_(self, lang: Lang) -> str:
        """The text in `lang`."""
        return self.zh if lang == "zh" else self.en

    def filled(self, **values: object) -> Wording:
        """Both texts with their `{name}` places filled; a value that is a `Wording` is taken in the text's language."""
        return Wording(*(self.in_(lang).format(**_in(lang, values)) for lang in LANGS))


def in_both(text: Wording | str) -> Wording:
    """The text itself, or one that reads the same in both languages."""
    return text if isinstance(text, Wording) else Wording(text, text)


def _in(lang: Lang, values: dict[str, object]) -> dict[str, object]:
    return {name: v.in_(lang) if isinstance(v, Wording) else v for name, v in values.items()}


def read_shipped(folder: str, area: str = "") -> dict[str, Any]:
    """The entries of the YAML files of a folder of the language floor, in one mapping.

    With an `area` only of `<area>.yaml` and `<area>_*.yaml`. Raises ValueError when two files define the same key.
    """
    entries: dict[str, Any] = {}
    paths = (p for p in (files("pipeline.language") / folder).iterdir() if p.name.endswith(".yaml"))
    for path in sorted(paths, key=lambda p: p.name):
        if area and area_of(path.name.removesuffix(".yaml")) != area:
            continue
        more = YAML(typ="safe").load(path.read_text("utf-8")) or {}
        if twice := entries.keys() & more.keys():
            raise ValueError(f"{folder}/{path.name} repeats {sorted(twice)}")
        entries |= more
    return entries


def area_of(key: str) -> str:
    """The part of the product that a label or a file of labels belongs to: what stands before the first `_`."""
    return key.partition("_")[0]


@cache
def _labels(area: str = "") -> dict[str, Wording]:
    return {key: Wording(**both) for key, both in read_shipped("labels", area).items()}


def label(key: str, lang: Lang, /, **values: object) -> str:
    """The label `key` in `lang`, with `{name}` places filled from `values`.

    Only the files of the key's area are read, so that a short command does not wait for the words of a report.
    Raises KeyError for a key that they do not have: a missing label is a bug, never an empty cell.
    """
    return _labels(area_of(key))[key].in_(lang).format(**_in(lang, values))


def wording(key: str, /, **values: object) -> Wording:
    """The label `key` in both languages, with `{name}` places filled from `values` if given. Raises KeyError."""
    found = _labels(area_of(key))[key]
    return found.filled(**values) if values else found


def label_keys(area: str = "") -> frozenset[str]:
    """Every key of `labels/`, or of one area."""
    return frozenset(_labels(area))
