"""Each status, and which one wins where several could be given."""

from __future__ import annotations

from tests.cases.outcome import Engine
from tests.semantics.situations import comes_true, either

VISIT = """
    month: 2026-10
    as_of: {as_of}
    client: general
    contact: [{contact}]
    rejected: {{contact: [{rejected}]}}
    waivers: [{waivers}]
    expect:
      specialist_visit: {expected}
"""
DONE, DOUBT, WAIVER = "10-13 客服专员 走访", "10-13 客服专员 走访 faults=client", "甲公司 specialist_visit 10-31..10-31"


def visit(
    engine: Engine, expected: str, *, as_of: str = "10-31", contact: str = "", rejected: str = "", waivers: str = ""
) -> None:
    comes_true(
        engine, VISIT.format(as_of=as_of, contact=contact, rejected=rejected, waivers=waivers, expected=expected)
    )


@either
def test_met(engine: Engine) -> None:
    visit(engine, "1/1 met", contact=DONE)


@either
def test_missed(engine: Engine) -> None:
    visit(engine, "0/1 missed")


@either
def test_open_until_the_end_of_the_due_day(engine: Engine) -> None:
    visit(engine, "0/1 open", as_of="10-30")
    visit(engine, "0/1 missed", as_of="10-31")


@either
def test_unprovable_when_a_rejected_row_could_have_met_it(engine: Engine) -> None:
    visit(engine, "0/1 unprovable", rejected=DOUBT)
    visit(engine, "0/1 unprovable", rejected="客服专员 走访 faults=date month=2026-10")
    visit(engine, "0/1 unprovable", rejected="10-13 客服专员 走访 faults=channel")
    visit(engine, "0/1 unprovable", rejected="10-13 走访 faults=staff submitter=客户服务专员")


@either
def test_missed_when_what_is_readable_of_the_rejected_row_does_not_fit(engine: Engine) -> None:
    visit(engine, "0/1 missed", rejected="09-30 客服专员 走访 faults=client")
    visit(engine, "0/1 missed", rejected="10-13 业务员 走访 faults=client")
    visit(engine, "0/1 missed", rejected="10-13 客服专员 电话 faults=client")
    visit(engine, "0/1 missed", rejected="客服专员 走访 faults=date month=2026-09")


@either
def test_missed_when_the_rejected_rows_are_too_few(engine: Engine) -> None:
    two = VISIT.replace("client: general", "client: key")
    for rejected, expected in ((DOUBT, "0/2 missed"), (f"{DOUBT}, {DOUBT}", "0/2 unprovable")):
        comes_true(engine, two.format(as_of="10-31", contact="", rejected=rejected, waivers="", expected=expected))


@either
def test_waived_when_a_waiver_covers_the_due_day(engine: Engine) -> None:
    visit(engine, "0/1 waived", waivers=WAIVER)
    visit(engine, "0/1 waived", waivers="甲公司 all 10-31..11-30")
    visit(engine, "0/1 missed", waivers="甲公司 specialist_visit 10-01..10-30")
    visit(engine, "0/1 missed", waivers="甲公司 leader_call 10-31..10-31")


@either
def test_waived_wins_over_met_met_over_open_and_open_over_unprovable(engine: Engine) -> None:
    visit(engine, "1/1 waived", contact=DONE, waivers=WAIVER)
    visit(engine, "1/1 met", as_of="10-15", contact=DONE)
    visit(engine, "0/1 open", as_of="10-15", rejected=DOUBT)
    visit(engine, "0/1 waived", as_of="10-15", rejected=DOUBT, waivers=WAIVER)
