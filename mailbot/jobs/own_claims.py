"""Our own claim on a carrier or supplier must not expire (behaviour.md 11.13): a draft with its last day to those who can make it, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from mailbot import maillog
from mailbot.claims.case_letters import Decision, Finding
from mailbot.claims.day_words import day_words
from mailbot.claims.house_letters import Regress
from mailbot.claims.message import Address
from mailbot.claims.own_claim import MADE, OwnClaim
from mailbot.claims.people import people_for
from mailbot.claims.plain import from_plain
from mailbot.claims.working_time import office_day
from mailbot.jobs.apart import apart
from mailbot.jobs.case_view import words_of
from mailbot.jobs.clock_book import keep_clocks
from mailbot.jobs.moving import NotPossible
from mailbot.store import cases, clock_rows, drafts, outbox
from mailbot.store import desk as desk_store

if TYPE_CHECKING:
    from mailbot.claims.policy import Policy
    from mailbot.jobs.policy_of import Ground
    from mailbot.jobs.writing_desk import Home, WritingDesk
    from mailbot.store.clock_rows import KeptClock
    from mailbot.store.database import Connection, Database
    from mailbot.store.outbox import NewLetter

SOON = timedelta(days=30)  # from here on it stands in the digest
_EVER = timedelta(days=3650)
_DEPARTMENTS = {"carrier": "logistics", "supplier": "quality"}
_PAPERS = {
    "carrier": ("act", "carrier_papers", "invoice", "photo", "packaging_photo", "claim", "decision", "contract", "calculation", "power"),
    "supplier": ("act", "invoice", "photo", "claim", "decision", "contract", "calculation", "power"),
}
# the paper that our claim rests on, the best first
_RESTS_ON = ("cmr", "ttn", "waybill", "torg12", "upd", "delivery_note", "invoice", "invoice_vat")
_NAMES = {"cmr": "CMR", "ttn": "ТТН", "waybill": "накладная", "torg12": "ТОРГ-12", "upd": "УПД", "delivery_note": "накладная",
          "invoice": "счёт", "invoice_vat": "счёт-фактура"}  # fmt: skip
_NAMES_EN = {"waybill": "waybill", "delivery_note": "delivery note", "invoice": "invoice", "invoice_vat": "VAT invoice"}
_NOT_STATED = {"ru": "не указан клиентом, возьмите из отгрузочных документов", "en": "not stated by the customer, see the shipping papers"}


def write_own_claims(db: Database, ground: Ground, desk: WritingDesk, now: datetime) -> int:
    """Queue a draft for each of our claims that nobody was told of; returns how many letters. Errors: StoreAway."""
    home = desk.home(None)
    if home is None:
        return 0
    with db.read() as conn:
        if not _untold(conn, ground, now):
            return 0
    with db.write() as conn:
        desk_store.alone(conn, "own claims")
        queued = sum(
            apart(conn, f"our own claim {one.key}", partial(_write, conn, ground, desk, home, one, now), 0)
            for one in _untold(conn, ground, now)
        )
    if queued:
        maillog.letters_queued("own claims", queued)
    return queued


def _untold(conn: Connection, ground: Ground, now: datetime) -> list[OwnClaim]:
    """The claims of ours of which somebody has no draft."""
    found = own_claims(conn, ground, now)
    keys = {(one, to): [f"{key}:{to}" for key in _keys(conn, one)] for one in found for to, _ in _recipients(one, ground.policy)}
    told = desk_store.letters_by_key(conn, [key for some in keys.values() for key in some])
    return list(dict.fromkeys(one for (one, _), some in keys.items() if told.keys().isdisjoint(some)))


def _write(conn: Connection, ground: Ground, desk: WritingDesk, home: Home, one: OwnClaim, now: datetime) -> int:
    queued = outbox.queue(conn, list(_letters(conn, ground, desk, home, one, now)), now)
    if queued:
        why = f"A claim of our own on the {one.against} must be made by {one.last_on}; a draft was sent inside the house."
        cases.event(conn, one.case_id, now, cases.MAILBOT, "own_claim_drafted", why)
    return len(queued)


def own_claims(conn: Connection, ground: Ground, now: datetime) -> tuple[OwnClaim, ...]:
    """Every claim of ours that runs and is not made yet, of closed cases too, the most urgent first. Errors: StoreAway."""
    rules = {rule.id: rule for rule in ground.clocks if rule.side == "regress" and rule.kind != "counterparty"}
    earliest: dict[tuple[int, int, str], KeptClock] = {}
    for kept in clock_rows.running(conn, due_before=now + _EVER, rules=sorted(rules)):
        against = "supplier" if "supplier" in rules[kept.clock.rule].applies.regress else "carrier"
        earliest.setdefault((kept.case_id, kept.opening, against), kept)
    return tuple(
        OwnClaim(case_id, opening, against, office_day(kept.clock.due_by, ground.policy.office))
        for (case_id, opening, against), kept in earliest.items()
    )


def _keys(conn: Connection, one: OwnClaim) -> tuple[str, ...]:
    """Under which its draft may have been sent: of the cases that were merged into this one too."""
    of = cases.row_of(conn, one.case_id)["flags"].get("regress_of") or ()
    return (one.key, *(f"regress:{merged}:{one.against}" for merged in of))


def _recipients(one: OwnClaim, policy: Policy) -> Iterator[tuple[str, Address]]:
    """The department whose carrier or supplier it is, and the lawyer (or who stands in for one)."""
    department = policy.departments.get(_DEPARTMENTS[one.against])
    if department:
        yield _DEPARTMENTS[one.against], Address("", department)
    for person in people_for(["legal"], policy):
        yield person.id, Address(person.name, person.addresses[0])


def _letters(conn: Connection, ground: Ground, desk: WritingDesk, home: Home, one: OwnClaim, now: datetime) -> Iterator[NewLetter]:
    row = cases.row_of(conn, one.case_id)
    mail = desk_store.opening_mails(conn, [one.case_id]).get(one.case_id)
    read: Mapping[str, Any] = mail.read if mail is not None else {}
    people = {person.id: person for person in ground.policy.people}
    findings = established(conn, one.case_id)
    letter = {language: draft(one, row, read, language, findings) for language in ("ru", "en")}
    for to, address in _recipients(one, ground.policy):
        language = desk.language_of(people[to]) if to in people else ground.policy.default_language
        operator = to in people and "operator" in people[to].roles
        maker = desk.replies_for(people[to], now) if to in people else None
        replies = maker.saying(("filed",), row["number"]) if maker is not None else ()
        yield desk.write(
            replace(letter["ru" if language == "ru" else "en"], person_name=address.name, replies=replies),
            home=home,
            to=address,
            about=f"{one.key}:{to}",
            n=1,
            dedupe_key=f"{one.key}:{to}",
            language=language,
            now=now,
            case_id=one.case_id,
            automatic=False,
            held=desk.rehearsal and not operator,
        )


def established(conn: Connection, case_id: int) -> tuple[Finding, ...]:
    """What the last decision that has left says was found; of a refusal nothing: it would speak against us."""
    sent = drafts.last_sent(conn, case_id, ("decision",))
    return from_plain(Decision, sent.letter).findings if sent is not None and sent.resolution != "refusal" else ()


def draft(one: OwnClaim, row: Mapping[str, Any], read: Mapping[str, Any], language: str, findings: tuple[Finding, ...] = ()) -> Regress:
    """Of what the customer wrote and we found, completed by what a person said with `!регресс`."""
    said, not_stated = row["flags"], _NOT_STATED["ru" if language == "ru" else "en"]
    facts = (read.get("understanding") or {}).get("facts") or {}
    delivered = said.get("regress_delivered_on") or facts.get("delivered_on")
    return Regress(
        number=row["number"],
        person_name="",
        against=one.against,
        counterparty=str(said.get("regress_counterparty") or ""),
        document=str(said.get("regress_document") or "") or _document(facts.get("documents") or (), language) or not_stated,
        delivered_on=date.fromisoformat(delivered) if delivered else None,
        last_on=one.last_on,
        product=row["product"],
        claimed=words_of(read, 1_000) or row["subject"],
        findings=findings,
        papers=_PAPERS[one.against],
        amount=str(said.get("regress_amount") or "") or next((str(amount["text"]) for amount in facts.get("amounts") or ()), ""),
    )


def _document(papers: Sequence[Mapping[str, Any]], language: str) -> str:
    """The customer's paper that goes with the goods, with its date."""
    ranked = sorted((paper for paper in papers if paper.get("type") in _RESTS_ON), key=lambda paper: _RESTS_ON.index(paper["type"]))
    if not ranked:
        return ""
    best = ranked[0]
    of, names = ("от", _NAMES) if language == "ru" else ("of", {**_NAMES, **_NAMES_EN})
    on = f" {of} {day_words(date.fromisoformat(best['date']), language)}" if best.get("date") else ""
    return f"{names[best['type']]} {best['value']}{on}"


