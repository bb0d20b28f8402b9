"""A letter: headers, a body in HTML with pictures and as text, attachments; as the bytes of an `.eml` file.

Names of attachments are written twice: as RFC 2231 wants it, which Gmail and Outlook read, and as encoded words after
RFC 2047, which QQ Mail and older clients look for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email import policy
from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formataddr
from hashlib import sha256
from typing import cast

_TYPES = {
    ".xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "vnd.ms-excel.sheet.macroEnabled.12",
    ".zip": "zip",
}


@dataclass(frozen=True, slots=True)
class Body:
    """What is read: HTML whose pictures are named by content id (PNG), and the same as text."""

    html: str
    text: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Letter:
    """`sender` and `to` are pairs of name and address; `attachments` names and contents."""

    sender: tuple[str, str]
    to: tuple[str, str]
    subject: str
    body: Body
    copies: Sequence[str] = ()
    reply_to: str = ""
    attachments: Sequence[tuple[str, bytes]] = ()

    @property
    def recipients(self) -> list[str]:
        """The addresses it is sent to."""
        return [self.to[1], *self.copies]

    @property
    def content(self) -> str:
        """A digest of everything that it says, whatever the boundaries between its parts and its seals."""
        digest = sha256(repr((self.to, self.subject, self.body.html, self.body.text)).encode())
        for name, content in (*sorted(self.body.pictures.items()), *self.attachments):
            digest.update(name.encode() + sha256(content).digest())
        return digest.hexdigest()


def eml(letter: Letter, identity: str) -> bytes:
    """The letter as a file that mail programs open as a draft; `identity` tells it from every other one.

    It has no date yet: that is set when it is sent. The same letter and identity give the same bytes.
    """
    boundary = (f"=_{identity[:32]}_{n}" for n in range(9))
    mixed = MIMEMultipart("mixed", next(boundary))
    mixed["From"] = _named(letter.sender)
    mixed["To"] = _named(letter.to)
    if letter.copies:
        mixed["Cc"] = ", ".join(map(_line, letter.copies))
    if letter.reply_to:
        mixed["Reply-To"] = _line(letter.reply_to)
    mixed["Subject"] = cast(str, Header(_line(letter.subject), "utf-8", header_name="Subject"))  # folded when written
    mixed["Message-ID"] = f"<{identity[:40]}@{letter.sender[1].rpartition('@')[2]}>"
    mixed["X-Unsent"] = "1"
    mixed.attach(_body(letter.body, next(boundary), next(boundary)))
    for name, content in letter.attachments:
        mixed.attach(_attached(name, content))
    return mixed.as_bytes(policy=policy.compat32.clone(linesep="\r\n", max_line_length=76))


def _body(body: Body, outer: str, inner: str) -> MIMEMultipart:
    """Text first: a reader shows the last part that it can."""
    alternative = MIMEMultipart("alternative", outer)
    alternative.attach(MIMEText(body.text, "plain", "utf-8"))
    related = MIMEMultipart("related", inner)
    related.attach(MIMEText(body.html, "html", "utf-8"))
    for name, png in body.pictures.items():
        picture = MIMEImage(png, "png")
        picture.add_header("Content-ID", f"<{name}>")
        picture.add_header("Content-Disposition", "inline", filename=f"{name}.png")
        related.attach(picture)
    alternative.attach(related)
    return alternative


def _attached(name: str, content: bytes) -> MIMEApplication | MIMEText:
    clean = _line(name)
    ending = clean[clean.rfind(".") :]
    part: MIMEApplication | MIMEText
    if ending == ".html":
        part = MIMEText(content.decode("utf-8"), "html", "utf-8")
        part.set_param("name", Header(clean, "utf-8").encode())
    else:
        part = MIMEApplication(content, _TYPES.get(ending, "octet-stream"), name=Header(clean, "utf-8").encode())
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", clean))
    return part


def _named(pair: tuple[str, str]) -> str:
    address = _line(pair[1]).encode("ascii", "ignore").decode()  # a header holds nothing else; intake refuses it before
    return formataddr((_line(pair[0]), address), "utf-8")


def _line(text: str) -> str:
    """The text as one line: no header begins inside another."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
