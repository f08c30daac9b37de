"""The commands that write to a customer: a specialist's own words, questions, and what has every yes it needs."""

from __future__ import annotations

import re

from mailbot.claims.case_letters import CaseLetter, Clarification, SpecialistReply
from mailbot.claims.house_letters import GuardAsks
from mailbot.claims.letter_needs import fact_names, missing_facts
from mailbot.claims.plain import to_plain
from mailbot.jobs.approving import ready_to_send
from mailbot.jobs.drafting import (
    dispatch,
    draft_of,
    letter_of,
    may_write,
    names_of_files,
    replies_to,
    shown,
    signatory,
    tell,
    wanted_by,
    writable,
)
from mailbot.jobs.guarding import questions_about
from mailbot.jobs.orders import Errand, NotDone, Row
from mailbot.store import drafts

ANSWER_WANTED_DAYS = 5  # working days for the customer's answer: convenient, never a condition
_NUMBERED = re.compile(r"\s*(?:\d{1,2}[.)]|[-–—•*])\s+")


def reply(errand: Errand) -> str:
    """Her own words to the customer, at once; where the guard asks, once she has answered."""
    case = writable(errand)
    letter = SpecialistReply(
        case["number"], errand.command.text, signatory(errand), enclosures=names_of_files(errand), customer_name=case["customer_name"]
    )
    return _write_and_send(errand, case, letter, "reply")


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
    return _write_and_send(errand, case, letter, "ask")


def send(errand: Errand) -> str:
    """What waits for her: a letter the guard asked about, or one that has every yes it needs."""
    case = errand.case()
    waiting = drafts.unsent(errand.conn, case["id"])
    if not waiting:
        raise NotDone(errand.say("no_draft"))
    draft = next((one for one in waiting if one.state in {"approved", "draft"}), waiting[0])
    may_write(errand, case)
    written = shown(errand, draft, case)
    if lacking := missing_facts(letter_of(draft)):
        raise NotDone(errand.say("lacks", value=", ".join(fact_names(lacking, errand.person.language))))
    ready_to_send(errand, case, written)
    return dispatch(errand, case, written)


def _write_and_send(errand: Errand, case: Row, letter: CaseLetter, word: str) -> str:
    """Keep the letter as a draft, have the guard look at it, and send it."""
    written = draft_of(errand, case, letter)
    found = questions_about(errand, case, errand.command.text, written.draft.language)
    if found:
        drafts.set_state(errand.conn, written.draft.id, "draft", errand.now, asked=[to_plain(one) for one in found])
        asks = GuardAsks(case["number"], errand.person.name, found, written.inside, replies_to(errand, ("send",)))
        tell(errand, asks, f"guard:{written.draft.id}", case)
        return errand.say("guard", value=str(len(found)))
    return dispatch(errand, case, written)


def _questions(text: str) -> tuple[str, ...]:
    """One a line where they are numbered or stand alone; a paragraph is one question."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if any(_NUMBERED.match(line) for line in lines):
        found: list[str] = []
        for line in lines:
            if _NUMBERED.match(line) or not found:
                found.append(_NUMBERED.sub("", line, count=1))
            else:
                found[-1] = f"{found[-1]} {line}"
        return tuple(found)
    return tuple(" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text) if paragraph.strip())
