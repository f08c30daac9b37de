"""Two weeks of the simulated company, and the proof that its checker can fail: each spoiled record is found by the rule it breaks."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.simulate import days
from tests.simulate.checker import GMAIL_CUTS, NUMBER, OPENING, RULES, Quarter, check
from tests.simulate.company import Plan, simulate
from tests.simulate.figures import figures
from tests.simulate.record import Mail, Record

pytestmark = [pytest.mark.dovecot, pytest.mark.alone, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return simulate(Plan.short(), tmp_path_factory.mktemp("company"))


@pytest.fixture
def record(lived: Record) -> Record:
    """A copy to spoil."""
    lists = {name: list(getattr(lived, name)) for name in ("incoming", "letters", "besides")}
    return Record(lived.began, lived.ended, lived.people, **lists, store=copy.deepcopy(lived.store))


def test_two_weeks_without_a_fault(record: Record) -> None:
    print("\n".join(figures(record)))
    assert check(record) == []


def test_something_has_happened(record: Record) -> None:
    """A quarter in which nobody did anything would be without a fault too."""
    quarter = Quarter(record)
    truths = {mail.truth for mail in record.incoming}
    assert {"claim", "forward", "follow_up", "withdrawal", "staff_reply", "command", "robot", "bounce", "list", "question", "forged", "colleague_away"} <= truths
    assert {"again", "second_claim", "back", "guarantee"} <= truths
    kinds = {quarter.kind_of(letter) for letter in record.letters}
    assert {"acknowledgement", "digest", "escalation", "result", "alert", "confirm_forward", "decision", "paid_repair", "completed"} <= kinds
    assert {"closed", "review"} <= {case["state"] for case in record.store["cases"]}
    assert {row["outcome"] for row in record.store["commands"]} >= {"done", "refused"}
    assert {"split", "reopened", "wait_ended", "promised"} <= {row["what"] for row in record.store["events"]}
    assert "merged" in {case["close_reason"] for case in record.store["cases"]}
    assert len(quarter.opened_by) == sum(mail.truth in OPENING for mail in record.incoming)


def test_a_record_is_kept_and_read_again(record: Record, tmp_path: Path) -> None:
    record.save(tmp_path / "kept")
    again = Record.load(tmp_path / "kept")
    assert again == record
    assert list(figures(again)) == list(figures(record))


# what would be wrong, and the rule that finds it


def _first(quarter: Quarter, kind: str) -> int:
    return next(n for n, letter in enumerate(quarter.record.letters) if quarter.kind_of(letter) == kind)


def _acknowledgement(record: Record) -> tuple[int, Mail]:
    n = _first(Quarter(record), "acknowledgement")
    return n, record.letters[n]


def lose_a_mail(record: Record) -> None:
    record.store["received"].pop()


def leave_a_mail_unfiled(record: Record) -> None:
    record.store["received"][3]["state"] = "new"


def invent_a_mail(record: Record) -> None:
    record.store["received"].append({**record.store["received"][0], "message_id": "never@sent.example"})


def acknowledge_again(record: Record) -> None:
    _, letter = _acknowledgement(record)
    row = next(row for row in record.store["outbox"] if row["message_id"] == letter.message_id)
    record.store["outbox"].append({**row, "id": 10**6, "message_id": "second@firma.example"})
    record.letters.append(replace(letter, raw=letter.raw.replace(letter.message_id.encode(), b"second@firma.example")))


def acknowledge_nobody(record: Record) -> None:
    _, letter = _acknowledgement(record)
    record.letters.remove(letter)
    quarter = Quarter(record)
    number = quarter.cases[next(row["case_id"] for row in record.store["outbox"] if row["message_id"] == letter.message_id)]["number"]
    record.letters = [other for other in record.letters if not (quarter.kind_of(other) in {"escalation", "alert"} and number in f"{other.subject} {other.text}")]


def answer_nobody_and_warn_nobody(record: Record) -> None:
    quarter = Quarter(record)
    record.incoming = [mail for mail in record.incoming if mail.truth != "staff_reply"]
    record.letters = [letter for letter in record.letters if quarter.kind_of(letter) not in {"escalation", "alert"}]
    ids = {mail.message_id for mail in record.incoming}
    record.store["received"] = [row for row in record.store["received"] if row["message_id"] in ids]
    record.store["events"] = [row for row in record.store["events"] if row["what"] != "answered"]


def promise_another_day(record: Record) -> None:
    case = next(case for case in record.store["cases"] if case["answer_by"] and case["openings"] == 1 and case["state"] != "not_claim")
    case["answer_by"] = (datetime.fromisoformat(case["answer_by"]) + days.ONE_DAY).isoformat()


def forget_a_digest(record: Record) -> None:
    del record.letters[_first(Quarter(record), "digest")]


def send_a_digest_twice(record: Record) -> None:
    letter = record.letters[_first(Quarter(record), "digest")]
    record.letters.append(replace(letter, at=letter.at + timedelta(minutes=20)))


def send_a_digest_on_sunday(record: Record) -> None:
    letter = record.letters[_first(Quarter(record), "digest")]
    record.letters.append(replace(letter, at=days.at(date(2027, 2, 7), 9)))


def send_a_digest_an_hour_early(record: Record) -> None:
    """As it would be with the clock change missed."""
    n = max(n for n, letter in enumerate(record.letters) if Quarter(record).kind_of(letter) == "digest")
    record.letters[n] = replace(record.letters[n], at=record.letters[n].at - timedelta(hours=1))


def write_to_another_customer(record: Record) -> None:
    n, letter = _acknowledgement(record)
    other = next(one.to for one in record.letters if Quarter(record).kind_of(one) == "acknowledgement" and one.to != letter.to)
    record.letters[n] = replace(letter, to=other)


def name_another_case(record: Record) -> None:
    n, letter = _acknowledgement(record)
    number = letter.subject.rpartition("[#")[2].rstrip("]")
    other = next(case["number"] for case in record.store["cases"] if case["number"] != number and case["customer"].casefold() != letter.to)
    mail = EmailMessage()
    for name in ("Message-ID", "From", "To", "In-Reply-To"):
        mail[name] = str(letter.parsed[name])
    mail["Subject"] = letter.subject
    mail.set_content(f"{letter.text}\n{other}\n", cte="8bit")
    record.letters[n] = replace(letter, raw=mail.as_bytes())


def answer_a_robot(record: Record) -> None:
    robot = next(mail for mail in record.incoming if mail.truth == "robot")
    raw = f"Message-ID: <x@firma.example>\r\nIn-Reply-To: <{robot.message_id}>\r\nSubject: Re\r\n\r\nx\r\n".encode()
    record.letters.append(Mail(robot.at, "claims@firma.example", robot.about, raw))


def write_to_a_newsletter(record: Record) -> None:
    news = next(mail for mail in record.incoming if mail.truth == "list")
    record.letters.append(Mail(news.at, "claims@firma.example", news.sender, b"Message-ID: <y@firma.example>\r\nSubject: Re\r\n\r\nx\r\n"))


def obey_a_forger(record: Record) -> None:
    forged = next(mail for mail in record.incoming if mail.truth == "forged")
    received = next(row for row in record.store["received"] if row["message_id"] == forged.message_id)
    row = next(row for row in record.store["commands"] if row["received_id"] == received["id"])
    row["outcome"] = "done"


def forge_once_more(record: Record) -> None:
    forged = next(mail for mail in record.incoming if mail.truth == "forged")
    record.incoming.append(forged)


def fill_a_digest(record: Record) -> None:
    n = _first(Quarter(record), "digest")
    mail = EmailMessage()
    mail["Message-ID"], mail["Subject"] = f"<{record.letters[n].message_id}>", record.letters[n].subject
    mail.set_content(record.letters[n].text, cte="8bit")
    mail.add_alternative("<p>" + "x" * GMAIL_CUTS + "</p>", subtype="html")
    record.letters[n] = replace(record.letters[n], raw=mail.as_bytes())


def hurry_who_has_answered(record: Record) -> None:
    quarter = Quarter(record)
    answers = ((mail, case) for mail in record.incoming if mail.truth == "staff_reply" and (case := quarter.case_of(mail)) is not None)
    answer, case = next(one for one in answers if all(event["what"] != "merged" for event in quarter.events[one[1]["id"]]))
    at = (answer.at + timedelta(hours=1)).isoformat()
    record.store["escalated"].append({"case_id": case["id"], "clock": "formal_answer", "step": "answer_late", "person": "boris", "at": at})


def pause_a_statutory_clock(record: Record) -> None:
    record.store["clocks"].append({**record.store["clocks"][0], "rule": "refund_10", "kind": "statute", "state": "paused"})


def forget_a_case(record: Record) -> None:
    number = next(case["number"] for case in record.store["cases"] if case["state"] == "review")
    record.letters = [_without(letter, number) if Quarter(record).kind_of(letter) == "digest" else letter for letter in record.letters]


def _without(letter: Mail, number: str) -> Mail:
    mail = EmailMessage()
    for name in ("Message-ID", "From", "To", "Subject"):
        mail[name] = str(letter.parsed[name])
    mail.set_content(letter.text.replace(number, "…"), cte="8bit")
    return replace(letter, raw=mail.as_bytes())


def send_a_letter_twice(record: Record) -> None:
    record.letters.append(_acknowledgement(record)[1])


def escalate_twice(record: Record) -> None:
    record.store["escalated"].append(record.store["escalated"][0])


def leave_a_mail_behind(record: Record) -> None:
    merged = next(case for case in record.store["cases"] if case["close_reason"] == "merged")
    record.store["received"][0]["case_id"] = merged["id"]


def forget_a_parted_claim(record: Record) -> None:
    row = next(row for row in record.store["events"] if row["what"] == "split")
    quarter = Quarter(record)
    theirs = quarter.greetings[row["data"]["case"]]
    record.letters = [letter for letter in record.letters if letter not in theirs]


def keep_the_old_date(record: Record) -> None:
    case = next(case for case in record.store["cases"] if case["openings"] > 1)
    case["answer_by"] = (datetime.fromisoformat(case["answer_by"]) - days.ONE_DAY).isoformat()


def wait_for_ever(record: Record) -> None:
    ended = next(row for row in record.store["events"] if row["what"] == "wait_ended")
    record.store["events"] = [row for row in record.store["events"] if row["case_id"] != ended["case_id"] or row["id"] < ended["id"]]


def break_a_promise(record: Record) -> None:
    clock = next(row for row in record.store["clocks"] if row["rule"] == "promised")
    clock |= {"due_by": record.began.isoformat(), "met_at": None, "stopped_at": None}


def offer_what_nobody_agreed_to(record: Record) -> None:
    offer = next(row for row in record.store["outbox"] if row["kind"] == "paid_repair" and row["sent_at"])
    record.store["events"] = [row for row in record.store["events"] if (row["case_id"], row["what"]) != (offer["case_id"], "approved")]


def refuse_what_was_offered(record: Record) -> None:
    """Nothing had happened to the case, and the button is refused."""
    answer_a_tap(record, "!взять", "Ничего не изменено")


def send_nothing_by_a_button(record: Record) -> None:
    """Nor does a button that offers to send a letter leave it where it is."""
    answer_a_tap(record, "!отправить", "Письмо уже отправлено")


def answer_a_tap(record: Record, line: str, subject: str) -> None:
    results = {letter.in_reply_to: n for n, letter in enumerate(record.letters) if letter.subject.startswith("Сделано")}
    taps = [mail for mail in record.incoming if mail.truth == "command" and mail.text.startswith(line) and "~" in mail.text and mail.message_id in results]
    number = NUMBER.findall(taps[0].text)[0]
    case = next(row["id"] for row in record.store["cases"] if row["number"] == number)
    record.store["events"] = [row for row in record.store["events"] if row["case_id"] != case]
    result = record.letters[results[taps[0].message_id]]
    mail = EmailMessage()
    for name in ("Message-ID", "From", "To", "In-Reply-To"):
        mail[name] = str(result.parsed[name])
    mail["Subject"] = result.subject.replace("Сделано", subject)
    mail.set_content(result.text, cte="8bit")
    record.letters[results[taps[0].message_id]] = replace(result, raw=mail.as_bytes())


SPOILED: dict[Callable[[Record], None], str] = {
    lose_a_mail: "nothing lost",
    leave_a_mail_unfiled: "nothing lost",
    invent_a_mail: "nothing lost",
    acknowledge_again: "acknowledged once",
    acknowledge_nobody: "acknowledged once",
    answer_nobody_and_warn_nobody: "answered in time",
    promise_another_day: "date kept",
    forget_a_digest: "digests once",
    send_a_digest_twice: "digests once",
    send_a_digest_on_sunday: "digests once",
    send_a_digest_an_hour_early: "digests once",
    write_to_another_customer: "nobody else",
    name_another_case: "nobody else",
    answer_a_robot: "no robot answered",
    write_to_a_newsletter: "no robot answered",
    obey_a_forger: "forged in vain",
    forge_once_more: "forged told",
    fill_a_digest: "digests shown whole",
    hurry_who_has_answered: "answered is quiet",
    pause_a_statutory_clock: "no statutory clock paused",
    forget_a_case: "nothing forgotten",
    send_a_letter_twice: "nothing twice",
    escalate_twice: "nothing twice",
    leave_a_mail_behind: "merged whole",
    forget_a_parted_claim: "parted is a claim",
    keep_the_old_date: "reopened anew",
    wait_for_ever: "waits end",
    break_a_promise: "promises told",
    offer_what_nobody_agreed_to: "paid repair agreed",
    send_nothing_by_a_button: "buttons work",
    refuse_what_was_offered: "buttons work",
}  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILED, ids=lambda spoil: spoil.__name__)
def test_a_spoiled_record_is_found(record: Record, spoil: Callable[[Record], None]) -> None:
    spoil(record)
    assert SPOILED[spoil] in {fault.rule for fault in check(record)}


def test_every_rule_has_been_seen_to_fail() -> None:
    assert set(SPOILED.values()) == set(RULES)


def test_the_days_of_the_quarter() -> None:
    """Both clock changes, the holidays and the working Saturday are among them."""
    assert days.at(date(2027, 2, 5), 9) == datetime(2027, 2, 5, 8, tzinfo=UTC)
    assert days.at(date(2027, 2, 8), 9) == datetime(2027, 2, 8, 9, tzinfo=UTC)
    assert days.at(date(2027, 3, 15), 9) == datetime(2027, 3, 15, 8, tzinfo=UTC)
    assert len(days.working_days(days.BEGINS, days.ENDS)) == 56
    friday = days.at(date(2027, 2, 19), 15)
    assert days.local_day(days.end_of_working_day(friday, 1)) == date(2027, 2, 20)
    assert days.local_day(days.end_of_working_day(friday, 3)) == date(2027, 2, 25)
