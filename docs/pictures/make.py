"""Makes the pictures of the README from the real output of the sample month; run by `make screenshots`.

Needs LibreOffice, poppler and Chromium (`make office`).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

PICTURES = Path(__file__).parent
ROOT = PICTURES.parents[1]
TIERBOOK = Path(sys.executable).with_name("tierbook")
MONTH, AS_OF = "2026-10", "2026-11-12"
FINDINGS = 1  # the exit code of a run with findings to look at; the sample has some
DOTS = 80  # to the inch
SHEETS = {"workbook": "总览", "act_on": "待处理事项"}  # picture and sheet
WINDOW = "1280,900"


def main() -> None:
    """Runs the sample month in a folder of its own and takes the pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns("ledger"))
        _call(
            [TIERBOOK, "run", folder / "data", "--month", MONTH, "--as-of", AS_OF, "--out", folder], codes=(0, FINDINGS)
        )
        (book,) = (folder / MONTH).glob("*.xlsx")
        (page,) = (folder / MONTH).glob("*.html")
        _sheets(book, folder)
        target = PICTURES / "page.png"
        _call(["chromium", "--headless", "--no-sandbox", "--hide-scrollbars", "--disable-gpu",
               f"--user-data-dir={folder / 'chromium'}", f"--window-size={WINDOW}",
               f"--screenshot={target}", page.as_uri()])  # fmt: skip


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
