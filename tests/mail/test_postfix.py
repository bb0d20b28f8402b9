"""The sample month's outbox through a real postfix, and what then lies in the mailboxes; run by `make postfix`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline.language.errors import ExitCode
from tests.mail.postfix import Postfix, parsed, running

pytestmark = pytest.mark.postfix
ROOT = Path(__file__).parents[2]
TIERBOOK = Path(sys.executable).with_name("tierbook")
OUTBOX = Path("output/2026-10/outbox")
HEADERS = ("From", "To", "Cc", "Reply-To", "Subject", "Message-ID")
SETTINGS = """\
mail:
  sender: 东海股权交易中心客户服务 <kefu@example.com>
  reply_to: gaojianhua@example.com
  smtp: {host: localhost, port: 25, security: starttls, per_minute: 6000}
"""
COPY = (
    None,
    "LD02",
    "全部",
    None,
    None,
    None,
    "抄送",
    "shenyaqin@example.com",
)  # also reads what the first leader gets


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample workspace with one copy more among its recipients, and the output of its month."""
    folder = tmp_path_factory.mktemp("postfix")
    shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns("ledger"))
    settings = folder / "data" / "tierbook.yaml"
    settings.write_text(re.sub("^mail: .*\n", SETTINGS, settings.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    register = openpyxl.load_workbook(folder / "data" / "register.xlsx")
    register["接收人"].append(COPY)
    register.save(folder / "data" / "register.xlsx")
    done = tierbook("month", "data", "--month", "2026-10", "--as-of", "2026-11-12", "--out", "output", within=folder)
    assert done.returncode == ExitCode.FINDINGS, done.stderr
    return folder


@pytest.fixture
def place(ran: Path, tmp_path: Path) -> Path:
    """A copy of it that sent nothing yet."""
    return Path(shutil.copytree(ran, tmp_path / "place"))


def tierbook(*words: str, within: Path, trusted: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A command as a clerk gives it; `trusted` is a certificate that the machine knows."""
    env = os.environ | ({"SSL_CERT_FILE": str(trusted)} if trusted else {})
    return subprocess.run(
        [str(TIERBOOK), *words], cwd=within, env=env, capture_output=True, text=True, timeout=300, check=False
    )


def send(place: Path, server: Postfix, trusted: Path | None) -> subprocess.CompletedProcess[str]:
    settings = place / "data" / "tierbook.yaml"
    settings.write_text(re.sub(r"port: \d+", f"port: {server.port}", settings.read_text("utf-8")), "utf-8")
    return tierbook("send", "2026-10", "--workspace", "data", "--out", "output", within=place, trusted=trusted)


def posted(place: Path) -> list[dict[str, Any]]:
    return list(json.loads((place / OUTBOX / "outbox.json").read_text("utf-8")))


def addresses(mails: list[dict[str, Any]]) -> Counter[str]:
    """How many mails go to each address, copies too."""
    return Counter(address for mail in mails for address in (mail["to"], *mail["copies"]))


def parts(mail: EmailMessage) -> list[tuple[str, str | None, str | None, Any]]:
    """Bodies, pictures and attachments in their order: type, name, content id, bytes."""
    leaves = [part for part in mail.walk() if not part.is_multipart()]
    return [(p.get_content_type(), p.get_filename(), p["Content-ID"], p.get_payload(decode=True)) for p in leaves]


def test_everybody_finds_the_mail_of_the_outbox_in_the_mailbox_once(place: Path) -> None:
    mails = posted(place)
    expected = addresses(mails)
    assert max(expected.values()) == 2  # the one who reads a copy
    with running(expected) as server:
        done = send(place, server, server.certificate)
        assert done.returncode == ExitCode.CLEAN, done.stdout + done.stderr
        server.delivered(expected.total())
        again = send(place, server, server.certificate)
        assert again.returncode == ExitCode.CLEAN
        assert f"以前已发 {len(mails)}" in again.stdout
        assert server.accepted == len(mails)
        assert Counter({address: len(server.mailbox(address)) for address in expected}) == expected
        for mail in mails:
            held = (place / OUTBOX / mail["file"]).read_bytes()
            for address in (mail["to"], *mail["copies"]):
                _arrived_whole(held, mail["attachments"], server.mailbox(address))


def _arrived_whole(held: bytes, attachments: list[str], mailbox: list[bytes]) -> None:
    """One mail of the mailbox is the one held in the outbox, to the byte, with a date and on its way under TLS."""
    draft = parsed(held)
    (raw,) = [raw for raw in mailbox if parsed(raw)["Message-ID"] == draft["Message-ID"]]
    got = parsed(raw)
    assert parts(got) == parts(draft)
    assert [part.get_filename() for part in got.iter_attachments()] == attachments
    assert {name: got[name] for name in HEADERS} == {name: draft[name] for name in HEADERS}
    assert raw.partition(b"\n\n")[2].rstrip() == held.replace(b"\r\n", b"\n").partition(b"\n\n")[2].rstrip()
    assert got["Date"].datetime
    assert "X-Unsent" not in got
    assert "with ESMTPS" in got["Received"]
    assert got.defects == []


def test_who_has_no_mailbox_is_told_and_the_others_get_theirs(place: Path) -> None:
    mails = posted(place)
    gone = mails[-1]["to"]
    known = addresses(mails[:-1])
    with running(known) as server:
        done = send(place, server, server.certificate)
        assert done.returncode == ExitCode.FINDINGS
        assert f"<{gone}>  550 5.1.1" in done.stdout
        server.delivered(known.total())
    with running(addresses(mails)) as server:
        done = send(place, server, server.certificate)
        assert done.returncode == ExitCode.CLEAN
        server.delivered(1)
        assert server.accepted == 1
        assert len(server.mailbox(gone)) == 1


def test_a_server_whose_certificate_nobody_vouches_for_gets_no_mail(place: Path) -> None:
    with running(addresses(posted(place))) as server:
        done = send(place, server, None)
        assert done.returncode == ExitCode.DELIVERY
        assert "CERTIFICATE_VERIFY_FAILED" in done.stderr
        assert server.accepted == 0
