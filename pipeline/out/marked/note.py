"""What is to be said to whoever filled in a logbook, about one place of it."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from pipeline.language.mark import BEGIN, END
from pipeline.language.wording import Lang, label

State = Literal["", "new", "open", "fixed"]  # since it was handed in before; '' the first time
_LONGEST: Final = 300  # characters of what somebody else wrote


class Note(NamedTuple):
    """A finding in words. `row` is 0 when it is about a sheet or file, `column` 0 when about a whole row."""

    severity: str
    title: str
    message: str
    mend: str
    sheet: str = ""
    row: int = 0
    column: int = 0
    value: str = ""
    suggestion: str = ""
    state: State = ""

    @property
    def marked(self) -> bool:
        """Whether its cell is coloured: something is to be changed there."""
        return self.severity in ("error", "warning") and self.state != "fixed" and self.row > 0


def comment(notes: list[Note], lang: Lang) -> str:
    """What the comment on a cell says: what is wrong, why, and what to write."""
    lines = []
    for note in notes:
        lines.append(f"{BEGIN}{label(f'marked_{note.severity}', lang)}{label('marked_colon', lang)}{note.title}")
        lines += [shortened(note.message), label("marked_comment_mend", lang, mend=note.mend)]
        if note.suggestion:
            lines.append(label("marked_comment_suggestion", lang, suggestion=shortened(note.suggestion)))
    return "\n".join([lines[0], *(line.removeprefix(BEGIN) for line in lines[1:]), END])


def shortened(text: str) -> str:
    """Text without line breaks that is not too long to be read."""
    plain = " ".join(text.replace(BEGIN, "").replace(END, "").split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"
