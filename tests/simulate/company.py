"""The company of the simulation: its configuration, its people, and how many customers write when."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tests.simulate import days, texts
from tests.simulate.customers import CLAIMS, Customer, moment_of, new_customer
from tests.simulate.mailer import write
from tests.simulate.record import Record
from tests.simulate.staff import Approver, Designer, Head, Person, Salesman, Specialist
from tests.simulate.world import World, open_world

if TYPE_CHECKING:
    from tests.simulate.post import PostOffice

_CONFIG = """
database = "store.db"
instance = "simulation"
[company]
name = "ООО «Фирма»"
domains = ["firma.example"]
phone = "+7 495 000-00-00"
[office]
timezone = "Africa/Casablanca"
[[mailbox]]
name = "claims"
address = "claims@firma.example"
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "claims@firma.example"
password = {{ file = "password" }}
authserv_id = "mx.firma.example"
[smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"
[departments]
design = "design@firma.example"
accounting = "accounting@firma.example"
warehouse = "warehouse@firma.example"
logistics = "logistics@firma.example"
{people}
"""
_PEOPLE = (
    ("anna", "Анна Петрова", '["specialist"]', '["quality"]', False),
    ("vera", "Вера Сомова", '["specialist"]', '["quantity", "other"]', False),
    ("gleb", "Глеб Носов", '["specialist"]', '["damage"]', False),
    ("dina", "Дина Лунина", '["specialist"]', '["warranty"]', True),
    ("boris", "Борис Иванов", '["head"]', "[]", False),
    ("maria", "Мария Орлова", '["director"]', "[]", False),
    ("lev", "Лев Юрьев", '["legal"]', "[]", False),
    ("oleg", "Олег Титов", '["operator"]', "[]", False),
)
_AWAY = {
    "anna": ((date(2027, 3, 15), date(2027, 3, 26)),),
    "vera": ((date(2027, 2, 8), date(2027, 2, 12)),),
    "gleb": ((date(2027, 1, 18), date(2027, 1, 22)), (date(2027, 3, 1), date(2027, 3, 5))),
    "dina": ((date(2027, 2, 1), date(2027, 2, 5)),),
}
_DEPUTIES = {"anna": "dina", "vera": "gleb", "gleb": "vera", "dina": "anna"}
_HABITS = {2: "twice", 6: "second", 9: "back", 12: "pays"}  # of each fifteenth customer
_LONG = {"back": timedelta(days=7), "pays": timedelta(days=6)}  # these stories want their time: they begin so much before the end
_STYLES = {"anna": "outlook page", "vera": "gmail page", "gleb": "thunderbird", "dina": "yandex"}


@dataclass(frozen=True, slots=True)
class Plan:
    """How much happens between two days: the whole quarter is some 1,500 mails of customers (issue 6)."""

    first: date = days.BEGINS
    last: date = days.ENDS
    claims: int = 700
    forwards: int = 30
    questions: int = 60
    newsletters: int = 60
    forged: int = 12
    flood: int = 120  # forged commands of one day: more than are held to be proven (jobs/proving.py)
    phoned: int = 20
    writes_until: date = days.ENDS - timedelta(days=12)  # later claims would not have ended with the quarter
    seed: int = 1

    @classmethod
    def short(cls) -> Plan:
        """Two weeks for CI: the clock goes back on 7 February, one specialist is away in each week.

        The seed is one whose dice let every kind of story come to its end within them (tests/test_simulate.py looks).
        """
        return cls(date(2027, 2, 1), date(2027, 2, 12), 54, 4, 5, 5, 4, 3, writes_until=date(2027, 2, 9), seed=3)


def simulate(plan: Plan, folder: Path, progress: Callable[[date], None] = lambda day: None) -> Record:
    """Live through the plan; returns everything that was written."""
    with _opened(plan, folder) as world:
        began = world.now
        people = _settle_in(world, plan)
        _plan_customers(world, plan)
        world.wind(plan.first, plan.last)
        world.live(days.at(plan.last, 23, 59), progress)
        record = world.record(began, people)
        if world.nowhere:
            raise AssertionError(f"letters to nobody: {sorted({letter.to for letter in world.nowhere})}")
        return record


@contextmanager
def _opened(plan: Plan, folder: Path) -> Iterator[World]:
    seen: set[str] = set()

    def fate(address: str) -> str:
        """A server that puts the first letter off (greylisting), and addresses that never were."""
        if "@grey" in address and address not in seen:
            seen.add(address)
            return "451 4.7.1 Greylisted, try again later"
        return ""

    with open_world(folder, _configure, days.at(plan.first, 6), plan.seed, fate) as world:
        yield world


def _configure(folder: Path, post: PostOffice) -> Path:
    secret = folder / "password"
    secret.touch(mode=0o600)
    secret.write_text("any")
    config = folder / "mailbot.toml"
    people = "".join(
        f'[[person]]\nid = "{id_}"\nname = "{name}"\naddresses = ["{id_}@firma.example"]\nrole = {roles}\ncategories = {categories}\ntriage = {str(triage).lower()}\n'
        for id_, name, roles, categories, triage in _PEOPLE
    )
    config.write_text(_CONFIG.format(imap=post.imap.port, smtp=post.smtp_port, people=people), encoding="utf-8")
    return config


def _settle_in(world: World, plan: Plan) -> tuple[dict[str, object], ...]:
    everybody: dict[str, Person] = {}
    for n, (id_, name, roles, _categories, _triage) in enumerate(_PEOPLE):
        address = f"{id_}@firma.example"
        if "specialist" in roles:
            hours = ((9, 15), (11, 45), (14, 30), (16, 45))
            person: Person = Specialist(world, name, address, hours, _AWAY[id_], _STYLES[id_], by_links=n % 2 == 0)
        elif id_ == "boris":
            person = Head(world, name, address, ((9, 45), (13, 0), (17, 0)))
        elif id_ in {"maria", "lev"}:
            person = Approver(world, name, address, ((10, 0), (15, 0)))
        else:
            person = Person(world, name, address, ((10, 0),))
        everybody[id_] = person
    head = everybody["boris"]
    assert isinstance(head, Head)
    head.people = {person.name: person for person in everybody.values()}
    head.deputies = {everybody[id_].name: deputy for id_, deputy in _DEPUTIES.items()}
    others = [
        Salesman(world, "Сергей Продажин", "sales@firma.example", ((10, 30), (15, 30))),
        Designer(world, "Конструкторский отдел", "design@firma.example", ((11, 0),)),
        Person(world, "Отдел логистики", "logistics@firma.example", ((11, 0),)),  # gets the drafts of our own claims on carriers
    ]
    for person in (*everybody.values(), *others):
        world.actors[person.address] = person
        person.work(plan.first, plan.last)
    return tuple({"id": id_, "address": f"{id_}@firma.example", "roles": roles, "name": name} for id_, name, roles, _c, _t in _PEOPLE)


def _plan_customers(world: World, plan: Plan) -> None:
    dice = world.dice
    for n in range(plan.claims):
        trouble = "danger" if n % 150 == 20 else "court" if n % 90 == 40 else ""
        habit = "" if trouble or n % 60 == 7 or n % 16 == 3 else _HABITS.get(n % 15, "")
        customer = new_customer(world, n, trouble=trouble, returns_mail=n % 60 == 7, away=n % 16 == 3, habit=habit)
        until = plan.writes_until if habit not in _LONG else max(plan.first, plan.writes_until - _LONG[habit])
        world.plan(moment_of(dice, plan.first, until), customer.claim)
    for n in range(plan.claims, plan.claims + plan.forwards):
        customer = new_customer(world, n)
        world.plan(moment_of(dice, plan.first, plan.writes_until), lambda customer=customer: customer.claim_to_salesman("sales@firma.example"))  # type: ignore[misc]
    for n in range(plan.claims + plan.forwards, plan.claims + plan.forwards + plan.phoned):
        customer = new_customer(world, n)
        world.plan(_hour_of_office(dice, plan), lambda customer=customer: _telephone(world, customer))  # type: ignore[misc]
    for n in range(plan.questions):
        world.plan(moment_of(dice, plan.first, plan.writes_until), lambda n=n: _ask(world, n))  # type: ignore[misc]
    for n in range(plan.newsletters):
        world.plan(moment_of(dice, plan.first, plan.last), lambda n=n: _advertise(world, n))  # type: ignore[misc]
    for _ in range(plan.forged):
        number = f"2027-{dice.randrange(1, 40):04}"
        world.plan(moment_of(dice, plan.first + timedelta(days=3), plan.last), lambda number=number: _forge(world, number))  # type: ignore[misc]
    day = days.next_working(plan.first + timedelta(days=7))
    for n in range(plan.flood):
        at = days.at(day, 10 + n * 8 // plan.flood, 20)
        world.plan(at, lambda number=f"2027-{n % 40 + 1:04}": _forge(world, number))  # type: ignore[misc]


def _hour_of_office(dice: random.Random, plan: Plan) -> datetime:
    return days.at(dice.choice(days.working_days(plan.first, plan.writes_until)), dice.randrange(10, 17), 30)


def _telephone(world: World, customer: Customer) -> None:
    """Whoever of the specialists is here takes the call."""
    today = days.local_day(world.now)
    here = [actor for actor in world.actors.values() if isinstance(actor, Specialist) and not actor.is_away(today)]
    world.dice.choice(here).hear(customer)


class Stranger:
    """Somebody to whom nothing should come, or nothing but what a person writes."""

    def take(self, letter: object) -> None:
        pass


def _send(world: World, name: str, address: str, subject: str, text: str, truth: str, *, vouched: bool = True, headers: tuple[tuple[str, str], ...] = ()) -> None:
    world.actors.setdefault(address, Stranger())
    raw = write((name, address), [CLAIMS], subject, text, at=world.now, message_id=world.new_id(address), headers=headers)
    world.post.into_claims(raw, sender=address, truth=truth, about=address, vouched=vouched)


def _ask(world: World, n: int) -> None:
    subject, text = world.dice.choice(texts.QUESTIONS)
    _send(world, texts.person_name(world.dice, "ru"), f"vopros{n}@pochta.example", subject, text, "question")


def _advertise(world: World, n: int) -> None:
    subject, text = world.dice.choice(texts.NEWSLETTERS)
    headers = (("List-Id", f"<news{n % 7}.expo.example>"), ("List-Unsubscribe", "<https://expo.example/u>"), ("Precedence", "bulk"))
    _send(world, "Рассылка", f"news{n % 7}@expo.example", subject, text, "list", headers=headers)


def _forge(world: World, number: str) -> None:
    """A command in Anna's name that our mail server does not vouch for."""
    raw = write(("Анна Петрова", "anna@firma.example"), [CLAIMS], f"Re: [#{number}]", f"!закрыть {number} решено\n", at=world.now, message_id=world.new_id("evil.example"))
    world.post.into_claims(raw, sender="bad@evil.example", truth="forged", vouched=False)


def customers_of(world: World) -> list[Customer]:
    return [actor for actor in world.actors.values() if isinstance(actor, Customer)]
