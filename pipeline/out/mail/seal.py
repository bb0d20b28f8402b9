"""Sealed attachments: workbooks that Excel asks a password for, pages in a zip with AES."""

from __future__ import annotations

from io import BytesIO

import msoffcrypto
import pyzipper


def sealed(name: str, content: bytes, password: str) -> tuple[str, bytes]:
    """The attachment as only somebody with the password opens it, with the name it then has.

    A workbook stays one (ECMA-376 agile encryption); anything else goes into a zip (WinZip AES-256).
    """
    if name.endswith(".xlsx"):
        return name, _workbook(content, password)
    return f"{name}.zip", _zip(name, content, password)


def _workbook(content: bytes, password: str) -> bytes:
    out = BytesIO()
    msoffcrypto.OfficeFile(BytesIO(content)).encrypt(password, out)
    return out.getvalue()


def _zip(name: str, content: bytes, password: str) -> bytes:
    out = BytesIO()
    with pyzipper.AESZipFile(out, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password.encode())
        archive.writestr(name, content)
    return out.getvalue()
