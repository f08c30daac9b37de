"""Why a server's certificate is not trusted, and which key of the configuration mends it. Pure."""

from __future__ import annotations

_EXPIRED = 10  # X509_V_ERR_CERT_HAS_EXPIRED and its neighbours (openssl-verification-options(1))
_NOT_YET = 9
_OTHER_NAME = frozenset({62, 64})  # hostname and IP address mismatch


def untrusted(where: str, code: int, said: str) -> str:
    """One sentence and its mend; `code` and `said` are OpenSSL's."""
    if code == _EXPIRED:
        mend = "Renew it on the server; until then mailbot does not sign in."
    elif code == _NOT_YET:
        mend = "It is not valid yet: set this machine's clock, or wait."
    elif code in _OTHER_NAME:
        mend = "Write as host a name that the certificate carries, or renew it with this one."
    else:
        mend = "Name your company's CA (or the certificate itself, where it is self-signed) in ca_file."
    return f"{where}: its certificate is not trusted: {said.rstrip('.')}. {mend}"
