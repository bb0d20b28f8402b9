"""Proposed tiers and blacklists the slow way: for every client, every criterion, every row.

Written from the words of the regulation language alone, to check `pipeline.compute.governance` and `.blacklist`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import floor
from typing import Any

from pipeline.language.period import Period
from pipeline.language.policy.governance import Blacklist, Entries
from pipeline.language.policy.regulation import Regulation
from tests.oracle.clock import end_of, midnight
from tests.oracle.owed import Matter
from tests.oracle.standing import groups
from tests.oracle.world import Row, World, holds_all, text

BEGINNING, END = midnight(date(1900, 1, 1)), midnight(date(2200, 1, 1))


@dataclass(frozen=True)
class Proposal:
    """For which tier a client is proposed, with what score, and what kept it from a higher one."""

    tier: str
    score: float | None
    held: tuple[str, ...]


class Grader:
    """Grades the clients of a regulation as known at the end of a month or of `as_of`."""

    def __init__(self, regulation: Regulation, facts: Any, month: Period, as_of: date) -> None:
        assert regulation.governance is not None
        self.regulation, self.governance, self.month = regulation, regulation.governance, month
        self.today = min(month.last_day, as_of)
        self.now = end_of(self.today)
        self.world = World(facts, as_of, regulation.id)

    def proposals(self) -> dict[str, Proposal]:
        rule, tiers = self.governance, self.governance.tiers
        clients = [client for client in sorted(self.world.clients) if self.gradable(client)]
        points = {client: self.points(client) for client in clients}
        unknown = {client: [k for k, p in points[client].items() if p is None] for client in clients}
        scored = {
            c: round(sum(p for p in points[c].values() if p), 6) for c in clients if rule.criteria and not unknown[c]
        }
        placed = {c: self.tier(c) for c in clients if c not in scored}
        held: dict[str, list[str]] = {c: [] for c in clients}
        queue = sorted(scored, key=lambda c: (-scored[c], self.rank_now(c), c))
        for place, tier in enumerate(tiers[:-1]):
            for client in [c for c in queue if c not in placed]:
                if scored[client] < self.threshold(tier):
                    continue
                why = self.refusal(client, place, placed)
                if why:
                    held[client] += [why] if why not in held[client] else []
                else:
                    placed[client] = tier
        for client in scored:
            placed.setdefault(client, tiers[-1])
        for client in set(clients) - set(scored):
            held[client] = [f"unscored:{key}" for key in unknown[client]] or ["unscored"]
        return {c: Proposal(placed[c], scored.get(c), tuple(held[c])) for c in clients}

    def tier(self, client: str) -> str:
        return self.world.tier_on(client, self.today)

    def rank_now(self, client: str) -> int:
        tiers = self.governance.tiers
        return tiers.index(self.tier(client)) if self.tier(client) in tiers else 0

    def gradable(self, client: str) -> bool:
        about, rule = self.world.clients[client], self.governance
        scoped = all(holds_all(scope, about) for scope in (self.regulation.scope, rule.scope) if scope)
        return scoped and self.world.there_on(client, self.today) and self.tier(client) in (*rule.tiers, *rule.entering)

    def threshold(self, tier: str) -> float:
        quantity = self.governance.thresholds.get(tier)
        return (quantity.at(None, self.today) or 0) if quantity else 0

    # points

    def points(self, client: str) -> dict[str, float | None]:
        record = self.last_record(client)
        return {key: self.points_of(client, criterion, record) for key, criterion in self.governance.criteria.items()}

    def points_of(self, client: str, criterion: Any, record: Row | None) -> float | None:
        if criterion.bands:
            for band in criterion.bands:
                of_record = holds_all(band.record, record) if record else self.holds_empty(band.record)
                if holds_all(band.where, self.world.clients[client]) and of_record:
                    return float(band.points.at(None, self.today) or 0)
            return None
        if criterion.fault:
            faults = len(self.recent(client, criterion.fault.rows, criterion.fault.over))
            lost = faults * (criterion.fault.less.at(None, self.today) or 0)
            return max(0.0, float(criterion.points.at(None, self.today) or 0) - lost)
        value = record and record[criterion.column]
        return None if value is None else value * criterion.weight.at(None, self.today)

    def holds_empty(self, where: Any) -> bool:
        return all(condition.present is False for condition in where.values())

    def rows(self, client: str, rule: Entries) -> list[tuple[datetime, Row]]:
        return [(moment, row) for moment, row in self.world.evidence(rule, None, client) if moment <= self.now]

    def last_record(self, client: str) -> Row | None:
        found = self.rows(client, self.governance.records)
        return found[-1][1] if found else None

    def recent(self, client: str, rule: Entries, over: Any) -> list[Row]:
        span = over.at(self.tier(client), self.today)
        due = {id(row): self.world.clock.due(moment, span.value, span.unit) for moment, row in self.rows(client, rule)}
        return [row for _, row in self.rows(client, rule) if (until := due[id(row)]) and until >= self.now]

    # what stands in the way

    def refusal(self, client: str, place: int, placed: dict[str, str]) -> str:
        rule = self.governance
        if rule.standards and self.by_rules(client) > place:
            return "standard"
        for i, down in enumerate(rule.downgrades):
            lower = rule.tiers.index(down.to) > place
            if lower and self.tier(client) in down.of and self.recent(client, down.rows, down.over):
                return f"downgraded:{i}"
        for id_ in rule.quotas:
            if self.is_full(id_, client, rule.tiers[place], placed):
                return f"full:{id_}"
        return ""

    def by_rules(self, client: str) -> int:
        about, tiers = self.world.clients[client], self.governance.tiers
        tier = next((r.tier for r in self.regulation.tier_rules if holds_all(r.when, about)), "")
        return tiers.index(tier) if tier in tiers else len(tiers) - 1

    def is_full(self, id_: str, client: str, tier: str, placed: dict[str, str]) -> bool:
        quota: Any = self.regulation.obligation(id_)
        if tier not in quota.part:
            return False
        mine = groups(Matter(self.world, self.regulation, quota, self.month), self.today)
        whole = next((members for members in mine.values() if client in members), None)
        if whole is None:
            return False
        share = Fraction(str(quota.at_most.at(None, self.today))) * len(whole)
        seats = round(share) if quota.at_least else floor(share)
        graded = {c for c in whole if self.gradable(c)}
        sitting = [c for c in whole if (placed.get(c, "") if c in graded else self.tier(c)) in quota.part]
        return len(sitting) >= seats

    # blacklists

    def listed(self) -> dict[tuple[str, str], date | None]:
        """Who is on which list, since when; None where the register does not say."""
        rule, found = self.blacklist, {}
        for tier, declared in rule.lists.items():
            for client in self.world.clients:
                entries = [e for e in self.entries(client, tier, declared) if e[0] <= self.now < (e[1] or END)]
                if entries and self.world.there_on(client, self.today):
                    of_logs = [e for e in entries if e[2]] or entries
                    found[client, tier] = self.since(client, min(of_logs))
        return found

    @property
    def blacklist(self) -> Blacklist:
        assert self.governance.blacklist is not None
        return self.governance.blacklist

    def since(self, client: str, entry: tuple[datetime, datetime | None, bool]) -> date | None:
        of_log, start = entry[2], entry[0]
        return start.date() if of_log or start > self.world.clients[client]["joined_on"] else None

    def entries(self, client: str, tier: str, declared: Any) -> list[tuple[datetime, datetime | None, bool]]:
        """From when until when, and whether a log says so."""
        register = [
            (row["start"] or BEGINNING, row["end"], False)
            for row in self.world.tiers
            if row["client"] == client and row["tier"] == tier
        ]
        off = [moment for moment, _ in self.rows(client, declared.lifted)] if declared.lifted else []
        on = [moment for moment, _ in self.rows(client, declared.rows)]
        return register + [(m, min((o for o in off if o > m), default=None), True) for m in on]

    def dealings(self) -> set[tuple[str, int]]:
        """The rows of the month, form and number, that deal with a client while it is on a list."""
        found = set()
        for tier, declared in self.blacklist.lists.items():
            for client in self.world.clients:
                entries = self.entries(client, tier, declared)
                for rule in self.blacklist.dealings:
                    for moment, row in self.rows(client, rule):
                        if moment >= midnight(self.month.start) and self.is_wrong(
                            client, declared, entries, moment, row
                        ):
                            found.add((rule.form, row["number"]))
        return found

    def is_wrong(self, client: str, declared: Any, entries: list[Any], moment: datetime, row: Row) -> bool:
        own = text(self.world.clients[client]["unit"])
        if declared.whose == "unit" and self.world.unit_of(text(row["by"]), moment.date()) != own:
            return False
        return any(self.first(start, of_log) <= moment < (end or END) for start, end, of_log in entries)

    def first(self, start: datetime, of_log: bool) -> datetime:
        """Of a day on which a log put it on the list nobody knows what came first."""
        return midnight(start.date()) + timedelta(days=1) if of_log else start
