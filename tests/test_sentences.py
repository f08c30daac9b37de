"""The model of sentences: what ships is what the shipped sentences teach; what it says of kinds, categories, praise, irony and denials."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from mailbot.claims.errors import SetupError
from mailbot.claims.message import IncomingMail
from mailbot.classify import sentence_training
from mailbot.classify.sentence_bank import COMPLAINTS, LABELS, Sentence, read_bank
from mailbot.classify.sentence_lessons import Learned, learn, learn_from
from mailbot.classify.sentence_model import SentenceJudge, evidence, read_sentence_model
from mailbot.classify.sentence_training import fingerprint, fit_sentences, taught_of, write_sentence_model
from mailbot.classify.understand import Reader
from tests.reading import MOSCOW, TUESDAY, rules, understand

BANK = Path(rules().files["claim_words.toml"]).parent / "sentences"
SURE, NONE = 0.5, 0.2  # claims/policy.py


@cache
def bank() -> list[Sentence]:
    return read_bank(BANK.glob("*.txt"))


@cache
def words() -> Reader:
    return Reader(replace(rules(), sentences=""))


@cache
def judge() -> SentenceJudge:
    return SentenceJudge(read_sentence_model(BANK / "model.json"))


def likeliest(text: str, language: str) -> str:
    found = evidence(judge().read([words().read_phrases(text, language)]))
    return max(LABELS, key=lambda label: found[label])


def test_the_bank_holds_every_label_in_both_languages() -> None:
    for language, least in (("ru", 1500), ("en", 900)):
        assert sum(one.language == language for one in bank()) >= least
        assert {one.label for one in bank() if one.language == language} == set(LABELS)
    labels: dict[str, set[str]] = {}
    for one in bank():
        labels.setdefault(one.text, set()).add(one.label)
    assert {text for text, found in labels.items() if len(found) > 1} <= {"Возврат."}


def test_what_ships_was_learned_from_the_shipped_sentences() -> None:
    text = (BANK / "model.json").read_text("utf-8")
    assert f'"learned_from": "{fingerprint(bank())}"' in text, "run `mailbot train --sentences rules/sentences`"


def test_learning_anew_gives_what_ships() -> None:
    """By what it says, not by the bit: a phrase added to the rules since moves a weight a little."""
    taught = [taught_of(one, words().read_phrases(one.text, one.language)) for one in bank()]
    anew = SentenceJudge(fit_sentences(taught))
    sample = bank()[::7]
    same = 0
    for one in sample:
        read = [words().read_phrases(one.text, one.language)]
        now, shipped = evidence(anew.read(read)), evidence(judge().read(read))
        same += max(LABELS, key=lambda label: now[label]) == max(LABELS, key=lambda label: shipped[label])
    assert same >= 0.95 * len(sample)


def test_a_file_of_sentences_is_learned_and_written(tmp_path: Path) -> None:
    lines = [f"[{label}]\n" + "\n".join(f"{word}{n} слово{n} {label}" for n in range(24)) for word, label in zip(_words(), LABELS, strict=True)]
    (tmp_path / "ru-own.txt").write_text("# comment\n" + "\n".join(lines), "utf-8")
    learned: Learned = learn([tmp_path / "ru-own.txt"], rules())
    written = write_sentence_model(learned.model, tmp_path / "model.json", learned.bank)
    read = read_sentence_model(tmp_path / "model.json")
    assert (read.version, read.claim, list(read.signs)) == (written.version, written.claim, list(learned.model.signs))
    assert (read.weights == learned.model.weights).all()
    again = write_sentence_model(learn([tmp_path / "ru-own.txt"], rules()).model, tmp_path / "again.json", learned.bank)
    assert again.version == written.version


def _words() -> list[str]:
    return [f"ъ{chr(ord('а') + n)}" * 3 for n in range(len(LABELS))]


@pytest.mark.parametrize("text", ["sentence under nothing\n", "[nonsense]\nx\n", "# only a comment\n"])
def test_a_bad_file_of_sentences_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "en-x.txt").write_text(text, "utf-8")
    with pytest.raises(SetupError):
        read_bank([tmp_path / "en-x.txt"])


@pytest.mark.parametrize("text", ["{}", "no json", '{"schema": 1, "labels": [], "claim": []}'])
def test_a_bad_model_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(text, "utf-8")
    with pytest.raises(SetupError, match="no model of sentences"):
        read_sentence_model(tmp_path / "model.json")


def test_an_empty_file_of_the_operators_switches_it_off(tmp_path: Path) -> None:
    from mailbot.rulebook import load_rules

    (tmp_path / "sentences").mkdir()
    (tmp_path / "sentences" / "model.json").write_bytes(b"")
    off = load_rules(tmp_path)
    assert off.sentences == ""
    assert rules().sentences.endswith("model.json")
    assert off.version != rules().version
    mail = IncomingMail(text="Насос не включается, просим заменить.")
    assert Reader(off).understand(mail, TUESDAY, MOSCOW).verdict.primary == "warranty"


CLAIMS = [
    ("Дверцу повело дугой, щель такая, что кошка пролезает. Прошу поменять.", "quality"),
    ("По документам тридцать мест, на полу двадцать восемь, обыскали всю машину.", "quantity"),
    ("Привезли вчера. Ящик разворочен, внутри одни осколки.", "damage"),
    ("Взорвался аккумулятор, когда стоял на зарядке.", "warranty"),
    ("Машина должна была прийти в понедельник, сегодня пятница, никто не звонит.", "other"),
    ("The crate had been dropped and every jar inside is in pieces.", "damage"),
    ("Two of the six chairs were not in the delivery.", "quantity"),
    ("Since Monday the fan hums and does not turn, we cannot use the unit.", "warranty"),
    ("The varnish peels off like skin and looks awful.", "quality"),
    ("Спасибо за прекрасный чайник, молчит второй день.", "warranty"),  # irony
    ("Браво! Опять привезли половину, остальное, видимо, съели по дороге.", "quantity"),
]


@pytest.mark.parametrize(("text", "category"), CLAIMS)
def test_claims_without_the_trades_words(text: str, category: str) -> None:
    verdict = understand(text).verdict
    assert (verdict.primary, verdict.claim_confidence >= NONE) == (category, True), verdict


NO_CLAIMS = [
    "Раньше ломались, а этот держится третий год, спасибо!",
    "Ни одной царапины, ничего не сломалось, всё посчитали — сошлось.",
    "Боялась, что разобьют, но доехало целым. Рекомендую!",
    "Здравствуйте! Думаем купить у вас станок. Что будет, если он сломается через год? Кто платит за ремонт?",
    "Рассмотрели вашу претензию по подшипникам. Признаём две штуки, по остальным отказываем.",
    "Гарантируем оплату ремонта вне гарантии, просим приступить. Счёт оплатим в течение пяти дней.",
    "Откликаюсь на вакансию специалиста по претензиям. Опыт работы с браком и недостачами пять лет, резюме во вложении.",
    "Копится брак? Вывезем и утилизируем с актом. Скидка до конца месяца, закажите расчёт.",
    "Пришлите, пожалуйста, прайс-лист и срок поставки двухсот метров шланга.",
    "My old one died after a year, this one is wonderful. No complaints at all.",
    "We are not customers yet. How do you handle shortages and broken goods?",
    "Your claim has been reviewed: we accept two pieces and reject the rest.",
]


@pytest.mark.parametrize("text", NO_CLAIMS)
def test_what_speaks_of_faults_and_is_no_claim(text: str) -> None:
    assert understand(text).verdict.claim_confidence < SURE


def test_a_sentence_means_one_thing() -> None:
    assert likeliest("Огромное спасибо мастеру, всё починил за час.", "ru") == "praise"
    assert likeliest("Which warranty do you give if I buy two?", "en") == "ask"
    assert likeliest("Добрый день, Марина Петровна!", "ru") == "plain"


def test_it_is_better_than_the_phrases_alone_on_what_it_was_not_taught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The figures of docs/measured.md, on a part: letters made of sentences are judged by models that have not seen them."""
    monkeypatch.setattr(sentence_training, "LETTERS", 60)
    figures = learn_from(bank()[::2], rules()).measured
    assert figures["claim or not, made letters"] >= figures["the same by the phrases alone"] + 0.05
    assert figures["category of a complaining sentence"] >= 0.6


def test_endless_letters_cost_time_by_their_length() -> None:
    one = words().read_phrases("не работает насос. " * 1500, "ru")
    assert len(judge().read([one])) == 1053  # of the first 20 000 letters
    assert judge().read([words().read_phrases("", "ru")]) == []
    assert set(COMPLAINTS) < set(LABELS)
