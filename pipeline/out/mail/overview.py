"""What the operator looks over before anything is sent: which mail goes to whom, with what, and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.language.wording import Lang, label
from pipeline.out.mail.press import Posted
from pipeline.out.templates import environment


def write_overview(path: Path, title: str, mails: Sequence[Posted], folder: Path, lang: Lang) -> None:
    """Writes the list of mails as a page beside them."""

    def say(key: str, **values: object) -> str:
        return label(key, lang, **values)

    template = environment().get_template("mail/overview.html.j2")
    path.write_text(template.render(title=title, mails=mails, folder=folder, lang=lang, say=say), "utf-8", newline="\n")
