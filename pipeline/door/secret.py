"""Passwords, from the environment or the keyring of the machine: never from the workspace, never on a command line."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Final, Literal

import keyring
from keyring.errors import KeyringError

from pipeline.language.policy.regulation import Regulation

SERVICE: Final = "tierbook"
_ENVIRONMENT: Final = "TIERBOOK_PASSWORD_"
SMTP: Final = "TIERBOOK_SMTP_PASSWORD"
Seal = Literal["none", "recipient", "grade"]


def secret(name: str, variable: str) -> str:
    """The secret in the environment variable, else in the keyring under `name`; '' where there is none."""
    if variable in os.environ:
        return os.environ[variable]
    try:
        return keyring.get_password(SERVICE, name) or ""
    except KeyringError:
        return ""


def smtp_password(user: str) -> str:
    """The password of the mail server's account."""
    return secret(f"smtp:{user}", SMTP)


def passwords(seal: Seal, regulations: Sequence[Regulation], staff: Iterable[str]) -> dict[str, str]:
    """The passwords of attachments by `recipient:STAFF` or `grade:KEY`; those that are nowhere are left out."""
    match seal:
        case "recipient":
            names = [f"recipient:{id_}" for id_ in staff]
        case "grade":
            names = [f"grade:{key}" for r in regulations if r.secrecy for key in r.secrecy.grades]
        case "none":
            names = []
    found = {name: secret(name, _ENVIRONMENT + name.replace(":", "_").upper()) for name in names}
    return {name: password for name, password in found.items() if password}
