"""The words an operator can type. Only the standard library, so that --help answers at once."""

from __future__ import annotations

import argparse
from collections.abc import Callable

Add = Callable[[argparse.ArgumentParser], None]

_DESCRIPTION = "Takes in customers' claims by e-mail: files each as a case, answers within the deadline, loses nothing."


def build_parser() -> argparse.ArgumentParser:
    """The whole command line. Each command carries `handler`, "module:function" below mailbot.cli, imported when it is called."""
    parser = argparse.ArgumentParser(
        prog="mailbot", description=_DESCRIPTION, epilog="Exit codes: 0 done, 1 the work found a fault, 2 usage or set-up."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _command(commands, "demo", "the whole main job on an embedded mail server, with sample mails", "demo:demo", _demo, settings=False)
    _command(commands, "run", "the daemon: poll, file, answer, send", "run:run", _run)
    _command(commands, "check", "try the configuration, mailboxes, SMTP, database, rules and templates", "check:check", _check)
    _command(commands, "explain", "what mailbot makes of a mail, and why; writes nothing", "explain:explain", _explain)
    _command(commands, "ingest", "take in mail from files (eml, mbox, Maildir)", "ingest:ingest", _ingest)
    _group(commands, "case", "cases: list, show, search, export, set, note, and what people command by mail", _CASE)
    _group(commands, "digest", "the specialists' morning letter", _DIGEST)
    _command(commands, "report", "the figures of a week, a year or any span, for people, programs, accounting", "report:report", _report)
    _command(commands, "rules", "each rule and template file in force and where it comes from", "rules:rules", _json)
    _command(commands, "train", "learn categories from the corrected and answered cases", "train:train", _train)
    _command(commands, "evaluate", "how well rules and model agree with what people said of letters", "evaluate:evaluate", _evaluate)
    _command(commands, "replay", "read stored mail by changed rules or a new model, and show what would change", "replay:replay", _replay)
    _group(commands, "outbox", "letters: list, release, retry, cancel", _OUTBOX)
    _group(commands, "quarantine", "mails that could not be read: list, retry, drop", _QUARANTINE)
    _command(commands, "health", "what is wrong now, and is every mail of the last day accounted for", "health:health", _json)
    _command(commands, "migrate", "bring the database to this release", "migrate:migrate", None)
    _command(commands, "version", "print the version", "version:version", None, settings=False)
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    what: str,
    handler: str,
    add: Add | None,
    *,
    settings: bool = True,
) -> None:
    parser = commands.add_parser(name, help=what, description=what[:1].upper() + what[1:] + ".")
    parser.set_defaults(handler=handler, usage_of=parser)
    if settings:
        parser.add_argument("--config", metavar="FILE", help="the configuration (default: $MAILBOT_CONFIG)")
        parser.add_argument("--database", metavar="URL", help="the database (default: $MAILBOT_DATABASE_URL, else the configuration's)")
    if add is not None:
        add(parser)


Entry = tuple[str, str, str, Add | None]


def _group(commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, what: str, entries: tuple[Entry, ...]) -> None:
    parser = commands.add_parser(name, help=what, description=what[:1].upper() + what[1:] + ".")
    inner = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for action, meaning, handler, add in entries:
        _command(inner, action, meaning, handler, add)


def _count(text: str) -> int:
    """A whole number from 1 on that a database knows."""
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:20]) < 2**63):
        raise argparse.ArgumentTypeError(f"{text!r} is no number: write 1, 2, 3 …")
    return int(text)


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def _number(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", help="the case number, e.g. 2026-0451")


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stay", action="store_true", help="keep the servers up and answer mail that you send to them")
    parser.add_argument("--output", metavar="DIR", help="where to leave the letters (default: demo-output)")


def _run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="do one round of everything and exit")


def _check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--offline", action="store_true", help="only the files: no mailbox, SMTP or database is tried")
    _json(parser)


def _explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a mail (.eml); - for standard input")
    parser.add_argument("--received-at", metavar="T", help="the moment it came, e.g. 2026-11-23T10:00:00+03:00")
    _json(parser)


def _ingest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a mail, an mbox, a Maildir or a folder of mails")
    parser.add_argument(
        "--acknowledge",
        action="store_true",
        help="let the customers of live mails be answered (default: their letters are held; our own people are written to)",
    )
    parser.add_argument("--live-since", metavar="T", help="older mails are history (default: the store's first connection, else now)")
    _json(parser)


