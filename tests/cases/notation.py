"""The short notation of case files, turned into facts; `docs/regulation-language.md`, 'Cases', tells what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from typing import Any

from pydantic import TypeAdapter

from pipeline.compute.facts import Facts
from pipeline.language.calendar import china_calendar
from pipeline.language.overrides import Overrides
from pipeline.language.period import Period
from pipeline.language.period import month as month_named
from pipeline.language.policy.kinds import Obligation
from pipeline.language.policy.load import load_regulation
from pipeline.language.policy.obligation import Duty
from pipeline.language.policy.regulation import Regulation
from tests.cases.build import facts_of
from tests.cases.forms import Lexicon, lexicons
from tests.oracle.world import holds_all

LONG_AGO = date(2020, 1, 1)
DAY = timedelta(days=1)
_MOMENT = re.compile(r"(?:(\d{4})-)?(\d{1,2})-(\d{1,2})(?:T(\d{1,2}):(\d{2}))?")
_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_PERIOD = re.compile(r"\d{4}(-(\d{2}|Q[1-4]|H[12]|W\d{2}))?")
_EXPECTED = re.compile(
    r"(?:(?P<actual>[\d.]+)/(?P<required>[\d.]+) )?(?P<status>met|missed|open|unprovable|waived)"
    r"(?: due (?P<due>[\d-]+(?:T[\d:]+)?))?(?: own (?P<own>[\d.]+))?(?: in (?P<month>\d{4}-\d{2}))?"
)


@cache
def shipped(stem: str) -> Regulation:
    """The shipped regulation; read once, for it takes its time."""
    return load_regulation(stem)


def obligation(written: Mapping[str, Any]) -> Duty:
    """An obligation as a regulation writes it; what does not matter to judging may be left out."""
    made: Duty = TypeAdapter(Obligation).validate_python({"article": "0", "title": {"zh": "-", "en": "-"}, **written})
    return made


class CaseError(Exception):
    """A case that cannot be read."""


@dataclass(frozen=True)
class Expected:
    """What a duty should come to; what is None is not looked at."""

    status: str
    actual: float | None = None
    required: float | None = None
    due: datetime | None = None
    own: float | None = None
    month: str | None = None  # of account

    def __str__(self) -> str:
        """As it is written in a case file."""
        due = self.due and (f"{self.due:%Y-%m-%d}" if self.due.second == 59 else f"{self.due:%Y-%m-%dT%H:%M}")
        parts = (
            f"{self.actual:g}/{self.required:g}" if self.actual is not None and self.required is not None else "",
            self.status,
            f"due {due}" if due else "",
            f"own {self.own:g}" if self.own is not None else "",
            f"in {self.month}" if self.month else "",
        )
        return " ".join(part for part in parts if part)


@dataclass(frozen=True)
class Case:
    """One case of a file, beside the regulation of the file's name."""

    stem: str
    written: Mapping[str, Any]
    defaults: Mapping[str, str]

    @property
    def title(self) -> str:
        return str(self.written["title"])

    @property
    def month(self) -> Period:
        return month_named(str(self.written["month"]))

    @property
    def as_of(self) -> date:
        given = self.written.get("as_of")
        return self.moment(str(given)).date() if given else self.month.last_day

    @cached_property
    def regulation(self) -> Regulation:
        """The regulation, with the case's own `parameters`, or with its `obligations` in place of those written."""
        parameters, obligations = self.written.get("parameters"), self.written.get("obligations")
        regulation = load_regulation(self.stem, overrides=parameters) if parameters else shipped(self.stem)
        if obligations is None:
            return regulation
        return regulation.model_copy(update={"obligations": tuple(map(obligation, obligations))})

    @property
    def looked_at(self) -> Regulation:
        """The regulation with only those obligations of which the case says what they come to."""
        wanted = [self.regulation.obligation(id_) for id_ in self.written.get("expect", ())]
        return self.regulation.model_copy(update={"obligations": tuple(wanted)})

    # people and clients

    @cached_property
    def clients(self) -> dict[str, Mapping[str, Any]]:
        """Each client with what is written about it; a bare value is its tier."""
        given = self.written.get("clients") or {"甲公司": self.written.get("client", {})}
        return {name: about if isinstance(about, Mapping) else {"tier": about} for name, about in given.items()}

    @cached_property
    def staff(self) -> list[dict[str, Any]]:
        """One row for each member of staff and role; without any written, a stand-in for each role named after it."""
        given = self.written.get("staff")
        if given is None:
            given = {role.title.zh: key for key, role in self.regulation.roles.items()}
        return [row for name, about in given.items() for row in self._roles(name, about)]

    def _roles(self, name: str, about: Any) -> Iterator[dict[str, Any]]:
        about = about if isinstance(about, Mapping) else {"role": about}
        roles = about["role"] if isinstance(about["role"], list) else [about["role"]]
        for role in roles:
            yield {"staff": name, "unit": about.get("unit", "投融资部"), "role": role, **self._span(about)}

    def _span(self, about: Mapping[str, Any]) -> dict[str, Any]:
        end = about.get("to")
        return {"start": self.day(about.get("from", LONG_AGO)), "end": self.day(end) + DAY if end else None}

    def _client(self, name: str, about: Mapping[str, Any]) -> dict[str, Any]:
        left = about.get("left")
        plain = {key: value for key, value in about.items() if key not in ("tier", "owners", "joined", "left")}
        days = {"joined_on": self.day(about.get("joined", LONG_AGO)), "left_on": self.day(left) + DAY if left else None}
        return {"client": name, **days, **plain}

    def _spans(self, value: Any, first: date) -> Iterator[tuple[str, date, date | None]]:
        """A value that holds from the first day on, or `{day: value, ...}`, each until the next."""
        steps = value if isinstance(value, Mapping) else {first: value}
        days = [self.day(day) for day in steps]
        for day, end, held in zip(days, [*days[1:], None], steps.values(), strict=True):
            if held is not None:
                yield str(held), day, end

    def _tiers(self) -> Iterator[dict[str, Any]]:
        for name, about in self.clients.items():
            held = about.get("tier", self._tier_by_rule(about))
            for tier, start, end in self._spans(held, self.day(about.get("joined", LONG_AGO))):
                yield {"client": name, "tier": tier, "start": start, "end": end}

    def _tier_by_rule(self, about: Mapping[str, Any]) -> str | None:
        columns = dict.fromkeys(self.regulation.attributes) | dict(about)
        return next((rule.tier for rule in self.regulation.tier_rules if holds_all(rule.when, columns)), None)

    def _owners(self) -> Iterator[dict[str, Any]]:
        usual = {row["role"]: row["staff"] for row in reversed(self.staff)}  # the first of each role
        for name, about in self.clients.items():
            for role, held in (usual | about.get("owners", {})).items():
                for staff, start, end in self._spans(held, LONG_AGO):
                    yield {"client": name, "role": role, "staff": staff, "start": start, "end": end}

    def _waivers(self) -> Iterator[dict[str, Any]]:
        for line in self.written.get("waivers", ()):
            name, obligation, days = line.split()
            first, last = days.split("..")
            scope = "*" if obligation == "all" else f"{self.regulation.id}/{obligation}"
            yield {"client": name, "obligation": scope, "start": self.day(first), "end": self.day(last) + DAY}

    # rows

    @cached_property
    def people(self) -> dict[str, str]:
        """What a member of staff may be called in a row: the name, or a role that one person has."""
        names = {row["staff"]: row["staff"] for row in self.staff}
        for key, role in self.regulation.roles.items():
            holders = {row["staff"] for row in self.staff if row["role"] == key}
            if len(holders) == 1:
                names |= dict.fromkeys((key, role.title.zh, *role.aliases), *holders)
        return names

    def rows(self, form: str, lines: Sequence[str]) -> list[dict[str, Any]]:
        return [self._row(form, str(line)) for line in lines]

    def _row(self, form: str, line: str) -> dict[str, Any]:
        words = lexicons(self.stem)[form]
        row: dict[str, Any] = {}
        for word in [*self.defaults.get(form, "").split(), *line.split()]:
            row |= self._meaning(words, word)
        return self._completed(words, row)

    def _meaning(self, words: Lexicon, word: str) -> dict[str, Any]:
        if "=" in word:
            title, _, value = word.partition("=")
            return words.cell(title, value, self.moment)
        if _PERIOD.fullmatch(word) and words.period:
            return {words.period: word}
        if _MOMENT.fullmatch(word):
            return {"happened": self.moment(word)}
        if match := _TIME.fullmatch(word):
            return {"minutes_after_midnight": int(match[1]) * 60 + int(match[2])}
        named = {"client": word} if word in self.clients else {"by": self.people.get(word)}
        return named if any(named.values()) else words.choice(word)

    def _completed(self, words: Lexicon, row: dict[str, Any]) -> dict[str, Any]:
        faults = row.get("faults", "").split(";")
        minutes = row.pop("minutes_after_midnight", None)
        if minutes is not None:
            row["happened"] += timedelta(minutes=minutes)
        if words.has("client") and "client" not in faults and len(self.clients) == 1:
            row = {"client": next(iter(self.clients))} | row
        if words.has("case_no") and "case_no" not in faults:
            row = {"case_no": "K1"} | row
        return {"month": f"{row.get('happened', self.month.start):%Y-%m}"} | words.spread(row)

    # days

    def day(self, given: Any) -> date:
        return given if isinstance(given, date) else self.moment(str(given)).date()

    def moment(self, text: str) -> datetime:
        """`10-09`, `2026-10-09`, `10-09T14:30`; the year of the case's month if none is given."""
        match = _MOMENT.fullmatch(text)
        if not match:
            raise CaseError(f"{self.title}: not a day: {text!r}")
        year, month, day, hour, minute = match.groups()
        day_ = date(int(year or self.month.start.year), int(month), int(day))
        return datetime.combine(day_, time(int(hour or 0), int(minute or 0)))

    # the whole

    def facts(self) -> Facts:
        """The facts of the case."""
        forms = self.regulation.forms
        rejected = self.written.get("rejected", {})
        calendar = self.written.get("calendar")
        return facts_of(
            clients=[self._client(name, about) for name, about in self.clients.items()],
            attributes={name: about.type for name, about in self.regulation.attributes.items()},
            tiers=list(self._tiers()),
            owners=list(self._owners()),
            staff=self.staff,
            waivers=list(self._waivers()),
            rows={form: self.rows(form, self.written.get(form, ())) for form in forms},
            doubts={form: self.rows(form, rejected.get(form, ())) for form in forms},
            calendar=china_calendar(Overrides.model_validate(calendar)) if calendar else None,
            forms={form: words.form for form, words in lexicons(self.stem).items()},
        )

    def expectations(self) -> Iterator[tuple[str, str | None, list[Expected]]]:
        """For each obligation, and each subject named (None: whoever there is), its duties in order of their start."""
        for obligation, outcome in self.written.get("expect", {}).items():
            if isinstance(outcome, Mapping):
                for subject, inner in outcome.items():
                    yield obligation, str(subject), self._outcomes(inner)
            else:
                yield obligation, None, self._outcomes(outcome)

    def _outcomes(self, written: Any) -> list[Expected]:
        if written == "none":
            return []
        return [self._outcome(str(one)) for one in (written if isinstance(written, list) else [written])]

    def _outcome(self, text: str) -> Expected:
        match = _EXPECTED.fullmatch(text)
        if not match:
            raise CaseError(f"{self.title}: not an outcome: {text!r}")
        numbers = {key: float(match[key]) for key in ("actual", "required", "own") if match[key]}
        due = self.moment(match["due"]) if match["due"] else None
        if due and "T" not in match["due"]:
            due += DAY - timedelta(seconds=1)  # a day means its end
        return Expected(match["status"], due=due, month=match["month"], **numbers)
