"""Real mail decides: what the peers' own tests assert about the mails of ../shared/data/mails, and how often we meet it.

Run it as `python -m tests.corpora [-v]`. Nothing of the shared data is copied; without the folder it says so and ends.
"""

from __future__ import annotations

import email
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from email import policy
from functools import cache
from pathlib import Path
from typing import Any

from mailbot.claims.automatic import automatic
from mailbot.claims.message import IncomingMail
from mailbot.classify.understand import Reader
from mailbot.mail_in.read import read_mail
from mailbot.rulebook import load_rules
from tests.corpora_words import REPLY_SETS, read_row, score_forward, score_reply
from tests.values import NOW, papers

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "mails"
GOALS = {"sender": 0.99, "subject": 0.99, "body": 0.97, "attachments": 0.98, "bounce": 0.99, "recipient": 0.97, "permanence": 0.97, "robot": 0.99,
         "feedback": 0.99, "reply": 0.93, "fwd sender ru+en": 0.97, "fwd subject ru+en": 0.97, "fwd body ru+en": 0.97, "fwd sender": 0.9, "fwd subject": 0.9,
         "fwd body": 0.9}  # fmt: skip

# Mails where we differ knowingly, and why ours serves the user better.
KNOWN: dict[tuple[str, str], str] = {
    ("flufl_bounce/groupwise_03.eml", "bounce"): "a person's answer with a forward; the peer's own test finds no failed address either",
    ("flufl_bounce/qmail_08.eml", "bounce"): "an out-of-office (Precedence: auto_reply); the peer's own test finds no failed address either",
    ("flufl_bounce/dsn_02.eml", "permanence"): "status 4.4.7 is of the transient class (RFC 3463): the address may be right",
    ("flufl_bounce/simple_44.eml", "permanence"): "status 4.4.4 is of the transient class (RFC 3463): the address may be right",
    ("flufl_bounce/yahoo_01.eml", "permanence"): "status 4.4.1 is of the transient class (RFC 3463): the address may be right",
    ("sisimai/lhost-amazonses-11.eml", "bounce"): "a complaint as JSON from a notification service: no letter of ours came back",
    ("sisimai/lhost-fml-03.eml", "bounce"): "a mailing list's loop alert to its own administrator",
    ("sisimai/err_make-test-36.eml", "bounce"): "a person forwards a bounce with an ordinary From: a person reads it",
    ("sisimai/arf-26.eml", "feedback"): "an unsubscribe request by Apple Mail, no feedback report (RFC 5965)",
    ("sisimai/lhost-gmail-08.eml", "permanence"): "says itself that it is a warning and will be retried",
    ("sisimai/lhost-opensmtpd-06.eml", "permanence"): "the report's own Status is 4.4.7",
    ("sisimai/lhost-opensmtpd-16.eml", "permanence"): "the report's own Status is 4.4.7",
    ("sisimai/lhost-sendmail-56.eml", "permanence"): "the report's own Status is 5.5.0",
    ("sisimai/lhost-biglobe-01.eml", "recipient"): "the peer names the system's own postmaster, the report names another address",
    ("sisimai/lhost-v5sendmail-01.eml", "recipient"): "the peer cut the address short (kijitora@exampl)",
    ("sisimai/lhost-apachejames-01.eml", "recipient"): "the peer dropped a digit of the telephone number in the address",
    ("sisimai/lhost-domino-03.eml", "recipient"): "Final-Recipient of the report is taken, the peer took the text's",
    ("sisimai/lhost-exim-03.eml", "recipient"): "X-Failed-Recipients is taken, the peer took the text's",
    ("sisimai/lhost-exim-06.eml", "permanence"): "says itself \"This is a permanent error\" and will not try again",
    ("sisimai/lhost-exim-08.eml", "permanence"): "says itself \"This is a permanent error\" and will not try again",
    ("flufl_bounce/dsn_04.eml", "recipient"): "Final-Recipient of the report is taken, the peer takes Original-Recipient",
    ("flufl_bounce/dsn_17.eml", "recipient"): "Final-Recipient of the report is taken, the peer takes Original-Recipient",
    ("flufl_bounce/yale_01.eml", "recipient"): "an ambiguous name: the addresses the system proposes are shown, the peer knows a form of that one server",
    ("chatwoot/mail_with_html_part_no_html_content.eml", "body"): "the words \"no message\" of an empty part are no words of the letter",
    ("chatwoot/welcome_html.eml", "body"): "the plain part is mostly addresses of links; the formatted version is read, its links keep their text",
    ("mime4j/sig-uu.msg", "body"): "the uuencoded file stands among the attachments, not as letters in the text",
    ("mime4j/uu-zeegee.msg", "body"): "the uuencoded file stands among the attachments, not as letters in the text",
    ("rt/notes-uuencoded.eml", "body"): "the uuencoded file stands among the attachments, not as letters in the text",
    ("otobo/EmailParser__PostMaster-Test5.box", "body"): "the file itself lost its letters (U+FFFD); they are shown as that, not as \u00ef\u00bf\u00bd",
    ("otobo/PostMaster__PostMaster-Test5.box", "body"): "the file itself lost its letters (U+FFFD); they are shown as that, not as \u00ef\u00bf\u00bd",
    ("otobo/sample_mails__test-email-8-bulgarian-cp1251.box", "body"): "the file itself lost its letters (U+FFFD); they are shown as that",
    ("spamassassin/easy-ham-1_00712.89e45eecae00da0b8207bc79d2e843f1.eml", "body"): "the armour of a PGP signature is not shown as text",
    ("spamassassin/easy-ham-2_00522.50b10d21dc95b7ac83c48f1efa6455dc.eml", "body"): "the armour of a PGP signature is not shown as text",
    ("spamassassin/hard-ham-1_00189.c69e4af5bfa5a1bcb403eefe112e5e45.eml", "body"): "the uuencoded file stands among the attachments",
    ("spamassassin/hard-ham-1_00033.a09f363a94e0c632227ab453b9fd4908.eml", "body"): "the table of prices keeps its rows: the formatted version is read",
    ("spamassassin/hard-ham-1_00246.fdaacadac7143848978ea0af07eed070.eml", "body"): "the plain part only says that one needs a better program; the letter itself is read",
    ("spamassassin/spam-2_00032.3b93a3c65e0a2454fc9646ce01363938.eml", "body"): "a page that names no type: its words are shown, not its tags",
    ("spamassassin/spam-2_00104.67ea4a37ac02d37f4baa7631ba17a824.eml", "body"): "a page that names no type: its words are shown, not its tags",
    ("spamassassin/spam-2_00055.0b668beca14ab545bd39f17dbe20775c.eml", "body"): "a page that names no type: its words are shown, not its tags",
    ("chatwoot/notification.eml", "robot"): "no sign of a robot in it; the peer knows its own sender address, as we do ours",
    ("mime4j/intl.msg", "subject"): "RFC 2047 6.2: no blank between encoded words; the comparison puts one there",
    ("reply_talon/inline_01_test_too_many_lines.txt", "reply"): "the peer's test allows itself to look at one line only",
    ("reply_talon/inline_43_test_dont_parse_quotations_for_forwarded_messages.txt", "reply"): "the letter passed on stands in `forwarded`",
    ("reply_mailparserreply/email_2_1.txt", "reply"): "the rule above the quoted head belongs to the quote",
    ("reply_mailparserreply/email_nl_1_2.txt", "reply"): "the rule above the quoted head belongs to the quote",
    ("reply_mailparserreply/email_pl_1_1.txt", "reply"): "the letter begins with another letter's head: that head is quoted",
    ("reply_mailparserreply/email_pl_1_3.txt", "reply"): "the letter begins with another letter's head: that head is quoted",
    ("reply_mailparserreply/email_swedish_2.txt", "reply"): "the peer does not see the quote («Den fre … skrev:»)",
    ("reply_talon/signature__emails__stripped__short_url_body", "signature"): "thanks and a first name stay with the words",
    ("reply_talon/signature__emails__stripped__johndoeexamplecom_body", "signature"): "the file holds the peer's marks (#sig#) in the letter",
    ("otobo/EmailParser__PostMaster-Test12.box", "attachments"): "one name holds a sign that ISO-2022-JP does not have; the peer writes `_` for it",
    ("otobo/EmailParser__NestedMessage-Test1.box", "attachments"): "the attached message has no name; the peer invents one of its subject",
}


