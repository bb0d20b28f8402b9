"""Whether conditions compare what can be compared: numbers with numbers, days and moments with each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.language.mistakes import Mistake
from pipeline.language.policy.consistency import CLIENT, conditions
from pipeline.language.policy.regulation import Regulation
from pipeline.language.policy.select import Condition
from pipeline.language.wording import wording

Types = Mapping[str, Mapping[str, str]]  # form -> column -> its type

_NUMBERS, _TIMES = frozenset({"number", "integer"}), frozenset({"day", "date", "moment"})
_COMPARED = {
    "min": _NUMBERS,
    "max": _NUMBERS,
    "at_least": _NUMBERS,
    "at_most": _NUMBERS,
    "after": _TIMES,
    "before": _TIMES,
}


def type_mistakes(regulation: Regulation, types: Types) -> Iterator[Mistake]:
    """Conditions on columns of a type that they are not for. Columns that do not exist are told elsewhere."""
    known = _extended(regulation, types)
    for form, way, where in conditions(regulation):
        for column, condition in where.items():
            for key, name in _looked_at(column, condition):
                if known.get(form, {}).get(name, "") not in {"", *_COMPARED[key]}:
                    message = "policy_no_number" if _COMPARED[key] is _NUMBERS else "policy_no_time"
                    yield Mistake((*way, column, key), wording(message, key=key, name=name))


def _extended(regulation: Regulation, types: Types) -> dict[str, dict[str, str]]:
    known = {form: dict(of_form) for form, of_form in types.items()}
    added = {f"{CLIENT}.{name}": a.type for name, a in regulation.attributes.items()}
    for name, type_ in (added | {name: a.type for name, a in regulation.columns.items()}).items():
        form, _, column = name.partition(".")
        known.setdefault(form, {})[column] = type_
    return known


def _looked_at(column: str, condition: Condition) -> Iterator[tuple[str, str]]:
    """The keys that compare, each with the columns compared."""
    others = condition.others
    for key in _COMPARED:
        if getattr(condition, {"min": "min_", "max": "max_"}.get(key, key)) is not None:
            yield from ((key, name) for name in (column, others.get(key, column)))
