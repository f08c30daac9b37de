"""Tries a mailbox out for `mailbot check`, and says in plain lines what it found. Changes nothing on the server."""

from __future__ import annotations

from mailbot.claims.errors import MailboxAway
from mailbot.config import Mailbox
from mailbot.mail_in.imap import Imap
from mailbot.mail_in.imap_faults import FolderMissing
from mailbot.mail_in.imap_signin import Token


def try_mailbox(box: Mailbox, token: Token | None = None) -> list[str]:
    """What the mailbox answers. Errors: MailboxAway with one sentence on what is wrong: host, certificate, sign-in, or a folder."""
    imap = Imap(box, token)
    try:
        lines = [f"{box.host}:{box.port}: signed in as {box.user} ({_line_of(box)}).", _abilities(imap)]
        lines += [_folder(imap, box, name) for name in box.folders]
        if box.after_filing == "move":
            if box.move_to not in imap.folders():
                raise FolderMissing(f"{box.host}: move_to names {box.move_to!r}, and there is no such folder: {', '.join(imap.folders())}.")
            lines.append(f"Filed mail is moved to {box.move_to!r}.")
        return lines
    finally:
        imap.close()


def _line_of(box: Mailbox) -> str:
    return {"implicit": "TLS, verified", "starttls": "STARTTLS, verified", "none": "no TLS, this machine only"}[box.tls]


def _abilities(imap: Imap) -> str:
    news = "new mail is told at once" if imap.can.idle and imap.box.idle else f"new mail is looked for every {imap.box.poll_seconds} s"
    names = [name for name, can in (("IDLE", imap.can.idle), ("MOVE", imap.can.move), ("UIDPLUS", imap.can.uid_expunge)) if can]
    return f"The server can {', '.join(names) or 'only the bare protocol'}: {news}."


def _folder(imap: Imap, box: Mailbox, name: str) -> str:
    folder = imap.select(name, readonly=box.after_filing == "leave")
    if box.after_filing != "leave" and not folder.writable:
        raise MailboxAway(f'{box.host}: {name!r} may only be read, and after_filing = "{box.after_filing}" wants to change it.')
    return f"{name}: {folder.mails} mails."
