"""Every mail goes out once, whatever the server says and whenever the process dies."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from email import message_from_bytes
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.door.mail import make_outbox
from pipeline.door.progress import bar
from pipeline.door.run import run_month
from pipeline.door.send import Sending, send_outbox
from pipeline.language.errors import DeliveryError, WorkspaceError
from pipeline.language.workspace import Workspace, load_workspace
from pipeline.store.sent import SentBook
from tests.mail.conftest import AS_OF, MONTH, Office

pytestmark = pytest.mark.heavy  # a year is made and run, and its outbox written several times

Place = tuple[Workspace, Path]
NOW = datetime(2026, 11, 12, 9, 30, tzinfo=UTC)


def send(place: Place, **more: object) -> Sending:
    waited: list[float] = []
    return send_outbox(
        place[0],
        MONTH,
        out=place[1],
        clock=lambda: NOW,
        pause=waited.append,
        **more,  # type: ignore[arg-type]
    )


def rewritten(place: Place) -> None:
    make_outbox(place[0], MONTH, AS_OF, out=place[1], lang="zh", workers=1)


def fates(done: Sending) -> list[str]:
    return [fate for _, fate, _ in done.fates]


def test_a_mail_arrives_as_it_lay_in_the_outbox_with_its_date(place: Place, office: tuple[Office, int]) -> None:
    assert fates(send(place)) == ["sent"]
    held = next((place[1] / "2026-10" / "outbox").glob("*.eml")).read_bytes()
    ((to, got),) = office[0].got
    assert to == ["li@example.com"]
    assert got.startswith(b"Date: Thu, 12 Nov 2026 09:30:00 +0000\r\n")
    sent = got.partition(b"\r\n")[2].replace(b"\r\n", b"\n").rstrip(b"\n")
    assert sent == held.replace(b"X-Unsent: 1\r\n", b"").replace(b"\r\n", b"\n").rstrip(b"\n")


def test_a_second_run_sends_nothing_twice_and_a_reason_sends_again(place: Place, office: tuple[Office, int]) -> None:
    assert fates(send(place)) == ["sent"]
    assert fates(send(place)) == ["before"]
    rewritten(place)
    assert fates(send(place)) == ["before"]
    assert fates(send(place, resend="附件打不开")) == ["sent"]
    assert len(office[0].got) == 2
    assert SentBook.of(place[0].folder, "2026-10").lines[-1].reason == "附件打不开"


def test_a_dry_run_sends_nothing(place: Place, office: tuple[Office, int]) -> None:
    assert fates(send(place, dry_run=True)) == ["would_send"]
    assert office[0].got == []
    assert SentBook.of(place[0].folder, "2026-10").lines == ()


def test_only_those_who_are_named(place: Place, office: tuple[Office, int]) -> None:
    assert fates(send(place, only=["nobody"])) == []
    assert fates(send(place, only=["li@example.com"])) == ["sent"]


def test_a_server_that_is_busy_is_asked_again(place: Place, office: tuple[Office, int]) -> None:
    office[0].on_data = lambda number: "451 busy" if number < 3 else "250 taken"
    assert fates(send(place)) == ["sent"]
    assert office[0].tries == 3


def test_a_server_that_stays_busy_is_tried_another_day(place: Place, office: tuple[Office, int]) -> None:
    office[0].on_data = lambda number: "451 busy"
    done = send(place)
    assert fates(done) == ["put_off"]
    assert done.to_look_at
    office[0].on_data = lambda number: "250 taken"
    assert fates(send(place)) == ["sent"]


def test_a_recipient_that_is_refused_is_told_with_the_servers_words(place: Place, office: tuple[Office, int]) -> None:
    office[0].on_rcpt = lambda address: "550 no such user"
    done = send(place)
    assert fates(done) == ["refused"]
    assert "550 no such user" in done.fates[0][2]
    assert office[0].tries == 0


def test_a_line_that_breaks_after_the_mail_leaves_it_unknown_until_somebody_says(
    place: Place, office: tuple[Office, int]
) -> None:
    office[0].on_data = lambda number: "drop"
    assert fates(send(place)) == ["unknown"]
    office[0].on_data = lambda number: "250 taken"
    assert fates(send(place)) == ["unknown"]
    assert fates(send(place, settle="unsent")) == ["sent"]
    assert len(office[0].got) == 1


def test_settled_as_sent_is_not_sent_again(place: Place, office: tuple[Office, int]) -> None:
    office[0].on_data = lambda number: "drop"
    send(place)
    office[0].on_data = lambda number: "250 taken"
    assert fates(send(place, settle="sent")) == ["before"]
    assert office[0].got == []


def test_no_server_is_an_error_and_nothing_is_begun(place: Place) -> None:
    path = place[0].document.path
    path.write_text(path.read_text("utf-8").replace("host: 127.0.0.1", "host: 127.0.0.1, attempts: 1"), "utf-8")
    text = path.read_text("utf-8")
    path.write_text(text.replace(text.partition("port: ")[2].partition(",")[0], "9"), "utf-8")
    away = load_workspace(place[0].folder), place[1]
    with pytest.raises(DeliveryError):
        send(away)
    assert SentBook.of(place[0].folder, "2026-10").lines == ()


def test_a_server_without_tls_gets_no_mail_where_it_is_asked_for(place: Place, office: tuple[Office, int]) -> None:
    path = place[0].document.path
    path.write_text(path.read_text("utf-8").replace("security: none", "security: starttls"), "utf-8")
    with pytest.raises(DeliveryError):
        send((load_workspace(place[0].folder), place[1]))
    assert office[0].got == []


def test_without_the_password_of_the_server_the_mend_names_where_to_put_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIERBOOK_SMTP_PASSWORD", "")
    path = place[0].document.path
    path.write_text(path.read_text("utf-8").replace("security: none", "security: none, user: kefu"), "utf-8")
    with pytest.raises(WorkspaceError) as error:
        send((load_workspace(place[0].folder), place[1]))
    assert "keyring set tierbook smtp:kefu" in error.value.text("en")


def test_a_mail_that_was_changed_in_the_outbox_is_not_sent(place: Place, office: tuple[Office, int]) -> None:
    mail = next((place[1] / "2026-10" / "outbox").glob("*.eml"))
    mail.write_bytes(mail.read_bytes() + b"\r\n")
    with pytest.raises(WorkspaceError):
        send(place)
    assert office[0].got == []


def test_a_restated_report_goes_out_again_and_says_what_changed(place: Place, office: tuple[Office, int]) -> None:
    send(place)
    logbooks = sorted((place[0].folder / "logbooks").rglob("*.xlsx"))
    for path in logbooks[-6:]:
        path.unlink()
    with bar("zh", quiet=True) as progress:
        run_month(place[0], MONTH, AS_OF, place[1], "zh", progress=progress)
    rewritten(place)
    assert fates(send(place)) == ["sent"]
    plain = office[0].mails[-1].get_body(("plain",))
    assert plain
    assert "重新发布（第 2 次）" in plain.get_content()


KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from pipeline.door.send import send_outbox
from pipeline.language.period import month
from pipeline.language.workspace import load_workspace
workspace, out = load_workspace(Path(sys.argv[1])), Path(sys.argv[2])
print("begun", flush=True)
send_outbox(workspace, month("2026-10"), out=out, clock=lambda: datetime.now(UTC))
"""


