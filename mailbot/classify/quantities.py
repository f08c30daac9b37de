"""How many of what, and what each number tells: by papers, received, missing, broken; a shortage is computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mailbot.claims.facts import Fact
from mailbot.classify.counted import find_counted
from mailbot.classify.each import take_each
from mailbot.classify.faulty import (
    leave_demanded,
    take_blamed,
    take_elliptic,
    take_failing,
    take_faults,
    take_faulty_within,
    take_lacking,
    take_leaks,
)
from mailbot.classify.headings import take_headings
from mailbot.classify.packages import SMALL
from mailbot.classify.reconciled import (
    leave_conditions,
    leave_rest,
    leave_sound,
    take_agreed,
    take_asked_for,
    take_counted_faults,
    take_equal,
    take_fewer,
    take_handed_over,
    take_kinds,
    take_labels_behind,
    take_likewise,
    take_listed,
    take_parallel,
    take_resumed,
    take_same_thing,
    take_sums,
    take_together,
    take_under_colon,
    take_verb_before,
)
from mailbot.classify.sheet import Sheet
from mailbot.classify.shortages import computed, none_came
from mailbot.classify.sides import (
    leave_wholes,
    pair_sides,
    papers_before_received,
    received_after_papers,
    sides_of_lines,
    take_contrasts,
    take_wholes,
)
from mailbot.classify.single_things import is_ordinal
from mailbot.classify.spoken_numbers import Number
from mailbot.classify.told_roles import PARTS, owners_of, role_of, told_of
from mailbot.classify.units import Counted, Units


class Learned(Protocol):
    """What the model of counts makes of the counts of the rules, and of the numbers they take for none (count_model.CountJudge): each count
    with its role and, where the model told it, the model's name."""

    def judge(
        self, counted: Sequence[Counted], roles: Sequence[str], found: Sequence[Number], sheet: Sheet, units: Units
    ) -> Sequence[tuple[Counted, str, str]]: ...


def read_quantities(sheet: Sheet, found: Sequence[Number], units: Units, learned: Learned | None = None) -> Sequence[Fact]:
    """The quantities of a place, and the missing ones computed from "по накладной 50, пришло 47".

    A number told again without its role ("не хватает 3 упаковок … отправьте 3 упаковки") is told once.
    """
    counted = find_counted(sheet, found, units)
    roles = _roles(counted, sheet)
    take_leaks(counted, roles, sheet, units)
    take_each(counted, roles, sheet)
    told_by = learned.judge(counted, roles, found, sheet, units) if learned is not None else _by_rules(counted, roles)
    facts = [_fact(one, role, sheet, rule) for one, role, rule in told_by]
    facts += computed(facts, sheet)
    facts += none_came(facts, sheet)
    facts = [fact for fact in facts if not (fact.role == "unknown" and _says_little(fact))]
    told = {(fact.value, fact.unit) for fact in facts if fact.role != "unknown"}
    wrong = {(fact.value, fact.unit): fact.start for fact in reversed(facts) if fact.role in PARTS}
    facts = [fact for fact in facts if fact.role != "total" or fact.start <= wrong.get((fact.value, fact.unit), fact.start)]
    return [fact for fact in facts if fact.role != "unknown" or (fact.value, fact.unit) not in told]


def _says_little(fact: Fact) -> bool:
    """A package's measure, "both copies", or "the second": worth telling only where a role is told."""
    return (
        (fact.value == 1 and is_ordinal(fact.text.lower()))
        or (fact.unit in ("g", "ml") and float(fact.value) <= SMALL)
        or fact.text.lower().startswith(("both", "оба", "обе", "обо"))
    )


def _roles(counted: Sequence[Counted], sheet: Sheet) -> list[str]:
    if not counted:
        return []
    told = [told_of(one, sheet) for one in counted]
    owners = owners_of(told)
    roles = [role_of(n, counted, told[n], owners, sheet) for n in range(len(counted))]
    pair_sides(counted, roles, sheet)
    take_contrasts(counted, roles, sheet)
    take_kinds(counted, roles, sheet)
    take_fewer(counted, roles, sheet)
    received_after_papers(counted, roles, sheet)
    sides_of_lines(counted, roles, sheet)
    take_headings(counted, roles, sheet)
    take_handed_over(counted, roles, sheet)
    take_labels_behind(counted, roles, sheet)
    take_equal(counted, roles, sheet)
    take_counted_faults(counted, roles, sheet)
    take_faults(counted, roles, sheet)
    take_lacking(counted, roles, sheet)
    leave_demanded(counted, roles, sheet)
    take_failing(counted, roles, sheet)
    take_parallel(counted, roles, sheet)
    take_verb_before(counted, roles, sheet)
    take_under_colon(counted, roles, sheet)
    papers_before_received(counted, roles, sheet)
    take_wholes(counted, roles, sheet)
    take_faulty_within(counted, roles, sheet)
    take_blamed(counted, roles, sheet)
    take_elliptic(counted, roles, sheet)
    take_listed(counted, roles, sheet)
    take_resumed(counted, roles, sheet)
    take_same_thing(counted, roles, sheet)
    take_asked_for(counted, roles, sheet)
    take_likewise(counted, roles, sheet)
    take_together(counted, roles, sheet)
    take_agreed(counted, roles, sheet)
    leave_wholes(counted, roles, sheet)
    leave_conditions(counted, roles, sheet)
    leave_rest(counted, roles, sheet)
    leave_sound(counted, roles, sheet)
    take_kinds(counted, roles, sheet)
    take_sums(counted, roles, sheet)
    return roles


def _by_rules(counted: Sequence[Counted], roles: Sequence[str]) -> list[tuple[Counted, str, str]]:
    return [(one, role, "") for one, role in zip(counted, roles, strict=True)]


def _fact(one: Counted, role: str, sheet: Sheet, rule: str) -> Fact:
    start, end, value = one.number.start, one.end, one.number.value
    whole = int(value) if value == int(value) else value
    return Fact(sheet.text[start:end], whole, start, end, sheet.in_, unit=one.unit, role=role, rule=rule)
