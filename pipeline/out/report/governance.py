"""Tier governance in the report: proposed tiers and seats, and dealings with clients on a blacklist.

Seats and proposals are those of the whole company, whatever the report's scope: a seat that another unit's client takes
is taken. A scope then shows its own clients only, and seats not at all unless they are its own unit's.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pipeline.compute import seating
from pipeline.compute.facts import Facts
from pipeline.compute.governance import CRITERION, DOWN, NEW, SAME, UP
from pipeline.language.policy.governance import Governance
from pipeline.language.policy.regulation import Regulation
from pipeline.language.wording import Wording, in_both, wording
from pipeline.out.report.material import PLACE, Governing, Material
from pipeline.out.report.model import FileLink, Section, Table, column, listed, numeric
from pipeline.out.report.vocabulary import Vocabulary, file_names, named, unit_words

PLACE_OF_ROW = FileLink("file", "sheet", "cell")
CHANGES = (UP, DOWN, NEW, "review", SAME)  # in this order


def governance(material: Material) -> list[Section]:
    """The seats and proposals of every regulation that scores its clients."""
    scoring = [g for g in material.governing if g.rule.criteria]
    if not scoring:
        return []
    tables = [table for each in scoring for table in (*_seats(each, material), _proposals(each, material))]
    shown = pd.concat([_shown(each.tiers.proposals, material) for each in scoring], ignore_index=True)
    counts = {change: int((shown["change"] == change).sum()) for change in (UP, DOWN, NEW)}
    lead = wording("report_governance_lead", **counts, unscored=int(shown["score"].isna().sum()), all=len(shown))
    title = wording("report_governance")
    return [Section("governance", title, tuple(tables), lead=(lead, wording("report_governance_advice")))]


def dealings(material: Material) -> list[Section]:
    """Who is on a blacklist, and what the logs of the month tell of dealings with them."""
    listing = [(g, g.lists) for g in material.governing if g.lists]
    if not listing:
        return []
    on = pd.concat([_coded(g.regulation, _shown(found.listed, material)) for g, found in listing], ignore_index=True)
    wrong = pd.concat([_coded(g.regulation, _shown(found.dealings, material)) for g, found in listing])
    tables = _listed(on, material.words), _dealings(wrong.reset_index(drop=True), material.words)
    lead = wording("report_blacklist_lead", listed=len(on), dealings=len(wrong))
    return [Section("blacklist_check", wording("report_blacklist_check"), tables, lead=(lead,))]


def _shown(rows: pd.DataFrame, material: Material) -> pd.DataFrame:
    """The rows about clients that the report may show."""
    mine = rows if material.clients is None else rows[rows["client"].isin(material.clients)]
    return mine.reset_index(drop=True)


def _coded(regulation: Regulation, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with their tiers as `regulation/tier`."""
    codes = {name: regulation.id + "/" + rows[name] for name in ("tier", "proposed", "list") if name in rows}
    return rows.assign(**codes)


def _proposals(governing: Governing, material: Material) -> Table:
    """One row a client: those that would change first, then those to be reviewed."""
    words, regulation, rule = material.words, governing.regulation, governing.rule
    rows = _placed(_coded(regulation, _shown(governing.tiers.proposals, material)), words.facts)
    change = rows["change"].where(~(rows["review"] & (rows["change"] == SAME)), "review")
    rows = rows.assign(change=change, client_name=named(rows["client"], words.clients))
    rank = pd.Series({name: place for place, name in enumerate(CHANGES)})
    order = np.lexsort((rows["client"], -rows["score"].fillna(-1), change.map(rank)))
    rows = rows.iloc[order].reset_index(drop=True)
    columns = (
        column("client_name"),
        column("unit", words=unit_words(rows["unit"].unique())),
        column("tier", words=words.tiers),
        numeric("score", rows, title=wording("report_governance_score")),
        column("proposed", title=wording("report_governance_proposed"), words=words.tiers),
        column("change", title=wording("report_governance_change"), words=_changes()),
        column("held", "prose", title=wording("report_governance_held"), words=_held(rows["held"], regulation, rule)),
        *(numeric(f"{CRITERION}{key}", rows, title=criterion.title) for key, criterion in rule.criteria.items()),
        column("graded_on", "day", title=wording("report_governance_graded_on"), link=PLACE_OF_ROW),
        column("due_on", "day", title=wording("report_governance_due_on")),
        column("client", aside=True),
    )
    title = wording("report_governance_of", regulation=regulation.title)
    return Table(f"proposals_{regulation.id}", title, columns, rows, wording("report_governance_note"))


def _changes() -> dict[str, Wording]:
    return {change: wording(f"report_governance_{change}") for change in CHANGES}


