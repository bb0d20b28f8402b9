"""Errors that end a run.

Bad data is never an error: it is a `Finding`. An error means that Tierbook cannot go on and a person has to act;
its text is written for that person, names the file and the line where there is one, and carries no traceback.
Anything that is not a `TierbookError` is a bug.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path

from pipeline.language.wording import Lang, Wording, in_both


class ExitCode(IntEnum):
    """What the process tells the shell."""

    CLEAN = 0  # ran, and no finding of severity error or warning
    FINDINGS = 1  # ran to the end; there are findings to look at
    USAGE = 2  # the command line was not understood
    POLICY = 3  # a regulation or calendar file cannot be used
    WORKSPACE = 4  # the workspace (register, configuration, ledger) cannot be used
    WORKBOOK = 5  # a workbook that everything else needs cannot be read
    DELIVERY = 6  # the results cannot be written


class TierbookError(Exception):
    """Cannot go on.

    `message` says what is wrong and `mend` what to do about it, in the user's words: a `Wording`, or one text for both
    languages. `path`, `line` and `column` (1-based) say where, as far as known. `more` are further problems found at
    the same time; they are told together, so that one look at the text mends them all.
    """

    exit_code = ExitCode.WORKSPACE

    def __init__(
        self,
        message: Wording | str,
        *,
        mend: Wording | str = "",
        path: Path | str | None = None,
        line: int | None = None,
        column: int | None = None,
        more: Sequence[TierbookError] = (),
    ) -> None:
        super().__init__(message)
        self.message = in_both(message)
        self.mend = in_both(mend)
        self.path = path
        self.line = line
        self.column = column
        self.more = tuple(more)

    @property
    def place(self) -> str:
        """`file:line:column`, as far as known; empty when the error has no place."""
        parts = [str(p) for p in (self.path, self.line, self.column) if p is not None]
        return ":".join(parts)

    def text(self, lang: Lang) -> str:
        """A line `place: message` for every problem, each followed by an indented line on how to mend it."""
        message, mend = self.message.in_(lang), self.mend.in_(lang)
        lines = [f"{self.place}: {message}" if self.place else message]
        lines += [f"  {mend}"] if mend else []
        return "\n".join(lines + [problem.text(lang) for problem in self.more])

    def __str__(self) -> str:
        return self.text("en")


class PolicyError(TierbookError):
    """A regulation, form definition or calendar file is wrong."""

    exit_code = ExitCode.POLICY


class WorkspaceError(TierbookError):
    """The workspace lacks something, or its configuration or ledger cannot be used."""

    exit_code = ExitCode.WORKSPACE


class WorkbookError(TierbookError):
    """A workbook that everything else needs (the register) cannot be read."""

    exit_code = ExitCode.WORKBOOK


class DeliveryError(TierbookError):
    """Results cannot be written."""

    exit_code = ExitCode.DELIVERY
