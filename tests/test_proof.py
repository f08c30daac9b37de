"""A Message-ID and a loop header prove themselves: no changed letter, other key or other mail passes (reliability.md A4, L2)."""

from __future__ import annotations

import pytest

from mailbot.claims.proof import SigningKey, is_our_loop, is_ours, looks_ours, loop_header, mac, make_message_id
from tests.values import KEY, OTHER_KEY, OUR_ID

KEYS = {KEY.id: KEY}
BOTH = {KEY.id: KEY, OTHER_KEY.id: OTHER_KEY}


def test_ours_is_ours() -> None:
    assert is_ours(OUR_ID, KEYS)
    assert is_ours(OUR_ID, BOTH)
    assert looks_ours(OUR_ID)


@pytest.mark.parametrize("n", range(len(OUR_ID)))
def test_flipping_any_character_breaks_the_proof(n: int) -> None:
    for other in "a2x.@":
        if other != OUR_ID[n]:
            assert not is_ours(OUR_ID[:n] + other + OUR_ID[n + 1 :], BOTH)
    assert not is_ours(OUR_ID[:n] + OUR_ID[n + 1 :], BOTH), "a character cut out"


@pytest.mark.parametrize(
    "other",
    ["", OUR_ID + "x", "x" + OUR_ID, f"<{OUR_ID}>", OUR_ID + "\n", OUR_ID.replace("ack", "digest"), OUR_ID.replace("k7", "k8"), OUR_ID.replace("firma", "evil"), OUR_ID[:-8]],
)
def test_other_ids_are_not_ours(other: str) -> None:
    assert not is_ours(other, BOTH)


def test_programs_that_fold_letters_do_not_break_the_proof() -> None:
    assert is_ours(OUR_ID.upper(), KEYS)


def test_another_key_proves_nothing() -> None:
    assert not is_ours(OUR_ID, {})
    assert not is_ours(OUR_ID, {OTHER_KEY.id: OTHER_KEY})
    assert not is_ours(OUR_ID, {KEY.id: SigningKey(KEY.id, OTHER_KEY.secret)})
    assert not is_ours(make_message_id(OTHER_KEY, "ack", "content", 1, "claims.firma.example"), KEYS)
    assert looks_ours(make_message_id(OTHER_KEY, "ack", "content", 1, "claims.firma.example"))


def test_an_id_is_chosen_once() -> None:
    """R10: a letter made again after a crash or a restored backup has the same id; another letter has another."""
    again = make_message_id(KEY, "ack", "content", 1, "claims.firma.example")
    assert again == OUR_ID
    others = {
        make_message_id(KEY, "digest", "content", 1, "claims.firma.example"),
        make_message_id(KEY, "ack", "other", 1, "claims.firma.example"),
        make_message_id(KEY, "ack", "content", 2, "claims.firma.example"),
        make_message_id(KEY, "ack", "content", 1, "firma.example"),
        make_message_id(OTHER_KEY, "ack", "content", 1, "claims.firma.example"),
    }
    assert len(others | {OUR_ID}) == 6
    assert all(is_ours(other, BOTH) for other in others)


def test_a_mac_has_128_bits_and_does_not_join_its_parts() -> None:
    assert len(mac(KEY, "a")) == 26
    assert mac(KEY, "a", "bc") != mac(KEY, "ab", "c")


def test_the_loop_header() -> None:
    value = loop_header(KEY, "mailbot-1", OUR_ID)
    assert is_our_loop(value, OUR_ID, KEYS)
    assert not is_our_loop(value, OUR_ID + "x", KEYS)
    assert not is_our_loop(value, OUR_ID, {})
    assert not is_our_loop(value, OUR_ID, {KEY.id: OTHER_KEY})


@pytest.mark.parametrize("n", range(len(loop_header(KEY, "mailbot-1", OUR_ID))))
def test_flipping_any_character_of_the_loop_header(n: int) -> None:
    value = loop_header(KEY, "mailbot-1", OUR_ID)
    changed = value[:n] + ("q" if value[n] != "q" else "r") + value[n + 1 :]
    assert not is_our_loop(changed, OUR_ID, BOTH)


@pytest.mark.parametrize("value", ["", "mailbot-1", "a b", "a b c d", "mailbot-1 k7 ", "мэйл k7 ключ", "a\ud800 k7 \ud800", "a\ud800 k7 abc"])
def test_loop_headers_of_others(value: str) -> None:
    assert not is_our_loop(value, OUR_ID, KEYS)


def test_a_message_id_of_bytes_that_are_no_text_raises_nothing() -> None:
    assert not is_ours("mb1.ack.k7.\ud800@x", KEYS)
    assert not is_our_loop(loop_header(KEY, "mailbot-1", OUR_ID), "\ud800@x", KEYS)
