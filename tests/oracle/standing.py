"""How things stand: quota, completeness, limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from pipeline.language.policy.select import Condition, Rows
from pipeline.language.policy.standing import Completeness, Limit, Quota
from tests.oracle.clock import DAY, Window, days, end_of, midnight
from tests.oracle.owed import EVER, Evidence, Matter, Owed, of_window, on_client
from tests.oracle.populations import Member, population, possibly_told
from tests.oracle.world import Row, text, unreadable

PRESENT = Condition(present=True)


def quota(matter: Matter) -> Iterator[Owed]:
    for window, account in matter.windows():
        for name, clients in groups(matter, window[1] - DAY).items():
            yield from filter(None, [quota_of(matter, name, clients, window, account)])


def groups(matter: Matter, day: date) -> dict[str, list[str]]:
    """The clients that are there on the day, by what the quota is kept for; those without it are in no group."""
    duty: Quota = matter.duty
    found: dict[str, list[str]] = {}
    for client, about in matter.world.clients.items():
        if matter.world.there_on(client, day) and matter.owed_by(client, matter.world.tier_on(client, day)):
            match duty.per:
                case "company":
                    name = ""
                case "unit":
                    name = matter.unit_for(client, day)
                case _:
                    name = about[duty.per]
            if name is not None:
                found.setdefault(str(name), []).append(client)
    return found


def quota_of(matter: Matter, name: str, clients: list[str], window: Window, account: str) -> Owed | None:
    duty: Quota = matter.duty
    start, last = midnight(window[0]), window[1] - DAY
    most, least = (bound.at(None, window[0]) if bound else None for bound in (duty.at_most, duty.at_least))
    if most is None and least is None:
        return None
    kind = duty.per if duty.per in ("company", "unit") else "group"
    owed = Owed(duty.id, kind, name, "", "", start, midnight(window[1]), end_of(last), account, 1)
    share = sum(matter.world.tier_on(client, last) in duty.part for client in clients) / len(clients)
    slack = duty.tolerance + 1e-9
    kept = (most is None or share <= most + slack) and (least is None or share >= least - slack)
    owed.actual = kept and matter.world.as_of >= last  # before the end of the window it may still change
    owed.unit = name if kind == "unit" else ""
    return owed


def completeness(matter: Matter) -> Iterator[Owed]:
    for window, account in matter.windows():
        for member in population(matter, window):
            yield completeness_of(matter, member, window, account)


def completeness_of(matter: Matter, member: Member, window: Window, account: str) -> Owed:
    duty: Completeness = matter.duty
    due = end_of(window[1] - DAY)
    start, end = midnight(window[0]), midnight(window[1])
    required = len(duty.fields) + len(duty.items)
    owed = Owed(duty.id, member.kind, member.name, member.client, member.tier, start, end, due, account, required)
    owed.author = text(member.row["by"]) if member.row else ""
    filled = [name for name in duty.fields if member.columns[name] not in (None, "")]
    found = [documents(matter, member, group, due) for group in duty.items]
    owed.actual = len(filled) + sum(1 for rows in found if rows)
    owed.own = own_fields(matter, member, len(filled)) + sum(1 for rows in found if own_documents(matter, member, rows))
    if isinstance(duty.population, Rows) and member.row:
        owed.evidence = {(duty.population.form, member.row["number"])}
    if duty.evidence:
        owed.evidence |= {(duty.evidence.form, row["number"]) for rows in found for _, row in rows}
        missing = [group for group, rows in zip(duty.items, found, strict=True) if not rows]
        owed.possible = most_given(missing, possible_documents(matter, member, due))
    lacking = [name for name in duty.fields if name not in filled]
    owed.possible += sum(bool(possibly_told(matter, member, {name: PRESENT}, due)) for name in lacking)
    return owed


def documents(matter: Matter, member: Member, group: tuple[str, ...], due: datetime) -> list[Evidence]:
    """The client's first row by the end of the window that names one of the group."""
    duty = matter.duty
    rows = matter.counting(duty.evidence, member.client)
    return [(moment, row) for moment, row in rows if row[duty.item] in group and moment <= due][:1]


def own_fields(matter: Matter, member: Member, filled: int) -> int:
    """What no row tells is to the owner's credit; what a row tells, if it is his."""
    if member.row and not matter.is_owners(member.row, member.moment, else_by=member.row["by"]):
        return 0
    return filled


