"""A claim that falls due on a day unlike others: its hours come twice or not at all, it is a holiday, or a Saturday that is worked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mailbot.claims.facts import Facts
from mailbot.claims.figures import Share, figures
from mailbot.claims.message import Address, Signs
from mailbot.jobs.counting import counted
from mailbot.jobs.escalate import escalate
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.write_digests import write_digests
from mailbot.shipped import shipped
from mailbot.store.database import Database
from tests.desk_values import HOUR, a_desk, a_ground, cases, file_one, letters, read_letter, send_all
from tests.test_command_book import MAILBOX, PASS, PROOFS
from tests.values import NO_COMPLAINT, a_mail, words

SUNDAYS = ("2026-10-25", "2027-03-28")  # those on which Berlin changes its clock; this company works on them
FIRM = words(facts=Facts(sender_kind="business"))  # to whom no law gives days that come near


@dataclass(frozen=True)
class House:
    """A company and what its people got: (local time, kind, who, text), by the office's clock."""

    db: Database
    ground: Ground
    zone: ZoneInfo

    def at(self, day: str, hour: int, minute: int = 0, second: int = 0, fold: int = 0) -> datetime:
        local = datetime.combine(date.fromisoformat(day), datetime.min.time(), tzinfo=self.zone)
        return local.replace(hour=hour, minute=minute, second=second, fold=fold).astimezone(UTC)

    def claim(self, at: datetime) -> None:
        file_one(self.db, self.ground, "claim", at, FIRM)
        send_all(self.db, at)

    def answer(self, at: datetime) -> None:
        """Anna answers the customer by her mail program, the claims box in copy."""
        told = letters(self.db, "acknowledgement")[0].message_id
        values: dict[str, Any] = {"to": (Address("", "olga@zakaz.example"),), "cc": (Address("", "claims@firma.example"),)}
        mail = a_mail("Замену вышлем завтра.", from_="anna@firma.example", in_reply_to=told, references=(told,), **values,
                      signs=Signs(authentication_results=(PASS,)))  # fmt: skip
        file_one(self.db, self.ground, "answer", at, NO_COMPLAINT, mail=mail, proofs=PROOFS)
        assert cases(self.db)[0].answered_at == at

    def live(self, since: datetime, until: datetime) -> Iterator[tuple[str, str, str, str]]:
        """The clocks are looked at on each full hour of the day, and at midnight."""
        desk, seen, now = a_desk(self.ground), len(letters(self.db)), since
        while now <= until:
            if now.astimezone(self.zone).hour not in {0, *range(8, 20)}:
                now += HOUR
                continue
            write_digests(self.db, self.ground, desk, now)
            escalate(self.db, self.ground, desk, now)
            send_all(self.db, now)
            for row in letters(self.db)[seen:]:
                if row.kind in {"digest", "escalation"}:
                    yield f"{now.astimezone(self.zone):%m-%d %H:%M}", row.kind, row.recipient.partition("@")[0], read_letter(row)[1]
            seen, now = len(letters(self.db)), now + HOUR

    def hears(self, since: datetime, until: datetime) -> dict[tuple[str, str], list[str]]:
        """When each person got each kind of letter; of a digest with the heading under which its case stands."""
        found: dict[tuple[str, str], list[str]] = {}
        for at, kind, who, text in self.live(since, until):
            heading = re.search(r"^([А-ЯЁ ]+): 1\b", text, re.MULTILINE)
            found.setdefault((kind, who), []).append(f"{at} {heading[1]}" if kind == "digest" and heading is not None else at)
        return found

    def in_time(self, now: datetime) -> Share:
        """Of all whose date fell into these weeks, as the weekly letter counts."""
        day = cases(self.db)[0].answer_by.astimezone(self.zone).date()
        with self.db.read() as conn:
            several = counted(conn, self.ground, day - timedelta(days=30), day)
        return figures(several, day - timedelta(days=6), day, self.zone, now).in_three


def a_house(db: Database, zone: str, at: str, rules: Path | None = None) -> House:
    now = datetime.fromisoformat(f"{at}T00:00Z")
    more: dict[str, Any] = {"files": {"rules": str(rules)}} if rules is not None else {}
    return House(db, a_ground(now, mailbox=[MAILBOX], office={"timezone": zone}, **more), ZoneInfo(zone))


@pytest.fixture
def db(sqlite_db: Database) -> Database:
    return sqlite_db


# --- the clock is changed on the day itself

