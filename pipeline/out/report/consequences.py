"""What follows from what was missed: points, fines, escalation, for each member of staff, client or unit."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.compute.consequence import follow
from pipeline.language.policy.consequence import Consequence
from pipeline.language.wording import Wording, in_both, wording
from pipeline.out.report.model import Table, column, listed
from pipeline.out.report.tally import Judgings
from pipeline.out.report.vocabulary import Vocabulary


def followed(judgings: Judgings, month: str) -> pd.DataFrame:
    """What follows from what was missed in the month, under all regulations, as `compute.consequence.COLUMNS`."""
    return pd.concat([follow(regulation, judged, month) for regulation, judged in judgings], ignore_index=True)


def consequences(rows: pd.DataFrame, words: Vocabulary) -> Table:
    """One row for each consequence and subject that missed something in the month."""
    rules = {f"{r.id}/{c.id}": c for r in words.regulations for c in r.consequences}
    code = rows["regulation"] + "/" + rows["consequence"]
    names = {**words.clients, **words.people}
    rows = rows.assign(
        code=code,
        follows=code + "/" + rows["rung"].astype("str"),
        follows_article=code,
        pay=code + "/" + rows["rung"].astype("str"),
        whom=rows["subject"].map(lambda subject: names.get(subject, subject)).astype("str"),
    )
    columns = (
        column("whom"),
        column("code", title=wording("report_rule"), words={key: rule.title for key, rule in rules.items()}),
        column("follows_article", words={key: in_both(rule.article) for key, rule in rules.items()}),
        column("count", "count", title=wording("report_missed_so_far")),
        column("follows", words={f"{k}/{n}": rung.title for k, r in rules.items() for n, rung in enumerate(r.ladder)}),
        column("points", "amount"),
        column("amount", "amount"),
        *([column("pay", words=_pay(rules))] if any(rung.pay for r in rules.values() for rung in r.ladder) else []),
    )
    return Table("consequences", wording("report_consequences"), columns, rows, wording("report_consequences_note"))


def _pay(rules: Mapping[str, Consequence]) -> dict[str, Wording]:
    """The shares of pay on every rung: each time, of amounts that are not known here."""
    return {
        f"{code}/{n}": listed([wording("report_pay_share", percent=f"{s.percent:g}", of=s.of) for s in rung.pay])
        for code, rule in rules.items()
        for n, rung in enumerate(rule.ladder)
    }
