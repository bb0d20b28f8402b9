"""The ten semantics of docs/semantics.md; each is named there with its test."""

from __future__ import annotations

from collections import Counter
from datetime import date

from pipeline.compute.judge import judge
from pipeline.language.period import Period, month, windows
from tests.cases.outcome import Engine, judged
from tests.semantics.situations import comes_true, either, situation

# 1. Clients who join or leave inside a window


@either
def test_a_window_not_fully_inside_membership_is_not_owed(engine: Engine) -> None:
    comes_true(
        engine,
        """
        month: 2026-10
        clients:
          甲公司: {tier: key, joined: 10-01}
          乙公司: {tier: key, joined: 10-02}
          丙公司: {tier: key, left: 10-31}
          丁公司: {tier: key, left: 10-30}
        expect:
          specialist_visit: {甲公司: 0/2 missed, 乙公司: none, 丙公司: 0/2 missed, 丁公司: none}
        """,
    )


@either
def test_prorate_rounds_down_and_never_below_nothing(engine: Engine) -> None:
    comes_true(
        engine,
        """
        month: 2026-09
        clients:
          甲公司: {tier: key, joined: 09-16}
          乙公司: {tier: key, joined: 09-15}
          丙公司: {tier: key, joined: 09-24}
          丁公司: {tier: key, left: 08-20}
        obligations:
          - {id: visit, kind: cadence, every: month, required: 4, partial: prorate, counts: {form: contact}}
        expect:
          visit: {甲公司: 0/2 missed, 乙公司: 0/2 missed, 丙公司: none, 丁公司: none}
        """,
    )


@either
def test_whole_owes_a_part_of_a_window_in_full_by_the_tier_of_the_first_day_there(engine: Engine) -> None:
    comes_true(
        engine,
        """
        month: 2026-10
        clients: {甲公司: {tier: key, joined: 10-20}}
        obligations:
          - {id: visit, kind: cadence, every: month, required: {key: 2}, partial: whole, counts: {form: contact}}
        expect:
          visit: 0/2 missed
        """,
    )


# 2. Tier and owner


@either
def test_a_cadence_is_owed_by_the_tier_at_the_start_of_the_window(engine: Engine) -> None:
    comes_true(
        engine,
        """
        month: 2026-10
        as_of: 2026-11-10
        clients: {甲公司: {tier: {2020-01-01: general, 10-14: key}}}
        expect:
          specialist_visit: 0/1 missed
          specialist_call: [0/1 missed, 0/1 missed, 0/1 missed, 0/2 missed, 0/2 missed]
        """,
    )


@either
def test_a_case_is_judged_by_the_tier_at_its_opening(engine: Engine) -> None:
    comes_true(
        engine,
        """
        month: 2026-10
        clients: {甲公司: {tier: {2020-01-01: general, 10-12: key}}}
        case: [10-09T10:00 办结时间=10-13T10:00]
        obligations:
          - id: answer
            kind: deadline
            event: {form: case, at: resolved_at, by: anyone}
            done: callback_at
            within: {general: 5 days, key: 1 days}
        expect:
          answer: 0/1 missed due 10-18
        """,
    )


@either
def test_client_compliance_counts_anyone_personal_accountability_the_owner_of_the_day(engine: Engine) -> None:
    comes_true(
        engine,
        """
        month: 2026-10
        staff: {李静: specialist, 孙悦: specialist}
        clients: {甲公司: {tier: key, owners: {specialist: {2020-01-01: 李静, 10-15: 孙悦}}}}
        contact: [10-14 李静 走访, 10-15 李静 走访]
        expect:
          specialist_visit: 2/2 met own 1
        """,
    )


# 3. Weeks in months


@either
def test_a_week_belongs_to_the_month_of_its_thursday(engine: Engine) -> None:
    for name, weeks in (("2026-09", 4), ("2026-10", 5), ("2026-12", 5), ("2027-01", 4)):
        comes_true(
            engine,
            f"""
            month: {name}
            as_of: 2027-03-01
            client: reserve
            expect:
              weekly_push: {["0/1 missed"] * weeks}
            """,
        )


def test_each_week_counts_once() -> None:
    months = [month(f"{year}-{n:02}") for year in (2026, 2027) for n in range(1, 13)]
    seen = Counter(week for period in months for week in windows("week", period))
    assert set(seen.values()) == {1}
    assert len(seen) == 53 + 52
    assert min(seen) == Period(date(2025, 12, 29), date(2026, 1, 5))


# 4. Caps


@either
def test_more_than_required_earns_no_more_and_carries_nothing_over(engine: Engine) -> None:
    comes_true(
        engine,
        """
        month: 2026-10
        clients: {甲公司: key, 乙公司: key}
        contact:
          - 10-08 甲公司 客服专员 走访
          - 10-09 甲公司 客服专员 走访
          - 10-12 甲公司 客服专员 走访
          - 10-13 甲公司 客服专员 走访
        expect:
          specialist_visit: {甲公司: 4/2 met own 2, 乙公司: 0/2 missed}
        """,
    )
    comes_true(
        engine,
        """
        month: 2026-11
        client: key
        contact: [10-08 客服专员 走访, 10-09 客服专员 走访, 10-12 客服专员 走访, 10-13 客服专员 走访]
        expect:
          specialist_visit: 0/2 missed
        """,
    )


