"""Has the guard look at what a person writes to a customer, with the facts of the case (behaviour.md 11.11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from mailbot.claims.guard import CaseFacts, Question, questions
from mailbot.jobs import confirm
from mailbot.store import clock_rows, drafts
from mailbot.store import desk as desk_store

if TYPE_CHECKING:
    from mailbot.jobs.orders import Errand, Row

_NUMBERS = ("orders", "contracts", "documents", "serials", "batches", "articles", "models", "claims", "emails", "cases")
_DATES = ("purchased_on", "delivered_on", "commissioned_on", "expires_on", "answer_wanted_by")
_INSTANTS = ("received_at", "answer_by", "answer_hard_by", "acknowledge_by", "wait_until", "next_news_by", "answered_at")
_BINDING = frozenset({"statutory", "contract"})
_OTHERS = 300  # other open cases whose customers and numbers a letter should not name


def questions_about(errand: Errand, case: Row, text: str, language: str, decided: Iterable[str] = ()) -> tuple[Question, ...]:
    """What is to be asked back before these words go. `decided`: the decisions that the letter itself announces."""
    return questions(text, language, facts_for(errand, case, decided), errand.ground.guard)


def facts_for(errand: Errand, case: Row, decided: Iterable[str] = ()) -> CaseFacts:
    """What the case holds, and what belongs to others."""
    office, house = errand.ground.policy.office, errand.desk.house
    mail = confirm.opening_of(errand.conn, case)
    facts: Mapping[str, Any] = ((mail.read or {}).get("understanding") or {}).get("facts") or {} if mail is not None else {}
    clocks = [kept.clock for kept in clock_rows.kept(errand.conn, [case["id"]]).get(case["id"], []) if kept.clock.runs]
    binding = [clock.due_by for clock in clocks if clock.kind in _BINDING]
    others = desk_store.others(errand.conn, case["id"], _OTHERS)
    own = {str(case["customer_name"]), house.name, house.contact_person, errand.person.name} - {""}
    return CaseFacts(
        number=case["number"],
        written_on=errand.now.astimezone(office).date(),
        binding_on=min(binding).astimezone(office).date() if binding else None,
        decided=frozenset(decided) | frozenset(_announced(errand, case)),
        dates=frozenset(_days(case, facts, [clock.due_by for clock in clocks], office)),
        amounts=tuple(float(one["value"]) for one in facts.get("amounts") or ()),
        own_numbers=frozenset(_numbers(case, facts)) | frozenset(filter(None, (house.phone, case["customer"]))),
        own_names=tuple(sorted(own)),
        strangers=tuple(sorted({name for _, name, _ in others if name} - own)),
        stranger_numbers=frozenset(one for number, _, orders in others for one in (number, *orders)) - set(case["orders"]),
        insiders=tuple(one.name for one in errand.ground.policy.people if one.id != errand.person.id and one.name),
        said=_said((mail.read or {}).get("mail") or {}) if mail is not None else "",
    )


def _said(mail: Mapping[str, Any]) -> str:
    """The customer's own words, with the name she signs with."""
    inner = mail.get("forwarded") or {}
    return "\n".join(str(part) for part in (*map(mail.get, ("subject", "text", "signature")), *map(inner.get, ("subject", "text"))) if part)


def _announced(errand: Errand, case: Row) -> Iterator[str]:
    """What has been decided and sent before."""
    yield from drafts.resolutions(errand.conn, case["id"])


def _days(case: Row, facts: Mapping[str, Any], due: Iterable[datetime], office: Any) -> Iterator[date]:
    yield from (case[name].astimezone(office).date() for name in _INSTANTS if case[name] is not None)
    yield from (date.fromisoformat(facts[name]) for name in _DATES if facts.get(name))
    yield from (date.fromisoformat(one["date"]) for one in facts.get("documents") or () if one.get("date"))
    yield from (at.astimezone(office).date() for at in due)


def _numbers(case: Row, facts: Mapping[str, Any]) -> Iterator[str]:
    yield case["number"]
    yield from case["orders"]
    yield from (str(one["value"]) for name in _NUMBERS for one in facts.get(name) or ())
    yield from (str(one) for name in ("phones", "inn") for one in facts.get(name) or ())
