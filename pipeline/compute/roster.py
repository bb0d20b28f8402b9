"""The register as numbers: who is a client and of which tier, who owns whom, who has which role, on which day."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from pipeline.compute.facts import Facts
from pipeline.compute.spans import EARLIEST, LATEST, NAT, NOTHING, Flags, Numbers, Spans, codes, pick, seconds


class Roster:
    """Clients, staff, tiers and units by their codes. `*_names` end with the name of code -1, which is ''."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.clients = facts.clients.index
        self.staff = _names(facts.staff["staff"], facts.owners["staff"], facts.clients["developer"])
        self.tiers = _names(facts.tiers["tier"])
        self.units = _names(facts.staff["unit"], facts.clients["unit"])
        joined, left = seconds(facts.clients["joined_on"]), seconds(facts.clients["left_on"])
        self.joined = np.where(joined == NAT, EARLIEST, joined)
        self.left = np.where(left == NAT, LATEST, left)

    @cached_property
    def client_names(self) -> ExtensionArray:
        """Ids of the clients."""
        return _with_none(self.clients)

    @cached_property
    def staff_names(self) -> ExtensionArray:
        """Ids of the staff."""
        return _with_none(self.staff)

    @cached_property
    def tier_names(self) -> ExtensionArray:
        """Tiers."""
        return _with_none(self.tiers)

    @cached_property
    def unit_names(self) -> ExtensionArray:
        """Units."""
        return _with_none(self.units)

    @cached_property
    def developer(self) -> Numbers:
        """Who developed each client."""
        return codes(self.staff, self._facts.clients["developer"])

    @cached_property
    def tier(self) -> Spans:
        """The tier of a client."""
        frame = self._facts.tiers
        return _spans(frame, codes(self.clients, frame["client"]), codes(self.tiers, frame["tier"]))

    @cached_property
    def owned(self) -> Spans:
        """The clients that a member of staff owns, in whatever role."""
        client, staff = self._owning
        return _spans(self._facts.owners, staff, client)

    def owner(self, role: str | None) -> Spans:
        """The owner of a client in a role; nobody without a role."""
        return self._owner.get(role or "", _NONE)

    def answering(self, role: str | None, client: Numbers, moment: Numbers, otherwise: Numbers) -> Numbers:
        """The owner of each client in a role; where there is none, `otherwise`."""
        owner = self.owner(role).at(client, moment)
        return np.where(owner >= 0, owner, otherwise)

    def present(self, client: Numbers, moment: Numbers) -> Flags:
        """Whether each client was one at the moment; always for what is about no client."""
        joined, left = pick(self.joined, client, EARLIEST), pick(self.left, client, LATEST)
        there: Flags = (joined <= moment) & (moment < left)
        return there

    def ownership(self, role: str | None) -> Spans:
        """Whether the `pair` of a client and a member of staff is a client and its owner in a role."""
        return self._ownership.get(role or "", _NONE)

    def is_owners(
        self, role: str | None, client: Numbers, staff: Numbers, moment: Numbers, otherwise: Numbers
    ) -> Flags:
        """Whether a member of staff owns the client in the role; where nobody does, whether it is `otherwise`."""
        owns = self.ownership(role).holds(self.pair(client, staff), moment)
        stands_in: Flags = (self.owner(role).at(client, moment) < 0) & (staff >= 0) & (staff == otherwise)
        return owns | stands_in

    def holder(self, role: str | None) -> Spans:
        """Whether a member of staff has a role, or any if None; the value is the unit."""
        return self._holder.get(role, _NONE)

    def pair(self, client: Numbers, staff: Numbers) -> Numbers:
        """One number for a client and a member of staff, -1 if either is unknown."""
        return np.where((client >= 0) & (staff >= 0), client * len(self.staff) + staff, -1)

    @cached_property
    def _owner(self) -> Mapping[str | None, Spans]:
        client, staff = self._owning
        return _by_role(self._facts.owners, client, staff)

    @cached_property
    def _ownership(self) -> Mapping[str | None, Spans]:
        pair = self.pair(*self._owning)
        return _by_role(self._facts.owners, pair, pair)

    @cached_property
    def _owning(self) -> tuple[Numbers, Numbers]:
        """Clients and their owners."""
        frame = self._facts.owners
        return codes(self.clients, frame["client"]), codes(self.staff, frame["staff"])

    @cached_property
    def _holder(self) -> Mapping[str | None, Spans]:
        staff, unit = self._posts
        return {**_by_role(self._facts.staff, staff, unit), None: _spans(self._facts.staff, staff, unit)}

    @cached_property
    def _staffing(self) -> Mapping[str | None, Spans]:
        staff, unit = self._posts
        return {**_by_role(self._facts.staff, unit, staff), None: _spans(self._facts.staff, unit, staff)}

    @cached_property
    def _posts(self) -> tuple[Numbers, Numbers]:
        """Members of staff and their units."""
        frame = self._facts.staff
        return codes(self.staff, frame["staff"]), codes(self.units, frame["unit"])

    def holding(self, role: str | None, start: int, end: int) -> Numbers:
        """The staff who have a role from `start` to `end` without a break."""
        return self.holder(role).throughout(start, end)

    def staffed(self, role: str | None, start: int, end: int) -> Numbers:
        """The units of which somebody or other has a role from `start` to `end` without a break."""
        return self._staffing.get(role, _NONE).throughout(start, end)

    @cached_property
    def client_unit(self) -> Numbers:
        """The unit of each client."""
        return codes(self.units, self._facts.clients["unit"])

    def unit(self, staff: Numbers, client: Numbers, moment: Numbers) -> Numbers:
        """The unit of the member of staff at the moment; where there is none, the client's."""
        own = self.holder(None).at(staff, moment)
        return np.where(own >= 0, own, pick(self.client_unit, client, -1))


def _names(*columns: pd.Series) -> pd.Index:
    """Every name in the columns, sorted; '' is nobody's."""
    found = pd.concat([column.drop_duplicates().dropna().astype("str") for column in columns])
    names: pd.Index = pd.Index(sorted({*found} - {""}), dtype="str")
    return names


def _with_none(names: pd.Index) -> ExtensionArray:
    return pd.array([*names, ""], dtype="str")


_NONE = Spans(*(NOTHING,) * 4)


def _by_role(frame: pd.DataFrame, key: Numbers, value: Numbers) -> dict[str | None, Spans]:
    """For every role its spans of the frame."""
    code, roles = pd.factorize(frame["role"])
    start, end = seconds(frame["start"]), seconds(frame["end"])
    columns = key, start, end, value
    return {str(role): Spans(*(column[code == i] for column in columns)) for i, role in enumerate(roles)}


def _spans(frame: pd.DataFrame, key: Numbers, value: Numbers) -> Spans:
    return Spans(key, seconds(frame["start"]), seconds(frame["end"]), value)
