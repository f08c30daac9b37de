"""Cases that people make of mails: one opened from a loose mail or from what was heard, one parted from another, two that are one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from mailbot.claims.acknowledgement import language_of
from mailbot.claims.alerts import of_words
from mailbot.claims.authentication import Authentication
from mailbot.claims.case import NO_STORE, OPEN_STATES, State
from mailbot.claims.category import UNSORTED
from mailbot.claims.clocked import Stated
from mailbot.claims.command_words import forms, say
from mailbot.claims.deadlines import first_answer
from mailbot.claims.decide import decide_by_hand
from mailbot.claims.decision import Decision
from mailbot.claims.facts import URGENCIES
from mailbot.claims.heard import Heard, read_heard
from mailbot.claims.message import Address, Kind
from mailbot.claims.plain import from_plain, to_plain
from mailbot.claims.said_dates import past_moment
from mailbot.claims.senders import same_organisation, why_no_customer
from mailbot.claims.understanding import ReadMail
from mailbot.jobs import confirm
from mailbot.jobs.case_book import CaseBook, Entry
from mailbot.jobs.clock_book import joined, own_claim_against, stated_of
from mailbot.jobs.drafting import waiting_words
from mailbot.jobs.late_letters import Owed, owed_to_joined
from mailbot.jobs.moving import keep_clocks
from mailbot.jobs.orders import Errand, NotDone, Row
from mailbot.mail_out.headers import cut_at_word
from mailbot.store import by_hand, cases, drafts, outbox
from mailbot.store.by_hand import FiledMail

if TYPE_CHECKING:
    from mailbot.store.desk import OpeningMail

_SUBJECT = 120  # letters of what was heard that name the case
OLDEST_HEARD = timedelta(days=365)
MOST_DIGITS = 18  # of the number of a mail: no database has more
_CLOCKS = ("acknowledge_by", "answer_by", "answer_hard_by")
_STRICTER = ("unknown", "no", "yes")  # whoever says once that he bought as a private person has the consumers' terms
_CARRIED = (
    "important", "original_defect", "phone", "place", "partly_withdrawn", "withdrawal_unproven", "guarantee_unproven",
)  # fmt: skip


def done(errand: Errand) -> str:
    """An enquiry is dealt with and leaves the digest (decisions.md 14)."""
    mail = _loose(errand)
    if mail.settled_at is not None:
        return errand.say("same_mail")
    by_hand.settle(errand.conn, mail.mail.id, errand.person.id, errand.now)
    return errand.say("done")


def claim_mail(errand: Errand) -> str:
    """A mail without a case is a claim: with clocks from its arrival, and its writer is acknowledged."""
    mail = _loose(errand)
    other, told = _open(errand, mail, f"{errand.person.name or errand.person.id} says that it is a claim.")
    by_hand.settle(errand.conn, mail.mail.id, errand.person.id, errand.now)
    return errand.say("claim_mail", other=other, told=told)


def _loose(errand: Errand) -> FiledMail:
    """The mail M-123. Errors: NotDone where it is none, or is in a case already."""
    number = errand.number.removeprefix("M-")
    mail = by_hand.mail_of(errand.conn, int(number)) if number.isdecimal() and len(number) <= MOST_DIGITS else None
    if mail is None:
        raise NotDone(errand.say("no_mail"))
    if mail.case_id is not None:
        raise NotDone(errand.say("has_case", other=cases.number_of(errand.conn, mail.case_id)))
    return mail


def split(errand: Errand) -> str:
    """The last letter that joined a case becomes a case of its own: first of all one that was flagged as a second claim."""
    case = errand.case()
    joined = by_hand.joined_mails(errand.conn, case["id"])
    flagged = [mail for mail in joined if mail.decision.get("new_claim_inside")]
    mail = next(iter(flagged or joined), None)
    if mail is None:
        raise NotDone(errand.say("no_split"))
    other, told = _open(errand, mail, f"Parted from case {case['number']}.")
    cases.flag(errand.conn, case["id"], {"new_claim_inside": len(flagged) > 1})
    errand.event(case["id"], "split", f"Mail {mail.mail.id} is case {other} now.", mail=mail.mail.id, case=other)
    return errand.say("split", value=errand.day_name(mail.mail.received_at), other=other, told=told)


def _open(errand: Errand, filed: FiledMail, reason: str) -> tuple[str, str]:
    """A case of this mail, confirmed as a claim. Returns its number, and what becomes of the acknowledgement in a sentence."""
    read, found = from_plain(ReadMail, filed.read), filed.decision.get("authentication")
    proof = from_plain(Authentication, found) if found else Authentication()
    policy, mail = errand.ground.policy, filed.mail
    decision = decide_by_hand(
        read.mail, read.understanding, NO_STORE, proof, policy, received_at=mail.received_at, now=errand.now, reason=reason
    )
    book = CaseBook(errand.conn, policy, errand.desk, errand.now)
    entry = Entry(mail, read, decision, NO_STORE, proof)
    book.open_cases([entry])
    case_id = book.enter(entry)[0]
    assert case_id is not None
    by_hand.open_as_case(errand.conn, mail.id, case_id, {**to_plain(decision), "authentication": to_plain(proof)})
    number = cases.number_of(errand.conn, case_id)
    told = confirm.register(errand.db, errand.ground, errand.desk, number, errand.person.id, errand.now)[1]
    errand.left.numbers.append(number)
    return number, say(f"claim_{told}", errand.language)


def new(errand: Errand) -> str:
    """A claim heard by telephone or come on paper: a case with clocks from the moment stated, on behalf of the customer (issue 6.10).

    Nobody outside is written to before somebody has confirmed an address that was written down.
    """
    entry = errand.entry
    assert entry is not None, "a claim is a mail, also one written down on the command line"
    if errand.left.opened is not None:  # a mail opens one case: the second would be lost in the first
        raise NotDone(errand.say("new_one"))
    heard, at = _heard_at(errand, read_heard(errand.command.text), entry.mail.received_at)
    if heard.wrong:
        raise NotDone(errand.say("new_address", value=heard.wrong[:60]))
    if heard.address is not None and (why := why_no_customer(heard.address, errand.ground.policy)):
        raise NotDone(errand.say(f"customer_{why}", value=heard.address.address))
    inner = entry.read.mail.forwarded
    if not (heard.text or inner is not None or entry.read.mail.attachments):
        raise NotDone(errand.say("needs", value=errand.command.word, form=forms(("new",), errand.language)[0]))
    customer = heard.address or (inner.from_ if inner is not None else None)
    told = _as_heard(entry, heard, customer, at, errand)
    book = CaseBook(errand.conn, errand.ground.policy, errand.desk, errand.now)
    book.open_cases([told])
    case_id = book.enter(told)[0]
    book.write_letters()
    assert case_id is not None
    errand.left.letters += book.letters
    errand.left.opened, errand.left.alerted = (told, case_id), book.alerted.get(told.mail.id, set())
    number = cases.number_of(errand.conn, case_id)
    cases.flag(errand.conn, case_id, {name: value for name, value in (("phone", heard.phone), ("place", heard.place)) if value})
    if heard.name and customer is None:
        errand.change(case_id, {"customer_name": heard.name}, "customer", "As written down.")
    errand.left.numbers.append(number)
    opened = errand.say("new", other=number, value=errand.day_name(at))
    here = "_here" if entry.mail.written_by else ""
    if customer is not None:
        return f"{opened} {errand.say(f'new_confirm{here}', address=customer.address, other=number)}"
    confirm.register(errand.db, errand.ground, errand.desk, number, errand.person.id, errand.now)
    return f"{opened} {errand.say(f'new_nobody{here}', other=number)}"


def _heard_at(errand: Errand, heard: Heard, arrived: datetime) -> tuple[Heard, datetime]:
    """When it was heard: as a line of its own says, or the first line alone. Not to come, and within a year. Errors: NotDone."""
    office, now = errand.ground.policy.office, errand.now
    first, _, rest = heard.text.partition("\n")
    if not heard.when and (at := past_moment(first, now, office)) is not None:
        heard = replace(heard, when=first, text=rest.strip())
    if not heard.when:
        return heard, arrived
    at = past_moment(heard.when, now, office)
    if at is None or not now - OLDEST_HEARD <= at <= now:
        raise NotDone(errand.say("new_when", value=heard.when[:40]))
    return heard, at


def _as_heard(entry: Entry, heard: Heard, customer: Address | None, at: datetime, errand: Errand) -> Entry:
    """Her mail as the letter of the customer it is written for: what was heard are the customer's words."""
    policy, said = errand.ground.policy, entry.read.mail
    name = heard.name or (customer.name if customer is not None else "")
    claimant = Address(name, customer.address) if customer is not None else None
    subject = said.subject if said.forwarded is not None else cut_at_word((heard.text.splitlines() or [""])[0], _SUBJECT)
    language, also_in = language_of(entry.read.understanding.language, policy)
    due = first_answer(at, policy)
    decision = Decision(
        kind=Kind.INTERNAL,
        kind_reason=f"{errand.person.name or errand.person.id} wrote down a claim (!new).",
        case="triage",
        reason=f"{errand.person.name or errand.person.id} wrote down a claim (!new).",
        relation="staff",
        claimant=claimant,
        acknowledge="after_confirmation" if claimant is not None else "no",
        acknowledge_to=claimant,
        acknowledge_language=language,
        also_in=also_in,
        neutral=True,
        acknowledge_by=due.acknowledge_by,
        answer_by=due.answer_by,
        answer_hard_by=due.answer_hard_by,
    )
    read = replace(entry.read, mail=replace(said, text=heard.text, subject=subject))
    decision = replace(decision, alerts=of_words(read.understanding.facts))  # danger that was heard is as urgent as danger that was read
    return Entry(replace(entry.mail, received_at=at, basis="stated"), read, decision, entry.known, entry.proof)


