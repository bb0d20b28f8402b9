"""What in a workbook runs, or reaches out of it. Nothing of it is ever opened; people are told that it is there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pipeline.intake.facts import Flaw
from pipeline.intake.guard import plain

_SIGNS: Final = {  # parts of an xlsx and an ods, storages of an xls
    "file_macros": re.compile(
        r"xl/(vbaproject\.bin|macrosheets/|dialogsheets/)|basic/|scripts/|_vba_project_cur|macros"
    ),
    "file_links": re.compile(r"xl/(externallinks/|connections\.xml|querytables/|webextensions/)"),
    "file_embedded": re.compile(r"xl/(embeddings|activex)/|object \d+/|mbd[0-9a-f]{8}"),
}


def active(names: Iterable[str]) -> list[Flaw]:
    """A notice for each kind of active content that the names of the parts betray."""
    parts = [plain(name) for name in names]
    return [Flaw(code) for code, sign in _SIGNS.items() if any(map(sign.match, parts))]
