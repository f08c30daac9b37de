"""Carries a decision out: opens, joins or reopens the case and writes the letters that go with it. Only writes; decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from mailbot.claims.authentication import Authentication
from mailbot.claims.case import Known, State
from mailbot.claims.clocked import NO_REMEDY
from mailbot.claims.conversation import normal_subject
from mailbot.claims.courtesy import only_thanks
from mailbot.claims.decision import Alert, Decision
from mailbot.claims.facts import URGENCIES
from mailbot.claims.letters import Acknowledgement, AlertLetter, ConfirmForward, EnquiryReceipt, Letter
from mailbot.claims.logos import is_logo
from mailbot.claims.message import Address, Kind
from mailbot.claims.people import specialist_for
from mailbot.claims.policy import Person, Policy
from mailbot.claims.ready_replies import ReadyReply
from mailbot.claims.same_trouble import plain
from mailbot.claims.understanding import ReadMail
from mailbot.claims.working_time import office_day
from mailbot.jobs.absences import absent_today, people_here
from mailbot.jobs.acknowledging import customers_subject, facts_of_acknowledgement
from mailbot.jobs.answered_requests import answer_by_mail
from mailbot.jobs.clock_book import learnt
from mailbot.jobs.late_letters import UNTIL_RELEASED
from mailbot.jobs.moving import move_case
from mailbot.jobs.named_day import NamedDay, named_day
from mailbot.jobs.ready_for import ready_for
from mailbot.jobs.writing_desk import Home, Thread, WritingDesk
from mailbot.store import cases, outbox
from mailbot.store.cases import NewCase, OpenedCase, Opening
from mailbot.store.moves import OFFERED

if TYPE_CHECKING:
    from mailbot.store.database import Connection
    from mailbot.store.outbox import NewLetter
    from mailbot.store.received import ClaimedMail

CLAIMED_LETTERS = 300  # of the customer's words, for lists
ALERT_LETTERS = 1_500
ALERTS_OF_ONE_SENDER = 5  # about what belongs to no case (privacy, a court's letter), within that time: the rest stands in the digest
ALARMED_AGAIN_AFTER = timedelta(minutes=30)  # of danger or a court in one case: a storm of answers is one alarm
CONSUMERS = {"consumer": "yes", "business": "no"}  # who writes, as the letter reads -> whether the consumers' law applies
MARKS = {"safety": "safety", "legal": "legal_threat"}  # alert -> the column of the case that keeps it
_REPLIES = frozenset({Kind.CLAIM, Kind.FOLLOW_UP, Kind.WITHDRAWAL, Kind.ENQUIRY})
_CORRECTED = ("category", "consumer", "remedies", "warranty_status")  # what a person's word stands for, whatever is read later
_CLOCKS = ("acknowledge_by", "answer_by", "answer_hard_by")


@dataclass(frozen=True, slots=True)
class Entry:
    """One mail with what was decided about it.

    `earlier` is the case this same row opened before (a quarantined mail that is read again): it is brought up to date.
    """

    mail: ClaimedMail
    read: ReadMail
    decision: Decision
    known: Known
    proof: Authentication
    earlier: int | None = None

    @property
    def opens(self) -> bool:
        return self.decision.case in {"open", "triage"} and self.earlier is None

    @property
    def repeats(self) -> bool:
        """This very mail is filed already: it came to two of our addresses, or by two ways."""
        return self.known.same_content is not None or self.known.same_content_filed

    @property
    def subject(self) -> str:
        """The customer's own subject: of a forward the inner one."""
        return customers_subject(self.read.mail)

    @property
    def words(self) -> str:
        """The customer's own words, of a forward the inner ones."""
        inner = self.read.mail.forwarded
        return inner.text if inner is not None and inner.text else self.read.mail.text