def test_killed_while_sending_everybody_gets_it_once_or_is_told_of(place: Place, office: tuple[Office, int]) -> None:
    _multiplied(place[1] / "2026-10" / "outbox", 300)
    rounds = 0
    while rounds < 12:
        rounds += 1
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(place[0].folder), str(place[1])], stdout=subprocess.PIPE
        )
        assert child.stdout
        child.stdout.readline()
        time.sleep(0.15 * rounds)
        child.send_signal(signal.SIGKILL)
        child.wait()
        if len(SentBook.of(place[0].folder, "2026-10").lines) > 200:
            break
    book = SentBook.of(place[0].folder, "2026-10")
    unknown = {line.staff for line in book.unknown}
    assert len(unknown) <= rounds
    done = send(place)
    got = [message_from_bytes(content)["X-Number"] for _, content in office[0].got]
    sent = {line.staff for line in SentBook.of(place[0].folder, "2026-10").lines if line.outcome == "sent"}
    assert len(got) == len(set(got))
    assert {mail.staff for mail, fate, _ in done.fates if fate == "unknown"} == unknown
    assert len(sent | unknown) == 300
    assert sent & unknown == set()


def _multiplied(outbox: Path, count: int) -> None:
    """The one mail of an outbox as the mails of so many people."""
    listing = outbox / "outbox.json"
    (mail,) = json.loads(listing.read_text("utf-8"))
    mails = []
    for n in range(count):
        content = f"X-Number: {n}\r\nX-Unsent: 1\r\nSubject: {n}\r\n\r\n{n}\r\n".encode()
        (outbox / f"{n}.eml").write_bytes(content)
        digest = sha256(content).hexdigest()
        mails.append(
            mail | {"file": f"{n}.eml", "staff": f"S{n}", "to": f"s{n}@example.com", "sha256": digest, "copies": []}
        )
    listing.write_text(json.dumps(mails), "utf-8")
