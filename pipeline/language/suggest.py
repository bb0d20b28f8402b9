"""Did you mean: the known word nearest to a wrong one."""

from __future__ import annotations

from collections.abc import Iterable, Set

from rapidfuzz import fuzz, process

from pipeline.language.wording import Wording, wording

_ALIKE = 60  # percent of the letters; below it a guess irritates more than it helps
_EQUAL = 20  # words that are looked at when several are equally near
_SHOWN = 12


def closest(word: str, known: Iterable[str], *, alike: float = _ALIKE) -> str:
    """The known word most like `word`, whatever its case; '' when none has `alike` percent of its letters."""
    return next(iter(nearest(word, known, alike=alike)), "")


def nearest(word: str, known: Iterable[str], *, alike: float = _ALIKE) -> list[str]:
    """The known words most like `word`, all equally; none when none has `alike` percent of its letters."""
    words = sorted(known)
    found = process.extract(word, words, processor=str.casefold, scorer=fuzz.ratio, score_cutoff=alike, limit=_EQUAL)
    return [near for near, score, _ in found if score == found[0][1]]


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
