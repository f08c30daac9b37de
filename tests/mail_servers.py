"""Real mail servers for tests: Dovecot (IMAP, LMTP) and Postfix (SMTP), each in a folder of its own, stopped at the end.

    with dovecot() as imap:                                  # or the session fixture `dovecot_server`
        imap.append("claims@x.example", raw, at=arrived)     # exact bytes, chosen INTERNALDATE
        imap.deliver(raw, "claims@x.example")                # as an MTA does it, by LMTP (adds Return-Path, Received …)
        imap.settings("claims@x.example", after_filing="flag")  # a config.Mailbox; any password will do
        imap.mails("claims@x.example")                       # the bytes of each mail, by UID
        with postfix(imap) as smtp:                          # or the session fixture `postfix_server` (over `dovecot_server`)
            Smtp(host=smtp.host, port=smtp.port, tls="none") # every address of every domain ends up in the box of that name

Any user name is a mailbox, made at first use: take a fresh name for each test (`new_user()`). Any password is right, except for users
named in `imap.refuse(user)`. Both need root and the Debian packages; `missing` decides what their absence means.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from mailbot.config import Mailbox
from tests.store_fixtures import missing

HOST = "127.0.0.1"
STARTS_WITHIN = 10.0


def new_user(name: str = "claims") -> str:
    """An address nobody has used yet."""
    return f"{name}-{uuid.uuid4().hex[:8]}@x.example"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A CA of our own and a certificate for localhost and 127.0.0.1 signed by it."""

    ca_file: Path
    cert: Path
    key: Path


@dataclass(slots=True)
class Dovecot:
    """An IMAP and LMTP server. `port`: plain and STARTTLS; `imaps_port`: implicit TLS (with `tls=True`)."""

    folder: Path
    port: int
    lmtp_port: int
    imaps_port: int
    certificate: Certificate | None
    host: str = HOST
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        log = (self.folder / "stdout").open("ab")
        self.process = subprocess.Popen(["dovecot", "-F", "-c", str(self.folder / "dovecot.conf")], stdout=log, stderr=log, start_new_session=True)
        log.close()
        _wait_for_port(self.port, self.log, self.process)
        _wait_for_port(self.lmtp_port, self.log, self.process)

    def stop(self) -> None:
        """An orderly end: sessions are told BYE."""
        if self.process is not None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(3)  # Dovecot may wait much longer for a helper of its own
            self.kill()

    def kill(self) -> None:
        """kill -9 of the server and all its sessions."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
            self.process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def log(self) -> str:
        return "".join(path.read_text("utf-8", "replace") for path in (self.folder / "stdout", self.folder / "log") if path.exists())

    @contextlib.contextmanager
    def client(self, user: str, folder: str | None = "INBOX", *, readonly: bool = False) -> Iterator[IMAPClient]:
        """A session of this user, with the folder selected."""
        client = IMAPClient(self.host, self.port, ssl=False, timeout=20)
        client.normalise_times = False
        try:
            client.login(user, "any")
            if folder is not None:
                client.select_folder(folder, readonly=readonly)
            yield client
        finally:
            with contextlib.suppress(Exception):
                client.logout()

    def append(self, user: str, *raws: bytes, folder: str = "INBOX", at: datetime | None = None) -> list[int]:
        """Put mails there byte for byte with INTERNALDATE `at` (aware); their UIDs."""
        with self.client(user, None) as client:
            answers = [client.append(folder, raw, msg_time=at) for raw in raws]
        return [int(answer.split(b"]")[0].split()[-1]) for answer in answers]

    def deliver(self, raw: bytes, *users: str, sender: str = "customer@customer.example") -> None:
        """Hand the mail over as an MTA does."""
        with smtplib.LMTP(self.host, self.lmtp_port, local_hostname="localhost", timeout=20) as lmtp:
            assert lmtp.sendmail(sender, list(users), raw) == {}

    def mails(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """The bytes of each mail, in the order of UIDs."""
        with self.client(user, folder, readonly=True) as client:
            uids = client.search("ALL")
            answer = client.fetch(uids, ["BODY.PEEK[]"]) if uids else {}
        return [answer[uid][b"BODY[]"] for uid in sorted(uids)]

    def flags(self, user: str, folder: str = "INBOX") -> dict[int, tuple[bytes, ...]]:
        with self.client(user, folder, readonly=True) as client:
            uids = client.search("ALL")
            return {uid: tuple(flags) for uid, flags in client.get_flags(uids).items()} if uids else {}

    def create(self, user: str, *folders: str) -> None:
        with self.client(user, None) as client:
            for folder in folders:
                client.create_folder(folder)

    def settings(self, user: str, **changes: Any) -> Mailbox:
        """A [[mailbox]] for this user, over the plain port unless `changes` say otherwise."""
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text("any")
        values = {"name": "claims", "address": user, "host": self.host, "port": self.port, "tls": "none", "user": user, "password": {"file": str(secret)}}
        return Mailbox.model_validate({**values, **changes})

    def home(self, user: str) -> Path:
        """Where the user's Maildir is: copy it away and back to play a backup and its restore (`chown` keeps the server's user)."""
        return self.folder / "mail" / user

    def wipe_indexes(self, user: str) -> None:
        """Lose the indexes: Dovecot gives INBOX another UIDVALIDITY and numbers its mails from 1."""
        for path in (self.home(user) / "Maildir").rglob("dovecot*"):
            if path.is_file():
                path.unlink()

    def refuse(self, user: str) -> None:
        """From now on every password of this user is wrong."""
        with (self.folder / "refused").open("a") as file:
            file.write(f"{user}\n")
        wait_until(lambda: not self._lets_in(user), what=f"the refusal of {user}")

    def accept(self, user: str) -> None:
        refused = self.folder / "refused"
        refused.write_text("".join(line for line in refused.read_text().splitlines(keepends=True) if line.strip() != user))
        wait_until(lambda: self._lets_in(user), what=f"letting in {user}")

    def _lets_in(self, user: str) -> bool:
        """Dovecot looks into the file at most once a second."""
        try:
            with self.client(user, None):
                return True
        except LoginError:
            return False


@dataclass(slots=True)
class Postfix:
    """An SMTP server that takes mail for every address and hands it to Dovecot. `port`: plain, STARTTLS with a certificate."""

    folder: Path
    port: int
    smtps_port: int
    certificate: Certificate | None
    host: str = HOST
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = ["/usr/lib/postfix/sbin/master", "-c", str(self.folder / "conf"), "-d"]
        environment = {"PATH": "/usr/sbin:/usr/bin:/bin", "MAIL_CONFIG": str(self.folder / "conf"), "MAIL_LOGTAG": "postfix"}
        log = (self.folder / "stdout").open("ab")
        self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, env=environment, cwd=self.folder / "queue")
        log.close()
        _wait_for_port(self.port, self.log, self.process)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(3)  # Dovecot may wait much longer for a helper of its own
            self.kill()

    def kill(self) -> None:
        """kill -9 of the server and all its processes; what it has accepted stays in its queue."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
            self.process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def log(self) -> str:
        return "".join(path.read_text("utf-8", "replace") for path in (self.folder / "stdout", self.folder / "log") if path.exists())

    def send(self, raw: bytes, *recipients: str, sender: str = "customer@customer.example") -> None:
        """A customer sends."""
        with smtplib.SMTP(self.host, self.port, local_hostname="localhost", timeout=20) as smtp:
            assert smtp.sendmail(sender, list(recipients), raw) == {}


