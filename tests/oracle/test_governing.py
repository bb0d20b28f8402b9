"""Proposed tiers and blacklists agree with the oracle on clients and logs made by chance, and keep their quotas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.compute.facts import Facts
from pipeline.compute.governance import govern
from pipeline.compute.inquiry import Inquiry
from pipeline.language.period import Period
from pipeline.language.period import month as month_named
from pipeline.language.policy.governance import Entries
from pipeline.language.policy.regulation import Regulation
from pipeline.language.policy.standing import Quota
from tests.cases.build import Row, facts_of
from tests.cases.forms import lexicons
from tests.cases.governed import Verdicts, proposed, slowly_proposed
from tests.cases.notation import shipped
from tests.oracle.chance import Chance, edges
from tests.oracle.test_oracle import many, usual

STEMS = ("client_admission", "commercial_property", "credit_management")
MONTH = month_named("2026-10")
UNITS = ("一部", "二部")
NUMBERS = (0, 1, 10, 20, 25, 50, 70, 80, 90, 99.5, 100, 200, 500, 800)


@dataclass(frozen=True)
class Made:
    """A month made by chance, with what grading takes; the shape of a case."""

    regulation: Regulation = field(repr=False)
    made: Facts = field(repr=False)
    as_of: date
    month: Period = MONTH

    @property
    def stem(self) -> str:
        return self.regulation.id

    def facts(self) -> Facts:
        return self.made


def month_of(stem: str, seed: int, clients: int, rows: int, judged_after: int) -> Made:
    """The same for the same numbers."""
    regulation = with_a_way_back(shipped(stem))
    chance = Chance(seed, MONTH)
    names = [f"客户{n:02d}" for n in range(clients)]
    columns = ("milestone", "grading", "case")
    facts = facts_of(
        clients=[client(chance, name, regulation) for name in names],
        attributes={name: about.type for name, about in regulation.attributes.items()},
        tiers=[row for name in names for row in tiers(chance, name, regulation)],
        owners=owners(chance, names, regulation),
        staff=[
            {"staff": f"员工{unit}", "unit": unit, "role": role, "start": datetime(2020, 1, 1)}  # noqa: DTZ001
            for unit in UNITS
            for role in regulation.roles
        ],
        rows={form: [logged(chance, form, names, regulation) for _ in range(rows)] for form in columns}
        | {form: [] for form in regulation.forms if form not in columns},
        doubts={form: [] for form in regulation.forms},
        forms={form: words.form for form, words in lexicons(stem).items()},
    )
    return Made(regulation, facts, MONTH.start + timedelta(days=judged_after))


def with_a_way_back(regulation: Regulation) -> Regulation:
    """The regulation, with a step that takes a client off a list, which none of those that ship has."""
    rule = regulation.governance
    if not rule or not rule.blacklist:
        return regulation
    off = Entries(form="milestone", where={"step": "removed"})
    lists = {tier: declared.model_copy(update={"lifted": off}) for tier, declared in rule.blacklist.lists.items()}
    blacklist = rule.blacklist.model_copy(update={"lists": lists})
    return regulation.model_copy(update={"governance": rule.model_copy(update={"blacklist": blacklist})})


def some(chance: Chance, values: Sequence[Any], none: float = 0.15) -> Any:
    return None if chance.random() < none else chance.choice(values)


def cell(chance: Chance, type_: str, choices: Mapping[str, Any]) -> Any:
    match type_:
        case "yesno":
            return some(chance, (True, True, False))
        case "number" | "integer":
            return some(chance, NUMBERS)
        case "choice":
            return some(chance, [*choices], 0.4)
        case _:
            return None


def client(chance: Chance, name: str, regulation: Regulation) -> Row:
    drawn = {key: cell(chance, about.type, about.choices) for key, about in regulation.attributes.items()}
    joined = datetime(2026, 10, 20) if chance.rarely() else datetime(2020, 1, 1)  # noqa: DTZ001
    left = datetime(2026, 10, 25) if chance.rarely() else None  # noqa: DTZ001
    return {"client": name, "unit": chance.choice(UNITS), "joined_on": joined, "left_on": left, **drawn}


def tiers(chance: Chance, name: str, regulation: Regulation) -> list[Row]:
    days = [datetime(2020, 1, 1), datetime(2026, 10, chance.randint(1, 31))][: chance.randint(0, 2)]  # noqa: DTZ001
    drawn = [chance.choice([*regulation.tiers]) for _ in days]
    ends = [*days[1:], None][: len(days)]
    return [{"client": name, "tier": t, "start": s, "end": e} for t, s, e in zip(drawn, days, ends, strict=True)]


def owners(chance: Chance, names: Sequence[str], regulation: Regulation) -> list[Row]:
    return [
        {"client": name, "role": role, "staff": f"员工{chance.choice(UNITS)}", "start": datetime(2020, 1, 1)}  # noqa: DTZ001
        for name in names
        for role in regulation.roles
        if not chance.rarely()
    ]


def logged(chance: Chance, form: str, names: Sequence[str], regulation: Regulation) -> Row:
    """A row of a log, thick with what the governance looks at."""
    shape = lexicons(regulation.id)[form].form
    day = chance.choice([*edges(MONTH), date(2026, 4, 30), date(2025, 10, 31), date(2026, 5, 31)])
    moment = datetime(day.year, day.month, day.day, chance.choice((0, 9, 23)))  # noqa: DTZ001
    drawn = {field.key: cell(chance, field.type, field.choices) for field in shape.fields}
    if form == "milestone":
        drawn |= {"step": chance.choice(("listed", "trade", "removed", "contract_signed")), "state": "done"}
    if form == "case":
        drawn |= {"case_no": f"K{chance.randint(1, 40)}", "opened_at": moment}
    if form == "grading":
        drawn["kind"] = chance.choice(("grading", "stage_review", "credit_check"))
    who = {"client": chance.choice(names) if names else None, "by": f"员工{chance.choice(UNITS)}"}
    return {**drawn, **who, "happened": moment, "month": f"{day:%Y-%m}"}


def agree(made: Made) -> None:
    """Asserts that both find the same, and that nobody is proposed beyond the seats."""
    assert proposed(made) == slowly_proposed(made)  # type: ignore[arg-type]
    seats_are_kept(made)


def seats_are_kept(made: Made) -> None:
    rule = made.regulation.governance
    assert rule is not None
    found = govern(rule, Inquiry(made.regulation, made.made.under(made.stem), made.month, made.as_of))
    rising = found.proposals["change"].isin(["up", "new"]) & (found.proposals["proposed"] != rule.tiers[-1])
    for seat in found.seats.itertuples():
        quota = made.regulation.obligation(seat.quota)
        assert isinstance(quota, Quota)
        if rule.tiers[-1] not in quota.part:  # the last tier takes whoever is left
            assert seat.proposed <= max(seat.seats, seat.now)  # only those who are there already may be too many
    assert found.proposals.loc[rising, "score"].notna().all()


MONTHS = st.builds(
    month_of,
    st.sampled_from(STEMS),
    seed=st.integers(0, 2**32),
    clients=st.integers(0, 14),
    rows=st.integers(0, 20),
    judged_after=st.integers(10, 40),
)


@given(MONTHS)
@usual
def test_governance_agrees_with_the_oracle(made: Made) -> None:
    agree(made)


@pytest.mark.heavy
@given(MONTHS)
@many
def test_governance_agrees_with_the_oracle_many_times(made: Made) -> None:
    agree(made)


def test_verdicts_are_told_of_every_client_that_can_be_graded() -> None:
    found: Verdicts = proposed(month_of("credit_management", 7, clients=12, rows=20, judged_after=40))  # type: ignore[arg-type]
    assert len(found["proposes"]) > 6
    assert any("unscored" in verdict for verdict in found["proposes"].values())
    assert any("unscored" not in verdict for verdict in found["proposes"].values())