def merge(errand: Errand) -> str:
    """The same claim by another road: the earlier one stays with its clocks, the other is closed and its letters move (domain.md 20b)."""
    one, other = errand.case(), errand.case_of(errand.command.argument)
    _may_merge(errand, one, other)
    stays, goes = sorted((one, other), key=lambda case: (case["received_at"], case["id"]))
    customers = " / ".join(case["customer"] or case["customer_name"] or "?" for case in (stays, goes))
    if errand.command.more != "sure" and not _same_customer(errand, stays, goes):
        raise NotDone(errand.say("merge_other", value=customers, other=other["number"]))
    heard, theirs = confirm.opening_of(errand.conn, goes), stated_of(errand.conn, goes)
    whole = stated_of(errand.conn, stays).together(theirs)
    cases.flag(errand.conn, goes["id"], {"stated": joined({}, Stated(), theirs)})  # a claim of ours on a carrier goes on by it
    of_another = bool(stays["customer"]) and not _same_customer(errand, stays, goes)
    by_hand.move_all(errand.conn, goes["id"], stays["id"], of_another=of_another)
    waited = waiting_words(errand, goes)
    for number, kind in drafts.cancel_all(errand.conn, goes["id"], errand.now):
        errand.event(goes["id"], "draft_overtaken", f"{kind}: merged into case {stays['number']}.", draft=number)
    stated = _carry_stated(errand, stays, whole)
    why = f"Case {goes['number']} is the same claim." + (f" It states: {_told(stated['new'])}." if stated else "")
    cases.change(
        errand.conn, stays["id"], _merged(stays, goes, of_another=of_another), at=errand.now, actor=errand.person.id, what="merged",
        why=why, received_id=errand.received_id, data={"stated": stated} if stated else {},
    )  # fmt: skip
    if not of_another:
        _carry_answer(errand, goes, stays)
    _carry_demands(errand, goes, stays, heard)
    _carry_word_on_customer(errand, goes, stays)
    _carry_flags(errand, goes, stays)
    _carry_over(errand, goes, stays)
    _carry_promises(errand, goes, stays)
    _carry_own_claim(errand, goes, stays)
    if stays["state"] == State.TRIAGE and goes["state"] != State.TRIAGE:
        confirm.register(errand.db, errand.ground, errand.desk, stays["number"], errand.person.id, errand.now)
    keep_clocks(errand.conn, errand.ground.policy, [stays["id"]], errand.now)
    errand.move(goes, "closed", f"The same claim as case {stays['number']}.", reason="merged")
    cases.flag(errand.conn, goes["id"], {"merged_into": stays["number"], "propose_join": "", "same_trouble": [], "proposes_close": False})
    cases.flag(errand.conn, stays["id"], {"propose_join": "", "same_trouble": []})
    errand.left.numbers.append(stays["number"])
    told = _answer_who_joined(errand, goes, stays, heard)
    said = errand.say("merge", number=stays["number"], other=goes["number"], received=errand.day_name(stays["received_at"]))
    dropped = errand.say("merge_dropped", number=stays["number"], other=goes["number"], value=waited) if waited else ""
    return " ".join(part for part in (said, dropped, told) if part)


