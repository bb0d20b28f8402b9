"""Situations in the notation of case files, to be judged by both the judgement and the oracle."""

from __future__ import annotations

from textwrap import dedent

import pytest
from ruamel.yaml import YAML

from tests.cases.notation import Case
from tests.cases.outcome import ENGINES, Engine, mismatches

DEFAULTS = {"contact": "电话 日常沟通 已沟通", "case": "投诉 业务员"}

either = pytest.mark.parametrize("engine", ENGINES)


def situation(text: str) -> Case:
    """A case of the equity regulation, or of the `obligations` that it gives."""
    written = YAML(typ="safe", pure=True).load(dedent(text))
    return Case("equity_listing", {"title": "semantics", **written}, DEFAULTS)


def comes_true(engine: Engine, text: str) -> None:
    """Asserts that the situation comes to what it expects."""
    assert mismatches(situation(text), engine) == []
