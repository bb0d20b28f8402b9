"""The words of a form: what a value may be called in the short notation of a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from typing import Any

from pipeline.intake.forms import Field, Form, load_forms
from pipeline.language.policy.load import load_regulation

ORIGIN = ("month", "faults", "submitter")  # of a row, beside the form's own columns


class UnknownWordError(Exception):
    """A word of a row that means nothing, or more than one thing."""


@dataclass(frozen=True)
class Lexicon:
    """The columns and choices of a form, by every name they have."""

    form: Form

    @property
    def period(self) -> str:
        """The column that holds a period; empty if the form has none."""
        return next((f.key for f in self.form.fields if f.type == "period"), "")

    def has(self, key: str) -> bool:
        """Whether the form has the column."""
        return key in self.form.keys

    def choice(self, word: str) -> dict[str, Any]:
        """The one column and choice that the word names."""
        found = {f.key: key for f in self.form.fields for key, c in f.choices.items() if word == key or word in c.title}
        if not found:
            found = {f.key: key for f in self.form.fields for key, c in f.choices.items() if word in c.aliases}
        if len(found) != 1:
            raise UnknownWordError(
                f"{self.form.key}: {word!r} is {' and '.join(found) or 'nothing'}; write column=value"
            )
        return found

    def cell(self, title: str, written: str, moment: Callable[[str], datetime]) -> dict[str, Any]:
        """The cell that `title=written` fills; `written` is empty for an empty cell."""
        if title in ORIGIN:
            return {title: written}
        found = [f for f in self.form.fields if title in f.names]
        if len(found) != 1:
            raise UnknownWordError(f"{self.form.key} has no column {title!r}")
        key = "by" if found[0].key == self.form.by else found[0].key
        return {key: _value(found[0], written, moment) if written else None}

    def spread(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row with the form's own columns for when it happened and who did it."""
        cells: dict[str, Any] = {}
        if self.form.by:
            cells[self.form.by] = row.get("by")
        if (happened := row.get("happened")) and self.form.happened:
            day_only = self.form.field(self.form.happened[0]).type == "day"
            cells[self.form.happened[0]] = datetime.combine(happened.date(), time()) if day_only else happened
        return {**cells, **row}


@cache
def lexicons(stem: str) -> dict[str, Lexicon]:
    """The words of each form, as the shipped regulation of this name extends it."""
    return {key: Lexicon(form) for key, form in load_forms([load_regulation(stem)]).items()}


def _value(field: Field, written: str, moment: Callable[[str], datetime]) -> Any:
    match field.type:
        case "day" | "moment":
            return moment(written)
        case "number" | "integer":
            return float(written)
        case "yesno":
            return written in ("是", "yes", "true")
        case "choice":
            return _choice(field, written)
        case "choices":
            chosen = {_choice(field, word) for word in written.split("、")}
            return ";".join(key for key in field.choices if key in chosen)
    return written


def _choice(field: Field, written: str) -> str:
    found = [key for key, choice in field.choices.items() if written in (key, *choice.names)]
    if len(found) != 1:
        raise UnknownWordError(f"{field.key} has no choice {written!r}")
    return found[0]