@dataclass(slots=True)
class CaseBook:
    """Enters decisions within one transaction; the letters that go with them are written when the clocks run, and gather in `letters`."""

    conn: Connection
    policy: Policy
    desk: WritingDesk
    now: datetime
    letters: list[NewLetter] = field(default_factory=list)
    alerted: dict[int, set[str]] = field(default_factory=dict)  # by received id, who had an alert of this mail
    _numbers: dict[int, str] = field(default_factory=dict)
    _opened: dict[int, OpenedCase] = field(default_factory=dict)  # by received id
    _owed: list[tuple[Entry, int | None, int]] = field(default_factory=list)  # whose letters are to be written: of which case and opening

    def open_cases(self, entries: Sequence[Entry]) -> None:
        """Open the cases of all these entries at once, before any of them is entered."""
        openings = [Opening(self._new_case(one), one.mail.id, one.decision.reason) for one in entries if one.opens]
        opened = cases.open_cases(self.conn, openings, office_day(self.now, self.policy.office).year, self.now)
        self._opened.update({opening.received_id: one for opening, one in zip(openings, opened, strict=True)})
        self._numbers.update({one.id: one.number for one in opened})

    def enter(self, entry: Entry) -> tuple[int | None, bool]:
        """The case the mail belongs to now, and False where another process had entered this very mail first."""
        decision = entry.decision
        case_id, fresh, opening = None, True, 1
        settled = entry.earlier is not None and cases.state_of(self.conn, entry.earlier) != State.TRIAGE
        if entry.opens:
            opened = self._opened[entry.mail.id]
            case_id, fresh = opened.id, opened.new
        elif decision.case == "join":
            case_id, opening = self._join(entry)
            if entry.earlier is not None:  # it has lost its mail: a person merges it
                self._change(entry.earlier, {}, "read_again", entry)
                cases.flag(self.conn, entry.earlier, {"propose_join": decision.join})
        elif entry.earlier is not None:
            case_id = entry.earlier
            self._read_again(entry, case_id, settled=settled)
        if decision.kind is Kind.BOUNCE and not entry.repeats:
            self._bounced(entry, case_id)
        if fresh and not settled and not decision.history:
            self._owed.append((entry, case_id, opening))
        return case_id, fresh

    def write_letters(self) -> None:
        """The letters of all that was entered. A day that they name is known only once the clocks of their cases have been started."""
        owed, self._owed = self._owed, []
        for entry, case_id, opening in owed:
            named = self._named(entry, case_id)
            dated = entry if named is None else replace(entry, decision=replace(entry.decision, answer_by=named.by))
            self._answer(dated, case_id, opening, named)
            self._alert(dated, case_id)

    def _named(self, entry: Entry, case_id: int | None) -> NamedDay | None:
        decision = entry.decision
        if case_id is None or decision.answer_by is None or not (decision.letters or decision.alerts):
            return None
        return named_day(self.conn, self.policy, case_id, decision.answer_by, self.now)

    def number_of(self, case_id: int | None) -> str | None:
        return None if case_id is None else self._numbers.get(case_id)

    def _new_case(self, entry: Entry) -> NewCase:
        decision, words = entry.decision, entry.read.understanding
        facts, verdict, claimant = words.facts, words.verdict, entry.decision.claimant
        category = None if decision.kind is Kind.UNREADABLE else verdict.primary
        return NewCase(
            opening_key=entry.read.mail.content_key,
            state="closed" if decision.history else "registered" if decision.case == "open" else "triage",
            kind=decision.kind.value,
            history=decision.history,
            mailbox=entry.mail.mailbox,
            customer=claimant.address if claimant is not None else "",
            customer_name=claimant.name if claimant is not None else "",
            subject=entry.subject,
            subject_key=normal_subject(entry.subject),
            language=words.language,
            category=category,
            secondary=verdict.secondary,
            confidence=verdict.confidence,
            urgency=facts.urgency,
            safety=facts.safety,
            legal_threat=facts.legal_threat,
            orders=tuple(str(fact.value) for fact in facts.orders),
            product=next((str(fact.value) for fact in (*facts.models, *facts.articles)), ""),
            missing=words.missing,
            assigned_to=self._owner(decision, category),
            received_at=entry.mail.received_at,
            received_at_basis=entry.mail.basis,
            acknowledge_by=decision.acknowledge_by,
            answer_by=decision.answer_by,
            answer_hard_by=decision.answer_hard_by,
            flags=_flags(entry),
            remedies=facts.remedies,
            consumer=CONSUMERS.get(facts.sender_kind, "unknown"),
            warranty_status=words.warranty.status,
        )

    def _owner(self, decision: Decision, category: str | None) -> str | None:
        owner = specialist_for(category, self.policy) if category is not None and decision.case == "open" else None
        return owner.id if owner is not None else None

    def _read_again(self, entry: Entry, case_id: int, *, settled: bool) -> None:
        """A mail that was unreadable can be read now: its case learns what it says. An answer is owed as for any new mail.

        A case that a person has `settled`, so that it is in triage no more, stays where it is. One whose mail turns out to be no claim
        waits for a person to say so: its number and date may have been told to the customer. Who has it keeps it.
        """
        case, values = self._new_case(entry), {}
        for name in ("kind", "customer", "customer_name", "subject", "subject_key", "language", "category", "urgency", "safety", "product"):
            values[name] = getattr(case, name)
        values |= {"legal_threat": case.legal_threat, "orders": list(case.orders), "missing": list(case.missing)}
        values |= {"remedies": list(case.remedies), "consumer": case.consumer, "warranty_status": case.warranty_status}
        values |= {"customer_key": case.customer.casefold(), "confidence": round(case.confidence * 100)}
        if entry.decision.claimant is None:
            values = {name: value for name, value in values.items() if not name.startswith("customer")}
        said = [name for name in _CORRECTED if cases.said_by_person(self.conn, case_id, name)]
        values = {name: value for name, value in values.items() if name not in said and not (name == "confidence" and "category" in said)}
        if not settled and entry.decision.case == "open":
            kept = cases.row_of(self.conn, case_id)
            owner = self._owner(entry.decision, kept["category"] if "category" in said else case.category)
            self._move(case_id, "read_again", entry, values | {"assigned_to": kept["assigned_to"] or owner})
        else:
            self._change(case_id, values, "read_again", entry)
        self._note_number(case_id)

    def _join(self, entry: Entry) -> tuple[int | None, int]:
        decision = entry.decision
        case_id = cases.id_of(self.conn, decision.join) if decision.join is not None else None
        if case_id is None or decision.join is None:
            return None, 1
        self._numbers[case_id] = decision.join
        mail, opening = entry.mail, 1
        cases.join(self.conn, case_id, mail.received_at, now=self.now, what=decision.kind.value, why=decision.reason, received_id=mail.id)
        if decision.history or entry.repeats:  # of before the mailbox was connected, or a further copy: it is kept, and stirs nothing
            return case_id, opening
        if decision.reopens:
            clocks = {name: getattr(decision, name) for name in _CLOCKS}
            opening = cases.reopen(
                self.conn, case_id, now=self.now, why=decision.reason, received_id=mail.id, clocks=clocks, assigned_to=None
            )
        elif decision.relation == "customer" and decision.kind in _REPLIES:
            self._customer_replied(case_id, entry)
        if decision.relation in {"staff", "third_party"}:
            answer_by_mail(self.conn, self.policy, case_id, entry, self.now)
        if decision.relation == "customer" and decision.kind in _REPLIES:
            self._learn(case_id, entry)
            self._bring(case_id, entry)
        self._mark(case_id, entry)
        if decision.answered:
            self._change(case_id, {"answered_at": mail.received_at}, "answered", entry)
        told = ("proposes_close", "partly_withdrawn", "new_claim_inside", "important")
        flags: dict[str, Any] = {name: True for name in told if getattr(decision, name)}
        if self._has_more_to_say(case_id, entry):
            flags["proposes_close"] = False
        if decision.kind is Kind.STAFF_REPLY and decision.unproven:
            flags["answer_unproven"] = self.now.isoformat()
        if decision.doubtful_withdrawal:
            flags["withdrawal_unproven"] = self.now.isoformat()
        if decision.relation in {"customer", "third_party"}:
            case = cases.row_of(self.conn, case_id)
            if case["flags"].get("wait_over"):
                flags["wait_over"] = ""  # it stands among the answers that came
            hers = decision.relation == "customer" and entry.proof.result != "fail"
            if decision.topic == "payment_guarantee" and not hers and _stands_offered(case):
                flags["guarantee_unproven"] = self.now.isoformat()
        if flags:
            cases.flag(self.conn, case_id, flags)
        return case_id, opening

    def _customer_replied(self, case_id: int, entry: Entry) -> None:
        """The ball is ours again: a case that waited for its customer goes back into review (domain.md 1.3, 8).

        «Спасибо, ждём» brings nothing of what we wait for: the wait goes on, with its reminders.
        """
        case = cases.row_of(self.conn, case_id)
        if case["wait_reason"] == "payment_guarantee" or _stands_offered(case):
            came = entry.decision.topic == "payment_guarantee" and entry.proof.result != "fail"
            flags = {OFFERED: True} | ({"guarantee_came": True} if came else {})
            cases.flag(self.conn, case_id, flags)  # a person says whether it suffices
        if case["state"] == State.WAITING_CUSTOMER and not self._only_thanks(case, entry):
            self._move(case_id, "customer_replied", entry)

    def _has_more_to_say(self, case_id: int, entry: Entry) -> bool:
        """The close was proposed by an earlier letter of hers, or by her silence, and neither is her last word any more."""
        decision, case = entry.decision, cases.row_of(self.conn, case_id)
        if not case["flags"].get("proposes_close") or decision.relation != "customer" or decision.kind not in _REPLIES:
            return False
        return not (decision.proposes_close or decision.doubtful_withdrawal or self._only_thanks(case, entry))

    def _only_thanks(self, case: Mapping[str, Any], entry: Entry) -> bool:
        mail = entry.read.mail
        names = (str(case["customer_name"]), mail.from_.name if mail.from_ is not None else "", *(one.name for one in self.policy.people))
        brings = mail.forwarded is not None or any(not is_logo(one) for one in mail.attachments)
        return not brings and only_thanks(mail.text, names)

    def _bring(self, case_id: int, entry: Entry) -> None:
        """What a further letter brings is missing no more: neither the case letter nor a reminder asks for it again."""
        case, brought = cases.row_of(self.conn, case_id), entry.read.understanding.brought
        missing = [need for need in case["missing"] if need not in brought]
        if missing != case["missing"]:
            self._change(case_id, {"missing": missing}, "brought", entry)

    def _learn(self, case_id: int, entry: Entry) -> None:
        """A further letter may demand more, say who writes, name a contract or a day: the clocks of all that run from then on."""
        case, facts = cases.row_of(self.conn, case_id), entry.read.understanding.facts
        new = [remedy for remedy in facts.remedies if remedy not in case["remedies"] and remedy not in NO_REMEDY]
        values: dict[str, Any] = {"remedies": [*case["remedies"], *new]} if new else {}
        if (consumer := self._who_writes(case, entry)) != case["consumer"]:
            values["consumer"] = consumer
        before = case["flags"].get("stated") or {}
        if entry.proof.result != "fail" and (stated := learnt(before, facts)) != before:
            cases.flag(self.conn, case_id, {"stated": stated})
        if values:
            why, data = "A further letter says so.", {"demands": new}
            actor, received_id = cases.MAILBOT, entry.mail.id
            cases.change(self.conn, case_id, values, at=self.now, actor=actor, what="demanded", why=why, received_id=received_id, data=data)

    def _who_writes(self, case: Mapping[str, Any], entry: Entry) -> str:
        """`consumer` of the case after a further letter; what one of our people says of it stands until she says otherwise."""
        kind = entry.read.understanding.facts.sender_kind
        if kind not in CONSUMERS or cases.said_by_person(self.conn, case["id"], "consumer"):
            return str(case["consumer"])
        if case["consumer"] == "unknown":
            return CONSUMERS[kind]
        if case["consumer"] == "no" and kind == "consumer" and not self._is_on_a_free_mailer(entry):
            return "unknown"  # a private person after all? the stricter terms, until somebody says
        return str(case["consumer"])

    def _is_on_a_free_mailer(self, entry: Entry) -> bool:
        """Many firms write from one, and their short letters then read as a private person's."""
        sender = entry.read.mail.from_
        return sender is None or sender.domain in self.policy.free_mail_domains

    def _mark(self, case_id: int, entry: Entry) -> None:
        """What a further letter says of danger, a court or haste stands with the case: whose yes its letters need hangs on it."""
        case, decision = cases.row_of(self.conn, case_id), entry.decision
        told = [MARKS[alert.step] for alert in decision.alerts if alert.step in MARKS]
        values: dict[str, Any] = {name: True for name in told if not case[name]}
        haste = entry.read.understanding.facts.urgency
        if decision.relation == "customer" and URGENCIES.index(haste) > URGENCIES.index(case["urgency"]):
            values["urgency"] = haste
        if values:
            self._change(case_id, values, "marked", entry)

    def _bounced(self, entry: Entry, case_id: int | None) -> None:
        """Written is not answered: a letter that came back for good counts as not sent (behaviour.md 11.2).

        By its first report: what a colleague has done about it since stands.
        """
        bounce, letter = entry.read.mail.bounce, entry.known.bounced
        if bounce is None or letter is None or letter.returned:
            return
        if bounce.recipients and all(recipient.permanent is False for recipient in bounce.recipients):
            return
        outbox.bounced(self.conn, letter.message_id, self.now)
        if case_id is not None and outbox.acknowledges_its_case(self.conn, letter.message_id):
            self._change(case_id, {"acknowledged_at": None}, "acknowledgement_bounced", entry)
        if case_id is not None and letter.kind in outbox.ANSWERS and not outbox.is_answered_otherwise(self.conn, case_id):
            self._change(case_id, {"answered_at": None}, "answer_bounced", entry)
            cases.flag(self.conn, case_id, {"answer_bounced": True})

    def _change(self, case_id: int, values: dict[str, Any], what: str, entry: Entry) -> None:
        why = entry.decision.reason
        cases.change(self.conn, case_id, values, at=self.now, actor=cases.MAILBOT, what=what, why=why, received_id=entry.mail.id)

    def _move(self, case_id: int, event: str, entry: Entry, values: dict[str, Any] | None = None) -> None:
        why, received_id = entry.decision.reason, entry.mail.id
        by, at = cases.MAILBOT, self.now
        move_case(self.conn, self.policy, case_id, event, by=by, at=at, why=why, received_id=received_id, values=values)

    def _note_number(self, case_id: int) -> None:
        if case_id not in self._numbers:
            self._numbers[case_id] = cases.number_of(self.conn, case_id)

    def _answer(self, entry: Entry, case_id: int | None, opening: int, named: NamedDay | None) -> None:
        """The letters the decision names: to the customer, or to the colleague who forwarded."""
        decision = entry.decision
        if decision.acknowledge == "now" and not decision.letters and case_id is not None:
            held = cases.row_of(self.conn, case_id)["flags"].get("legal_hold")
            cases.flag(self.conn, case_id, {"deferred": UNTIL_RELEASED if held else True})
        for name in decision.letters:
            if name == "confirm_forward" and case_id is not None:
                self._ask_colleague(entry, case_id)
            elif name in {"acknowledgement", "enquiry"}:
                self._to_customer(entry, name, case_id, opening, named)

    def _to_customer(self, entry: Entry, name: str, case_id: int | None, opening: int, named: NamedDay | None) -> None:
        decision, to = entry.decision, entry.decision.acknowledge_to
        home = self.desk.home(entry.mail.mailbox, entry.read.mail)
        if to is None or home is None:
            if case_id is not None:
                cases.event(self.conn, case_id, self.now, cases.MAILBOT, "not_acknowledged", "No mailbox is configured.", entry.mail.id)
            return
        letter: Letter
        if name == "enquiry" or case_id is None or named is None:
            shown = "" if decision.neutral else entry.subject
            letter = EnquiryReceipt(entry.mail.received_at, shown, "" if decision.neutral else to.name)
            dedupe = f"enquiry:{entry.mail.id}"
        else:
            letter = acknowledgement_of(entry, self._numbers[case_id], named)
            dedupe = f"ack:{case_id}:{opening}"
        self.letters.append(self._letter(entry, letter, home, to, case_id, opening, dedupe))

    def _letter(self, entry: Entry, letter: Letter, home: Home, to: Address, case_id: int | None, opening: int, dedupe: str) -> NewLetter:
        decision, said = entry.decision, entry.read.mail
        return self.desk.write(
            letter,
            home=home,
            to=replace(to, name="") if decision.neutral else to,
            about=said.content_key,
            n=opening,
            dedupe_key=dedupe,
            language=decision.acknowledge_language,
            also_in=decision.also_in,
            now=self.now,
            thread=Thread(said.message_id, said.references, "" if decision.neutral else entry.subject),
            case_id=case_id,
            received_id=entry.mail.id,
            due_by=decision.answer_by,
            unproven=entry.proof.result == "fail",
            held=self.desk.rehearsal or entry.mail.hold_letters,
        )

    def _ask_colleague(self, entry: Entry, case_id: int) -> None:
        decision, colleague, customer = entry.decision, entry.decision.confirm_with, entry.decision.claimant
        home = self.desk.home(entry.mail.mailbox, entry.read.mail)
        if colleague is None or customer is None or home is None or decision.answer_by is None:
            return
        letter = ConfirmForward(
            number=self._numbers[case_id],
            colleague_name=colleague.name,
            customer_name=customer.name,
            customer_address=customer.address,
            subject=entry.subject,
            received_at=entry.mail.received_at,
            answer_by=decision.answer_by,
            claimed=entry.words[:CLAIMED_LETTERS],
            replies=self._replies_of(colleague, self._numbers[case_id]),
        )
        letter_row = self._letter(replace_neutral(entry), letter, home, colleague, case_id, 1, f"confirm:{case_id}:{entry.mail.id}")
        self.letters.append(letter_row)

    def _replies_of(self, colleague: Address, number: str) -> tuple[ReadyReply, ...]:
        """One tap for a listed colleague; an unlisted one commands nothing."""
        person = self.policy.person_at(colleague.address)
        maker = self.desk.replies_for(person, self.now) if person is not None else None
        return maker.about(number, State.TRIAGE) if maker is not None else ()

    def _alert(self, entry: Entry, case_id: int | None) -> None:
        """One letter a person with all that she must hear of this mail at once."""
        for person, alerts in self._hearers(entry, case_id):
            first, *others = alerts
            dedupe = f"alert:{entry.mail.id}:{first.step}:{person.id}"
            letter = replace(self._alert_letter(entry, first, case_id, person), also=tuple(one.step for one in others))
            row = self.desk.to_person(letter, person, dedupe_key=dedupe, now=self.now, case_id=case_id)
            if row is not None:
                self.letters.append(row)
                self.alerted.setdefault(entry.mail.id, set()).add(person.id)

    def _hearers(self, entry: Entry, case_id: int | None) -> list[tuple[Person, list[Alert]]]:
        """Who has not heard yet, and of what; who is away is stood in for.

        Of a further letter that speaks of danger or a court the person in charge hears too; of a new case she has the case letter.
        """
        alerts = entry.decision.alerts
        if not alerts:
            return []
        case = cases.row_of(self.conn, case_id) if case_id is not None else {}
        category = case.get("category") or entry.read.understanding.verdict.primary
        absent = absent_today(self.conn, self.policy, self.now)
        found: dict[str, tuple[Person, list[Alert]]] = {}
        for alert in alerts:
            roles = (*alert.roles, "specialist") if alert.step in MARKS and entry.decision.case == "join" else alert.roles
            people = people_here(roles, self.policy, absent, category=category, assignee=case.get("assigned_to"))
            heard = self._heard(entry, alert.step, people, case_id)
            for person in people:
                if person.id in heard:
                    found.setdefault(person.id, (person, []))[1].append(alert)
        return list(found.values())

    def _heard(self, entry: Entry, step: str, people: Sequence[Person], case_id: int | None) -> Sequence[str]:
        """Ids of these who are to hear of this mail now: a storm in one case, or of one sender about no case, is told of a few times."""
        ids, since = [person.id for person in people], self.now - ALARMED_AGAIN_AFTER
        if case_id is not None:
            lately = cases.told_since(self.conn, case_id, step, since) if step in {*MARKS, "privacy"} else set[str]()
            fresh = [one for one in ids if one not in lately]
            return cases.escalate_once(self.conn, case_id, "at_once", f"{step}:{entry.mail.id}"[:32], fresh, self.now)
        sender = entry.read.mail.from_
        if sender is None or entry.decision.kind is not Kind.ENQUIRY:
            return ids
        told = (outbox.alerts_of_sender(self.conn, one.id, step, one.addresses[0], sender.key, since) for one in people)
        return [one for one, count in zip(ids, told, strict=True) if count < ALERTS_OF_ONE_SENDER]

    def _alert_letter(self, entry: Entry, alert: Alert, case_id: int | None, person: Person) -> AlertLetter:
        claimant = entry.decision.claimant or entry.read.mail.from_
        if case_id is not None:
            self._note_number(case_id)
        case = cases.row_of(self.conn, case_id) if case_id is not None else {}
        if alert.step == "bounce" and case_id is not None:
            return self._bounce_letter(entry, case_id, person)
        if alert.step == "bounce_inside" and entry.known.bounced is not None:
            return self._inside_bounce_letter(entry, entry.known.bounced.to, case_id, person)
        return AlertLetter(
            step=alert.step,
            number=self.number_of(case_id) or "",
            person_name=person.name,
            customer_name=claimant.name if claimant is not None else "",
            customer_address=claimant.address if claimant is not None else "",
            category=case.get("category") or entry.read.understanding.verdict.primary,
            subject=entry.subject,
            text=entry.words[:ALERT_LETTERS],
            received_at=entry.mail.received_at,
            answer_by=entry.decision.answer_by,
            attachments=tuple(a.name for a in entry.read.mail.attachments if a.name),
            replies=self._replies(entry, case_id, person),
            unsure=entry.read.understanding.verdict.claim_confidence < self.policy.triage_below,
            in_charge=next((one.name for one in self.policy.people if one.id == case.get("assigned_to")), ""),
            lawyer="legal" in person.roles,
        )

    def _bounce_letter(self, entry: Entry, case_id: int, person: Person) -> AlertLetter:
        """What came back is told with the case's own customer and date: the mail system that returned it helps nobody to call."""
        case = cases.row_of(self.conn, case_id)
        return AlertLetter(
            step="bounce",
            number=case["number"],
            person_name=person.name,
            customer_name=case["customer_name"],
            customer_address=case["customer"],
            category=case["category"],
            subject=case["subject"],
            text=entry.read.mail.text[:ALERT_LETTERS],
            received_at=entry.mail.received_at,
            answer_by=case["answer_by"],
            replies=self._replies(entry, case_id, person),
        )

    def _inside_bounce_letter(self, entry: Entry, to: str, case_id: int | None, person: Person) -> AlertLetter:
        """One of our people, or a department, has not got a letter of ours: nothing of it concerns a customer."""
        return AlertLetter(
            step="bounce_inside",
            number=self.number_of(case_id) or "",
            person_name=person.name,
            customer_name="",
            customer_address=to,
            category=None,
            subject=entry.subject,
            text=entry.read.mail.text[:ALERT_LETTERS],
            received_at=entry.mail.received_at,
            answer_by=None,
        )

    def _replies(self, entry: Entry, case_id: int | None, person: Person) -> Mapping[str, tuple[ReadyReply, ...]]:
        maker = self.desk.replies_for(person, self.now)
        if maker is None or case_id is None or entry.decision.kind is Kind.COMMAND:
            return {}
        return {str(self.number_of(case_id)): ready_for(self.conn, self.policy, maker, cases.row_of(self.conn, case_id), self.now)}


