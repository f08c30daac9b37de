"""Looks at a quarter from outside: at the mails and the exported store, and at nothing else. Every rule names each thing it finds.

The days are counted by `days.py`, never by the program's calendar. `truth` of a mail is what its author meant by it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from tests.simulate import days
from tests.simulate.mailer import links_in
from tests.simulate.record import Mail, Record, Row, instant

CLAIMS = "claims@firma.example"
OURS = "@firma.example"
_READY = re.compile(r"!\S+ \d{4}-\d{4,} ~\S+")  # a tap sends the line as it is
NUMBER = re.compile(r"\b(\d{4}-\d{4,})\b")
OPENING = frozenset({"claim", "forward", "phone"})
ROBOTS = frozenset({"robot", "bounce", "list", "forged", "colleague_away"})
FORMAL = frozenset({"reply", "decision", "paid_repair", "clarification"})  # letters that people order: each is a person's written answer
GREETINGS = frozenset({"acknowledgement", "collective"})
DIGEST_UNTIL = timedelta(hours=1)  # after nine by the person's clock
GMAIL_CUTS = 102 * 1024  # bytes of the HTML part
STATUTORY = frozenset({"statute", "foreign_statute"})


@dataclass(frozen=True, slots=True)
class Fault:
    rule: str
    what: str


@dataclass
class Quarter:
    """The record with the ways through it that the rules need."""

    record: Record
    cases: dict[int, Row] = field(init=False)

    def __post_init__(self) -> None:
        self.cases = {row["id"]: row for row in self.record.store["cases"]}

    @cached_property
    def received(self) -> dict[str, list[Row]]:
        """Rows by Message-ID."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.record.store["received"]:
            found[row["message_id"] or ""].append(row)
        return found

    @cached_property
    def kinds(self) -> dict[str, Row]:
        """Outbox rows by Message-ID."""
        return {row["message_id"].strip("<>"): row for row in self.record.store["outbox"]}

    @cached_property
    def by_number(self) -> dict[str, Row]:
        return {row["number"]: row for row in self.cases.values()}

    @cached_property
    def opened_by(self) -> dict[int, Mail]:
        """The claim or forward that opened each case."""
        found: dict[int, Mail] = {}
        for mail in self.record.incoming:
            if mail.truth in OPENING and (case := self.case_of(mail)) is not None:
                found.setdefault(case["id"], mail)
        return found

    @cached_property
    def greetings(self) -> dict[str, list[Mail]]:
        """Acknowledgements that left, by the number of the case."""
        found: dict[str, list[Mail]] = defaultdict(list)
        for letter in self.record.letters:
            kind = self.kind_of(letter)
            if kind in GREETINGS:
                for number in self._greeted(letter, kind):
                    found[number].append(letter)
        return found

    def _greeted(self, letter: Mail, kind: str) -> set[str]:
        tagged = re.findall(r"\[#(\d{4}-\d{4,})\]", letter.subject)
        return set(tagged[-1:]) if kind == "acknowledgement" and tagged else set(NUMBER.findall(letter.text))

    @cached_property
    def digests(self) -> list[Mail]:
        return [letter for letter in self.record.letters if self.kind_of(letter) == "digest"]

    @cached_property
    def escalations(self) -> dict[str, list[Mail]]:
        """Escalations and alerts by the numbers they name."""
        found: dict[str, list[Mail]] = defaultdict(list)
        for letter in self.record.letters:
            if self.kind_of(letter) in {"escalation", "alert"}:
                for number in set(NUMBER.findall(f"{letter.subject} {letter.text}")):
                    found[number].append(letter)
        return found

    def case_of(self, mail: Mail) -> Row | None:
        rows = self.received.get(mail.message_id, [])
        case_id = next((row["case_id"] for row in rows if row["case_id"] is not None), None)
        return self.cases.get(case_id) if case_id is not None else None

    def kind_of(self, letter: Mail) -> str:
        row = self.kinds.get(letter.message_id)
        return str(row["kind"]) if row is not None else ""

    @cached_property
    def events(self) -> dict[int, list[Row]]:
        """What happened to each case, oldest first."""
        found: dict[int, list[Row]] = defaultdict(list)
        for row in self.record.store.get("events", []):
            found[row["case_id"]].append(row)
        return found

    def open_spans(self, case: Row) -> list[tuple[datetime, datetime]]:
        """From when to when a case was open: it may be closed, and come back."""
        found, began = [], instant(case["opened_at"])
        for row in self.events[case["id"]]:
            if row["what"] == "closed":
                found.append((began, instant(row["at"])))
            elif row["what"] == "reopened":
                began = instant(row["at"])
        return found if case["closed_at"] is not None else [*found, (began, self.record.ended)]

    @cached_property
    def answers(self) -> dict[str, list[Mail]]:
        """What people wrote to a customer, by address: by their own mail program, or by a letter of the program they ordered."""
        found: dict[str, list[Mail]] = defaultdict(list)
        for mail in self.record.incoming:
            if mail.truth == "staff_reply":
                found[mail.about].append(mail)
        for letter in self.record.letters:
            if self.kind_of(letter) in FORMAL and not letter.to.endswith(OURS):
                found[letter.to].append(letter)
        return found


