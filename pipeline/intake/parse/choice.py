"""Values of choice columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

from pipeline.intake.forms import Field
from pipeline.intake.parse.remark import Remark
from pipeline.intake.parse.text import squeezed, typed
from pipeline.language.suggest import closest

_BETWEEN = re.compile("[、，,;；/|\n]+")


def choice_reader(field: Field) -> Callable[[object], object]:
    """Reads one choice, by key, title or alias."""
    known = _known(field)
    expected = "、".join(choice.title.zh for choice in field.choices.values())

    def read(value: object) -> object:
        word = squeezed(typed(value))
        keys = known.get(word, ())
        if len(keys) == 1:
            return keys[0]
        if keys:
            return Remark("choice_ambiguous", "、".join(field.choices[key].title.zh for key in keys))
        return Remark("choice_unknown", expected, _nearest(field, word))

    return read


def choices_reader(field: Field) -> Callable[[object], object]:
    """Reads several choices; gives their keys in the form's order, joined by `;`."""
    read_one = choice_reader(field)

    def read(value: object) -> object:
        found = [read_one(part) for part in _BETWEEN.split(typed(value)) if part.strip()]
        wrong = [one for one in found if isinstance(one, Remark)]
        return wrong[0] if wrong else ";".join(key for key in field.choices if key in found)

    return read


def simplified(text: str) -> str:
    """The text in simplified characters, each by itself: good enough to compare by, and fast for a whole register."""
    return "".join(map(_simplified, text))


@cache
def _simplified(character: str) -> str:
    return character if character.isascii() else str(_converter().convert(character))


@cache
def _converter():  # type: ignore[no-untyped-def]
    from opencc import OpenCC  # noqa: PLC0415 its tables take a moment, and few runs need them

    return OpenCC("t2s")


def _known(field: Field) -> dict[str, tuple[str, ...]]:
    known: dict[str, tuple[str, ...]] = {}
    for key, choice in field.choices.items():
        for name in {squeezed(name) for name in (key, *choice.names)}:
            known[name] = (*known.get(name, ()), key)
    return known


def _nearest(field: Field, word: str) -> str:
    titles = {squeezed(name): choice.title.zh for choice in field.choices.values() for name in _written(choice.names)}
    plain = simplified(word)
    return titles.get(plain) or titles.get(closest(plain, titles), "")


def _written(names: Iterable[str]) -> Iterable[str]:
    return (name for name in names if name)
