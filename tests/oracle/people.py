"""Clients, tiers, owners, staff and waivers made by chance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from tests.oracle.chance import Chance
from tests.oracle.clock import DAY
from tests.oracle.rules import ROLES, TIERS

Row = dict[str, Any]

LONG_AGO = date(2020, 1, 1)
STAFF = ("S1", "S2", "S3", "S4")


def staff_rows(chance: Chance, staff: str) -> list[Row]:
    unit = chance.choice(["一部", "二部"])
    rows = []
    for role in chance.sample(ROLES, chance.randint(1, 2)):
        start = chance.day() if chance.rarely() else LONG_AGO
        end = chance.day() if chance.rarely() else None
        end = end if end and end > start else None
        rows.append({"staff": staff, "unit": unit, "role": role, "start": start, "end": end})
    return rows


def client_row(chance: Chance, client: str) -> Row:
    joined = chance.day() if chance.rarely() else LONG_AGO
    left = chance.day() if chance.rarely() else None
    return {
        "client": client,
        "joined_on": joined,
        "left_on": left if left and left > joined else None,
        "unit": chance.choice(["一部", "三部"]),
        "developer": chance.choice(["", *STAFF]),
        "cooperation": chance.choice([None, True, True, False]),
        "sector": chance.choice([None, "制造", "贸易"]),
        "installed_on": chance.choice([None, chance.day(), chance.long_before(), chance.long_before()]),
    }


def tier_rows(chance: Chance, client: str, joined: date) -> list[Row]:
    """The tiers of a client, rarely under this regulation alone and then with another one under another."""
    spans = chance.spans(joined, (*TIERS, *TIERS, ""))
    under = "small" if chance.rarely() else None
    found = [{"regulation": under, "client": client, "tier": tier, "start": s, "end": e} for tier, s, e in spans]
    other = {"regulation": "other", "client": client, "tier": chance.choice(TIERS), "start": joined}
    return [*found, other] if under else found


def owner_rows(chance: Chance, client: str) -> list[Row]:
    return [
        {"client": client, "role": role, "staff": staff, "start": start, "end": end}
        for role in ROLES
        for staff, start, end in chance.spans(LONG_AGO, (*STAFF, ""))
    ]


def waiver_row(chance: Chance, names: Sequence[str], obligations: Sequence[str]) -> Row:
    start, days = chance.day(), chance.choice([1, 5, 40])
    scope = chance.choice(["*", *(f"small/{id_}" for id_ in obligations)])
    return {"client": chance.choice(names), "obligation": scope, "start": start, "end": start + days * DAY}
