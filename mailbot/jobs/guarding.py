"""Has the guard look at what a person writes to a customer, with the facts of the case (behaviour.md 11.11)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from mailbot.claims.day_words import day_words
from mailbot.claims.goods import code_key
from mailbot.claims.guard import CaseFacts, Question, answers_later, numbers_in, questions, spoken
from mailbot.claims.guard_values import amounts_in, dates_in
from mailbot.claims.working_time import office_day
from mailbot.jobs.customers_words import customers_words, sums_in
from mailbot.jobs.drafting import letter_of, names_of_files, warns_only
from mailbot.jobs.named_day import binding_on
from mailbot.mail_out.forbidden import forbidden
from mailbot.rulebook.catalogue import read_catalogue
from mailbot.store import clock_rows, drafts
from mailbot.store import desk as desk_store

if TYPE_CHECKING:
    from mailbot.jobs.drafting import Written
    from mailbot.jobs.orders import Errand, Row

_PAPERS = ("orders", "contracts", "documents", "serials", "batches", "articles", "models", "claims")
_PEOPLES = ("emails", "cases")  # by which a person is known, or another's case
_DATES = ("purchased_on", "delivered_on", "commissioned_on", "expires_on", "answer_wanted_by")
_INSTANTS = ("received_at", "answer_by", "answer_hard_by", "acknowledge_by", "wait_until", "next_news_by", "answered_at")
_QUOTED = re.compile(r"^[ \t]*>.*$", re.MULTILINE)  # the customer's own words
_OTHERS = 300  # other open cases whose customers and numbers a letter should not name


def questions_about(errand: Errand, case: Row, written: Written, text: str, decided: Iterable[str] = ()) -> tuple[Question, ...]:
    """What is to be asked back before this letter goes, `text` being her words in it. `decided`: the decisions that it announces."""
    about = facts_for(errand, case, decided)
    found = questions(text, written.draft.language, about, errand.ground.guard)
    if ours := _of_our_catalogue(errand, found):  # read only where a number is doubted: it may be long
        found = questions(text, written.draft.language, replace(about, own_numbers=about.own_numbers | ours), errand.ground.guard)
    later = answers_later(text, errand.ground.guard) if _would_answer(errand, case, written, about) else ()
    return (*found, *later, *_late_news(errand, written, about.binding_on), *_never_said(errand, written, found))


def _of_our_catalogue(errand: Errand, found: Iterable[Question]) -> frozenset[str]:
    """Numbers of these questions that are articles of ours. Who bought which serial number the catalogue may tell, but to nobody else."""
    doubted = frozenset(number for one in found if one.what == "stranger" for number in numbers_in(one.text))
    path = errand.ground.settings.files.catalogue
    articles = read_catalogue(path).articles if doubted and path is not None else {}
    return frozenset(number for number in doubted if code_key(number) in articles)


def _would_answer(errand: Errand, case: Row, written: Written, about: CaseFacts) -> bool:
    """This letter would count as the formal answer that is still owed, and nothing decided stands behind it."""
    warns = warns_only(errand, case, written.draft)
    return written.draft.kind == "reply" and case["answered_at"] is None and not about.decided and not warns


def _late_news(errand: Errand, written: Written, binding: date | None) -> Iterator[Question]:
    """The day of the next news that the letter itself names, where one that binds us comes before it (behaviour.md 11.10)."""
    news, office = getattr(letter_of(written.draft), "next_news_by", None), errand.ground.policy.office
    day = news and office_day(news, office)
    if day and binding and office_day(errand.now, office) <= binding < day:
        yield Question("date", day_words(day, written.draft.language), 0, binding)


def _never_said(errand: Errand, written: Written, asked: Sequence[Question]) -> Iterator[Question]:
    """What no letter of this kind may say (domain.md 5.2, 5.3), on the finished text; not what is asked about already."""
    letter, said = _QUOTED.sub("", written.composed.flowing), " ".join(one.text for one in asked).casefold()
    for language in dict.fromkeys((written.draft.language, *spoken(errand.command.text))):
        for one in forbidden(letter, language, errand.ground.settings.files.templates, letter=written.draft.kind):
            if one.text.casefold() not in said:
                yield Question("wording", one.text, len(letter), why=one.why)


def facts_for(errand: Errand, case: Row, decided: Iterable[str] = ()) -> CaseFacts:
    """What the case holds, and what belongs to others."""
    office, house = errand.ground.policy.office, errand.desk.house
    told = customers_words(errand.conn, errand.ground.policy, case)
    clocks = [kept.clock for kept in clock_rows.kept(errand.conn, [case["id"]]).get(case["id"], []) if kept.clock.runs]
    others = desk_store.others(errand.conn, case["id"], _OTHERS)
    foreign = frozenset(one for number, _, orders in others for one in (number, *orders)) - set(case["orders"])
    sent = "\n".join(_words_in(drafts.sent_letters(errand.conn, case["id"])))  # the days and sums we have told her already
    today = errand.now.astimezone(office).date()
    own = {str(case["customer_name"]), house.name, house.contact_person, errand.person.name} - {""}
    days = _days(case, (*told.hers, *told.values), [clock.due_by for clock in clocks], office)
    files = names_of_files(errand)
    sums = (value for facts in (*told.hers, *told.values) for value in sums_in(facts))
    numbers = {*_numbers(case, told.hers), *(set(_papers(told.values)) - foreign)}
    return CaseFacts(
        number=case["number"],
        written_on=today,
        binding_on=binding_on(errand.conn, errand.ground.policy, case),
        decided=frozenset(decided) | frozenset(_announced(errand, case)),
        dates=frozenset((*days, *(one.day for one in dates_in(sent, today)))),
        amounts=tuple(dict.fromkeys((*sums, *(one.value for one in amounts_in(sent))))),
        own_numbers=frozenset(numbers) | frozenset(filter(None, (house.phone, case["customer"]))) | numbers_in("\n".join(files)),
        own_names=tuple(sorted(own)),
        strangers=tuple(sorted({name for _, name, _ in others if name} - own)),
        stranger_numbers=foreign,
        insiders=tuple(one.name for one in errand.ground.policy.people if one.id != errand.person.id and one.name),
        files=len(files),
        said="\n".join(told.said),
    )


def _words_in(plain: Any) -> Iterator[str]:
    """Every value of a letter's facts as it was written: quoted for a file it would begin its lines with a mark of ours."""
    if isinstance(plain, Mapping):
        plain = list(plain.values())
    if isinstance(plain, list):
        for one in plain:
            yield from _words_in(one)
    elif plain is not None:
        yield str(plain)


def _announced(errand: Errand, case: Row) -> Iterator[str]:
    """What has been decided and sent before."""
    yield from drafts.resolutions(errand.conn, case["id"])


def _days(case: Row, facts: Iterable[Mapping[str, Any]], due: Iterable[datetime], office: Any) -> Iterator[date]:
    yield from (case[name].astimezone(office).date() for name in _INSTANTS if case[name] is not None)
    for one in facts:
        yield from (date.fromisoformat(one[name]) for name in _DATES if one.get(name))
        yield from (date.fromisoformat(paper["date"]) for paper in one.get("documents") or () if paper.get("date"))
    yield from (at.astimezone(office).date() for at in due)


def _numbers(case: Row, facts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield case["number"]
    yield from case["orders"]
    yield from _papers(facts)
    yield from (str(number["value"]) for one in facts for name in _PEOPLES for number in one.get(name) or ())
    yield from (str(number) for one in facts for name in ("phones", "inn") for number in one.get(name) or ())


def _papers(facts: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The numbers of papers and goods."""
    yield from (str(number["value"]) for one in facts for name in _PAPERS for number in one.get(name) or ())
