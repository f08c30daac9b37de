"""Which operation each command is; the same for a mail and for the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from mailbot.claims.case import State
from mailbot.claims.command_words import is_possible
from mailbot.claims.plain import to_plain
from mailbot.jobs import (
    adding,
    approving,
    asking_departments,
    case_commands,
    case_sheet,
    cases_by_hand,
    customer_letters,
    customers_claim,
    execution_letters,
    finding,
    going_on,
    lawyers,
    own_claim_orders,
    resolving,
)
from mailbot.jobs.orders import Errand, NotDone
from mailbot.store import cases, commands

LOOKS = frozenset({"status", "help", "show", "find"})  # these change nothing
# what can be undone: of the others somebody hears, or clocks start
UNDONE = frozenset({
    "take", "assign", "not-a-claim", "category", "note", "answered", "close", "wait", "warranty", "guarantee", "consumer", "demands",
})  # fmt: skip

# after a partial withdrawal: a person has said what is still demanded, or has decided on it
_SAYS_WHAT_STANDS = frozenset({"demands", "resolve", "completed"})

_OPERATIONS: Mapping[str, Callable[[Errand], str]] = {
    "take": case_commands.take,
    "assign": case_commands.assign,
    "claim": case_commands.claim,
    "not-a-claim": case_commands.not_a_claim,
    "category": case_commands.categorise,
    "note": case_commands.note,
    "answered": case_commands.answered,
    "close": case_commands.close,
    "reopen": case_commands.reopen,
    "status": case_commands.status,
    "undo": case_commands.undo,
    "consumer": customers_claim.consumer,
    "demands": customers_claim.demands,
    "customer": customers_claim.customer,
    "merge": cases_by_hand.merge,
    "split": cases_by_hand.split,
    "new": cases_by_hand.new,
    "find": finding.find,
    "show": case_sheet.show,
    "wait": resolving.wait,
    "warranty": resolving.warranty,
    "resolve": resolving.resolve,
    "reply": customer_letters.reply,
    "ask": customer_letters.ask,
    "completed": customer_letters.completed,
    "holding": customer_letters.holding,
    "send": customer_letters.send,
    "progress": execution_letters.progress,
    "inspect": execution_letters.inspect,
    "thank": execution_letters.thank,
    "regress": own_claim_orders.regress,
    "legal": lawyers.legal,
    "add": adding.add,
    "memo": asking_departments.memo,
    "approve": approving.approve,
    "reject": approving.reject,
    "withdraw": going_on.withdraw,
    "guarantee": going_on.guarantee,
    "inspected": going_on.inspected,
}
_OF_MAILS: Mapping[str, Callable[[Errand], str]] = {"done": cases_by_hand.done, "claim": cases_by_hand.claim_mail}


def _proof_of(errand: Errand) -> dict[str, Any]:
    """The mail that says it, by its hash, and the key that proved its signature: both in the chain of the record, to be proven again."""
    if errand.entry is None:
        return {}
    key = errand.entry.proof.key
    return {"sha256": sha256(errand.entry.mail.raw).hexdigest(), **({"dkim": to_plain(key)} if key is not None else {})}


def carry_out(errand: Errand) -> str:
    """Carry one command out; returns what was done, in a sentence. Errors: NotDone, confirm.NotPossible."""
    word, number = errand.command.word, errand.number
    if word == "help":
        return errand.say("help")
    if number.startswith("M-"):
        if word not in _OF_MAILS:
            raise NotDone(errand.say("only_mail"))
        return _OF_MAILS[word](errand)
    if word == "done":
        raise NotDone(errand.say("mail_only"))
    if number:
        case = errand.case()
        if not is_possible(word, State(case["state"])):
            raise errand.not_possible(case)
    typed = bool(number) and errand.entry is None and word in UNDONE  # of a mail all orders are kept together
    before = commands.values_of(errand.conn, [number], case_commands.UNDOABLE) if typed else {}
    said = _OPERATIONS[word](errand)
    if number and word not in LOOKS:
        case = errand.case()
        changes = case_commands.changes_between(before[number], case) if typed else {}
        errand.event(case["id"], "commanded", f"!{word}", **_proof_of(errand), **({"changes": changes} if changes else {}))
        names = ("wait_over", "partly_withdrawn") if word in _SAYS_WHAT_STANDS else ("wait_over",)
        seen = {name: "" for name in names if case["flags"].get(name)}
        if seen:
            cases.flag(errand.conn, case["id"], seen)
    return said