def _held(texts: Iterable[str], regulation: Regulation, rule: Governance) -> dict[str, Wording]:
    """What each set of reasons says; a client that its score leads no higher has none."""
    return {text: _reasons(text.split(";"), regulation, rule) for text in set(texts)}


def _reasons(codes: list[str], regulation: Regulation, rule: Governance) -> Wording:
    if unknown := [code.removeprefix(f"{seating.UNSCORED}:") for code in codes if code.startswith(seating.UNSCORED)]:
        what = listed([rule.criteria[key].title for key in unknown])
        return wording("report_governance_unscored", what=what)
    return listed([_reason(code, regulation, rule) for code in codes if code])


def _reason(code: str, regulation: Regulation, rule: Governance) -> Wording:
    sort, _, what = code.partition(":")
    match sort:
        case seating.FULL:
            duty = regulation.obligation(what)
            return wording("report_governance_full", quota=duty.title, article=duty.article)
        case seating.DOWNGRADED:
            downgrade = rule.downgrades[int(what)]
            return wording("report_governance_downgraded", why=downgrade.title, article=downgrade.article)
        case _:
            return wording("report_governance_standard")


def _seats(governing: Governing, material: Material) -> list[Table]:
    """The seats of each quota; those of the company and of other units are not for a narrower scope."""
    regulation, rows = governing.regulation, governing.tiers.seats
    if material.clients is not None:
        rows = rows[(rows["unit"] != "") & rows["unit"].isin(material.units)]
    if rows.empty:
        return []
    rows = rows.assign(group=rows["group"].where(rows["unit"] == "", rows["unit"])).reset_index(drop=True)
    titles = {duty.id: duty.title for duty in regulation.obligations}
    groups = {name: in_both(name) if name else wording("report_governance_company") for name in rows["group"].unique()}
    columns = (
        column("quota", title=wording("report_governance_quota"), words=titles),
        column("group", title=wording("report_governance_group"), words=groups),
        column("clients", "count"),
        column("seats", "count", title=wording("report_governance_seats")),
        column("now", "count", title=wording("report_governance_now")),
        column("proposed", "count", title=wording("report_governance_then")),
    )
    title = wording("report_governance_seats_of", regulation=regulation.title)
    return [Table(f"seats_{regulation.id}", title, columns, rows)]


def _listed(rows: pd.DataFrame, words: Vocabulary) -> Table:
    rows = _placed(rows, words.facts).assign(client_name=named(rows["client"], words.clients))
    columns = (
        column("client_name"),
        column("unit", words=unit_words(rows["unit"].unique())),
        column("list", title=wording("report_blacklist_list"), words=words.tiers),
        column("since", "day", title=wording("report_blacklist_since"), link=PLACE_OF_ROW),
        column("tier", title=wording("report_blacklist_tier"), words=_or_none(words)),
        column("client", aside=True),
    )
    return Table("blacklist_listed", wording("report_blacklist_listed"), columns, rows)


def _dealings(rows: pd.DataFrame, words: Vocabulary) -> Table:
    rows = _placed(rows, words.facts)
    rows = rows.assign(
        client_name=named(rows["client"], words.clients),
        who=named(rows["by"], words.people),
        place=file_names(rows["file"]),
    )
    columns = (
        column("happened", "day", title=wording("report_blacklist_happened")),
        column("client_name"),
        column("list", title=wording("report_blacklist_list"), words=words.tiers),
        column("since", "day", title=wording("report_blacklist_since")),
        column("who"),
        column("form", title=wording("report_blacklist_form"), words={k: f.title for k, f in words.forms.items()}),
        column("place", title=wording("report_file"), link=PLACE_OF_ROW),
        column("cell"),
        column("client", aside=True),
    )
    note = wording("report_blacklist_note")
    return Table("blacklist_dealings", wording("report_blacklist_dealings"), columns, rows, note)


def _or_none(words: Vocabulary) -> dict[str, Wording]:
    return {**words.tiers, **{f"{r.id}/": wording("report_no_tier") for r in words.regulations}}


def _placed(rows: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """The rows with where the row `number` of their `form` stands: `file`, `sheet`, `cell`; '' for none."""
    places = [
        log.loc[log.index.isin(rows.loc[rows["form"] == form, "number"]), PLACE].assign(form=form)
        for form, log in facts.rows.items()
    ]
    known = pd.concat([p.rename_axis("number").reset_index() for p in places], ignore_index=True)
    found = rows[["form", "number"]].merge(known, on=["form", "number"], how="left")
    cell = ("A" + found["row"].astype("Int64").astype("str")).where(found["row"].notna(), "")
    text = {name: found[name].astype("str").fillna("").to_numpy() for name in ("file", "sheet")}
    return rows.assign(**text, cell=cell.to_numpy())
