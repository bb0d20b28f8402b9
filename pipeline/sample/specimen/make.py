"""Writes a specimen: its register, and a logbook for every member of staff and month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from pipeline.intake.forms import Field, Form, load_forms
from pipeline.language.calendar import china_calendar
from pipeline.language.policy.regulation import Regulation
from pipeline.language.wording import Lang
from pipeline.out.logbook import write_filled, write_register
from pipeline.sample.specimen.cast import SINCE, Cast, fits, make_cast
from pipeline.sample.specimen.filling import Record
from pipeline.sample.specimen.scenes import Line, Scene, day_of
from pipeline.sample.spelling import chosen

BEGUN = date(2025, 1, 1)  # before the year, for what is owed once in a year
KNOWN_UNTIL = date(2026, 11, 12)


def make_specimen(folder: Path, regulation: Regulation, lang: Lang) -> None:
    """Writes `register.xlsx` and `logbooks/` of the year from 2025-11 to 2026-10 into `folder`.

    A small company: three members of staff for each role, four clients of each tier. Every obligation is met by some
    and missed by others, as far as the year holds more than one duty of it.
    """
    forms = load_forms((regulation,))
    cast = make_cast(regulation, forms)
    desk = Desk(forms, cast, lang)
    write_register(forms, folder / "register.xlsx", lang, desk.register(regulation))
    for (month, staff), rows in desk.logbooks(Scene(regulation, forms, cast, china_calendar()).lines()).items():
        path = folder / "logbooks" / month / f"{desk.people[staff]}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        saved_at = datetime.combine(date.fromisoformat(f"{month}-28"), time(17))
        write_filled(
            [forms[key] for key in rows], path, lang, rows, staff=desk.people[staff], month=month, saved_at=saved_at
        )


@dataclass(frozen=True)
class Desk:
    """Writes plain rows down in a language: titles for keys, names for ids."""

    forms: Mapping[str, Form]
    cast: Cast
    lang: Lang

    @property
    def people(self) -> dict[str, str]:
        """The names of the staff."""
        return {m.staff: m.name for m in self.cast.staff}

    def logbooks(self, lines: Iterable[Line]) -> dict[tuple[str, str], dict[str, list[Record]]]:
        """The rows of each month and member of staff, by form, as far as they are known at the end of the story."""
        found: dict[tuple[str, str], dict[str, list[Record]]] = {}
        for form, record in sorted(lines, key=lambda line: str(line.record[self.forms[line.form].happened[0]])):
            day = day_of(record[self.forms[form].happened[0]])
            if day <= KNOWN_UNTIL:
                rows = found.setdefault((f"{day:%Y-%m}", record[self.forms[form].by]), {})
                rows.setdefault(form, []).append(self.written(form, record))
        return dict(sorted(found.items()))

    def register(self, regulation: Regulation) -> dict[str, list[Record]]:
        """The sheets of the register."""
        derived = {rule.tier for rule in regulation.tier_rules}
        form, clients = self.forms["client"], self.cast.clients
        told = [c for c in clients if c.tier not in derived or not fits(regulation, form, c.tier, c.columns)]
        sheets: dict[str, Sequence[Record]] = {
            "client": [c.columns for c in clients],
            "tier": [{"client": c.client, "tier": c.tier, "start": SINCE} for c in told],
            "owner": [
                {"client": c.client, "role": role, "staff": staff, "start": SINCE}
                for c in clients
                for role, staff in c.owners.items()
            ],
            "staff": [
                {"staff": m.staff, "name": m.name, "unit": m.unit, "role": m.role, "start": SINCE}
                for m in self.cast.staff
            ],
            "waiver": [],
            "recipient": [],
        }
        return {form: [self.written(form, record) for record in records] for form, records in sheets.items()}

    def written(self, form: str, record: Record) -> Record:
        """The row as it stands in a workbook; what the story does not know yet is left out."""
        return {f.key: self._cell(f, record.get(f.key)) for f in self.forms[form].fields}

    def _cell(self, field: Field, value: Any) -> Any:
        if value is None or (isinstance(value, date) and day_of(value) > KNOWN_UNTIL):
            return None
        return chosen(field, value, self.lang)