def _carry_stated(errand: Errand, stays: Row, whole: Stated) -> Row:
    """Contract, ИНН, papers and days that either case's letters name start clocks as if all had come to the case that stays.

    Returns what it has kept of that before and now, where more has come; else nothing.
    """
    before = stays["flags"].get("stated") or {}
    after = joined(before, stated_of(errand.conn, stays), whole)
    if after == before:
        return {}
    cases.flag(errand.conn, stays["id"], {"stated": after})
    return {"old": before, "new": after}


def _carry_answer(errand: Errand, goes: Row, stays: Row) -> None:
    """The answer to a claim is the answer to the same claim of the same customer (another of two customers waits for his own).

    Said by a person it stands as her word; given by a letter, which has moved, it falls with that letter, should it come back.
    """
    at = goes["answered_at"]
    if at is None or stays["answered_at"] is not None or at < by_hand.asked_since(errand.conn, stays):
        return
    what = "answered" if outbox.is_said_answered(errand.conn, goes["id"]) else "answer_carried"
    cases.change(
        errand.conn, stays["id"], {"answered_at": at}, at=errand.now, actor=errand.person.id, what=what,
        why=f"Answered in case {goes['number']}.", received_id=errand.received_id,
    )  # fmt: skip


def _told(stated: Mapping[str, Any]) -> str:
    """In words of the history: "contracts 17-ПС/2026; delivered_on 2026-11-18"."""
    days = [f"{name} {on}" for name, on in (stated.get("dates") or {}).items()]
    lists = [f"{name} {', '.join(values)}" for name, values in stated.items() if name != "dates"]
    return "; ".join((*lists, *days))


