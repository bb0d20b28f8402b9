"""Small regulations made by chance, of every kind of obligation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from pipeline.language.policy.regulation import Regulation

if TYPE_CHECKING:
    from tests.oracle.strategies import Chance

Rule = dict[str, Any]

TIERS = ("gold", "silver")
ROLES = ("salesperson", "leader")
DOCUMENTS = ("log", "plan")
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
)


def regulation_of(since: date, rules: Sequence[tuple[str, Chance]]) -> Regulation:
    """A regulation with an obligation of each kind given."""
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
            "tiers": {tier: {"title": words(tier)} for tier in TIERS},
            "roles": {role: {"title": words(role)} for role in ROLES},
            "attributes": {"cooperation": {"title": words("合作"), "type": "yesno"}},
            "forms": ["contact", "case", "pause", "submission"],
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
    every = chance.choice(["week", "month", "two_months", "quarter", "half_year", "year", "festival", "festival"])
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
    return {
        "kind": "submission",
        "by": chance.choice(["staff", "unit", "company"]),
        "every": chance.choice(["week", "month", "month", "quarter", "year"]),
        "due": chance.choice(DUES),
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
        return {"owner": "salesperson", "is": "developer" if of_clients else "staff"}
    within = {"within": chance.choice(["3 days", "5 working_days"])} if chance.random() < 0.4 else {}
    return {"rows": counts(chance), **within}


KINDS: dict[str, Callable[[Chance], Rule]] = {
    "cadence": cadence,
    "interval": interval,
    "deadline": deadline,
    "submission": submission,
    "coverage": coverage,
}
