"""Who gets which report: what the register says, else what the role is entitled to; nobody gets more than that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

import pandas as pd

from pipeline.compute.people import on_day
from pipeline.language.finding import Finding, Source, findings_frame
from pipeline.language.policy.regulation import Reach
from pipeline.language.wording import Lang
from pipeline.out.files import Form
from pipeline.out.report.named import named_reports
from pipeline.out.report.scope import COMPANY, Scope, named_scope
from pipeline.out.report.vocabulary import Vocabulary

REACHES: Final[tuple[Reach, ...]] = ("own", "unit", "company")
_WHOLE: Final = ("company", "all", "All", "全部", "全公司", "公司")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")  # after HTML's input


@dataclass(frozen=True, slots=True)
class Wish:
    """A report that somebody gets: about what, which one ('' for the month's), in what form and language."""

    scope: Scope
    report: str = ""
    form: Form = "both"
    lang: Lang = "zh"


@dataclass(frozen=True, slots=True)
class Addressee:
    """One who gets a mail, and whoever gets a copy. `why`: `asked` by the register, or `role_own` and the like."""

    staff: str
    name: str
    email: str
    wishes: tuple[Wish, ...]
    why: str
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff; `email` '' for none."""

    staff: str
    name: str
    unit: str
    email: str


@dataclass(frozen=True)
class Post:
    """What addressing starts from; `sheet` is where recipients stand: file and sheet."""

    words: Vocabulary
    recipients: pd.DataFrame
    as_of: date
    lang: Lang
    sheet: tuple[str, str]

    @cached_property
    def people(self) -> dict[str, Person]:
        """Those who are there on the day, by staff id."""
        there = on_day(self.words.facts.staff, self.as_of)
        there = there.sort_values("email", na_position="last", kind="stable").drop_duplicates("staff")
        lines = there.sort_values("staff")[["staff", "name", "unit", "email"]].fillna("").to_numpy(dtype=str)
        return {line[0]: Person(*map(str, line)) for line in lines}

    def reach(self, staff: str) -> Reach:
        """How far the reports of a member of staff may go, by the roles held on the day; `own` without any."""
        facts = self.words.facts
        roles = on_day(facts.staff[facts.staff["staff"] == staff], self.as_of)["role"]
        reaches = [r.roles[role].receives for r in self.words.regulations for role in roles if role in r.roles]
        return max(reaches, key=REACHES.index, default="own")


def addressees(post: Post) -> tuple[list[Addressee], pd.DataFrame]:
    """Everybody who gets something, by staff id; and findings about those who cannot be reached or ask for too much."""
    found: list[Finding] = []
    people = post.people
    asked: dict[str, Addressee] = {}
    copies: list[tuple[Wish, str, str]] = []
    for row in _valid(post).to_dict("records"):
        person = people[str(row["staff"])]
        wish = _wish(post, row, person, found)
        email = _address(post, row["email"] if pd.notna(row["email"]) else person.email, row, found) if wish else ""
        if not wish or not email:
            continue
        if row["sent_as"] == "cc":
            copies.append((wish, person.staff, email))
        else:
            known = asked.get(person.staff, Addressee(person.staff, person.name, email, (), "asked"))
            asked[person.staff] = replace(known, wishes=(*known.wishes, wish))
    mentioned = {*asked, *(staff for _, staff, _ in copies)}
    for staff, person in people.items():
        if staff not in mentioned and (email := _address(post, person.email, {}, found)):
            wish = Wish(_due_scope(post, person), lang=post.lang)
            asked[staff] = Addressee(staff, person.name, email, (wish,), f"role_{post.reach(staff)}")
    return _with_copies(asked, copies, people), findings_frame(found)


def _valid(post: Post) -> pd.DataFrame:
    """The rows in force on the day, of staff who are there."""
    rows = on_day(post.recipients, post.as_of)
    valid: pd.DataFrame = rows[rows["staff"].isin([*post.people])]
    return valid


def _wish(post: Post, row: Mapping[Any, Any], person: Person, found: list[Finding]) -> Wish | None:
    scope = _scope(post, row, person)
    report = str(row["report"]) if pd.notna(row["report"]) else ""
    if scope is None:
        found.append(_told(post, "mail_no_scope", row, "scope"))
    elif report and report not in named_reports():
        found.append(_told(post, "mail_no_report", row, "report"))
    elif not _entitled(post, person, scope):
        found.append(_told(post, "mail_scope_above", row, "scope"))
    else:
        form: Form = row["form"] if pd.notna(row["form"]) else "both"
        lang: Lang = row["lang"] if pd.notna(row["lang"]) else post.lang
        return Wish(scope, report, form, lang)
    return None


def _scope(post: Post, row: Mapping[Any, Any], person: Person) -> Scope | None:
    if pd.isna(row["scope"]):
        return _due_scope(post, person)
    text = str(row["scope"])
    if text in _WHOLE:
        return COMPANY
    return named_scope(text, post.words) or named_scope(f"unit:{text}", post.words)


def _due_scope(post: Post, person: Person) -> Scope:
    """What the role is entitled to."""
    match post.reach(person.staff):
        case "company":
            return COMPANY
        case "unit" if person.unit:
            return Scope("unit", (person.unit,))
    return Scope("staff", (person.staff,))


def _entitled(post: Post, person: Person, scope: Scope) -> bool:
    reach = post.reach(person.staff)
    if reach == "company" or scope == Scope("staff", (person.staff,)):
        return True
    of_unit = set(post.words.facts.staff.loc[post.words.facts.staff["unit"] == person.unit, "staff"])
    mine = (scope.sort == "unit" and scope.keys == (person.unit,)) or (
        scope.sort == "staff" and scope.keys[0] in of_unit
    )
    return reach == "unit" and mine


def _address(post: Post, email: Any, row: Mapping[Any, Any], found: list[Finding]) -> str:
    """The address, '' for none that can be used."""
    text = str(email).strip() if pd.notna(email) else ""
    if _ADDRESS.fullmatch(text):
        return text
    if text or row:
        found.append(_told(post, "mail_bad_address" if text else "mail_no_address", row, "email", text))
    return ""


def _told(post: Post, code: str, row: Mapping[Any, Any], field: str, value: str | None = None) -> Finding:
    file, sheet = post.sheet
    held = value if value is not None else str(row.get(field, ""))
    return Finding(code, Source(file, sheet, int(row.get("row", 0))), field, value=held)


def _with_copies(
    asked: Mapping[str, Addressee], copies: list[tuple[Wish, str, str]], people: Mapping[str, Person]
) -> list[Addressee]:
    """A copy goes with the mail of the first who gets the same report alone; without one it is a mail of its own."""
    all_ = dict(asked)
    for wish, staff, email in copies:
        first = next((a for _, a in sorted(all_.items()) if a.wishes == (wish,) and a.staff != staff), None)
        if first:
            all_[first.staff] = replace(first, copies=(*first.copies, email))
        else:
            all_[staff] = Addressee(staff, people[staff].name, email, (wish,), "asked")
    return [all_[staff] for staff in sorted(all_)]
