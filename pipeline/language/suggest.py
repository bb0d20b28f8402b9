"""Did you mean: the known word nearest to a wrong one."""

from __future__ import annotations

from collections.abc import Iterable, Set

from rapidfuzz import fuzz, process

from pipeline.language.wording import Wording, wording

_ALIKE = 60  # percent of the letters; below it a guess irritates more than it helps
_SHOWN = 12


def closest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`, whatever its case; '' when none is near enough."""
    found = process.extractOne(word, sorted(known), processor=str.casefold, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return found[0] if found else ""


def hint(word: str, known: Iterable[str]) -> Wording:
    """What to write instead of `word`: the nearest known word, else the known ones; begins with a comma."""
    words = sorted(known) if isinstance(known, Set) else list(dict.fromkeys(known))  # a set has no order to show
    if near := closest(word, words):
        return wording("error_did_you_mean", word=near)
    return listed(words) if words else Wording("", "")


def listed(words: Iterable[str]) -> Wording:
    """The words to choose from; begins with a comma."""
    every = list(words)
    shown = every[:_SHOWN] + ["…"] * (len(every) > _SHOWN)
    return wording("error_known", words=Wording("、".join(shown), ", ".join(shown)))
