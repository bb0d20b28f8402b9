"""Whether conditions compare what can be compared: numbers with numbers, days and moments with each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.language.mistakes import Mistake, Way
from pipeline.language.policy.consistency import CLIENT, parts
from pipeline.language.policy.governance import Governance
from pipeline.language.policy.obligation import Coverage, Duty
from pipeline.language.policy.regulation import Regulation, TierRule
from pipeline.language.policy.select import Condition, Rows, Where
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
    for form, way, where in _conditions(regulation):
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


def _conditions(regulation: Regulation) -> Iterator[tuple[str, Way, Where]]:
    """Every set of conditions, with the form whose columns they are on."""
    for way, part in parts(regulation, ()):
        match part:
            case Rows():
                yield part.form, (*way, "where"), part.where
            case TierRule():
                yield CLIENT, (*way, "when"), part.when
            case Duty():
                yield CLIENT, (*way, "scope"), part.scope
            case Governance():
                yield CLIENT, (*way, "scope"), part.scope
                for key, criterion in part.criteria.items():
                    for i, band in enumerate(criterion.bands):
                        here = (*way, "criteria", key, "bands", i)
                        yield from (
                            (CLIENT, (*here, "where"), band.where),
                            (part.records.form, (*here, "record"), band.record),
                        )
        if isinstance(part, Coverage):
            form = part.population.form if isinstance(part.population, Rows) else CLIENT
            yield form, (*way, "covered", "where"), part.covered.where


def _looked_at(column: str, condition: Condition) -> Iterator[tuple[str, str]]:
    """The keys that compare, each with the columns compared."""
    others = condition.others
    for key in _COMPARED:
        if getattr(condition, {"min": "min_", "max": "max_"}.get(key, key)) is not None:
            yield from ((key, name) for name in (column, others.get(key, column)))
