"""How each member of staff keeps a logbook: everybody has habits, and nobody is quite true to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from pipeline.intake.forms import Field
from pipeline.sample.records import Record, Writer
from pipeline.sample.rules import Contact
from pipeline.sample.spelling import CLIENTS, DAYS, MOMENTS, TIMES, Cell, full_width, periods
from pipeline.sample.world import pick


@dataclass(frozen=True)
class Habit:
    """`day`, `time` and `client` are spellings; `heads` says which names the columns bear.

    `standard`: the handed-out workbook is used. Otherwise it is an own table below `titles` title rows, in which the
    columns may be `shuffled`. `merges`: the day is written once and merged over its rows.
    `formulas`: the day is a formula.
    """

    standard: bool = False
    day: str = "date"
    time: str = "time"
    client: str = "name"
    words: str = "title"  # or alias, english, spaced: how choices are written
    heads: str = "title"  # or alias, english, full_width
    titles: int = 1
    shuffled: bool = False
    merges: bool = False
    formulas: bool = False
    notes: bool = False  # totals and a signature below the rows


HABITS: Mapping[str, Habit] = {
    "LD01": Habit(day="chinese", time="half_day", client="short", heads="alias", titles=2, notes=True),
    "LD02": Habit(day="slashes", time="colon"),
    "KF01": Habit(standard=True),
    "KF02": Habit(day="dots", time="chinese", client="short", words="alias", heads="alias", titles=2, shuffled=True),
    "KF03": Habit(standard=True, day="dashes", time="colon", client="id"),
    "YW01": Habit(formulas=True),
    "YW02": Habit(day="dots", time="chinese", words="spaced", titles=3, merges=True),
    "YW03": Habit(day="text_serial", time="fraction", client="id", heads="english", titles=0, shuffled=True),
    "YW04": Habit(standard=True),
    "YW05": Habit(day="slashes", time="half_day_chinese", client="spaced", heads="full_width", notes=True),
    "YW06": Habit(day="no_year", time="half_day", client="short", words="alias", heads="alias", notes=True),
    "YW07": Habit(day="full_width", time="full_width", client="full_width_id", heads="full_width", titles=2),
    "YW08": Habit(day="serial", time="fraction", client="short", words="english", shuffled=True),
    "YW09": Habit(day="date", time="colon", merges=True, titles=2, notes=True),
    "YW10": Habit(standard=True, day="spaced", client="spaced"),
    "YW11": Habit(day="chinese", time="half_day_chinese", client="short", heads="alias", notes=True),
}


@dataclass(frozen=True)
class Pen:
    """A habit at work."""

    rng: np.random.Generator
    writer: Writer
    habit: Habit

    def record(self, row: Contact) -> Record:
        """The line as somebody with this habit writes it."""
        tidy = self.writer.contact(row)
        record = {**tidy, **self._spelled(row, tidy)}
        for field in self.writer.forms["contact"].fields:
            if field.type == "choice":
                record[field.key] = self._word(field, getattr(row, field.key))
        return {key: None if tidy[key] is None else record[key] for key in tidy}

    def _spelled(self, row: Contact, tidy: Record) -> Record:
        habit = self.habit
        time, client = self._mostly(habit.time, "colon"), self._mostly(habit.client, "name")
        return {
            "date": self._day(row.day),
            "recorded_on": self._day(row.recorded_on or row.day),
            "time": TIMES[time](row.minute or 0),
            "client": CLIENTS[client](self.writer.world.client[row.client]),
            "staff": row.staff if self.rng.random() < 0.1 else tidy["staff"],
            "minutes": self._minutes(row.minutes),
            "topics": self._topics(str(tidy["topics"])),
        }

    def respelled(self, form: str, tidy: Record) -> Record:
        """A row of another log with its days, moments, periods and choices in the habit's spelling."""
        return {field.key: self._respelled(field, tidy[field.key]) for field in self.writer.forms[form].fields}

    def _respelled(self, field: Field, cell: Cell) -> Cell:
        if isinstance(cell, datetime):
            return MOMENTS[pick(self.rng, [*[self.habit.day] * 8, "dashes", "date"])](cell)
        if isinstance(cell, date):
            return self._day(cell)
        if field.type == "period":
            return pick(self.rng, periods(str(cell)))  # type: ignore[no-any-return]
        key = next((key for key, choice in field.choices.items() if choice.title.zh == cell), None)
        return cell if key is None else self._word(field, key)

    def _mostly(self, usual: str, other: str) -> str:
        return usual if self.rng.random() < 0.95 else other

    def _day(self, day: date) -> Cell:
        return DAYS[self._mostly(self.habit.day, pick(self.rng, ["dashes", "dots", "date"]))](day)

    def _minutes(self, minutes: int | None) -> Cell:
        return pick(self.rng, [*[minutes] * 8, f"{minutes}分钟", full_width(str(minutes))])  # type: ignore[no-any-return]

    def _topics(self, topics: str) -> Cell:
        return topics.replace("、", pick(self.rng, ["、", "、", "，", "；", "/", "\n"]))

    def _word(self, field: Field, key: str) -> str:
        choice = field.choices[key]
        if self.habit.words == "alias" and choice.aliases and self.rng.random() < 0.4:
            return choice.aliases[int(self.rng.integers(min(2, len(choice.aliases))))]
        if self.habit.words == "english":
            return choice.title.en
        if self.habit.words == "spaced" and len(choice.title.zh) == 2:
            return "　".join(choice.title.zh)
        return choice.title.zh


def head(field: Field, heads: str) -> str:
    """What somebody writes above a column."""
    match heads:
        case "english":
            return field.title.en
        case "alias":
            return field.aliases[0]
        case "full_width":
            return f" {field.title.zh}（必填）" if field.required else f"{field.title.zh}　"
    return field.title.zh
