"""The decision demand by demand: each demand of the customer gets its verdict with day, cost and reason, and none is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from mailbot.claims.case_letters import Verdict
from mailbot.claims.decision_kinds import AS_DEMANDED, MONEY
from mailbot.claims.demand_words import GRANT, NONE, DemandWords, read_demands
from mailbot.claims.granted_words import what_we_do
from mailbot.claims.remedy_words import DEMANDS
from mailbot.claims.said_dates import day_ahead
from mailbot.claims.working_time import office_day
from mailbot.jobs.orders import Errand, NotDone, Row

_ANY_ANSWER = frozenset({"decision", "answer"})  # "please decide" is no demand of its own beside others
_ROUBLES = re.compile(r"\bруб\b(?!\.)")


def demands_of(case: Row) -> tuple[str, ...]:
    """What the customer demands, in the order in which a decision numbers it: ids of behaviour.md 9."""
    wanted = tuple(dict.fromkeys(case["remedies"]))
    return tuple(one for one in wanted if one not in _ANY_ANSWER) or wanted[:1]


def demand_names(case: Row, language: str) -> tuple[str, ...]:
    """The same in words."""
    names = DEMANDS["ru" if language == "ru" else "en"]
    return tuple(names.get(one, one) for one in demands_of(case))


def verdicts(errand: Errand, case: Row, words: str) -> tuple[Verdict, ...]:
    """What she wrote, demand by demand. `words`: without the lines of findings and grounds. Errors: NotDone."""
    said, names = read_demands(words)[0], demand_names(case, errand.language)
    left = [f"{n} ({name})" for n, name in enumerate(names, 1) if all(one.number != n for one in said)]
    if left:
        raise NotDone(errand.say("demands_left", value=", ".join(left)))
    found = tuple(_verdicts(errand, case, said))
    if not found:
        raise NotDone(errand.say("demands_none"))
    return found


def bearer_of(errand: Errand, case: Row, words: str) -> str:
    """At whose cost it is carried out as a whole; each demand that is met must have one. Errors: NotDone."""
    common = errand.command.more or case["cost_bearer"] or ""
    met = [one for one in read_demands(words)[0] if one.kind not in {NONE, "refusal", "explanation"}]
    for one in met:
        if not (one.bearer or common):
            raise NotDone(errand.say("no_bearer_of", value=str(one.number)))
    return next((one.bearer or common for one in met), common)


def _verdicts(errand: Errand, case: Row, said: Sequence[DemandWords]) -> Iterator[Verdict]:
    wanted, language = demands_of(case), "ru" if case["language"] == "ru" else "en"
    common = errand.command.more or case["cost_bearer"] or ""
    for one in said:
        if one.kind == NONE:
            continue
        demanded = wanted[one.number - 1] if one.number <= len(wanted) else ""
        kind = AS_DEMANDED.get(demanded, "") if one.kind == GRANT else one.kind
        name = one.named or DEMANDS[language].get(demanded, demanded) or ("" if wanted or one.number > 1 else DEMANDS[language]["decision"])
        if not name:
            raise NotDone(errand.say("demand_name", value=str(one.number)))
        if not kind:
            raise NotDone(errand.say("demand_kind", value=str(one.number)))
        if meant := "" if one.named else _meant_elsewhere(kind, demanded, wanted):
            names = demand_names(case, errand.language)
            other = wanted.index(meant)
            raise NotDone(
                errand.say("demand_other", value=str(one.number), kind=names[one.number - 1], until=f"{other + 1} ({names[other]})")
            )
        bearer = one.bearer or common
        yield Verdict(
            demand=name,
            kind=kind,
            words=_ROUBLES.sub("руб.", what_we_do(kind, one.words, language, as_demanded=one.kind == GRANT)),
            extent="instead" if one.extent == "full" and not one.named and _is_another(kind, demanded) else one.extent,
            by=_day(errand, one),
            borne_by=bearer if bearer in {"ours", "customer"} and kind not in {"refusal", "explanation"} else "",
            reason=one.reason,
            further=one.further,
        )


def _meant_elsewhere(kind: str, demanded: str, wanted: Sequence[str]) -> str:
    """The other demand of hers that this decision meets, where it does not meet the one whose number it has; "" where there is none."""
    return next((other for other in wanted if AS_DEMANDED.get(other) == kind), "") if _is_another(kind, demanded) else ""


def _is_another(kind: str, demanded: str) -> bool:
    """Something is done, and not what she demanded; a sum may be given back under either name."""
    own = AS_DEMANDED.get(demanded, "")
    return bool(own) and kind not in {own, "refusal", "explanation"} and not {kind, own} <= MONEY


def _day(errand: Errand, one: DemandWords) -> date | None:
    """Errors: NotDone where it is no day to come."""
    if not one.until:
        return None
    office = errand.ground.policy.office
    day = day_ahead(one.until, errand.now, office)
    if day is None or day < office_day(errand.now, office):
        raise NotDone(errand.say("demand_day", value=one.until[:40]))
    return day
