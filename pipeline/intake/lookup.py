"""Who is meant: clients and staff by their ids, names and short names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

import pandas as pd

from pipeline.intake.parse.choice import simplified
from pipeline.intake.parse.remark import Pending, Remark
from pipeline.intake.parse.text import squeezed, typed
from pipeline.language.suggest import closest, nearest

Ids = tuple[str, ...]

_PARTS = re.compile(r"[\s()（）\[\]【】/、,，:：_-]+")
_LEGAL = re.compile(r"(股份|集团|有限责任|有限|控股)*公司$|\(集团\)|co\.?,?ltd\.?$|limited$|inc\.?$")
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_LOOK_ALIKE = str.maketrans("oil", "011")
_NEAR = 75  # percent of the letters that two names share at least, or all but one
_FEW = 500  # so many names are all compared
_COMMON = 2000  # two characters that more names than this share tell nothing
_RAREST = 4  # so many of its pairs of characters are looked for
_CANDIDATES = 20
_NAMED = 5  # how many of several that share a name are told


@dataclass(frozen=True)
class Directory:
    """Everybody that a column may name. `kind` is `client` or `staff`; `unit` is known for staff only.

    Ids and names are compared without regard to width, case and white space, and nothing else: who is not found is
    never guessed at, only suggested.
    """

    kind: str
    names: Mapping[str, Ids]  # id -> the names it goes by, the full one first
    unit: Mapping[str, str] = field(default_factory=dict)

    def read(self, value: object) -> object:
        """The id of who is meant, a Remark, or a Pending for a name that several members of staff share."""
        word = typed(value)
        found = self.find(word)
        if len(found) == 1:
            return found[0]
        if not found:
            return Remark(f"{self.kind}_unknown", suggestion=self.suggested(word))
        return Pending(lambda submitter: self._told_apart(found, submitter)) if self.unit else self._shared(found)

    def find(self, word: str) -> Ids:
        """The ids of all that are called so; of those named by id and name together, as in `YW01 王志强`."""
        plain = squeezed(word)
        return self._by_id.get(plain) or self._by_name.get(plain) or self._by_both(word)

    def suggested(self, word: str) -> str:
        """The id or name that may be meant; '' when there is none near.

        An id is only suggested for one that looks like it: with other zeros before its digits, or O for 0. Names are
        compared in simplified characters and without what every company's name ends in.
        """
        alike = self._by_look.get(_look(squeezed(word)), ())
        if len(alike) == 1:
            return alike[0]
        core = _core(word)
        cores = [core] if core in self._by_core else nearest(core, self._candidates(core), alike=_alike(core))
        ids = dict.fromkeys(chain.from_iterable(map(self._by_core.__getitem__, cores)))
        return closest(squeezed(word), (self.names[id_][0] for id_ in ids), alike=0)

    @cached_property
    def _by_id(self) -> dict[str, Ids]:
        return _index((squeezed(id_), id_) for id_ in self.names)

    @cached_property
    def _by_name(self) -> dict[str, Ids]:
        return _index((squeezed(name), id_) for id_, names in self.names.items() for name in names)

    @cached_property
    def _by_look(self) -> dict[str, Ids]:
        return _index((_look(plain), id_) for plain, ids in self._by_id.items() for id_ in ids)

    @cached_property
    def _by_core(self) -> dict[str, Ids]:
        return _index((core, id_) for id_, names in self.names.items() for name in names if (core := _core(name)))

    @cached_property
    def _pairs(self) -> dict[str, list[str]]:
        """For every two characters the names that have them next to each other."""
        found: dict[str, list[str]] = {}
        for core in self._by_core:
            for pair in _pairs(core):
                found.setdefault(pair, []).append(core)
        return {pair: cores for pair, cores in found.items() if len(cores) <= _COMMON}

    def _candidates(self, core: str) -> Sequence[str]:
        """The names that share most of the rarest pairs of characters; comparing with all of them takes too long."""
        if len(self._by_core) <= _FEW:
            return list(self._by_core)
        alike = sorted((self._pairs[pair] for pair in _pairs(core) if pair in self._pairs), key=len)
        shared = Counter(chain.from_iterable(alike[:_RAREST]))
        return [near for near, _ in shared.most_common(_CANDIDATES)]

    def _by_both(self, word: str) -> Ids:
        parts = [squeezed(part) for part in _PARTS.split(word) if part]
        ids = dict.fromkeys(id_ for part in parts for id_ in self._by_id.get(part, ()))
        rest = [part for part in parts if part not in self._by_id]
        named = "".join(rest)
        return tuple(
            id_ for id_ in ids if rest and named in {"".join(_PARTS.split(squeezed(n))) for n in self.names[id_]}
        )

    def _told_apart(self, ids: Ids, submitter: str) -> object:
        """The submitter, if it is their name; otherwise whoever works in the submitter's unit, if only one does."""
        if submitter in ids:
            return submitter
        near = [id_ for id_ in ids if submitter and self.unit.get(id_) == self.unit.get(submitter)]
        return near[0] if len(near) == 1 else self._shared(ids)

    def _shared(self, ids: Ids) -> Remark:
        told = [" ".join(filter(None, (id_, self.names[id_][0], self.unit.get(id_)))) for id_ in ids[:_NAMED]]
        return Remark(f"{self.kind}_ambiguous", expected="、".join(told))


@dataclass(frozen=True)
class Lookup:
    """The clients and the staff that columns may name."""

    clients: Directory
    staff: Directory


def client_directory(clients: pd.DataFrame) -> Directory:
    """Of a frame with `client`, `name` and `short_name`."""
    rows = zip(clients["client"], clients["name"], clients["short_name"].fillna(""), strict=True)
    return Directory("client", {id_: tuple(filter(None, names)) for id_, *names in rows})


def staff_directory(staff: pd.DataFrame) -> Directory:
    """Of a frame with `staff`, `name` and `unit`, in which somebody may have several rows; the last unit counts."""
    names: dict[str, Ids] = {}
    for id_, name in zip(staff["staff"], staff["name"], strict=True):
        names[id_] = (*names.get(id_, ()), *([name] if name not in names.get(id_, ()) else []))
    return Directory("staff", names, dict(zip(staff["staff"], staff["unit"], strict=True)))


NOBODY = Lookup(Directory("client", {}), Directory("staff", {}))


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, Ids]:
    found: dict[str, Ids] = {}
    for key, id_ in pairs:
        if id_ not in found.get(key, ()):
            found[key] = (*found.get(key, ()), id_)
    return found


def _core(name: str) -> str:
    """What tells a name from others: in simplified characters, without the legal form of a company."""
    plain = simplified(squeezed(name))
    return _LEGAL.sub("", plain) or plain


def _alike(core: str) -> float:
    """How alike, in percent, another name has to be to be suggested: one wrong character in three is let pass."""
    return min(_NEAR, 99.9 - 100 / len(core)) if len(core) > 2 else 100


def _look(plain: str) -> str:
    """An id without the zeros that lead its numbers, and with the digits that letters are taken for."""
    return _ZEROS.sub("", plain.translate(_LOOK_ALIKE))


def _pairs(word: str) -> list[str]:
    return list(dict.fromkeys(word[i : i + 2] for i in range(len(word) - 1)))
