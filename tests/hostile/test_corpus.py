"""Whatever a file is or does: no crash, no hang, what it is told, and the rows of the file beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile.corpus import CORPUS, Trick
from tests.hostile.logbooks import NEIGHBOUR, READ, codes_of, logbook, read_of, taken

TRICKS = [
    pytest.param(trick, id=name, marks=[pytest.mark.heavy] if trick.heavy else []) for name, trick in CORPUS.items()
]


@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_costs_its_own_file_at_most(tmp_path: Path, trick: Trick) -> None:
    folder = tmp_path / "logbooks"
    folder.mkdir()
    trick.make(folder / trick.name)
    logbook(folder / NEIGHBOUR, beside=True)
    contacts, found = taken(folder)
    assert codes_of(found, NEIGHBOUR) == []
    assert read_of(contacts, NEIGHBOUR) == READ
    (others,) = set(found["file"]) - {NEIGHBOUR} or {""}
    assert codes_of(found, others) == [*trick.codes], found.to_string()
    assert len(contacts) == READ * (1 + trick.read)
    assert not [*Path("/tmp").glob("tierbook_slipped*"), *Path("/etc").glob("tierbook_slipped*")]
