"""Every case beside a regulation comes out as it says, by the judgement and by the oracle."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.cases.notation import Case
from tests.cases.outcome import Engine, engines, mismatches

FOLDER = Path(__file__).parents[2] / "pipeline" / "regulations"


def cases() -> Iterable[Case]:
    for path in sorted(FOLDER.glob("*.cases.yaml")):
        written = YAML(typ="safe").load(path.read_text("utf-8"))
        for case in written["cases"]:
            yield Case(path.name.removesuffix(".cases.yaml"), case, written.get("defaults", {}))


ALL = list(cases())


@pytest.mark.parametrize("engine", engines())
@pytest.mark.parametrize("case", ALL, ids=[f"{case.stem}: {case.title}" for case in ALL])
def test_case(case: Case, engine: Engine) -> None:
    assert {obligation for obligation, _, _ in case.expectations()} <= case.regulation.ids
    assert mismatches(case, engine) == []


def test_every_shipped_regulation_has_cases_for_every_obligation() -> None:
    for path in sorted(FOLDER.glob("*.cases.yaml")):
        stem = path.name.removesuffix(".cases.yaml")
        of_file = [case for case in ALL if case.stem == stem]
        told = {(o, e.status) for case in of_file for o, _, expected in case.expectations() for e in expected}
        missing = {(o, status) for o in of_file[0].regulation.ids for status in ("met", "missed")} - told
        assert not missing, f"{path.name} has no case for {sorted(missing)}"
