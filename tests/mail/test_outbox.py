"""Who gets a mail, with what in it, and what mail programs make of it."""

from __future__ import annotations

import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import msoffcrypto
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.door.mail import Outbox, make_outbox
from pipeline.door.progress import bar
from pipeline.door.run import run_month
from pipeline.language.errors import WorkspaceError
from pipeline.language.workspace import Workspace, load_workspace
from pipeline.out.mail.letter import Body, Letter, eml
from tests.mail.conftest import AS_OF, MONTH

pytestmark = pytest.mark.heavy  # a year is made and run, and its outbox written several times

Place = tuple[Workspace, Path]


def outbox(place: Place) -> Outbox:
    return make_outbox(place[0], MONTH, AS_OF, out=place[1], lang="zh", workers=1)


@pytest.fixture(scope="module")
def box(ran: Path) -> Outbox:
    """The outbox of the month, as it is written without any setting."""
    return make_outbox(load_workspace(ran / "year"), MONTH, AS_OF, out=ran / "output", lang="zh", workers=1)


def read(box: Outbox, staff: str = "YG01") -> EmailMessage:
    mail = next(mail for mail in box.mails if mail.staff == staff)
    return message_from_bytes((box.folder / mail.file).read_bytes(), policy=policy.default)  # type: ignore[return-value]


def changed(place: Place, old: str, new: str) -> Place:
    """The workspace with a text of its settings replaced."""
    path = place[0].document.path
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    return load_workspace(place[0].folder), place[1]


def test_the_register_decides_and_nobody_gets_more_than_the_role_allows(box: Outbox) -> None:
    assert {mail.staff: mail.scope for mail in box.mails} == {"YG01": "month@staff:YG01"}
    assert box.findings[["code", "value", "row"]].to_numpy().tolist() == [["mail_scope_above", "全部", 4]]


def test_the_text_says_what_the_report_says_and_the_page_is_attached(box: Outbox) -> None:
    mail = read(box)
    assert mail["From"] == "客户服务部 <kefu@example.com>"
    assert mail["Subject"].startswith("2026年10月客户服务履约报告")
    names = [part.get_filename() for part in mail.iter_attachments()]
    assert [Path(name).suffix for name in names if name] == [".html"]
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain
    assert html
    assert "2026年10月应做" in plain.get_content()
    assert "<style" not in html.get_content()
    assert "2026年10月应做" in html.get_content()


def test_every_picture_is_there_and_says_in_words_what_it_shows(box: Outbox) -> None:
    mail = read(box)
    html = mail.get_body(("html",))
    assert html
    ids = {str(part["Content-ID"]).strip("<>") for part in mail.walk() if part.get_content_type() == "image/png"}
    assert ids
    for name in ids:
        assert f'src="cid:{name}"' in html.get_content()
    assert 'alt="图：' in html.get_content()


def test_names_of_attachments_are_written_for_old_and_new_programs(box: Outbox) -> None:
    raw = (box.folder / box.mails[0].file).read_bytes()
    assert b"filename*=utf-8''2026" in raw
    assert b'name="=?utf-8?b?' in raw


def test_the_same_month_gives_the_same_bytes_and_a_draft(box: Outbox, ran: Path) -> None:
    first = [(box.folder / mail.file).read_bytes() for mail in box.mails]
    again = outbox((load_workspace(ran / "year"), ran / "output"))
    assert first == [(again.folder / mail.file).read_bytes() for mail in again.mails]
    assert b"X-Unsent: 1" in first[0]


def test_the_operator_sees_what_goes_to_whom_and_why(box: Outbox) -> None:
    page = next(box.folder.glob("*.html")).read_text("utf-8")
    for mail in box.mails:
        assert mail.to in page
        assert mail.subject in page
    assert "名册的接收人表" in page


def test_too_large_a_workbook_stays_out_and_the_mail_says_so(place: Place) -> None:
    box = outbox(changed(place, "sender:", "size_mb: 0.01\n  sender:"))
    assert "mail_too_large" in box.findings["code"].to_list()
    plain = read(box).get_body(("plain",))
    assert plain
    assert "附件太大" in plain.get_content()
    assert [*read(box).iter_attachments()] == []


def test_without_a_sender_nothing_is_written(place: Place) -> None:
    with pytest.raises(WorkspaceError, match="sender"):
        outbox(changed(place, "sender: 客户服务部 <kefu@example.com>", "sender: ''"))


def test_sealed_attachments_open_with_the_recipients_password_alone(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIERBOOK_PASSWORD_RECIPIENT_YG01", "只有她知道")
    sealed = changed(changed(place, "sender:", "seal: recipient\n  sender:"), "", "")
    book = openpyxl.load_workbook(sealed[0].register_file)
    sheet = book["接收人"]
    sheet.cell(5, next(c.column for c in sheet[3] if c.value == "形式"), "表格")
    book.save(sealed[0].register_file)
    with bar("zh", quiet=True) as progress:
        run_month(sealed[0], MONTH, AS_OF, sealed[1], "zh", progress=progress)
    box = outbox(sealed)
    mail = read(box)
    content = next(mail.iter_attachments()).get_content()
    office = msoffcrypto.OfficeFile(BytesIO(content))
    office.load_key(password="只有她知道", verify_password=True)
    opened = BytesIO()
    office.decrypt(opened)
    assert openpyxl.load_workbook(opened).sheetnames
    assert "只有她知道".encode() not in mail.as_bytes()
    assert "只有她知道" not in (box.folder / "outbox.json").read_text("utf-8")


def test_without_the_password_no_mail_is_written(place: Place) -> None:
    box = outbox(changed(place, "sender:", "seal: recipient\n  sender:"))
    assert box.mails == ()
    assert box.findings["code"].to_list()[-1] == "mail_no_password"


def test_the_listing_holds_no_more_than_what_was_written(box: Outbox) -> None:
    listed = json.loads((box.folder / "outbox.json").read_text("utf-8"))
    assert {mail["file"] for mail in listed} == {path.name for path in box.folder.glob("*.eml")}


@given(
    name=st.text(max_size=40),
    subject=st.text(max_size=80),
    file=st.text(min_size=1, max_size=40),
    email=st.text(max_size=30),
)
def test_no_text_begins_another_header(name: str, subject: str, file: str, email: str) -> None:
    letter = Letter(
        sender=(name, "kefu@example.com"),
        to=(name, f"li@example.com{email}"),
        subject=f"{subject}\r\nBcc: everybody@example.com",
        body=Body("<p>好</p>", "好"),
        attachments=[(f"{file}.xlsx", b"PK")],
    )
    read_back = message_from_bytes(eml(letter, "a" * 64))
    assert read_back["Bcc"] is None
    assert [*read_back.keys()] == [
        "Content-Type", "MIME-Version", "From", "To", "Subject", "Message-ID", "X-Unsent",
    ]  # fmt: skip
    assert len(read_back.get_payload()) == 2
