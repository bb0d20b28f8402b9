"""What was told of a month: the figures of an issued report, kept so that the next issue can say what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

Parts = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Issue:
    """The report of a month as it was issued: judged as of which day, and each figure's numerator and denominator."""

    as_of: date
    figures: Mapping[str, Parts] = field(default_factory=dict)

    @classmethod
    def of_record(cls, raw: Mapping[str, Any]) -> Self:
        """As a run's record tells it."""
        figures = {str(id_): (float(part), float(whole)) for id_, (part, whole) in raw.get("figures", {}).items()}
        return cls(date.fromisoformat(raw["as_of"]), figures)

    def record(self) -> dict[str, Any]:
        """As a run's record keeps it."""
        return {"as_of": self.as_of.isoformat(), "figures": dict(self.figures)}
