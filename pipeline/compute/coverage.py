"""Coverage: a share of a population is covered.

Judged `each`, a member of the population is a claim of its own, due at the end of its window or, with `within`, so
long after its moment (and then judged in the month of that day). Judged by `share`, the population of a window is one
claim of the company, for the target times its number, rounded up; without members there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd

from pipeline.compute.claims import Claims, joined, links, once, owed
from pipeline.compute.doubts import possible, reaching
from pipeline.compute.evidence import counting
from pipeline.compute.inquiry import Inquiry, working
from pipeline.compute.population import as_told, columns_of, kind_of, members_of, population, tellable
from pipeline.compute.spans import NAT, Flags, Numbers, codes, day_of, pick
from pipeline.language.policy.obligation import Coverage
from pipeline.language.policy.select import Rows


@dataclass(frozen=True, eq=False)
class _Cover:
    """For each member: whether it is covered, since when, by the owner of the day, by which row (-1: by none).

    `lacking` says that nothing is missing but a row of evidence, or what a row of the member itself could tell.
    """

    covered: Flags
    moment: Numbers
    own: Flags
    row: Numbers
    lacking: Flags


def judge_coverage(duty: Coverage, inquiry: Inquiry) -> Claims:
    """A claim for each member (client, case or row) or for the company; evidence the rows that cover."""
    people = population(duty, inquiry)
    cover = _cover(duty, inquiry, people)
    hopes = _hopes(duty, inquiry, people, cover)
    if duty.judged == "each":
        return _each(duty, inquiry, people, cover, hopes)
    starts = people["start"].unique()
    parts = [_share(duty, people, cover, hopes, np.flatnonzero(people["start"] == start)) for start in starts]
    return joined(parts) if parts else Claims("company", owed(0))


def _cover(duty: Coverage, inquiry: Inquiry, people: pd.DataFrame) -> _Cover:
    told, owned = as_told(duty, inquiry, people, duty.covered.where), _owned(duty, inquiry, people)
    fits = told & owned
    if duty.covered.rows:
        return _by_evidence(duty, inquiry, people, fits, duty.covered.rows)
    rows = isinstance(duty.population, Rows)
    moment = people["moment"].to_numpy() if rows else np.minimum(people["due"].to_numpy(), inquiry.known_until)
    own = _own(duty, inquiry, people, people["by"].to_numpy(), moment) if rows else fits  # what no row tells
    return _Cover(fits, moment, own, people["row"].to_numpy(), owned & ~told)


def _owned(duty: Coverage, inquiry: Inquiry, people: pd.DataFrame) -> Flags:
    """Whether the member's owner is who should be."""
    covered, roster = duty.covered, inquiry.roster
    if not covered.owner or people.empty:
        return np.ones(len(people), np.bool_)
    day = "moment" if isinstance(duty.population, Rows) else "due"
    owner = roster.owner(covered.owner).at(people["client"].to_numpy(), people[day].to_numpy())
    if not covered.is_:
        return owner >= 0
    named = codes(roster.staff, columns_of(duty, inquiry)[covered.is_])[people["place"].to_numpy()]
    right: Flags = (owner >= 0) & (owner == named)
    return right


def _own(duty: Coverage, inquiry: Inquiry, people: pd.DataFrame, by: Numbers, moment: Numbers) -> Flags:
    """Whether the row that covers each member is its owner's of the day; without one, of who wrote the member's."""
    client, author = people["client"].to_numpy(), people["by"].to_numpy()
    return inquiry.roster.is_owners(duty.role, client, by, moment, author)


