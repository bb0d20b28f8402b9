"""What a file is by its content; its name proves nothing.

Nothing is parsed here beyond a directory of parts: the largest thing unpacked is a few kilobytes.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from codecs import getincrementaldecoder
from contextlib import suppress
from io import BytesIO
from typing import Final, NamedTuple

import olefile

READABLE: Final = ("xlsx", "xls", "ods")
EXTENSIONS: Final = {
    "xlsx": (".xlsx", ".xlsm", ".xltx", ".xltm"),
    "xls": (".xls", ".xlt", ".et", ".ett"),
    "ods": (".ods", ".ots"),
}
ZIP_ERRORS: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(EOFError, NotImplementedError, ValueError, OverflowError, OSError),
)
OLE_ERRORS: Final = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, struct.error)

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODF = "application/vnd.oasis.opendocument."
_ODF_FORMATS = {"spreadsheet": "ods", "text": "odt", "presentation": "odp"}
_PARTS = {  # the part that tells what a zip is
    "xl/workbook.xml": "xlsx",
    "xl/workbook.bin": "xlsb",
    "word/document.xml": "docx",
    "ppt/presentation.xml": "pptx",
    "Index/Document.iwa": "numbers",
}
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what the formats of workbooks allow
_STREAMS = {"Workbook": "xls", "Book": "xls", "WordDocument": "doc", "PowerPoint Document": "ppt"}
_SIGNATURES = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"RIFF", "webp"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
)
_HTML = (b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<style", b"<body", b"<div")
_ENCODINGS = ("utf-8", "gb18030")
_GLANCE = 64 * 1024  # how much of a file or part is looked at


class Sniffed(NamedTuple):
    """The format of a file ('xlsx', 'pdf', ... '' when unknown) and, when it cannot be read, the finding's code."""

    format: str
    refusal: str = ""


def sniff(content: bytes) -> Sniffed:
    """What `content` is. xlsm counts as xlsx; the .et of WPS is an xls."""
    if not content.strip(b"\0 \t\r\n"):
        return Sniffed("", "file_empty")
    if content.startswith(_ZIP):
        return _zip(content)
    if content.startswith(_OLE):
        return _ole(content)
    for signature, format_ in _SIGNATURES:
        if content.startswith(signature):
            return Sniffed(format_, "file_not_workbook")
    return _text(content[:_GLANCE])


def mislabelled(name: str, format_: str) -> bool:
    """Whether the extension of `name` promises another format than `format_`."""
    return not name.lower().endswith(EXTENSIONS[format_])


def _zip(content: bytes) -> Sniffed:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _archive(archive)
    except ZIP_ERRORS:
        return Sniffed("zip", "file_truncated")


def _archive(archive: zipfile.ZipFile) -> Sniffed:
    names = {info.filename.replace("\\", "/"): info for info in archive.infolist()}
    if any(info.flag_bits & 0x1 for info in names.values()):
        return Sniffed("zip", "file_encrypted")
    if any(info.compress_type not in _METHODS for info in names.values()):
        return Sniffed("zip", "file_damaged")
    format_ = next((f for part, f in _PARTS.items() if part in names), "")
    if not format_ and "mimetype" in names:
        return _opendocument(archive)
    if format_ in READABLE:
        return Sniffed(format_)
    return Sniffed(format_ or "zip", "file_not_workbook" if format_ != "xlsb" else "file_unsupported")


def _opendocument(archive: zipfile.ZipFile) -> Sniffed:
    kind = _glance(archive, "mimetype").decode("ascii", "replace").strip().removeprefix(_ODF)
    format_ = _ODF_FORMATS.get(kind.removesuffix("-template"), "zip")
    if format_ != "ods":
        return Sniffed(format_, "file_not_workbook")
    manifest = "META-INF/manifest.xml"
    encrypted = manifest in archive.namelist() and b"encryption-data" in _glance(archive, manifest)
    return Sniffed(format_, "file_encrypted" if encrypted else "")


def _glance(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_GLANCE)


def _ole(content: bytes) -> Sniffed:
    try:
        with olefile.OleFileIO(BytesIO(content)) as ole:
            encrypted = ole.exists("EncryptedPackage")
            format_ = next((f for stream, f in _STREAMS.items() if ole.exists(stream)), "")
    except OLE_ERRORS:
        return Sniffed("xls", "file_truncated")
    if encrypted:
        return Sniffed("xlsx", "file_encrypted")
    if not format_:
        return Sniffed("", "file_unknown_type")
    return Sniffed(format_, "" if format_ == "xls" else "file_not_workbook")


def _text(start: bytes) -> Sniffed:
    """HTML, XML and plain text, which many programs save under the name of a workbook."""
    lowered = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if lowered.startswith(_HTML) or (lowered.startswith(b"<") and b"<html" in lowered):
        return Sniffed("html", "file_not_workbook")
    if lowered.startswith(b"<"):
        return Sniffed("xml", "file_not_workbook")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or (b"\0" not in start and _decodes(start)):
        return Sniffed("csv", "file_not_workbook")
    return Sniffed("", "file_unknown_type")


def _decodes(start: bytes) -> bool:
    for encoding in _ENCODINGS:
        with suppress(UnicodeDecodeError):
            getincrementaldecoder(encoding)().decode(start)  # incremental: the last character may be cut in two
            return True
    return False