CHANGES = (  # zone, the claim comes at 10:00, its day, the end of that day in UTC, when it is at risk, the next morning
    ("Europe/Berlin", "2026-10-21", "2026-10-25", "2026-10-25T22:59:59Z", "10-25 11:00", "2026-10-26", "2026-10-25T08:00Z"),
    ("Europe/Berlin", "2027-03-24", "2027-03-28", "2027-03-28T21:59:59Z", "03-28 11:00", "2027-03-29", "2027-03-28T07:00Z"),
    # 23:00–24:00 of this Thursday comes twice: the day ends with the second
    ("Africa/Cairo", "2026-10-26", "2026-10-29", "2026-10-29T21:59:59Z", "10-29 11:00", "2026-10-30", "2026-10-29T06:00Z"),
    # 00:00–01:00 of this Friday does not come; it is the short day before the first of May: 0.8 × 34 h end at 10:12, and the clocks are looked at at eleven
    ("Africa/Cairo", "2027-04-27", "2027-04-30", "2027-04-30T20:59:59Z", "04-30 11:00", "2027-05-04", "2027-04-30T06:00Z"),
)  # fmt: skip


@pytest.mark.parametrize(("zone", "came", "day", "due", "at_risk", "morning", "nine"), CHANGES)
def test_due_on_the_day_of_a_clock_change(
    db: Database, tmp_path: Path, zone: str, came: str, day: str, due: str, at_risk: str, morning: str, nine: str
) -> None:
    """Three working days end with that day; its digest comes once at nine, its escalation once, and the late one the next morning once."""
    calendar, company, rest = (shipped("rules") / "calendar-ru.toml").read_text("utf-8").partition("\n[company]")
    rest = rest.replace("work = []", f"work = {list(SUNDAYS)}", 1)
    (tmp_path / "calendar-ru.toml").write_text(calendar + company + rest, encoding="utf-8")
    house = a_house(db, zone, came, tmp_path)
    house.claim(house.at(came, 10))
    assert cases(db)[0].answer_by == datetime.fromisoformat(due)
    assert house.at(day, 9) == datetime.fromisoformat(nine)
    heard = house.hears(house.at(day, 0), house.at(morning, 12))
    assert heard["digest", "anna"] == [f"{day[5:]} 09:00 СРОК СЕГОДНЯ", f"{morning[5:]} 09:00 ПРОСРОЧЕНО"]
    assert heard["escalation", "vera"] == [at_risk, f"{morning[5:]} 09:00"]
    assert heard["escalation", "gleb"] == [f"{morning[5:]} 09:00"]


@pytest.mark.parametrize(
    ("came", "due", "mornings"),
    [
        ("2026-10-23", "2026-10-28T22:59:59Z", ["10-26 08:00", "10-27 08:00", "10-28 08:00"]),
        ("2027-03-26", "2027-03-31T21:59:59Z", ["03-29 07:00", "03-30 07:00", "03-31 07:00"]),
    ],
)
def test_a_term_over_a_clock_change(db: Database, came: str, due: str, mornings: list[str]) -> None:
    """A Sunday nobody works: the hours of the days after it are those of the new time."""
    house = a_house(db, "Europe/Berlin", came)
    friday = house.at(came, 10)
    house.claim(friday)
    by = cases(db)[0].answer_by
    assert by == datetime.fromisoformat(due)
    heard = house.hears(friday + HOUR, by)
    digests = [at for at in heard["digest", "anna"] if at[:5] != came[5:]]
    assert [f"{house.at(f'{came[:4]}-{at[:5]}', int(at[6:8])):%m-%d %H:%M}" for at in digests] == mornings
    assert heard["escalation", "vera"] == [f"{mornings[-1][:5]} 11:00"], "28 of 35 hours: 8 on Friday, 9, 9, and 2 of the last day"


def test_an_answer_in_the_hour_that_comes_twice_is_in_time(db: Database) -> None:
    """Thursday 29 October 2026 in Cairo: 23:30 by summer time and 23:30 again; the day is over after the second."""
    house = a_house(db, "Africa/Cairo", "2026-10-26")
    house.claim(house.at("2026-10-26", 10))
    house.answer(house.at("2026-10-29", 23, 59, 59, fold=1))
    assert house.in_time(house.at("2026-11-02", 9)) == Share(1, 1)
    heard = house.hears(house.at("2026-10-30", 0), house.at("2026-10-30", 18))
    assert not [who for kind, who in heard if kind == "escalation"]


# --- answered at the last moment


