"""Small regulations made by chance, of every kind of obligation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from pipeline.language.policy.regulation import Regulation
from tests.oracle.chance import Chance

Rule = dict[str, Any]

TIERS = ("gold", "silver")
ROLES = ("salesperson", "leader")
DOCUMENTS = ("log", "plan")
PAPERS = ("licence", "lease", "deed")
ATTRIBUTES = {"cooperation": "yesno", "sector": "text", "installed_on": "date"}
TOPICS = ("opinions", "satisfaction", "news")
WHERES: tuple[Mapping[str, Any], ...] = (
    {},
    {"channel": "phone"},
    {"outcome": "connected"},
    {"purpose": {"not_in": ["push"]}, "outcome": "connected"},
    {"channel": ["visit", "phone"]},
    {"content": {"present": True}},
    {"content": {"present": False}},
    {"topics": {"all": ["opinions", "news"]}},
    {"topics": {"any": ["satisfaction", "news"]}},
    {"minutes": {"min": 10, "max": 30}},
    {"recorded_on": {"after": "date"}},
    {"recorded_on": {"before": "happened"}},
)
LIMITS = (
    "30 minutes",
    "24 hours",
    "8 working_hours",
    "90 working_minutes",
    "1 days",
    "12 days",
    "3 working_days",
    "10 working_days",
    "1 months",
)
GAPS = ("7 days", "20 days", "1 months", "5 working_days")
DUES: tuple[Mapping[str, Any], ...] = (
    {"day": 5},
    {"day": 31, "month": 0},
    {"day": 31},
    {"last_working_day": True},
    {"last_working_day": True, "month": 0},
    {"weekday": 1},
    {"after": "3 working_days"},
    {"after": "10 days"},
    {"day": 3, "roll": True},
    {"day": 20, "month": -1},
    {"day": 31, "month": -9, "roll": True},
    {"last_working_day": True, "month": -1, "time": "17:30"},
    {"weekday": 5, "week": -1},
    {"weekday": 3, "week": 2, "time": "9:00"},
)


def regulation_of(start: Chance, since: date, rules: Sequence[tuple[str, Chance]]) -> Regulation:
    """A regulation with an obligation of each kind given, from a day on and rarely not about all clients."""
    made = [
        {"id": f"rule_{n}", "article": str(n + 1), "title": words(kind), **common(chance), **KINDS[kind](chance)}
        for n, (kind, chance) in enumerate(rules)
    ]
    return Regulation.model_validate(
        {
            "id": "small",
            "title": words("小制度"),
            "issuer": words("某公司"),
            "from": since,
            "scope": {"unit": ["一部"]} if start.random() < 0.1 else {},
            "tiers": {tier: {"title": words(tier)} for tier in TIERS},
            "roles": {role: {"title": words(role)} for role in ROLES},
            "attributes": {name: {"title": words(name), "type": type_} for name, type_ in ATTRIBUTES.items()},
            "forms": ["contact", "case", "pause", "submission", "milestone", "document", "grading", "trial"],
            "obligations": made,
        }
    )


def words(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def common(chance: Chance) -> Rule:
    """What every kind of obligation may have."""
    rule: Rule = {"role": chance.choice([*ROLES, *ROLES, None])}
    if chance.rarely():
        rule["tiers"] = chance.sample(TIERS, chance.randint(1, 2))
    if chance.rarely():
        rule["scope"] = chance.choice([{"cooperation": True}, {"unit": ["一部"]}])
    if chance.random() < 0.5:
        rule["partial"] = chance.choice(["prorate", "whole"])
    if chance.random() < 0.1:
        rule[chance.choice(["from", "to"])] = chance.day()
    return rule


def quantity(chance: Chance, values: Sequence[Any]) -> Any:
    """A quantity as a regulation writes it: for every tier or by tier, dated or not."""
    if chance.random() < 0.6:
        return steps(chance, values)
    return {tier: steps(chance, values) for tier in chance.sample(TIERS, chance.randint(1, 2))}


def steps(chance: Chance, values: Sequence[Any]) -> Any:
    """A value, or two of which the second holds from some day on."""
    if chance.random() < 0.7:
        return chance.choice(values)
    first = date(2020, 1, 1)
    return [{"from": first, "value": chance.choice(values)}, {"from": chance.day(), "value": chance.choice(values)}]


def counts(chance: Chance) -> Rule:
    return {
        "form": "contact",
        "where": chance.choice(({}, {}, *WHERES)),
        "by": chance.choice(["role", "role", "owner", "developer", "anyone", "anyone"]),
        "distinct": chance.choice(["row", "day"]),
    }


def cadence(chance: Chance) -> Rule:
    usual = ["week", "month", "two_months", "quarter", "half_year", "year", "festival", "festival"]
    every = chance.choice(usual) if chance.random() < 0.9 else chance.choice(["day", "working_day"])
    rule = {
        "kind": "cadence",
        "every": every,
        "required": quantity(chance, [0, 1, 1, 2, 2, 3]),
        "counts": counts(chance),
    }
    if every == "festival":
        rule["lead"] = chance.choice([0, 3, 7])
        rule["festivals"] = chance.choice([[], ["national_day", "spring_festival"]])
    return rule


def interval(chance: Chance) -> Rule:
    return {"kind": "interval", "at_most": quantity(chance, GAPS), "counts": counts(chance)}


def deadline(chance: Chance) -> Rule:
    rule: Rule = {"kind": "deadline", "pauses": chance.random() < 0.7}
    who = chance.choice(["role", "anyone", "anyone", "anyone", "owner"])
    shape = chance.choice(["first_answer_at", "resolved_at", "callback_at", "follow_up", "recorded_on", "promised"])
    if shape in ("first_answer_at", "resolved_at", "callback_at"):
        rule["event"] = {"form": "case", "by": who, "where": chance.choice([{}, {"kind": "complaint"}])}
        rule["done"] = shape
        if shape == "callback_at":
            rule["event"]["at"] = "resolved_at"
    else:
        rule["event"] = {"form": "contact", "by": who, "where": {"purpose": "complaint"}}
        rule |= {"done": shape} if shape == "recorded_on" else {"follow_up": counts(chance)}
    return rule | ({"promised": "recorded_on"} if shape == "promised" else {"within": quantity(chance, LIMITS)})


def submission(chance: Chance) -> Rule:
    every = chance.choice(["week", "month", "month", "quarter", "year"])
    due, daily = chance.choice(DUES), dict[str, str]()
    if chance.random() < 0.1:
        every, daily = chance.choice(["day", "working_day", "week"]), {"period": "submitted_on"}
        due = chance.choice([{"after": "0 days"}, {"after": "1 working_days"}, {"day": 31, "month": 0}])
    return {
        "kind": "submission",
        **daily,
        "by": chance.choice(["staff", "unit", "company"]),
        "every": every,
        "due": due,
        "counts": {"form": "submission", "where": {"document": chance.choice(DOCUMENTS)}},
        "required": steps(chance, [1, 1, 2]),
    }


def coverage(chance: Chance) -> Rule:
    of_clients = chance.random() < 0.4
    told = {"form": "contact", "where": chance.choice(WHERES), "by": chance.choice(["role", "anyone"])}
    return {
        "kind": "coverage",
        "every": chance.choice(["week", "month", "quarter"]),
        "population": "clients" if of_clients else told,
        "covered": covered(chance, of_clients),
        "judged": chance.choice(["each", "share"]),
        "target": chance.choice([1, 0.9, 0.5]),
    }


def covered(chance: Chance, of_clients: bool) -> Rule:
    shape = chance.choice(["where", "rows", "rows", "owner"])
    if shape == "where":
        return {"where": {"cooperation": True} if of_clients else chance.choice(WHERES[1:])}
    if shape == "owner":
        named = {"is": "developer" if of_clients else "staff"} if chance.random() < 0.7 else {}
        return {"owner": "salesperson", **named}
    within = {"within": chance.choice(["3 days", "5 working_days"])} if chance.random() < 0.4 else {}
    return {"rows": counts(chance), **within}


def phases(chance: Chance) -> Rule:
    """Cadence counted from a day of the client's own."""
    stages = chance.choice(
        [
            [{"every": "month"}],
            [{"months": 1, "every": "month"}],
            [{"months": 3, "every": "month"}, {"every": "quarter"}],
            [{"months": 2, "every": "month"}, {"months": 3, "every": "two_months"}, {"every": "half_year"}],
            [{"months": 12, "every": "quarter"}, {"every": "year"}],
        ]
    )
    after: Rule = chance.choice(
        [{"form": "contact", "where": {"purpose": "complaint"}}, {"form": "case", "at": "resolved_at"}]
    )
    start = {"anchor": "installed_on"} if chance.random() < 0.6 else {"after": {"by": "anyone", **after}}
    required = quantity(chance, [0, 1, 1, 2, 3])
    return {"kind": "cadence", "phases": stages, **start, "required": required, "counts": counts(chance)}


