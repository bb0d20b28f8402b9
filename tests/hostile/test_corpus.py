"""Whatever a file is or does: no crash, no hang, what it is told, and the rows of the file beside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.hostile.corpus import CORPUS
from tests.hostile.logbooks import NEIGHBOUR, READ, Told, codes_of, logbook, read_of, taken

ORDINARY = [name for name, trick in CORPUS.items() if not trick.heavy]
HEAVY = [name for name, trick in CORPUS.items() if trick.heavy]


def tried(folder: Path, names: Iterable[str]) -> Told:
    """All these tricks in one folder of logbooks, each in a folder of its own, beside a good logbook."""
    logbook(folder / NEIGHBOUR)
    for name in names:
        (folder / name).mkdir()
        CORPUS[name].make(folder / name / CORPUS[name].name)
    return taken(folder)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return tried(tmp_path_factory.mktemp("logbooks"), ORDINARY)


def test_the_file_beside_them_is_read(told: Told) -> None:
    contacts, found = told
    assert codes_of(found, NEIGHBOUR) == []
    assert read_of(contacts, NEIGHBOUR) == READ
    assert not [*Path("/tmp").glob("tierbook_slipped*"), *Path("/etc").glob("tierbook_slipped*")]


@pytest.mark.parametrize("name", ORDINARY)
def test_a_trick_is_told_and_nothing_of_it_is_lost(told: Told, name: str) -> None:
    as_expected(told, name)


@pytest.mark.heavy
@pytest.mark.parametrize("name", HEAVY)
def test_a_trick_that_takes_its_time(tmp_path: Path, name: str) -> None:
    told = tried(tmp_path, [name])
    as_expected(told, name)
    assert read_of(told[0], NEIGHBOUR) == READ


def as_expected(told: Told, name: str) -> None:
    contacts, found = told
    trick, own = CORPUS[name], found["file"].str.startswith(f"{name}/")
    assert found.loc[own, "code"].tolist() == [*trick.codes], found[own].to_string()
    rows = contacts[contacts["file"].str.startswith(f"{name}/")]
    assert len(rows) == READ * trick.read
    assert (rows["admission"] == "accepted").all()
