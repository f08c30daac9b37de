"""Who gets a case and who hears of it (decision 28)."""

from __future__ import annotations

import pytest

from mailbot.claims.people import people_for, sorters, specialist_for, with_role
from mailbot.claims.policy import Person, Policy
from tests.values import ANNA, BORIS, CHIEF, a_policy

OPERATOR = Person("oleg", "Олег", ("oleg@firma.example",), ("operator",))
DIRECTOR = Person("dina", "Дина", ("dina@firma.example",), ("director", "legal"))
SECOND = Person("zoya", "Зоя", ("zoya@firma.example",), ("specialist",), ("damage",))


@pytest.mark.parametrize(("category", "who"), [("damage", ANNA), ("quality", ANNA), ("quantity", BORIS), ("warranty", None), ("unsorted", None), ("", None)])
def test_the_first_specialist_who_lists_the_category(category: str, who: Person | None) -> None:
    assert specialist_for(category, a_policy(people=(ANNA, SECOND, BORIS, CHIEF))) == who


def test_a_head_who_lists_categories_is_no_specialist() -> None:
    head = Person("h", "Г", ("h@x",), ("head",), ("damage",))
    assert specialist_for("damage", a_policy(people=(head,))) is None


@pytest.mark.parametrize(
    ("people", "who"),
    [
        ((ANNA, BORIS, CHIEF), (BORIS,)),
        ((ANNA, SECOND, CHIEF, OPERATOR), (ANNA, SECOND)),
        ((CHIEF, OPERATOR), (OPERATOR,)),
        ((CHIEF,), ()),
        ((), ()),
    ],
)
def test_sorters(people: tuple[Person, ...], who: tuple[Person, ...]) -> None:
    assert sorters(Policy(people=people)) == who


@pytest.mark.parametrize(
    ("roles", "people", "who"),
    [
        pytest.param(("head",), (ANNA, CHIEF), (CHIEF,), id="has it"),
        pytest.param(("head", "director"), (CHIEF, DIRECTOR), (CHIEF, DIRECTOR), id="two"),
        pytest.param(("legal", "director"), (CHIEF, DIRECTOR), (DIRECTOR,), id="each once"),
        pytest.param(("legal",), (ANNA, CHIEF), (CHIEF,), id="nobody legal: the head"),
        pytest.param(("privacy",), (ANNA, OPERATOR), (OPERATOR,), id="nobody at all: the operator"),
        pytest.param(("operator",), (CHIEF,), (CHIEF,), id="no operator: the head"),
        pytest.param(("director",), (ANNA,), (), id="only a specialist"),
        pytest.param(("unheard",), (ANNA, CHIEF), (), id="no such role"),
    ],
)
def test_who_hears(roles: tuple[str, ...], people: tuple[Person, ...], who: tuple[Person, ...]) -> None:
    assert people_for(roles, Policy(people=people)) == who


@pytest.mark.parametrize(
    ("category", "assignee", "who"),
    [("damage", None, (ANNA,)), ("damage", "boris", (BORIS,)), ("damage", "left", (ANNA,)), ("unsorted", None, (BORIS,)), ("", "chief", (CHIEF,))],
)
def test_the_specialist_of_a_case(category: str, assignee: str | None, who: tuple[Person, ...]) -> None:
    assert people_for(("specialist",), a_policy(), category=category, assignee=assignee) == who


def test_without_any_specialist_the_operator_hears() -> None:
    assert people_for(("specialist",), Policy(people=(CHIEF, OPERATOR)), category="damage") == (OPERATOR,)
    assert people_for(("specialist",), Policy(people=(CHIEF,)), category="damage") == (CHIEF,)


def test_roles_keep_the_order_of_the_configuration() -> None:
    assert with_role("specialist", a_policy(people=(SECOND, ANNA, CHIEF))) == (SECOND, ANNA)
