"""The process that reads workbooks dies, hangs or runs out of memory: it costs one file one finding."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pipeline.intake import reader
from pipeline.language.workspace import Limits
from tests.hostile.corpus import corners
from tests.hostile.logbooks import NEIGHBOUR, READ, codes_of, logbook, read_of, taken

WORKER = """
import os, signal, sys, time
import pipeline.intake.worker as worker
worker.MEMORY = 400 * 1024**2
read = worker.read

def hostile(task):
    {does}
    return read(task)

worker.read = hostile
worker.main()
"""
DEATHS = {
    "killed": "'坏' in task.file and os.kill(os.getpid(), signal.SIGKILL)",
    "ends_itself": "'坏' in task.file and os._exit(0)",
    "hangs": "'坏' in task.file and time.sleep(3600)",
    "chatters": "'坏' in task.file and (sys.stdout.buffer.write(b'no pickle'), sys.stdout.flush(), os._exit(1))",
    "raises": "if '坏' in task.file: raise KeyError('unforeseen')",
    "out_of_memory": "pass",  # two million cells need more than it may have
}


@pytest.mark.parametrize("does", DEATHS.values(), ids=DEATHS)
def test_a_death_costs_one_file_one_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str) -> None:
    monkeypatch.setattr(reader, "_COMMAND", [sys.executable, "-c", WORKER.format(does=does)])
    for name in ("1坏.xlsx", "3坏.xlsx"):
        corners(int(name[0]), "CV150000")(tmp_path / name)
    logbook(tmp_path / NEIGHBOUR)
    logbook(tmp_path / "2.xlsx")
    contacts, found = taken(tmp_path, Limits(seconds=2))
    for name in ("1坏.xlsx", "3坏.xlsx"):
        assert codes_of(found, name) == ["file_unreadable"]
    assert len(found) == 2
    assert read_of(contacts, NEIGHBOUR) == read_of(contacts, "2.xlsx") == READ