def milestone(chance: Chance) -> Rule:
    by = {"by": chance.choice(["anyone", "anyone", "role", "owner"])}
    limit = (
        {"within": quantity(chance, LIMITS)}
        if chance.random() < 0.5
        else {
            "before": quantity(
                chance, ["30 days", "7 working_days", "1 working_days", "0 days", "1 months", "0 minutes", "0 minutes"]
            )
        }
    )
    done = {
        "form": "milestone",
        "where": {"step": chance.choice(["notice", ["notice", "check"]]), "state": "done"},
        **by,
    }
    match chance.choice(["chain", "chain", "chain", "client", "contact", "row", "row"]):
        case "row":
            event: Rule = {"form": "case", "at": "resolved_at", "by": "anyone"}
            ways: Rule = {"match": "row", "step": {"form": "case", "at": "first_answer_at", "by": "anyone"}}
        case "contact":
            event = {"form": "contact", "where": {"purpose": "complaint"}, **by}
            ways = {"match": "client", "step": counts(chance)}
        case way:
            state = chance.choice(["planned", "done", ["planned", "done"]])
            event = {"form": "milestone", "where": {"step": "payout", "state": state}, **by}
            ways = {"match": "chain_no" if way == "chain" else "client", "step": done}
    return {"kind": "milestone", "event": event, **ways, **limit}


