"""What was sent of a month: one line for the beginning of every mail and one for its end, each on the disk at once.

A mail that has a beginning and no end was interrupted: nobody knows whether it arrived, until somebody says so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from pipeline.language.errors import WorkspaceError
from pipeline.language.wording import wording

FOLDER: Final = "sent"
Outcome = Literal["begun", "sent", "refused", "put_off", "unsent"]  # put_off: the server would not take it now


@dataclass(frozen=True, slots=True)
class Line:
    """What happened to a mail: `staff` and `scope` say for whom and about what, `content` what it said."""

    staff: str
    scope: str
    content: str
    outcome: Outcome
    at: str
    figures: Mapping[str, float | None]
    answer: str = ""
    reason: str = ""  # why it was sent again


@dataclass(frozen=True)
class SentBook:
    """The lines of a month, in the order written."""

    path: Path
    lines: tuple[Line, ...]

    @classmethod
    def of(cls, workspace: Path, month: str) -> SentBook:
        """The book of a month. A line that a crash left half written counts as not written. Raises WorkspaceError."""
        path = workspace / FOLDER / f"{month}.jsonl"
        text = path.read_text("utf-8") if path.exists() else ""
        whole = text.rpartition("\n")[0]
        try:
            return cls(path, tuple(Line(**json.loads(line)) for line in whole.splitlines()))
        except (ValueError, TypeError) as error:
            raise WorkspaceError(wording("sent_damaged"), mend=wording("sent_damaged_mend"), path=path) from error

    def last(self, staff: str, scope: str) -> Line | None:
        """The last line about a report to somebody."""
        mine = [line for line in self.lines if (line.staff, line.scope) == (staff, scope)]
        return mine[-1] if mine else None

    def received(self, staff: str, scope: str) -> list[Line]:
        """What somebody got of a report, oldest first."""
        return [line for line in self.lines if (line.staff, line.scope, line.outcome) == (staff, scope, "sent")]

    @property
    def unknown(self) -> list[Line]:
        """The mails that were interrupted."""
        open_: dict[tuple[str, str, str], Line] = {}
        for line in self.lines:
            key = (line.staff, line.scope, line.content)
            if line.outcome == "begun":
                open_[key] = line
            else:
                open_.pop(key, None)
        return [*open_.values()]


def write_line(path: Path, line: Line) -> None:
    """Adds a line; when this returns, it lasts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        if file.tell() and not _ends_whole(path):
            file.write(b"\n")
        file.write((json.dumps(asdict(line), ensure_ascii=False) + "\n").encode())
        file.flush()
        os.fsync(file.fileno())


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def settled(lines: Iterable[Line], outcome: Literal["sent", "unsent"], at: str) -> list[Line]:
    """The ends that somebody says the interrupted mails had."""
    return [Line(**{**asdict(line), "outcome": outcome, "at": at, "answer": ""}) for line in lines]
