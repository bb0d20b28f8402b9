"""The workbooks that staff fill in, made from the form definitions.

`blank`: the standard workbooks, anybody's. `issued`: the logbook of one member of staff for one month, with their
clients in the dropdowns and their duties on the first sheet; `issuing` makes all of them.
"""

from pipeline.out.logbook.blank import workbooks, write_blank, write_blanks, write_filled, write_register
from pipeline.out.logbook.book import Row

__all__ = ["Row", "workbooks", "write_blank", "write_blanks", "write_filled", "write_register"]
