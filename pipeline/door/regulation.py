"""What Tierbook knows of the regulations: which there are, what became of each article, whether a file is right."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.intake.forms import load_forms
from pipeline.language.policy.load import is_path, load_regulation, shipped
from pipeline.language.policy.regulation import Disposition, Regulation
from pipeline.language.wording import Wording, wording


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an article, in words."""

    article: str
    ways: tuple[Wording, ...]


def known() -> list[Regulation]:
    """Every regulation that ships, in the order of their ids."""
    return [load_regulation(id_) for id_ in shipped()]


def validated(source: str) -> Regulation:
    """The regulation with this id or in this file, checked against itself and the forms. Raises PolicyError."""
    regulation = load_regulation(Path(source) if is_path(source) else source)
    load_forms((regulation,))
    return regulation


def outcomes(regulation: Regulation) -> list[Outcome]:
    """Every article and what became of it."""
    return [Outcome(article, tuple(_ways(regulation, d))) for article, d in regulation.articles.items()]


def _ways(regulation: Regulation, disposition: Disposition) -> list[Wording]:
    titles = {duty.id: duty.title for duty in regulation.obligations}
    followed = {c.id: c.title for c in regulation.consequences}
    ways = [wording("door_article_judged", title=titles[id_], id=id_) for id_ in disposition.obligations]
    ways += [wording("door_article_recorded", form=form) for form in disposition.forms]
    ways += [wording("door_article_tiers")] if disposition.tiers else []
    ways += [wording("door_article_reported", report=disposition.report)] if disposition.report else []
    ways += [wording("door_article_follows", title=followed[c]) for c in [disposition.consequence] if c]
    ways += [wording("door_article_not", why=w) for w in [disposition.not_measurable] if w]
    return ways
