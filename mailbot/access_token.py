"""An OAuth access token for a mail server, fresh when asked for. Never prints a secret; a refusal names what to mend."""

from __future__ import annotations

import contextlib
import json
import os
import ssl
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

from mailbot import maillog
from mailbot.claims.errors import MailboxAway
from mailbot.config import LOOPBACK, OAuth
from mailbot.secret import Secret
from mailbot.token_faults import Refusal, explain

SECONDS = 30.0
_MARGIN = 60.0  # seconds before its end in which a token is no longer given out
_UNSAID_LIFE = 300.0  # where the server does not say how long (RFC 6749 5.1 only recommends it)
_MOST_BYTES = 1_000_000


class TokenAway(MailboxAway):
    """There is no token just now: the token server is away, or refuses. One plain sentence says what to mend."""


class AccessToken:
    """Gives the token when called. Safe for several threads; asks the server only when the last token is about to end."""

    def __init__(self, oauth: OAuth, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.oauth = oauth
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._token = ""
        self._good_until = 0.0
        self._unsaved = ""  # a newer refresh token that could not be written back

    def __call__(self) -> str:
        """Errors: TokenAway."""
        with self._lock:
            if self.oauth.grant == "command":
                return _usable(_read(Secret(command=self.oauth.command)))  # such commands keep their own cache
            if not self._token or self._monotonic() >= self._good_until:
                self._fetch()
            return self._token

    def forget(self) -> None:
        """Ask anew next time: the mail server refused this token, and a permission may have been mended meanwhile."""
        with self._lock:
            self._token = ""

    def _fetch(self) -> None:
        began = self._monotonic()
        used = self._refresh_token()
        try:
            answer = self._ask(used)
        except _Stale:
            newer = self._refresh_token()
            if newer == used:
                raise
            answer = self._ask(newer)  # another process had the token exchanged for a new one meanwhile
        life = answer.get("expires_in", _UNSAID_LIFE)
        self._token = _usable(str(answer.get("access_token", "")))
        self._good_until = began + _seconds(life) - _MARGIN
        renewed = answer.get("refresh_token")
        if isinstance(renewed, str) and renewed and self.oauth.refresh_token is not None:
            self._keep(renewed, self.oauth.refresh_token)

    def _refresh_token(self) -> str:
        if self.oauth.grant != "refresh_token" or self.oauth.refresh_token is None:
            return ""
        return self._unsaved or _read(self.oauth.refresh_token)

    def _keep(self, renewed: str, source: Secret) -> None:
        """Write a new refresh token back where the old one came from; the old one may be good no longer."""
        if renewed == self._unsaved or (not self._unsaved and renewed == _read(source)):
            return
        self._unsaved = renewed
        if source.file is not None:
            try:
                replace_file(source.file, renewed)
            except OSError as error:
                maillog.refresh_token_not_saved(source.source, error.strerror or type(error).__name__)
            else:
                self._unsaved = ""
        else:
            maillog.refresh_token_not_saved(source.source, "only a file can be written")

    def _ask(self, refresh_token: str) -> dict[str, Any]:
        form = {
            "grant_type": self.oauth.grant,
            "client_id": self.oauth.client_id,
            "scope": self.oauth.scope,
            "refresh_token": refresh_token,
        }
        if self.oauth.client_secret is not None:
            form["client_secret"] = _read(self.oauth.client_secret)
        return _post(self.oauth, {key: value for key, value in form.items() if value})


class _Stale(TokenAway):
    """The refresh token is good no longer."""


def xoauth2(user: str, token: str) -> str:
    """What AUTHENTICATE XOAUTH2 sends, before base64."""
    return f"user={user}\1auth=Bearer {token}\1\1"


def secret_expires_within(oauth: OAuth, today: date, days: int = 30) -> date | None:
    """When the client secret ends, if that is within so many days or past; else None. Errors: ValueError that names the key."""
    if not oauth.client_secret_expires_on:
        return None
    try:
        ends_on = date.fromisoformat(oauth.client_secret_expires_on)
    except ValueError:
        raise ValueError(f'client_secret_expires_on = "{oauth.client_secret_expires_on}" is not a date. Write it as 2027-01-31.') from None
    return ends_on if ends_on <= today + timedelta(days=days) else None


def replace_file(path: Path, text: str) -> None:
    """The file's new content, whole or not at all, with its owner and mode 0600. Errors: OSError."""
    path = path.resolve()  # a link stays a link
    old = path.stat()
    new = path.with_name(f".{path.name}.new-{os.getpid()}-{threading.get_ident()}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            with contextlib.suppress(PermissionError):  # `mailbot check` run by root must not take the file from the daemon's user
                os.fchown(file.fileno(), old.st_uid, old.st_gid)
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(secret: Secret) -> str:
    try:
        return secret.read()
    except (OSError, ValueError) as error:
        raise TokenAway(f"OAuth: {error}") from error


def _usable(token: str) -> str:
    """A token that can stand in a command (RFC 6750 2.1). Errors: TokenAway."""
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise TokenAway("OAuth: what was given as an access token is none.")
    return token


def _seconds(life: Any) -> float:
    try:
        return max(float(life), 0.0)
    except (TypeError, ValueError):
        return _UNSAID_LIFE


def _post(oauth: OAuth, form: dict[str, str]) -> dict[str, Any]:
    """The token server's answer. Errors: TokenAway; _Stale where the refresh token is good no longer."""
    url = urlsplit(oauth.token_url)
    where = url.hostname or oauth.token_url
    if url.scheme != "https" and not (url.scheme == "http" and url.hostname in LOOPBACK):
        raise TokenAway(f"OAuth: token_url must begin with https://, and {oauth.token_url!r} does not.")
    request = Request(oauth.token_url, urlencode(form).encode(), {"Accept": "application/json"})  # noqa: S310  # the scheme was looked at
    try:
        with _opener().open(request, timeout=SECONDS) as response:
            return _object(response.read(_MOST_BYTES), where)
    except HTTPError as error:
        with error:
            refusal = _refusal(error, form)
        sentence = f"OAuth: {where}: {explain(refusal, oauth)}"
        raise (_Stale if refusal.error == "invalid_grant" else TokenAway)(sentence) from None
    except (OSError, HTTPException, ValueError) as error:
        raise TokenAway(f"OAuth: {where}: {_why(error)}") from None


class _NoRedirect(HTTPRedirectHandler):
    """A secret goes to the configured address and nowhere else."""

    def redirect_request(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str) -> None:
        return None


def _opener() -> OpenerDirector:
    return build_opener(HTTPSHandler(context=ssl.create_default_context()), _NoRedirect)


def _object(body: bytes, where: str) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise TokenAway(f"OAuth: {where}: the answer is not a token server's. Is token_url right?")
    return answer


def _refusal(error: HTTPError, form: dict[str, str]) -> Refusal:
    """What the server says, with our secrets struck out in case it repeats them."""
    try:
        answer = json.loads(error.read(_MOST_BYTES))
    except (OSError, HTTPException, ValueError):
        answer = None
    found = answer if isinstance(answer, dict) else {}
    text = str(found.get("error_description", ""))
    for key in ("client_secret", "refresh_token"):
        if form.get(key):
            text = text.replace(form[key], "…")
    return Refusal(error.code, str(found.get("error", "")), text)


def _why(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {reason.verify_message}."
    if isinstance(reason, TimeoutError):
        return f"no answer within {SECONDS:g} seconds."
    text = getattr(reason, "strerror", None) or type(reason).__name__
    return f"the token server cannot be reached: {text}."
