"""What a mail server's reply or silence means for a letter, and any fault of a session as one plain sentence."""

from __future__ import annotations

import re
import socket
import ssl
from typing import TYPE_CHECKING

from aiosmtplib import SMTPAuthenticationError, SMTPConnectError, SMTPException, SMTPResponseException, SMTPTimeoutError

from mailbot.claims.certificate_words import untrusted
from mailbot.claims.delivery import Refused, TryLater
from mailbot.claims.errors import MailboxAway

if TYPE_CHECKING:
    from mailbot.mail_out.smtp import SmtpServer

MOST_LETTERS = 200  # of a reply that we keep

# Servers say "too much just now" with a permanent code as well: Gmail 550 5.4.5, Microsoft 550 5.7.233, full mailboxes 552 5.2.2.
_TOO_MUCH = re.compile(
    r"\brate\b|rate.?limit|throttl|quota|too many (?!hops|received)|too (?:much|frequent)|(?:sending|message|hourly|daily) limit"
    r"|limit (?:is |was |has been )?exceeded|exceeded [\w ]*limit|mailbox (?:is )?full|gr[ae]y.?list|try (?:it )?(?:again )?later|temporar",
    re.IGNORECASE,
)
_TOO_LARGE = re.compile(r"5\.3\.4|5\.2\.3|\bsize\b|too (?:large|big)", re.IGNORECASE)
_SIGN_IN_CODES = frozenset({530, 534, 535, 538})  # RFC 4954 4 and 6: our set-up is wrong, not the letter


class SmtpAway(MailboxAway):
    """The mail server cannot be reached, or does not let us in. Says in one plain sentence what is wrong."""


class SignInRefused(SmtpAway):
    """User, password or token are wrong: knocking again soon would only lock the account (reliability.md I13)."""


def not_taken(code: int, text: str) -> Refused | TryLater:
    """What a reply other than "yes" means for the letter: only 5xx is for good, and not even that if it is about too much at once."""
    said = reply(code, text)
    if code // 100 != 5 or code in _SIGN_IN_CODES or (_TOO_MUCH.search(text) and not _TOO_LARGE.search(text)):
        return TryLater(said)
    return Refused(said)


def reply(code: int, text: str) -> str:
    """The server's reply on one line, without controls, at most 200 letters."""
    return printable(f"{code} {text}")


def printable(text: str, most: int = MOST_LETTERS) -> str:
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))[:most].rstrip()


def words(error: BaseException) -> str:
    """An error in the server's words or the system's, on one line."""
    if isinstance(error, SMTPResponseException):
        return reply(error.code, error.message)
    if isinstance(error, SMTPTimeoutError | TimeoutError):
        return "no answer in time"
    return printable(str(error)).rstrip(".") or type(error).__name__


def as_away(error: Exception, server: SmtpServer) -> SmtpAway:
    """Why no session could be opened. Never contains a password or a token."""
    where = f"{server.host}:{server.port}"
    if isinstance(error, SmtpAway):
        return error
    if isinstance(error, SMTPAuthenticationError):
        return _sign_in(error, server)
    cause = error.__cause__ if isinstance(error, SMTPConnectError) and error.__cause__ else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return SmtpAway(untrusted(where, cause.verify_code, cause.verify_message))
    if isinstance(cause, ssl.SSLError):
        why = printable(cause.reason or str(cause))
        return SmtpAway(f'{where}: TLS could not be agreed ({why}). Does this port want tls = "{server.tls}"?')
    if isinstance(cause, socket.gaierror):
        return SmtpAway(f"{server.host}: there is no such host, or the name service does not answer.")
    if isinstance(cause, ConnectionRefusedError):
        return SmtpAway(f"{where}: nobody listens there. Is the port right?")
    if isinstance(error, TimeoutError):
        mend = f'Is tls = "{server.tls}" right for this port? 465 wants "implicit", 587 "starttls".'
        return SmtpAway(f"{where}: no answer within {server.timeout:g} seconds. {mend}")
    if isinstance(error, SMTPResponseException):
        return SmtpAway(f"{where}: the server does not serve us: {words(error)}.")
    if isinstance(cause, OSError):
        return SmtpAway(f"{where}: the connection broke: {words(cause)}.")
    name = "" if isinstance(error, SMTPException) else f"{type(error).__name__}: "
    return SmtpAway(f"{where}: {name}{words(error)}.")


def _sign_in(error: SMTPAuthenticationError, server: SmtpServer) -> SmtpAway:
    where = f"{server.host}:{server.port}"
    if error.code // 100 == 4:
        return SmtpAway(f"{where}: cannot sign anybody in just now: {words(error)}.")
    what = "the token" if server.token is not None else "the password"
    return SignInRefused(f"{where}: signing in as {server.user} was refused: {words(error)}. Check user and {what}.")
