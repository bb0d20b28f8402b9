"""Spans of the register, and the tiers that clients have in them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.intake.where import matches
from pipeline.language.finding import bulk_findings, join_findings
from pipeline.language.policy.regulation import Regulation

_NEVER = pd.Timestamp("2262-01-01")
_PLACE = {"_file": "file", "_sheet": "sheet", "_row": "row"}  # where a row of a frame of the register stands


def day_after(days: pd.Series) -> pd.Series:
    """The day after each day."""
    return (days + pd.Timedelta(days=1)).astype("datetime64[s]")


def half_open(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its inclusive `end` made exclusive."""
    return frame.assign(end=day_after(frame["end"]))


def spans(frame: pd.DataFrame, of: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Half-open spans, one at a time for each of `of`; an open one ends where the next begins.

    A span that begins before one before it ends is left out, with a finding.
    """
    every = half_open(frame).sort_values([*of, "start"], kind="stable").reset_index(drop=True)
    keys = [every[name] for name in of]
    following = every["start"].groupby(keys).shift(-1)
    every["end"] = every["end"].fillna(following.where(following > every["start"]))
    reached = every["end"].fillna(_NEVER).groupby(keys).cummax().groupby(keys).shift()
    overlap = every["start"] < reached
    wrong = every[overlap]
    found = bulk_findings("span_overlaps", _at(wrong), field="start", value=_days(wrong["start"]))
    return every[~overlap].reset_index(drop=True), found


def tiers_of_clients(
    frame: pd.DataFrame, clients: pd.DataFrame, regulations: Sequence[Regulation]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tiers of clients under each regulation: those of the tier sheet, else those that its rules give.

    Columns regulation, client, tier, start, end. A row of the sheet holds under every regulation that has the tier.
    """
    found = [_under(regulation, frame, clients) for regulation in regulations]
    every = pd.concat([tiers for tiers, _ in found], ignore_index=True)
    return every, join_findings([findings for _, findings in found]).drop_duplicates(ignore_index=True)


def _under(regulation: Regulation, frame: pd.DataFrame, clients: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    graded, overlaps = spans(frame[frame["tier"].isin([*regulation.tiers])], ["client"])
    ruled = ruled_tiers(clients, regulation)
    members = clients[~clients.index.isin(graded["client"]) & ruled.notna()]
    derived = pd.DataFrame(
        {
            "client": members.index,
            "tier": ruled[members.index].array,
            "start": members["joined_on"].array,
            "end": members["left_on"].array,
        }
    )
    every = pd.concat([graded[["client", "tier", "start", "end"]], derived], ignore_index=True)
    every = every.sort_values(["client", "start"], kind="stable", ignore_index=True)
    every.insert(0, "regulation", pd.Series(regulation.id, index=every.index, dtype="str"))
    return every, join_findings([overlaps, _differing(graded, ruled, regulation), _gaps(graded, clients)])


def ruled_tiers(clients: pd.DataFrame, regulation: Regulation) -> pd.Series:
    """The tier of every client by the first rule of the regulation that fits; NA where none does."""
    tiers = np.full(len(clients), None, dtype=object)
    left: NDArray[np.bool_] = np.ones(len(clients), dtype=np.bool_)
    for rule in regulation.tier_rules:
        fits = left & matches(clients, rule.when)
        tiers[fits] = rule.tier
        left &= ~fits
    return pd.Series(pd.array(tiers, dtype="str"), index=clients.index)


def _differing(graded: pd.DataFrame, ruled: pd.Series, regulation: Regulation) -> pd.DataFrame:
    """Clients whose latest tier is not the one that the rules give for what is known of them now."""
    latest = graded.drop_duplicates("client", keep="last")
    by_rule = ruled.reindex(latest["client"]).set_axis(latest.index)
    differs = by_rule.notna() & (by_rule != latest["tier"])
    titles = {key: tier.title.zh for key, tier in regulation.tiers.items()}
    value, expected = (tiers[differs].map(titles).astype("str") for tiers in (latest["tier"], by_rule))
    return bulk_findings("tier_differs", _at(latest[differs]), field="tier", value=value, expected=expected)


def _gaps(graded: pd.DataFrame, clients: pd.DataFrame) -> pd.DataFrame:
    """Clients whose first tier begins after they joined."""
    first = graded.drop_duplicates("client")
    joined = clients["joined_on"].reindex(first["client"]).set_axis(first.index)
    late = first["start"] > joined
    return bulk_findings("tier_gap", _at(first[late]), field="start", value=_days(joined[late]))


def _at(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[list(_PLACE)].rename(columns=_PLACE)


def _days(days: pd.Series) -> list[str]:
    return [f"{day:%Y-%m-%d}" for day in days]
