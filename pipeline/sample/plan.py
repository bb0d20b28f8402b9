"""Decides, before a single line is written, which duties towards clients are met.

The chances tell the report's story: one unit slumps in August, one salesperson in October, one specialist stays
away from her clients in September, and a few clients are looked after badly all the time.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from pipeline.sample.rules import RULES, Rule
from pipeline.sample.world import FIRST_DAY, Client, World, pick

Key = tuple[str, str, date]  # obligation, client, first day of the window
Plan = dict[Key, int]  # how much is done

CHANCE = {
    "weekly_push": 0.95,
    "weekly_contact": 0.95,
    "specialist_visit": 0.88,
    "specialist_call": 0.92,
    "leader_call": 0.87,
    "specialist_return_visit_strategic": 0.92,
    "leader_return_visit": 0.85,
    "salesperson_return_visit": 0.92,
    "specialist_return_visit_key": 0.88,
    "festival_greeting": 0.93,
    "festival_contact": 0.94,
}


def make_plan(rng: np.random.Generator, world: World) -> Plan:
    """How much of every duty towards a client is done; less than required is a missed one."""
    plan: Plan = {}
    for obligation, rule in RULES.items():
        for client in world.clients:
            for first, _, required in rule.owed(client):
                met = rng.random() < chance(rule, client, first)
                plan[obligation, client.client, first] = required if met else int(rng.integers(required))
    return plan | _new_partners(plan)


def _new_partners(plan: Plan) -> Plan:
    """Who became a partner within a quarter is owed return visits twice, and one of them meets both duties."""
    quarterly, monthly = "specialist_return_visit_key", "specialist_return_visit_strategic"
    both = {client for obligation, client, _ in plan if obligation == monthly}
    return {key: 1 for key in plan if key[0] == quarterly and key[1] in both}


def chance(rule: Rule, client: Client, first: date) -> float:
    """How likely it is that the duty for the window that begins on `first` is met."""
    return CHANCE[rule.obligation] + client.care + _story(client, rule, max(first, FIRST_DAY))


def _story(client: Client, rule: Rule, day: date) -> float:
    owner = client.owner(rule.role or "salesperson", day)
    if client.unit == "业务二部" and day.month == 8 and rule.role == "salesperson":
        return -0.3
    if owner == "YW08" and day >= date(2026, 9, 28):
        return -0.4
    if owner == "KF03" and day.month == 9 and rule.obligation == "specialist_visit":
        return -0.35
    return 0.02 * (day.month - 8) if client.unit == "业务三部" else 0.0


def silences(plan: Plan) -> dict[str, list[tuple[date, date]]]:
    """For each client the spans in which nobody was in touch: the festivals whose contact is planned as missed.

    The spans leave out no whole month, so monthly duties can still be met on the days around them.
    """
    rule = RULES["festival_contact"]
    last = dict(rule.windows())
    found: dict[str, list[tuple[date, date]]] = {}
    for (obligation, client, first), done in plan.items():
        if obligation == rule.obligation and not done:
            found.setdefault(client, []).append((first, last[first]))
    return found


def more_than_planned(rng: np.random.Generator) -> int:
    """How many contacts more than required are made in a window: mostly none."""
    return int(pick(rng, [0, 0, 0, 0, 1]))


def same_week(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())
