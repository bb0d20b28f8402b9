"""The whole end of a month for a timer: run, give back, mail, send; alone in its workspace, with a log file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pipeline.door.holding import alone
from pipeline.door.mail import Outbox, make_outbox
from pipeline.door.progress import bar
from pipeline.door.run import Month, run_month
from pipeline.door.send import Clock, Sending, send_outbox
from pipeline.language.errors import TierbookError
from pipeline.language.finding import to_look_at
from pipeline.language.period import Period, month_key
from pipeline.language.wording import Lang, label, wording
from pipeline.language.workspace import Workspace

LOG = "tierbook.log"
LOCK = ".tierbook.lock"


@dataclass(frozen=True)
class Batch:
    """What became of a month; without a sender there is no outbox, without sending nothing sent."""

    month: Month
    outbox: Outbox | None
    sending: Sending | None
    log: Path

    @property
    def to_look_at(self) -> bool:
        """Whether somebody has to look at something."""
        found = self.month.to_look_at or (self.outbox is not None and to_look_at(self.outbox.findings))
        return found or (self.sending is not None and self.sending.to_look_at)


def run_batch(
    workspace: Workspace,
    month: Period,
    as_of: date,
    *,
    out: Path,
    lang: Lang,
    clock: Clock,
    send: bool,
    workers: int = 2,
) -> Batch:
    """Runs the month and what follows. Raises a TierbookError, written into the log as well, when it cannot go on."""
    log = out / month_key(month) / LOG
    with (
        alone(workspace.folder / LOCK, wording("batch_busy"), wording("batch_busy_mend")),
        _logged(log, clock, lang) as tell,
    ):
        with bar(lang, quiet=True) as progress:
            done = run_month(workspace, month, as_of, out, lang, workers=workers, progress=progress)
        tell(label("batch_ran", lang, files=len(done.paths), findings=len(done.findings), returned=done.returned.files))
        outbox = sending = None
        if workspace.mail.sender:
            outbox = make_outbox(workspace, month, as_of, out=out, lang=lang, workers=workers)
            tell(label("batch_mailed", lang, mails=len(outbox.mails), findings=len(outbox.findings)))
        if outbox and send:
            sending = send_outbox(workspace, month, out=out, clock=clock)
            for mail, fate, answer in sending.fates:
                tell(f"{label(f'mail_fate_{fate}', lang)}  {mail.to}  {answer}".rstrip())
        return Batch(done, outbox, sending, log)


@contextmanager
def _logged(path: Path, clock: Clock, lang: Lang) -> Iterator[Callable[[str], None]]:
    """Lines with their time are added to the log; what ends the run is its last one."""
    path.parent.mkdir(parents=True, exist_ok=True)

    def tell(text: str) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{_stamp(clock())}  {text}\n")

    tell(label("batch_begun", lang))
    try:
        yield tell
    except TierbookError as error:
        tell(error.text(lang))
        raise
    except BaseException as error:
        tell(f"{type(error).__name__}: {error}")
        raise
    tell(label("batch_done", lang))


def _stamp(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="seconds")