@dataclass(slots=True)
class Score:
    """One line of the table: of so many asserted expectations so many were met; the others by name."""

    asserted: int = 0
    met: int = 0
    differing: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)

    def note(self, name: str, what: str, right: bool, seen: object) -> None:
        self.asserted += 1
        if right:
            self.met += 1
        elif (name, what) in KNOWN:
            self.known.append(f"{name}: {KNOWN[(name, what)]}")
        else:
            self.differing.append(f"{name}: {seen}")

    @property
    def share(self) -> float:
        return (self.met + len(self.known)) / self.asserted if self.asserted else 1.0


Table = dict[tuple[str, str], Score]


def rows(only: str = "") -> Iterator[tuple[str, Path, dict[str, Any]]]:
    """(set, file, manifest row) of every row of every set."""
    for manifest in sorted(SHARED.glob("*/manifest.jsonl")):
        if only and manifest.parent.name != only:
            continue
        for line in manifest.read_text("utf-8").splitlines():
            row = json.loads(line)
            yield manifest.parent.name, manifest.parent / row["file"], row


def score_all() -> Table:
    table: Table = {}
    for name, path, row in rows():
        if name in REPLY_SETS or name == "forward_crisp":
            _words(name, path, row, table)
        if row["kind"] != "raw_mail":
            continue
        raw = path.read_bytes()
        mail = read_mail(raw)
        _asserted(name, row, mail, table)
        _against_standard(name, row, raw, mail, table)
    return table


