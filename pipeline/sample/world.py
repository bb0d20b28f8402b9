"""The sample's company: its staff, its clients with their dated tiers and owners, and what is waived.

All dates are the first and the last day, both inclusive, as in the register.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import numpy as np
from ruamel.yaml import YAML

FIRST_DAY, LAST_DAY = date(2026, 6, 1), date(2026, 10, 31)
HAND_OVER = date(2026, 9, 1)
BOARDS = {"incubation": "key", "financing": "key", "display": "general", "": "reserve"}
COUNTS = {"strategic": 12, "incubation": 15, "financing": 18, "display": 54, "": 51}


@dataclass(frozen=True)
class Person:
    """A member of staff."""

    staff: str
    name: str
    unit: str
    role: str
    start: date
    end: date | None
    mail: str


@dataclass(frozen=True)
class Span:
    """A client's tier, or its owner in a role, from `start` to `end`."""

    value: str  # tier or staff
    start: date
    end: date | None = None
    role: str = ""
    reason: str = ""

    def holds(self, day: date) -> bool:
        """Whether it holds on the day."""
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True)
class Client:
    """A client. `care` is how well it is looked after: added to the chance of every duty towards it."""

    client: str
    name: str
    short: str
    unit: str
    developer: str
    board: str
    cooperation: bool
    joined: date
    left: date | None
    contact: str
    phone: str
    tiers: tuple[Span, ...]
    owners: tuple[Span, ...]
    care: float

    def tier(self, day: date) -> str:
        """The tier on the day."""
        return next((s.value for s in self.tiers if s.holds(day)), "")

    def owner(self, role: str, day: date) -> str:
        """The owner in a role on the day, '' if there is none."""
        return next((s.value for s in self.owners if s.role == role and s.holds(day)), "")

    def there(self, first: date, last: date) -> bool:
        """Whether it is a client on all days from `first` to `last`."""
        return self.joined <= first and (self.left is None or last <= self.left)


@dataclass(frozen=True)
class Waiver:
    """Duties of a client that need not be fulfilled; `obligation` '' means all."""

    client: str
    obligation: str
    start: date
    end: date
    reason: str

    def touches(self, client: str, obligation: str) -> bool:
        """Whether it is about this client and obligation."""
        return self.client == client and self.obligation in ("", obligation)


@dataclass(frozen=True)
class World:
    """Everything that stands in the register."""

    staff: tuple[Person, ...]
    clients: tuple[Client, ...]
    waivers: tuple[Waiver, ...]

    @cached_property
    def people(self) -> dict[str, Person]:
        """The staff by id."""
        return {p.staff: p for p in self.staff}

    @cached_property
    def client(self) -> dict[str, Client]:
        """The clients by id."""
        return {c.client: c for c in self.clients}

    def named(self, role: str) -> list[Person]:
        """The staff with a role."""
        return [p for p in self.staff if p.role == role]


@cache
def words() -> dict[str, Any]:
    """The words the sample is made of."""
    text = (files("pipeline.sample") / "words.yaml").read_text("utf-8")
    return YAML(typ="safe").load(text)  # type: ignore[no-any-return]


def make_world(rng: np.random.Generator, scale: float = 1.0) -> World:
    """A company with some 150 clients, or `scale` times as many; 1 or more."""
    staff = tuple(Person(*line) for line in words()["staff"])
    kinds = [kind for kind, count in COUNTS.items() for _ in range(round(count * max(1.0, scale)))]
    names = _company_names(rng, len(kinds))
    clients = [_client(rng, number, kind, *name) for number, (kind, name) in enumerate(zip(kinds, names, strict=True))]
    clients = _with_stories(clients)
    return World(staff, tuple(clients), tuple(_waivers(clients)))


def pick(rng: np.random.Generator, choices: Any) -> Any:
    """One of a sequence. `Generator.choice` would turn it into an array."""
    return choices[int(rng.integers(len(choices)))]


