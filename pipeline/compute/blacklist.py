"""Blacklists: who is on one since when, and what the logs tell of dealings with them all the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.compute.inquiry import Inquiry
from pipeline.compute.scoring import entered
from pipeline.compute.spans import DAY, EARLIEST, LATEST, NAT, Numbers, Spans, day_of, moments, pick
from pipeline.language.policy.governance import Blacklist, Entries, Listed


@dataclass(frozen=True, eq=False)
class Blacklisted:
    """How the lists stand at the end of a month.

    - `listed`: one row for each client and list. `client`, `unit`, `list` (a tier); `since` (NaT: the register does not
      say); `form` and `number` of the row that put it there ('' and -1: the register); `tier` that the register has.
    - `dealings`: the rows of the month that should not be. `client`, `list`, `since`, `form`, `number`, `happened`,
      `by`.
    """

    listed: pd.DataFrame
    dealings: pd.DataFrame


@dataclass(frozen=True, eq=False)
class _List:
    """A list: its tier, and who is on it from when until when, by which row of a log (-1: by the register)."""

    tier: str
    declared: Listed
    client: Numbers
    start: Numbers
    end: Numbers
    number: Numbers

    def since(self, which: Numbers, inquiry: Inquiry) -> Numbers:
        """The first day of entries; NAT where the register has the tier from the day the client joined."""
        joined = pick(inquiry.roster.joined, self.client[which], EARLIEST)
        dated = (self.number[which] >= 0) | (self.start[which] > joined)
        return np.where(dated, day_of(self.start[which]), NAT)


def blacklisted(blacklist: Blacklist, inquiry: Inquiry) -> Blacklisted:
    """The lists as known at the end of the month, or of the day of judgement if that is sooner."""
    lists = [_list(tier, declared, inquiry) for tier, declared in blacklist.lists.items()]
    listed = [_listed(each, inquiry) for each in lists]
    dealings = [_dealings(each, rows, inquiry) for each in lists for rows in blacklist.dealings]
    once = pd.concat(dealings).drop_duplicates(["form", "number"], ignore_index=True)
    return Blacklisted(pd.concat(listed, ignore_index=True), once)


def _list(tier: str, declared: Listed, inquiry: Inquiry) -> _List:
    """Everybody whom the register has in the tier, and whom a log put on the list until it took them off."""
    roster = inquiry.roster
    code = int(roster.tiers.get_indexer(pd.Index([tier]))[0])
    everybody = np.arange(len(roster.clients))
    who, value, first, last = roster.tier.within(everybody, everybody * 0 + EARLIEST, everybody * 0 + LATEST)
    mine = (value == code) & (code >= 0)
    log = entered(inquiry, declared.rows)
    number = inquiry.rows(declared.rows.form).index.to_numpy(dtype=np.int64)[log.position]
    return _List(
        tier,
        declared,
        np.concatenate([who[mine], log.client]),
        np.concatenate([first[mine], log.moment]),
        np.concatenate([last[mine] + 1, _taken_off(declared.lifted, log.client, log.moment, inquiry)]),
        np.concatenate([np.full(int(mine.sum()), -1), number]),
    )


def _taken_off(lifted: Entries | None, client: Numbers, moment: Numbers, inquiry: Inquiry) -> Numbers:
    """When each client is first taken off after the moment; `LATEST` for never."""
    end = np.full(len(client), LATEST)
    if lifted:
        off = entered(inquiry, lifted)
        spans = Spans(off.client, off.moment, off.moment + 1, off.moment)
        which, value, _, _ = spans.within(client, moment + 1, end)
        np.minimum.at(end, which, value)
    return end


def _listed(on: _List, inquiry: Inquiry) -> pd.DataFrame:
    """One row a client on the list now: the first entry of a log that still holds, else the register's."""
    order = np.lexsort((on.start, on.number < 0, on.client))
    order = order[((on.start <= inquiry.now) & (inquiry.now < on.end))[order]]
    order = order[np.unique(on.client[order], return_index=True)[1]]
    client, roster = on.client[order], inquiry.roster
    there = roster.present(client, np.full(len(client), inquiry.now))
    order, client = order[there], client[there]
    return pd.DataFrame(
        {
            "client": roster.client_names[client],
            "unit": roster.unit_names[pick(roster.client_unit, client, -1)],
            "list": on.tier,
            "since": moments(on.since(order, inquiry)),
            "form": pd.array(np.where(on.number[order] < 0, "", on.declared.rows.form), dtype="str"),
            "number": on.number[order],
            "tier": roster.tier_names[roster.tier.at(client, np.full(len(client), inquiry.now))],
        }
    )


def _dealings(on: _List, rows: Entries, inquiry: Inquiry) -> pd.DataFrame:
    """The rows of the month that deal with a client on the list; of the day it was entered nobody knows the order."""
    roster, found = inquiry.roster, entered(inquiry, rows)
    held = Spans(
        on.client, np.where(on.number < 0, on.start, day_of(on.start) + DAY), on.end, np.arange(len(on.client))
    )
    entry = held.at(found.client, found.moment)
    by = inquiry.staff_of(rows.form)[found.position]
    wrong = (entry >= 0) & (found.moment >= inquiry.month_start)
    if on.declared.whose == "unit":
        unit = roster.holder(None).at(by, found.moment)
        wrong &= (unit >= 0) & (unit == pick(roster.client_unit, found.client, -1))
    return pd.DataFrame(
        {
            "client": roster.client_names[found.client[wrong]],
            "list": on.tier,
            "since": moments(on.since(entry[wrong], inquiry)),
            "form": rows.form,
            "number": inquiry.rows(rows.form).index.to_numpy(dtype=np.int64)[found.position[wrong]],
            "happened": moments(found.moment[wrong]),
            "by": roster.staff_names[by[wrong]],
        }
    )
