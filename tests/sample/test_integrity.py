"""A tidy sample raises no hint of the integrity screen, in any of its months; nor does one with slips of the pen."""

from __future__ import annotations

import pytest

from pipeline.compute.integrity import screen
from pipeline.language.period import month
from pipeline.store.ledger import Ledger
from tests.sample.conftest import Sample


@pytest.mark.parametrize("name", ["clean", "messy"])
def test_a_sample_raises_nothing(name: str, request: pytest.FixtureRequest) -> None:
    sample: Sample = request.getfixturevalue(name)
    with Ledger.open(sample.folder / "ledger") as ledger:
        submissions = ledger.submissions()
    for key in ("2026-06", "2026-07", "2026-08", "2026-09", "2026-10"):
        assert screen(sample.facts, submissions, month(key)).empty
    assert "integrity_other_editor" not in set(sample.findings["code"])