def check(record: Record) -> list[Fault]:
    """Everything that is not as it should be."""
    quarter = Quarter(record)
    return [Fault(name, what) for name, rule in RULES.items() for what in rule(quarter)]


def nothing_lost(quarter: Quarter) -> Iterator[str]:
    """Each mail into the claims box is filed, once."""
    sent = Counter(mail.message_id for mail in quarter.record.incoming)
    for message_id, count in sent.items():
        rows = quarter.received.get(message_id, [])
        if len(rows) != count:
            yield f"<{message_id}> came {count} times and is stored {len(rows)} times"
        if any(row["state"] != "filed" for row in rows):
            yield f"<{message_id}> is not filed"
    for message_id in quarter.received.keys() - sent.keys():
        yield f"<{message_id}> is stored and nobody sent it"


def acknowledged_once(quarter: Quarter) -> Iterator[str]:
    """Each claim has one acknowledgement, to its author, by the end of the next working day; or people heard the morning after that it has not."""
    for mail in quarter.record.incoming:
        if mail.truth not in OPENING:
            continue
        case = quarter.case_of(mail)
        if case is None:
            yield f"the claim <{mail.message_id}> of {mail.at:%d.%m. %H:%M} has no case"
            continue
        yield from _greeted_once(quarter, case, mail)


def _greeted_once(quarter: Quarter, case: Row, mail: Mail) -> Iterator[str]:
    number, opened = case["number"], quarter.opened_by.get(case["id"])
    letters = [letter for letter in quarter.greetings.get(number, []) if letter.to == mail.about]
    if opened is not None and opened.message_id != mail.message_id:
        return  # it joined the case of the same trouble, which is looked at by itself
    if len(letters) > case["openings"]:
        yield f"case {number} was acknowledged {len(letters)} times"
    until = days.end_of_working_day(mail.at, 1)
    if until > quarter.record.ended:
        return
    next_morning = days.at(days.next_working(days.local_day(until) + days.ONE_DAY), 10)
    if not any(letter.at <= until for letter in letters) and not _heard(quarter, number, next_morning):
        yield f"case {number} of {mail.about} was not acknowledged by {until:%d.%m.}, and nobody heard of it"


def _heard(quarter: Quarter, number: str, until: datetime) -> bool:
    return any(letter.at <= until for letter in quarter.escalations.get(number, []))


def answered_in_time(quarter: Quarter) -> Iterator[str]:
    """Each claim is answered by a person within three working days, or somebody was warned before that day ended."""
    for case_id, mail in quarter.opened_by.items():
        case = quarter.cases[case_id]
        until = days.end_of_working_day(mail.at, 3)
        if until > quarter.record.ended or case["state"] == "not_claim":
            continue
        answered = any(mail.at <= answer.at <= until for answer in quarter.answers.get(mail.about, []))
        settled = case["closed_at"] is not None and instant(case["closed_at"]) <= until
        waits = any(row["what"] == "asked" and instant(row["at"]) <= until for row in quarter.events[case_id])  # its clock stands: "waits end"
        if not answered and not settled and not waits and not _told_answered(quarter, case, until) and not _heard(quarter, case["number"], until):
            yield f"case {case['number']} of {mail.about} was neither answered nor escalated by {until:%d.%m. %H:%M}"