@either
def test_rows_of_one_day_count_once_only_where_the_regulation_asks_for_it(engine: Engine) -> None:
    comes_true(
        engine,
        """
        month: 2026-10
        as_of: 2026-10-18
        client: key
        contact: [10-13 09:00 客服专员, 10-13 15:00 客服专员, 10-14 09:00 客服专员 走访, 10-14 15:00 客服专员 走访]
        expect:
          specialist_call: [0/2 missed, 0/2 missed, 1/2 missed, 0/2 open, 0/2 open]
          specialist_visit: 2/2 met
        """,
    )


# 5. Deadlines


@either
def test_a_case_is_judged_in_the_month_of_its_deadline(engine: Engine) -> None:
    october = "month: 2026-10\nas_of: {as_of}\nclient: general\ncase: [10-12 办结时间=10-20T16:00]\nexpect: {expect}"
    comes_true(engine, october.format(as_of="2026-10-31", expect="{complaint_return_visit: 0/1 open in 2026-11}"))
    november = october.replace("2026-10\n", "2026-11\n", 1)
    comes_true(engine, november.format(as_of="2026-11-02", expect="{complaint_return_visit: 0/1 open in 2026-11}"))
    comes_true(engine, november.format(as_of="2026-11-03", expect="{complaint_return_visit: 0/1 missed in 2026-11}"))
    december = october.replace("2026-10\n", "2026-12\n", 1)
    comes_true(engine, december.format(as_of="2026-12-31", expect="{complaint_return_visit: none}"))


# 6. Units


HOURS = """
        month: 2026-10
        as_of: 2026-10-31
        client: general
        case: [{opened} 首次答复时间={answered}]
        obligations:
          - {{id: answer, kind: deadline, event: {{form: case, by: anyone}}, done: first_answer_at, within: {within}}}
        expect:
          answer: {expected}
"""


@either
def test_hours_are_calendar_hours_unless_working(engine: Engine) -> None:
    friday = {"opened": "10-16T16:00", "answered": "10-19T10:00"}
    comes_true(engine, HOURS.format(**friday, within="24 hours", expected="0/1 missed due 10-17T16:00"))
    comes_true(engine, HOURS.format(**friday, within="4 working_hours", expected="1/1 met due 10-19T11:00"))
    comes_true(engine, HOURS.format(**friday, within="1 working_days", expected="1/1 met due 10-19"))
    comes_true(engine, HOURS.format(**friday, within="1 days", expected="0/1 missed due 10-17"))


@either
def test_working_days_follow_the_national_calendar_with_make_up_weekends(engine: Engine) -> None:
    holiday = {"opened": "09-30T16:00", "answered": "10-10T10:00"}
    comes_true(engine, HOURS.format(**holiday, within="3 working_days", expected="1/1 met due 10-10"))
    comes_true(engine, HOURS.format(**holiday, within="4 working_days", expected="1/1 met due 10-12"))


def test_the_workspace_has_the_last_word_about_the_calendar() -> None:
    own = HOURS.format(
        opened="09-30T16:00", answered="10-12T10:00", within="3 working_days", expected="1/1 met due 10-12"
    )
    day_off = "        calendar: {days_off: [{date: 2026-10-10, reason: 公司活动}]}\n"
    comes_true(judged, own.rstrip() + "\n" + day_off)


def test_a_year_without_a_published_calendar_is_provisional() -> None:
    text = HOURS.format(opened="12-30T16:00", answered="12-31T10:00", within="5 working_days", expected="1/1 met")
    case = situation(text.replace("2026-10", "2026-12"))
    found, findings = judge(case.regulation, case.facts(), case.month, case.as_of)
    assert found.duties["provisional"].tolist() == [True]
    assert len(findings) == 1


# 7. Pauses and reopening


@either
def test_a_pause_stops_working_and_calendar_clocks(engine: Engine) -> None:
    paused = HOURS + "        pause: [10-15T10:00 resumed_at=10-16T10:00]\n"
    case = {"opened": "10-15T09:00", "answered": "10-19T10:00"}
    comes_true(engine, paused.format(**case, within="24 hours", expected="0/1 missed due 10-17T09:00"))
    comes_true(engine, paused.format(**case, within="8 working_hours", expected="0/1 missed due 10-19T09:30"))
    comes_true(engine, paused.format(**case, within="1 working_days", expected="1/1 met due 10-19"))


