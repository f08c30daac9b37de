"""Which clocks a case has: every rule that fits, the stricter where we do not know, laws that never wait (domain.md 2.3 a-g)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.claims.case import State
from mailbot.claims.clocked import ClockCase, Happening, Moved, Stated
from mailbot.claims.clocks import Clock, ClockRule, Contract, Step, Terms, headline
from mailbot.claims.errors import SetupError
from mailbot.claims.escalation import ClockedCase, escalations_due
from mailbot.claims.running_clocks import Counting, clocks_of
from mailbot.rulebook.deadlines import load_terms
from mailbot.rulebook.production_calendar import load_calendar
from tests.desk_values import DAY, HOUR, MOSCOW, NOW, moscow

TERMS = load_terms(None)
RUSSIA = load_calendar(None, range(2015, 2030))
BY = Counting(TERMS, RUSSIA, MOSCOW, "calendar")
CONTRACT = Contract("17-ПС/2026", "7701234567", ("P-6",), 10, "calendar_day")
FIRST = {"acknowledgement", "formal_answer"}


def a_case(**changes: Any) -> ClockCase:
    values: dict[str, Any] = {
        "state": State.REGISTERED, "opening": 1, "received_at": NOW, "state_since": NOW, "category": "damage", "consumer": "yes",
        "remedies": ("refund",), "acknowledge_by": moscow(11, 24, 23, 59, 59), "answer_by": moscow(11, 26, 23, 59, 59),
        "answer_hard_by": moscow(11, 30, 23, 59, 59),
    }  # fmt: skip
    return ClockCase(**{**values, **changes})


def due(case: ClockCase, by: Counting = BY) -> dict[str, str]:
    return {clock.rule: clock.due_by.astimezone(MOSCOW).date().isoformat() for clock in clocks_of(case, by) if clock.runs}


def others(case: ClockCase, by: Counting = BY) -> dict[str, str]:
    return {rule: on for rule, on in due(case, by).items() if rule not in FIRST}


@pytest.mark.parametrize(
    ("changes", "clocks"),
    [
        pytest.param({}, {"ru_zozpp_22_refund": "2026-12-03"}, id="refund"),
        pytest.param({"remedies": ("price_reduction",)}, {"ru_zozpp_22_refund": "2026-12-03"}, id="price"),
        pytest.param({"remedies": ("replace",)}, {"ru_zozpp_21_replace": "2026-11-30"}, id="replacement"),
        pytest.param({"remedies": ("replace", "refund")}, {"ru_zozpp_21_replace": "2026-11-30", "ru_zozpp_22_refund": "2026-12-03"}, id="both"),
        pytest.param({"remedies": ("repair",)}, {"ru_zozpp_20_repair": "2027-01-11"}, id="repair"),
        pytest.param({"remedies": ("documents",)}, {}, id="a demand no law has a term for"),
        pytest.param({"remedies": ("replace",), "flags": frozenset({"quality_check"})}, {"ru_zozpp_21_replace_check": "2026-12-14"}, id="with a check: instead of seven days"),
        pytest.param({"remedies": ("replace",), "flags": frozenset({"not_in_stock"})}, {"ru_zozpp_21_replace_absent": "2026-12-23"}, id="not in stock"),
        pytest.param({"consumer": "no"}, {"ru_apk_4_claim": "2026-12-23"}, id="a firm"),
        pytest.param({"consumer": "unknown"}, {"ru_zozpp_22_refund": "2026-12-03", "ru_apk_4_claim": "2026-12-23"}, id="who, is not known: both"),
        pytest.param({"remedies": ()}, {"ru_zozpp_21_replace": "2026-11-30"}, id="what, is not known: the law's shortest"),
        pytest.param({"category": "quality", "stated": Stated(dates={"purchased_on": date(2026, 1, 15)})}, {"ru_zozpp_22_refund": "2026-12-03", "ru_zozpp_19_two_years": "2028-01-15"}, id="two years"),
        pytest.param({"stated": Stated(dates={"answer_wanted_by": date(2026, 11, 25)})}, {"ru_zozpp_22_refund": "2026-12-03", "customer_asks": "2026-11-25"}, id="her own date"),
        pytest.param({"stated": Stated(places=frozenset({"RU", "KZ"}))}, {"ru_zozpp_22_refund": "2026-12-03", "kz_consumer_answer": "2026-12-03"}, id="Kazakhstan"),
        pytest.param({"stated": Stated(places=frozenset({"RU", "DE"}))}, {"ru_zozpp_22_refund": "2026-12-03", "eu_distance_refund": "2026-12-07"}, id="EU"),
        pytest.param({"regress": "forwarder", "stated": Stated(dates={"delivered_on": date(2026, 11, 20)})}, {"ru_zozpp_22_refund": "2026-12-03", "regress_forwarder_notice": "2026-12-20"}, id="forwarder"),
        pytest.param({"regress": "rail", "stated": Stated(dates={"delivered_on": date(2026, 8, 31)})}, {"ru_zozpp_22_refund": "2026-12-03", "regress_rail_claim": "2027-02-28"}, id="rail: six months end with February"),
        pytest.param({"regress": "cmr", "stated": Stated(dates={"delivered_on": date(2026, 11, 20)})}, {"ru_zozpp_22_refund": "2026-12-03", "regress_cmr_notice": "2026-12-01"}, id="CMR: days off do not count"),
        pytest.param({"regress": "forwarder"}, {"ru_zozpp_22_refund": "2026-12-03"}, id="nobody knows when it was delivered"),
    ],
)  # fmt: skip
def test_the_rules_that_fit(changes: dict[str, Any], clocks: dict[str, str]) -> None:
    assert others(a_case(**changes)) == clocks


def test_the_claimants_court_clock_runs_from_the_sending() -> None:
    """АПК: the earlier of Date and arrival; a Date of years ago is a broken clock."""
    for sent, on in ((NOW - DAY, "2026-12-22"), (NOW + DAY, "2026-12-23"), (NOW - 500 * DAY, "2026-12-23"), (None, "2026-12-23")):
        assert others(a_case(consumer="no", stated=Stated(sent_at=sent))) == {"ru_apk_4_claim": on}


def test_a_demand_of_a_later_letter_runs_from_it() -> None:
    assert others(a_case(demanded={"refund": NOW + 2 * DAY})) == {"ru_zozpp_22_refund": "2026-12-07"}  # 5 December is a Saturday


# --- contracts


def test_an_answer_does_not_meet_a_demand() -> None:
    """She was answered, demands her money back a day later, and is answered again. Who she is nobody knows: its ten days run until it is
    paid, as they would for a private person (domain.md 2.3 b).
    """
    remedies, demanded = ("repair", "refund"), {"refund": NOW + DAY}
    case = a_case(category="quality", consumer="unknown", remedies=remedies, answered_at=NOW + HOUR, demanded=demanded)
    for known in ("unknown", "yes"):
        for answered_at in (NOW + HOUR, NOW + 2 * DAY):
            states = {clock.rule: (clock.state, clock.started_at) for clock in clocks_of(replace(case, consumer=known, answered_at=answered_at), BY)}
            assert states["ru_zozpp_22_refund"] == ("running", NOW + DAY)
            assert states["ru_zozpp_20_repair"] == ("running", NOW)
    firm = clocks_of(replace(case, consumer="no", answered_at=NOW + 2 * DAY), BY)
    assert {clock.rule: clock.state for clock in firm if clock.kind == "statute"} == {"ru_apk_4_claim": "met"}


def test_where_nothing_was_demanded_an_answer_is_enough() -> None:
    """The shortest term of the law ran because nobody knew what she wants."""
    for known in ("unknown", "yes"):
        states = {clock.rule: clock.state for clock in clocks_of(a_case(consumer=known, remedies=(), answered_at=NOW + DAY), BY)}
        assert states["ru_zozpp_21_replace"] == "met"


def with_contract(contract: Contract = CONTRACT, **changes: Any) -> dict[str, str]:
    by = replace(BY, terms=replace(TERMS, contracts=(contract,)))
    return due(a_case(consumer="no", stated=Stated(contracts=frozenset({"17-пс/2026"})), **changes), by)


def test_a_contract_has_a_term_of_its_own() -> None:
    assert with_contract() == {"acknowledgement": "2026-11-24", "formal_answer": "2026-11-26", "contract_answer": "2026-12-03", "ru_apk_4_claim": "2026-12-23"}
    by = replace(BY, terms=replace(TERMS, contracts=(CONTRACT,)))
    of_firm = a_case(consumer="no", stated=Stated(inn=frozenset({"7701234567"})))
    assert due(of_firm, by)["contract_answer"] == "2026-12-03"
    (answer,) = [clock for clock in clocks_of(of_firm, by) if clock.rule == "formal_answer"]
    assert answer.hard_by == moscow(12, 3, 23, 59, 59), "the contract's day is the outer limit"


def test_a_short_contract_is_before_our_own_promise() -> None:
    short = replace(CONTRACT, answer_amount=1, answer_unit="working_day")
    assert {rule: on for rule, on in with_contract(short).items() if "answer" in rule} == {"formal_answer": "2026-11-24", "contract_answer": "2026-11-24"}


def test_a_contract_takes_nothing_from_a_consumer() -> None:
    by = replace(BY, terms=replace(TERMS, contracts=(replace(CONTRACT, answer_amount=60),)))
    case = a_case(stated=Stated(contracts=frozenset({"17-ПС/2026"})))
    assert due(case, by)["ru_zozpp_22_refund"] == "2026-12-03"


def test_a_call_of_a_representative_has_one_day() -> None:
    """Only where the contract refers to П-6, though the letter says neither claim nor defect."""
    assert with_contract(remedies=("inspection",))["p6_representative"] == "2026-11-24"
    assert "p6_representative" not in due(a_case(consumer="no", remedies=("inspection",)))
    assert "p6_representative" not in with_contract(remedies=("refund",))
    assert with_contract(remedies=())["p6_representative"] == "2026-11-24", "not known: the stricter"


# --- valid, confirmed, headline


def test_a_rule_of_its_time() -> None:
    rules = (
        ClockRule("formal_answer", "О", 3, "working_day"),
        ClockRule("old", "С", 10, "calendar_day", valid_to=date(2026, 11, 22)),
        ClockRule("now", "Н", 10, "calendar_day", valid_from=date(2026, 11, 23), valid_to=date(2026, 11, 23)),
        ClockRule("new", "Н", 10, "calendar_day", valid_from=date(2026, 11, 24)),
    )
    assert set(due(a_case(), replace(BY, terms=Terms(rules)))) == {"formal_answer", "now"}


def test_the_headline() -> None:
    found = clocks_of(a_case(stated=Stated(dates={"answer_wanted_by": date(2026, 11, 25)})), BY)
    first = headline(found, TERMS)
    assert first is not None
    assert first.rule == "customer_asks"
    answered = clocks_of(a_case(answered_at=NOW + HOUR), BY)
    first = headline(answered, TERMS)
    assert first is not None
    assert first.rule == "ru_zozpp_22_refund"
    assert headline((), TERMS) is None


def test_a_guide_is_no_headline_and_troubles_only_the_specialist() -> None:
    rule = ClockRule("guide", "Г", 1, "working_day", status="unconfirmed", steps=(Step("late", ("head", "specialist"), share=1.0), Step("x", ("legal",), share=1.0)))
    terms = Terms((*TERMS.rules, rule))
    found = clocks_of(a_case(), replace(BY, terms=terms))
    first = headline(found, terms)
    assert first is not None
    assert first.rule == "formal_answer"
    case = ClockedCase("2026-0001", State.REGISTERED, NOW, None, None, None, clocks=tuple(clock for clock in found if clock.rule == "guide"))
    steps = escalations_due(case, [rule], RUSSIA, MOSCOW, now=moscow(11, 25, 9))
    assert [(step.step, step.roles) for step in steps] == [("late", ("specialist",))]


def test_a_step_after_a_pause_counts_without_it() -> None:
    """60 % of three days' office time, not of three days and a week of waiting."""
    waited = a_case(
        state=State.REVIEW,
        state_since=moscow(11, 30, 18),
        moves=(Moved(NOW, State.REGISTERED), Moved(moscow(11, 23, 18), State.WAITING_CUSTOMER), Moved(moscow(11, 30, 18), State.REVIEW)),
    )
    (clock,) = [clock for clock in clocks_of(waited, BY) if clock.rule == "formal_answer"]
    assert (clock.due_by, clock.paused_for) == (moscow(12, 3, 23, 59, 59), 5 * 9 * 3600)
    case = ClockedCase("2026-0001", State.REVIEW, NOW, None, waited.answer_by, waited.answer_hard_by, clocks=(clock,))
    rules = [rule for rule in TERMS.rules if rule.id == "formal_answer"]

    def steps(now: datetime) -> list[str]:
        return [step.step for step in escalations_due(case, rules, RUSSIA, MOSCOW, now=now)]

    assert steps(moscow(12, 2, 12, 59, 59)) == []
    assert steps(moscow(12, 2, 13)) == ["answer_soon"]


