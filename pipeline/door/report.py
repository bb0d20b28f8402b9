"""Reports about a scope, or of a name, made from the ledger: judged anew, nothing stored twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.door.holding import writing
from pipeline.door.run import Grounds, fingerprint, join, judge_months, lay_grounds, versions, way
from pipeline.language.errors import WorkspaceError
from pipeline.language.finding import join_findings
from pipeline.language.period import Period, month_key
from pipeline.language.suggest import hint
from pipeline.language.wording import Lang, wording
from pipeline.language.workspace import Workspace
from pipeline.out.files import Form, write_files
from pipeline.out.report.build import Plan, compose, month_plan
from pipeline.out.report.material import Material, gather
from pipeline.out.report.model import Run
from pipeline.out.report.named import Named, named_plan, named_reports
from pipeline.out.report.scope import COLUMN, COMPANY, Scope, Sort, named_scope, scopes, units
from pipeline.out.report.span import Span
from pipeline.out.report.veil import ANYBODY, Reader, known_reader
from pipeline.out.workers import each

FOLDER = "scopes"


@dataclass(frozen=True)
class Order:
    """What reports are to be made of: the material, the plan, who reads, and how and where they are written."""

    company: str
    material: Material
    named: str
    run: Run
    folder: Path
    form: Form
    lang: Lang
    reader: Reader | None  # None: a report about a member of staff is read by that member, any other by anybody

    @property
    def plan(self) -> Plan:
        """The plan of the report; made where it is needed, for it has functions in it and these cannot be sent."""
        span = self.material.span
        return named_plan(named_reports()[self.named], span) if self.named else month_plan(span.month)


def make_reports(
    workspace: Workspace,
    month: Period,
    as_of: date,
    *,
    out: Path,
    lang: Lang,
    form: Form = "both",
    scope: str = COMPANY.sort,
    all_units: bool = False,
    all_staff: bool = False,
    name: str = "",
    reader: str = "",
    workers: int = 2,
) -> list[Path]:
    """Makes the report of a scope, or of all units and all staff, into `out`/2026-10/scopes; gives the files.

    Raises WorkspaceError for an unknown scope, reader or report, and when the ledger was never filled or is older
    than the register; DeliveryError when a file cannot be written.
    """
    named = _named(name)
    material = gathered(workspace, Span(month, named.period if named else "month"), as_of)
    folder = out / month_key(month) / FOLDER
    order = Order(
        workspace.company.in_(lang),
        material,
        name,
        Run(versions(), material.submissions["file"].nunique(), way(workspace.folder, folder)),
        folder,
        form,
        lang,
        _reader(reader, material) if reader else None,
    )
    every = [*(_all("unit", material) if all_units else []), *(_all("staff", material) if all_staff else [])]
    wanted = every or [_scope(scope, material)]
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return write_reports(order, wanted, workers)


def gathered(workspace: Workspace, span: Span, as_of: date) -> Material:
    """Everything that the ledger knows of a span, judged as known on the day. Raises WorkspaceError."""
    return gathered_on(lay_grounds(workspace), workspace, span, as_of)


def gathered_on(grounds: Grounds, workspace: Workspace, span: Span, as_of: date) -> Material:
    """The same, on grounds already laid."""
    from pipeline.store.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:
        if not ledger.known(fingerprint(workspace, grounds)):
            raise WorkspaceError(wording("door_no_ledger"), mend=wording("door_no_ledger_mend"), path=workspace.ledger)
        facts, submissions, findings = join(grounds, ledger), ledger.submissions(), ledger.findings()
    judgings, judged = judge_months(grounds.regulations, facts, workspace, span.month, as_of, back=span.reach)
    found = join_findings([grounds.findings, findings, judged])
    return gather(
        judgings,
        facts,
        grounds.forms,
        submissions=submissions,
        findings=found,
        span=span,
        as_of=as_of,
        logbooks_due=workspace.logbooks_due,
    )


def write_reports(order: Order, wanted: Sequence[Scope], workers: int) -> list[Path]:
    """Writes the report of every scope, several at a time where there are many; gives the files in order."""
    return [path for paths in each(_write, order, wanted, workers) for path in paths]


def _write(order: Order, scope: Scope) -> list[Path]:
    """Writes workbook and page of a scope under names that say what they are."""
    reader = order.reader or _own_reader(order, scope)
    report = compose(order.company, order.material, order.plan, order.run, scope=scope, reader=reader)
    return write_files(report, order.folder, order.lang, order.form)


def _own_reader(order: Order, scope: Scope) -> Reader:
    if scope.sort != "staff":
        return ANYBODY
    words = order.material.words
    return known_reader(scope.keys[0], words.regulations, words.facts, order.material.as_of) or ANYBODY


def _all(sort: Sort, material: Material) -> list[Scope]:
    """Every unit, or every member of staff, that owes something in the span."""
    return [Scope(sort, (key,)) for key in sorted({*material.duties[COLUMN[sort]]} - {""})]


def _scope(text: str, material: Material) -> Scope:
    found = named_scope(text, material.words)
    if found is None:
        known = scopes(material.words)
        mend = wording("door_scope_mend", units="、".join(units(material.words)))
        raise WorkspaceError(wording("door_no_scope", name=text, hint=hint(text, known)), mend=mend)
    return found


def _reader(text: str, material: Material) -> Reader:
    words = material.words
    found = known_reader(text, words.regulations, words.facts, material.as_of)
    if found is None:
        known = [*words.people.index, *(role.partition("/")[2] for role in words.roles)]
        raise WorkspaceError(wording("door_no_reader", name=text, hint=hint(text, known)))
    return found


def _named(name: str) -> Named | None:
    reports = named_reports()
    if name and name not in reports:
        mend = wording("door_named_mend", names="、".join(reports))
        raise WorkspaceError(wording("door_no_named", name=name, hint=hint(name, reports)), mend=mend)
    return reports[name] if name else None
