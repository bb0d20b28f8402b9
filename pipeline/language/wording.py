"""Words in both languages of the product."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

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


@cache
def _labels() -> dict[str, Wording]:
    text = (files("pipeline.language") / "labels.yaml").read_text("utf-8")
    return {key: Wording(**both) for key, both in YAML(typ="safe").load(text).items()}


def label(key: str, lang: Lang, **values: object) -> str:
    """The label `key` of `labels.yaml` in `lang`, with `{name}` places filled from `values`.

    Raises KeyError for a key that is not in the file: a missing label is a bug, never an empty cell.
    """
    return _labels()[key].in_(lang).format(**values)


def label_keys() -> frozenset[str]:
    """Every key of `labels.yaml`."""
    return frozenset(_labels())
