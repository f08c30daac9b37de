"""Any fault of an IMAP session as one plain sentence: what is wrong, and what to mend."""

from __future__ import annotations

import imaplib
import socket
import ssl

from imapclient.exceptions import LoginError

from mailbot.claims.certificate_words import untrusted
from mailbot.claims.errors import MailboxAway
from mailbot.config import Mailbox

_PASSES = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]")  # RFC 9051 7.1: not the password's fault


class SignInRefused(MailboxAway):
    """User, password or token are wrong, or the account is locked: knocking again soon would only lock it longer (reliability.md I13)."""


class FolderMissing(MailboxAway):
    """The server has no such folder. It is never made silently (reliability.md I2)."""


def as_away(error: Exception, box: Mailbox) -> MailboxAway:
    """The fault in plain words. Never contains a password, a token, or anything out of a mail."""
    where = f"{box.host}:{box.port}"
    if isinstance(error, MailboxAway):
        return error
    if isinstance(error, LoginError) and not isinstance(error.__context__, imaplib.IMAP4.abort):
        return _refused(error, box)
    if isinstance(error, ssl.SSLCertVerificationError):
        return MailboxAway(untrusted(where, error.verify_code, error.verify_message))
    if isinstance(error, ssl.SSLError):
        return MailboxAway(f'{where}: TLS could not be agreed ({_words(error.reason or error)}). Does this port want tls = "{box.tls}"?')
    if isinstance(error, socket.gaierror):
        return MailboxAway(f"{box.host}: there is no such host, or the name service does not answer.")
    if isinstance(error, ConnectionRefusedError):
        return MailboxAway(f"{where}: nobody listens there. Is the port right?")
    if isinstance(error, TimeoutError):
        return MailboxAway(f"{where}: no answer within {box.timeout} seconds.")
    if isinstance(error, imaplib.IMAP4.abort | OSError):
        return MailboxAway(f"{where}: the connection broke: {_words(error)}.")
    return MailboxAway(f"{where}: {type(error).__name__}: {_words(error)}.")


def _refused(error: Exception, box: Mailbox) -> MailboxAway:
    said = _words(error)
    if any(code in said for code in _PASSES):
        return MailboxAway(f"{box.host}:{box.port}: cannot sign anybody in just now: {said}.")
    what = "the token" if box.oauth is not None else "the password"
    return SignInRefused(f"{box.host}:{box.port}: signing in as {box.user} was refused: {said}. Check user and {what}.")


def _words(error: object) -> str:
    """The server's own words on one line; imaplib wraps them as the text of a bytes literal."""
    text = " ".join(str(error).split())
    if text[:2] in ("b'", 'b"'):
        text = text[2:-1]
    return "".join(c if c.isprintable() else "?" for c in text)[:160].rstrip(".") or type(error).__name__
