"""Completeness: a file or a record holds everything it has to hold.

The members are those of a coverage: clients at the end of the window, or rows dated in it. Required is the number of
columns and of groups of documents, actual how many of them are there by the end of the window.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.compute.claims import Claims, links, no_links, once, owed
from pipeline.compute.doubts import possible, reaching
from pipeline.compute.evidence import counting
from pipeline.compute.inquiry import Inquiry
from pipeline.compute.population import as_told, kind_of, members_of, population, tellable
from pipeline.compute.spans import EARLIEST, LATEST, NAT, Numbers, pick
from pipeline.language.policy.obligation import Coverage, Covered, Duty
from pipeline.language.policy.select import Condition, Rows
from pipeline.language.policy.standing import Completeness

_PRESENT = Condition(present=True)


def judge_completeness(duty: Completeness, inquiry: Inquiry) -> Claims:
    """One claim for each member (client, case or row); evidence its own row and the first row for each document."""
    view = _view(duty)
    people = population(view, inquiry)
    client, due = people["client"].to_numpy(), people["due"].to_numpy()
    until = np.minimum(due, inquiry.known_until)
    by, moment = people["by"].to_numpy(), people["moment"].to_numpy()
    owns = partial(inquiry.roster.is_owners, duty.role, client)
    actual, told = _filled(duty, view, inquiry, people)
    own = actual * (owns(by, moment, by) if isinstance(duty.population, Rows) else True)  # what no row tells is his
    done = moment
    proofs, hopes = [_own_rows(duty, people)], [no_links().assign(group=0)]
    for group, rows in enumerate(_groups(duty)):
        first = _first(duty, inquiry, rows)
        given = pick(first.moment, client, LATEST)
        there = given <= until
        actual, own = actual + there, own + (there & owns(pick(first.by, client, -1), given, by))
        done = np.where(there, np.maximum(done, given), done)
        proofs.append(links(rows.form, np.flatnonzero(there), pick(first.row, client, -1)[there]))
        hopes.append(_hopes(duty, inquiry, rows, people[~there]).assign(group=group))
    required = float(len(duty.fields) + len(duty.items))
    possibly = pd.concat(hopes, ignore_index=True)
    lacking = told.drop_duplicates(["duty", "field"])["duty"]
    frame = owed(
        len(people),
        **{name: people[name] for name in ("client", "tier", "due", "account")},
        subject=members_of(duty.population, inquiry, people),
        owner=inquiry.roster.answering(duty.role, client, due, by),
        start=people["start"],
        end=people["end"],
        required=required,
        actual=actual,
        own=own,
        possible=_givable(possibly, len(people)) + np.bincount(lacking, minlength=len(people)),
        value=f"{required:g}",
        done=np.where(actual >= required, done, NAT),
    )
    hoped = once(pd.concat([possibly, told], ignore_index=True))[[*no_links()]]
    return Claims(kind_of(duty.population), frame, once(pd.concat(proofs, ignore_index=True)), hoped)


def _view(duty: Completeness) -> Coverage:
    """The same members as a coverage of all of them."""
    shared = {name: getattr(duty, name) for name in Duty.model_fields}
    return Coverage(kind="coverage", population=duty.population, every=duty.every, covered=Covered(), **shared)


def _filled(
    duty: Completeness, view: Coverage, inquiry: Inquiry, people: pd.DataFrame
) -> tuple[NDArray[np.float64], pd.DataFrame]:
    """How many columns are filled in, and the rejected rows that could tell of an empty one, with it as `field`."""
    count, told = np.zeros(len(people)), [no_links().assign(field="")]
    for name in duty.fields:
        there = as_told(view, inquiry, people, {name: _PRESENT})
        count += there
        told.append(tellable(view, inquiry, people[~there], {name: _PRESENT}).assign(field=name))
    return count, pd.concat(told, ignore_index=True)


def _groups(duty: Completeness) -> Iterator[Rows]:
    """The rows that show each group of documents."""
    for group in duty.items:
        assert duty.evidence
        where = {**duty.evidence.where, duty.item: Condition.model_validate({"in": list(group)})}
        yield duty.evidence.model_copy(update={"where": where})


class _First(NamedTuple):
    """For every client the first row that shows a document: LATEST and -1 where there is none."""

    moment: Numbers
    by: Numbers
    row: Numbers


def _first(duty: Completeness, inquiry: Inquiry, rows: Rows) -> _First:
    log, count = counting(inquiry, duty, rows), len(inquiry.roster.clients)
    log = log.take(log.client >= 0)
    found = _First(np.full(count, LATEST), np.full(count, -1), np.full(count, -1))
    client, first = np.unique(log.client, return_index=True)
    found.moment[client], found.by[client], found.row[client] = log.moment[first], log.by[first], log.row[first]
    return found


def _own_rows(duty: Completeness, people: pd.DataFrame) -> pd.DataFrame:
    if not isinstance(duty.population, Rows):
        return no_links()
    return links(duty.population.form, np.arange(len(people)), people["row"].to_numpy())


def _hopes(duty: Completeness, inquiry: Inquiry, rows: Rows, lacking: pd.DataFrame) -> pd.DataFrame:
    """Members that lack the document and could have it by a rejected row, and the rows."""
    first = np.full(len(lacking), EARLIEST)
    client, due = lacking["client"].to_numpy(), lacking["due"].to_numpy()
    which, doubts = reaching(client, first, due, possible(inquiry, duty, rows))
    return links(rows.form, lacking.index.to_numpy()[which], doubts.row)


def _givable(hopes: pd.DataFrame, members: int) -> NDArray[np.int64]:
    """How many of each member's missing documents rejected rows could be, each row one and each document once."""
    fits = hopes.groupby(["duty", "row"])["group"].agg(["nunique", "first"]).reset_index()
    several = fits["nunique"] > 1
    sure = fits.loc[~several, ["duty", "first"]].drop_duplicates()
    lacking = hopes[["duty", "group"]].drop_duplicates()
    rows, groups = pd.concat([sure["duty"], fits.loc[several, "duty"]]), lacking["duty"]
    return np.minimum(*(np.bincount(duty.to_numpy(dtype=np.int64), minlength=members) for duty in (rows, groups)))
