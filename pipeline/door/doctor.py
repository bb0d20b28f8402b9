"""Whether everything that Tierbook needs is there: libraries, fonts, calendar, disk, workspace."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from pipeline.language.errors import TierbookError
from pipeline.language.wording import Wording, in_both, wording

NO_WORDS = Wording("", "")


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing looked at: how it is, and what to do when it is not well."""

    subject: Wording
    well: bool
    state: Wording
    mend: Wording = NO_WORDS


def examine(workspace: Path | None, today: date) -> list[Symptom]:
    """Looks at the machine and, if given, the workspace."""
    looks: list[Callable[[], Iterator[Symptom]]] = [_python, _libraries, _fonts, _console, lambda: _calendar(today)]
    if workspace:
        looks.append(lambda: _workspace(workspace))
    return [symptom for look in looks for symptom in look()]


def _symptom(key: str, well: bool, state: Wording | str) -> Symptom:
    mend = NO_WORDS if well else wording(f"door_doctor_{key}_mend")
    return Symptom(wording(f"door_doctor_{key}"), well, in_both(state), mend)


def _python() -> Iterator[Symptom]:
    yield _symptom("python", sys.version_info >= (3, 11), sys.version.split()[0])


def _libraries() -> Iterator[Symptom]:
    """The libraries that Tierbook itself asks for."""
    needed = [r for r in requires("tierbook") or [] if "extra ==" not in r]
    names = [r.split(">")[0].split("[")[0].split(";")[0].strip() for r in needed]
    lacking = []
    for name in names:
        try:
            version(name)
        except PackageNotFoundError:
            lacking.append(name)
    state = ", ".join(lacking) if lacking else wording("door_doctor_libraries_all", count=len(names))
    yield _symptom("libraries", not lacking, state)


def _fonts() -> Iterator[Symptom]:
    """Chinese fonts: without them pictures and printed pages show boxes, and nothing fails."""
    if sys.platform in ("win32", "darwin"):
        yield _symptom("fonts", True, wording("door_doctor_fonts_system"))
        return
    if shutil.which("fc-list") is None:
        yield _symptom("fonts", False, wording("door_doctor_fonts_unknown"))
        return
    command = ["fc-list", ":lang=zh-cn", "family"]
    found = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout.splitlines()
    yield _symptom("fonts", bool(found), found[0].strip() if found else wording("door_doctor_fonts_none"))


def _console() -> Iterator[Symptom]:
    encoding = (sys.stdout.encoding or "").lower()
    yield _symptom("console", encoding.replace("-", "") in ("utf8", "gb18030", "gbk", "cp936"), encoding or "?")


def _calendar(today: date) -> Iterator[Symptom]:
    """Whether the official calendar reaches to the end of next month, the furthest that a report looks."""
    from pipeline.language.calendar import china_calendar
    from pipeline.language.period import add_months

    until = china_calendar().provisional_from
    yield _symptom("calendar", until >= add_months(today, 2), wording("door_doctor_calendar_until", day=until))


def _workspace(folder: Path) -> Iterator[Symptom]:
    from pipeline.door.run import lay_grounds
    from pipeline.language.workspace import load_workspace

    try:
        workspace = load_workspace(folder)
        grounds = lay_grounds(workspace)
    except TierbookError as error:
        yield Symptom(wording("door_doctor_workspace"), False, Wording(error.text("zh"), error.text("en")))
        return
    counts = wording("door_doctor_register", clients=len(grounds.register.clients), staff=len(grounds.register.staff))
    yield _symptom("workspace", not (grounds.findings["severity"] == "error").any(), counts)
    yield _symptom("disk", _can_write(workspace.folder), str(workspace.folder))


def _can_write(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
