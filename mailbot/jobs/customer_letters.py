"""The commands that write to a customer: a specialist's own words, questions, and what has every yes it needs."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from mailbot.claims.case import State
from mailbot.claims.case_letters import CaseLetter, Clarification, Completed, Done, Holding, SpecialistReply, stage_of
from mailbot.claims.command_words import forms, say_kind
from mailbot.claims.house_letters import GuardAsks
from mailbot.claims.letter_needs import fact_names, missing_facts
from mailbot.claims.plain import to_plain
from mailbot.claims.promises import lapsed
from mailbot.claims.said_dates import day_ahead, past_moment
from mailbot.claims.working_time import end_of_day, office_day
from mailbot.jobs.approving import named_approvers, ready_to_send, submit
from mailbot.jobs.drafting import (
    command_of,
    dispatch,
    draft_of,
    in_turn,
    letter_of,
    may_write,
    names_of_files,
    replies_to,
    said_since,
    shown,
    signatory,
    tell,
    wanted_by,
    writable,
)
from mailbot.jobs.guarding import questions_about
from mailbot.jobs.orders import Errand, NotDone, Row
from mailbot.jobs.resolving import not_too_far
from mailbot.mail_out.salutation import has_greeting
from mailbot.store import drafts
from mailbot.store.desk import letters_by_key

if TYPE_CHECKING:
    from mailbot.store.drafts import Draft

ANSWER_WANTED_DAYS = 5  # working days for the customer's answer: convenient, never a condition
_OFF = frozenset({"off", "нет", "стоп", "выключить", "не надо"})
_TODAY = timedelta(days=1)
_SHORT = 50  # characters of a line that no mail program has broken: what follows with a capital is told by itself
_NUMBERED = re.compile(r"\s*(?:\d{1,2}[.)]|[-–—•*])\s+")
_THANKS = re.compile(
    r"(?:(?:many )?thanks(?: again| a lot| in advance| so much)?|thank you(?: very much| in advance)?|(?:заранее )?(?:большое )?спасибо"
    r"|заранее (?:благодарю|благодарен|благодарна)|благодарю(?: вас)?)[\s,.!–—-]*",
    re.IGNORECASE,
)
_NAME_ALONE = re.compile(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,2}[.,]?")


def reply(errand: Errand) -> str:
    """Her own words to the customer, at once; where the guard asks, once she has answered."""
    case = writable(errand)
    letter = SpecialistReply(
        case["number"], errand.command.text, signatory(errand), enclosures=names_of_files(errand), customer_name=case["customer_name"]
    )
    return write_and_send(errand, case, letter)


def ask(errand: Errand) -> str:
    """Numbered questions to the customer, and the case waits for her answer (domain.md 1.3 #7)."""
    case = writable(errand)
    letter = Clarification(
        number=case["number"],
        received_at=case["received_at"],
        questions=_questions(errand.command.text),
        signatory=signatory(errand),
        answer_by=wanted_by(errand, ANSWER_WANTED_DAYS),
        category=case["category"],
        transport=case["category"] == "damage",
        customer_name=case["customer_name"],
    )
    return write_and_send(errand, case, letter)


def completed(errand: Errand) -> str:
    """Done from our side, a line for each thing with its day; the case waits for the withdrawal (domain.md 1.3 #17)."""
    case, office = writable(errand), errand.ground.policy.office
    lines = [_NUMBERED.sub("", line, count=1).strip() for line in errand.command.text.splitlines() if line.strip()]
    done = []
    for line in lines:
        what, _, day = line.rpartition(",")
        at = past_moment(day.strip(" ."), errand.now, office) if what else None
        if at is None or at > errand.now + _TODAY:
            raise NotDone(errand.say("done_date", value=line[:60]))
        done.append(Done(what.strip(), office_day(min(at, errand.now), office)))
    letter = Completed(case["number"], case["received_at"], tuple(done), signatory(errand), case["customer_name"])
    return write_and_send(errand, case, letter, "\n".join(one.what for one in done))  # the days are what it is for


def holding(errand: Errand) -> str:
    """Holding notes are switched on with the day of the next news, or off; the first goes at once, the others by themselves (T2)."""
    case, office = writable(errand), errand.ground.policy.office
    said = errand.command.argument.casefold()
    if said in _OFF:
        errand.change(case["id"], {"holding_on": False, "next_news_by": None}, "holding_off", "A person switched holding notes off.")
        return errand.say("holding_off")
    day = day_ahead(said.removeprefix("до ").removeprefix("until ").removeprefix("by "), errand.now, office)
    if day is None or day < office_day(errand.now, office):
        raise NotDone(errand.say("wait_date", value=errand.command.argument[:40]))
    not_too_far(errand, day)
    news = end_of_day(day, office)
    stage = stage_of(State(case["state"]), case["wait_reason"])
    letter = Holding(case["number"], case["received_at"], news, stage, case["customer_name"], signatory(errand))
    return write_and_send(errand, case, letter, "")  # they are on once it has left: after_sending


def send(errand: Errand) -> str:
    """What waits for her: a letter the guard asked about, or one that has every yes it needs."""
    case = errand.case()
    waiting = drafts.unsent(errand.conn, case["id"])
    if not waiting:
        return _sent_before(errand, case)
    draft = in_turn(waiting, errand.person)[0]
    may_write(errand, case)
    written = shown(errand, draft, case)
    if lacking := missing_facts(letter_of(draft)):
        raise NotDone(errand.say("lacks", value=", ".join(fact_names(lacking, errand.language))))
    ready_to_send(errand, case, written)
    _not_too_late(errand, draft)
    if roles := submit(errand, case, written) if draft.state == "approved" else ():  # the case has changed since: others must agree too
        errand.left.to_agree += roles
        return errand.say("also_needs", value=named_approvers(errand, roles, draft.author))
    said = dispatch(errand, case, written)
    return f"{said} {_which(errand, draft, said)}{said_since(errand, draft)}"


def _which(errand: Errand, draft: Draft, said: str = "") -> str:
    """Of several that waited, which has left: by the number its approval has it under, by its kind, and to whom, unless it is `said`."""
    kind = say_kind(draft.resolution, errand.language) if draft.resolution else forms((command_of(draft),), errand.language)[0].split()[0]
    return errand.say("which_kind" if draft.recipient in said else "which_letter", value=kind, other=str(draft.id), to=draft.recipient)


def _sent_before(errand: Errand, case: Row) -> str:
    """Nothing waits: what was written last in the case has left already, and she hears when. Errors: NotDone where it has not."""
    last = drafts.newest(errand.conn, case["id"])
    key = f"draft:{last.id}" if last is not None and last.state == "sent" else ""
    letter = letters_by_key(errand.conn, [key]).get(key)
    if letter is None or letter.state == "cancelled":
        raise NotDone(errand.say("no_draft"))
    assert last is not None, "its letter was found"
    which = _which(errand, last)
    if letter.failed_at is not None:
        raise NotDone(f"{errand.say('sent_in_vain', until=errand.day_name(letter.sent_at or letter.queued_at))} {which}")
    errand.left.sent_before = True
    if letter.sent_at is not None:
        return f"{errand.say('sent_before', until=errand.day_name(letter.sent_at))} {which}"
    waits = errand.say("waits_release") if letter.state == "held" else ""
    return f"{errand.say('leaving_before', until=errand.day_name(letter.queued_at))} {which} {waits}".strip()


def _not_too_late(errand: Errand, draft: Draft) -> None:
    """What was decided waited so long for its yes that a day it promises has passed: it must not leave with that day. Errors: NotDone."""
    office = errand.ground.policy.office
    if one := lapsed(draft.letter, draft.made_at, office, errand.now):
        raise NotDone(errand.say("promise_over", value=one.what, until=errand.date_name(end_of_day(one.on, office))))


def write_and_send(errand: Errand, case: Row, letter: CaseLetter, words: str | None = None) -> str:
    """Keep the letter as a draft, have the guard look at it (at `words` of it, where not all are hers to judge), and send it."""
    written = draft_of(errand, case, letter)
    found = questions_about(errand, case, written, errand.command.text if words is None else words)
    if found:
        drafts.set_state(errand.conn, written.draft.id, "draft", errand.now, asked=[to_plain(one) for one in found])
        asks = GuardAsks(case["number"], errand.person.name, found, written.inside, replies_to(errand, ("send",)))
        tell(errand, asks, f"guard:{written.draft.id}", case)
        errand.left.kept += [one.text for one in found]
        if errand.entry is None:  # who sits at a terminal may have no address
            return errand.say("guard_here", value=", ".join(f"“{one.text}”" for one in found))
        return errand.say("guard", value=str(len(found)))
    return dispatch(errand, case, written)


def _without_thanks(text: str) -> str:
    """«Спасибо» with her name under it stands below the last question and belongs to none: the letter thanks and is signed by itself."""
    lines = text.rstrip().splitlines()
    for n in range(max(1, len(lines) - 3), len(lines)):
        if _THANKS.fullmatch(lines[n].strip()) and all(_NAME_ALONE.fullmatch(line.strip()) for line in lines[n + 1 :] if line.strip()):
            return "\n".join(lines[:n])
    return text


def _questions(text: str) -> tuple[str, ...]:
    """One a line where they are numbered or short; else each ends with its question mark at the end of a line, or with its paragraph."""
    text = _without_thanks(_without_greeting(text))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if any(_NUMBERED.match(line) for line in lines):
        found: list[str] = []
        for line in lines:
            if _NUMBERED.match(line) or not found:
                found.append(_NUMBERED.sub("", line, count=1))
            else:
                found[-1] = f"{found[-1]} {line}"
        return tuple(found)
    parts: list[str] = []
    before = ""
    for line in map(str.strip, text.splitlines()):
        goes_on = bool(before) and not before.endswith("?") and not (len(before) <= _SHORT and line[:1].isupper())
        if line and goes_on:
            parts[-1] = f"{parts[-1]} {line}"
        elif line:
            parts.append(line)
        before = line
    return tuple(" ".join(part.split()) for part in parts)


def _without_greeting(text: str) -> str:
    """The letter greets by itself: «Здравствуйте!» on a line of its own is no question."""
    first, _, rest = text.lstrip().partition("\n")
    return rest if rest.strip() and has_greeting(first) and len(first) <= _SHORT and "?" not in first else text
