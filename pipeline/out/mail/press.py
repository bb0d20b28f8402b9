"""Prints one mail: its reports as attachments, its body, its seal, and what it says when it is not the first."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final

import pandas as pd

from pipeline.language.finding import Finding, findings_frame
from pipeline.language.wording import Lang, label
from pipeline.language.workspace import MailSettings
from pipeline.out.files import write_files
from pipeline.out.mail.address import Addressee, Wish
from pipeline.out.mail.body import render_body
from pipeline.out.mail.letter import Letter, eml
from pipeline.out.mail.seal import sealed
from pipeline.out.report.build import compose, month_plan
from pipeline.out.report.material import Material
from pipeline.out.report.model import Figure, Kind, Report, Run
from pipeline.out.report.named import named_plan, named_reports
from pipeline.out.report.show import text
from pipeline.out.report.veil import ANYBODY, Reader, known_reader, shown_grade
from pipeline.store.sent import SentBook

MOST_FIGURES: Final = 8
_NOT_IN_A_NAME = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]+")
Files = list[tuple[str, bytes]]
Printed = tuple["Posted | None", pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Posted:
    """A mail of the outbox: `content` is a digest of what it says, `figures` its key figures, `why` it is written."""

    file: str
    staff: str
    name: str
    to: str
    copies: tuple[str, ...]
    scope: str
    subject: str
    why: str
    attachments: tuple[str, ...]
    size: int
    content: str
    sha256: str
    figures: Mapping[str, float | None]


@dataclass(frozen=True)
class Press:
    """What the mails of a month are made of.

    `materials`: by the name of the report, '' for the month's. `returned`: by staff, the logbooks that go back.
    `passwords`: by `recipient:STAFF` and `grade:KEY`.
    """

    company: str
    materials: Mapping[str, Material]
    as_of: date
    settings: MailSettings
    sender: tuple[str, str]
    run: Run
    returned: Mapping[str, tuple[Path, ...]]
    passwords: Mapping[str, str]
    sent: SentBook

    def reader(self, person: Addressee) -> Reader:
        """The addressee as a reader of reports."""
        words = self.materials[""].words
        return known_reader(person.staff, words.regulations, words.facts, self.as_of) or ANYBODY

    def report(self, person: Addressee, wish: Wish) -> Report:
        """The report that is wished for, as the addressee may see it."""
        material = self.materials[wish.report]
        plan = (
            named_plan(named_reports()[wish.report], material.span) if wish.report else month_plan(material.span.month)
        )
        return compose(self.company, material, plan, self.run, scope=wish.scope, reader=self.reader(person))


@dataclass(frozen=True)
class Draft:
    """A mail in the making: for whom, about what, with which figures; `lead` is the report that the body tells of."""

    press: Press
    person: Addressee
    lead: Report
    lang: Lang
    scope: str

    @property
    def figures(self) -> dict[str, float | None]:
        """The key figures, by id."""
        return {figure.id: figure.value for figure in self.lead.figures[:MOST_FIGURES]}

    def letter(self, files: Files, notes: Sequence[str]) -> Letter:
        """The letter with these attachments and notes."""
        lang, meta = self.lang, self.lead.meta
        told = [*notes, label("mail_automatic", lang)]
        return Letter(
            sender=self.press.sender,
            to=(self.person.name, self.person.email),
            subject=f"{meta.title.in_(lang)} {meta.company}",
            body=render_body(self.lead, lang, [name for name, _ in files], told),
            copies=self.person.copies,
            reply_to=self.press.settings.reply_to,
            attachments=files,
        )

    def restated(self, content: str) -> list[str]:
        """When the addressee got another issue of this report: which one this is, and which figures changed."""
        issues = self.press.sent.received(self.person.staff, self.scope)
        if not issues or issues[-1].content == content:
            return []
        before = issues[-1].figures
        changed = [f for f in self.lead.figures[:MOST_FIGURES] if f.id in before and before[f.id] != f.value]
        told = [self._change(figure, before[figure.id]) for figure in changed]
        said = label("mail_restated", self.lang, issue=len(issues) + 1)
        return [said, *(told or [label("mail_restated_detail", self.lang)])]

    def _change(self, figure: Figure, before: float | None) -> str:
        kind: Kind = "share" if figure.unit == "share" else "amount"
        return f"{figure.label.in_(self.lang)} {text(before, kind)} → {text(figure.value, kind)}"


def print_mail(press: Press, person: Addressee, number: int, folder: Path) -> Printed:
    """Writes the mail of an addressee into `folder`; no mail, and a finding, when it may not be written."""
    reports = [(wish, press.report(person, wish)) for wish in person.wishes]
    scope = "+".join(f"{w.report or 'month'}@{w.scope.sort}:{','.join(w.scope.keys)}" for w in person.wishes)
    lang = person.wishes[0].lang
    draft = Draft(press, person, reports[0][1], lang, scope)
    files, notes, found = _fitting(press, person, [file for wish, made in reports for file in _files(made, wish)], lang)
    back = [(path.name, path.read_bytes()) for path in press.returned.get(person.staff, ())]
    notes += [label("mail_returned", lang)] if back else []
    plain = draft.letter([*files, *back], notes)
    news = draft.restated(plain.content)
    password = _password(press, person)
    if password is None:
        return None, findings_frame([*found, Finding("mail_no_password", value=person.name)])
    if password:
        files, notes = [sealed(*file, password) for file in files], [*notes, label("mail_sealed", lang)]
    letter = draft.letter([*files, *back], [*news, *notes]) if news or password else plain
    return _posted(draft, letter, plain.content, number, folder), findings_frame(found)


def _posted(draft: Draft, letter: Letter, content: str, number: int, folder: Path) -> Posted:
    person = draft.person
    whole = eml(letter, sha256(f"{content} {draft.scope}".encode()).hexdigest())
    file = f"{number:03d}_{_NOT_IN_A_NAME.sub('_', person.name)}.eml"
    (folder / file).write_bytes(whole)
    return Posted(
        file=file,
        staff=person.staff,
        name=person.name,
        to=person.email,
        copies=person.copies,
        scope=draft.scope,
        subject=letter.subject,
        why=person.why,
        attachments=tuple(name for name, _ in letter.attachments),
        size=len(whole),
        content=content,
        sha256=sha256(whole).hexdigest(),
        figures=draft.figures,
    )


def _files(report: Report, wish: Wish) -> Files:
    """The report as the files that are wished for."""
    with tempfile.TemporaryDirectory() as made:
        return [(path.name, path.read_bytes()) for path in write_files(report, Path(made), wish.lang, wish.form)]


def _fitting(press: Press, person: Addressee, files: Files, lang: Lang) -> tuple[Files, list[str], list[Finding]]:
    """The files, without the workbooks when they are more than a mail may hold; Base64 takes a third more."""
    most = press.settings.size_mb * 1e6
    if sum(len(content) for _, content in files) * 4 / 3 <= most:
        return files, [], []
    pages = [file for file in files if not file[0].endswith(".xlsx")]
    pages = pages if sum(len(content) for _, content in pages) * 4 / 3 <= most else []
    limit = f"{press.settings.size_mb:g} MB"
    note = label("mail_too_large" if pages else "mail_nothing_attached", lang)
    return pages, [note], [Finding("mail_too_large", value=person.name, expected=limit)]


def _password(press: Press, person: Addressee) -> str | None:
    """The password of the attachments: '' where they are not sealed, None where they have to be and there is none."""
    match press.settings.seal:
        case "recipient":
            return press.passwords.get(f"recipient:{person.staff}")
        case "grade" if grade := _grade(press, person):
            return press.passwords.get(f"grade:{grade}")
    return ""


def _grade(press: Press, person: Addressee) -> str:
    material = press.materials[""]
    words = material.words
    return shown_grade(words.regulations, words.facts, press.as_of, press.reader(person), material.clients)