@given(st.lists(st.integers(0, 60 * 24 * 20), min_size=0, max_size=8, unique=True), st.sampled_from(["yes", "no", "unknown"]))
def test_a_law_never_waits(minutes: list[int], consumer: str) -> None:
    """Whatever waits there were: the same date as without any; ours never comes nearer."""
    states = [State.WAITING_CUSTOMER if n % 2 == 0 else State.REVIEW for n in range(len(minutes))]
    moves = tuple(Moved(NOW + timedelta(minutes=m), state) for m, state in zip(sorted(minutes), states, strict=True))
    last = moves[-1] if moves else Moved(NOW, State.REGISTERED)
    case = a_case(consumer=consumer, state=last.to, state_since=last.at, moves=(Moved(NOW, State.REGISTERED), *moves))
    plain = {clock.key: clock for clock in clocks_of(a_case(consumer=consumer), BY)}
    for clock in clocks_of(case, BY):
        if clock.kind in {"statute", "foreign_statute", "contract"}:
            assert (clock.state, clock.due_by, clock.paused_for) == ("running", plain[clock.key].due_by, 0)
        elif clock.rule == "formal_answer":
            assert clock.due_by >= plain[clock.key].due_by
            assert (clock.state == "paused") == (last.to is State.WAITING_CUSTOMER)