@pytest.mark.parametrize(
    ("answered", "share", "told_before"),
    [
        ((26, 8, 59, 59), Share(1, 1), []),  # before anybody opens the digest of that day
        ((26, 9, 0, 1), Share(1, 1), ["anna"]),  # the digest has just said “due today”
        ((26, 10, 59, 59), Share(1, 1), ["anna"]),  # a second before the head would hear
        ((26, 11, 0, 1), Share(1, 1), ["anna", "vera", "anna"]),  # they have just heard
        ((26, 23, 59, 59), Share(1, 1), ["anna", "vera", "anna"]),
        ((27, 0, 0, 0), Share(0, 1), ["anna", "vera", "anna"]),  # late, and nobody is told at nine that he must hurry
        ((27, 8, 59, 59), Share(0, 1), ["anna", "vera", "anna"]),
    ],
)
def test_answered_on_its_very_day(db: Database, answered: tuple[int, int, int, int], share: Share, told_before: list[str]) -> None:
    """Due on Thursday: whoever answers before the late letter would leave gets none, and what is in time counts as in time."""
    house = a_house(db, "Europe/Moscow", "2026-11-23")
    house.claim(house.at("2026-11-23", 10))
    day, *clock = answered
    at = house.at(f"2026-11-{day}", *clock)
    before = [who for _, kind, who, _ in house.live(house.at("2026-11-26", 9), min(at, house.at("2026-11-26", 23))) if kind == "escalation"]
    assert before == told_before
    house.answer(at)
    first = at.replace(minute=0, second=0) + HOUR
    after = house.hears(first, house.at("2026-12-01", 10))
    assert {kind for kind, _ in after} == {"digest"}
    assert house.in_time(house.at("2026-11-30", 9)) == share


# --- days off in May, and a Saturday that is worked


def test_the_laws_days_end_in_the_may_holidays(db: Database) -> None:
    """Ten days from 29 April 2026 end on 9 May, and so on the 12th; what is to be told days before is told before the holidays."""
    house = a_house(db, "Europe/Moscow", "2026-04-29")
    came = house.at("2026-04-29", 10)
    file_one(db, house.ground, "claim", came, words(facts=Facts(sender_kind="consumer", remedies=("refund",))))
    send_all(db, came)
    house.answer(house.at("2026-04-30", 10))
    heard = house.hears(house.at("2026-05-01", 0), house.at("2026-05-13", 10))
    assert [at[:11] for at in heard["digest", "anna"]] == [f"05-{day:02} 09:00" for day in (4, 5, 6, 7, 8, 12, 13)]
    assert heard["digest", "anna"][-2:] == ["05-12 09:00 СРОК СЕГОДНЯ", "05-13 09:00 ПРОСРОЧЕНО"]
    assert heard["escalation", "anna"] == ["05-07 09:00", "05-08 09:00", "05-13 09:00"]
    assert heard["escalation", "vera"] == ["05-08 09:00", "05-13 09:00"]
    assert heard["escalation", "gleb"] == ["05-13 09:00"]


def test_three_working_days_over_the_first_of_may(db: Database) -> None:
    """30 April (an hour short), the 4th and the 5th: 34 office hours, of which 0.8 end at 11:12 on the last day."""
    house = a_house(db, "Europe/Moscow", "2026-04-29")
    house.claim(house.at("2026-04-29", 10))
    assert cases(db)[0].answer_by == house.at("2026-05-05", 23, 59, 59)
    heard = house.hears(house.at("2026-05-01", 0), house.at("2026-05-06", 10))
    assert [at[:11] for at in heard["digest", "anna"]] == ["05-04 09:00", "05-05 09:00", "05-06 09:00"]
    assert heard["escalation", "vera"] == ["05-05 12:00", "05-06 09:00"]


def test_due_on_a_saturday_that_is_worked(db: Database) -> None:
    """20 February 2027, an hour short; the next working day is Wednesday the 24th, when the late letter comes."""
    house = a_house(db, "Europe/Moscow", "2027-02-17")
    house.claim(house.at("2027-02-17", 10))
    assert cases(db)[0].answer_by == house.at("2027-02-20", 23, 59, 59)
    heard = house.hears(house.at("2027-02-19", 18), house.at("2027-02-24", 10))
    assert heard["digest", "anna"] == ["02-20 09:00 СРОК СЕГОДНЯ", "02-24 09:00 ПРОСРОЧЕНО"]
    assert heard["escalation", "vera"] == ["02-20 11:00", "02-24 09:00"]
    assert heard["escalation", "gleb"] == ["02-24 09:00"]
