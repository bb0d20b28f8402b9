"""A workspace: the folder of one company, as its `tierbook.yaml` describes it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationInfo, model_validator

from pipeline.language.document import Document
from pipeline.language.errors import WorkspaceError
from pipeline.language.mistakes import Mistake, refusal, shown
from pipeline.language.period import Period, month
from pipeline.language.policy.load import available, is_path, load_regulation
from pipeline.language.policy.obligation import Due
from pipeline.language.policy.quantity import Model
from pipeline.language.policy.regulation import Regulation
from pipeline.language.policy.select import Where
from pipeline.language.suggest import hint
from pipeline.language.wording import Lang, Wording, in_both, wording
from pipeline.language.yamlfile import read_document

SETTINGS = "tierbook.yaml"
CALENDAR = "calendar.yaml"
REGULATIONS = "regulations"


def _inside(path: Path, info: ValidationInfo) -> Path:
    """The path made absolute. A relative one stays in the workspace; an absolute one is meant as it is."""
    if "\0" in str(path):
        raise refusal("error_yaml_character")
    assert info.context is not None
    folder = info.context["document"].path.parent
    full = Path(os.path.normpath(folder / path))
    if not path.is_absolute() and not full.is_relative_to(folder):
        raise refusal("workspace_leaves", path=path)
    return full


def _month(raw: object) -> object:
    try:
        return month(str(raw))
    except ValueError:
        raise refusal("workspace_month", found=shown(raw)) from None


def _one_text(raw: object) -> object:
    return in_both(raw) if isinstance(raw, str) else raw


def _in_force(raw: object) -> object:
    return {"regulation": raw} if isinstance(raw, str) else raw


Inside = Annotated[Path, AfterValidator(_inside)]


def _source(source: str, info: ValidationInfo) -> str | Path:
    return _inside(Path(source), info) if is_path(source) else source


class InForce(Model):
    """A regulation in force: a shipped one or one of `regulations/` by its id, or a file by its path.

    `parameters` replace values of its parameters, each as a whole: a single number holds for every tier.
    `scope` narrows it to some clients, as the scope of an obligation does.
    """

    regulation: Annotated[str, AfterValidator(_source)]
    parameters: dict[str, Any] = {}
    scope: Where = {}


Regulations = Annotated[InForce, BeforeValidator(_in_force, json_schema_input_type=str | InForce)]


class Limits(Model):
    """What is read at most. Beyond it a workbook is refused: it is broken, no logbook, or an attack."""

    file_mb: float = Field(default=20, gt=0)  # as it lies on the disk
    unpacked_mb: float = Field(default=500, gt=0)  # its parts together, unzipped
    rows: int = Field(default=200_000, gt=0)  # of a sheet
    columns: int = Field(default=500, gt=0)  # of a sheet
    seconds: float = Field(default=60, gt=0)  # to read one workbook


class Smtp(Model):
    """The server that mail is handed to. Its password is never in the workspace: see docs/mail.md."""

    host: str = ""
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    per_minute: float = Field(default=60, gt=0)  # mails at most
    seconds: float = Field(default=60, gt=0)  # to wait for an answer of the server
    attempts: int = Field(default=4, ge=1, le=20)  # at a mail that the server puts off


class MailSettings(Model):
    """How reports go out by mail: from whom, how large a mail may be, what is sealed.

    `seal`: `recipient`, every attachment with the recipient's own password; `grade`, the reports in which clients of
    a grade of secrecy are shown, with the password of that grade. `links`: what links to logbooks start with, e.g. a
    share that the readers have; without it the attachments have none.
    """

    sender: str = ""
    reply_to: str = ""
    size_mb: float = Field(default=15, gt=0)
    seal: Literal["none", "recipient", "grade"] = "none"
    links: str = ""
    smtp: Smtp = Smtp()


class Workspace(Model):
    """The settings of a workspace; every path is absolute.

    Nothing is owed before `first_month`, if it is given. `logbooks_due` is written like the `due` of a document in a
    regulation, `{day: 5}` for the 5th of the following month; without it they come with the first document.
    `calendar` is the workspace's own calendar, None without one.
    """

    model_config = ConfigDict(validate_default=True)

    company: Annotated[Wording, BeforeValidator(_one_text, json_schema_input_type=str | dict[str, str])]
    regulations: Annotated[tuple[Regulations, ...], Field(min_length=1)]
    register_file: Inside = Field(default=Path("register.xlsx"), alias="register")
    logbooks: Inside = Path("logbooks")
    ledger: Inside = Path("ledger")
    calendar: Inside | None = None
    first_month: Annotated[Period, BeforeValidator(_month, json_schema_input_type=str)] | None = None
    logbooks_due: Due | None = None  # by when the logbooks of a month are handed in
    lang: Lang = "zh"
    limits: Limits = Limits()
    mail: MailSettings = MailSettings()
    _document: Document = PrivateAttr()

    def model_post_init(self, context: Any) -> None:
        """Keeps where everything stands, for mistakes that only show when the regulations are loaded."""
        self._document = context["document"]

    @property
    def document(self) -> Document:
        """The `tierbook.yaml` it was loaded from."""
        return self._document

    @property
    def folder(self) -> Path:
        """The workspace itself."""
        return self._document.path.parent

    @model_validator(mode="after")
    def _ledger_apart(self) -> Self:
        """The ledger's folder is swept of files that the ledger does not know: nothing else may lie in it."""
        others = (self.register_file, self.logbooks, self._document.path)
        if any(path.is_relative_to(self.ledger) for path in others) or self.ledger.is_relative_to(self.logbooks):
            raise refusal("workspace_ledger_apart")
        return self


