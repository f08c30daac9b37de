"""Whether a command mail may command: its sender is proven, and it answers a letter of ours to that very person (reliability.md R19).

A ready reply opened by a `mailto:` link cannot say what it answers; its line carries a token instead:
`~<key id>.<yyyymmdd>.<26 base32>`, a MAC over the person, the case and the day of the letter that held the link.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mailbot.claims.authentication import Authentication
from mailbot.claims.automatic import is_from_person, precedence
from mailbot.claims.command import WITHOUT_CASE, WITHOUT_LETTER, Command
from mailbot.claims.message import IncomingMail
from mailbot.claims.policy import Person, Policy
from mailbot.claims.proof import SigningKey, is_ours, mac

GOOD_FOR = timedelta(days=14)
# letters of ours that may be answered with commands
TO_PEOPLE = frozenset({
    "alert", "escalation", "confirm_forward", "result", "digest", "case_letter", "draft", "guard_question", "approval_request", "returned",
    "regress",
})  # fmt: skip
_TOKEN = re.compile(r"([a-z0-9]{1,8})\.(\d{8})\.([a-z2-7]{26})")
_AHEAD = timedelta(days=1)  # the office's day may have begun before UTC's


@dataclass(frozen=True, slots=True)
class AnsweredLetter:
    """A letter of ours that the mail refers to. `numbers` are the cases it was about or listed."""

    message_id: str
    kind: str
    to: str
    queued_at: datetime
    numbers: frozenset[str]


Proof = tuple["AnsweredLetter | None", str]  # the letter that is answered, or why there is none


def make_token(key: SigningKey, person: str, number: str, at: datetime) -> str:
    """The token of one person's ready replies about one case, for 14 days from `at`."""
    day = at.astimezone(UTC).strftime("%Y%m%d")
    return f"~{key.id}.{day}.{mac(key, 'cmd1', person, number, day)}"


def is_token(token: str, person: str, number: str, keys: Mapping[str, SigningKey], now: datetime) -> bool:
    """The token (without `~`) was made for this person and case, and is not expired. Compared without regard to case."""
    match = _TOKEN.fullmatch(token.casefold()) if token.isascii() else None
    if match is None or match[1] not in keys:
        return False
    if not hmac.compare_digest(match[3], mac(keys[match[1]], "cmd1", person, number, match[2])):
        return False
    made = datetime.strptime(match[2], "%Y%m%d").replace(tzinfo=UTC)
    return made - _AHEAD <= now <= made + GOOD_FOR + _AHEAD


def sender_of(mail: IncomingMail, proof: Authentication, policy: Policy) -> tuple[Person | None, str]:
    """The person whose command it is, or why it is nobody's: "sender" | "automatic" | "unproven" | "loose" (A3, A9-A12)."""
    signs = mail.signs
    if mail.from_ is None or signs.from_count != 1 or signs.from_mailboxes != 1 or not mail.from_.address.isascii():
        return None, "sender"
    if not is_from_person(mail) or precedence(signs) == "auto_reply":
        return None, "automatic"
    person = policy.person_at(mail.from_.address)
    if person is None:
        return None, "sender"
    if not is_proven(mail, proof):
        return None, "unproven"
    return (None, "loose") if mail.signs.dkim_loose else (person, "")


def is_proven(mail: IncomingMail, proof: Authentication) -> bool:
    """Our mail server, or our own check, shows that the mail is of who it says it is."""
    # a server that many share passes SPF for all of them, and a signature over a part of the body proves nothing
    return proof.result == "pass" and "pass" in {proof.dkim, proof.dmarc} and not mail.signs.dkim_limited


def is_vouched_for(mail: IncomingMail, proof: Authentication) -> bool:
    """The words of one of our people may end a clock or a reminder: as a command must be, they are proven to be hers.

    A mail without any Received header came by no server: somebody who may sign in put it into the mailbox (its Sent folder).
    """
    return mail.received_at is None or is_proven(mail, proof)


def proven_letter(
    letters: Sequence[AnsweredLetter], person: Person, keys: Mapping[str, SigningKey], now: datetime
) -> Proof:
    """The letter to this person that the mail answers, or why there is none: "no_letter" | "other_person" | "expired"."""
    why = "no_letter"
    own = {address.casefold() for address in person.addresses}
    for letter in letters:
        if letter.kind not in TO_PEOPLE or not is_ours(letter.message_id, keys):
            continue
        if letter.to.casefold() not in own:
            why = "other_person"
        elif not letter.queued_at <= now <= letter.queued_at + GOOD_FOR:
            why = "expired"
        else:
            return letter, ""
    return None, why


def case_of(
    command: Command,
    subject_number: str,
    letter: Proof,
    person: Person,
    keys: Mapping[str, SigningKey],
    now: datetime,
) -> tuple[str, str]:
    """The case a command is for, or "" and why not: "which" | "no_case_named" | "not_listed" | "token" | what `proven_letter` said."""
    answered, why = letter
    number = command.number or subject_number
    if command.word in WITHOUT_LETTER:
        return "", ""
    if command.token:
        return (number, "") if number and is_token(command.token, person.id, number, keys, now) else ("", "token")
    if answered is None:
        return "", why
    if command.word in WITHOUT_CASE:
        return "", ""
    return _listed(command.number, subject_number, answered.numbers)


def _listed(named: str, in_subject: str, numbers: Collection[str]) -> tuple[str, str]:
    """The case named, where the letter was about it; of a letter about a single case no number is needed."""
    if named:
        return (named, "") if named in numbers else ("", "not_listed")
    if len(numbers) == 1:
        return next(iter(numbers)), ""
    return (in_subject, "") if in_subject in numbers else ("", "which" if numbers else "no_case_named")