def test_a_second_request_of_the_same_department() -> None:
    asked = (Happening("request_sent", NOW, "request:1"), Happening("request_answered", NOW + DAY, "request:1"), Happening("request_sent", NOW + 2 * DAY, "request:2"))
    found: dict[str, Clock] = {clock.about: clock for clock in clocks_of(a_case(happenings=asked), BY) if clock.rule == "memo_answer"}
    assert (found["request:1"].state, found["request:2"].state) == ("met", "running")


# --- the file


def own(folder: Path, text: str) -> Path:
    head = 'schema = 1\n[[rule]]\nid = "acknowledgement"\ntitle = "П"\namount = 1\nunit = "working_day"\n'
    head += '[[rule]]\nid = "formal_answer"\ntitle = "О"\namount = 3\nunit = "working_day"\n'
    (folder / "deadlines.toml").write_text(head + text, encoding="utf-8")
    return folder


RULE = '[[rule]]\nid = "x"\ntitle = "X"\namount = 1\nunit = "working_day"\n'


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (RULE + 'trigger = "yesterday"\n', 17, "'yesterday' is not known"),
        (RULE + 'trigger = "state:lost"\n', 17, "is not known"),
        (RULE + 'trigger = "fact:birthday"\n', 17, "is not known"),
        (RULE + 'met_by = ["luck"]\n', 17, "'luck' is not known"),
        (RULE + 'met_by = "answered"\n', 17, "is not known"),
        (RULE + 'kind = "statute"\n', 12, "never pauses"),
        (RULE + 'kind = "statute"\npausable = true\n', 18, "never pauses"),
        (RULE + "applies = { customer = [\"yes\"] }\n", 17, "'customer' is not a key"),
        (RULE + "applies = { consumer = [\"perhaps\"] }\n", 17, "consumer = 'perhaps'"),
        (RULE + 'applies = ["yes"]\n', 17, "is not a table"),
        (RULE + 'instead_of = "y"\n', 17, "there is no rule 'y'"),
        (RULE + 'status = "sure"\n', 17, "'sure' is not known"),
        (RULE + 'valid_from = "2026-01-01"\n', 17, "is no date"),
        (RULE + 'remind = [{ step = "r" }]\n', 17, "cannot be understood"),
        (RULE + 'remind = [{ step = "r", at = "+0w" }]\n', 17, "cannot be understood"),
        (RULE.replace('"x"', '"' + "x" * 33 + '"'), 13, "longer than 32"),
        ("[[contract]]\nflags = []\n", 12, "is absent"),
        ('[[contract]]\nnumber = "1"\ncounterparty_inn = "12"\n', 14, "is no ИНН"),
        ('[[contract]]\nnumber = "1"\nclaim_answer = { amount = 10, unit = "week" }\n', 14, "cannot be understood"),
        ('[[contract]]\nnumber = "1"\npenalty = 3\n', 14, "is not a key"),
    ],
)  # fmt: skip
def test_a_fault_of_the_file_has_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(SetupError) as caught:
        load_terms(own(tmp_path, text))
    (fault,) = caught.value.faults
    assert says in fault.problem
    assert fault.line == line


def test_a_contract_is_read(tmp_path: Path) -> None:
    text = '[[contract]]\nnumber = "17-ПС/2026"\ncounterparty_inn = "7701234567"\nflags = ["P-6"]\nclaim_answer = { amount = 10, unit = "calendar_day" }\n'
    terms = load_terms(own(tmp_path, text))
    assert terms.contracts == (replace(CONTRACT, rule="deadlines.toml:12"),)
    assert terms.version != TERMS.version


def test_every_shipped_rule_says_where_it_is_from() -> None:
    assert [rule.id for rule in TERMS.rules if not rule.source] == []
    assert {rule.status for rule in TERMS.rules} == {"confirmed", "secondary", "unconfirmed"}
    assert all(not rule.pausable for rule in TERMS.rules if rule.is_statute)
    assert all(rule.title_en != rule.title for rule in TERMS.rules)
