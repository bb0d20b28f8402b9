"""Who plays: the staff of every role, and clients of every tier with the attributes that the rules ask about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import count, islice, product
from math import ceil
from typing import TypeGuard

from pipeline.intake.forms import Form
from pipeline.language.policy.obligation import Cadence, Coverage, Duty
from pipeline.language.policy.regulation import Attribute, Regulation
from pipeline.language.policy.select import Condition, Where
from pipeline.language.policy.standing import Completeness, Quota
from pipeline.sample.specimen.filling import Default, Record, fill, holding, spoil
from pipeline.sample.world import words

UNITS = ("业务一部", "业务二部", "业务三部")
EACH = 4  # clients of a tier
NEGLECTED = EACH - 1  # the place of the one for whom nobody does anything
GONE = (EACH, EACH + 1)  # the places of those who leave
BEYOND = EACH + 2  # the first place of those who are there for a fixed share
SINCE = date(2022, 3, 1)
ANCHOR = date(2025, 12, 10)  # of what recurs from a day of the client's own
LEFT = date(2026, 4, 14)
BALANCED = 12  # clients of the second unit, about, where the shares of tiers are fixed
_PRESENT = Condition(present=True)


@dataclass(frozen=True)
class Member:
    """A member of staff; `place` counts those of a role."""

    staff: str
    name: str
    unit: str
    role: str
    place: int


@dataclass(frozen=True)
class Patron:
    """A client; `place` counts those of a tier, `columns` is its line in the register."""

    client: str
    tier: str
    place: int
    owners: Mapping[str, str]
    columns: Record

    @property
    def neglected(self) -> bool:
        """The fourth of a tier: it is told of and asks, and nobody does anything for it."""
        return self.place == NEGLECTED

    @property
    def left(self) -> bool:
        """Whether it leaves in the year."""
        return self.place in GONE


@dataclass(frozen=True)
class Cast:
    """Everybody in the register."""

    staff: tuple[Member, ...]
    clients: tuple[Patron, ...]

    def of_role(self, role: str | None) -> list[Member]:
        """The staff who hold a role; everybody for None."""
        return [m for m in self.staff if role in (None, m.role)]


def keen(place: int, size: int, turn: int) -> bool:
    """Whether a duty is done: towards the first of several always, the last never, the others two of three times."""
    if size > 1 and place in (0, size - 1):
        return place == 0
    return (place + turn) % 3 != 1


def sometimes(turn: int, number: int) -> bool:
    """Whether what is owed once by all together is done in window `number`: two times of three, once of two."""
    return number % 3 != turn % 2


def make_cast(regulation: Regulation, forms: Mapping[str, Form]) -> Cast:
    """Three of every role in three units, four clients of every tier; more where the rules count them."""
    staff = tuple(_staff(regulation))
    clients = list(_clients(regulation, forms["client"], staff))
    for duty in _shares(regulation):
        clients = _shared(duty, forms["client"], clients)
    return Cast(staff, tuple(clients))


def _staff(regulation: Regulation) -> Iterator[Member]:
    people = (s + g for g, s in product(words()["given"], words()["surnames"]))
    for number, (role, place) in enumerate(product(regulation.roles, range(len(UNITS))), start=1):
        yield Member(f"YG{number:02d}", next(islice(people, 6, None)), UNITS[place], role, place)


def _company_names() -> Iterator[str]:
    towns = words()["towns"]
    for number, (industry, brand) in enumerate(product(words()["industries"].values(), words()["brands"])):
        yield f"{towns[number % len(towns)]}{brand}{industry}有限公司"


def _clients(regulation: Regulation, form: Form, staff: tuple[Member, ...]) -> Iterator[Patron]:
    names, numbers = _company_names(), count(10001)
    for tier, place in _places(regulation):
        at = _unit(regulation, tier, place)
        owners = {m.role: m.staff for m in staff if m.place == at}
        if place == NEGLECTED:  # nobody serves it who has to be there for everybody
            owners = {role: name for role, name in owners.items() if role not in _everywhere(regulation)}
        client = f"{next(numbers)}"
        line: Record = {"client": client, "name": next(names), "unit": UNITS[at], "joined_on": SINCE}
        line["developer"] = next(iter(owners.values()), None)
        line |= {column: owners.get(role) for column, role in _served_by(regulation).items()}
        if place == NEGLECTED:  # is served by somebody else than it should be
            others = {m.role: m.staff for m in staff if m.place != at}
            line |= {column: others.get(role) for column, role in _served_by(regulation).items()}
        line |= {"left_on": LEFT} if place in GONE else {}
        yield Patron(client, tier, place, owners, _described(regulation, form, tier, place, line))


def _places(regulation: Regulation) -> Iterator[tuple[str, int]]:
    """Four of every tier; two that leave, of the tiers of which a share is covered; and where the share of a tier is
    fixed one too many for the third unit and as many as fit for the second."""
    leaving = {tier for duty in _shares(regulation) for tier in duty.tiers or regulation.tiers}
    fixed = {tier: duty.at_most.at(tier, SINCE) for duty in _fixed(regulation) if duty.at_most for tier in duty.part}
    for tier in regulation.tiers:
        gone = GONE if tier in leaving else ()
        more = round(BALANCED * (fixed.get(tier) or 0))
        yield from product([tier], [*range(EACH), *gone, *range(BEYOND, BEYOND + more)])


def _of_register(duty: Duty) -> TypeGuard[Completeness]:
    return isinstance(duty, Completeness) and duty.population == "clients" and bool(duty.fields)


def _fixed(regulation: Regulation) -> list[Quota]:
    """The quotas that leave a tier no room on either side."""
    return [o for o in regulation.obligations if isinstance(o, Quota) and o.at_most and o.at_least]


def _on_clients(regulation: Regulation) -> list[Coverage]:
    """The coverages of which the register says who is covered."""
    return [o for o in regulation.obligations if isinstance(o, Coverage) and o.population == "clients"]


def _shares(regulation: Regulation) -> list[Coverage]:
    """The obligations of which the register alone says what share of the clients they cover."""
    return [o for o in _on_clients(regulation) if o.judged == "share" and o.covered.where]


def _shared(duty: Coverage, form: Form, clients: list[Patron]) -> list[Patron]:
    """The clients, of whom just enough are covered: too few as long as those are there who leave."""
    named = [c for c in clients if duty.tiers is None or c.tier in duty.tiers]
    about = [c for c in named if holding(form, [c.columns], duty.scope)[0]]
    there = [c for c in about if not c.left]
    target = duty.target.at(about[0].tier, LEFT) if about else 0
    covered = {c.client for c in there[: ceil((target or 0) * len(there))]}

    def described(client: Patron) -> Record:
        if client.client not in covered:
            return spoil(form, client.columns, duty.covered.where)
        default = Default(datetime.combine(SINCE, time()), str(client.columns["developer"]))
        return fill(form, client.columns, duty.covered.where, default)

    told = {client.client: described(client) for client in about}
    return [replace(c, columns=told.get(c.client, c.columns)) for c in clients]


def _unit(regulation: Regulation, tier: str, place: int) -> int:
    """The unit of the client; the second one has none of the tiers that are kept few, so that it keeps their bound."""
    if place >= BEYOND:
        return 2 if place == BEYOND else 1
    few = {t for o in regulation.obligations if isinstance(o, Quota) and o.at_most and not o.at_least for t in o.part}
    return 2 * (place % 2) if tier in few else place % len(UNITS)


def _group(attribute: Attribute, at: int) -> Condition:
    """What the clients of a unit hold in the attribute by which a quota counts."""
    named = attribute.type == "text"
    return Condition.model_validate({"in": [f"{attribute.title.zh}{at + 1}"]}) if named else _PRESENT


def _everywhere(regulation: Regulation) -> set[str]:
    """The roles that every client has to have somebody in."""
    return {o.covered.owner for o in _on_clients(regulation) if o.covered.owner and not o.covered.is_}


def _served_by(regulation: Regulation) -> dict[str, str]:
    """The columns of clients in which the one is named who has to own the client, with the role."""
    return {o.covered.is_: o.covered.owner for o in _on_clients(regulation) if o.covered.owner}


def _described(regulation: Regulation, form: Form, tier: str, place: int, line: Record) -> Record:
    """The client's line in the register, with what puts it into its tier and into the scope of obligations."""
    default = Default(datetime.combine(SINCE, time()), line["developer"])
    for where in (_of_tier(regulation, tier), *_wishes(regulation, tier, place)):
        told = fill(form, line, where, default)
        if fits(regulation, form, tier, told):
            line = told
    line = _neglected(regulation, form, tier, line) if place == NEGLECTED else line
    anchors = {o.anchor for o in regulation.obligations if isinstance(o, Cadence)}
    return line | dict.fromkeys(anchors & set(regulation.attributes), ANCHOR)