@contextlib.contextmanager
def dovecot(*, tls: bool = False, settings: str = "", tokeninfo_url: str = "") -> Iterator[Dovecot]:
    """A running server. `settings`: more lines of dovecot.conf; `tokeninfo_url`: where XOAUTH2 tokens are asked about."""
    if shutil.which("dovecot") is None or not Path("/usr/lib/dovecot/lmtp").exists() or os.geteuid() != 0:
        missing("Dovecot (dovecot-imapd, dovecot-lmtpd, root)")
    folder = _folder("dovecot")
    certificate = make_certificate(folder) if tls else None
    imap_port, lmtp_port, imaps_port = _free_ports(3)
    server = Dovecot(folder, imap_port, lmtp_port, imaps_port if tls else 0, certificate)
    (folder / "refused").touch()
    (folder / "mail").mkdir()
    shutil.chown(folder / "mail", "nobody", "nogroup")
    (folder / "dovecot.conf").write_text(_dovecot_conf(server, tokeninfo_url) + settings)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def postfix(imap: Dovecot, *, settings: str = "") -> Iterator[Postfix]:
    """A running server in front of `imap`, with its certificate where it has one. `settings`: more lines of main.cf."""
    if not Path("/usr/lib/postfix/sbin/master").exists() or os.geteuid() != 0:
        missing("Postfix (postfix, root)")
    folder = _folder("postfix")
    port, smtps_port = _free_ports(2)
    server = Postfix(folder, port, smtps_port if imap.certificate else 0, imap.certificate)
    for name in ("conf", "queue", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    (folder / "conf" / "main.cf").write_text(_main_cf(server, imap) + settings)
    (folder / "conf" / "master.cf").write_text(_master_cf(server))
    _make_queue(folder / "queue")
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[Dovecot]:
    """One server for the whole run, without TLS; do not stop or restart it (start your own for that)."""
    with dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def postfix_server(dovecot_server: Dovecot) -> Iterator[Postfix]:
    """SMTP in front of `dovecot_server`; do not stop it."""
    with postfix(dovecot_server) as server:
        yield server


def make_certificate(folder: Path) -> Certificate:
    ca, ca_key, cert, key = (folder / name for name in ("ca.pem", "ca.key", "cert.pem", "key.pem"))
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    _openssl("req", "-x509", *new_key, "-keyout", ca_key, "-out", ca, "-subj", "/CN=test CA", "-days", "3650")
    _openssl("req", "-x509", *new_key, "-keyout", key, "-out", cert, "-subj", "/CN=localhost", "-days", "3650", "-CA", ca, "-CAkey", ca_key, "-addext", names)
    return Certificate(ca, cert, key)


def wait_until(seen: Callable[[], bool], seconds: float = 20, what: str = "it") -> None:
    """Wait for something another process does. Fails when it does not come."""
    until = time.monotonic() + seconds
    while not seen():
        if time.monotonic() > until:
            pytest.fail(f"{what} did not happen within {seconds} s")
        time.sleep(0.02)


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def _free_ports(count: int) -> list[int]:
    """Free just now, and different from each other."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.create_server((HOST, 0))) for _ in range(count)]
        return [probe.getsockname()[1] for probe in probes]


def _folder(name: str) -> Path:
    """In /tmp, not in pytest's folder: the servers' own users must be able to enter it, and socket paths must be short."""
    folder = Path(tempfile.mkdtemp(prefix=f"mailbot-{name}-", dir="/tmp"))
    folder.chmod(0o755)
    return folder


def _wait_for_port(port: int, log: Callable[[], str], process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
            return
        time.sleep(0.02)
    raise RuntimeError(f"the server did not start: {log()[-2000:]}")


def _dovecot_conf(server: Dovecot, tokeninfo_url: str) -> str:
    folder = server.folder
    secure = f"""
ssl = yes
ssl_cert = <{server.certificate.cert}
ssl_key = <{server.certificate.key}
""" if server.certificate else "ssl = no\n"  # fmt: skip
    imaps = f"inet_listener imaps {{\n address = {HOST}\n port = {server.imaps_port}\n ssl = yes\n }}" if server.certificate else "inet_listener imaps {\n port = 0\n }"
    oauth = ""
    if tokeninfo_url:
        (folder / "oauth2.conf").write_text(f"tokeninfo_url = {tokeninfo_url}\nusername_attribute = email\nrawlog_dir =\n")
        oauth = f"passdb {{\n driver = oauth2\n mechanisms = xoauth2 oauthbearer\n args = {folder}/oauth2.conf\n result_failure = return-fail\n}}\n"
    return f"""
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap lmtp
listen = {HOST}
disable_plaintext_auth = no
auth_mechanisms = plain login{" xoauth2" if oauth else ""}
auth_failure_delay = 0 secs
mail_location = maildir:~/Maildir
mail_uid = nobody
mail_gid = nogroup
mail_fsync = never
mail_max_userip_connections = 100
postmaster_address = postmaster@x.example
namespace inbox {{
 inbox = yes
}}
{oauth}passdb {{
 driver = passwd-file
 deny = yes
 args = {folder}/refused
}}
passdb {{
 driver = static
 args = nopassword=y
}}
userdb {{
 driver = static
 args = uid=nobody gid=nogroup home={folder}/mail/%u allow_all_users=yes
}}
service imap-login {{
 inet_listener imap {{
  address = {HOST}
  port = {server.port}
 }}
 {imaps}
}}
service lmtp {{
 inet_listener lmtp {{
  address = {HOST}
  port = {server.lmtp_port}
 }}
}}
service anvil {{
 unix_listener anvil-auth-penalty {{
  mode = 0
 }}
}}
service auth {{
 unix_listener {folder}/auth {{
  mode = 0666
 }}
}}
{secure}"""


def _main_cf(server: Postfix, imap: Dovecot) -> str:
    folder = server.folder
    secure = f"""
smtpd_tls_security_level = may
smtpd_tls_cert_file = {server.certificate.cert}
smtpd_tls_key_file = {server.certificate.key}
""" if server.certificate else ""  # fmt: skip
    return f"""
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = mx.x.example
mydestination =
mynetworks = 127.0.0.0/8
local_header_rewrite_clients =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
local_recipient_maps =
alias_maps =
alias_database =
virtual_mailbox_domains = static:all
virtual_mailbox_maps = static:all
virtual_transport = lmtp:inet:{HOST}:{imap.lmtp_port}
lmtp_destination_recipient_limit = 1
smtpd_recipient_restrictions =
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_client_connection_rate_limit = 0
smtpd_client_connection_count_limit = 0
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
lmtp_dns_support_level = disabled
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {imap.folder}/auth
broken_sasl_auth_clients = no
message_size_limit = 100000000
mailbox_size_limit = 0
virtual_mailbox_limit = 0
in_flow_delay = 0
queue_run_delay = 2s
minimal_backoff_time = 1s
maximal_backoff_time = 5s
{secure}"""


def _master_cf(server: Postfix) -> str:
    smtps = f"{HOST}:{server.smtps_port} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes" if server.certificate else ""
    return f"""
{HOST}:{server.port} inet n - n - - smtpd
{smtps}
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
"""


def _make_queue(queue: Path) -> None:
    """The folders `postfix start` would make, with the owners and modes of postfix-files."""
    for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace"):
        (queue / name).mkdir(mode=0o700)
        shutil.chown(queue / name, "postfix", "root")
    for name, mode in (("maildrop", 0o1730), ("public", 0o2710)):
        (queue / name).mkdir()
        shutil.chown(queue / name, "postfix", "postdrop")
        (queue / name).chmod(mode)
    (queue / "pid").mkdir(mode=0o755)
