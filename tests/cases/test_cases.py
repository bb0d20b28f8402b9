"""Every case beside a regulation comes out as it says, by the judgement and by the oracle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.cases.edges import outcomes
from tests.cases.governed import Verdicts, proposed, slowly_proposed
from tests.cases.notation import Case, shipped
from tests.cases.outcome import Engine, by_oracle, judged, mismatches

FOLDER = Path(__file__).parents[2] / "pipeline" / "regulations"


def cases() -> Iterable[Case]:
    for path in sorted(FOLDER.glob("*.cases.yaml")):
        written = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
        for case in written["cases"]:
            yield Case(path.name.removesuffix(".cases.yaml"), case, written.get("defaults", {}))


ALL = list(cases())
JUDGED = [case for case in ALL if "expect" in case.written]  # the others are about governance alone


# The judgement goes through every case each time; the oracle, which is slow, in the heavy round.
@pytest.mark.parametrize(
    "engine", [judged, pytest.param(by_oracle, marks=pytest.mark.heavy)], ids=["judged", "by_oracle"]
)
@pytest.mark.parametrize("case", JUDGED, ids=[f"{case.stem}: {case.title}" for case in JUDGED])
def test_case(case: Case, engine: Engine) -> None:
    assert mismatches(case, engine) == []


GOVERNED = [case for case in ALL if {"proposes", "blacklisted", "dealings"} & case.written.keys()]


@pytest.mark.parametrize("governing", [proposed, slowly_proposed], ids=["governed", "by_oracle"])
@pytest.mark.parametrize("case", GOVERNED, ids=[f"{case.stem}: {case.title}" for case in GOVERNED])
def test_governance(case: Case, governing: Callable[[Case], Verdicts]) -> None:
    found = governing(case)
    assert [key for key in found if key in case.written and found[key] != case.written[key]] == [], found


STEMS = sorted(path.name.removesuffix(".cases.yaml") for path in FOLDER.glob("*.cases.yaml"))


@pytest.mark.parametrize("stem", STEMS)
def test_every_obligation_is_met_and_missed_and_stands_on_an_edge_in_outcomes_of_their_own(stem: str) -> None:
    told: dict[str, list[tuple[str, set[str]]]] = defaultdict(list)
    for case in (case for case in ALL if case.stem == stem):
        for obligation, status, edges in outcomes(case):
            told[obligation].append((status, edges))
    assert [id_ for id_ in shipped(stem).ids if not _has_met_missed_and_edge(told[id_])] == []


def _has_met_missed_and_edge(told: Sequence[tuple[str, set[str]]]) -> bool:
    """Whether one outcome on an edge leaves, among the others, one that is met and one that is missed."""
    left = ({status for m, (status, _) in enumerate(told) if m != n} for n, (_, edges) in enumerate(told) if edges)
    return any({"met", "missed"} <= statuses for statuses in left)
