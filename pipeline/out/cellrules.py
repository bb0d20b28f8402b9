"""What the cells of a blank logbook let in: dropdowns, bounds of dates and numbers, and what Excel says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from pipeline.intake.forms import Field, Form
from pipeline.language.period import month as month_named
from pipeline.language.wording import Lang, label

CellRule = dict[str, Any]  # as xlsxwriter's data_validation takes it
EARLIEST = date(2000, 1, 1)
LISTED = ("choice", "yesno")
OWN_LISTS = {"client": "own_clients", "staff": "own_colleagues"}  # of an issued logbook: whom it names, by column type
MARGIN = timedelta(days=7)  # a week may begin before the month and end after it
_BEFORE, _AFTER = timedelta(days=366), timedelta(days=31)  # further off it is rather the year that is wrong


def cell_rule(form: Form, field: Field, lang: Lang, month: str) -> CellRule:
    """The rule for a column's cells; empty if anything may stand there. `month` bounds the days of monthly forms."""
    make = _RULES.get(field.type)
    if make is None:
        return {}
    return {"ignore_blank": True, "error_title": label("logbook_refused", lang), **make(form, field, lang, month)}


def issued_rule(form: Form, field: Field, lang: Lang, month: str) -> CellRule:
    """The rule for a column of a logbook issued for a month: as `cell_rule`, with a hint beside every cell.

    Clients and staff have dropdowns of their own. What they do not hold may be written after a question, and so may a
    date far off; a date outside the month and `MARGIN` may not where records are by the month.
    """
    hint = field.help.in_(lang)
    rule: CellRule = {"ignore_blank": True, "validate": "any", "input_title": field.title.in_(lang)[:32]}
    rule |= cell_rule(form, field, lang, month)
    if field.type in OWN_LISTS:
        rule |= _own(field, lang)
        hint = f"{hint}\n{label(f'logbook_{OWN_LISTS[field.type]}', lang)}"
    if form.happened and field.key == form.happened[0]:
        rule |= _near(month, lang, monthly=form.monthly)
    return {"input_message": hint[:255], **rule} if hint or "input_message" in rule else rule


def _own(field: Field, lang: Lang) -> CellRule:
    return {
        "validate": "list",
        "source": f"={OWN_LISTS[field.type]}",
        "error_type": "warning",
        "error_title": label("logbook_refused", lang),
        "error_message": label(f"logbook_refused_{field.type}", lang),
    }


def _near(month: str, lang: Lang, *, monthly: bool) -> CellRule:
    period = month_named(month)
    before, after = (MARGIN, MARGIN) if monthly else (_BEFORE, _AFTER)
    first, last = period.start - before, period.last_day + after
    said = {"month": month, "first": period.start, "last": period.last_day}
    return {
        "validate": "date",
        "criteria": "between",
        "minimum": first,
        "maximum": last + timedelta(days=1),  # a moment of the last day
        "error_type": "stop" if monthly else "warning",
        "error_message": label("logbook_refused_near_month" if monthly else "logbook_refused_far", lang, **said),
    }


def list_name(form: Form, field: Field) -> str:
    """The defined name of a column's list of choices."""
    return f"list_{form.key}_{field.key}"


def possible(field: Field, lang: Lang) -> list[str]:
    """The words that may stand in a column of choices, in order; empty for any other column."""
    if field.type == "yesno":
        return [label("logbook_yes", lang), label("logbook_no", lang)]
    return [choice.title.in_(lang) for choice in field.choices.values()]


def _choice(form: Form, field: Field, lang: Lang, month: str) -> CellRule:
    return {
        "validate": "list",
        "source": f"={list_name(form, field)}",
        "error_message": label("logbook_refused_choice", lang),
    }


def _choices(form: Form, field: Field, lang: Lang, month: str) -> CellRule:
    """Excel has no dropdown for several choices, so they are told beside the cell."""
    several = label("logbook_several", lang, choices="、".join(possible(field, lang)))
    return {"validate": "any", "input_title": field.title.in_(lang)[:32], "input_message": several[:255]}


def _day(form: Form, field: Field, lang: Lang, month: str) -> CellRule:
    if not (month and form.monthly and field.key == form.happened[0]):
        return {**_FROM_EARLIEST, "error_message": label("logbook_refused_day", lang)}
    period = month_named(month)
    refused = label("logbook_refused_in_month", lang, first=period.start, last=period.last_day)
    return {
        "validate": "date",
        "criteria": "between",
        "minimum": period.start,
        "maximum": period.last_day,
        "error_message": refused,
    }


def _moment(form: Form, field: Field, lang: Lang, month: str) -> CellRule:
    return {**_FROM_EARLIEST, "error_message": label("logbook_refused_moment", lang)}


def _time(form: Form, field: Field, lang: Lang, month: str) -> CellRule:
    return {**_between("decimal", 0, 1), "error_message": label("logbook_refused_time", lang)}


def _number(form: Form, field: Field, lang: Lang, month: str) -> CellRule:
    kind = "integer" if field.type == "integer" else "decimal"
    least = -1e9 if field.minimum is None else field.minimum
    most = 1e9 if field.maximum is None else field.maximum
    return {**_between(kind, least, most), "error_message": label("logbook_refused_number", lang)}


def _between(kind: str, least: float, most: float) -> CellRule:
    return {"validate": kind, "criteria": "between", "minimum": least, "maximum": most}


_FROM_EARLIEST: CellRule = {"validate": "date", "criteria": ">=", "value": EARLIEST}
_RULES: dict[str, Callable[[Form, Field, Lang, str], CellRule]] = {
    "choice": _choice,
    "yesno": _choice,
    "choices": _choices,
    "day": _day,
    "moment": _moment,
    "time": _time,
    "number": _number,
    "integer": _number,
}