def days(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _company_names(rng: np.random.Generator, count: int) -> list[tuple[str, str]]:
    """Full and short names; no short name twice, similar ones many times, as in life."""
    pairs = [(brand, industry) for brand in words()["brands"] for industry in words()["industries"]]
    order = [pairs[i] for i in rng.permutation(len(pairs))]
    while len(order) < count:  # at a large scale the brand gets a number
        order += [(f"{brand}{len(order) // len(pairs) + 1}号", industry) for brand, industry in pairs]
    return [
        (pick(rng, words()["towns"]) + brand + words()["industries"][industry] + pick(rng, words()["forms_of_company"]),
         brand + industry)
        for brand, industry in order[:count]
    ]  # fmt: skip


def _client(rng: np.random.Generator, number: int, kind: str, name: str, short: str) -> Client:
    salespeople = [line for line in words()["staff"] if line[3] == "salesperson" and line[4] < FIRST_DAY]
    developer, _, unit, *_ = salespeople[number % len(salespeople)]
    joined = date(2017, 1, 3) + timedelta(days=int(rng.integers(0, 3000)))
    board = pick(rng, ["incubation", "financing", "display"]) if kind == "strategic" else kind
    tier = "strategic" if kind == "strategic" else BOARDS[kind]
    return Client(
        client=f"{101 + number * 7:05d}",
        name=name,
        short=short,
        unit=unit,
        developer=developer,
        board=board,
        cooperation=kind == "strategic",
        joined=joined,
        left=None,
        contact=pick(rng, words()["surnames"]) + pick(rng, words()["given"]),
        phone=f"1{pick(rng, [38, 39, 58, 77, 86, 89])}{rng.integers(10_000_000, 99_999_999)}",
        tiers=(Span(tier, joined),),
        owners=tuple(_owners(number, developer, unit, tier, joined)),
        care=float(pick(rng, [0.0, 0.0, 0.0, 0.04, -0.04, -0.02] * 4 + [-0.35])),
    )


def _owners(number: int, developer: str, unit: str, tier: str, joined: date) -> Iterator[Span]:
    """The developer, save for a few; the unit's specialist; for partners one of the leaders."""
    stranger = {"YW02": "YW03", "YW05": "YW06", "YW09": "YW10"}.get(developer) if number % 15 == 11 else None
    yield from _sales_owners(number, stranger or developer, joined)
    specialist = next(line[0] for line in words()["staff"] if line[3] == "specialist" and line[2] == unit)
    yield Span(specialist, joined, role="specialist")
    if tier == "strategic":
        yield Span(("LD01", "LD02")[number % 2], joined, role="leader")


def _sales_owners(number: int, owner: str, joined: date) -> Iterator[Span]:
    if owner != words()["leaver"]:
        yield Span(owner, joined, role="salesperson")
        return
    heirs = words()["heirs"]
    yield Span(owner, joined, HAND_OVER - timedelta(days=1), role="salesperson")
    yield Span(heirs[number // 10 % len(heirs)], HAND_OVER, role="salesperson")


def _with_stories(clients: list[Client]) -> list[Client]:
    """Some clients change tier, come or go within the months."""
    told = list(clients)
    general = [i for i, c in enumerate(told) if c.board == "display" and not c.cooperation]
    reserve = [i for i, c in enumerate(told) if c.board == ""]
    key = [i for i, c in enumerate(told) if c.board in ("incubation", "financing") and not c.cooperation]
    for index, tier, day, board, reason in (
        (general[3], "key", date(2026, 8, 17), "incubation", "孵化板挂牌"),
        (general[17], "key", date(2026, 8, 17), "financing", "融资板挂牌"),
        (general[29], "key", date(2026, 9, 9), "incubation", "转入孵化板"),
        (reserve[4], "general", date(2026, 7, 13), "display", "展示板挂牌"),
        (reserve[11], "general", date(2026, 9, 16), "display", "展示板挂牌"),
        (general[8], "reserve", date(2026, 10, 1), "", "摘牌，转为储备客户"),
        (key[6], "strategic", date(2026, 9, 1), None, "签订战略合作协议"),
    ):
        told[index] = _moved(told[index], tier, day, board, reason)
    for index, day in (
        (general[40], date(2026, 6, 10)),
        (general[44], date(2026, 7, 20)),
        (key[20], date(2026, 8, 3)),
        (reserve[20], date(2026, 8, 25)),
        (key[25], date(2026, 9, 10)),
        (general[51], date(2026, 10, 12)),
    ):
        told[index] = _joined(told[index], day)
    for index, day in (
        (general[33], date(2026, 6, 30)),
        (reserve[30], date(2026, 8, 14)),
        (key[30], date(2026, 9, 30)),
        (general[12], date(2026, 10, 18)),
    ):
        told[index] = replace(told[index], left=day)
    return told


def _moved(client: Client, tier: str, day: date, board: str | None, reason: str) -> Client:
    """The client with another tier from `day`; a partner gets a leader as an owner."""
    old = replace(client.tiers[0], end=day - timedelta(days=1))
    leader = (Span("LD01", day, role="leader"),) if tier == "strategic" else ()
    return replace(
        client,
        tiers=(old, Span(tier, day, reason=reason)),
        owners=client.owners + leader,
        board=client.board if board is None else board,
        cooperation=tier == "strategic",
    )


def _joined(client: Client, day: date) -> Client:
    """The client as one that came on `day`, after any hand-over of its owner if need be."""
    owners = [replace(s, start=max(s.start, day)) for s in client.owners if s.end is None or s.end >= day]
    return replace(client, joined=day, tiers=(replace(client.tiers[0], start=day),), owners=tuple(owners))


def _waivers(clients: list[Client]) -> Iterator[Waiver]:
    key = [c for c in clients if c.tier(FIRST_DAY) == "key" and c.joined < FIRST_DAY and c.left is None]
    general = [c for c in clients if c.tier(FIRST_DAY) == "general" and c.joined < FIRST_DAY and c.left is None]
    yield Waiver(key[2].client, "", date(2026, 8, 3), date(2026, 9, 6), "厂区搬迁停产，企业书面要求暂停联系")
    yield Waiver(general[5].client, "weekly_push", date(2026, 6, 29), date(2026, 10, 25), "企业不使用微信")
    yield Waiver(general[20].client, "specialist_visit", date(2026, 7, 1), date(2026, 9, 30), "企业在境外办公")
    yield Waiver(key[9].client, "specialist_call", date(2026, 9, 28), date(2026, 10, 11), "国庆假期企业停工检修")
    handed = [c for c in clients if any(s.role == "salesperson" and s.end for s in c.owners)]
    for client in handed[:-3]:  # for three of them nobody wrote it down
        yield Waiver(client.client, "developer_serves", HAND_OVER, date(2026, 12, 31), "原业务员离职，客户已移交")
