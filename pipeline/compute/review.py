"""Review: a grading, check or inspection of each client in the seasons of the year.

A season is a window from its first to its last month; it is judged in its last month and shown, open, before.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pipeline.compute.cadence import judge_windows
from pipeline.compute.claims import Claims
from pipeline.compute.inquiry import Inquiry, Window, window
from pipeline.language.period import Period, add_months, month_of
from pipeline.language.policy.standing import Review


def judge_review(duty: Review, inquiry: Inquiry) -> Claims:
    """One claim for each client and season; the subject is the client, evidence every row that counts."""
    windows = inquiry.windows(duty, duty.every) if duty.every else list(_seasons(duty, inquiry))
    return judge_windows(duty, inquiry, windows)


def _seasons(duty: Review, inquiry: Inquiry) -> Iterator[Window]:
    """The seasons that end in the month, or have begun by its end and go on."""
    month = inquiry.month.start
    for season in duty.seasons:
        start = date(month.year, season.first, 1)
        if season.first <= month.month <= season.last and inquiry.is_in_force(duty, start):
            period = Period(start, add_months(date(month.year, season.last, 1), 1))
            yield window(period, month_of(period.last_day))
