"""Our people: specialists who work from the digest, a head who reassigns, a salesman who forwards, a design department that is late.

They know only what the letters say. What a claim is and of which category they judge rightly, as people who read it do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from tests.simulate import days
from tests.simulate.customers import CLAIMS
from tests.simulate.mailer import Link, links_in, reply_subject, write
from tests.simulate.record import Mail

if TYPE_CHECKING:
    from tests.simulate.customers import Customer
    from tests.simulate.world import World

_ROW = re.compile(r"(?:^|\s)(?:№ (\d{4}-\d{4,})|Письмо (M-\d+)), (.*)$")
_STATES = ("ответ дан", "на разборе", "зарегистрировано", "на рассмотрении", "ждём клиента", "на согласовании", "исполняется", "ждём подтверждения, что вопрос закрыт")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"\b(\d{4}-\d{4,})\b")
_MOST_LINES = 8  # commands in one answer
_SILENT_FOR = 7  # days after an answer; then the matter is taken to be settled
TITLES = ("Качество", "Недостача, некомплект, пересорт", "Повреждение, бой", "Гарантия, неисправность", "Другое: сроки, документы, сервис")


@dataclass(slots=True)
class Row:
    """One case as the digest shows it."""

    number: str
    address: str
    group: str
    state: str  # as its words say: "ответ дан", "на разборе" …
    is_sorted: bool
    letter: Mail
    new_letters: bool = False
    promised: bool = False  # a day was promised to the customer: the decision is being carried out
    is_settled: bool = False  # its customer says so

    @property
    def answered(self) -> bool:
        return self.state == "ответ дан"


@dataclass(slots=True)
class Matter:
    """What a specialist remembers of a case. Instants of what she did; `answer_at`: when she will be ready to answer."""

    number: str
    address: str = ""
    sorted_at: datetime | None = None
    taken_at: datetime | None = None
    answer_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    links: dict[str, Link] = field(default_factory=dict)
    asked_design: bool = False
    waits: bool = False  # she asked the customer for something
    decides: bool = False  # her answer is a decision that others must approve first
    decides_again: bool = False  # a day that her decision promised has passed before it could be sent
    waits_until: date | None = None  # the day she named
    offered: bool = False  # a repair that the customer pays
    done_at: datetime | None = None  # when what was promised will be done
    done: bool = False


_DECISIONS = {
    "quality": "замена за наш счёт\nЗаменим бракованное на годное.\nустановлено: дефект подтверждён входным контролем (заключение № 7)\nоснование: пункт 4.2 договора поставки\nисполнение: отгрузка замены, до {day}",
    "quantity": "допоставка за наш счёт\nДовезём недостающее.\nустановлено: товар остался на складе (акт пересчёта № 3)\nоснование: пункт 2.1 договора поставки\nисполнение: отгрузка, до {day}",
    "damage": "замена за счёт перевозчика\nЗаменим повреждённое.\nустановлено: груз помят при перевозке (акт № 5)\nоснование: пункт 4.4 договора поставки\nисполнение: отгрузка замены, до {day}",
    "warranty": "ремонт за наш счёт\nОтремонтируем изделие.\nустановлено: отказ двигателя (заключение № 9)\nоснование: гарантийный талон\nисполнение: ремонт в мастерской, до {day}",
    "other": "разъяснение\nОтвечаем на Ваше обращение.\nустановлено: заказ задержан перевозчиком (накладная № 12)\nоснование: пункт 3.1 договора поставки\nшаг: подпишите новый график поставки",
}  # fmt: skip


_QUESTIONS = {
    "ru": "1. Пришлите, пожалуйста, фотографию таблички изделия.\n2. Когда Вы заметили неисправность?",
    "en": "1. Please send us a photograph of the rating plate.\n2. When did you first notice the fault?",
}
_WORDS = {
    "ru": "Мы рассмотрели Ваше обращение. Специалист склада свяжется с Вами сегодня и согласует удобное время.",
    "en": "We have looked into your claim. Our warehouse specialist will contact you today to agree on a convenient time.",
}
_OFFER = "изделие: насос Н-200\nгарантия: до 12.05.2026\nдокумент: паспорт изделия\nдиагностика: бесплатно\nперевозка: клиент\nадрес: Тверь, ул. Заводская, 1"


@dataclass
class Person:
    """Somebody of the company with a mailbox, who looks into it at the hours given."""

    world: World
    name: str
    address: str
    hours: tuple[tuple[int, int], ...] = ((9, 15), (11, 45), (14, 30), (16, 45))
    away: tuple[tuple[date, date], ...] = ()
    style: str = "outlook"
    inbox: list[Mail] = field(default_factory=list)
    refused: list[Mail] = field(default_factory=list)  # results that say that nothing was changed
    _said_away: set[date] = field(default_factory=set)

    def is_away(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.away)

    def take(self, letter: Mail) -> None:
        self.inbox.append(letter)
        today = days.local_day(self.world.now)
        if self.is_away(today) and letter.sender == CLAIMS and today not in self._said_away:
            self._said_away.add(today)
            self.world.after(timedelta(minutes=1), lambda: self._say_away(letter, today))

    def _say_away(self, letter: Mail, today: date) -> None:
        first, last = next(span for span in self.away if span[0] <= today <= span[1])
        text = f"С {first:%d.%m.%Y} по {last:%d.%m.%Y} я в отпуске. Отвечу, когда вернусь."
        raw = self._write([CLAIMS], f"Автоответ: {letter.subject}", text, answers=letter, headers=(("Auto-Submitted", "auto-replied"),), style="bare")
        self.world.post.into_claims(raw, sender="", truth="colleague_away")

    def work(self, first: date, last: date) -> None:
        """Plan the hours of each working day."""
        for day in days.working_days(first, last):
            if not self.is_away(day):
                for hour, minute in self.hours:
                    self.world.plan(days.at(day, hour, minute), self.session)

    def session(self) -> None:
        letters, self.inbox = self.inbox, []
        self.refused += [letter for letter in letters if letter.subject.startswith("Ничего не изменено")]
        self.read(letters)

    def read(self, letters: Sequence[Mail]) -> None:
        """What this person does about them."""

    def press(self, link: Link) -> None:
        """Open a ready reply and send it as it is."""
        self._command(link.to, link.subject, link.body)

    def reply(self, letter: Mail, lines: Sequence[str]) -> None:
        """Answer a letter with command lines, at most so many in a mail."""
        for start in range(0, len(lines), _MOST_LINES):
            text = "\n".join(lines[start : start + _MOST_LINES]) + "\n"
            raw = self._write([CLAIMS], reply_subject(letter.subject), text, answers=letter)
            self.world.post.into_claims(raw, sender=self.address, truth="command")

    def order(self, letter: Mail, words: str) -> None:
        """Answer a letter with one command whose text goes on to the end."""
        raw = self._write([CLAIMS], reply_subject(letter.subject), f"{words}\n\nС уважением,\n{self.name}\n", answers=letter)
        self.world.post.into_claims(raw, sender=self.address, truth="command")

    def _command(self, to: str, subject: str, body: str) -> None:
        raw = self._write([to], subject, body, style="bare")
        self.world.post.into_claims(raw, sender=self.address, truth="command")

    def say(self, to: str, subject: str, text: str, *, truth: str = "", about: str = "", answers: Mail | None = None) -> None:
        """An ordinary mail; with `truth` the claims box is in copy."""
        raw = self._write([to], subject, text, cc=[CLAIMS] if truth else [], answers=answers)
        mail = Mail(self.world.now, self.address, to, raw, truth, about)
        self.world.besides.append(mail)
        if truth:
            self.world.post.into_claims(raw, sender=self.address, truth=truth, about=about)
        if to in self.world.actors:
            self.world.actors[to].take(mail)

    def _write(self, to: Sequence[str], subject: str, text: str, *, cc: Sequence[str] = (), answers: Mail | None = None, style: str = "", headers: tuple[tuple[str, str], ...] = ()) -> bytes:
        return write((self.name, self.address), to, subject, text, at=self.world.now, message_id=self.world.new_id(self.address),
                     cc=cc, answers=answers, style=style or self.style, headers=headers)  # fmt: skip


@dataclass
class Specialist(Person):
    """Works her cases: sorts, takes, asks the designers, answers, closes."""

    by_links: bool = True  # presses the buttons; else answers the digest with several lines
    matters: dict[str, Matter] = field(default_factory=dict)
    answers_by_phone: int = 0
    seen_letters: set[str] = field(default_factory=set)  # M-numbers
    rescued: set[str] = field(default_factory=set)
    heard: set[str] = field(default_factory=set)  # Message-IDs of what she wrote down
    joined: set[str] = field(default_factory=set)  # addresses whose two cases she has merged
    parted: set[str] = field(default_factory=set)  # numbers out of which she has taken a second claim
    digest: Mail | None = None  # the last one: it lists her cases, so that they can be commanded in answer

    def read(self, letters: Sequence[Mail]) -> None:
        for letter in letters:
            self._learn(letter)
            if letter.in_reply_to in self.heard:
                self.reply(letter, ["!претензия"])
            self._send_what_waits(letter)
            too_late = letter.subject.startswith("Ничего не изменено") and "обещанный в решении срок уже прошёл" in " ".join(letter.text.split())
            if letter.subject.startswith("Возвращено") or too_late:
                self._write_again(letter)
        digests = [letter for letter in letters if letter.subject.startswith("Претензии на ")]
        if digests:
            self.digest = digests[-1]
            self._go_through(digests[-1])
        for matter in self.matters.values():
            if matter.answer_at is not None and matter.answer_at <= self.world.now and matter.answered_at is None and matter.closed_at is None:
                self._answer(matter)

    def _send_what_waits(self, letter: Mail) -> None:
        """A letter that has every yes it needs, or that the guard has asked about, has a button that sends it."""
        for link in links_in(letter):
            number = _NUMBER.search(link.body)
            if link.body.startswith("!отправить") and number is not None and number[1] in self.matters:
                self.press(link)

    def _write_again(self, letter: Mail) -> None:
        """The head sent her letter back, in other words; or it waited until what it promises was over, with a new day: she decides again."""
        number = _NUMBER.search(f"{letter.subject} {letter.text}")
        if number is not None and number[1] in self.matters:
            matter = self.matters[number[1]]
            matter.answered_at, matter.answer_at, matter.decides_again = None, self.world.now, not letter.subject.startswith("Возвращено")

    def _learn(self, letter: Mail) -> None:
        for link in links_in(letter):
            found = _NUMBER.search(link.body)
            if found:
                matter = self.matters.setdefault(found[1], Matter(found[1]))
                matter.links[link.body.split()[0]] = link

    def _go_through(self, digest: Mail) -> None:
        lines, rows = [], rows_of(digest)
        lines += self._merge(rows)
        for row in rows:
            if row.number.startswith("M-"):
                lines += self._about_letter(row)
                continue
            matter = self.matters.setdefault(row.number, Matter(row.number))
            matter.address = row.address or matter.address
            lines += self._about(row, matter)
        lines += self._split(digest)
        settled = sorted(row.number for row in rows if row.is_settled)
        lines += [self._close(number, "отозвана") for number in settled if self._may_close(number)]
        self.reply(digest, lines)

    def _merge(self, rows: Sequence[Row]) -> list[str]:
        """A customer who has written twice about one thing: one case is enough."""
        lines, first = [], dict[str, Row]()
        for row in sorted((row for row in rows if row.address and not row.number.startswith("M-")), key=lambda row: row.number):
            customer = self.world.customer_at(row.address)
            if customer is None or customer.habit != "twice" or row.address in self.joined:
                continue
            if row.address in first:
                self.joined.add(row.address)
                lines.append(f"!объединить {row.number} {first[row.address].number}")
                self.matters.setdefault(row.number, Matter(row.number)).closed_at = self.world.now
            first.setdefault(row.address, row)
        return lines

    def _split(self, digest: Mail) -> list[str]:
        """The digest says in which case there seems to be a second claim."""
        said = re.search(r"В деле, похоже, появилась ещё одна претензия[^.]*", " ".join(digest.text.split()))
        fresh = sorted(set(_NUMBER.findall(said[0] if said else "")) & self.matters.keys() - self.parted)
        self.parted.update(fresh)
        return [f"!разделить {number}" for number in fresh]

    def _about_letter(self, row: Row) -> list[str]:
        """A mail without a case: a claim that was not seen to be one, or a question, which is answered."""
        if row.number in self.seen_letters:
            return []
        self.seen_letters.add(row.number)
        if self.world.customer_at(row.address) is not None and row.address not in self.rescued:
            self.rescued.add(row.address)
            return [f"!претензия {row.number}"]
        if row.address:
            self.say(row.address, "Ответ на Ваш вопрос", "Здравствуйте!\n\nОтвечаем на Ваш вопрос во вложении.", about=row.address)
        return [f"!готово {row.number}"]

    def hear(self, customer: Customer) -> None:
        """A customer telephones: she writes down what was said; the program asks, and she confirms."""
        subject, text = customer.tell()
        when = (self.world.now - timedelta(minutes=10)).astimezone(days.OFFICE)
        words = f"!новая\nклиент: {customer.name} <{customer.address}>\nтелефон: +7 900 000-00-00\nкогда: {when:%d.%m.%Y %H:%M}\n\n{text}\n"
        raw = self._write([CLAIMS], f"Звонок клиента: {subject}", words, style="bare")
        mail = Mail(self.world.now, self.address, CLAIMS, raw)
        self.heard.add(mail.message_id)
        self.world.post.into_claims(raw, sender=self.address, truth="phone", about=customer.address)

    def _about(self, row: Row, matter: Matter) -> list[str]:
        """The commands for one row; what is pressed as a button is sent at once."""
        now, customer = self.world.now, self.world.customer_at(row.address)
        if matter.closed_at is not None:
            if row.letter.at <= matter.closed_at:
                return []
            matter = self.matters[row.number] = Matter(row.number, row.address, sorted_at=now, links=matter.links)  # it is open again
        if row.state == "на разборе" or not row.is_sorted:
            return self._sort(row, matter, customer) if matter.sorted_at is None else []
        if matter.taken_at is None:
            matter.taken_at, matter.answer_at = now, self._ready_at(customer)
            if not row.answered:
                return [*self._do(matter, "!взять"), *self._ask_designers(row, matter, customer)]
        if row.promised:
            return self._carry_out(row, matter)
        if matter.offered and row.new_letters:
            self._decide_paid(row, matter)
            return []
        if matter.waits_until is not None and matter.answered_at is None and row.group == "ВЫШЕЛ СРОК ОЖИДАНИЯ":
            matter.answer_at = now
        answered = matter.answered_at
        if answered is None or matter.offered or matter.closed_at is not None or row.state == "на согласовании":
            return []
        if not row.answered and not matter.decides and now - answered > timedelta(hours=12):
            self.answers_by_phone += 1
            return [f"!отвечено {row.number}"]  # our letter came back, so she telephoned; or it was not seen
        if row.answered and now - answered > timedelta(days=_SILENT_FOR) and self._may_close(row.number):
            return [self._close(row.number, "решено")]
        return []

    def _carry_out(self, row: Row, matter: Matter) -> list[str]:
        """What was promised is done some days later, mostly in time."""
        if matter.done_at is None:
            day = days.next_working(days.local_day(self.world.now) + timedelta(days=self.world.dice.choice((1, 1, 2, 3, 6, 10, 14))))
            matter.done_at = days.at(day, 9)
        elif matter.done_at <= self.world.now and not matter.done:
            matter.done = True
            self.order(row.letter, f"!исполнено {row.number}\nработа выполнена, {days.local_day(self.world.now):%d.%m.%Y}")
        return []

    def _decide_paid(self, row: Row, matter: Matter) -> None:
        """The customer guarantees to pay: the repair is decided, at his cost."""
        matter.offered, matter.decides, matter.answered_at = False, True, self.world.now
        day = days.next_working(days.local_day(self.world.now) + timedelta(days=9))
        self.order(row.letter, f"!решение {row.number} " + _DECISIONS["warranty"].format(day=f"{day:%d.%m.%Y}").replace("за наш счёт", "за счёт клиента"))

    def _ask_designers(self, row: Row, matter: Matter, customer: Customer | None) -> list[str]:
        if customer is None or customer.category not in {"quality", "warranty"} or self.world.dice.random() < 0.4:
            return []
        matter.asked_design = True
        self.order(row.letter, f"!записка {row.number}\nПросим дать заключение о причине дефекта и рекомендацию.")
        return []

    def _sort(self, row: Row, matter: Matter, customer: Customer | None) -> list[str]:
        matter.sorted_at = self.world.now
        if "!претензия" in matter.links:
            return self._do(matter, "!претензия" if customer is not None else "!не-претензия")
        return [f"!категория {row.number} {customer.category}"] if customer is not None and not row.is_sorted else []

    def _do(self, matter: Matter, word: str) -> list[str]:
        if self.by_links and word in matter.links:
            self.press(matter.links[word])
            return []
        return [f"{word} {matter.number}"]

    def _ready_at(self, customer: Customer | None) -> datetime:
        """When she can answer: mostly within a day or two; where the designers are asked, when they have said something."""
        dice, now = self.world.dice, self.world.now
        technical = customer is not None and customer.category in {"quality", "warranty"} and not customer.habit
        day = days.next_working(days.local_day(now) + timedelta(days=dice.choice((0, 0, 1, 1, 1, 2) if not technical else (1, 1, 2, 2, 3, 5))))
        return days.at(day, dice.choice((11, 14, 16)))

    def _answer(self, matter: Matter) -> None:
        """By her own mail program, by a letter she dictates, or by a decision that others approve."""
        customer, digest = self.world.customer_at(matter.address), self.digest
        matter.answered_at = self.world.now
        if customer is None or customer.returns_mail or digest is None:
            return  # his mailbox is full: she telephones, and says so with the next digest
        chance = 0.5 if matter.decides_again else self.world.dice.random()
        matter.decides_again = False
        if customer.habit == "pays":
            matter.offered = True
            self.order(digest, f"!гарантия {matter.number} истекла\n!решение {matter.number} платный ремонт\n{_OFFER}")
        elif chance < 0.06 and matter.waits_until is None:
            matter.waits_until = days.next_working(days.local_day(self.world.now) + timedelta(days=2))
            matter.answered_at, matter.answer_at = None, days.at(matter.waits_until + timedelta(days=4), 11)
            self.order(digest, f"!ждём {matter.number} документы до {matter.waits_until:%d.%m.%Y}")
        elif chance < 0.14 and not matter.waits:
            matter.waits, matter.answered_at, matter.answer_at = True, None, self.world.now + timedelta(days=6)
            self.order(digest, f"!запросить {matter.number}\n{_QUESTIONS[customer.language]}")
        elif chance < 0.35:
            self.order(digest, f"!ответ {matter.number}\n{_WORDS[customer.language]}")
        elif chance < 0.6:
            matter.decides = True
            day = days.next_working(days.local_day(self.world.now) + timedelta(days=12))
            self.order(digest, f"!решение {matter.number} " + _DECISIONS[customer.category].format(day=f"{day:%d.%m.%Y}"))
        else:
            text = f"Здравствуйте!\n\nВаше обращение № {matter.number} рассмотрено. Вопрос будет решён, подробности во вложении.\n\n{self.name}"
            self.say(matter.address, f"Ответ на Ваше обращение [#{matter.number}]", text, truth="staff_reply", about=matter.address)

    def _may_close(self, number: str) -> bool:
        matter = self.matters.get(number)
        return matter is not None and matter.closed_at is None and matter.answered_at is not None

    def _close(self, number: str, why: str) -> str:
        self.matters[number].closed_at = self.world.now
        return f"!закрыть {number} {why}"


@dataclass
class Approver(Person):
    """Says yes to the letters that need it, now and then no."""

    sent_back: set[str] = field(default_factory=set)

    def read(self, letters: Sequence[Mail]) -> None:
        for letter in letters:
            for link in links_in(letter):
                if link.body.startswith("!согласовано"):
                    self._judge(letter, link)

    def _judge(self, letter: Mail, link: Link) -> None:
        number = _NUMBER.search(link.body)
        assert number is not None
        if self.world.dice.random() < 0.08 and number[1] not in self.sent_back:
            self.sent_back.add(number[1])
            self.reply(letter, [f"!вернуть {number[1]} Укажите, пожалуйста, точный срок отгрузки."])
        else:
            self.press(link)


@dataclass
class Head(Approver):
    """Gives the cases of whoever is away to a colleague who is here, and approves."""

    deputies: dict[str, str] = field(default_factory=dict)  # name of a specialist: id of who stands in
    people: dict[str, Person] = field(default_factory=dict)  # by name
    given: set[str] = field(default_factory=set)

    def read(self, letters: Sequence[Mail]) -> None:
        super().read(letters)
        today = days.local_day(self.world.now)
        for letter in letters:
            lines = []
            for number, in_charge in _in_charge(letter):
                person = self.people.get(in_charge)
                if person is not None and person.is_away(today) and number not in self.given:
                    self.given.add(number)
                    lines.append(f"!передать {number} {self.deputies[in_charge]}")
            if lines:
                self.reply(letter, lines)


@dataclass
class Salesman(Person):
    """Forwards what customers write to him."""

    def read(self, letters: Sequence[Mail]) -> None:
        for letter in letters:
            customer = self.world.customer_at(letter.sender)
            if customer is not None:
                self._forward(letter, customer)

    def _forward(self, letter: Mail, customer: Customer) -> None:
        when = letter.at.astimezone(days.OFFICE)
        text = (
            f"Коллеги, это к вам.\n\n---------- Пересылаемое сообщение ---------\nОт: {customer.name} <{customer.address}>\n"
            f"Дата: {when:%d.%m.%Y} в {when:%H:%M}\nТема: {letter.subject}\nКому: <{self.address}>\n\n{letter.text}"
        )
        raw = self._write([CLAIMS], f"Fwd: {letter.subject}", text, style="bare")
        self.world.post.into_claims(raw, sender=self.address, truth="forward", about=customer.address)


@dataclass
class Designer(Person):
    """Answers days later than it was asked to."""

    opinions: set[str] = field(default_factory=set)  # numbers of cases it has answered about

    def read(self, letters: Sequence[Mail]) -> None:
        for letter in letters:
            number = _NUMBER.search(letter.subject + " " + letter.text)
            if number is not None and number[1] not in self.opinions:
                self.opinions.add(number[1])
                late = days.next_working(days.local_day(self.world.now) + timedelta(days=self.world.dice.randrange(2, 9)))
                self.world.plan(days.at(late, 12), lambda letter=letter: self._give_opinion(letter))  # type: ignore[misc]

    def _give_opinion(self, letter: Mail) -> None:
        raw = self._write([CLAIMS], reply_subject(letter.subject), "Причина дефекта: нарушение режима сборки. Рекомендуем заменить узел.", answers=letter)
        self.world.post.into_claims(raw, sender=self.address, truth="opinion")


def rows_of(digest: Mail) -> list[Row]:
    """The cases of a digest, read from its text part; long lines are wrapped, so that a block is read as one."""
    found: list[Row] = []
    group = ""
    for block in re.split(r"\n\s*\n", digest.text.replace("\r\n", "\n")):
        whole = " ".join(block.split())
        head = re.match(r"([А-ЯЁ ,]+): \d+", whole)
        row = _ROW.search(whole)
        group = head[1] if head else group
        if row:
            address = _ADDRESS.search(row[3])
            state = next((words for words in _STATES if f"; {words}" in whole), "")
            is_sorted = any(f" {title}" in whole for title in TITLES)
            news, promised = "[новых писем" in whole, "Обещанное клиенту: до" in whole
            is_settled = "[клиент пишет, что вопрос решён]" in whole
            sender = address[0].casefold() if address else ""
            found.append(Row(row[1] or row[2], sender, group, state, is_sorted, digest, news, promised, is_settled))
    return found


def _in_charge(letter: Mail) -> list[tuple[str, str]]:
    """Each case of an escalation with the name of who is in charge."""
    found, number = [], ""
    for line in letter.text.splitlines():
        if match := re.match(r"^№ (\d{4}-\d{4,})", line):
            number = match[1]
        elif number and line.startswith("  ответственный: "):
            found.append((number, line.partition(": ")[2].partition(" (")[0].strip()))
            number = ""
    return found
