"""What the words of several commands mean: months, days, folders, the language to speak."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.language.wording import LANGS, Lang

if TYPE_CHECKING:
    from pipeline.language.period import Period
    from pipeline.language.workspace import Workspace


def spoken(words: list[str], environment: dict[str, str]) -> Lang:
    """The language to speak: `--lang` among the words, else TIERBOOK_LANG, else Chinese."""
    for i, word in enumerate(words):
        if word.startswith("--lang="):
            return _lang(word.partition("=")[2])
        if word == "--lang" and i + 1 < len(words):
            return _lang(words[i + 1])
    return _lang(environment.get("TIERBOOK_LANG", ""))


def _lang(text: str) -> Lang:
    return text if text in LANGS else "zh"


def month_key_of(text: str) -> str:
    """The month as it is written everywhere; '' stays. Raises BadParameter."""
    from pipeline.language.period import month, month_key

    try:
        return month_key(month(text)) if text else ""
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def day_of(text: str) -> str:
    """The day as it is written everywhere; '' stays. Raises BadParameter."""
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise typer.BadParameter(f"{text!r}; 2026-11-12") from error


WorkspaceArgument = Annotated[Path, typer.Argument(metavar="[WORKSPACE]", show_default=False)]
WorkspaceOption = Annotated[Path | None, typer.Option("--workspace", "-w", metavar="DIR")]
LangOption = Annotated[str, typer.Option("--lang", metavar="zh|en", show_default=False)]
MonthOption = Annotated[str, typer.Option("--month", "-m", metavar="2026-10", parser=month_key_of)]
MonthArgument = Annotated[str, typer.Argument(metavar="MONTH", parser=month_key_of, show_default=False)]
OutOption = Annotated[Path | None, typer.Option("--out", "-o", metavar="DIR")]
WorkersOption = Annotated[int, typer.Option(min=1, max=64)]
AsOfOption = Annotated[str, typer.Option("--as-of", metavar="2026-11-12", parser=day_of, show_default=False)]


def chosen_lang(lang: str, default: Lang | None = None) -> Lang:
    """The language asked for, else the default, else that of the environment. Raises BadParameter."""
    if lang and lang not in LANGS:
        raise typer.BadParameter(f"--lang {lang!r}: zh | en")
    return lang if lang else default or spoken([], dict(os.environ))


def as_of_day(text: str) -> date:
    """The day asked for, else today."""
    return date.fromisoformat(text) if text else today()


def today() -> date:
    """Today, here."""
    return datetime.now().astimezone().date()


def month_of_option(text: str) -> Period:
    """The month asked for, else the one before this."""
    from pipeline.language import period

    return period.month(text) if text else period.month_of(period.add_months(today(), -1))


def opened(workspace: Path | None, lang: str, out: Path | None = None) -> tuple[Workspace, Lang, Path]:
    """The workspace, the one here if none is named; the language to speak; the folder for what is written.

    Raises WorkspaceError when there is no workspace.
    """
    from pipeline.language.workspace import load_workspace

    settings = load_workspace(workspace or Path())
    return settings, chosen_lang(lang, settings.lang), out or settings.folder / "output"
