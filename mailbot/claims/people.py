"""Who of our people gets a case, and who hears of it: roles, categories and who steps in where a role is empty (decisions.md 28)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mailbot.claims.latin import latin
from mailbot.claims.policy import Person, Policy

# where nobody has a role, the next one hears; the operator is the last whom the program can tell anything
INSTEAD = {
    "specialist": ("operator", "head"),
    "head": ("director", "operator"),
    "director": ("head", "operator"),
    "legal": ("head", "director", "operator"),
    "privacy": ("legal", "head", "operator"),
    "operator": ("head", "director"),
}
_WRITE_ALL = frozenset({"head", "director", "legal"})
_SEE_ALL = frozenset({"head", "director", "legal", "operator", "privacy"})


def with_role(role: str, policy: Policy) -> tuple[Person, ...]:
    """Everybody who has the role, in the order of the configuration."""
    return tuple(person for person in policy.people if role in person.roles)


def specialist_for(category: str, policy: Policy) -> Person | None:
    """Whose case it is: the first specialist who lists the category; None where a person must sort it first."""
    return next((person for person in with_role("specialist", policy) if category in person.categories), None)


def sorters(policy: Policy) -> tuple[Person, ...]:
    """Who sees unsorted cases, triage and enquiries: those with `triage = true`, else all specialists, else the operator."""
    marked = tuple(person for person in policy.people if person.triage)
    return marked or with_role("specialist", policy) or with_role("operator", policy)


def name_in(person: Person, language: str) -> str:
    """A colleague's name for a reader of this language: Russian as it is, else `name_en`, else the same in Latin letters."""
    return (person.name if language == "ru" else person.name_en or latin(person.name)) or person.id


def people_for(roles: Iterable[str], policy: Policy, *, category: str = "", assignee: str | None = None) -> tuple[Person, ...]:
    """The people who hear, each once.

    "specialist" is the case's own (`assignee` is a person's id), else the category's, else those who sort.
    """
    found: list[Person] = []
    for role in roles:
        people = _specialists(policy, category, assignee) if role == "specialist" else with_role(role, policy)
        if not people:
            people = next((stand_in for other in INSTEAD.get(role, ()) if (stand_in := with_role(other, policy))), ())
        found += [person for person in people if person not in found]
    return tuple(found)


def _specialists(policy: Policy, category: str, assignee: str | None) -> tuple[Person, ...]:
    own = next((person for person in policy.people if person.id == assignee), None) or specialist_for(category, policy)
    return (own,) if own is not None else sorters(policy)


def may_see(person: Person, policy: Policy, *, category: str | None, assigned_to: str | None, state: str) -> bool:
    """Whose eyes a case is for (reliability.md A14): who is in charge, who works its category or sorts, and who answers for all."""
    if _SEE_ALL & set(person.roles) or assigned_to == person.id:
        return True
    if category in person.categories:
        return True
    return person in sorters(policy) and (assigned_to is None or state in {"new", "triage"})


def writes_in(person: Person, policy: Policy, assigned_to: str | None, deputies: Mapping[str, str]) -> bool:
    """She may write to the customer of a case: the person in charge, whoever stands in for her (`deputies`, by id) or answers for all,
    anybody where nobody is in charge.
    """
    in_charge = next((one for one in policy.people if one.id == assigned_to), None)
    if in_charge is None or in_charge == person or deputies.get(in_charge.id) == person.id:
        return True
    return bool(_WRITE_ALL & set(person.roles))
