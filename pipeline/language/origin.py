"""What every accepted or rejected row has beside the columns of its form: when, by whom, and where it stands."""

from __future__ import annotations

from typing import Final

ORIGIN: Final = {
    "happened": "datetime64[s]",
    "by": "str",
    "file": "str",
    "sheet": "str",
    "row": "int64",
    "month": "str",
    "submitter": "str",
    "admission": "str",  # accepted, rejected, duplicate
    "faults": "str",
}
"""The columns of a row's origin and their dtypes; no form has a column of one of these names."""
