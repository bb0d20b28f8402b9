"""Why a client's duties stand as they do, down to the rows of the logbooks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import pandas as pd

from pipeline.compute.facts import Facts
from pipeline.compute.judge import judge
from pipeline.door.run import fingerprint, join, lay_grounds
from pipeline.language.errors import WorkspaceError
from pipeline.language.period import Period, month_key
from pipeline.language.policy.obligation import Duty
from pipeline.language.policy.regulation import Regulation
from pipeline.language.suggest import hint
from pipeline.language.wording import Wording, wording
from pipeline.language.workspace import Workspace
from pipeline.store.ledger import Ledger


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
        for start, tier in zip(spans["start"], spans["tier"], strict=True)
        if tier in regulation.tiers
    ]
    names = dict(zip(facts.staff["staff"], facts.staff["name"], strict=True))
    return Client(id_, str(facts.clients.at[id_, "name"]), tuple(tiers), month_key(month), tuple(duties), names)


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