def quota(chance: Chance) -> Rule:
    bounds = chance.sample(["at_most", "at_least"], chance.randint(1, 2))
    return {
        "kind": "quota",
        "every": chance.choice(["week", "month", "quarter"]),
        "part": chance.sample(TIERS, chance.choice([1, 1, 2])),
        "per": chance.choice(["company", "unit", "sector"]),
        "tolerance": chance.choice([0, 0.1]),
        **{bound: steps(chance, [0, 0.25, 0.4, 0.5, 1]) for bound in bounds},
    }


def completeness(chance: Chance) -> Rule:
    rule: Rule = {"kind": "completeness", "every": chance.choice(["week", "month", "quarter"])}
    fields: Sequence[str]
    match chance.choice(["clients", "clients", "contact", "case"]):
        case "clients":
            rule["population"], fields = "clients", ("developer", "cooperation", "installed_on")
        case "contact":
            rule["population"] = {
                "form": "contact",
                "where": chance.choice(WHERES),
                "by": chance.choice(["role", "anyone"]),
            }
            fields = ("content", "minutes", "topics")
        case _:
            at = chance.choice([{}, {"at": "resolved_at"}])
            rule["population"], fields = {"form": "case", "by": "anyone", **at}, ("first_answer_at", "callback_at")
    rule["fields"] = chance.some(fields)
    if not rule["fields"] or chance.random() < 0.6:
        groups = [["licence"], ["lease"], ["lease", "deed"]]
        rule["items"] = chance.sample(groups, chance.randint(1, 3))
        rule |= {"evidence": {"form": "document", "by": chance.choice(["role", "owner", "anyone"])}, "item": "document"}
    return rule


