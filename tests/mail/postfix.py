"""A real mail server for a test: postfix with files of its own, STARTTLS and nothing else, a mailbox for each address.

Needs root, as postfix does; leaves the machine's own postfix and its settings alone.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
myhostname = mail.example.com
inet_interfaces = loopback-only
inet_protocols = ipv4
mydestination =
virtual_mailbox_domains = example.com
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = texthash:{folder}/mailboxes
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
smtpd_relay_restrictions = reject_unauth_destination
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = {folder}/cert.pem
smtpd_tls_key_file = {folder}/key.pem
"""
# Debian's services without those that carry mail away; none of them in a chroot.
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup   unix       n - n 60 1 pickup
cleanup  unix       n - n - 0 cleanup
qmgr     unix       n - n 300 1 qmgr
tlsmgr   unix       - - n 1000? 1 tlsmgr
rewrite  unix       - - n - - trivial-rewrite
bounce   unix       - - n - 0 bounce
defer    unix       - - n - 0 bounce
trace    unix       - - n - 0 bounce
verify   unix       - - n - 1 verify
flush    unix       n - n 1000? 0 flush
proxymap unix       - - n - - proxymap
error    unix       - - n - - error
retry    unix       - - n - - error
virtual  unix       - n n - - virtual
anvil    unix       - - n - 1 anvil
postlog  unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """A server on a port of this machine; whoever trusts `certificate` can hand it mail for its mailboxes."""

    folder: Path
    port: int

    @property
    def certificate(self) -> Path:
        return self.folder / "cert.pem"

    @property
    def accepted(self) -> int:
        """How many mails it took from a client so far."""
        return (self.folder / "mail.log").read_text("utf-8").count(": client=")

    def mailbox(self, address: str) -> list[bytes]:
        """The mails of an address as they lie there."""
        return [path.read_bytes() for path in sorted((self.folder / "mail" / address / "new").glob("*"))]

    def delivered(self, mails: int) -> None:
        """Waits until so many mails lie in the mailboxes: postfix takes them first and delivers them then."""
        end = time.monotonic() + 60
        while len([*(self.folder / "mail").glob("*/new/*")]) < mails:
            assert time.monotonic() < end, (self.folder / "mail.log").read_text("utf-8")[-4000:]
            time.sleep(0.1)


@contextmanager
def running(addresses: Iterable[str]) -> Iterator[Postfix]:
    """A server that knows these addresses of example.com, until it is left."""
    folder = Path(tempfile.mkdtemp(prefix="postfix"))  # not pytest's: postfix's own user has to get in
    folder.chmod(0o755)
    try:
        server = Postfix(folder, _free_port())
        _lay_out(server, addresses)
        _call("postfix", "-c", folder, "start")
        try:
            yield server
        finally:
            _call("postfix", "-c", folder, "stop")
    finally:
        shutil.rmtree(folder)


def _lay_out(server: Postfix, addresses: Iterable[str]) -> None:
    folder = server.folder
    for name, owner in {"queue": "root", "data": "postfix", "mail": "nobody"}.items():
        (folder / name).mkdir()
        shutil.chown(folder / name, owner)
    (folder / "main.cf").write_text(MAIN.format(folder=folder), "utf-8")
    (folder / "master.cf").write_text(MASTER.format(port=server.port), "utf-8")
    (folder / "mailboxes").write_text("".join(f"{a} {a}/\n" for a in sorted(addresses)), "utf-8")
    made = ["-keyout", folder / "key.pem", "-out", server.certificate]
    named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    _call("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", 2, *named, *made)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _call(*words: object) -> None:
    subprocess.run([*map(str, words)], check=True, capture_output=True, timeout=60)


def parsed(content: bytes) -> EmailMessage:
    """A mail as Python's own parser reads it."""
    return message_from_bytes(content, policy=policy.default)  # type: ignore[return-value]
