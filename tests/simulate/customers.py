"""Customers: they claim, send what they are asked for, ask for news, withdraw, thank, are away, or have a mailbox that is full."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from tests.simulate import days, texts
from tests.simulate.mailer import STYLES, reply_subject, write
from tests.simulate.record import Mail

if TYPE_CHECKING:
    from tests.simulate.world import World

CLAIMS = "claims@firma.example"
_ROBOT = (("Auto-Submitted", "auto-replied"),)


@dataclass(slots=True)
class Customer:
    """One customer with one claim. `truth` of the claim is known to him; others may ask `World.claims`."""

    world: World
    name: str
    address: str
    language: str
    category: str
    style: str
    trouble: str = ""
    returns_mail: bool = False  # the mailbox is full: letters come back
    away: bool = False  # answers each first letter by a robot
    habit: str = ""  # twice: claims the same again | second: another claim in the thread | back: it breaks again | pays: no warranty left
    claimed: Mail | None = None
    acknowledged: Mail | None = None
    answered: Mail | None = None
    settled: bool = False
    paid: bool = False  # he has guaranteed the payment of a repair
    subject: str = ""
    _robot_answered: set[str] = field(default_factory=set)

    def claim(self) -> None:
        self.subject, text = texts.claim_text(self.world.dice, self.language, self.category, self.name, trouble=self.trouble)
        photos = self.world.dice.choice((0, 0, 0, 1, 2)) if self.category in {"damage", "quality"} else 0
        raw = self._write(self.subject, text, photos=photos)
        self.claimed = Mail(self.world.now, self.address, CLAIMS, raw)
        self.world.post.into_claims(raw, sender=self.address, truth="claim", about=self.address)
        if self.habit == "twice":
            self.world.after(timedelta(hours=self.world.dice.randrange(2, 20)), self._claim_again)
        if self.world.dice.random() < 0.06:
            self._nudge_later(days.next_working(days.local_day(self.world.now) + timedelta(days=2)))

    def _claim_again(self) -> None:
        """The same trouble in other words and under another subject, as if nobody had written."""
        subject, text = texts.claim_text(self.world.dice, self.language, self.category, self.name)
        self.world.post.into_claims(self._write(subject, text), sender=self.address, truth="again", about=self.address)

    def tell(self) -> tuple[str, str]:
        """What he says by telephone."""
        self.subject, text = texts.claim_text(self.world.dice, self.language, self.category, self.name)
        return self.subject, text

    def claim_to_salesman(self, salesman: str) -> None:
        """He writes to the salesman he knows, who forwards."""
        self.subject, text = texts.claim_text(self.world.dice, self.language, self.category, self.name)
        raw = self._write(self.subject, text, to=salesman)
        self.claimed = Mail(self.world.now, self.address, salesman, raw)
        self.world.besides.append(self.claimed)
        self.world.actors[salesman].take(self.claimed)

    def take(self, letter: Mail) -> None:
        if self.returns_mail:
            self.world.after(timedelta(minutes=10), lambda: self._send_back(letter))
            return
        is_robots = str(letter.parsed["Auto-Submitted"] or "no") != "no"
        if self.away and letter.message_id not in self._robot_answered and len(self._robot_answered) < 2:
            self._robot_answered.add(letter.message_id)
            self.world.after(timedelta(minutes=1), lambda: self._say_away(letter))
        if is_robots:
            self._read_receipt_of_claim(letter)
        else:
            self._read_answer(letter)

    def _read_receipt_of_claim(self, letter: Mail) -> None:
        if self.acknowledged is not None:
            return
        self.acknowledged = letter
        if self.habit == "second":
            self.world.after(timedelta(hours=self.world.dice.randrange(2, 30)), lambda: self._claim_another(letter))
        if self.world.dice.random() < 0.3:
            self.world.after(timedelta(minutes=30 * self.world.dice.randrange(3, 80)), lambda: self._answer(letter, "follow_up", texts.PHOTOS, photos=2))

    def _claim_another(self, letter: Mail) -> None:
        """A second claim, about another order, in answer to the letter about the first."""
        _, text = texts.claim_text(self.world.dice, self.language, self.category, self.name)
        order = self.world.dice.randrange(10000, 69999)
        first = f"Ещё одна претензия, по заказу № {order}.\n\n" if self.language == "ru" else f"Another claim, about order {order}.\n\n"
        raw = self._write(reply_subject(letter.subject), first + text, answers=letter)
        self.world.post.into_claims(raw, sender=self.address, truth="second_claim", about=self.address)

    def _withdraw_too_soon(self, letter: Mail) -> None:
        """He says that all is well; some days later it is not."""
        self.settled = True
        hour, back = timedelta(hours=1), timedelta(days=2, hours=self.world.dice.randrange(1, 6))
        self.world.after(hour, lambda: self._answer(letter, "withdrawal", texts.WITHDRAWALS))
        self.world.after(back, lambda: self._answer(letter, "back", texts.BACK))

    def _read_answer(self, letter: Mail) -> None:
        if self.habit == "pays" and not self.paid and ("гарант" in letter.text.casefold() or "guarantee" in letter.text.casefold()):
            self.paid = True
            self.world.after(timedelta(hours=3), lambda: self._answer(letter, "guarantee", texts.GUARANTEES))
            return
        if self.habit == "back" and self.answered is None:
            self.answered = letter
            self._withdraw_too_soon(letter)
            return
        first, self.answered = self.answered is None, letter
        if not first or self.settled:
            return
        chance, wait = self.world.dice.random(), timedelta(minutes=30 * self.world.dice.randrange(4, 200))
        if chance < 0.4:
            self.settled = True
            self.world.after(wait, lambda: self._answer(letter, "withdrawal", texts.WITHDRAWALS))
        elif chance < 0.52:
            self.world.after(wait, lambda: self._answer(letter, "thanks", texts.THANKS))

    def _answer(self, letter: Mail, truth: str, bank: Mapping[str, Sequence[str]], photos: int = 0) -> None:
        text = self.world.dice.choice(bank[self.language]) + f"\n\n{self.name}\n"
        to_claims = [CLAIMS] if letter.sender == CLAIMS or "Reply-To" in letter.parsed else [letter.sender, CLAIMS]
        raw = self._write(reply_subject(letter.subject), text, answers=letter, photos=photos, to=to_claims[0])
        self.world.post.into_claims(raw, sender=self.address, truth=truth, about=self.address)

    def _nudge_later(self, day: date) -> None:
        self.world.plan(days.at(day, 15), self._nudge)

    def _nudge(self) -> None:
        if self.answered is None and self.acknowledged is not None:
            self._answer(self.acknowledged, "nudge", texts.NUDGES)

    def _say_away(self, letter: Mail) -> None:
        raw = self._write(f"Автоответ: {letter.subject}", texts.AWAY[self.language], answers=letter, headers=_ROBOT, style="bare")
        self.world.post.into_claims(raw, sender="", truth="robot", about=self.address)

    def _send_back(self, letter: Mail) -> None:
        if letter.sender == CLAIMS:
            self.world.post.into_claims(returned(letter, self.address, self.world), sender="", truth="bounce", about=self.address)

    def _write(self, subject: str, text: str, *, to: str = CLAIMS, answers: Mail | None = None, style: str = "", photos: int = 0, headers: tuple[tuple[str, str], ...] = ()) -> bytes:
        cc = () if to == CLAIMS or answers is None else (CLAIMS,)
        return write((self.name, self.address), [to], subject, text, at=self.world.now, message_id=self.world.new_id(self.address),
                     cc=cc, answers=answers, style=style or self.style, photos=photos, headers=headers)  # fmt: skip


def returned(letter: Mail, address: str, world: World) -> bytes:
    """The report of a server that could not deliver (RFC 3464)."""
    domain = address.rpartition("@")[2]
    return (
        f"From: Mail Delivery System <mailer-daemon@{domain}>\nTo: {CLAIMS}\nSubject: Undelivered Mail Returned to Sender\nMessage-ID: <{world.new_id(domain)}>\n"
        f"Date: {world.now:%a, %d %b %Y %H:%M:%S} +0000\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"\n\n--b1\nContent-Type: text/plain; charset=utf-8\n\n'
        f"Your message could not be delivered: the mailbox is full.\n\n--b1\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.{domain}\n\n"
        f"Final-Recipient: rfc822; {address}\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 mailbox full\n\n"
        f"--b1\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{letter.message_id}>\nTo: {address}\n\n--b1--\n"
    ).replace("\n", "\r\n").encode()


_CATEGORY_OF = {"pays": "warranty", "back": "damage", "second": "damage"}  # of what such customers claim


def new_customer(world: World, n: int, *, trouble: str = "", returns_mail: bool = False, away: bool = False, habit: str = "") -> Customer:
    dice = world.dice
    language = "ru" if dice.random() < 0.8 else "en"
    domain = "pochta.example" if dice.random() < 0.3 else f"kontora{n}.example"
    if not returns_mail and dice.random() < 0.02:
        domain = f"grey{n}.example"  # its server puts the first letter off
    category = "warranty" if trouble == "danger" else dice.choices(texts.CATEGORIES, (30, 28, 18, 16, 8))[0]
    category = _CATEGORY_OF.get(habit, category)
    name = texts.person_name(dice, language)
    customer = Customer(world, name, f"klient{n}@{domain}", language, category, dice.choice(STYLES), trouble, returns_mail, away, habit)
    world.actors[customer.address] = customer
    return customer


def moment_of(dice: random.Random, first: date, last: date) -> datetime:
    """When customers write: mostly on working days in the daytime, now and then at night or on a day off; on a quarter of an hour."""
    while True:
        day = first + timedelta(days=dice.randrange((last - first).days + 1))
        if not days.is_working(day) and dice.random() < 0.75:
            continue
        hour = dice.randrange(8, 20) if dice.random() < 0.9 else dice.randrange(24)
        return datetime.combine(day, time(hour, 15 * dice.randrange(4)), tzinfo=days.OFFICE).astimezone(UTC)