@either
def test_while_a_case_is_paused_nothing_falls_due(engine: Engine) -> None:
    comes_true(
        engine,
        """
        month: 2026-10
        as_of: 2026-11-20
        client: general
        case: [09-21 办结时间=09-28T16:00]
        pause: [10-09T09:00]
        expect:
          complaint_return_visit: 0/1 open
        """,
    )


@either
def test_a_pause_does_not_stop_a_clock_that_the_rule_lets_run(engine: Engine) -> None:
    comes_true(
        engine,
        """
        month: 2026-10
        client: general
        case: [10-12T09:00]
        pause: [10-12T10:00 resumed_at=10-20T10:00]
        obligations:
          - id: answer
            kind: deadline
            event: {form: case, by: anyone}
            done: first_answer_at
            within: 24 hours
            pauses: false
        expect:
          answer: 0/1 missed due 10-13T09:00
        """,
    )


@either
def test_reopening_resumes_the_same_case_and_re_arms_the_call_back(engine: Engine) -> None:
    comes_true(
        engine,
        """
        month: 2026-10
        client: general
        case:
          - 09-21 month=2026-09 办结时间=09-28T16:00 回访时间=09-29T10:00
          - 09-21 month=2026-10 重新受理时间=10-09T09:00 办结时间=10-12T10:00
        expect:
          complaint_return_visit: 0/1 missed due 10-26
        """,
    )


@either
def test_the_time_between_resolution_and_reopening_does_not_run(engine: Engine) -> None:
    comes_true(
        engine,
        """
        month: 2026-10
        client: general
        case:
          - 10-12T09:00 办结时间=10-13T09:00
          - 10-12T09:00 重新受理时间=10-20T09:00 办结时间=10-20T15:00
        obligations:
          - {id: resolve, kind: deadline, event: {form: case, by: anyone}, done: resolved_at, within: 36 hours}
        expect:
          resolve: 1/1 met due 10-20T21:00
        """,
    )


# 8. Four dates


@either
def test_a_row_counts_in_the_month_in_which_it_happened_whenever_it_was_written(engine: Engine) -> None:
    late = """
        month: {month}
        as_of: 2026-12-31
        client: general
        contact: [10-31 客服专员 走访 登记日期=11-20 month=2026-11]
        expect:
          specialist_visit: {expected}
    """
    comes_true(engine, late.format(month="2026-10", expected="1/1 met"))
    comes_true(engine, late.format(month="2026-11", expected="0/1 missed"))


@either
def test_what_happens_after_the_day_of_judgement_is_not_known(engine: Engine) -> None:
    until = """
        month: 2026-10
        as_of: {as_of}
        client: general
        contact: [10-20 23:00 客服专员 走访]
        expect:
          specialist_visit: {expected}
    """
    comes_true(engine, until.format(as_of="2026-10-19", expected="0/1 open"))
    comes_true(engine, until.format(as_of="2026-10-20", expected="1/1 met"))


# 9. What counts


@either
def test_an_attempt_does_not_count(engine: Engine) -> None:
    comes_true(
        engine,
        """
        month: 2026-10
        client: general
        contact: [10-13 客服专员 走访 未接通, 10-14 客服专员 走访 拒绝]
        expect:
          specialist_visit: 0/1 missed
        """,
    )


@either
def test_one_row_can_meet_several_obligations(engine: Engine) -> None:
    comes_true(
        engine,
        """
        month: 2026-10
        client: strategic
        contact: [10-13 客服专员 走访 回访]
        expect:
          specialist_visit: 1/1 met
          specialist_return_visit_strategic: 1/1 met
        """,
    )


def test_of_exclusive_obligations_the_first_takes_the_rows_it_needs() -> None:
    comes_true(
        judged,
        """
        month: 2026-12
        client: key
        contact: [10-13 客服专员 走访, 11-10 客服专员 走访, 11-12 客服专员 走访, 12-08 客服专员 走访]
        obligations:
          - {id: visit, kind: cadence, every: month, required: 1, counts: {form: contact}, exclusive: visits}
          - {id: return_visit, kind: cadence, every: quarter, required: 2, counts: {form: contact}, exclusive: visits}
        expect:
          visit: 1/1 met
          return_visit: 1/2 missed
        """,
    )


# 10. Two sums


def test_duties_met_and_contacts_earned_are_two_sums() -> None:
    case = situation(
        """
        month: 2026-10
        clients: {甲公司: key, 乙公司: key, 丙公司: key}
        contact:
          - 10-08 甲公司 客服专员 走访
          - 10-09 甲公司 客服专员 走访
          - 10-12 甲公司 客服专员 走访
          - 10-08 乙公司 客服专员 走访
        expect: {}
        """
    )
    found, _ = judge(case.regulation, case.facts(), case.month, case.as_of)
    visits = found.duties[found.duties["obligation"] == "specialist_visit"]
    assert ((visits["status"] == "met").sum(), len(visits)) == (1, 3)
    assert (visits["earned"].sum(), visits["required"].sum(), visits["actual"].sum()) == (3, 6, 4)
