"""Who plays: the staff of every role, and clients of every tier with the attributes that the rules ask about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import count, islice, product

from pipeline.intake.forms import Form
from pipeline.language.policy.obligation import Cadence, Coverage
from pipeline.language.policy.regulation import Attribute, Regulation
from pipeline.language.policy.select import Condition, Where
from pipeline.language.policy.standing import Completeness, Quota
from pipeline.sample.specimen.filling import Default, Record, fill, holding
from pipeline.sample.world import words

UNITS = ("业务一部", "业务二部", "业务三部")
EACH = 4  # clients of a tier
SINCE = date(2022, 3, 1)
ANCHOR = date(2025, 12, 10)  # of what recurs from a day of the client's own
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
        """The last of a tier: it is told of and asks, and nobody does anything for it."""
        return self.place == EACH - 1


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
    """Three of every role in three units, four clients of every tier."""
    staff = tuple(_staff(regulation))
    return Cast(staff, tuple(_clients(regulation, forms["client"], staff)))


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
    for tier, place in product(regulation.tiers, range(EACH)):
        at = _unit(regulation, tier, place)
        owners = {m.role: m.staff for m in staff if m.place == at}
        if place == EACH - 1:  # nobody serves it who has to be there for everybody
            owners = {role: name for role, name in owners.items() if role not in _everywhere(regulation)}
        client = f"{next(numbers)}"
        line: Record = {"client": client, "name": next(names), "unit": UNITS[at], "joined_on": SINCE}
        line["developer"] = next(iter(owners.values()), None)
        line |= {column: owners.get(role) for column, role in _served_by(regulation).items()}
        if place == EACH - 1:  # is served by somebody else than it should be
            others = {m.role: m.staff for m in staff if m.place != at}
            line |= {column: others.get(role) for column, role in _served_by(regulation).items()}
        yield Patron(client, tier, place, owners, _described(regulation, form, tier, place, line))


def _unit(regulation: Regulation, tier: str, place: int) -> int:
    """The unit of the client; the second one has none of the tiers that are kept few, so that it keeps their bound."""
    few = {t for o in regulation.obligations if isinstance(o, Quota) and o.at_most and not o.at_least for t in o.part}
    return 2 * (place % 2) if tier in few else place % len(UNITS)


def _group(attribute: Attribute, at: int) -> Condition:
    """What the clients of a unit hold in the attribute by which a quota counts."""
    named = attribute.type == "text"
    return Condition.model_validate({"in": [f"{attribute.title.zh}{at + 1}"]}) if named else _PRESENT


def _everywhere(regulation: Regulation) -> set[str]:
    """The roles that every client has to have somebody in."""
    named = [o.covered for o in regulation.obligations if isinstance(o, Coverage) and o.population == "clients"]
    return {covered.owner for covered in named if covered.owner and not covered.is_}


def _served_by(regulation: Regulation) -> dict[str, str]:
    """The columns of clients in which the one is named who has to own the client, with the role."""
    on_clients = [o.covered for o in regulation.obligations if isinstance(o, Coverage) and o.population == "clients"]
    return {covered.is_: covered.owner for covered in on_clients if covered.owner}


def _described(regulation: Regulation, form: Form, tier: str, place: int, line: Record) -> Record:
    """The client's line in the register, with what puts it into its tier and into the scope of obligations."""
    default = Default(datetime.combine(SINCE, time()), line["developer"])
    for where in (_of_tier(regulation, tier), *_wishes(regulation, tier, place)):
        told = fill(form, line, where, default)
        if _fits(regulation, form, tier, told):
            line = told
    anchors = {o.anchor for o in regulation.obligations if isinstance(o, Cadence)}
    return line | dict.fromkeys(anchors & set(regulation.attributes), ANCHOR)


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
    for turn, criterion in enumerate(regulation.governance.criteria.values() if regulation.governance else ()):
        if criterion.bands and place < EACH - 1:
            yield criterion.bands[(place + turn) % len(criterion.bands)].where


def _of_tier(regulation: Regulation, tier: str) -> Where:
    return next((rule.when for rule in regulation.tier_rules if rule.tier == tier), {})


def _fits(regulation: Regulation, form: Form, tier: str, line: Record) -> bool:
    """Whether the rules put the client into its tier; a tier without a rule stands in the register."""
    rules = regulation.tier_rules
    found = next((rule.tier for rule in rules if holding(form, [line], rule.when)[0]), tier)
    return found == tier or tier not in {rule.tier for rule in rules}
