"""Sends the outbox over SMTP, every mail once: what was begun and what became of it is on the disk before and after."""

from __future__ import annotations

import smtplib
import ssl
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from pathlib import Path
from time import sleep
from typing import Literal

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from pipeline.door.holding import alone
from pipeline.door.mail import OUTBOX, read_outbox
from pipeline.door.secret import smtp_password
from pipeline.language.errors import DeliveryError, WorkspaceError
from pipeline.language.period import Period, month_key
from pipeline.language.wording import wording
from pipeline.language.workspace import Smtp, Workspace
from pipeline.out.mail.press import Posted
from pipeline.store.sent import FOLDER, Line, Outcome, SentBook, settled, write_line

Fate = Literal["sent", "before", "refused", "put_off", "unknown", "would_send"]
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Sending:
    """What became of each mail of the outbox, with the server's answer where it gave one."""

    fates: tuple[tuple[Posted, Fate, str], ...]

    @property
    def counts(self) -> Counter[Fate]:
        """How many mails came to which end."""
        return Counter(fate for _, fate, _ in self.fates)

    @property
    def to_look_at(self) -> bool:
        """Whether some mail did not go out."""
        return bool({"refused", "put_off", "unknown"} & set(self.counts))


class _PutOffError(Exception):
    """The server will not take the mail now (4xx)."""


class _RefusedError(Exception):
    """The server does not take the mail (5xx)."""


class _UnknownError(Exception):
    """The line broke after the mail was handed over: nobody knows whether the server took it."""


def send_outbox(
    workspace: Workspace,
    month: Period,
    *,
    out: Path,
    clock: Clock,
    only: Sequence[str] = (),
    dry_run: bool = False,
    resend: str = "",
    settle: Literal["", "sent", "unsent"] = "",
    pause: Callable[[float], None] = sleep,
) -> Sending:
    """Sends what the outbox of a month holds and was not sent yet.

    `only`: staff ids, names or addresses. `resend`: the reason to send again what was sent. `settle`: what became of
    mails that an interruption left unknown; without it they are left alone and told. Raises WorkspaceError without an
    outbox or server, DeliveryError when the server cannot be talked to at all.
    """
    folder = out / month_key(month) / OUTBOX
    mails = [mail for mail in read_outbox(folder, month) if not only or {mail.staff, mail.name, mail.to} & {*only}]
    lock = workspace.folder / FOLDER / "lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with alone(lock, wording("mail_busy"), wording("mail_busy_mend")):
        book = SentBook.of(workspace.folder, month_key(month))
        if settle:
            for line in settled(book.unknown, settle, _stamp(clock())):
                write_line(book.path, line)
            book = SentBook.of(workspace.folder, month_key(month))
        plan = [(mail, _before(book, mail, resend)) for mail in mails]
        if dry_run or all(fate for _, fate in plan):
            return Sending(tuple((mail, fate or "would_send", "") for mail, fate in plan))
        post = _Post(workspace, folder, book.path, clock, pause, resend)
        return Sending(tuple(post.deliver(plan)))


def _before(book: SentBook, mail: Posted, resend: str) -> Fate | None:
    """The fate of a mail that needs no sending; None for one that does."""
    unknown = {(line.staff, line.scope, line.content) for line in book.unknown}
    if (mail.staff, mail.scope, mail.content) in unknown:
        return "unknown"
    got = any(line.content == mail.content for line in book.received(mail.staff, mail.scope))
    return "before" if got and not resend else None


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


