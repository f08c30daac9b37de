"""Values to JSON and back: every value that is stored or crosses a pipe comes back equal, and data of another shape is refused."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.claims import authentication, case, category, clocks, decision, delivery, facts, message, understanding
from mailbot.claims.case import KnownCase, State
from mailbot.claims.decision import Decision
from mailbot.claims.facts import Fact
from mailbot.claims.message import Address, Attachment, IncomingMail, Kind
from mailbot.claims.plain import from_plain, to_plain
from mailbot.claims.understanding import ReadMail, Understanding
from tests.values import a_known_case, a_mail, decided, words

MODULES = (authentication, case, category, clocks, decision, delivery, facts, message, understanding)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=3)), timezone(timedelta(hours=-9, minutes=-30))])
LEAVES: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=4),
    int: st.integers(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    date: st.dates(),
    datetime: st.datetimes(timezones=ZONES),
    type(None): st.none(),
}


def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type: small texts and short tuples, so that whole mails stay quick to make."""
    origin, args = get_origin(kind), get_args(kind)
    if kind in LEAVES:
        return LEAVES[kind]
    if origin in (Union, types.UnionType):
        return st.one_of(*[values_of(arg) for arg in args])
    if origin is tuple:
        return st.lists(values_of(args[0]), max_size=2).map(tuple)
    if origin is frozenset:
        return st.frozensets(values_of(args[0]), max_size=2)
    if origin is dict:
        return st.dictionaries(values_of(args[0]), values_of(args[1]), max_size=2)
    if origin is Literal:
        return st.sampled_from(args)
    if issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{field.name: values_of(hints[field.name]) for field in dataclasses.fields(kind)})


def _kinds() -> Iterator[type]:
    for module in MODULES:
        yield from (thing for thing in vars(module).values() if isinstance(thing, type) and dataclasses.is_dataclass(thing) and thing.__module__ == module.__name__)


@pytest.mark.parametrize("kind", list(_kinds()), ids=lambda kind: kind.__name__)
def test_every_value_comes_back_equal(kind: type) -> None:
    @settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(values_of(kind))
    def comes_back(value: Any) -> None:
        written = json.dumps(to_plain(value), ensure_ascii=False)
        assert from_plain(kind, json.loads(written)) == value

    comes_back()


def test_the_values_are_those_we_think() -> None:
    names = {kind.__name__ for kind in _kinds()}
    assert {"ReadMail", "Understanding", "IncomingMail", "Decision", "KnownCase", "Facts", "Verdict", "Warranty", "ClockRule"} <= names


def test_types_come_back_not_only_equal_values() -> None:
    mail = from_plain(IncomingMail, json.loads(json.dumps(to_plain(a_mail(received_at=datetime(2026, 1, 1, tzinfo=UTC))))))
    assert isinstance(mail.from_, Address)
    assert isinstance(mail.to, tuple)
    assert isinstance(mail.received_at, datetime)
    known = from_plain(KnownCase, json.loads(json.dumps(to_plain(a_known_case()))))
    assert (type(known.state), type(known.orders)) == (State, frozenset)
    made = from_plain(Decision, json.loads(json.dumps(to_plain(decided(a_mail())))))
    assert made.kind is Kind.CLAIM
    assert to_plain(Kind.CLAIM) == "claim"
    assert type(to_plain(Kind.CLAIM)) is str


def test_a_fact_keeps_numbers_and_texts_apart() -> None:
    for value in ("12", 12, 12.5, 0):
        back = from_plain(Fact, to_plain(Fact("x", value, 0, 1, "text"))).value
        assert (back, type(back)) == (value, type(value))


def test_a_row_of_an_older_or_newer_release_can_be_read() -> None:
    """Unknown keys are ignored, absent ones take their default."""
    data = to_plain(ReadMail(a_mail(), words()))
    data["mail"]["invented_later"] = 1
    del data["understanding"]["lemmas"], data["mail"]["signs"]
    assert from_plain(ReadMail, data) == ReadMail(a_mail(), words())
    assert from_plain(Understanding, {}) == Understanding()


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Address, {"name": "x"}),
        (Address, {"name": 1, "address": "a@b"}),
        (Address, {"name": None, "address": "a@b"}),
        (Attachment, {"name": None, "media_type": "a/b", "size": "9", "sha256": "0"}),
        (Attachment, {"name": None, "media_type": "a/b", "size": True, "sha256": "0"}),
        (Attachment, {"name": 5, "media_type": "a/b", "size": 9, "sha256": "0"}),
        (Fact, {"text": "x", "value": None, "start": 0, "end": 1, "in_": "text"}),
        (Fact, {"text": "x", "value": 1, "start": 0, "end": 1, "in_": "text", "date": "2026-13-01"}),
        (Kind, "party"),
        (Decision, {"kind": "claim", "kind_reason": "", "case": "perhaps", "reason": ""}),
        (ReadMail, None),
        (ReadMail, []),
        (ReadMail, {"mail": {}, "understanding": 1}),
    ],
)
def test_data_that_does_not_fit_is_refused(kind: type, data: Any) -> None:
    with pytest.raises((TypeError, ValueError, KeyError)):
        from_plain(kind, data)


@pytest.mark.parametrize("value", [b"bytes", time(9), timedelta(1), object(), {1, 2, 3}.__iter__()])
def test_what_has_no_plain_form(value: Any) -> None:
    with pytest.raises(TypeError, match="no plain form"):
        to_plain(value)


def test_sets_are_written_in_one_order() -> None:
    assert to_plain(frozenset({"б", "а", "в"})) == ["а", "б", "в"]
