"""Words keep their places whatever was read before; what is kept of earlier letters is bounded."""

from __future__ import annotations

from dataclasses import astuple

import pytest

from mailbot.classify import tokens
from mailbot.classify.lemmas import Lemmatizer
from mailbot.classify.tokens import Tokenizer

LETTERS = (
    "Приняли 8шт. Остаток 3 шт.,\n \nпришло.коробка (2 шт.) смята?!  Б Р А К, а упаковка - нет… от23.11.2026 «так»",
    "The box wasn't closed; 3pcs. broken, however\tI'll wait. No. 5 (P.O.#450) — e-mail me at a.b@c.example",
    "Zakaz 15 ne prishel, prishlite; недостача-излишек – 4кг",
)


@pytest.fixture(scope="module")
def lemmatizer() -> Lemmatizer:
    return Lemmatizer()


@pytest.mark.parametrize("text", LETTERS)
@pytest.mark.parametrize(("language", "translit"), [("ru", False), ("en", False), ("ru", True)])
def test_a_letter_read_again_is_read_the_same(lemmatizer: Lemmatizer, text: str, language: str, translit: bool) -> None:
    fresh = [astuple(Tokenizer(lemmatizer).read(text, language, translit=translit)) for _ in range(2)]
    worn = Tokenizer(lemmatizer)
    for other in (*LETTERS, " ".join(LETTERS)):
        for way in (False, True):
            worn.read(other, language, translit=way)
    assert astuple(worn.read(text, language, translit=translit)) == fresh[0] == fresh[1]


def test_words_stand_where_they_were_written(lemmatizer: Lemmatizer) -> None:
    text = LETTERS[0]
    words = Tokenizer(lemmatizer).read(text)
    written = [text[start:end].replace(" ", "_") for start, end in zip(words.starts, words.ends, strict=True)]
    assert written == str.split("Приняли 8 шт. Остаток 3 шт. пришло коробка 2 шт. смята Б_Р_А_К а упаковка нет от 23.11.2026 так")
    assert words.sentences == [0, 0, 0, 1, 1, 1, 2, 3, 3, 3, 3, 5, 5, 5, 5, 6, 6, 6]  # "?" and "!" end one each


def test_what_is_kept_is_bounded(lemmatizer: Lemmatizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST_PIECES", 60)
    worn = Tokenizer(lemmatizer)
    for number in range(300):
        words = worn.read(f"заказ {number} от {number + 1}-го, коробка{number}?")
        assert [word.lower for word in words.words][:2] == ["заказ", str(number)]
        assert sum(map(len, worn._pieces.values())) <= 60
