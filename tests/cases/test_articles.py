"""No article of any regulation is left out: each that its table of clauses lists has a disposition."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pipeline.language.policy.load import load_regulation, shipped

LISTED: dict[str, list[str]] = YAML(typ="safe").load(Path(__file__).with_name("articles.yaml").read_text("utf-8"))


def test_every_regulation_that_ships_has_its_list() -> None:
    assert sorted(LISTED) == sorted(shipped())
    assert len(LISTED) == 27


@pytest.mark.parametrize("slug", LISTED)
def test_every_article_has_a_disposition(slug: str) -> None:
    articles = load_regulation(slug).articles
    assert [article for article in LISTED[slug] if article not in articles] == []