def _told_answered(quarter: Quarter, case: Row, until: datetime) -> bool:
    """A person said by a command that the customer was answered, by telephone for example."""
    events = quarter.record.store.get("events", [])
    said = (row for row in events if row["case_id"] == case["id"] and row["what"] == "answered" and row["actor"] != "mailbot")
    return any(instant(row["at"]) <= until for row in said)


def kept_date(quarter: Quarter) -> Iterator[str]:
    """The date the store holds, and the letter promises, is the third working day after the arrival."""
    for case_id, mail in quarter.opened_by.items():
        case = quarter.cases[case_id]
        if case["openings"] != 1 or case["answer_by"] is None:
            continue
        counted = days.end_of_working_day(mail.at, 3)
        if instant(case["answer_by"]) != counted:
            yield f"case {case['number']}: answer due {case['answer_by']}, counted {counted.isoformat()}"


def digests_once(quarter: Quarter) -> Iterator[str]:
    """Each specialist and the operator has one digest a working day, at nine; nobody has two, and none comes on a day off."""
    came: Counter[tuple[str, date]] = Counter()
    for letter in quarter.digests:
        day = days.local_day(letter.at)
        came[letter.to, day] += 1
        if not days.is_working(day):
            yield f"{letter.to} had a digest on {day}, a day off"
        if not days.at(day, 9) <= letter.at <= days.at(day, 9) + DIGEST_UNTIL:
            yield f"{letter.to} had a digest at {letter.at.astimezone(days.OFFICE):%d.%m. %H:%M}"
    for (who, day), count in came.items():
        if count > 1:
            yield f"{who} had {count} digests on {day}"
    first, last = days.local_day(quarter.record.began), days.local_day(quarter.record.ended)
    for person in quarter.record.people:
        if "specialist" in person["roles"] or "operator" in person["roles"]:
            missing = [day for day in days.working_days(first, last) if not came[person["address"], day] and days.at(day, 10) < quarter.record.ended]
            yield from (f"{person['address']} had no digest on {day}" for day in missing)