def _carry_word_on_customer(errand: Errand, goes: Row, stays: Row) -> None:
    """What a person said of who the customer is holds against what was read by the other road; of two such words the stricter."""
    said = [case["consumer"] for case in (stays, goes) if cases.said_by_person(errand.conn, case["id"], "consumer")]
    if said:
        word, why = max(said, key=_STRICTER.index), f"A person says so (case {stays['number']} or {goes['number']})."
        confirm.say_who_writes(errand.conn, errand.case_of(stays["number"]), word, errand.person.id, errand.now, why, errand.received_id)


def _carry_demands(errand: Errand, goes: Row, stays: Row, heard: OpeningMail | None) -> None:
    """What was demanded by the other road is demanded all the same, from the day on which that letter came: the law's term is not lost."""
    new = [remedy for remedy in goes["remedies"] if remedy not in stays["remedies"]]
    if new:
        why = f"Demanded in case {goes['number']}."
        values, received_id = {"remedies": [*stays["remedies"], *new]}, heard.id if heard is not None else errand.received_id
        cases.change(
            errand.conn, stays["id"], values, at=errand.now, actor=errand.person.id, what="demanded", why=why, received_id=received_id,
            data={"demands": new},
        )  # fmt: skip


def _carry_flags(errand: Errand, goes: Row, stays: Row) -> None:
    """What holds for either holds for both; a legal hold above all."""
    found = {name: value for name in _CARRIED if (value := goes["flags"].get(name)) and not stays["flags"].get(name)}
    if found:
        cases.flag(errand.conn, stays["id"], found)
    if goes["flags"].get("legal_hold") and not stays["flags"].get("legal_hold"):
        confirm.hold(errand.db, errand.ground, stays["number"], held=True, by=errand.person.id, now=errand.now)


