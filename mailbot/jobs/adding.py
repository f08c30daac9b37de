"""A mail is added to a case: one that came without a case, or the very mail that says so, with the papers attached to it."""

from __future__ import annotations

from mailbot.claims.case import State
from mailbot.claims.people import sorters
from mailbot.jobs.enclosing import attached_to
from mailbot.jobs.moving import keep_clocks
from mailbot.jobs.orders import Errand, NotDone, Row
from mailbot.store import by_hand, cases

_SEE_ALL = frozenset({"head", "director", "legal", "operator"})
_MOST_OF_A_NOTE = 4_000


def add(errand: Errand) -> str:
    """«!приобщить M-123» joins that mail; without a number the words and files of her own mail stand with the case (domain.md 1.3 #20a)."""
    case = errand.case()
    return _join(errand, case) if errand.command.argument else _papers(errand, case)


def _join(errand: Errand, case: Row) -> str:
    policy, person = errand.ground.policy, errand.person
    named = errand.command.argument
    mail = by_hand.mail_of(errand.conn, int(named.removeprefix("M-")))
    may = errand.entry is None or person in sorters(policy) or _SEE_ALL & set(person.roles)
    if mail is None or not may:  # who does not see such mails does not hear whether there is one
        raise NotDone(errand.say("no_such_mail", value=named))
    if mail.case_id is not None:
        raise NotDone(errand.say("mail_has_case", value=named, other=cases.number_of(errand.conn, mail.case_id)))
    hers = mail.from_key == case["customer_key"]
    by_hand.add_to_case(errand.conn, mail.mail.id, case["id"], "customer" if hers else "third_party")
    by_hand.settle(errand.conn, mail.mail.id, person.id, errand.now)
    why = f"Mail {mail.mail.id} is added to the case."
    if hers and case["state"] == State.WAITING_CUSTOMER:
        errand.move(case, "customer_replied", why)
    else:
        errand.event(case["id"], "further_mail", why, mail=mail.mail.id)
    keep_clocks(errand.conn, policy, [case["id"]], errand.now)
    return errand.say("add_mail", value=named)


def _papers(errand: Errand, case: Row) -> str:
    files = keep_papers(errand, case)
    if not files and not errand.command.text.strip():
        raise NotDone(errand.say("add_what"))
    return errand.say("add", value=", ".join(files)) if files else errand.say("note")


def keep_papers(errand: Errand, case: Row) -> list[str]:
    """The words and files of her own mail stand with the case; returns the files' names. Nothing is kept where there are neither."""
    entry, words = errand.entry, errand.command.text.strip()
    files = [one.name for one in attached_to(entry.read.mail, entry.mail.id)] if entry is not None else []
    if not files and not words:
        return []
    if entry is not None:
        errand.left.added[entry.mail.id] = case["id"]
    errand.event(case["id"], "further_mail", "; ".join(filter(None, (words[:_MOST_OF_A_NOTE], ", ".join(files)))), files=files)
    return files
