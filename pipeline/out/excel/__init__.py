"""Writes a report as Excel workbooks: walks the tables, knows formats, widths, links and paper, computes no figure.

Rows go to disk as they are written (constant memory), each column through a writer chosen once. Text is written as
text, so nothing that somebody typed becomes a formula; links are formulas of our own, since a sheet holds no more than
65,530 links of the other sort.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from xlsxwriter.exceptions import FileCreateError

from pipeline.language.errors import DeliveryError
from pipeline.language.wording import Lang, label, wording
from pipeline.out.excel.book import Book
from pipeline.out.excel.layout import leaves
from pipeline.out.excel.sheet import Sheets
from pipeline.out.excel.style import BASE
from pipeline.out.report.model import Figure, Meta, Report, Section, month_name

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": BASE,
}


def write_workbook(report: Report, path: Path, lang: Lang, meanwhile: Callable[[], None] = lambda: None) -> list[Path]:
    """Writes the report to `path`, and its volumes beside it; returns the files written.

    Volumes are written by two other processes, the report by this one, which then does what it has to do `meanwhile`.
    The same report gives the same bytes. Raises DeliveryError when a file cannot be written.
    """
    paths = [path.with_name(volume.file.in_(lang)) for volume in report.volumes]
    whole = partial(write_book, path, report.sections, meta=report.meta, lang=lang, figures=report.figures)
    if not paths:
        whole()
        meanwhile()
        return [path]
    # Fresh processes, not forks: a fork inherits the locks of arrow's threads.
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        sections = [volume.sections for volume in report.volumes]
        written = pool.map(partial(write_book, meta=report.meta, lang=lang), paths, sections)
        whole()
        meanwhile()
        list(written)
    return [path, *paths]


def write_book(
    path: Path, sections: Sequence[Section], *, meta: Meta, lang: Lang, figures: Sequence[Figure] = ()
) -> None:
    """Writes one workbook of these sections, `figures` large on its cover. Raises DeliveryError."""
    book = Book(str(path), {**OPTIONS, "default_format_properties": dict(BASE)})
    created = dt.datetime.combine(meta.as_of, dt.time())
    book.set_properties({"created": created} | _properties(meta, lang))
    for name, value in {"month": f"{meta.month.start:%Y-%m}", "as_of": f"{meta.as_of}", **meta.run.versions}.items():
        book.set_custom_property(name, value, "text")
    planned = list(leaves(sections, lang))
    sheets = Sheets(book, meta, lang, planned, figures)
    for leaf in planned:
        sheets.write(leaf)
    try:
        book.close()
    except FileCreateError as error:
        message = wording("report_cannot_write", reason=error)
        raise DeliveryError(message, mend=wording("report_cannot_write_mend"), path=path) from error


def _properties(meta: Meta, lang: Lang) -> dict[str, str]:
    """What the file tells of itself."""
    regulations = ", ".join(regulation.in_(lang) for regulation in meta.regulations)
    month = month_name(meta.month.start).in_(lang)
    return {
        "title": meta.title.in_(lang),
        "subject": label("report_subject_line", lang, company=meta.company, month=month, as_of=meta.as_of),
        "author": meta.company,
        "company": meta.company,
        "category": regulations[:255],
        "keywords": label("report_keywords", lang),
        "comments": " ".join(words.in_(lang) for words in meta.verdict),
    }