def load_workspace(folder: Path) -> Workspace:
    """The workspace in `folder`. Raises WorkspaceError with every mistake in its settings, or when it has none."""
    path = Path(os.path.normpath(folder.absolute())) / SETTINGS
    if not path.parent.is_dir():
        raise WorkspaceError(wording("workspace_no_folder"), mend=_init(folder), path=folder)
    if not path.exists():
        raise WorkspaceError(wording("workspace_no_settings", name=SETTINGS), mend=_init(folder), path=folder)
    document = read_document(path, WorkspaceError)
    if isinstance(document.data, dict) and (path.parent / CALENDAR).is_file():
        return document.fit(Workspace, {"calendar": CALENDAR, **document.data})
    return document.fit(Workspace)


def load_regulations(workspace: Workspace) -> tuple[Regulation, ...]:
    """The regulations in force, with the workspace's own values for their parameters.

    Raises PolicyError for mistakes in a regulation, WorkspaceError for a regulation or parameter that does not exist.
    """
    loaded: dict[str, Regulation] = {}
    for i, in_force in enumerate(workspace.regulations):
        regulation = _load(workspace, i, in_force)
        if regulation.id in loaded:
            twice = wording("workspace_regulation_twice", id=regulation.id)
            raise workspace.document.wrong(Mistake(("regulations", i), twice))
        narrowed = regulation.model_copy(update={"scope": regulation.scope | in_force.scope})
        loaded[regulation.id] = _begun(narrowed, workspace)
    return tuple(loaded.values())


def _load(workspace: Workspace, i: int, in_force: InForce) -> Regulation:
    own = workspace.folder / REGULATIONS
    source, known = in_force.regulation, available(own)
    if isinstance(source, str) and source not in known:
        message = wording("policy_no_regulation", name=source, hint=hint(source, known))
        raise workspace.document.wrong(Mistake(("regulations", i, "regulation"), message))
    overrides = workspace.document.part(("regulations", i, "parameters")) if in_force.parameters else None
    return load_regulation(source, folder=own, overrides=overrides)


def _begun(regulation: Regulation, workspace: Workspace) -> Regulation:
    """The regulation in force from the first month on at the earliest: what was done before is in no logbook."""
    if workspace.first_month is None:
        return regulation
    return regulation.model_copy(update={"since": max(regulation.since, workspace.first_month.start)})


def _init(folder: Path) -> Wording:
    return wording("workspace_init", folder=folder)