@cache
def _reader() -> Reader:
    """Whether a mail is a robot's is partly said by its words; half a second, once."""
    return Reader(load_rules(None))


def _words(name: str, path: Path, row: dict[str, Any], table: Table) -> None:
    """Replies and forwards; a body alone is made a mail of first."""
    if row["kind"] == "subject_text" or row["strength"] == "none":
        return

    def note(what: str, right: bool, seen: object) -> None:
        table.setdefault((name, what), Score()).note(row["id"], what, right, seen)

    mail = read_row(path, row)
    if name == "forward_crisp":
        score_forward(mail, row, note)
    else:
        score_reply(mail, row["expect"], note)


def _asserted(name: str, row: dict[str, Any], mail: IncomingMail, table: Table) -> None:
    expect, file = row["expect"], row["id"]

    def note(what: str, right: bool, seen: object) -> None:
        table.setdefault((name, what), Score()).note(file, what, right, seen)

    if expect.get("is_bounce") is not None and not expect.get("note", "").startswith("same mails"):
        note("bounce", (mail.bounce is not None) == (expect["is_bounce"] and not _only_delivered(expect)), mail.bounce)
    robot = expect.get("is_auto_or_bulk", expect.get("is_auto"))
    if robot is None and "is_out_of_office" in expect:
        robot = expect["is_out_of_office"]
    if robot is not None or expect.get("may_send_acknowledgement") is False:
        found = automatic(papers(mail, _reader().understand(mail, mail.received_at or NOW, UTC)))
        note("robot", (found is not None) == (robot is not False), found)
    if "is_feedback_report" in expect:
        note("feedback", mail.signs.report_type == "feedback-report", mail.signs.report_type)
    if name == "flufl_bounce" and "permanent" in expect:
        _flufl(expect, mail, note)
    if "recipients_peer_output" in expect and mail.bounce is not None:
        seen = {recipient.address.lower() for recipient in mail.bounce.recipients}
        note("recipient", {one.lower() for one in expect["recipients_peer_output"]} <= seen, (seen, expect["recipients_peer_output"]))
    if mail.bounce is not None and len(expect.get("events_asserted", [])) == len(mail.bounce.recipients) == 1:
        status = expect["events_asserted"][0]["status"]
        recipient = mail.bounce.recipients[0]
        if status[:1] in ("4", "5"):
            note("permanence", recipient.permanent is (status[0] == "5"), (recipient, expect["events_asserted"]))
    if "params" in expect:
        _otobo(expect["params"], mail, note)
    if "attachment_names" in expect:
        wanted = [_fold(one) for one in expect["attachment_names"] if not re.fullmatch(r"file-\d", one)]
        seen_names = [_fold(one.name) for one in mail.attachments if one.name]
        note("attachments", sorted(wanted) == sorted(seen_names), (seen_names, wanted))
    if "subject_raw" in expect:
        wanted_subject = str(email.header.make_header(email.header.decode_header(" ".join(expect["subject_raw"].split()))))
        note("subject", " ".join(mail.subject.split()) == wanted_subject, (mail.subject, wanted_subject))


def _only_delivered(expect: dict[str, Any]) -> bool:
    events = expect.get("events_asserted", [])
    return bool(events) and all(event["reason"] == "delivered" for event in events)