def limit(chance: Chance) -> Rule:
    by = {"by": chance.choice(["role", "owner", "anyone", "anyone"])}
    match chance.choice(["column", "span", "span", "count"]):
        case "column":
            number = {"form": "contact", "where": chance.choice(WHERES)}, "minutes", [0, 10, 20]
            amount = {"form": "trial", "where": {"kind": "credit"}}, "amount", [500, 1000]
            of, column, most = chance.choice([number, amount])
            return {"kind": "limit", "of": {**of, **by}, "column": column, "at_most": quantity(chance, most)}
        case "span":
            spans = {"begins": "begun_on", "ends": "ended_on", "lasting": quantity(chance, LIMITS[4:])}
            return {"kind": "limit", "of": {"form": "trial", "where": {"kind": "trial"}, **by}, **spans}
        case _:
            every = chance.choice(["week", "month", "quarter"])
            return {"kind": "limit", "of": counts(chance), "every": every, "at_most": quantity(chance, [0, 1, 2])}


def review(chance: Chance) -> Rule:
    rows = {
        "form": "grading",
        "where": chance.choice([{}, {"kind": "grading"}]),
        "by": chance.choice(["role", "anyone"]),
    }
    seasons = chance.sample([(1, 1), (1, 12), (2, 3), (7, 8), (9, 10), (10, 10), (12, 12)], chance.randint(1, 3))
    when: Rule = {"seasons": [{"first": first, "last": last} for first, last in seasons]}
    if chance.rarely():
        when = {"every": chance.choice(["month", "quarter", "half_year"])}
    return {"kind": "review", **when, "required": quantity(chance, [1, 1, 2]), "counts": rows}


def anniversary(chance: Chance) -> Rule:
    start: Rule = {"anchor": "installed_on"}
    if chance.rarely():
        start = {"after": {"form": "contact", "where": {"purpose": "complaint"}, "by": "anyone"}}
    rule = {"kind": "cadence", "every": "anniversary", "lead": chance.choice([0, 3, 31, 366]), **start}
    return {**rule, "required": quantity(chance, [1, 1, 2]), "counts": counts(chance)}


def in_all(chance: Chance) -> Rule:
    """What staff, units or the company owe in all."""
    subject = chance.choice(["staff", "staff", "unit", "company"])
    rows = {**counts(chance), "distinct": chance.choice(["row", "day", "client", "client"])}
    if chance.rarely():
        return {"kind": "interval", "subject": subject, "at_most": steps(chance, GAPS), "counts": rows}
    every = chance.choice(["day", "working_day"] if chance.rarely() else ["week", "month", "quarter"])
    return {
        "kind": "cadence",
        "subject": subject,
        "every": every,
        "required": steps(chance, [1, 2, 4, 8]),
        "counts": rows,
    }


def exclusive(chance: Chance) -> Rule:
    """One of several that share no row."""
    rule = {**chance.choice([cadence, cadence, phases, submission])(chance), "exclusive": "visits"}
    if rule["kind"] == "cadence" and chance.random() < 0.6:  # rows that others of the group want too
        rule["counts"] = {"form": "contact", "by": "anyone"}
        rule["required"] = steps(chance, [1, 2, 3])
    return rule


KINDS: dict[str, Callable[[Chance], Rule]] = {
    "cadence": cadence,
    "phases": phases,
    "anniversary": anniversary,
    "in_all": in_all,
    "exclusive": exclusive,
    "interval": interval,
    "deadline": deadline,
    "submission": submission,
    "coverage": coverage,
    "milestone": milestone,
    "quota": quota,
    "completeness": completeness,
    "limit": limit,
    "review": review,
}
