"""Hundreds of damaged workbooks: each is read, or has one finding of its own; the one beside it is always read."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.language.workspace import Limits
from tests.fixtures import books
from tests.hostile.logbooks import NEIGHBOUR, READ, ROWS, SHEET, codes_of, logbook, read_of, taken
from tests.hostile.mutants import Mutation, mutations, originals

LIMITS = Limits(seconds=10)
MAKERS = {
    "xlsx": logbook,
    "xls": lambda path: books.xls(path, ROWS, SHEET),
    "ods": lambda path: books.ods(path, ROWS, SHEET),
}
BATCH = 20  # in one folder, so that the two processes that read are started once for all of them
BROKEN = {"file_empty", "file_unknown_type", "file_not_workbook", "file_unsupported", "file_encrypted"}
BROKEN |= {"file_truncated", "file_damaged", "file_bomb", "file_unreadable", "file_cells", "file_sheets"}

Mutants = list[tuple[str, Mutation]]
some = st.lists(st.tuples(st.sampled_from([*MAKERS]), mutations()), min_size=BATCH, max_size=BATCH)
modest = settings(deadline=None, database=None, suppress_health_check=[*HealthCheck])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return originals(tmp_path_factory.mktemp("whole"), MAKERS)


def survives(whole: dict[str, bytes], mutants: Mutants) -> None:
    """One folder with all these mutants, and a good logbook."""
    with TemporaryDirectory() as at:
        folder = Path(at)
        logbook(folder / NEIGHBOUR)
        names = [f"{number:02}.{format_}" for number, (format_, _) in enumerate(mutants)]
        for name, (format_, mutation) in zip(names, mutants, strict=True):
            (folder / name).write_bytes(mutation(whole[format_]))
        contacts, found = taken(folder, LIMITS)
    assert read_of(contacts, NEIGHBOUR) == READ
    assert set(found["file"]) <= {*names, NEIGHBOUR}
    assert set(codes_of(found, NEIGHBOUR)) <= {"file_repeated"}
    for name in names:
        codes = codes_of(found, name)
        rows = contacts["file"] == name
        refused = [code for code in codes if code in BROKEN]
        assert not refused or (len(codes) == 1 and not rows.any()), (name, codes)
        assert rows.sum() == READ or codes, f"{name} lost rows and nobody is told"


@settings(modest, max_examples=3, derandomize=True)
@given(mutants=some)
def test_sixty_mutants_harm_nobody(whole: dict[str, bytes], mutants: Mutants) -> None:
    survives(whole, mutants)


@pytest.mark.heavy
@settings(modest, max_examples=50, derandomize=True)
@given(mutants=some)
def test_a_thousand_mutants_harm_nobody(whole: dict[str, bytes], mutants: Mutants) -> None:
    survives(whole, mutants)
