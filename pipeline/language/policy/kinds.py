"""Every kind of obligation, told apart by its `kind`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pipeline.language.policy.obligation import Cadence, Coverage, Deadline, Interval, Submission
from pipeline.language.policy.standing import Completeness, Limit, Milestone, Quota, Review

Obligation = Annotated[
    Cadence | Interval | Deadline | Submission | Coverage | Milestone | Quota | Completeness | Limit | Review,
    Field(discriminator="kind"),
]
