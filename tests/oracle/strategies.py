"""Small months made by chance: clients, staff, logbooks and a regulation, thick with boundaries.

Hypothesis draws one seed for each client, row and obligation, which are then made by ordinary random choices. So an
example is made fast, and shrinks by leaving things out without changing the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from pipeline.compute.facts import Facts
from pipeline.language.period import Period
from pipeline.language.period import month as month_named
from pipeline.language.policy.regulation import Regulation
from tests.cases.build import facts_of
from tests.oracle import logbooks
from tests.oracle.chance import Chance
from tests.oracle.clock import DAY
from tests.oracle.people import LONG_AGO, STAFF, Row, client_row, owner_rows, staff_rows, tier_rows, waiver_row
from tests.oracle.rules import ATTRIBUTES, regulation_of

MONTHS = ("2025-10", "2026-02", "2026-06", "2026-09", "2026-10", "2026-12")

# The forms that obligations of each kind look at, and how many rows a month has at most: accepted and rejected.
MOST = {"contact": (36, 9), "case": (9, 3), "pause": (5, 0), "submission": (12, 4)}
MOST |= {"milestone": (24, 8), "document": (18, 5), "grading": (12, 4), "trial": (18, 0)}
FORMS = {
    "cadence": ("contact",),
    "phases": ("contact", "case"),
    "anniversary": ("contact",),
    "in_all": ("contact",),
    "exclusive": ("contact", "case", "submission"),
    "interval": ("contact",),
    "deadline": ("contact", "case", "pause"),
    "submission": ("submission",),
    "coverage": ("contact",),
    "milestone": ("milestone", "contact", "case"),
    "quota": (),
    "completeness": ("document", "contact", "case"),
    "limit": ("contact", "trial"),
    "review": ("grading",),
}


@dataclass(frozen=True)
class SmallMonth:
    """What judging takes."""

    regulation: Regulation
    facts: Facts
    month: Period
    as_of: date


def seeds(most: int, least: int = 0) -> SearchStrategy[list[int]]:
    few = st.lists(st.integers(0, 2**24), min_size=least, max_size=max(least, most // 3))
    return few | st.lists(st.integers(0, 2**24), min_size=max(least, most // 2), max_size=most)


def month_of(
    *,
    name: str,
    judged_after: int,
    start: int,
    rules: list[tuple[str, int]],
    clients: list[int],
    staff: Sequence[int],
    rows: dict[str, list[int]],
    doubts: dict[str, list[int]],
    waivers: list[int],
) -> SmallMonth:
    """The month that the seeds stand for."""
    month = month_named(name)

    def chances(found: Sequence[int]) -> list[Chance]:
        return [Chance(seed, month) for seed in found]

    began = Chance(start, month)
    since = began.day() if began.random() < 0.05 else LONG_AGO
    regulation = regulation_of(began, since, [(kind, Chance(seed, month)) for kind, seed in rules])
    registered = [client_row(chance, f"C{n}") for n, chance in enumerate(chances(clients))]
    names = [row["client"] for row in registered]
    accepted = written(names, {form: chances(found) for form, found in rows.items()})
    facts = facts_of(
        clients=registered,
        attributes=ATTRIBUTES,
        tiers=[
            t
            for row, c in zip(registered, chances(clients), strict=True)
            for t in tier_rows(c, row["client"], row["joined_on"])
        ],
        owners=[o for row, c in zip(registered, chances(clients), strict=True) for o in owner_rows(c, row["client"])],
        staff=[r for who, chance in zip(STAFF, chances(staff), strict=True) for r in staff_rows(chance, who)],
        waivers=[waiver_row(chance, names, [o.id for o in regulation.obligations]) for chance in chances(waivers)],
        rows=accepted,
        doubts={form: refused(names, form, accepted[form], chances(doubts.get(form, ()))) for form in rows},
    )
    return SmallMonth(regulation, facts, month, month.start + judged_after * DAY)


SINGLE: dict[str, Callable[[Chance, Sequence[str]], Row]] = {
    "contact": logbooks.contact_row,
    "submission": logbooks.submission_row,
    "document": logbooks.document_row,
    "grading": logbooks.grading_row,
    "trial": logbooks.trial_row,
}
HISTORIES: dict[str, tuple[str, Callable[[Chance, str, Sequence[str]], list[Row]]]] = {
    "case": ("K", logbooks.case_rows),
    "milestone": ("M", logbooks.chain_rows),
}


def written(names: Sequence[str], chances: dict[str, list[Chance]]) -> dict[str, list[Row]]:
    """The rows of each form."""
    found: dict[str, list[Row]] = {}
    for form, of_form in sorted(chances.items()):  # pauses after the cases that they stop
        if form in SINGLE:
            found[form] = [SINGLE[form](chance, names) for chance in of_form]
        elif form in HISTORIES:
            letter, history = HISTORIES[form]
            found[form] = [row for n, chance in enumerate(of_form) for row in history(chance, f"{letter}{n}", names)]
        else:
            found[form] = [logbooks.pause_row(chance, found["case"]) for chance in of_form if found["case"]]
    return found


def refused(names: Sequence[str], form: str, accepted: Sequence[Row], chances: list[Chance]) -> list[Row]:
    """Rejected rows: the first accepted one once more, others like them, or the steps that payouts lack."""
    found = []
    for chance in chances:
        rows = list(accepted[:1]) + ([SINGLE[form](chance, names)] if form in SINGLE else list(accepted))
        rows += [{**row, "step": "notice", "state": "done"} for row in rows if row.get("step") == "payout"]
        if rows:
            found.append(logbooks.rejected(chance, chance.choice(rows), logbooks.CELLS[form]))
    return found


def small_months(*kinds: str) -> SearchStrategy[SmallMonth]:
    """Everything that one month of a small company needs to be judged, under obligations of these kinds."""
    forms = list(dict.fromkeys(form for kind in kinds for form in FORMS[kind]))
    return st.builds(
        month_of,
        name=st.sampled_from(MONTHS),
        judged_after=st.integers(5, 75),
        start=st.integers(0, 2**24),
        rules=st.lists(st.tuples(st.sampled_from(kinds), st.integers(0, 2**24)), min_size=1, max_size=3),
        clients=seeds(6, 1),
        staff=st.tuples(*[st.integers(0, 2**24)] * len(STAFF)),
        rows=st.fixed_dictionaries({form: seeds(MOST[form][0]) for form in forms}),
        doubts=st.fixed_dictionaries({form: seeds(MOST[form][1]) for form in forms if MOST[form][1]}),
        waivers=seeds(2),
    )
