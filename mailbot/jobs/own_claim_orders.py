"""`!регресс`: on whom a claim of ours is to be made, its draft and papers at once to who says so, and what became of it (M9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mailbot.claims.day_words import whole_day
from mailbot.claims.house_letters import Regress
from mailbot.claims.own_claim import MADE, read_own_claim
from mailbot.claims.said_dates import past_moment
from mailbot.claims.working_time import office_day
from mailbot.jobs import confirm, own_claims
from mailbot.jobs.asking_departments import files_of_case
from mailbot.jobs.case_sheet import MOST_BYTES
from mailbot.jobs.enclosing import with_bytes
from mailbot.jobs.orders import Errand, NotDone, Row
from mailbot.store import cases


def regress(errand: Errand) -> str:
    """Mark it and send its draft; the clock of the law runs on whatever the case does. «предъявлена», «ответ»: what became of it."""
    case = errand.case()
    what, fields = read_own_claim(errand.command.text)
    if not what:
        raise NotDone(errand.say("needs_regress", value=errand.command.text.splitlines()[0][:40]))
    if (stays := case["flags"].get("regress_in")) and what not in MADE:
        raise NotDone(errand.say("regress_in", value=stays))
    if what in MADE:
        if stays:  # said in answer to the draft that names this number
            own_claims.mark(errand.db, errand.ground, stays, what, errand.person.id, errand.now)
            errand.left.numbers.append(stays)
            return errand.say(f"regress_{what}")
        if not case["flags"].get("regress"):
            raise NotDone(errand.say("regress_none"))
        own_claims.mark(errand.db, errand.ground, errand.number, what, errand.person.id, errand.now)
        return errand.say(f"regress_{what}")
    kept = {f"regress_{name}": value[:200] for name, value in fields.items()}
    if "delivered" in fields:
        kept["regress_delivered_on"] = _delivered_on(errand, fields["delivered"])
    cases.flag(errand.conn, case["id"], kept)
    own_claims.mark(errand.db, errand.ground, errand.number, what, errand.person.id, errand.now)
    letter = _draft(errand, errand.case())
    if letter is None:
        return errand.say("regress_no_day", value=what)
    files, left_out = files_of_case(errand.conn, case["id"], MOST_BYTES)
    key = f"own claim:{case['id']}:{errand.received_id or errand.now.isoformat()}"
    if errand.person.addresses:
        row = errand.desk.to_person(
            letter, errand.person, dedupe_key=key, now=errand.now, case_id=case["id"], enclosures=with_bytes(errand.conn, files)
        )
        errand.left.letters += [row] if row is not None else []
    said = [_says_until(errand, letter.last_on)]
    if letter.delivered_on is None and _needs_delivery(errand, what):
        said.append(errand.say("regress_undated"))
    return " ".join([*said, *([errand.say("left_out", value=", ".join(left_out))] if left_out else ())])


def _says_until(errand: Errand, last_on: date | None) -> str:
    """The last day, and that it has passed where it has."""
    until = whole_day(last_on, errand.language) if last_on else ""
    over = last_on is not None and last_on < office_day(errand.now, errand.ground.policy.office)
    return errand.say("regress_over" if over else "regress", until=until)


def _needs_delivery(errand: Errand, against: str) -> bool:
    """Some term of ours against him is counted from the delivery, perhaps an earlier one than what is counted."""
    rules = (rule for rule in errand.ground.clocks if rule.side == "regress" and rule.trigger == "fact:delivered_on")
    return any(against in rule.applies.regress for rule in rules)


def _delivered_on(errand: Errand, said: str) -> str:
    """The day from which a term of ours may run. Errors: NotDone, where it is no day, or one to come."""
    office = errand.ground.policy.office
    at = past_moment(said, errand.now, office)
    if at is None or office_day(at, office) > office_day(errand.now, office):
        raise NotDone(errand.say("regress_delivered", value=said[:40]))
    return office_day(at, office).isoformat()


def _draft(errand: Errand, case: Row) -> Regress | None:
    """The most urgent of this case's claims of ours; None where no day can be counted yet."""
    found = [one for one in own_claims.own_claims(errand.conn, errand.ground, errand.now) if one.case_id == case["id"]]
    if not found:
        return None
    mail = confirm.opening_of(errand.conn, case)
    one = min(found, key=lambda claim: claim.last_on)
    found_out = own_claims.established(errand.conn, case["id"])
    letter = own_claims.draft(one, case, mail.read if mail is not None else {}, errand.desk.language_of(errand.person), found_out)
    maker = errand.desk.replies_for(errand.person, errand.now)
    replies = maker.saying(("filed",), case["number"]) if maker is not None else ()
    return replace(letter, person_name=errand.person.name, replies=replies)
