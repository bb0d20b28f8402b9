"""A small workspace whose month was run, and a mail server that does as it is told."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from pipeline.door.begin import begin
from pipeline.door.mail import make_outbox
from pipeline.door.progress import bar
from pipeline.door.run import run_month
from pipeline.language.period import month
from pipeline.language.workspace import Workspace, load_workspace

MONTH, AS_OF = month("2026-10"), date(2026, 11, 12)
SETTINGS = """
mail:
  sender: 客户服务部 <kefu@example.com>
  reply_to: leader@example.com
  smtp: {host: 127.0.0.1, port: 25025, security: none, per_minute: 60000, seconds: 5}
"""
RECIPIENTS = [
    # staff, scope, report, form, lang, sent_as, email, start, end
    ("YG02", "全部", None, None, None, None, "wang@example.com", None, None),
    ("YG01", None, None, "网页", None, None, "li@example.com", None, None),
]


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace `year` of the work standards of client service, its register with recipients, and its output with
    the month's outbox; made once, since it takes its time.
    """
    folder = tmp_path_factory.mktemp("mail")
    begin(folder / "year", "service_work_standards", "某公司", "zh", AS_OF, sample=True)
    settings = folder / "year" / "tierbook.yaml"
    settings.write_text(settings.read_text("utf-8") + SETTINGS, "utf-8")
    _recipients(folder / "year" / "register.xlsx")
    with bar("zh", quiet=True) as progress:
        run_month(load_workspace(folder / "year"), MONTH, AS_OF, folder / "output", "zh", progress=progress)
    make_outbox(load_workspace(folder / "year"), MONTH, AS_OF, out=folder / "output", lang="zh", workers=1)
    return folder


def _recipients(path: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(path)
    sheet = book["接收人"]
    titles = {str(cell.value).rstrip("*"): cell.column for cell in sheet[3] if cell.value}
    columns = ["接收人", "范围", "报告", "形式", "语言", "收件方式", "邮箱", "起始日期", "终止日期"]
    for number, row in enumerate(RECIPIENTS, 4):
        for title, value in zip(columns, row, strict=True):
            sheet.cell(number, titles[title], value)
    book.save(path)


@dataclass
class Office:
    """What the server got, and what it answers: `say` names the answer to a recipient or to the n-th mail."""

    got: list[tuple[list[str], bytes]] = field(default_factory=list)
    on_rcpt: Callable[[str], str] = lambda address: "250 OK"
    on_data: Callable[[int], str] = lambda number: "250 taken"
    tries: int = 0

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.on_rcpt(address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.tries += 1
        answer = self.on_data(self.tries)
        if answer == "drop":
            assert server.transport
            server.transport.abort()
            return "250 never heard"
        if answer.startswith("2"):
            assert isinstance(envelope.content, bytes)
            self.got.append((list(envelope.rcpt_tos), envelope.content))
        return answer

    @property
    def mails(self) -> list[EmailMessage]:
        """What was got, read with Python's own parser."""
        return [message_from_bytes(content, policy=policy.default) for _, content in self.got]  # type: ignore[misc]


@pytest.fixture
def office() -> Iterator[tuple[Office, int]]:
    held = Office()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(held, hostname="127.0.0.1", port=port)
    controller.start()
    yield held, port
    controller.stop()


@pytest.fixture
def place(ran: Path, tmp_path: Path, office: tuple[Office, int]) -> tuple[Workspace, Path]:
    """A copy of the workspace that sends to the office, and of its output."""
    shutil.copytree(ran, tmp_path / "m")
    settings = tmp_path / "m" / "year" / "tierbook.yaml"
    settings.write_text(settings.read_text("utf-8").replace("25025", str(office[1])), "utf-8")
    return load_workspace(tmp_path / "m" / "year"), tmp_path / "m" / "output"
