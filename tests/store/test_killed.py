"""A run that is killed at any step leaves the old ledger or the new one, and the next run leaves the new one."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest

from pipeline.store.ledger import Ledger
from tests.fixtures.ledgers import content, post
from tests.store.killed import NEW, OLD

Post = Callable[[int, Path, str], str]
NEVER = 10**6


@pytest.fixture(scope="module")
def post_killed() -> Iterator[Post]:
    command = [sys.executable, "-m", "tests.store.killed"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ask(step: int, folder: Path, which: str) -> str:
            print(step, folder, which, sep="\t", file=process.stdin, flush=True)
            return process.stdout.readline().strip()

        yield ask
        process.stdin.close()


def state(folder: Path) -> bytes:
    """The manifest, after making sure that every file it names is there and whole; then it is all of the ledger."""
    manifest = (folder / "manifest.json").read_bytes()
    for file, digest in re.findall(rb'"file": "([^"]+)",\s+"rows": \d+,\s+"sha256": "([^"]+)"', manifest):
        assert sha256((folder / file.decode()).read_bytes()).hexdigest() == digest.decode()
    return manifest


@pytest.mark.heavy
def test_killed_at_every_step_it_is_old_or_new(tmp_path: Path, post_killed: Post) -> None:
    start, end, folder = tmp_path / "start", tmp_path / "end", tmp_path / "ledger"
    for path, books in ((start, OLD), (end, NEW)):
        with Ledger.open(path) as ledger:
            post(ledger, books)
    old, new, outcomes = state(start), state(end), []
    for step in count(1):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(start, folder)
        ended = post_killed(step, folder, "new")
        assert state(folder) in (old, new), f"killed before step {step}"
        outcomes.append(state(folder) == new)
        if ended == "done":
            break
        assert post_killed(NEVER, folder, "new") == "done"
        assert content(folder) == content(end), f"something is left of the run killed before step {step}"
    assert outcomes == sorted(outcomes), "the state changes once"
    assert outcomes.count(False) > 10
    assert outcomes.count(True) > 3
