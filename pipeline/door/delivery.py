"""The commands that end a month: its mails, their sending, and all of it in one for a timer."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.door.options import (
    AsOfOption,
    LangOption,
    MonthArgument,
    MonthOption,
    OutOption,
    WorkersOption,
    WorkspaceArgument,
    WorkspaceOption,
    as_of_day,
    month_of_option,
    opened,
)
from pipeline.language.errors import ExitCode

SETTLED = ("", "sent", "unsent")


def mail(  # noqa: PLR0917  # typer calls it by name
    month: MonthArgument,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = "",
    out: OutOption = None,
    lang: LangOption = "",
    workers: WorkersOption = 2,
) -> None:
    """Writes the outbox of a month; ends with FINDINGS when somebody cannot be reached."""
    from pipeline.door.mail import make_outbox
    from pipeline.door.screen import outbox_screen
    from pipeline.language import finding, period

    settings, spoken, target = opened(workspace, lang, out)
    box = make_outbox(settings, period.month(month), as_of_day(as_of), out=target, lang=spoken, workers=workers)
    outbox_screen(box, spoken)
    raise typer.Exit(ExitCode.FINDINGS if finding.to_look_at(box.findings) else ExitCode.CLEAN)


def send(  # noqa: PLR0917  # typer calls it by name
    month: MonthArgument,
    workspace: WorkspaceOption = None,
    only: Annotated[list[str] | None, typer.Option("--only", metavar="STAFF|ADDRESS")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    resend: Annotated[str, typer.Option("--resend", metavar="REASON", show_default=False)] = "",
    settle: Annotated[str, typer.Option("--settle", metavar="sent|unsent", show_default=False)] = "",
    out: OutOption = None,
    lang: LangOption = "",
) -> None:
    """Sends the outbox of a month, every mail once; ends with FINDINGS when one did not go out."""
    from pipeline.door.screen import sending_screen
    from pipeline.door.send import send_outbox
    from pipeline.language import period

    if settle not in SETTLED:
        raise typer.BadParameter(f"--settle {settle!r}: sent | unsent")
    settings, spoken, target = opened(workspace, lang, out)
    done = send_outbox(
        settings,
        period.month(month),
        out=target,
        clock=_now,
        only=only or (),
        dry_run=dry_run,
        resend=resend,
        settle=settle,  # type: ignore[arg-type]
    )
    sending_screen(done, month, spoken)
    raise typer.Exit(ExitCode.FINDINGS if done.to_look_at else ExitCode.CLEAN)


def month_(  # noqa: PLR0917  # typer calls it by name
    workspace: WorkspaceArgument = Path(),
    month: MonthOption = "",
    as_of: AsOfOption = "",
    out: OutOption = None,
    lang: LangOption = "",
    send_too: Annotated[bool, typer.Option("--send")] = False,
    workers: WorkersOption = 2,
) -> None:
    """Runs a month, gives logbooks back, writes the outbox and, with --send, sends it; one summary, one log file."""
    from pipeline.door.batch import run_batch
    from pipeline.door.screen import batch_screen

    settings, spoken, target = opened(workspace, lang, out)
    done = run_batch(
        settings,
        month_of_option(month),
        as_of_day(as_of),
        out=target,
        lang=spoken,
        clock=_now,
        send=send_too,
        workers=workers,
    )
    batch_screen(done, spoken)
    raise typer.Exit(ExitCode.FINDINGS if done.to_look_at else ExitCode.CLEAN)


def _now() -> datetime:
    return datetime.now().astimezone()