def acknowledgement_of(entry: Entry, number: str, named: NamedDay) -> Acknowledgement:
    """The facts of T1 for a mail that is answered as it is filed."""
    decision, mail = entry.decision, entry.mail
    return facts_of_acknowledgement(
        number,
        entry.read,
        decision,
        decision.acknowledge_to,
        received_at=mail.received_at,
        named=named,
        neutral=decision.neutral,
        truncated=mail.truncated,
    )


def replace_neutral(entry: Entry) -> Entry:
    """The same entry for a letter inside the house: a colleague's own subject may be echoed to her."""
    return replace(entry, decision=replace(entry.decision, neutral=False, also_in=None))


def _stands_offered(case: Mapping[str, Any]) -> bool:
    """A paid repair is offered, and nobody has said since that it begins or does not."""
    return case["state"] in {State.REVIEW, State.WAITING_CUSTOMER} and bool(case["flags"].get(OFFERED))


def _flags(entry: Entry) -> dict[str, Any]:
    decision = entry.decision
    found: dict[str, Any] = {"acknowledge": decision.acknowledge, "why": decision.kind_reason}
    if decision.acknowledge_to is not None:
        found["acknowledge_to"] = decision.acknowledge_to.address
    if decision.acknowledge != "no":
        found["language"] = decision.acknowledge_language
    if decision.propose_join:
        found["propose_join"] = decision.propose_join
    if decision.proposals:
        found["same_trouble"] = [plain(one) for one in decision.proposals]
    if decision.mentions:
        found["mentions"] = list(decision.mentions)
    disagree = bool(entry.read.understanding.facts.contradictions)
    marks = (
        ("deferred", decision.deferred),
        ("flood", decision.flood),
        ("truncated", entry.mail.truncated),
        ("important", decision.important),
        ("counts_disagree", disagree),
    )
    for name, is_set in marks:
        if is_set:
            found[name] = True
    return found