def nobody_else(quarter: Quarter) -> Iterator[str]:
    """A letter about a case goes to its customer or to our people, and names no other customer."""
    inside = {person["address"] for person in quarter.record.people}
    known = {mail.about for mail in quarter.record.incoming if mail.truth in OPENING}
    for letter in quarter.record.letters:
        if letter.to in inside or letter.to.endswith(OURS):
            continue
        row = quarter.kinds.get(letter.message_id)
        if row is None:
            yield f"a letter to {letter.to} that the store does not know: <{letter.message_id}>"
            continue
        if row["recipient"].casefold() != letter.to:
            yield f"the letter <{letter.message_id}> for {row['recipient']} went to {letter.to}"
        numbers = set(NUMBER.findall(f"{letter.subject} {letter.text}")) & quarter.by_number.keys()
        strange = [number for number in sorted(numbers) if quarter.by_number[number]["customer"].casefold() != letter.to]
        if strange:
            yield f"a letter to {letter.to} names case {strange[0]} of {quarter.by_number[strange[0]]['customer']}"
        others = set(re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", letter.text.casefold())) & (known - {letter.to})
        if others:
            yield f"a letter to {letter.to} names {sorted(others)[0]}"


def no_robot_answered(quarter: Quarter) -> Iterator[str]:
    """No letter answers a robot's or a forger's mail, and nobody who wrote only such mail has a letter."""
    by_robots = {mail.message_id: mail for mail in quarter.record.incoming if mail.truth in ROBOTS}
    persons = {mail.sender for mail in quarter.record.incoming if mail.truth not in ROBOTS} | {mail.about for mail in quarter.record.incoming if mail.truth not in ROBOTS}
    only_robots = {mail.sender for mail in by_robots.values() if mail.sender} - persons
    for letter in quarter.record.letters:
        if letter.in_reply_to in by_robots:
            yield f"{letter.to} was answered to a mail of a {by_robots[letter.in_reply_to].truth}: <{letter.in_reply_to}>"
        elif letter.to in only_robots:
            yield f"{letter.to} has written only as a robot, and had a letter"


def forged_in_vain(quarter: Quarter) -> Iterator[str]:
    """A command that our mail server does not vouch for changes nothing."""
    refused = {row["received_id"] for row in quarter.record.store.get("commands", []) if row["outcome"] == "refused"}
    commanded = {row["received_id"] for row in quarter.record.store.get("commands", [])}
    for mail in quarter.record.incoming:
        if mail.truth != "forged":
            continue
        for row in quarter.received.get(mail.message_id, []):
            if row["id"] in commanded and row["id"] not in refused:
                yield f"the forged command <{mail.message_id}> was carried out"


_NOT_HERS = re.compile(r"пришли письма с командами, но отправитель не подтверждён: (\d+)\. Они не выполнены")


def forged_told(quarter: Quarter) -> Iterator[str]:
    """Whose name was used for commands reads in her next digest how often, and does not read it again."""
    forged = [(str(mail.parsed["From"].addresses[0].addr_spec), mail.at) for mail in quarter.record.incoming if mail.truth == "forged"]
    last = dict.fromkeys((who for who, _ in forged), quarter.record.began)
    for letter in sorted(quarter.digests, key=lambda letter: letter.at):
        if letter.to not in last:
            continue
        came = sum(who == letter.to and last[letter.to] < at <= letter.at for who, at in forged)
        said = _NOT_HERS.search(" ".join(letter.text.split()))
        if came != int(said[1] if said else 0):
            yield f"{came} commands were forged in the name of {letter.to}, and the digest of {letter.at:%d.%m.} says {said[1] if said else 'nothing'}"
        last[letter.to] = letter.at


def digests_shown_whole(quarter: Quarter) -> Iterator[str]:
    """No digest is so long that Gmail cuts it off."""
    for letter in quarter.digests:
        if (size := len(letter.html.encode())) >= GMAIL_CUTS:
            yield f"the digest of {letter.to} of {letter.at:%d.%m.} has {size} bytes"


def answered_is_quiet(quarter: Quarter) -> Iterator[str]:
    """Whose claim was answered, on its last morning too, is not written about as one that is to be answered."""
    answers: dict[int, list[datetime]] = defaultdict(list)
    for mail in quarter.record.incoming:
        if mail.truth == "staff_reply" and (case := quarter.case_of(mail)) is not None:
            answers[case["id"]].append(mail.at)
    for row in quarter.record.store["escalated"]:
        told, case_id = instant(row["at"]), row["case_id"]
        if any(one["what"] == "merged" for one in quarter.events[case_id]):
            continue  # the answer may have been to the case that was merged into it
        undone = [instant(one["at"]) for one in quarter.events[case_id] if one["what"] in {"reopened", "answer_bounced"}]
        before = [at for at in answers[case_id] if at < told and not any(at <= again <= told for again in undone)]
        if row["clock"] == "formal_answer" and before:
            yield f"case {quarter.cases[case_id]['number']} was answered on {before[0]:%d.%m. %H:%M}, and {row['person']} heard {row['step']} at {told:%d.%m. %H:%M}"


def no_statutory_clock_paused(quarter: Quarter) -> Iterator[str]:
    """What the law counts goes on while we wait."""
    for row in quarter.record.store.get("clocks", []):
        stood = row.get("state") == "paused" or row.get("paused_at") or row.get("paused_total")
        if row.get("kind") in STATUTORY and stood:
            number = quarter.cases[row["case_id"]]["number"]
            yield f"the clock {row.get('rule_id') or row.get('rule')} of case {number} was paused"


def nothing_forgotten(quarter: Quarter) -> Iterator[str]:
    """A case that is open when a digest is due has stood in one; and never was it out of sight for long."""
    stood: dict[str, list[datetime]] = defaultdict(list)
    for letter in quarter.digests:
        for number in set(NUMBER.findall(letter.text)):
            stood[number].append(letter.at)
    for case in quarter.cases.values():
        due: list[datetime] = []
        for began, ended in quarter.open_spans(case):
            mornings = [days.at(day, 9) for day in days.working_days(days.local_day(began), days.local_day(ended))]
            due += [morning for morning in mornings if began < morning and morning + DIGEST_UNTIL < ended]
        seen = {at.replace(minute=0, second=0) for at in stood[case["number"]]}
        missed = [morning for morning in due if morning not in seen]
        if due and case["state"] != "not_claim" and missed:
            yield f"case {case['number']} ({case['state']}) was open and in no digest on {len(missed)} of {len(due)} mornings, first {missed[0]:%d.%m.}"


def nothing_twice(quarter: Quarter) -> Iterator[str]:
    """No letter reaches the same person twice, and nobody hears of the same step of a case twice."""
    for (message_id, to), count in Counter((letter.message_id, letter.to) for letter in quarter.record.letters).items():
        if count > 1:
            yield f"<{message_id}> reached {to} {count} times"
    steps = Counter((row["case_id"], row["clock"], row["step"], row["person"]) for row in quarter.record.store.get("escalated", []))
    yield from (f"{person} was told twice of {step} in case {case_id}" for (case_id, _, step, person), count in steps.items() if count > 1)


def merged_whole(quarter: Quarter) -> Iterator[str]:
    """A case that was merged leaves nothing behind: no mail, no open request, and its customer has been told a number."""
    for case in quarter.cases.values():
        if case["close_reason"] != "merged":
            continue
        into = quarter.by_number.get(case["flags"].get("merged_into"))
        if into is None or instant(into["received_at"]) > instant(case["received_at"]):
            yield f"case {case['number']} was merged into {case['flags'].get('merged_into')}, which is none or the later one"
            continue
        if any(row["case_id"] == case["id"] for row in quarter.record.store["received"]):
            yield f"case {case['number']} was merged and has kept a mail"
        if any(row["case_id"] == case["id"] and row["state"] in {"running", "paused"} and not row["rule"].startswith("regress") for row in quarter.record.store["clocks"]):
            yield f"case {case['number']} was merged and a clock of it runs"
        greeted = {letter.to for number in (case["number"], into["number"]) for letter in quarter.greetings.get(number, [])}
        late = days.end_of_working_day(quarter.record.ended, 1)
        if case["customer"].casefold() not in greeted and not _heard(quarter, into["number"], late):
            yield f"the customer of case {case['number']} was merged into {into['number']} and never answered"


def parted_is_a_claim(quarter: Quarter) -> Iterator[str]:
    """What was taken out of a case is a claim of its own: acknowledged, and due three working days after its letter came."""
    mails = {row["id"]: row for row in quarter.record.store["received"]}
    for row in quarter.record.store.get("events", []):
        if row["what"] != "split":
            continue
        case, mail = quarter.by_number[row["data"]["case"]], mails[row["data"]["mail"]]
        if case["openings"] == 1 and case["close_reason"] != "merged" and instant(case["answer_by"]) != days.end_of_working_day(instant(mail["received_at"]), 3):
            yield f"case {case['number']} was parted and is due {case['answer_by']}"
        until = days.end_of_working_day(instant(row["at"]), 1)
        if not any(letter.at <= until for letter in quarter.greetings.get(case["number"], [])) and until < quarter.record.ended:
            yield f"case {case['number']} was parted and not acknowledged"


def reopened_anew(quarter: Quarter) -> Iterator[str]:
    """A customer who comes back has a new answer date, from his letter; and nothing that ended with the case goes on."""
    mails = {row["id"]: row for row in quarter.record.store["received"]}
    last = {row["case_id"]: row for row in quarter.record.store.get("events", []) if row["what"] == "reopened"}
    for case_id, row in last.items():
        case, mail = quarter.cases[case_id], mails.get(row["received_id"])
        since = instant(mail["received_at"] if mail is not None else row["at"])
        if instant(case["answer_by"]) != days.end_of_working_day(since, 3):
            yield f"case {case['number']} came back on {since:%d.%m. %H:%M} and is due {case['answer_by']}"
        old = [one for one in quarter.record.store["clocks"] if one["case_id"] == case_id and one["opening"] < case["openings"]]
        if any(one["state"] in {"running", "paused"} for one in old):
            yield f"a clock of an earlier opening of case {case['number']} runs"


_UNTIL = re.compile(r"Until (\d{4}-\d{2}-\d{2})\.")


def waits_end(quarter: Quarter) -> Iterator[str]:
    """On the day until which somebody had a case wait it waits no longer, whatever has come or not."""
    for case_id, rows in quarter.events.items():
        for n, row in enumerate(rows):
            named = _UNTIL.fullmatch(row["why"]) if row["what"] in {"asked", "waits"} else None
            morning = days.at(date.fromisoformat(named[1]), 9) if named is not None else quarter.record.ended
            if morning >= quarter.record.ended:
                continue
            later = [one for one in rows[n + 1 :] if one["what"] == "wait_ended" or one["data"].get("to") not in {None, row["data"].get("to")}]
            if not any(instant(one["at"]) <= morning for one in later):
                yield f"case {quarter.cases[case_id]['number']} was to wait until {named[1] if named else ''} and waits on"


def promises_told(quarter: Quarter) -> Iterator[str]:
    """A day that a decision promised is kept, or somebody has heard before it was over."""
    told = defaultdict(list)
    for row in quarter.record.store.get("escalated", []):
        if row["step"].startswith("promise_"):
            told[row["case_id"]].append(instant(row["at"]))
    for row in quarter.record.store.get("clocks", []):
        due = instant(row["due_by"])
        kept = row["met_at"] is not None and instant(row["met_at"]) <= due
        stopped = row["stopped_at"] is not None and instant(row["stopped_at"]) <= due
        if row["rule"] == "promised" and due < quarter.record.ended and not kept and not stopped and not any(at <= due for at in told[row["case_id"]]):
            yield f"what case {quarter.cases[row['case_id']]['number']} promised by {due:%d.%m.} was not kept, and nobody heard before"


def paid_repair_agreed(quarter: Quarter) -> Iterator[str]:
    """Nobody is offered a repair at his cost unless a person says that the warranty is over and the head agrees."""
    for row in quarter.record.store["outbox"]:
        if row["kind"] == "paid_repair" and row["sent_at"] is not None:
            had = {(one["what"], one["actor"]) for one in quarter.events[row["case_id"]]}
            if ("approved", "boris") not in had or not any(what == "warranty" and actor != "mailbot" for what, actor in had):
                yield f"case {quarter.cases[row['case_id']]['number']} was offered a paid repair that nobody had agreed to"


# results of a command that did not do what it says, by their subjects
NOT_DONE = ("Ничего не изменено", "Письмо ещё не отправлено", "Письмо уже отправлено", "Проект решения неполный")
_TOO_LATE = "обещанный в решении срок уже прошёл"  # offered while it was not: the days go by, and nothing happens to the case


def buttons_work(quarter: Quarter) -> Iterator[str]:
    """A ready reply, sent as it was offered, is carried out, unless something has happened to its case since."""
    refused = {
        letter.in_reply_to
        for letter in quarter.record.letters
        if letter.subject.startswith(NOT_DONE) and _TOO_LATE not in " ".join(letter.text.split())
    }
    for mail in quarter.record.incoming:
        line = mail.text.strip()
        if mail.truth != "command" or mail.message_id not in refused or not _READY.fullmatch(line):
            continue
        case = quarter.by_number.get(NUMBER.findall(line)[0])
        letters = [one for one in quarter.record.letters if one.to == mail.sender and one.at <= mail.at]
        offered = next((one for one in reversed(letters) if any(link.body.strip() == line for link in links_in(one))), None)
        if case is None or offered is None:
            continue
        since = [row["what"] for row in quarter.events[case["id"]] if offered.at < instant(row["at"]) <= mail.at and row["what"] != "command"]
        if not since:
            yield f"{mail.sender} was offered “{line.partition(' ~')[0]}” at {offered.at:%d.%m. %H:%M} by “{offered.subject}”, and was refused"


RULES: dict[str, Callable[[Quarter], Iterator[str]]] = {
    "nothing lost": nothing_lost,
    "acknowledged once": acknowledged_once,
    "answered in time": answered_in_time,
    "date kept": kept_date,
    "digests once": digests_once,
    "nobody else": nobody_else,
    "no robot answered": no_robot_answered,
    "forged in vain": forged_in_vain,
    "forged told": forged_told,
    "digests shown whole": digests_shown_whole,
    "answered is quiet": answered_is_quiet,
    "no statutory clock paused": no_statutory_clock_paused,
    "nothing forgotten": nothing_forgotten,
    "nothing twice": nothing_twice,
    "merged whole": merged_whole,
    "parted is a claim": parted_is_a_claim,
    "reopened anew": reopened_anew,
    "waits end": waits_end,
    "promises told": promises_told,
    "paid repair agreed": paid_repair_agreed,
    "buttons work": buttons_work,
}
