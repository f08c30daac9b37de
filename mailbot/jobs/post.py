"""The couriers of a configuration: the common one, and one for each mailbox that sends by a server of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from mailbot.access_token import AccessToken
from mailbot.mail_out.courier import Courier
from mailbot.mail_out.smtp import SmtpServer

if TYPE_CHECKING:
    from mailbot.config import Settings, Smtp

LEASE_FOR = timedelta(seconds=180)


def couriers_for(settings: Settings) -> dict[str, Courier]:
    """By mailbox name; "" is the common one, or where there is none the first mailbox's own."""
    own = {box.name: Courier(server_of(box.smtp)) for box in settings.mailbox if box.smtp is not None}
    if settings.smtp is not None:
        return {"": Courier(server_of(settings.smtp)), **own}
    return {"": next(iter(own.values())), **own} if own else {}


def server_of(smtp: Smtp) -> SmtpServer:
    """The mail server and how to sign in; secrets are read only when a session is opened."""
    return SmtpServer(
        host=smtp.host,
        port=smtp.port,
        tls=smtp.tls,
        ca_file=smtp.ca_file,
        user=smtp.user,
        password=smtp.password.read if smtp.password is not None else None,
        token=AccessToken(smtp.oauth) if smtp.oauth is not None else None,
        timeout=smtp.timeout,
        final_reply_timeout=smtp.final_reply_timeout,
        connections=smtp.connections,
    )