def _flufl(expect: dict[str, Any], mail: IncomingMail, note: Any) -> None:
    recipients = mail.bounce.recipients if mail.bounce else ()
    seen = {recipient.address.lower(): recipient.permanent for recipient in recipients}
    wanted = {one.lower(): True for one in expect["permanent"]} | {one.lower(): False for one in expect["temporary"]}
    note("recipient", set(wanted) <= set(seen), (seen, wanted))
    for address, permanent in wanted.items():
        if address in seen:
            note("permanence", seen[address] is permanent, (recipients, wanted))


def _otobo(params: dict[str, str], mail: IncomingMail, note: Any) -> None:
    if "From" in params:
        wanted = re.findall(r"[\w.+=-]+@[\w.-]+", params["From"])[-1]
        note("sender", mail.from_ is not None and mail.from_.address == wanted, mail.from_)
    if "Subject" in params:
        note("subject", mail.subject == params["Subject"], mail.subject)


def _fold(name: str | None) -> str:
    """Peers replace signs of a name by `_`; we keep them."""
    return re.sub(r"[^\w.]+|_+", "_", name or "").strip("_")


def _against_standard(name: str, row: dict[str, Any], raw: bytes, mail: IncomingMail, table: Table) -> None:
    """Where the standard library reads a mail without complaint, its reading is a second opinion on sender, subject, body and files."""
    try:
        other = email.message_from_bytes(raw, policy=policy.default)
        defects = any(part.defects for part in other.walk())
        from_ = [address.addr_spec for address in other["from"].addresses] if other["from"] else []
        subject = str(other["subject"] or "")
        body = other.get_body(("plain",))
        text = body.get_content() if body is not None and body.get_content_type() == "text/plain" else None
        files = [part.get_filename() for part in other.walk() if not part.is_multipart()]
    except Exception:
        return
    if defects or "\ufffd" in subject:
        return

    def note(what: str, right: bool, seen: object) -> None:
        table.setdefault((f"{name} (standard library)", what), Score()).note(row["id"], what, right, seen)

    if from_:
        seen_address = mail.from_.address if mail.from_ else ""
        note("sender", seen_address.casefold() == from_[0].casefold(), (mail.from_, from_))
    note("subject", _squeeze(mail.subject) == _squeeze(subject), (mail.subject, subject))
    if text is not None and "\ufffd" not in text:
        whole = _squeeze(mail.text + mail.quoted + mail.signature + mail.disclaimer)
        missing = [word for word in set(re.findall(r"\w{3,}", text)) if word not in whole]
        if mail.forwarded is None and not mail.encrypted:
            note("body", len(missing) <= len(set(re.findall(r"\w{3,}", text))) * 0.03, missing[:8])
    if mail.bounce is None and not mail.signs.report_type:
        missing_files = {_fold(re.split(r"[/\\\\]", one)[-1]) for one in files if one} - {_fold(one.name) for one in mail.attachments}
        note("attachments", not missing_files, (missing_files, [a.name for a in mail.attachments]))


def _squeeze(text: str) -> str:
    return "".join(text.split())


def print_table(table: Table, *, verbose: bool) -> None:
    print(f"{'set':44} {'what':12} {'asserted':>8} {'met':>6} {'differ':>6} {'known':>6}")
    for (name, what), score in sorted(table.items()):
        print(f"{name:44} {what:12} {score.asserted:8} {score.met:6} {len(score.differing):6} {len(score.known):6}")
        for line in score.differing if verbose else ():
            print(f"      {line[:300]}")
        for line in score.known:
            print(f"      (known) {line}")


def totals(table: Table) -> dict[str, float]:
    """Share met or knowingly differing, over all sets, of what the peers themselves assert; of bodies only the standard library speaks."""
    found: dict[str, Score] = {}
    for (name, what), score in table.items():
        if "standard library" in name and what != "body":
            continue
        total = found.setdefault(what, Score())
        total.asserted += score.asserted
        total.met += score.met + len(score.known)
    return {what: score.met / score.asserted for what, score in found.items()}


def main() -> int:
    if not SHARED.is_dir():
        print(f"{SHARED} is not there: nothing to compare with.")
        return 1
    table = score_all()
    print_table(table, verbose="-v" in sys.argv[1:])
    below = {what: share for what, share in totals(table).items() if share < GOALS.get(what, 0)}
    for what, share in totals(table).items():
        print(f"total {what:12} {share:7.2%}  goal {GOALS.get(what, 0):.0%}")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
