"""An incoming mail as a value: who wrote what to whom, and what was wrong with it. Only values; nothing here reads bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a mail is (behaviour.md 1)."""

    CLAIM = "claim"
    TRIAGE = "triage"
    FOLLOW_UP = "follow_up"
    WITHDRAWAL = "withdrawal"
    ENQUIRY = "enquiry"
    COMMAND = "command"
    INTERNAL = "internal"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    RECEIPT = "receipt"
    LIST = "list"
    SPAM = "spam"
    OWN = "own"
    STAFF_REPLY = "staff_reply"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Address:
    """`name` decoded or ""; `address` has its local part exact and its domain as a lower-case A-label (RFC 5891)."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    @property
    def key(self) -> str:
        """For comparing people: the address without regard to case (mail programs fold it)."""
        return self.address.casefold()


@dataclass(frozen=True, slots=True)
class Attachment:
    """`name` decoded and cleaned for display, never invented; `size` and `sha256` of the decoded bytes."""

    name: str | None
    media_type: str
    size: int
    sha256: str
    inline: bool = False
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The innermost customer's letter inside a forward, whoever forwards (behaviour.md 9)."""

    from_: Address | None = None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    sent_at: datetime | None = None
    subject: str = ""
    text: str = ""
    quoted: str = ""


@dataclass(frozen=True, slots=True)
class BouncedRecipient:
    address: str
    permanent: bool | None = None
    status: str | None = None
    diagnostic: str = ""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says (RFC 3464, or free text)."""

    original_message_id: str | None = None
    recipients: tuple[BouncedRecipient, ...] = ()


@dataclass(frozen=True, slots=True)
class Signs:
    """Header facts by which robots, lists and loops are told from people; decoded, lower-cased where case means nothing.

    `return_path` None = no such header, "" = the null sender `<>`.
    """

    auto_submitted: str = ""
    precedence: str = ""
    list_id: str = ""
    list_unsubscribe: str = ""
    list_post: str = ""
    suppress: str = ""  # X-Auto-Response-Suppress
    auto_headers: tuple[str, ...] = ()  # names of vendor headers present that mark automatic mail (X-Autoreply, X-Autorespond, …)
    loop: str = ""  # X-Loop
    mailbot_loop: str = ""  # X-Mailbot-Loop: "<instance> <mac>", not verified here
    return_path: str | None = None
    spam: str = ""  # what a filter header said, e.g. "x-spam-flag: yes"
    mailer: str = ""  # X-Mailer / User-Agent
    content_type: str = ""  # of the whole mail, e.g. "multipart/report"
    report_type: str = ""  # delivery-status | disposition-notification | feedback-report | ""
    has_calendar: bool = False
    from_count: int = 1  # number of From headers (reliability.md A10)
    from_mailboxes: int = 1  # number of mailboxes in them
    delivered_to: tuple[str, ...] = ()  # Delivered-To, X-Original-To, Envelope-To: addresses
    forwarded_by_rule: bool = False  # Resent-*, X-MS-Exchange-Inbox-Rules-Loop, X-Forwarded-To …: moved on by a mailbox rule
    authentication_results: tuple[str, ...] = ()  # raw values, topmost first
    has_dkim_signature: bool = False
    dkim_limited: bool = False  # one covers a part of the body only (l=): whoever reports it as passed, it proves nothing
    dkim_loose: bool = False  # what it covers leaves open which words come first, or a field stands twice and one of the two is not covered
    words_in_quote: bool = False  # nothing stands above an unmarked quotation: `text` is what stands in it
    challenge: bool = False  # challenge-response ("confirm that you are a human")


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """One mail, read. Made by `mail_in.read`, which never raises; what went wrong stands in `problems`.

    `text` is what the person wrote (of a forward: the forwarder's own words; of a robot or bounce: its readable part),
    `quoted`, `signature` and `disclaimer` what was cut off. `sent_at` is the Date header with its own offset and only
    for display: clocks start at `received_at`.
    """

    message_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    from_: Address | None = None
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    on_behalf_of: Address | None = None
    forwarded: Forwarded | None = None
    subject: str = ""
    sent_at: datetime | None = None
    received_at: datetime | None = None  # from the topmost Received header; the caller knows better where it fetched the mail itself
    text: str = ""
    quoted: str = ""
    signature: str = ""
    disclaimer: str = ""
    attachments: tuple[Attachment, ...] = ()
    problems: tuple[str, ...] = ()
    bounce: Bounce | None = None
    signs: Signs = field(default_factory=Signs)
    encrypted: bool = False
    signed: bool = False
    readable: bool = True  # False: nothing can be made of it (kind `unreadable`)
    content_key: str = ""  # decisions.md 2: hash of Message-ID, From, Date, Subject and body without trace headers