def _by_evidence(duty: Coverage, inquiry: Inquiry, people: pd.DataFrame, fits: Flags, rows: Rows) -> _Cover:
    """Covered by the first row for the client from the member's day until it is due, its own row aside."""
    client, log = people["client"].to_numpy(), counting(inquiry, duty, rows)
    found = log.first_from(client, day_of(people["moment"].to_numpy()))
    if isinstance(duty.population, Rows) and duty.population.form == rows.form:
        found = found + (pick(log.row, found, -1) == people["row"].to_numpy())
    moment = pick(log.moment, np.where(log.of(client, found), found, -1), NAT)
    there = (moment != NAT) & (moment <= people["due"].to_numpy())
    found = np.where(there, found, -1)
    own = _own(duty, inquiry, people, pick(log.by, found, -1), moment)
    return _Cover(fits & there, moment, own, pick(log.row, found, -1), fits & ~there)


def _hopes(duty: Coverage, inquiry: Inquiry, people: pd.DataFrame, cover: _Cover) -> pd.DataFrame:
    """Members that rejected rows could cover, and the rows."""
    lacking = people[cover.lacking]
    if duty.covered.rows is None:
        return once(tellable(duty, inquiry, lacking, duty.covered.where))
    doubts = possible(inquiry, duty, duty.covered.rows)
    client, moment, due = (lacking[column].to_numpy() for column in ("client", "moment", "due"))
    which, found = reaching(client, moment, due, doubts)
    return once(links(_form(duty), lacking.index.to_numpy()[which], found.row))


def _form(duty: Coverage) -> str:
    rows = duty.covered.rows or duty.population
    return rows.form if isinstance(rows, Rows) else ""


def _proofs(duty: Coverage, cover: _Cover, chosen: Numbers) -> pd.DataFrame:
    """The rows that cover the members, numbered by their place in `chosen`."""
    shown = np.flatnonzero(cover.covered[chosen] & (cover.row[chosen] >= 0))
    return links(_form(duty), shown, cover.row[chosen][shown])


def _each(duty: Coverage, inquiry: Inquiry, people: pd.DataFrame, cover: _Cover, hopes: pd.DataFrame) -> Claims:
    due, within = people["due"].to_numpy(), duty.covered.within
    client, by = people["client"].to_numpy(), people["by"].to_numpy()
    rows = isinstance(duty.population, Rows)
    frame = owed(
        len(people),
        **{name: people[name] for name in ("client", "tier", "due", "account", "value")},
        subject=members_of(duty.population, inquiry, people),
        owner=inquiry.roster.answering(duty.role, client, due, by),
        start=people["moment"],
        end=people["due"] if rows else people["end"],
        actual=cover.covered.astype(np.float64),
        own=(cover.covered & cover.own).astype(np.float64),
        possible=np.bincount(hopes["duty"], minlength=len(people)).astype(np.float64),
        done=np.where(cover.covered, cover.moment, NAT),
        provisional=inquiry.provisional(due) if within and working([within]) else False,
    )
    return Claims(kind_of(duty.population), frame, _proofs(duty, cover, np.arange(len(people))), hopes)


def _share(duty: Coverage, people: pd.DataFrame, cover: _Cover, hopes: pd.DataFrame, chosen: Numbers) -> Claims:
    """The claim of one window; the members are at the places `chosen`."""
    members = people.iloc[chosen]
    required = ceil(round(members["target"].sum(), 9))
    moment = np.sort(cover.moment[chosen][cover.covered[chosen]])
    values = members["value"].unique()
    mine = hopes[hopes["duty"].isin(chosen)]
    frame = owed(
        1,
        start=members["start"].iloc[0],
        end=members["end"].iloc[0],
        due=members["end"].iloc[0] - 1,
        account=members["account"].iloc[0],
        required=float(required),
        actual=float(len(moment)),
        own=float((cover.covered & cover.own)[chosen].sum()),
        possible=float(mine["duty"].nunique()),
        value=values[0] if len(values) == 1 else f"{members['target'].mean():g}",
        done=moment[required - 1] if len(moment) >= required else NAT,
    )
    return Claims("company", frame, _proofs(duty, cover, chosen).assign(duty=0), once(mine.assign(duty=0)))
