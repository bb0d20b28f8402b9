"""Makes the pictures of the README from the real output of the sample month; run by `make screenshots`.

Needs LibreOffice, poppler and Chromium (`make office`).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape
from pathlib import Path
from typing import cast

PICTURES = Path(__file__).parent
ROOT = PICTURES.parents[1]
TIERBOOK = Path(sys.executable).with_name("tierbook")
MONTH, AS_OF = "2026-10", "2026-11-12"
FINDINGS = 1  # the exit code of a run with findings to look at; the sample has some
DOTS = 80  # to the inch
SHEETS = {"workbook": "总览", "act_on": "待处理事项"}  # picture and sheet
READER = "李雪梅"  # a specialist: the report of her unit, and a logbook of hers to mend
PAGE_WINDOW, MAIL_WINDOW = "1280,900", "800,1460"
# What a mail program shows above a mail.
HEAD = """\
<div style="padding: 16px 24px; background: #f3f4f6; border-bottom: 1px solid #d1d5db; color: #1f2937;
            font: 14px/1.8 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif;">
<b style="font-size: 17px;">{subject}</b><br>发件人：{sender}<br>收件人：{to}<br>附件：{files}</div>"""
FILE = """<span style="border: 1px solid #9ca3af; border-radius: 4px; background: #ffffff; padding: 1px 8px;
                       margin-right: 6px; display: inline-block;">{}</span>"""


def main() -> None:
    """Runs the sample month in a folder of its own and takes the pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns("ledger"))
        month = [folder / "data", "--month", MONTH, "--as-of", AS_OF, "--out", folder]
        _call([TIERBOOK, "month", *month], codes=(0, FINDINGS))
        (book,) = (folder / MONTH).glob("*.xlsx")
        (page,) = (folder / MONTH).glob("*.html")
        (mail,) = (folder / MONTH / "outbox").glob(f"*_{READER}.eml")
        _sheets(book, folder)
        _shown(page, "page", PAGE_WINDOW, folder)
        _shown(_as_read(mail, folder), "mail", MAIL_WINDOW, folder)


def _shown(page: Path, picture: str, window: str, folder: Path) -> None:
    """The top of a page in a window of Chromium."""
    _call(["chromium", "--headless", "--no-sandbox", "--hide-scrollbars", "--disable-gpu",
           f"--user-data-dir={folder / 'chromium'}", f"--window-size={window}",
           f"--screenshot={PICTURES / f'{picture}.png'}", page.as_uri()])  # fmt: skip


def _as_read(file: Path, folder: Path) -> Path:
    """A mail as a page that looks as in a mail program: headers and attachments above, its pictures in place."""
    mail = cast(EmailMessage, message_from_bytes(file.read_bytes(), policy=policy.default))
    html = cast(EmailMessage, mail.get_body(("html",))).get_content()
    for part in mail.walk():
        if name := part["Content-ID"]:
            png = b64encode(part.get_content()).decode()
            html = html.replace(f"cid:{name.strip('<>')}", f"data:image/png;base64,{png}")
    files = "".join(FILE.format(escape(part.get_filename() or "")) for part in mail.iter_attachments())
    said = {"subject": mail["Subject"], "sender": mail["From"], "to": mail["To"]}
    head = HEAD.format(**{key: escape(str(text)) for key, text in said.items()}, files=files)
    page = folder / "mail.html"
    page.write_text(re.sub("<body[^>]*>", lambda body: body[0] + head, html, count=1), "utf-8")
    return page


def _sheets(book: Path, folder: Path) -> None:
    """The first printed page of each sheet."""
    profile = (folder / "office").as_uri()
    _call(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir", folder, book]
    )
    pdf = folder / f"{book.stem}.pdf"
    pages = _call(["pdftotext", "-layout", pdf, "-"]).split("\f")
    for picture, sheet in SHEETS.items():
        number = next(n for n, page in enumerate(pages, 1) if _foot(page).startswith(sheet))
        options = ["-png", "-singlefile", "-r", DOTS, "-f", number, "-l", number]
        _call(["pdftoppm", *options, pdf, PICTURES / picture])


def _foot(page: str) -> str:
    return page.strip().rpartition("\n")[2].strip()


def _call(words: Sequence[object], *, codes: Sequence[int] = (0,)) -> str:
    """What a command prints; its own words and an error when it fails."""
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, timeout=300, check=False)
    if done.returncode not in codes:
        sys.exit(f"{words[0]}: {done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
