"""The catalogue of findings: for each code its severity, its wording and how to mend it, in both languages.

The entries are the YAML files of `catalogue/`, one file a stage. `docs/findings.md` is made from them::

    python -m pipeline.language.catalogue > docs/findings.md
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal, NamedTuple

from pipeline.language.wording import LANGS, Lang, Wording, read_shipped

Severity = Literal["error", "warning", "notice"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "notice")
PLACES = ("value", "expected", "field", "suggestion")  # of a message or a mend, filled from a finding
_HEADINGS = {
    "error": Wording("错误：这一行或这个文件没有采用", "Errors: the row or the file is left out"),
    "warning": Wording("警告：这一行已采用，请核对", "Warnings: the row is kept and should be looked at"),
    "notice": Wording("提示：数据可用，但值得留意", "Notices: nothing is wrong in itself, but worth a look"),
}
_HEAD = """\
# 检查结果 / Findings

What Tierbook says about the data it reads, by code. `{value}` stands for what was found, `{expected}` for what would
be right, `{field}` for the column and `{suggestion}` for what may be meant. Made by
`python -m pipeline.language.catalogue > docs/findings.md`; edit `pipeline/language/catalogue/` instead.
"""


class Entry(NamedTuple):
    """What a finding code means. `message` and `mend` may use `PLACES`."""

    code: str
    severity: Severity
    title: Wording
    message: Wording
    mend: Wording


@cache
def catalogue() -> dict[str, Entry]:
    """Every entry by its code."""
    raw = read_shipped("catalogue")
    return {
        code: Entry(code, e["severity"], *(Wording(**e[part]) for part in ("title", "message", "mend")))
        for code, e in raw.items()
    }


def render(finding: Mapping[str, object], lang: Lang) -> tuple[str, str]:
    """The message and the mend of a finding: any mapping with `code` and `PLACES`, such as a row of the frame.

    Raises KeyError for a code that is not in the catalogue.
    """
    entry = catalogue()[str(finding["code"])]
    values = {place: finding[place] for place in PLACES}
    return entry.message.in_(lang).format(**values), entry.mend.in_(lang).format(**values)


def to_markdown() -> str:
    """The catalogue as the page `docs/findings.md`."""
    parts = [_HEAD, *(_section(severity) for severity in SEVERITIES)]
    return "\n".join(part for part in parts if part)


def _section(severity: Severity) -> str:
    entries = sorted(entry for entry in catalogue().values() if entry.severity == severity)
    heading = _HEADINGS[severity]
    return "\n".join([f"## {heading.zh} / {heading.en}\n", *map(_paragraph, entries)]) if entries else ""


def _paragraph(entry: Entry) -> str:
    told = "\n".join(f"- {entry.message.in_(lang)}\n  - {entry.mend.in_(lang)}" for lang in LANGS)
    return f"### `{entry.code}`\n\n**{entry.title.zh} / {entry.title.en}**\n\n{told}\n"


if __name__ == "__main__":
    print(to_markdown(), end="")