def _train(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", metavar="FILE", help="where to write the model (default: [files] model, else beside the database)")
    parser.add_argument("--sentences", metavar="FOLDER", help="learn the model of sentences from its *.txt instead")
    parser.add_argument("--counts", metavar="FOLDER", help="learn what counts tell from its marked letters (*.txt) instead")
    parser.add_argument("--guard", metavar="FOLDER", help="learn what the guard on our letters asks about from its *.txt instead")
    _json(parser)


def _evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE.jsonl", help='a letter a line: {"text", "subject"?, "primary", "secondary"?}')
    parser.add_argument("--model", metavar="FILE", help="a model to measure too (default: the configuration's)")
    _json(parser)


def _replay(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="AGE", default="30d", help="how far back: 30d, 12h, or a moment (default 30d)")
    parser.add_argument("--rules", metavar="DIR", help="the changed rules, laid over the shipped ones (default: those in force)")
    parser.add_argument("--model", metavar="FILE", help="the new model (default: the one in force)")
    _json(parser)


def _case_list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", help="only this state, or `open`")
    parser.add_argument("--category", help="only this category")
    parser.add_argument("--overdue", action="store_true", help="only those whose answer is late")
    parser.add_argument("--limit", type=_count, default=200, help="at most this many (default 200)")
    _json(parser)


def _case_show(parser: argparse.ArgumentParser) -> None:
    _number(parser)
    parser.add_argument("--dates", nargs="?", const="en", choices=("en", "ru"), help="only how each of its dates was counted (en or ru)")
    _json(parser)


def _case_search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="+", help="number, customer's address, or words of subject and text")
    _json(parser)


def _case_export(parser: argparse.ArgumentParser) -> None:
    _number(parser)
    parser.add_argument("--output", metavar="DIR", help="where to write (default: a folder named after the case)")


def _case_verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("anchor", nargs="*", metavar="ANCHOR", help="from a weekly letter or the log (record.anchored)")
    _json(parser)


def _case_set(parser: argparse.ArgumentParser) -> None:
    _number(parser)
    parser.add_argument(
        "fields",
        nargs="+",
        metavar="FIELD=VALUE",
        help="kind=claim, category=damage, answered=2026-11-24, assigned=anna, state=closed reason=duplicate, customer=olga@example.com",
    )
    parser.add_argument("--by", metavar="PERSON", help="who decided (default: the system user)")


def _case_note(parser: argparse.ArgumentParser) -> None:
    _number(parser)
    parser.add_argument("text", help="the note; - for standard input")
    parser.add_argument("--by", metavar="PERSON", help="who noted it (default: the system user)")


_ORDERS = {
    "take": "whose it is, and a registered case goes into review",
    "claim": "it is a claim: clocks, and the customer is acknowledged; also M-123, a mail without a case",
    "done": "a mail without a case (M-123) leaves the digest",
    "wait": "wait for somebody: `wait 2026-0451 customer until 2026-12-12`",
    "warranty": "a person's word on the warranty: valid or expired",
    "reply": "write to the customer: the text comes from --text",
    "ask": "numbered questions to the customer, from --text",
    "memo": "ask the designers, or another department: `warehouse: …`",
    "resolve": "the decision as a letter: kind, cost bearer, and the text from --text",
    "approve": "a person's yes to a letter that waits for it (with --by)",
    "reject": "return a letter to its author with remarks",
    "send": "send what has every yes it needs",
    "completed": "done from our side: what and when",
    "holding": "holding notes: `until 2026-12-12`, or `off`",
    "progress": "how the execution goes: `until 2026-12-15`, and lines done: / ahead: from --text",
    "inspect": "the call to an inspection: `2026-12-05 11:00`, and lines place:, from us:, absence: from --text",
    "inspected": "the inspection was held: the findings in words or from --text",
    "guarantee": "the payment guarantee of an offered paid repair has come: the repair begins",
    "consumer": "whether the customer is a consumer: yes, no or unknown; terms are counted anew",
    "customer": "where the customer is written to: `olga@example.com`, or `Olga Belova olga@example.com`; `sure` in place of another",
    "demands": "what the customer demands, the whole list: `replacement, refund`, or `none`; terms are counted anew",
    "withdraw": "take your own letter back from approval",
    "thank": "the customer confirmed: close the case and thank her",
    "regress": "our own claim: on whom, or filed, notice, answered",
    "legal": "hand over to the lawyer and say why; `release` ends the hold",
    "add": "add a mail without a case: `M-123`; or words of your own",
    "merge": "the same claim by another road: the other number, and `sure` for another customer",
    "split": "the last letter that joined becomes a case of its own",
    "undo": "put back what that person's last order about the case changed within 24 hours, by mail or here (with --by)",
}


