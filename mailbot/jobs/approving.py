"""Whose yes a letter needs (domain.md 1.4): asked for, given or refused by mail, and asked for anew where the letter has changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from mailbot.claims.case import State
from mailbot.claims.case_letters import Decision
from mailbot.claims.category import UNSORTED
from mailbot.claims.command_words import say_kind
from mailbot.claims.commands import as_typed
from mailbot.claims.decided_sums import UNKNOWN, sum_granted
from mailbot.claims.house_letters import ApprovalRequest, DraftShown, Later, Returned
from mailbot.claims.letter_modes import Circumstances, approvals_for
from mailbot.claims.people import INSTEAD, name_in, with_role, writes_in
from mailbot.jobs.absences import absent_today, in_her_place, people_here
from mailbot.jobs.case_view import text_of
from mailbot.jobs.customers_words import customers_words, sums_in
from mailbot.jobs.drafting import Written, command_of, content_now, customer_wrote_since, letter_of, said_since, shown, tell
from mailbot.jobs.orders import Errand, NotDone, Row
from mailbot.store import commands, drafts
from mailbot.store import desk as desk_store
from mailbot.store.case_mails import written_into

if TYPE_CHECKING:
    from mailbot.claims.absence import Absence
    from mailbot.claims.policy import Person, Policy
    from mailbot.store.database import Connection
    from mailbot.store.drafts import Approval, Draft


_LETTER = re.compile(r"(?:письмо|letter)\s+(\d{1,12})\b[\s.,;:]*", re.IGNORECASE)  # of a ready reply: which letter the yes is for
_CLAIMED = 2_000  # letters of the customer's words shown with a request
_OR = {"ru": " или ", "en": " or "}
_TAKEN_UP = frozenset({State.REGISTERED, State.EXECUTION, State.AWAITING_WITHDRAWAL})  # first, before an answer is drafted
_DRAFTED_IN = _TAKEN_UP | {State.REVIEW, State.WAITING_CUSTOMER}


def submit(errand: Errand, case: Row, written: Written, *, changed: bool = False) -> tuple[str, ...]:
    """Ask those whose yes it needs and does not have; returns their roles, empty where there is nobody to ask but the author."""
    draft, conn = written.draft, errand.conn
    given = {one.role for one in drafts.approvals_of(conn, draft.id) if one.verdict == "approved"}
    reasons = approvals_for(draft.kind, circumstances(errand, case, draft))
    needed = {role: why for role, why in reasons.items() if role not in given}
    found = approvers_by_role(conn, errand.ground.policy, needed, draft.author, errand.now)
    asked = {role: people for role, people in found.items() if people}
    for role in needed:
        if role not in asked:
            errand.event(case["id"], "no_approver", f"There is nobody but the author to approve as {role}.")
    if not asked:
        drafts.set_state(conn, draft.id, "approved", errand.now)
        if case["state"] in _DRAFTED_IN:  # the table lets a decision leave from there alone
            _into_approval(errand, case)
        return ()
    drafts.ask_approvals(conn, draft.id, asked, draft.sha256, errand.now)
    drafts.set_state(conn, draft.id, "submitted", errand.now)
    if case["state"] != State.APPROVAL:
        _into_approval(errand, case)
    errand.event(case["id"], "approval_asked", ", ".join(asked), draft=draft.id, sha256=draft.sha256)
    roles_of: dict[str, list[str]] = {}
    for role, people in asked.items():
        for person in people:
            roles_of.setdefault(person.id, []).append(role)
    by_id = {person.id: person for people in asked.values() for person in people}
    for name, roles in roles_of.items():
        _request(errand, case, written, by_id[name], roles, needed, changed=changed)
    return tuple(asked)


def _into_approval(errand: Errand, case: Row) -> None:
    """Through the table: a registered case is taken up first, as is one that is decided anew; one that waited is taken back."""
    if case["state"] in _TAKEN_UP:
        errand.move(case, "review", "An answer is drafted.")
    elif case["state"] == State.WAITING_CUSTOMER:
        errand.move(case, "silence_drafted", "An answer is drafted while we wait for the customer.")
        return
    errand.move(errand.case(), "submitted", "An answer is drafted.")


def _request(
    errand: Errand, case: Row, written: Written, person: Person, roles: Sequence[str], needed: Mapping[str, Sequence[str]], *, changed: bool
) -> None:
    maker = errand.desk.replies_for(person, errand.now)
    letter = ApprovalRequest(
        number=case["number"],
        person_name=person.name,
        roles=tuple(roles),
        author_name=_name_of(errand, written.draft.author),
        customer=case["customer_name"] or case["customer"],
        letter=written.inside,
        reasons=tuple(dict.fromkeys(reason for role in roles for reason in needed[role])),
        amount=_amount(errand, case, written.draft),
        answer_by=case["answer_by"] if case["answered_at"] is None else None,
        late=case["answered_at"] is None and case["answer_by"] is not None and case["answer_by"] < errand.now,
        changed=changed,
        before=_said_before(errand, case, written.draft, roles, person),
        replies=maker.saying(("approve", "reject", "show"), case["number"], written.draft.id) if maker is not None else (),
        claimed=claimed_in(errand.conn, case["id"]),
        latest=latest_in(errand.conn, case["id"]),
    )
    key = f"approval:{written.draft.id}:{person.id}:{written.draft.sha256[:16]}:{'+'.join(roles)}"
    row = errand.desk.to_person(letter, person, dedupe_key=key, now=errand.now, case_id=case["id"])
    if row is not None:
        errand.left.letters.append(row)


def claimed_in(conn: Connection, case_id: int) -> str:
    """What the customer wrote, for who must judge our answer; the rest is in the case."""
    mail = desk_store.opening_mails(conn, [case_id]).get(case_id)
    return text_of(mail.read)[:_CLAIMED] if mail is not None else ""


def latest_in(conn: Connection, case_id: int) -> Later | None:
    """The last letter that the customer wrote after her first: what is decided anew answers that one."""
    mails = list(written_into(conn, case_id, 1, ("customer",)))  # to the end: a cursor of PostgreSQL is closed by that
    said = [Later(one.at, "", text_of(one.read).strip()[:_CLAIMED]) for one in mails if not one.is_opening]
    return next((one for one in said if one.text), None)


def _said_before(errand: Errand, case: Row, draft: Draft, roles: Sequence[str], person: Person) -> str:
    """What she said of the letter that this one takes the place of: asked | approved | returned, "" where there is none."""
    older = (n for n in reversed(drafts.numbers_of(errand.conn, case["id"])) if n < draft.id)
    last, given = next(((n, found) for n in older if (found := drafts.approvals_of(errand.conn, n))), (None, []))
    if last is None or drafts.draft(errand.conn, last).state not in {"cancelled", "returned"}:
        return ""
    hers = {one.verdict for one in given if one.role in roles and one.person in {None, person.id}}
    return next((verdict for verdict in ("returned", "approved", "asked") if verdict in hers), "")


def circumstances(errand: Errand, case: Row, draft: Draft) -> Circumstances:
    """What of the case and of this very letter says whose yes it needs: of several demands the strictest counts."""
    letter = letter_of(draft)
    verdicts = letter.verdicts if isinstance(letter, Decision) else ()
    said, claimed = _said_by_customer(errand, case)
    return Circumstances(
        consumer=case["consumer"],
        original_defect=bool(case["flags"].get("original_defect")) or errand.ground.original_defect.search(said) is not None,
        important=bool(case["flags"].get("important")),
        legal_threat=bool(case["legal_threat"]),
        refusal=draft.resolution == "refusal" or any(one.kind == "refusal" or one.extent in {"partly", "instead"} for one in verdicts),
        amount=sum_granted(letter, claimed) if isinstance(letter, Decision) else None,
        limit=errand.ground.policy.director_above,
        holding_on=bool(case["holding_on"]),
    )


def _amount(errand: Errand, case: Row, draft: Draft) -> str:
    """What the decision grants, in words of the request; "" where no sum can be named."""
    amount = circumstances(errand, case, draft).amount
    return "" if amount is None or amount == UNKNOWN else f"{amount:,.2f}".removesuffix(".00").replace(",", "\xa0") + "\xa0₽"


def _said_by_customer(errand: Errand, case: Row) -> tuple[str, list[float]]:
    """Her words in all mails of the case, and the sums in them: what nothing proves to be hers makes no sum smaller."""
    told = customers_words(errand.conn, errand.ground.policy, case)
    words = " ".join("\n".join((*told.said, *told.perhaps)).split()).replace("ё", "е")
    return words, [value for facts in told.hers for value in sums_in(facts)]


_MAY_STAND_IN = frozenset({"head", "director"})  # for each other, while one is away


def approvers(conn: Connection, policy: Policy, role: str, author: str, now: datetime) -> tuple[Person, ...]:
    """Who may say yes in this role: those who have it, or who stand in for them; never the author of the letter."""
    return approvers_by_role(conn, policy, (role,), author, now)[role]


def approvers_by_role(conn: Connection, policy: Policy, roles: Iterable[str], author: str, now: datetime) -> dict[str, tuple[Person, ...]]:
    """The same of several roles, in their order; who is away is looked up once."""
    absent = absent_today(conn, policy, now)
    return {role: may_approve(role, author, policy, absent) for role in roles}


def may_approve(role: str, author: str, policy: Policy, absent: Mapping[str, Absence]) -> tuple[Person, ...]:
    """While the head is away and nobody stands in, the director may say it too, and the other way round: an answer must not wait for the
    end of a leave. An absence that nothing proves widens nobody's rights.
    """
    found: list[Person] = []
    for name in (role, *INSTEAD.get(role, ())):
        if found and {role, name} - _MAY_STAND_IN:
            continue
        people = [one for person in with_role(name, policy) for one in in_her_place(person, absent, policy)]
        found += [person for person in dict.fromkeys(people) if person.id != author and person not in found]
        if found and not all(person.id in absent and absent[person.id].proven for person in found):
            break
    return tuple(found)


def approve(errand: Errand) -> str:
    """Her yes; after the last one the author hears that she may send it."""
    case, draft, mine = _asked_of_her(errand)
    if not _is_before_her(errand, case, draft, mine):
        raise NotDone(errand.say("newer_letter"))
    written = shown(errand, draft, case)
    if content_now(errand, written) != draft.sha256:
        raise NotDone(errand.say("changed_letter"))
    words = _LETTER.sub("", errand.command.text, count=1) if _LETTER.match(errand.command.text) else errand.command.text
    for one in mine:
        drafts.decide(errand.conn, one.id, errand.person.id, "approved", words, errand.now)
    roles = ", ".join(one.role for one in mine)
    errand.event(case["id"], "approved", words or roles, draft=draft.id, roles=roles, sha256=draft.sha256)
    open_ = [one for one in drafts.approvals_of(errand.conn, draft.id) if one.verdict == "asked"]
    if open_:
        more = errand.say("approve_more", value=named_approvers(errand, [one.role for one in open_], draft.author))
        return more + said_since(errand, draft)
    drafts.set_state(errand.conn, draft.id, "approved", errand.now)
    given = [one.person or "" for one in drafts.approvals_of(errand.conn, draft.id) if one.verdict == "approved"]
    names = tuple(_name_of(errand, name) for name in dict.fromkeys(given))
    told = _who_sends(errand, case, draft)
    _tell_who_sends(errand, case, written, names, told)
    author = _person(errand, draft.author)
    if author in told:
        return errand.say("approve", value=errand.name_of(author) if author is not None else draft.author) + said_since(errand, draft)
    who = ", ".join(errand.name_of(one) for one in told)
    return errand.say("approve_left" if author is None else "approve_other", value=who) + said_since(errand, draft)


def reject(errand: Errand) -> str:
    """Back to its author, and to who has the case by now, with remarks; the case is in review again (domain.md 1.3 #13)."""
    case, draft, mine = _asked_of_her(errand)
    for one in mine:
        drafts.decide(errand.conn, one.id, errand.person.id, "returned", errand.command.text, errand.now)
    drafts.set_state(errand.conn, draft.id, "returned", errand.now)
    if case["state"] == State.APPROVAL:
        errand.move(case, "returned", errand.command.text)
    told = _author_or_deputy(errand, case, draft)
    typed = as_typed(drafts.written_in(errand.conn, draft), command_of(draft), case["number"])
    others = [one for one in _in_charge_now(errand, case) if one not in told and one != errand.person]
    for person in (*told, *others):
        maker = errand.desk.replies_for(person, errand.now)
        letter = Returned(
            number=case["number"],
            person_name=person.name,
            returned_by=errand.person.name,
            why=errand.command.text,
            letter=shown(errand, draft, case).inside,
            answer_by=case["answer_by"] if case["answered_at"] is None else None,
            replies=(*maker.again(typed, case["number"]), *maker.saying(("show",), case["number"])) if maker is not None else (),
            typed=typed,
        )
        row = errand.desk.to_person(letter, person, dedupe_key=f"returned:{draft.id}:{person.id}", now=errand.now, case_id=case["id"])
        errand.left.letters += [row] if row is not None else []
    also = errand.say("reject_also", value=", ".join(errand.name_of(one) for one in others)) if others else ""
    author = _person(errand, draft.author)
    return f"{errand.say('reject', value=errand.name_of(author) if author is not None else draft.author)} {also}".rstrip()


def ready_to_send(errand: Errand, case: Row, written: Written) -> None:
    """Every yes is there, and for this very letter. Errors: NotDone, with what is still missing."""
    draft = written.draft
    needed = approvals_for(draft.kind, circumstances(errand, case, draft))
    if draft.state == "returned":
        raise NotDone(errand.say("was_returned"))
    if not needed or (draft.state == "approved" and content_now(errand, written) == draft.sha256):
        return
    if draft.state == "approved":  # a template or a signature was changed: it reads otherwise than it was approved
        raise NotDone(errand.say("changed_letter"))
    open_ = [one.role for one in drafts.approvals_of(errand.conn, draft.id) if one.verdict == "asked"]
    raise NotDone(errand.say("not_approved", value=named_approvers(errand, open_ or list(needed), draft.author)))


def _asked_of_her(errand: Errand) -> tuple[Row, Draft, list[Approval]]:
    """The letter of this case that waits for her, and in which roles. Errors: NotDone."""
    case = errand.case()
    submitted = [draft for draft in drafts.unsent(errand.conn, case["id"]) if draft.state == "submitted"]
    for draft in submitted:
        if draft.author == errand.person.id:
            raise NotDone(errand.say("own_letter"))
        mine = [
            one
            for one in drafts.approvals_of(errand.conn, draft.id)
            if one.verdict == "asked" and errand.person in approvers(errand.conn, errand.ground.policy, one.role, draft.author, errand.now)
        ]
        if mine:
            return case, draft, mine
    raise NotDone(errand.say("not_your_yes" if submitted else "no_approval"))


def _is_before_her(errand: Errand, case: Row, draft: Draft, mine: Sequence[Approval]) -> bool:
    """Her yes is for this letter, and not for one that it has taken the place of since (what is approved is what she has read)."""
    if errand.entry is None:
        return True
    if named := _LETTER.match(errand.command.text):
        return int(named[1]) == draft.id
    said, own = errand.entry.read.mail, {address.casefold() for address in errand.person.addresses}
    answered = commands.letters_answered(errand.conn, [i for i in (said.in_reply_to, *reversed(said.references)) if i])
    read_at = next((letter.queued_at for letter in answered if letter.to.casefold() in own), None)
    if read_at is not None:
        return all(one.asked_at <= read_at for one in mine)
    return [n for n in drafts.numbers_of(errand.conn, case["id"]) if drafts.approvals_of(errand.conn, n)] == [draft.id]


def _tell_who_sends(errand: Errand, case: Row, written: Written, names: tuple[str, ...], told: Sequence[Person]) -> None:
    since = customer_wrote_since(errand, written.draft)
    for person in told:
        maker = errand.desk.replies_for(person, errand.now)
        replies = maker.saying(("send",), case["number"]) if maker is not None else ()
        letter = DraftShown(case["number"], person.name, written.inside, approved_by=names, replies=replies, wrote_again_at=since)
        key = f"approved:{written.draft.id}:{person.id}"
        row = errand.desk.to_person(letter, person, dedupe_key=key, now=errand.now, case_id=case["id"])
        errand.left.letters += [row] if row is not None else []


def _who_sends(errand: Errand, case: Row, draft: Draft) -> tuple[Person, ...]:
    """The author; where the case has gone to somebody else meanwhile, who alone may write to the customer, that one."""
    author, in_charge = _person(errand, draft.author), _person(errand, case["assigned_to"] or "")
    if in_charge is None or author is None or writes_in(author, errand.ground.policy, in_charge.id, errand.deputies):
        return _author_or_deputy(errand, case, draft)
    return _in_charge_now(errand, case)


def _in_charge_now(errand: Errand, case: Row) -> tuple[Person, ...]:
    """Who has the case, or stands in for her; nobody where it has nobody."""
    person, policy = _person(errand, case["assigned_to"] or ""), errand.ground.policy
    return in_her_place(person, absent_today(errand.conn, policy, errand.now), policy) if person is not None else ()


def _author_or_deputy(errand: Errand, case: Row, draft: Draft) -> tuple[Person, ...]:
    """Who wrote the letter; while she is away, whoever stands in for her and may send it: both where it is the deputy who judged it.

    Once she has left, whose the case is now.
    """
    author, policy = _person(errand, draft.author), errand.ground.policy
    absent = absent_today(errand.conn, policy, errand.now)
    if author is None:
        return people_here(("specialist",), policy, absent, category=case["category"] or UNSORTED, assignee=case["assigned_to"])
    here = in_her_place(author, absent, policy)
    return tuple(dict.fromkeys((author, *here))) if errand.person in here else here


def show_draft(errand: Errand, case: Row, written: Written, lacking: tuple[str, ...]) -> None:
    """To the author: the draft, and what it lacks before it can go on."""
    letter = DraftShown(case["number"], errand.person.name, written.inside, lacking=lacking)
    tell(errand, letter, f"draft shown:{written.draft.id}", case)


def _person(errand: Errand, name: str) -> Person | None:
    return next((one for one in errand.ground.policy.people if one.id == name), None)


def _name_of(errand: Errand, name: str) -> str:
    person = _person(errand, name)
    return person.name if person is not None else name


def named_approvers(errand: Errand, roles: Sequence[str], author: str) -> str:
    """Who must agree, in her language: "Вера Соколова (руководитель), Олег Дёмин (директор)"."""
    return who_approves(errand.conn, errand.ground.policy, roles, author, errand.language, errand.now)


def who_approves(conn: Connection, policy: Policy, roles: Sequence[str], author: str, language: str, now: datetime) -> str:
    """The people of these roles by name, or who stands in for them; a role that nobody has by its own name."""
    of_people: dict[str, list[str]] = {}
    for role, people in approvers_by_role(conn, policy, roles, author, now).items():
        names = _OR["ru" if language == "ru" else "en"].join(name_in(one, language) for one in people)
        of_people.setdefault(names, []).append(say_kind(role, language))
    return ", ".join(f"{names} ({', '.join(said)})" if names else ", ".join(said) for names, said in of_people.items())
