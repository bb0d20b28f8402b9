"""A file's content as plain data that remembers where each value stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from pipeline.language.errors import PolicyError, TierbookError
from pipeline.language.mistakes import Mistake, Way, mistakes
from pipeline.language.wording import wording

M = TypeVar("M", bound=BaseModel)

_TOLD = 29  # mistakes beside the first; more than one can mend at a time


class Mark(NamedTuple):
    """A place in a file, line and column counted from 1; None where it is not known."""

    path: Path | None = None
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Document:
    """What a YAML file says, and where. `error` is the kind of error its mistakes are told as."""

    path: Path
    data: Any
    values: Mapping[Way, Mark]  # where each value stands; the whole is ()
    keys: Mapping[Way, Mark]  # where the key of each value of a mapping stands
    error: type[TierbookError] = PolicyError
    moved: Mapping[Way, Way] = field(default_factory=dict)  # values that were taken from another place

    def way(self, place: Way) -> Way:
        """The way to a place in the file; steps that the file does not have are passed over."""
        known: Way = ()
        for step in place:
            further = (*self.moved.get(known, known), step)
            known = further if further in self.values else known
        return known

    def mark(self, place: Way, *, of_key: bool = False) -> Mark:
        """Where the value that `place` leads to stands, or its key."""
        known = self.way(place)
        value = self.values[self.moved.get(known, known)]
        return self.keys.get(known, value) if of_key else value

    def part(self, way: Way) -> Document:
        """The part of the document that `way` leads to, as a document. Raises KeyError or IndexError."""
        data = self.data
        for step in way:
            data = data[step]
        return replace(self, data=data, values=_below(self.values, way), keys=_below(self.keys, way), moved={})

    def grafted(self, way: Way, scion: Document) -> Document:
        """The document with the value that `way` leads to replaced by `scion`, which keeps its own places."""
        values = {**self.values, **{(*way, *inner): mark for inner, mark in scion.values.items()}}
        keys = {**self.keys, **{(*way, *inner): mark for inner, mark in scion.keys.items()}}
        return replace(self, data=_with(self.data, way, scion.data), values=values, keys=keys)

    def moving(self, moved: Mapping[Way, Way]) -> Document:
        """The document, in which values stand for values of other places; mistakes in them are told there."""
        return replace(self, moved=moved)

    def wrong(self, mistake: Mistake) -> TierbookError:
        """The error for a mistake."""
        mark = self.mark(mistake.way, of_key=mistake.of_key)
        return self.error(mistake.message, **mark._asdict())

    def all_wrong(self, found: Iterable[Mistake]) -> TierbookError:
        """One error for all the mistakes (at least one), in the order of the file, each told once."""
        errors = {(e.place, e.message): e for e in map(self.wrong, found)}
        first, *more = sorted(errors.values(), key=lambda e: (str(e.path), e.line or 0, e.column or 0))
        rest = [self.error(wording("error_more", count=len(more) - _TOLD))] if len(more) > _TOLD else []
        first.more = (*more[:_TOLD], *rest)
        return first

    def fit(self, model: type[M], data: Any = None, found: Sequence[Mistake] = ()) -> M:
        """The document, or `data` made from it, as a `model`, which finds the document in its validation context.

        Raises one error of the document's kind that tells every mistake, each with its line and column; those `found`
        before are told with them, and nothing else about the same values.
        """
        try:
            fitting = model.model_validate(self.data if data is None else data, context={"document": self})
        except ValidationError as error:
            told = {self.way(m.way) for m in found}
            found = [*found, *(m for m in mistakes(error, model, self.way) if self.way(m.way) not in told)]
        if found:
            raise self.all_wrong(found)
        return fitting


def unwritten(data: Any, error: type[TierbookError] = PolicyError) -> Document:
    """Data that stands in no file, as a document without places."""
    return Document(Path(), data, {(): Mark()}, {}, error)


def _below(marks: Mapping[Way, Mark], way: Way) -> dict[Way, Mark]:
    return {place[len(way) :]: mark for place, mark in marks.items() if place[: len(way)] == way}


def _with(data: Any, way: Way, value: Any) -> Any:
    """A copy of the data with another value where `way` leads to; shares all the rest."""
    if not way:
        return value
    copy = data.copy()
    copy[way[0]] = _with(data[way[0]], way[1:], value)
    return copy
