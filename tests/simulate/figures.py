"""The figures of a quarter, counted from the record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from statistics import median

from tests.simulate import days
from tests.simulate.checker import Quarter
from tests.simulate.record import Record, instant

_BY_CUSTOMERS = ("claim", "again", "second_claim", "follow_up", "nudge", "withdrawal", "back", "guarantee", "thanks", "question")
_BY_PEOPLE = ("command", "staff_reply", "phone", "opinion")
_BY_ROBOTS = ("robot", "bounce", "list", "colleague_away", "forged")


def figures(record: Record) -> Iterator[str]:
    """One line each."""
    quarter = Quarter(record)
    came = Counter(mail.truth for mail in record.incoming)
    yield f"{days.local_day(record.began)} – {days.local_day(record.ended)}, {days.OFFICE.key}"
    customers = sum(came[truth] for truth in _BY_CUSTOMERS) + came["forward"]
    yield f"mails of customers      {customers:6}   {_listed(came, (*_BY_CUSTOMERS, 'forward'))}"
    yield f"mails of our people     {sum(came[truth] for truth in _BY_PEOPLE):6}   {_listed(came, _BY_PEOPLE)}"
    yield f"mails of robots         {sum(came[truth] for truth in _BY_ROBOTS):6}   {_listed(came, _BY_ROBOTS)}"
    letters = Counter(quarter.kind_of(letter) for letter in record.letters)
    yield f"letters of the program  {len(record.letters):6}   {_listed(letters, [kind for kind, _ in letters.most_common()])}"
    states = Counter(case["state"] for case in record.store["cases"])
    yield f"cases                   {sum(states.values()):6}   {_listed(states, [state for state, _ in states.most_common()])}"
    yield from _promptness(quarter)
    heard = Counter(row["step"].partition(":")[0] for row in record.store["escalated"])
    yield f"escalations             {sum(heard.values()):6}   {_listed(heard, sorted(heard))}"
    happened = Counter(row["what"] for row in record.store.get("events", []))
    merged = sum(case["close_reason"] == "merged" for case in record.store["cases"])
    promised = sum(row["rule"] == "promised" for row in record.store.get("clocks", []))
    yield f"merged {merged}, parted {happened['split']}, reopened {happened['reopened']}, waits ended {happened['wait_ended']}, days promised {promised}, paid repairs {letters['paid_repair']}"
    outcomes = Counter(row["outcome"] for row in record.store.get("commands", []))
    yield f"command mails           {sum(outcomes.values()):6}   {_listed(outcomes, sorted(outcomes))}"


def _promptness(quarter: Quarter) -> Iterator[str]:
    waits, in_three, in_five, late, unanswered = [], 0, 0, 0, 0
    for case_id, mail in quarter.opened_by.items():
        number = quarter.cases[case_id]["number"]
        first = min((letter.at for letter in quarter.greetings.get(number, [])), default=None)
        if first is not None and mail.truth == "claim":
            waits.append((first - mail.at).total_seconds())
        answered = _answered_at(quarter, case_id, mail.about, mail.at)
        if answered is None:
            unanswered += 1
        elif answered <= days.end_of_working_day(mail.at, 3):
            in_three += 1
        elif answered <= days.end_of_working_day(mail.at, 5):
            in_five += 1
        else:
            late += 1
    at_once = sum(wait < 60 for wait in waits)
    yield f"acknowledged            {len(waits):6}   at once {at_once}, later {len(waits) - at_once} (longest {max(waits, default=0) / 3600:.1f} h, median {median(waits) if waits else 0:.0f} s)"
    yield f"formally answered       {in_three + in_five + late:6}   in 3 working days {in_three}, in 5 {in_five}, later {late}; not answered {unanswered}"


def _answered_at(quarter: Quarter, case_id: int, about: str, since: datetime) -> datetime | None:
    written = [answer.at for answer in quarter.answers.get(about, []) if answer.at >= since]
    said = [instant(row["at"]) for row in quarter.record.store["events"] if row["case_id"] == case_id and row["what"] == "answered"]
    return min([*written, *said], default=None)


def _listed(counts: Counter[str], names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"{name or '?'} {counts[name]}" for name in names if counts[name])


