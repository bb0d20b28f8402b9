"""Finds and loads the Jinja2 templates."""

from __future__ import annotations

from pathlib import Path

import jinja2

PACKAGE = Path(__file__).parents[1]


def folder() -> Path:
    """`templates/`: inside the installed package, or beside it in a checkout."""
    shipped = PACKAGE / "templates"
    return shipped if shipped.is_dir() else PACKAGE.parent / "templates"


def environment() -> jinja2.Environment:
    """Templates that escape what they show and fail on a name they are not given."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder()),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
