"""Grades of secrecy of clients: which a client has and until when, who may see it, and what the others see instead."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from pipeline.language.mistakes import Mistake, Way
from pipeline.language.policy.obligation import Words
from pipeline.language.policy.quantity import Model
from pipeline.language.suggest import hint
from pipeline.language.wording import wording


class Grade(Model):
    """A grade of secrecy; the order in the file is the order of rank, lowest first."""

    title: Words
    article: str = ""


class Secrecy(Model):
    """Who may see which clients in a report.

    `grade` and `until` are attributes of the client: its grade, one of `grades`, and the last day that it holds; a
    client without a grade, or whose term is over, may be seen by everybody. `sees` gives roles the highest grade that
    they may see; a role it does not name sees no client with a grade. Of a client that the reader may not see the
    name is `starred` (its first character, then `*`) or replaced by its `code`, and the columns `left_out`, of
    whatever form, are empty.
    """

    article: str
    grade: str
    until: str = ""
    grades: Annotated[dict[str, Grade], Field(min_length=1)]
    sees: dict[str, str]
    names: Literal["starred", "code"] = "starred"
    left_out: tuple[str, ...] = ("contact", "phone", "note", "content")

    def rank(self, grade: str) -> int:
        """The rank of a grade, from 1; 0 for none."""
        return [*self.grades].index(grade) + 1 if grade in self.grades else 0

    def sight(self, roles: Collection[str]) -> int:
        """The rank of the highest grade that somebody with these roles may see."""
        return max((self.rank(self.sees.get(role, "")) for role in roles), default=0)


def secrecy_mistakes(
    secrecy: Secrecy, attributes: Mapping[str, Collection[str]], roles: Collection[str]
) -> Iterator[Mistake]:
    """Names in the block that the regulation does not define; `attributes`: of clients, each with its choices."""
    for key, name in ("grade", secrecy.grade), ("until", secrecy.until):
        if name:
            yield from _unknown("column", ("secrecy", key), name, attributes)
    choices = attributes.get(secrecy.grade, ())
    for grade in secrecy.grades:
        yield from _unknown("choice", ("secrecy", "grades", grade), grade, choices, of_key=True)
    for role, grade in secrecy.sees.items():
        yield from _unknown("role", ("secrecy", "sees", role), role, roles, of_key=True)
        yield from _unknown("choice", ("secrecy", "sees", role), grade, secrecy.grades)


def _unknown(kind: str, way: Way, name: str, known: Collection[str], *, of_key: bool = False) -> Iterator[Mistake]:
    if name not in known:
        message = wording("policy_unknown", kind=wording(f"policy_kind_{kind}"), name=name, hint=hint(name, known))
        yield Mistake(way, message, of_key)
