"""Every article of the regulations: what became of it, the numbers behind it, and how it stands this month."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipeline.language.policy.obligation import Duty
from pipeline.language.policy.quantity import ANY_TIER, BEGINNING, Quantity, Step
from pipeline.language.policy.regulation import Disposition, Parameter, Regulation
from pipeline.language.wording import Wording, wording
from pipeline.out.report.model import Table, column, listed
from pipeline.out.report.tally import rolled_up
from pipeline.out.report.vocabulary import Vocabulary, spoken


def articles(now: pd.DataFrame, words: Vocabulary) -> Table:
    """One row per article and obligation; an article without obligations has one row."""
    listed_ = [row for r in words.regulations for row in _rows(r)]
    rows = pd.DataFrame(listed_, columns=["regulation", "article", "disposition", "code"])
    figures = rolled_up(now, ["code"])[["code", "due", "met", "rate"]]
    rows = rows.merge(figures, on="code", how="left").astype({"due": "Int64", "met": "Int64"})
    rows["parameters"] = rows["code"]
    parameters = {f"{r.id}/{o.id}": _parameters(r, o) for r in words.regulations for o in r.obligations}
    of = column("regulation", words={r.id: r.title for r in words.regulations})
    columns = (
        *([of] if len(words.regulations) > 1 else []),
        column("article"),
        column("disposition", "prose", words=_dispositions(words)),
        column("code", words=words.duty_titles),
        column("parameters", "prose", words=parameters),
        column("due", "count"),
        column("met", "count"),
        column("rate", "share", heat=True),
    )
    return Table("articles", wording("report_articles"), columns, rows)


def _rows(regulation: Regulation) -> Iterator[tuple[str, str, str, str]]:
    for article, disposition in regulation.articles.items():
        for obligation in disposition.obligations or ("",):
            code = f"{regulation.id}/{obligation}" if obligation else ""
            yield regulation.id, article, f"{regulation.id}/{article}", code


def _dispositions(words: Vocabulary) -> dict[str, Wording]:
    return {f"{r.id}/{a}": _disposed(d, r, words) for r in words.regulations for a, d in r.articles.items()}


def _disposed(disposition: Disposition, regulation: Regulation, words: Vocabulary) -> Wording:
    """What became of an article, as a list of its ways."""
    ways = [wording("report_measured")] if disposition.obligations else []
    if disposition.forms:
        ways.append(wording("report_recorded", where=listed([_place(f, words) for f in disposition.forms])))
    if disposition.tiers:
        ways.append(wording("report_defines_tiers"))
    if disposition.report:
        ways.append(wording("report_in_report"))
    if disposition.consequence:
        titles = {c.id: c.title for c in regulation.consequences}
        ways.append(wording("report_consequence", what=titles[disposition.consequence]))
    if disposition.not_measurable:
        ways.append(wording("report_not_measurable", why=disposition.not_measurable))
    return Wording("；".join(w.zh for w in ways), "; ".join(w.en for w in ways))


def _place(place: str, words: Vocabulary) -> Wording:
    """`form.column` in words: 'Contact log: Channel'."""
    form, _, field = place.partition(".")
    title = words.forms[form].title
    return wording("report_form_field", form=title, field=words.fields(form)[field]) if field else title


def _parameters(regulation: Regulation, duty: Duty) -> Wording:
    said = parameters(regulation, duty)
    return Wording("；".join(w.zh for w in said), "; ".join(w.en for w in said))


def parameters(regulation: Regulation, duty: Duty) -> list[Wording]:
    """The parameters a duty takes its numbers from, with their values."""
    return [_parameter(regulation.parameters[name], regulation) for name in duty.parameters]


def _parameter(parameter: Parameter, regulation: Regulation) -> Wording:
    key = "report_parameter_blank" if parameter.blank else "report_parameter"
    return wording(key, title=parameter.title, value=_by_tier(parameter.value, regulation))


def _by_tier(quantity: Quantity, regulation: Regulation) -> Wording:
    if quantity.tiers is None:
        return _dated(quantity.by_tier[ANY_TIER])
    tiers = [(regulation.tiers[tier].title, _dated(steps)) for tier, steps in quantity.by_tier.items()]
    return listed([Wording(f"{tier.zh} {value.zh}", f"{tier.en} {value.en}") for tier, value in tiers])


def _dated(steps: tuple[Step, ...]) -> Wording:
    return listed([_since(step) for step in steps])


def _since(step: Step) -> Wording:
    value = _value(step.value)
    return value if step.since == BEGINNING else wording("report_since", day=step.since, value=value)


def _value(value: object) -> Wording:
    return spoken(f"{value:g}" if isinstance(value, int | float) else str(value))