def own_documents(matter: Matter, member: Member, rows: list[Evidence]) -> bool:
    author = member.row["by"] if member.row else None
    return any(matter.is_owners(row, moment, else_by=author) for moment, row in rows)


def possible_documents(matter: Matter, member: Member, due: datetime) -> list[str | None]:
    """What rejected rows say that was handed in by the end of the window; None where it cannot be read."""
    duty = matter.duty
    found = matter.world.possible(duty.evidence, duty.role, member.client, (EVER, due.date() + DAY))
    return [None if unreadable(doubt, duty.item) else doubt[duty.item] for doubt, _ in found]


def most_given(missing: Sequence[tuple[str, ...]], given: list[str | None]) -> int:
    """To how many of the missing groups documents could be given, each document to one."""
    if not missing:
        return 0
    group, *others = missing
    without = most_given(others, given)
    fitting = [n for n, name in enumerate(given) if name is None or name in group]
    return max([without, *(1 + most_given(others, given[:n] + given[n + 1 :]) for n in fitting)])


def limit(matter: Matter) -> Iterator[Owed]:
    duty: Limit = matter.duty
    if duty.measure == "count":
        for window, account in matter.windows():
            for client in matter.world.clients:
                yield from filter(None, [count_of(matter, client, window, account)])
        return
    rule = duty.of.model_copy(update={"at": duty.begins}) if duty.measure == "span" else duty.of
    for moment, row in matter.counting(rule):
        owed = measured(matter, moment, row) if matter.in_force(moment.date()) else None
        if owed and owed.start.date() < matter.month.end and owed.month >= matter.key:
            yield owed


def measured(matter: Matter, moment: datetime, row: Row) -> Owed | None:
    """What is owed of a row: that its number is not too large, or that it does not last too long."""
    duty, world = matter.duty, matter.world
    client = text(row.get("client"))
    tier = world.tier_on(client, moment.date())
    most = (duty.lasting or duty.at_most).at(tier, moment.date())
    number = row[duty.column] if duty.column else 0
    if most is None or number is None or not world.there_on(client, moment.date()) or not matter.owed_by(client, tier):
        return None
    ended = row[duty.ends] if duty.lasting else moment
    due = time_is_up(matter, moment, row, most) if duty.lasting else moment
    kept = world.known(ended) and (due is None or ended <= due) and (duty.lasting is not None or number <= most)
    account = f"{due:%Y-%m}" if due else f"{matter.month.end:%Y-%m}"
    kind, subject = ("case", row["case_no"]) if duty.of.form == "case" else ("row", f"{duty.of.form}:{row['number']}")
    owed = Owed(duty.id, kind, subject, client, tier, moment, due, due, account, 1, author=text(row["by"]))
    owed.actual, owed.own = kept, kept and matter.is_owners(row, moment, else_by=row["by"])
    owed.evidence = {(duty.of.form, row["number"])}
    return owed


def time_is_up(matter: Matter, moment: datetime, row: Row, most: Any) -> datetime | None:
    """When what began has lasted too long; None while the case is paused. After its end nothing stops the clock."""
    world, ended = matter.world, row[matter.duty.ends]
    still = world.standstill(row["case_no"], with_pauses=True) if matter.duty.of.form == "case" else []
    still = [(begin, end) for begin, end in still if not world.known(ended) or begin < ended]
    return world.clock.due(moment, most.value, most.unit, still)


def count_of(matter: Matter, client: str, window: Window, account: str) -> Owed | None:
    duty = matter.duty
    there = matter.world.days_there(client, window)
    found = of_window(matter.counting(duty.of, client), window)
    if not found or not there or (len(there) < len(days(window)) and duty.partial == "skip"):
        return None
    tier = matter.world.tier_on(client, there[0])
    most = duty.at_most.at(tier, window[0])
    if most is None or not matter.owed_by(client, tier):
        return None
    owed = on_client(duty, client, tier, window, account=account, required=1)
    if len(found) > most:
        owed.due = found[int(most)][0]
    owed.actual = owed.own = len(found) <= most and matter.world.as_of >= window[1] - DAY
    owed.evidence = {(duty.of.form, row["number"]) for _, row in found}
    return owed