@dataclass
class _Post:
    """Hands mails over, one connection for many, not faster than the server wants."""

    workspace: Workspace
    folder: Path
    book: Path
    clock: Clock
    pause: Callable[[float], None]
    reason: str
    server: smtplib.SMTP | None = None

    @property
    def settings(self) -> Smtp:
        return self.workspace.mail.smtp

    def deliver(self, plan: Sequence[tuple[Posted, Fate | None]]) -> Iterator[tuple[Posted, Fate, str]]:
        try:
            self.server = self._connected()
            for number, (mail, known) in enumerate(plan):
                if known:
                    yield mail, known, ""
                    continue
                if number:
                    self.pause(60 / self.settings.per_minute)
                yield mail, *self._delivered(mail)
        finally:
            self._hang_up()

    def _delivered(self, mail: Posted) -> tuple[Fate, str]:
        content = self._content(mail)
        self._note(mail, "begun")
        try:
            answer = self._tried(mail, content)
        except _RefusedError as error:
            return self._noted(mail, "refused", str(error))
        except _PutOffError as error:
            return self._noted(mail, "put_off", str(error))
        except _UnknownError as error:
            return "unknown", str(error)  # no end is written: that is what unknown means
        return self._noted(mail, "sent", answer)

    def _noted(self, mail: Posted, outcome: Literal["sent", "refused", "put_off"], answer: str) -> tuple[Fate, str]:
        self._note(mail, outcome, answer)
        return outcome, answer

    def _note(self, mail: Posted, outcome: Outcome, answer: str = "") -> None:
        at = _stamp(self.clock())
        line = Line(mail.staff, mail.scope, mail.content, outcome, at, dict(mail.figures), answer, self.reason)
        write_line(self.book, line)

    def _content(self, mail: Posted) -> bytes:
        """The mail as it goes out: with its date, and no longer a draft. Raises WorkspaceError when it was changed."""
        path = self.folder / mail.file
        content = path.read_bytes() if path.is_file() else b""
        if sha256(content).hexdigest() != mail.sha256:
            mend = wording("mail_no_outbox_mend", month=path.parent.parent.name)
            raise WorkspaceError(wording("mail_damaged_outbox", name=mail.file), mend=mend, path=path)
        dated = f"Date: {format_datetime(self.clock())}\r\n".encode()
        return dated + content.replace(b"X-Unsent: 1\r\n", b"", 1)

    def _tried(self, mail: Posted, content: bytes) -> str:
        retrying = Retrying(
            retry=retry_if_exception_type(_PutOffError),
            stop=stop_after_attempt(self.settings.attempts),
            wait=wait_exponential(multiplier=1, max=60),
            sleep=self.pause,
            reraise=True,
        )
        return retrying(self._handed_over, mail, content)

    def _handed_over(self, mail: Posted, content: bytes) -> str:
        """One try. Whether all recipients take it is asked before the mail itself goes out."""
        sender = parseaddr(self.workspace.mail.sender)[1]
        try:
            server = self.server = self.server or self._connected()
            _expect(server.mail(sender))
            for address in (mail.to, *mail.copies):
                _expect(server.rcpt(address))
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise _PutOffError(str(error)) from error
        except (_PutOffError, _RefusedError):
            self._forget()
            raise
        return self._data(server, content)

    def _data(self, server: smtplib.SMTP, content: bytes) -> str:
        try:
            return _expect(server.data(content))
        except smtplib.SMTPDataError as error:  # the server did not want to hear it
            self._forget()
            raise _failure(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise _UnknownError(str(error)) from error

    def _forget(self) -> None:
        try:
            if self.server:
                self.server.rset()
        except (smtplib.SMTPException, OSError):
            self._hang_up()

    def _hang_up(self) -> None:
        if self.server:
            try:
                self.server.quit()
            except (smtplib.SMTPException, OSError):
                self.server.close()
        self.server = None

    def _connected(self) -> smtplib.SMTP:
        """Raises WorkspaceError without a server or password, DeliveryError when it cannot be talked to."""
        if not self.settings.host:
            path = self.workspace.document.path
            raise WorkspaceError(wording("mail_no_host"), mend=wording("mail_no_host_mend"), path=path)
        try:
            return self._greeted()
        except (smtplib.SMTPException, OSError) as error:
            message = wording("mail_server_refused", reason=_reason(error))
            raise DeliveryError(message, mend=wording("mail_server_refused_mend")) from error

    def _greeted(self) -> smtplib.SMTP:
        settings, secure = self.settings, ssl.create_default_context()
        server: smtplib.SMTP
        if settings.security == "tls":
            server = smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.seconds, context=secure)
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=settings.seconds)
        if settings.security == "starttls":
            server.starttls(context=secure)
        if settings.user:
            password = smtp_password(settings.user)
            if not password:
                mend = wording("mail_no_login_mend", user=settings.user)
                raise WorkspaceError(wording("mail_no_login", user=settings.user), mend=mend)
            server.login(settings.user, password)
        server.ehlo_or_helo_if_needed()
        return server


def _expect(answer: tuple[int, bytes]) -> str:
    """The server's answer, when it is a yes."""
    code, text = answer
    if 200 <= code < 300:  # RFC 5321, 4.2.1
        return f"{code} {text.decode(errors='replace')}"
    raise _failure(code, text)


def _failure(code: int, text: bytes | str) -> Exception:
    said = f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    return _PutOffError(said) if code < 500 else _RefusedError(said)


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