def _neglected(regulation: Regulation, form: Form, tier: str, line: Record) -> Record:
    """The line without what a rule wants to stand in it.

    It stays in the scope of the other rules, but for the last tier that the rule is about.
    """
    duties = [o for o in regulation.obligations if o.tiers is None or tier in o.tiers]
    scopes = [o.scope for o in duties if holding(form, [line], o.scope)[0]]
    for duty in sorted(duties, key=_of_register):  # what has to be there comes last: it may not be there at all
        held = [] if tier == _last_tier(regulation, duty) else scopes
        lacking = line
        if _of_register(duty):
            lacking = line | dict.fromkeys(key for key in duty.fields if not form.field(key).required)
        elif isinstance(duty, Coverage) and duty.population == "clients":
            lacking = spoil(form, line, duty.covered.where)
        standard = isinstance(duty, Coverage) and not held  # the register may set a tier against the rules
        fit = standard or fits(regulation, form, tier, lacking)
        if fit and all(holding(form, [lacking], scope)[0] for scope in held):
            line = lacking
    return line


def _last_tier(regulation: Regulation, duty: Duty) -> str:
    tiers = [*(duty.tiers or regulation.tiers)]
    return next((t for t in tiers[::-1] if not isinstance(duty, Coverage) or duty.target.at(t, SINCE)), "")


