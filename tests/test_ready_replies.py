"""Ready replies: each line is a command the program itself understands, and what a case needs next comes first."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from mailbot.claims.case import OPEN_STATES, State
from mailbot.claims.command import NEEDS_TEXT
from mailbot.claims.command_proof import is_token
from mailbot.claims.commands import read_commands
from mailbot.claims.ready_replies import ReadyReply, ReplyMaker, words_for
from tests.desk_values import NOW
from tests.values import ANNA, KEY

NUMBER = "2026-0451"
MAKERS = {language: ReplyMaker(KEY, "claims@firma.example", replace(ANNA, language=language), NOW) for language in ("ru", "en")}
WRITTEN = "Здравствуйте!\r\n\r\nДве строки."


def body_of(one: ReadyReply) -> str:
    return parse_qs(urlsplit(one.href).query)["body"][0]


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("settled", ["", "withdrawn", "silence"])
@pytest.mark.parametrize("state", list(State))
def test_each_line_is_understood(state: State, settled: str, language: str) -> None:
    """As her mail program sends it: where something is to be written, she writes it below the line."""
    words = words_for(state, settled=settled, whole=True, unsure=True)
    made = MAKERS[language].about(NUMBER, state, settled=settled, whole=True, unsure=True)
    assert len(made) == len(set(words)) == len({one.label for one in made})
    for word, one in zip(words, made, strict=True):
        reading = read_commands(body_of(one) + (WRITTEN if word in NEEDS_TEXT else ""))
        assert not reading.faults, one.line
        (command,) = reading.commands
        assert (command.word, command.number) == ("consumer" if word == "business" else word, NUMBER)
        if command.word == "consumer":
            assert command.argument == {"consumer": "yes", "business": "no"}[word]
        assert is_token(command.token, ANNA.id, NUMBER, {KEY.id: KEY}, NOW)
        if word == "reply":
            assert command.text == WRITTEN.replace("\r\n", "\n")
        if word == "close":
            assert command.argument == {"silence": "resolved_no_reply"}.get(settled, "withdrawn_in_writing")


def test_what_a_case_needs_next_comes_first() -> None:
    assert words_for(State.REGISTERED) == ("take", "reply", "ask", "answered", "show")
    assert words_for(State.REVIEW, taken=True) == ("reply", "ask", "answered", "show")
    assert words_for(State.REVIEW) == ("take", "reply", "ask", "answered", "show"), "of who is away"
    assert words_for(State.REVIEW, taken=True, answered=True) == ("reply", "ask", "show")
    assert words_for(State.AWAITING_WITHDRAWAL, taken=True) == ("reply", "show")  # nothing is withdrawn: no tap says that it is
    assert words_for(State.AWAITING_WITHDRAWAL, taken=True, settled="withdrawn") == ("close", "reply", "show")
    assert words_for(State.EXECUTION, taken=True, settled="withdrawn") == ("close", "completed", "reply", "show")
    for state in State:
        assert ("close" in words_for(state, settled="withdrawn")) is (state in OPEN_STATES)


def test_a_list_names_the_command_without_number_and_token() -> None:
    closing, *_ = MAKERS["ru"].about(NUMBER, State.AWAITING_WITHDRAWAL, taken=True, settled="withdrawn")
    assert (closing.label, closing.says) == ("Закрыть", "!закрыть отозвана")
    done, claim = MAKERS["en"].about("M-12", State.NEW)
    assert (done.says, claim.says) == ("!done", "!claim")


def test_her_own_command_is_opened_again_unless_a_mail_program_would_cut_it() -> None:
    (link,) = MAKERS["ru"].again(f"!ответ {NUMBER}\nДобрый день!", NUMBER)
    assert link.line.startswith(f"!ответ {NUMBER} ~")
    assert link.href.endswith("%0D%0A%D0%94%D0%BE%D0%B1%D1%80%D1%8B%D0%B9%20%D0%B4%D0%B5%D0%BD%D1%8C%21")
    assert MAKERS["ru"].again(f"!ответ {NUMBER}\n" + "Добрый день! " * 30, NUMBER) == ()
    assert MAKERS["ru"].again("", NUMBER) == ()