def _carry_over(errand: Errand, goes: Row, stays: Row) -> None:
    """What departments were asked and have not answered goes on in the case that stays, from the day on which it was asked."""
    for asked in by_hand.move_requests(errand.conn, goes["id"], stays["id"]):
        data = {"about": f"request:{asked.id}", "department": asked.department}
        why = f"Carried over from case {goes['number']}: {asked.question[:400]}"
        at = asked.asked_at if stays["openings"] == 1 else errand.now
        cases.event(errand.conn, stays["id"], at, asked.asked_by, "request_sent", why, errand.received_id, data)


def _carry_promises(errand: Errand, goes: Row, stays: Row) -> None:
    """A day that was promised to the customer binds whatever number the case has."""
    for one in by_hand.promised(errand.conn, goes["id"]) if goes["state"] == State.EXECUTION else []:
        why = f"Carried over from case {goes['number']}: {one.why}"
        cases.event(errand.conn, stays["id"], errand.now, errand.person.id, "promised", why, errand.received_id, one.data)


def _carry_own_claim(errand: Errand, goes: Row, stays: Row) -> None:
    """Our own claim on a carrier goes on in the case that stays, with what was said of it and what became of it: one claim, not two.

    A claim on somebody else stays with the number under which it is known.
    """
    his, ours = own_claim_against(goes), own_claim_against(stays)
    if not his or (ours and ours != his):
        return
    mine = {name: value for name, value in goes["flags"].items() if name.startswith("regress") and name != "regress_of"}
    found = {name: value for name, value in mine.items() if value and not stays["flags"].get(name)}
    of = [*(stays["flags"].get("regress_of") or ()), *(goes["flags"].get("regress_of") or ()), f"{goes['id']}:{goes['openings']}"]
    cases.flag(errand.conn, stays["id"], {**found, "regress_of": of})
    cases.flag(errand.conn, goes["id"], {"regress_in": stays["number"]})
    for one in by_hand.made(errand.conn, goes["id"]):
        why = f"Carried over from case {goes['number']}: {one.why}"
        cases.event(errand.conn, stays["id"], one.at, one.actor, one.what, why, errand.received_id)
    keep_clocks(errand.conn, errand.ground.policy, [goes["id"]], errand.now)


def _answer_who_joined(errand: Errand, goes: Row, stays: Row, heard: OpeningMail | None) -> str:
    """A customer whose case was joined before anybody had answered him hears once, and of the number that stays (domain.md 20b).

    Returns what becomes of it in a sentence. An address that is known from a text only is written to by nobody who has not said "sure".
    """
    case = errand.case_of(stays["number"])
    waiting = [*(goes["flags"].get("joined_unanswered") or ()), *(goes["flags"].get(confirm.JOINED_WAITING) or ())]
    what = _owed_to(errand, goes, case, heard)
    said = {"number": case["number"], "other": goes["number"], "address": what.to.address if what is not None else ""}
    unsure = what is not None and what.decision.kind is Kind.INTERNAL and errand.command.more != "sure"
    if what is not None and not unsure:
        waiting.append(what.mail.id)
    held = bool(case["flags"].get("legal_hold"))
    if case["state"] in {State.NEW, State.TRIAGE}:
        cases.flag(errand.conn, case["id"], {"joined_unanswered": [*(case["flags"].get("joined_unanswered") or ()), *waiting]})
    elif held:
        confirm.wait_for_release(errand.conn, case["id"], waiting)
    else:
        for mail in confirm.mails_joined(errand.conn, {**case, "flags": {"joined_unanswered": waiting}}):
            confirm.acknowledge_joined(errand.conn, errand.ground, errand.desk, case, mail, errand.now)
    later = "merge_later" if case["state"] in {State.NEW, State.TRIAGE} else "merge_held" if held else "merge_told"
    name = "merge_unsure" if unsure else later
    return errand.say(name, **said) if what is not None else ""


