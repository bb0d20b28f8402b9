"""Conditions on whole frames; an empty cell fulfils only `present: false`."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.intake.where import matches
from pipeline.language.policy.select import Condition

FRAME = pd.DataFrame(
    {
        "channel": pd.array(["phone", "visit", None, ""], dtype="str"),
        "other": pd.array(["phone", "phone", None, ""], dtype="str"),
        "valid": pd.array([True, False, pd.NA, True], dtype="boolean"),
        "minutes": pd.array([5, 30, pd.NA, 60], dtype="Int64"),
        "score": [1.0, 2.5, np.nan, 4.0],
        "topics": pd.array(["news;needs", "needs", "newsletter", None], dtype="str"),
        "day": pd.array(["2026-10-09", None, "2026-10-10", None], dtype="datetime64[s]"),
        "begun": pd.array(["2026-10-09 14:00", "2026-10-09 14:00", "2026-10-09 15:00", None], dtype="datetime64[s]"),
        "ended": pd.array(["2026-10-09 15:00", None, "2026-10-09 14:30", None], dtype="datetime64[s]"),
        "budget": [2.0, 2.0, 2.0, 4.0],
    }
)


@pytest.mark.parametrize(
    ("column", "condition", "rows"),
    [
        ("channel", {"in": ["phone"]}, [0]),
        ("channel", {"in": ["phone", "visit", ""]}, [0, 1]),
        ("channel", {"not_in": ["phone"]}, [1]),
        ("valid", {"in": [True]}, [0, 3]),
        ("valid", {"not_in": [True]}, [1]),
        ("minutes", {"in": [30]}, [1]),
        ("minutes", {"min": 30}, [1, 3]),
        ("score", {"max": 2.5}, [0, 1]),
        ("score", {"min": 2, "max": 3}, [1]),
        ("topics", {"all": ["news", "needs"]}, [0]),
        ("topics", {"any": ["news", "needs"]}, [0, 1]),
        ("channel", {"same_as": "other"}, [0]),
        ("day", {"after": "begun"}, [0, 2]),
        ("begun", {"after": "day"}, [0]),  # which came first that day is not told
        ("begun", {"before": "day"}, [0, 2]),
        ("day", {"before": "ended"}, [0]),
        ("begun", {"before": "ended"}, [0]),
        ("begun", {"after": "ended"}, [2]),
        ("score", {"at_most": "budget"}, [0, 3]),
        ("score", {"at_most": {"column": "budget", "times": 1.25}}, [0, 1, 3]),
        ("score", {"at_least": "budget"}, [1, 3]),
        ("minutes", {"at_least": "budget"}, [0, 1, 3]),
        ("channel", {"present": True}, [0, 1]),
        ("channel", {"present": False}, [2, 3]),
        ("day", {"present": True}, [0, 2]),
    ],
)
def test_conditions(column, condition, rows):
    where = {column: Condition.model_validate(condition)}
    assert np.flatnonzero(matches(FRAME, where)).tolist() == rows
    assert matches(FRAME[:0], where).tolist() == []


def test_all_conditions_must_hold():
    where = {"channel": Condition.model_validate({"present": True}), "score": Condition.model_validate({"min": 2})}
    assert matches(FRAME, where).tolist() == [False, True, False, False]


def test_without_a_condition_every_row_fits():
    assert matches(FRAME, {}).all()


def test_a_column_that_is_not_there_is_a_bug():
    with pytest.raises(KeyError):
        matches(FRAME, {"colour": Condition.model_validate({"present": True})})