def _order(word: str) -> Add:
    def add(parser: argparse.ArgumentParser) -> None:
        parser.set_defaults(word=word)
        _number(parser)
        parser.add_argument("words", nargs="*", metavar="WORD", help="what follows the command in a mail")
        parser.add_argument("--text", metavar="TEXT", help="the text of a letter or note; - for standard input")
        parser.add_argument("--by", metavar="PERSON", help="who decided, an id of [[person]] (default: the system user, as operator)")
        _json(parser)

    return add


def _case_new(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", metavar="FILE", help="the scans that go with it")
    text = "lines customer:, phone:, address:, when: where known, and below them what was heard; - for standard input"
    parser.add_argument("--text", metavar="TEXT", help=text)
    parser.add_argument("--received-at", metavar="T", help="when it was heard or came: 2026-11-23T10:00, or a day (default: now)")
    parser.add_argument("--by", metavar="PERSON", help="who writes it down, an id of [[person]] (default: the system user, as operator)")
    _json(parser)


def _digest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("person", nargs="?", help="a person's id (default: everybody who gets one)")


def _report(parser: argparse.ArgumentParser) -> None:
    span = parser.add_mutually_exclusive_group()
    span.add_argument("--week", action="store_true", help="the last week that is over (the default)")
    span.add_argument("--year", nargs="?", type=int, const=0, metavar="YEAR", help="a whole year (default: the last one)")
    span.add_argument("--since", metavar="DAY", help="from this day on, e.g. 2026-11-01")
    parser.add_argument("--until", metavar="DAY", help="to this day, inclusive (default: today)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object")
    form.add_argument("--csv", action="store_true", help="counts by category, product and outcome, for accounting")


def _outbox_list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", help="held, due, sending, sent, unknown, refused or cancelled")
    parser.add_argument("--limit", type=_count, default=200, help="at most this many (default 200)")
    _json(parser)


def _letters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="+", type=_count, metavar="ID", help="the letter's number in `outbox list`")


def _release(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="*", type=_count, metavar="ID", help="letters to let go (default: all that are held)")
    parser.add_argument("--yes", action="store_true", help="do not ask about letters held for over 24 hours")


def _mails(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="+", type=_count, metavar="ID", help="the number in `quarantine list`")


_CASE: tuple[Entry, ...] = (
    ("list", "the cases and what is due when", "case:list_", _case_list),
    ("show", "one case: mails, letters, events", "case:show", _case_show),
    ("search", "find cases", "case:search", _case_search),
    ("export", "write one case as files", "case:export", _case_export),
    ("verify", "prove that no record was rewritten since an anchor; without one, print today's", "case_verify:verify", _case_verify),
    ("set", "change a case", "case_changes:set_", _case_set),
    ("note", "add a note", "case_changes:note", _case_note),
    ("new", "a claim heard by telephone or come on paper: a case of its own", "case_new:new", _case_new),
    *((word, what, "case_orders:carry_out", _order(word)) for word, what in _ORDERS.items()),
)
_DIGEST: tuple[Entry, ...] = (
    ("preview", "print the digest as it would stand now", "digest:preview", _digest),
    ("send", "queue today's digest now, once per person and day", "digest:send", _digest),
)
_OUTBOX: tuple[Entry, ...] = (
    ("list", "letters and their state", "outbox:list_", _outbox_list),
    ("release", "let held letters go", "outbox:release", _release),
    ("retry", "try a refused or unknown letter again", "outbox:retry", _letters),
    ("cancel", "never send a letter", "outbox:cancel", _letters),
)
_QUARANTINE: tuple[Entry, ...] = (
    ("list", "mails a person must look at", "quarantine:list_", _json),
    ("retry", "read a mail again", "quarantine:retry", _mails),
    ("drop", "settle the entry; mail and case stay", "quarantine:drop", _mails),
)