def _owed_to(errand: Errand, goes: Row, case: Row, heard: OpeningMail | None) -> Owed | None:
    """What he is owed whose case goes; None where he was answered, is not to be, or hears by the acknowledgement of the case itself."""
    in_triage = goes["state"] in {State.NEW, State.TRIAGE} and goes["flags"].get("acknowledge") == "after_confirmation"
    if heard is None or not (in_triage or goes["flags"].get("deferred")):  # put off: the collective letter names no case that is closed
        return None
    free = {**case, "flags": {**case["flags"], "legal_hold": False}}  # what is owed is owed, whenever it may be written
    what = owed_to_joined(errand.conn, errand.ground.policy, free, heard, errand.desk.rehearsal, errand.now)
    if what is None or (what.to.key == case["customer_key"] and case["flags"].get("acknowledge") != "no"):
        return None
    return what


def _may_merge(errand: Errand, one: Row, other: Row) -> None:
    if one["id"] == other["id"]:
        raise NotDone(errand.say("merge_self"))
    if not errand.may_see(other):
        raise NotDone(errand.say("not_yours", other=other["number"]))
    for case in (one, other):
        if State(case["state"]) not in OPEN_STATES or case["history"]:
            raise NotDone(errand.say("merge_closed", other=case["number"]))


def _same_customer(errand: Errand, one: Row, other: Row) -> bool:
    if not one["customer_key"] or not other["customer_key"]:
        return False
    if one["customer_key"] == other["customer_key"]:
        return True
    return same_organisation(_address(one), _address(other), errand.ground.policy)


def _address(case: Row) -> Address:
    local, at, domain = str(case["customer"]).rpartition("@")
    return Address(case["customer_name"], f"{local}{at}{domain.casefold()}")


def _merged(stays: Row, goes: Row, *, of_another: bool) -> dict[str, Any]:
    """The stricter of both: the earlier dates, whatever of danger or court either speaks of, the customer that is known."""
    earlier = _CLOCKS if of_another else (*_CLOCKS, "acknowledged_at")  # another customer's letter has told this one nothing
    values: dict[str, Any] = {name: min((at for at in (stays[name], goes[name]) if at), default=None) for name in earlier}
    values |= {name: stays[name] or goes[name] for name in ("safety", "legal_threat", "assigned_to", "product", "category", "cost_bearer")}
    values["urgency"] = max(stays["urgency"], goes["urgency"], key=URGENCIES.index)
    values["consumer"] = max(stays["consumer"], goes["consumer"], key=_STRICTER.index)
    values["secondary"] = [
        one for one in dict.fromkeys([*stays["secondary"], goes["category"], *goes["secondary"]])
        if one not in {None, UNSORTED, values["category"]}
    ]  # fmt: skip
    values["missing"] = [one for one in stays["missing"] if one in goes["missing"]]  # what came by either road is not asked for again
    values["orders"] = list(dict.fromkeys([*stays["orders"], *goes["orders"]]))
    if stays["warranty_status"] == "unknown":
        values["warranty_status"] = goes["warranty_status"]
    if not stays["customer"] and goes["customer"]:
        values |= {name: goes[name] for name in ("customer", "customer_key", "customer_name")}
    return {name: value for name, value in values.items() if value != stays[name]}
