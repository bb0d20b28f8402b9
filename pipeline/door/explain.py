"""Why a client's duties, and the figures of a report, stand as they do, down to the rows of the logbooks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import pandas as pd

from pipeline.compute.facts import Facts
from pipeline.compute.judge import judge
from pipeline.door.report import gathered
from pipeline.door.run import fingerprint, join, lay_grounds
from pipeline.language.errors import WorkspaceError
from pipeline.language.period import Period, month_key
from pipeline.language.policy.obligation import Duty
from pipeline.language.policy.regulation import Regulation
from pipeline.language.suggest import hint
from pipeline.language.wording import Wording, wording
from pipeline.language.workspace import Workspace, load_regulations
from pipeline.out.report.articles import parameters
from pipeline.out.report.build import compose, month_plan, picked
from pipeline.out.report.detail import detail
from pipeline.out.report.figures import TOTALS
from pipeline.out.report.model import Figure, Report, Run, Table
from pipeline.out.report.named import named_plan, named_reports
from pipeline.out.report.span import Span
from pipeline.out.report.vocabulary import Vocabulary
from pipeline.store.ledger import Ledger

PAGE = 30  # duties shown at a time


@dataclass(frozen=True, slots=True)
class Proof:
    """A row that counted, or one that was left out and could have counted (`doubt`)."""

    file: str
    sheet: str
    row: int
    happened: pd.Timestamp
    by: str
    doubt: bool


@dataclass(frozen=True, slots=True)
class Explained:
    """One duty of the client with the rows behind it. `duty` has the columns of `Judged.duties`."""

    regulation: Regulation
    obligation: Duty
    duty: pd.Series
    parameters: tuple[Wording, ...]
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Client:
    """A client and everything it is owed in a month."""

    id: str
    name: str
    tiers: tuple[tuple[str, Wording], ...]
    month: str
    duties: tuple[Explained, ...]
    staff: dict[str, str]


@dataclass(frozen=True, slots=True)
class ExplainedFigure:
    """A figure, the rules behind it (article, title, parameters), and a page of the duties that it counts.

    `duties` has the columns of the report's table of duties.
    """

    title: Wording
    figure: Figure
    rules: tuple[tuple[str, Wording, tuple[Wording, ...]], ...]
    duties: Table
    page: int
    pages: int


def explain_client(workspace: Workspace, client: str, month: Period, as_of: date) -> Client:
    """Every duty of a client, by id or name, in `month`.

    Raises WorkspaceError for an unknown client, and when the ledger is older than the register or was never filled.
    """
    grounds = lay_grounds(workspace)
    with Ledger.open(workspace.ledger) as ledger:
        if not ledger.known(fingerprint(workspace, grounds)):
            raise WorkspaceError(wording("door_no_ledger"), mend=wording("door_no_ledger_mend"), path=workspace.ledger)
        facts = join(grounds, ledger)
    id_ = _client(facts, client)
    duties = [e for regulation in grounds.regulations for e in _of(regulation, facts, id_, month, as_of)]
    spans = facts.tiers[facts.tiers["client"] == id_]
    tiers = [
        (f"{start:%Y-%m-%d}", regulation.tiers[tier].title)
        for regulation in grounds.regulations
        for under, start, tier in spans[["regulation", "start", "tier"]].itertuples(index=False)
        if under == regulation.id
    ]
    names = dict(zip(facts.staff["staff"], facts.staff["name"], strict=True))
    return Client(id_, str(facts.clients.at[id_, "name"]), tuple(tiers), month_key(month), tuple(duties), names)


def is_figure(workspace: Workspace, text: str) -> bool:
    """Whether `text` is the id of a figure, or would be one, and not a client."""
    duties = {duty.id for regulation in load_regulations(workspace) for duty in regulation.obligations}
    return bool({"/", ":"} & {*text}) or text.partition("@")[0] in duties or text in {key for key, *_ in TOTALS}


def explain_figure(workspace: Workspace, id_: str, month: Period, as_of: date, page: int = 1) -> ExplainedFigure:
    """A figure of the month's report, or of one with a name, and what is behind it, `PAGE` duties at a time.

    What stands before the first `/` of an id may be left out. Names of secret clients are masked.
    Raises WorkspaceError for an id that no figure has, and when the ledger is out of date.
    """
    named = next((n for n in named_reports().values() if id_ in {measure.id for measure in n.figures}), None)
    span = Span(month, named.period if named else "month")
    material = gathered(workspace, span, as_of)
    plan = named_plan(named, span) if named else month_plan(month)
    mine = picked(material, plan)
    report = compose(workspace.company.zh, material, plan, Run())
    figure = _figure(report, id_)
    duties = mine.duties.loc[figure.duties - 1]
    pages = max(1, -(-len(duties) // PAGE))
    shown = duties.iloc[(min(page, pages) - 1) * PAGE :].head(PAGE)
    table, _ = detail(shown, mine.evidence[mine.evidence["duty"].isin(shown.index)], mine.words)
    rules = tuple(_rule(mine.words, code) for code in duties["code"].unique())
    return ExplainedFigure(report.meta.title, figure, rules, table, min(page, pages), pages)


def _figure(report: Report, text: str) -> Figure:
    found = [f for id_, f in report.by_id.items() if text == id_] or [
        f for id_, f in report.by_id.items() if id_.partition("/")[2] == text
    ]
    if len(found) == 1:
        return found[0]
    raise WorkspaceError(wording("door_no_figure", name=text, hint=hint(text, report.by_id)))


def _rule(words: Vocabulary, code: str) -> tuple[str, Wording, tuple[Wording, ...]]:
    """Article, title and parameters of a duty, with the values that they have."""
    regulation, _, id_ = code.partition("/")
    (ruled,) = [r for r in words.regulations if r.id == regulation]
    duty = ruled.obligation(id_)
    return duty.article, duty.title, tuple(parameters(ruled, duty))


def _client(facts: Facts, text: str) -> str:
    """The id of the client that `text` names."""
    if text in facts.clients.index:
        return text
    named = facts.clients.index[facts.clients["name"] == text.strip()]
    if len(named) == 1:
        return str(named[0])
    known = [*facts.clients.index, *facts.clients["name"]]
    raise WorkspaceError(wording("door_no_client", name=text, hint=hint(text, known)))


def _of(regulation: Regulation, facts: Facts, client: str, month: Period, as_of: date) -> list[Explained]:
    judged, _ = judge(regulation, facts, month, as_of)
    own = judged.duties[judged.duties["client"] == client]
    return [
        Explained(
            regulation,
            obligation := regulation.obligation(duty["obligation"]),
            duty,
            tuple(regulation.parameters[name].title for name in obligation.parameters),
            _proofs(judged.evidence[judged.evidence["duty"] == number], facts),
        )
        for number, duty in own.iterrows()
    ]


def _proofs(evidence: pd.DataFrame, facts: Facts) -> tuple[Proof, ...]:
    return tuple(map(partial(_proof, facts), evidence["form"], evidence["row"], evidence["role"] == "doubt"))


def _proof(facts: Facts, form: str, number: int, doubt: bool) -> Proof:
    row: Any = (facts.doubts if doubt else facts.rows)[form].loc[number]
    return Proof(row["file"], row["sheet"], int(row["row"]), row["happened"], row["by"], doubt)
