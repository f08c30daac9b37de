"""Why an OAuth server or a mail server refuses us, in one sentence that says what to mend and where."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from mailbot.config import OAuth

Use = Literal["imap", "smtp"]

_CODE = re.compile(r"AADSTS\d+")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the token server said: the HTTP status, `error` and `error_description` of RFC 6749 5.2."""

    status: int
    error: str
    text: str


_CONSENT = (
    "the application has no consent. An administrator grants it in Entra ID, the application's API permissions: "
    "IMAP.AccessAsApp and SMTP.SendAsApp for client_credentials, IMAP.AccessAsUser.All and SMTP.Send for a refresh token"
)
_REFRESH = "the refresh token has ended or was revoked. Sign in once more and put the new one into {refresh_token}"
_TENANT = "there is no such tenant. Check the tenant in token_url"

_MENDS_BY_CODE = {
    "AADSTS65001": _CONSENT,
    "AADSTS650057": _CONSENT,
    "AADSTS90094": _CONSENT,
    "AADSTS700016": "there is no such application in this tenant. Check client_id, and the tenant in token_url",
    "AADSTS90002": _TENANT,
    "AADSTS900023": _TENANT,
    "AADSTS50059": _TENANT,
    "AADSTS7000215": "the client secret is wrong. client_secret wants the secret's value, not its id",
    "AADSTS7000222": "the client secret has ended. Make a new one in Entra ID and put it into {client_secret}",
    "AADSTS7000218": "the application is a confidential one and wants client_secret",
    "AADSTS700025": "the application is a public one. Remove client_secret",
    "AADSTS700082": _REFRESH,
    "AADSTS70008": _REFRESH,
    "AADSTS700084": _REFRESH,
    "AADSTS50173": "the account's password was changed. Sign in once more and put the new refresh token into {refresh_token}",
    "AADSTS50076": "the account must sign in with a second factor. Sign in once more and put the new refresh token into {refresh_token}",
    "AADSTS50079": "the account must set up a second factor. Do so, sign in once more, and put the new refresh token into {refresh_token}",
    "AADSTS53003": "a Conditional Access policy forbids it. An administrator must exempt this application",
    "AADSTS50057": "the account is disabled",
    "AADSTS50034": "there is no such account in this tenant",
    "AADSTS1002012": 'for client_credentials the scope ends with /.default. Write scope = "https://outlook.office365.com/.default"',
    "AADSTS70011": "the scope is wrong. Check scope",
    "AADSTS500011": "the scope names a service that this tenant does not have. Check scope",
}
_MENDS_BY_ERROR = {
    "invalid_grant": _REFRESH,
    "invalid_client": "client_id or client_secret is wrong. Check both",
    "unauthorized_client": "the application may not use this grant. Allow it where the application is registered",
    "unsupported_grant_type": "the server does not know this grant. Use another one",
    "invalid_scope": "the scope is wrong, or not granted to the application. Check scope",
    "access_denied": _CONSENT,
    "consent_required": _CONSENT,
    "interaction_required": "a person must sign in once more. Put the new refresh token into {refresh_token}",
    "admin_policy_enforced": "the Google Workspace administrator forbids this application. Allow it in the Admin console, API controls",
    "org_internal": "the Google application is for its own organisation only. Use an account of that organisation",
    "deleted_client": "the application was deleted where it was registered",
    "temporarily_unavailable": "the token server is busy; it will be asked again",
}


def explain(refusal: Refusal, oauth: OAuth) -> str:
    """The mend, then the server's own code and word."""
    code = next(iter(_CODE.findall(refusal.text)), "")
    mend = _MENDS_BY_CODE.get(code) or _MENDS_BY_ERROR.get(refusal.error) or _by_status(refusal.status)
    mend = mend.format(refresh_token=_source(oauth, "refresh_token"), client_secret=_source(oauth, "client_secret"))
    said = " ".join(word for word in (str(refusal.status), _plain(refusal.error), code) if word)
    rest = _plain(refusal.text.partition("Trace ID")[0]) if code not in _MENDS_BY_CODE else ""
    return f"{mend} ({said}{': ' + rest if rest else ''})."


def _by_status(status: int) -> str:
    if status // 100 == 3:
        return "token_url leads elsewhere, and a secret is not sent after it. Write the final address"
    if status == 404:
        return "there is nothing at token_url. Check it"
    return "the token server is busy or broken; it will be asked again" if status >= 500 or status == 429 else "the token server refuses"


def _source(oauth: OAuth, key: str) -> str:
    secret = getattr(oauth, key)
    return secret.source if secret is not None else key


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))[:160].rstrip(". ")


_NEEDED = {  # what Microsoft calls the permission: as the application itself, or on behalf of a user
    "imap": ("IMAP.AccessAsApp", "IMAP.AccessAsUser.All"),
    "smtp": ("SMTP.SendAsApp", "SMTP.Send"),
}


def why_refused(oauth: OAuth, token: str, user: str, use: Use) -> str:
    """What a token that the mail server refused lacks, as far as the token itself tells (Microsoft's do); else what to look at."""
    claims = _claims(token)
    as_app, as_user = _NEEDED[use]
    needed, held = (as_app, _words(claims, "roles")) if oauth.grant == "client_credentials" else (as_user, _words(claims, "scp"))
    if claims and needed not in held:
        have = ", ".join(sorted(held)) or "none"
        return f"The token lacks the permission {needed} (it has: {have}). Add it to the application in Entra ID, and grant consent."
    if claims and oauth.grant == "client_credentials":
        right = "FullAccess (Add-MailboxPermission)" if use == "imap" else "SendAs (Add-RecipientPermission)"
        return (
            f"The token has {needed}; Exchange does not let the application into {user}. An administrator runs New-ServicePrincipal "
            f"for it, and gives that principal {right} on the mailbox."
        )
    owner = next((str(claims[key]) for key in ("upn", "preferred_username", "unique_name") if claims.get(key)), "")
    if owner and owner.casefold() != user.casefold():
        right = "Full Access" if use == "imap" else "Send As"
        return f"The token is for {owner}: to use the shared mailbox {user}, that account needs {right} on it in Exchange."
    if claims:
        what = "IMAP" if use == "imap" else "Authenticated SMTP"
        return f"The token is for {user} and has {needed}. Is {what} switched on for this mailbox in Exchange?"
    return (
        f"Check that the account is {user}, and that the application was granted access to mail (Google: scope https://mail.google.com/)."
    )


def _claims(token: str) -> dict[str, Any]:
    """What a JWT says of itself, unverified: only to explain a refusal, never to decide. {} where the token is no JWT."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        found = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _words(claims: dict[str, Any], key: str) -> frozenset[str]:
    found = claims.get(key, "")
    return frozenset(map(str, found)) if isinstance(found, list) else frozenset(str(found).split())
