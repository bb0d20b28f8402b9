"""What Tierbook knows of the regulations: which there are, what became of each article, whether a file is right."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.intake.forms import load_forms
from pipeline.language.errors import PolicyError
from pipeline.language.policy.load import is_path, load_regulation, shipped
from pipeline.language.policy.regulation import Disposition, Regulation
from pipeline.language.wording import Lang, Wording, label, wording
from pipeline.out.templates import environment


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


def new(id_: str, folder: Path, today: date, lang: Lang, *, title: str = "", issuer: str = "") -> Path:
    """Writes a small regulation that is right, to be changed into the company's own, into `folder`; gives the file.

    Raises PolicyError for an id that cannot be one, and when there is such a file already.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", id_):
        raise PolicyError(wording("new_bad_id", id=id_))
    path = folder / f"{id_}.yaml"
    if path.exists():
        raise PolicyError(wording("new_exists"), mend=wording("new_exists_mend"), path=path)
    told = {
        "id": id_,
        "title": json.dumps(title or id_, ensure_ascii=False),
        "issuer": json.dumps(issuer or id_, ensure_ascii=False),
        "first_day": today.replace(month=1, day=1),
        "say": lambda key: label(key, lang),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    template = environment().overlay(autoescape=False).get_template("regulation/new.yaml.j2")
    path.write_text(template.render(told), "utf-8", newline="\n")
    return path


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
