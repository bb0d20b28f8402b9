"""What a command prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.language.catalogue import SEVERITIES
from pipeline.language.finding import messages
from pipeline.language.policy.quantity import ANY_TIER, BEGINNING, Step
from pipeline.language.wording import Lang, label
from pipeline.out.report.show import text, values

if TYPE_CHECKING:  # every command prints through here, and none needs what the others do
    from pipeline.door.batch import Batch
    from pipeline.door.check import Checked
    from pipeline.door.doctor import Symptom
    from pipeline.door.explain import Client, Explained, ExplainedFigure
    from pipeline.door.giveback import Returned
    from pipeline.door.issue import Issued
    from pipeline.door.mail import Outbox
    from pipeline.door.regulation import Outcome
    from pipeline.door.run import Month
    from pipeline.door.send import Sending
    from pipeline.language.policy.regulation import Regulation
    from pipeline.out.report.model import Kind

_MOST_FINDINGS = 40
_OF_DUTY = ("number", "code", "client_name", "who", "due_on", "status", "done_on")  # what explain shows of a duty
_NARROW = 100  # a pipe or a log file has no width of its own


def _console() -> Console:
    console = Console(highlight=False, markup=False)
    return console if console.is_terminal else Console(highlight=False, markup=False, width=_NARROW)


def month_screen(result: Month, lang: Lang) -> None:
    """How the month stands, the figures, what to look at, and where the files are."""
    console, report = _console(), result.report
    console.print(report.meta.title.in_(lang), style="bold")
    for sentence in report.meta.verdict:
        console.print(sentence.in_(lang))
    table = Table(*(label(f"door_column_{c}", lang) for c in ("figure", "value", "parts")))
    for figure in report.figures:
        parts = f"{text(figure.numerator, 'count')} / {text(figure.denominator, 'count')}"
        table.add_row(figure.label.in_(lang), text(figure.value, "share"), parts)
    for column in table.columns[1:]:
        column.justify = "right"
    console.print(table)
    console.print(_counts(result.findings, lang))
    for path in result.paths:
        print(path)
    returned_screen(result.returned, lang)


def returned_screen(returned: Returned, lang: Lang) -> None:
    """How many logbooks go back, what became of what was told before, and where they are."""
    if returned.files:
        count = returned.open + returned.new
        print(label("returns_files", lang, files=returned.files, count=count))
    else:
        print(label("returns_none", lang, month=returned.folder.parent.name))
    if returned.fixed or returned.open:
        counts = {"fixed": returned.fixed, "open": returned.open, "new": returned.new}
        print(label("returns_since", lang, **counts))
    if returned.files:
        print(returned.folder)


def issued_screen(issued: Issued, month: str, lang: Lang) -> None:
    """How many logbooks were issued, until when they come back, and where they are."""
    key = "door_issue_nobody" if not issued.files else "door_issue_done" if issued.due else "door_issue_done_open"
    print(label(key, lang, month=month, count=len(issued.files), day=issued.due))
    print(issued.folder)


def outbox_screen(box: Outbox, lang: Lang) -> None:
    """Which mails were written, what was found, and where they are."""
    console = _console()
    size = sum(mail.size for mail in box.mails) / 1e6
    console.print(label("mail_written", lang, count=len(box.mails), size=f"{size:.1f}"))
    for message, _ in zip(messages(box.findings, lang), range(_MOST_FINDINGS), strict=False):
        console.print(f"    {message}", soft_wrap=True)
    print(box.folder)


def sending_screen(done: Sending, month: str, lang: Lang) -> None:
    """What became of every mail."""
    console = _console()
    for mail, fate, answer in done.fates:
        if fate != "before":
            console.print(f"{label(f'mail_fate_{fate}', lang)}  {mail.name} <{mail.to}>  {answer}", soft_wrap=True)
    for fate, count in sorted(done.counts.items()):
        console.print(f"{label(f'mail_fate_{fate}', lang)} {count}")
    if unknown := done.counts["unknown"]:
        console.print(label("mail_unknown", lang, count=unknown, month=month))
        console.print(label("mail_unknown_mend", lang))


def batch_screen(done: Batch, lang: Lang) -> None:
    """The month, its mails and what became of them, and where it is written down."""
    month_screen(done.month, lang)
    if done.outbox:
        outbox_screen(done.outbox, lang)
    else:
        print(label("batch_no_mail", lang))
    if done.sending:
        sending_screen(done.sending, done.log.parent.name, lang)
    print(label("batch_log", lang, path=done.log))


def check_screen(checked: Checked, lang: Lang) -> None:
    """The rows of each file and the findings, each with its place and how to mend it."""
    console = _console()
    columns = ("file", "form", "month", "submitter", "read", "accepted", "rejected")
    table = Table(*(label(f"door_column_{c}", lang) for c in columns))
    for file, form, month, submitter, *counts in checked.submissions[list(columns)].itertuples(index=False):
        title = checked.forms[form].title.in_(lang) if form else ""
        table.add_row(file, title, month, checked.staff.get(submitter, submitter), *map(str, counts))
    console.print(table)
    shown = checked.findings.head(_MOST_FINDINGS)
    fields = {field.key: field.title.in_(lang) for form in checked.forms.values() for field in form.fields}
    said = zip(messages(shown, lang, fields=fields), messages(shown, lang, part="mend", fields=fields), strict=True)
    for (message, mend), (_, finding) in zip(said, shown.iterrows(), strict=True):
        cell = f"{finding['column']}{finding['row']}" if finding["row"] else ""
        place = " ".join(p for p in (finding["file"], finding["sheet"], cell) if p)
        console.print(f"{label('door_severity_' + finding['severity'], lang)}  {place}", soft_wrap=True)
        console.print(f"    {message} {mend}", soft_wrap=True)
    if (more := len(checked.findings) - len(shown)) > 0:
        console.print(label("door_more_findings", lang, count=more))
    console.print(_counts(checked.findings, lang))


def explain_screen(client: Client, lang: Lang) -> None:
    """Each duty of a client with its rule, its window, what counted, what is missing and until when."""
    console = _console()
    console.print(f"{client.id} {client.name}  {client.month}", style="bold")
    for since, tier in client.tiers:
        console.print(label("door_tier_since", lang, tier=tier.in_(lang), day=since))
    if not client.duties:
        console.print(label("door_nothing_owed", lang))
    for explained in client.duties:
        _duty(console, explained, client.staff, lang)


def figure_screen(explained: ExplainedFigure, lang: Lang) -> None:
    """A figure with its parts, what it was before, its rules, and the duties behind it."""
    console, figure = _console(), explained.figure
    kind: Kind = "share" if figure.unit == "share" else "amount"
    console.print(f"{explained.title.in_(lang)}  {figure.id}", style="bold")
    console.print(figure.label.in_(lang))
    parts = {"part": text(figure.numerator, "count"), "whole": text(figure.denominator, "count")}
    console.print(label("door_figure_value", lang, value=text(figure.value, kind), **parts))
    for key, value in ("before", figure.previous), ("year_ago", figure.year_ago):
        if value is not None:
            console.print(label(f"door_figure_{key}", lang, value=text(value, kind)))
    for article, title, said in explained.rules:
        console.print(label("door_figure_rule", lang, article=article, title=title.in_(lang)))
        for parameter in said:
            console.print(label("door_figure_parameter", lang, title=parameter.in_(lang)))
    if not len(figure.duties):
        console.print(label("door_figure_records", lang))
        return
    _duties(console, explained, lang)


def _duties(console: Console, explained: ExplainedFigure, lang: Lang) -> None:
    shown = [c for c in explained.duties.columns if c.key in _OF_DUTY]
    table = Table(*(c.title.in_(lang) for c in shown))
    cells = [[text(v, c.kind) for v in values(explained.duties, c, lang)] for c in shown]
    for row in zip(*cells, strict=True):
        table.add_row(*row)
    console.print(table)
    count = {"count": len(explained.figure.duties), "page": explained.page, "pages": explained.pages}
    console.print(label("door_figure_duties", lang, **count))


def _duty(console: Console, explained: Explained, staff: dict[str, str], lang: Lang) -> None:
    duty = explained.duty
    status = label(f"door_status_{duty['status']}", lang)
    console.print()
    heading = Text(f"[{status}] {explained.obligation.title.in_(lang)}", style="bold")
    console.print(heading, label("door_article", lang, article=duty["article"]))
    last = (duty["end"] - pd.Timedelta(seconds=1)).date() if pd.notna(duty["end"]) else "…"
    facts = [
        label("door_window", lang, start=f"{duty['start']:%Y-%m-%d}", end=last),
        label("door_parameter", lang, value=duty["value"], names="、".join(p.in_(lang) for p in explained.parameters)),
        label("door_counted", lang, actual=f"{duty['actual']:g}", required=f"{duty['required']:g}"),
    ]
    missing = duty["required"] - duty["earned"]
    if missing > 0:
        due = f"{duty['due_on']:%Y-%m-%d %H:%M}" if pd.notna(duty["due_on"]) else "…"
        facts.append(label("door_missing", lang, missing=f"{missing:g}", due=due))
    if duty["owner"]:
        facts.append(label("door_owner", lang, owner=f"{duty['owner']} {staff.get(duty['owner'], '')}"))
    for fact in facts:
        console.print(f"    {fact}")
    for proof in explained.proofs:
        key = "door_proof_doubt" if proof.doubt else "door_proof"
        when = f"{proof.happened:%Y-%m-%d}" if pd.notna(proof.happened) else "?"
        by = f"{proof.by} {staff.get(proof.by, '')}"
        console.print(
            "    - " + label(key, lang, file=proof.file, sheet=proof.sheet, row=proof.row, day=when, by=by),
            soft_wrap=True,
        )


def regulations_screen(regulations: Sequence[Regulation], lang: Lang) -> None:
    """One line for every regulation."""
    console = _console()
    table = Table(*(label(f"door_column_{c}", lang) for c in ("id", "title", "tiers", "obligations", "articles")))
    for r in regulations:
        counts = (len(r.tiers), len(r.obligations), len(r.articles))
        table.add_row(r.id, r.title.in_(lang), *map(str, counts))
    console.print(table)


def regulation_screen(regulation: Regulation, lang: Lang) -> None:
    """Tiers, parameters with their dated values, and obligations."""
    console = _console()
    console.print(regulation.title.in_(lang), style="bold")
    console.print(f"{regulation.issuer.in_(lang)}  {regulation.since} -")
    console.print("、".join(tier.title.in_(lang) for tier in regulation.tiers.values()))
    parameters = Table(*(label(f"door_column_{c}", lang) for c in ("article", "parameter", "value", "blank")))
    for name, parameter in regulation.parameters.items():
        steps = parameter.value.by_tier.items()
        values = "; ".join(f"{'' if tier == ANY_TIER else tier + ' '}{_dated(s)}" for tier, s in steps)
        blank = label("door_blank", lang) if parameter.blank else ""
        parameters.add_row(parameter.article, f"{parameter.title.in_(lang)} ({name})", values, blank)
    console.print(parameters)
    obligations = Table(*(label(f"door_column_{c}", lang) for c in ("article", "obligation", "kind", "role")))
    for duty in regulation.obligations:
        role = regulation.roles[duty.role].title.in_(lang) if duty.role else ""
        obligations.add_row(duty.article, f"{duty.title.in_(lang)} ({duty.id})", duty.kind, role)
    console.print(obligations)


def _dated(steps: Sequence[Step]) -> str:
    return ", ".join(f"{s.value}" if s.since == BEGINNING else f"{s.since}: {s.value}" for s in steps)


def coverage_screen(outcomes: Sequence[Outcome], lang: Lang) -> None:
    """What became of each article."""
    table = Table(*(label(f"door_column_{c}", lang) for c in ("article", "outcome")))
    for outcome in outcomes:
        table.add_row(outcome.article, "\n".join(way.in_(lang) for way in outcome.ways))
    _console().print(table)


def doctor_screen(symptoms: Sequence[Symptom], lang: Lang) -> None:
    """One line for everything looked at, and how to mend what is not well."""
    console = _console()
    for symptom in symptoms:
        mark = label("door_well" if symptom.well else "door_ill", lang)
        console.print(f"{mark}  {symptom.subject.in_(lang)}: {symptom.state.in_(lang)}")
        if mend := symptom.mend.in_(lang):
            console.print(f"      {mend}")


def _counts(findings: pd.DataFrame, lang: Lang) -> str:
    counts = findings["severity"].value_counts()
    parts = [f"{label(f'door_severity_{s}', lang)} {counts.get(s, 0)}" for s in SEVERITIES]
    return label("door_findings", lang, counts="，".join(parts) if lang == "zh" else ", ".join(parts))
