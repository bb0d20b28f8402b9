"""Whether a regulation agrees with itself, with the forms and with the calendar: every name it uses must exist."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from pydantic import BaseModel

from pipeline.language.mistakes import Mistake, Way
from pipeline.language.origin import ORIGIN
from pipeline.language.policy.consequence import Consequence
from pipeline.language.policy.governance import Governance
from pipeline.language.policy.obligation import Cadence, Coverage, Covered, Deadline, Duty, Submission
from pipeline.language.policy.quantity import Quantity
from pipeline.language.policy.regulation import Disposition, Regulation, TierRule
from pipeline.language.policy.select import Condition, Rows, Where
from pipeline.language.policy.standing import Completeness, Limit, Milestone, Quota
from pipeline.language.suggest import hint
from pipeline.language.wording import wording

Columns = Mapping[str, Mapping[str, Collection[str] | None]]  # form -> column -> its choices, None for other types

CLIENT = "client"
REGISTER = (CLIENT, "tier", "owner", "staff", "waiver", "recipient")  # the sheets of the register
_NUMBER = re.compile(r"\d+")


def name_mistakes(regulation: Regulation, stem: str) -> Iterator[Mistake]:
    """Names that the regulation uses and does not define. `stem` is the name of its file, without the ending."""
    if regulation.id != stem:
        yield Mistake(("id",), wording("policy_id_is_file", id=regulation.id, stem=stem))
    counts = Counter(o.id for o in regulation.obligations)
    for i, duty in enumerate(regulation.obligations):
        if counts[duty.id] > 1:
            yield Mistake(("obligations", i, "id"), wording("policy_id_twice", id=duty.id))
        if duty.since and duty.until and duty.until <= duty.since:
            yield Mistake(("obligations", i, "to"), wording("policy_to_before_from"))
    yield from _alone(regulation)
    if regulation.governance:
        yield from _unknown_in_governance(regulation, regulation.governance)
    for way, part in parts(regulation, ()):
        yield from _unknown_names(regulation, way, part)


def _alone(regulation: Regulation) -> Iterator[Mistake]:
    """Obligations that are `exclusive` with no other."""
    groups = [getattr(duty, "exclusive", "") for duty in regulation.obligations]
    for i, group in enumerate(groups):
        if group and groups.count(group) == 1:
            yield Mistake(("obligations", i, "exclusive"), wording("policy_exclusive_alone", name=group))


def column_mistakes(regulation: Regulation, columns: Columns) -> Iterator[Mistake]:
    """Columns of forms and choices of columns that the regulation names and the forms do not have."""
    known = _extended(regulation, columns)
    for i, form in enumerate(regulation.forms):
        yield from _unknown("form", ("forms", i), form, known)
    for name in regulation.choices:
        yield from _unknown_field(("choices", name), name, known, of_key=True)
    for name in regulation.columns:
        if name.partition(".")[2] in ORIGIN:
            yield Mistake(("columns", name), wording("policy_column_taken", name=name), of_key=True)
    for form, way, where in conditions(regulation):
        yield from _where(known, form, way, where)
    for way, part in parts(regulation, ()):
        match part:
            case Rows():
                yield from _unknown_column(known, part.form, (*way, "at"), part.at or None)
            case Disposition():
                for i, name in enumerate(part.forms):
                    yield from _unknown_field((*way, "forms", i), name, known)
            case Governance():
                for key, criterion in part.criteria.items():
                    here = (*way, "criteria", key, "column")
                    yield from _unknown_column(known, part.records.form, here, criterion.column or None)
            case Duty():
                yield from _duty_columns(known, way, part)


def festival_mistakes(regulation: Regulation, festivals: Collection[str]) -> Iterator[Mistake]:
    """Festivals that the regulation names and the calendar does not have."""
    for i, duty in enumerate(regulation.obligations):
        for j, name in enumerate(duty.festivals if isinstance(duty, Cadence) else ()):
            yield from _unknown("festival", ("obligations", i, "festivals", j), name, festivals)


def conditions(regulation: Regulation) -> Iterator[tuple[str, Way, Where]]:
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


def parts(value: object, way: Way) -> Iterator[tuple[Way, BaseModel]]:
    """Every model inside the value, with the way that leads to it in the file."""
    match value:
        case BaseModel():
            yield way, value
            for name, info in type(value).model_fields.items():
                yield from parts(getattr(value, name), (*way, info.alias or name))
        case Mapping():
            for key, inner in value.items():
                yield from parts(inner, (*way, key))
        case tuple():
            for i, inner in enumerate(value):
                yield from parts(inner, (*way, i))


def _unknown_names(regulation: Regulation, way: Way, part: BaseModel) -> Iterator[Mistake]:
    if article := getattr(part, "article", ""):
        yield from _unknown_article(regulation, (*way, "article"), article)
    match part:
        case Regulation():
            yield from _unknown_in_additions(part)
        case TierRule():
            yield from _unknown("tier", (*way, "tier"), part.tier, regulation.tiers)
        case Duty():
            yield from _unknown_in_duty(regulation, way, part)
        case Quantity():
            for tier in part.tiers or ():
                yield from _unknown("tier", (*way, tier), tier, regulation.tiers, of_key=True)
        case Rows():
            yield from _unknown("form", (*way, "form"), part.form, regulation.forms)
        case Covered():
            yield from _unknown("role", (*way, "owner"), part.owner or None, regulation.roles)
        case Disposition():
            yield from _unknown_disposition(regulation, way, part)
        case Consequence():
            for i, id_ in enumerate(part.of):
                yield from _unknown("obligation", (*way, "of", i), id_, regulation.ids)


def _unknown_in_additions(regulation: Regulation) -> Iterator[Mistake]:
    for key, names in ("choices", regulation.choices), ("columns", regulation.columns):
        for name in names:
            yield from _unknown("form", (key, name), name.partition(".")[0], regulation.forms, of_key=True)


def _unknown_in_duty(regulation: Regulation, way: Way, duty: Duty) -> Iterator[Mistake]:
    yield from _unknown("role", (*way, "role"), duty.role, regulation.roles)
    yield from _unknown_tiers(regulation, (*way, "tiers"), duty.tiers or ())
    yield from _unknown_tiers(regulation, (*way, "part"), duty.part if isinstance(duty, Quota) else ())


def _unknown_tiers(regulation: Regulation, way: Way, tiers: Iterable[str]) -> Iterator[Mistake]:
    for i, tier in enumerate(tiers):
        yield from _unknown("tier", (*way, i), tier, regulation.tiers)


def _unknown_in_governance(regulation: Regulation, part: Governance) -> Iterator[Mistake]:
    way = ("governance",)
    yield from _unknown_tiers(regulation, (*way, "tiers"), part.tiers)
    yield from _unknown_tiers(regulation, (*way, "entering"), part.entering)
    for tier in part.thresholds:
        yield from _unknown("tier", (*way, "thresholds", tier), tier, part.tiers, of_key=True)
    quotas = [duty.id for duty in regulation.obligations if isinstance(duty, Quota)]
    for i, id_ in enumerate(part.quotas):
        yield from _unknown("obligation", (*way, "quotas", i), id_, quotas)
    for i, downgrade in enumerate(part.downgrades):
        yield from _unknown_tiers(regulation, (*way, "downgrades", i, "of"), downgrade.of)
        yield from _unknown("tier", (*way, "downgrades", i, "to"), downgrade.to, part.tiers)
    for tier in part.blacklist.lists if part.blacklist else ():
        yield from _unknown("tier", (*way, "blacklist", "lists", tier), tier, regulation.tiers, of_key=True)


def _unknown_disposition(regulation: Regulation, way: Way, part: Disposition) -> Iterator[Mistake]:
    for i, id_ in enumerate(part.obligations):
        yield from _unknown("obligation", (*way, "obligations", i), id_, regulation.ids)
    if part.consequence:
        known = [c.id for c in regulation.consequences]
        yield from _unknown("consequence", (*way, "consequence"), part.consequence, known)
    for i, name in enumerate(part.forms):
        yield from _unknown("form", (*way, "forms", i), name.partition(".")[0], (*regulation.forms, *REGISTER))


def _unknown(
    kind: str, way: Way, name: str | None, known: Collection[str], *, of_key: bool = False
) -> Iterator[Mistake]:
    if name is not None and name not in known:
        message = wording("policy_unknown", kind=wording(f"policy_kind_{kind}"), name=name, hint=hint(name, known))
        yield Mistake(way, message, of_key)


def _unknown_article(regulation: Regulation, way: Way, article: str) -> Iterator[Mistake]:
    """An article is known by itself, or by its number: `13(3)-(4)` is in article 13."""
    number = _NUMBER.match(article)
    if regulation.articles and not (number and number[0] in regulation.articles):
        yield from _unknown("article", way, article, regulation.articles)


def _extended(regulation: Regulation, columns: Columns) -> dict[str, dict[str, Collection[str] | None]]:
    """The columns with what the regulation adds: attributes of clients, columns of forms, and choices."""
    known = {form: dict(of_form) for form, of_form in columns.items()}
    added = {f"{CLIENT}.{name}": attribute for name, attribute in regulation.attributes.items()} | regulation.columns
    for name, attribute in added.items():
        form, _, column = name.partition(".")
        known.setdefault(form, {})[column] = attribute.choices or None
    for name, more in regulation.choices.items():
        form, _, column = name.partition(".")
        choices = known.get(form, {}).get(column)
        if choices is not None:
            known[form][column] = [*choices, *more]
    return known


def _duty_columns(known: Columns, way: Way, duty: Duty) -> Iterator[Mistake]:
    match duty:
        case Deadline():
            yield from _unknown_column(known, duty.event.form, (*way, "done"), duty.done or None)
            yield from _unknown_column(known, duty.event.form, (*way, "promised"), duty.promised or None)
        case Submission():
            yield from _unknown_column(known, duty.counts.form, (*way, "period"), duty.period)
        case Coverage():
            form = duty.population.form if isinstance(duty.population, Rows) else CLIENT
            yield from _unknown_column(known, form, (*way, "covered", "is"), duty.covered.is_ or None)
        case Cadence():
            yield from _unknown_column(known, CLIENT, (*way, "anchor"), duty.anchor or None)
        case Milestone():
            for form in {duty.event.form, duty.step.form} if duty.match != "row" else ():
                yield from _unknown_column(known, form, (*way, "match"), duty.match)
        case Quota() if duty.per not in ("company", "unit"):
            yield from _unknown_column(known, CLIENT, (*way, "per"), duty.per)
        case Completeness():
            form = duty.population.form if isinstance(duty.population, Rows) else CLIENT
            for i, name in enumerate(duty.fields):
                yield from _unknown_column(known, form, (*way, "fields", i), name)
            yield from _items(known, way, duty)
        case Limit():
            for key in ("column", "begins", "ends"):
                yield from _unknown_column(known, duty.of.form, (*way, key), getattr(duty, key) or None)


def _items(known: Columns, way: Way, duty: Completeness) -> Iterator[Mistake]:
    if duty.evidence is None:
        return
    yield from _unknown_column(known, duty.evidence.form, (*way, "item"), duty.item)
    choices = known.get(duty.evidence.form, {}).get(duty.item)
    for i, group in enumerate(duty.items):
        for j, name in enumerate(group) if choices is not None else ():
            yield from _unknown("choice", (*way, "items", i, j), name, choices or ())


def _where(known: Columns, form: str, way: Way, where: Where) -> Iterator[Mistake]:
    for column, condition in where.items():
        yield from _unknown_column(known, form, (*way, column), column, of_key=True)
        for key, other in condition.others.items():
            yield from _unknown_column(known, form, (*way, column, key), other)
        choices = known.get(form, {}).get(column)
        for step, value in _values(condition) if choices is not None else ():
            yield from _unknown("choice", (*way, column, *step), value, choices or ())


def _values(condition: Condition) -> Iterator[tuple[Way, str]]:
    """The values that a condition names, each with the steps that lead to it."""
    for key, values in (
        ("in", condition.in_),
        ("not_in", condition.not_in),
        ("all", condition.all_),
        ("any", condition.any_),
    ):
        for i, value in enumerate(values or ()):
            yield (key, i), str(value)


def _unknown_column(
    known: Columns, form: str, way: Way, column: str | None, *, of_key: bool = False
) -> Iterator[Mistake]:
    if form in known:
        yield from _unknown("column", way, column, known[form], of_key=of_key)


def _unknown_field(way: Way, name: str, known: Columns, *, of_key: bool = False) -> Iterator[Mistake]:
    """A `form` or `form.column`."""
    form, _, column = name.partition(".")
    yield from _unknown("form", way, form, known, of_key=of_key)
    yield from _unknown_column(known, form, way, column or None, of_key=of_key)