def mark(db: Database, ground: Ground, number: str, what: str, by: str, now: datetime) -> str:
    """Say on whom a claim of ours is to be made (one of ON_WHOM), or what became of it (one of MADE). Errors: NotPossible."""
    with db.write() as conn:
        case_id = cases.id_of(conn, number)
        if case_id is None:
            raise NotPossible(f"There is no case {number}.")
        if stays := cases.row_of(conn, case_id)["flags"].get("regress_in"):  # said by the number of a case that was merged
            number, case_id = stays, cases.id_of(conn, stays) or case_id
        if what in MADE:
            cases.event(conn, case_id, now, by, f"regress_{what}", f"Our own claim: {what}.")
        else:
            cases.flag(conn, case_id, {"regress": what})
            cases.event(conn, case_id, now, by, "regress_marked", f"A claim of our own on: {what}.")
        keep_clocks(conn, ground.policy, [case_id], now)
    return f"Case {number}: our own claim, {what}."


def soon_due(conn: Connection, ground: Ground, now: datetime) -> dict[str, tuple[str, str, date]]:
    """For the digest: by number whose the case is (id, category), and the last day, of claims of ours with a month left or less."""
    today = office_day(now, ground.policy.office)
    found = [one for one in own_claims(conn, ground, now) if one.last_on <= today + SOON]
    rows = {one.case_id: cases.row_of(conn, one.case_id) for one in found}
    return {
        rows[one.case_id]["number"]: (rows[one.case_id]["assigned_to"] or "", rows[one.case_id]["category"] or "", one.last_on)
        for one in reversed(found)
    }