def _wishes(regulation: Regulation, tier: str, place: int) -> Iterator[Where]:
    """The scopes of the obligations, another one first for each client; then what its register line has to hold."""
    duties = [o for o in regulation.obligations if o.tiers is None or tier in o.tiers]
    scopes = list({repr(duty.scope): duty.scope for duty in duties}.values())
    for turn in range(len(scopes)):
        yield scopes[(turn + place % (EACH - 1)) % len(scopes)]  # nobody is neglected because of what it is
    for turn, duty in enumerate(duties):
        if isinstance(duty, Quota) and duty.per in regulation.attributes:
            yield {duty.per: _group(regulation.attributes[duty.per], _unit(regulation, tier, place))}
        if keen(place, EACH, turn):
            if isinstance(duty, Coverage) and duty.population == "clients":
                yield duty.covered.where
            if isinstance(duty, Completeness) and duty.population == "clients":
                yield dict.fromkeys(duty.fields, _PRESENT)
    if tier == [*regulation.tiers][-1]:  # of everything that is filed there is a client whose file can be complete
        filed = [o.scope for o in duties if isinstance(o, Completeness) and o.population == "clients" and o.evidence]
        yield from filed[place % (EACH - 1) :: EACH - 1]
    if place >= BEYOND or _unit(regulation, tier, place) == 1:
        yield from (duty.scope for duty in _fixed(regulation))
    for turn, criterion in enumerate(regulation.governance.criteria.values() if regulation.governance else ()):
        if criterion.bands and place < EACH - 1:
            yield criterion.bands[(place + turn) % len(criterion.bands)].where


def _of_tier(regulation: Regulation, tier: str) -> Where:
    return next((rule.when for rule in regulation.tier_rules if rule.tier == tier), {})


def fits(regulation: Regulation, form: Form, tier: str, line: Record) -> bool:
    """Whether the rules put the client into its tier; a tier without a rule stands in the register."""
    rules = regulation.tier_rules
    found = next((rule.tier for rule in rules if holding(form, [line], rule.when)[0]), tier)
    return found == tier or tier not in {rule.tier for rule in rules}
