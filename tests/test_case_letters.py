"""The letters of a case: what each must know, whose yes it needs, what it says and must not say, and the files that go with it."""

from __future__ import annotations

import email
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from email import policy
from email.message import EmailMessage

import pytest

from mailbot.claims import case_letters, house_letters
from mailbot.claims.case_letters import Clarification, Decision, Done, ExecutionStatus, Finding, Signatory, SpecialistReply, Verdict
from mailbot.claims.decision_words import read_decision
from mailbot.claims.letter_modes import APPROVERS, CIRCUMSTANCES, MODES, Circumstances, Mode, approvals_for, mode_of
from mailbot.claims.letter_needs import NAMES, fact_names, missing_facts
from mailbot.claims.letters import TEMPLATES, Letter, template_of
from mailbot.claims.plain import from_plain, to_plain
from mailbot.claims.policy import Person
from mailbot.mail_out.compose import Composed
from mailbot.mail_out.envelope import Enclosure
from mailbot.mail_out.forbidden import AUTOMATIC, CUSTOMER, forbidden
from mailbot.mail_out.render import wrapped
from mailbot.mail_out.salutation import has_closing, has_greeting, respected, unsigned
from mailbot.mail_out.sample_case_letters import inside, to_customers
from mailbot.mail_out.sample_letters import ENVELOPE
from mailbot.mail_out.wire import MOST_ATTACHED, TooLarge, file_name
from tests import case_pictures
from tests.pictures import composer

AT = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
SIGNED = Signatory("Анна Петрова", "специалист", "+7 495 1")
DECISION = case_pictures.DECISION
SHIPPED = composer()


def written(letter: Letter, language: str = "ru", **changes: object) -> Composed:
    return SHIPPED.compose(letter, language, None, replace(ENVELOPE, **changes))  # type: ignore[arg-type]


def parts(raw: bytes) -> EmailMessage:
    mail = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


# what a letter must know


def test_every_sample_knows_all_it_needs() -> None:
    kinds = set()
    for letter in (*to_customers(), *inside()):
        assert missing_facts(letter) == (), letter
        kinds.add(type(letter))
    assert kinds == {*case_letters.TEMPLATES, *house_letters.TEMPLATES}
    assert {template_of(letter) for letter in (*to_customers(), *inside())} <= set(TEMPLATES.values())


def _emptied() -> Iterator[tuple[Letter, str]]:
    """Each sample with one needed fact taken away."""
    seen = set()
    for letter in (*to_customers(), *inside()):
        for field in fields(letter):
            value = getattr(letter, field.name)
            if (type(letter), field.name) in seen or value in (None, ()) or field.name not in NAMES:
                continue
            seen.add((type(letter), field.name))
            empty: object = () if isinstance(value, tuple) else "  " if isinstance(value, str) else None
            bare: Letter = replace(letter, **{field.name: empty})  # type: ignore[arg-type]
            if field.name in missing_facts(bare):
                yield bare, field.name


def test_a_letter_without_a_fact_names_it_in_words() -> None:
    found = list(_emptied())
    assert len(found) > 70
    assert {type(letter) for letter, _name in found} == {*case_letters.TEMPLATES, *house_letters.TEMPLATES}
    for letter, name in found:
        assert name in missing_facts(letter)
        assert fact_names((name,), "ru") == (NAMES[name][0],)
        assert fact_names((name,), "en") == (NAMES[name][1],)
    assert fact_names(("signatory", "new"), "ru") == ("кто подписывает", "new")
    assert missing_facts("no letter") == ()


def test_a_decision_answers_each_demand_and_shows_each_fact() -> None:
    assert missing_facts(replace(DECISION, findings=(Finding("Разбито шесть"),))) == ("findings.document",)
    assert missing_facts(replace(DECISION, execution=())) == ("execution",)
    assert missing_facts(replace(DECISION, verdicts=(Verdict("Заменить", "money", "Да."),), execution=())) == ("verdicts", "execution")
    assert missing_facts(replace(DECISION, verdicts=(Verdict("Заменить", "replacement", " "),))) == ("verdicts",)
    refusal = replace(DECISION, kind="refusal", verdicts=(Verdict("Заменить", "refusal", "Не можем."),), execution=())
    assert missing_facts(refusal) == ()
    assert missing_facts(replace(case_pictures.EXPLANATION, instructions=())) == ("instructions",)
    assert missing_facts(Clarification("1", AT, (), SIGNED)) == ("questions",)
    assert missing_facts(Clarification("1", AT, (), SIGNED, ("photo",))) == ()
    assert missing_facts(ExecutionStatus("1", AT, (), (), AT, SIGNED)) == ("done",)
    assert missing_facts(case_letters.Completed("1", AT, (Done("Стол собран"),), SIGNED)) == ("done",)


def test_letters_go_through_the_store_and_come_back() -> None:
    for letter in to_customers():
        assert from_plain(type(letter), to_plain(letter)) == letter


# whose yes


def test_how_each_letter_leaves() -> None:
    assert set(MODES) == CUSTOMER | {"regress"}
    assert {name for name, mode in MODES.items() if mode is Mode.APPROVAL} == {"decision", "paid_repair"}
    assert mode_of("holding", Circumstances()) is Mode.DRAFT
    assert mode_of("holding", Circumstances(holding_on=True)) is Mode.AUTOMATIC
    assert mode_of("wait_reminder", Circumstances()) is mode_of("memo", Circumstances()) is Mode.AUTOMATIC
    assert mode_of("reply", Circumstances()) is Mode.DRAFT
    roles = {"head", "director", "legal"}
    assert {rule.role for rule in APPROVERS} == roles <= {"specialist", *roles} <= {*_known_roles()}
    assert {rule.reason for rule in APPROVERS} == set(CIRCUMSTANCES)


def _known_roles() -> set[str]:
    assert Person("a", "A", ("a@b",)).roles == ("specialist",)
    return {"specialist", "head", "director", "legal", "operator", "privacy"}


@pytest.mark.parametrize(
    ("template", "case", "roles"),
    [
        ("decision", Circumstances(consumer="no"), {"head": ("always",)}),
        ("decision", Circumstances(important=True), {"head": ("always",), "director": ("important",)}),
        ("decision", Circumstances(refusal=True), {"head": ("always",), "director": ("refusal",), "legal": ("refusal",)}),
        ("decision", Circumstances(legal_threat=True), {"head": ("always",), "legal": ("legal_threat",)}),
        ("decision", Circumstances(amount=100.01, limit=100), {"head": ("always",), "director": ("over_limit",)}),
        ("decision", Circumstances(amount=100, limit=100), {"head": ("always",)}),
        ("decision", Circumstances(amount=100), {"head": ("always",)}),
        ("paid_repair", Circumstances(consumer="no"), {"head": ("always",)}),
        ("paid_repair", Circumstances(consumer="unknown"), {"head": ("always",), "legal": ("consumer",)}),
        ("paid_repair", Circumstances(consumer="no", original_defect=True), {"head": ("always",), "legal": ("original_defect",)}),
        ("reply", Circumstances(refusal=True), {}),
    ],
)
def test_whose_yes_a_letter_needs(template: str, case: Circumstances, roles: dict[str, tuple[str, ...]]) -> None:
    assert approvals_for(template, case) == roles


# what it says


def test_every_letter_to_a_customer_says_its_number_and_nothing_forbidden() -> None:
    for name, letter, language in case_pictures.to_customers():
        found = written(letter, language)
        template = template_of(letter)
        assert found.subject.endswith(f"[#{letter.number}]"), name
        assert forbidden(found.text, language, None, template) == (), name
        assert template == "reply" or letter.number in found.text
        if language == "ru":
            assert found.text.count("!") == 1, f"{name}: an exclamation after the salutation"
            assert not {"г..", "  ", "г.,."} & {piece for piece in ("г..", "г.,.") if piece in found.text}
        assert max(map(len, found.text.split("\n"))) <= 78


def test_what_is_forbidden_depends_on_the_letter() -> None:
    promise, reproach = "Мы заменим товар.", "Вы неправильно подключили прибор."
    for letter in CUSTOMER:
        assert bool(forbidden(promise, "ru", None, letter)) is (letter in AUTOMATIC)
        assert forbidden(reproach, "ru", None, letter)
    assert forbidden("Возможная причина — вода.", "ru", None, "holding")
    assert not forbidden("Возможная причина — вода.", "ru", None, "decision")
    assert forbidden("Если Вы не ответите до среды, дело закроем.", "ru", None, "withdrawal_reminder")
    assert forbidden("Ваши права утрачены.", "ru", None, "paid_repair")
    assert forbidden("Your rights have lapsed.", "en", None, "paid_repair")
    assert not forbidden("Возврат денег сделан 1 декабря.", "ru", None, "withdrawal_reminder")
    assert forbidden("Возврат денег сделан 1 декабря.", "ru", None, "holding")


def test_whom_a_formal_letter_respects() -> None:
    assert [respected(name) for name in ("Смирнова Ольга Ивановна", "Пётр Ильич", "Ольга Белова", "ООО «Мебель»", "")] == [
        "ая",
        "ый",
        "",
        "",
        "",
    ]
    for name, addressee, opening in (
        ("Смирнова Ольга Ивановна", "Аптека", "Уважаемая Ольга Ивановна!"), ("Иванов Пётр Ильич", "", "Уважаемый Пётр Ильич!"),
        ("Ольга Белова", "", "Здравствуйте, Ольга Белова!"), ("", "Аптека № 7", "Уважаемые коллеги!"), ("", "", "Здравствуйте!"),
    ):  # fmt: skip
        assert f"\n{opening}\n" in written(replace(DECISION, customer_name=name, addressee=addressee)).text


def test_a_decision_in_full() -> None:
    text = written(DECISION, date=datetime(2026, 11, 24, 22, 0, tzinfo=UTC)).text
    for said in (
        "Исх. № 2026-0451-1 от 25 ноября 2026 г.", "На № 17-К от 20 ноября 2026 г.", "О рассмотрении обращения № 2026-0451", "(акт № 12", "пункт 5.2",
        "1. Заменить шесть разбитых флаконов: заменим", "2. Возместить стоимость упаковки: удовлетворить не можем.", "до 1 декабря 2026 г.",
        "Если Вы не согласны", "1. акт № 12, копия;", "Вера Соколова\nруководитель отдела",
    ):  # fmt: skip
        assert said in text, said


@pytest.mark.parametrize(
    ("kind", "words", "said"),
    [
        ("replacement", "Заменим шесть флаконов.", "Решение: заменим шесть флаконов.\n"),
        ("replacement", "Новые флаконы придут с ближайшей машиной.", "Решение: замена. Новые флаконы придут"),
        ("refusal", "Заменим только флаконы с браком.", "Решение: удовлетворить не можем. Заменим только"),
    ],
)
def test_a_decision_does_not_say_the_same_twice(kind: str, words: str, said: str) -> None:
    verdict = replace(DECISION.verdicts[0], kind=kind, words=words, extent="", demand="")
    assert said in written(replace(DECISION, verdicts=(verdict,))).text


def test_one_demand_is_answered_in_one_line() -> None:
    text = written(case_pictures.EXPLANATION).text
    assert "Ваше требование: Отремонтировать обогреватель\nРешение: даём разъяснение. Обогреватель исправен" in text
    assert "Решение по каждому требованию" not in text
    assert "Решение по каждому требованию" in written(DECISION).text


@pytest.mark.parametrize(
    ("kind", "language", "said"),
    [
        ("replacement", "ru", "Исполнение решения: за наш счёт."), ("replacement", "en", "This will be done at our cost."),
        ("compensation", "ru", ""), ("refund", "en", ""), ("markdown", "ru", ""),
    ],
)  # fmt: skip
def test_at_whose_cost_is_no_answer_to_a_demand_for_costs(kind: str, language: str, said: str) -> None:
    """«Расходы: за наш счёт» below «возмещение расходов: удовлетворить не можем» said both yes and no."""
    verdicts = (Verdict("Заменить товар; возместить расходы", kind, "Заменим, расходы возместить не можем."),)
    letter = written(replace(DECISION, verdicts=verdicts, borne_by="ours"), language)
    assert "Расходы:" not in letter.text + letter.html
    assert "Costs:" not in letter.text + letter.html
    cost = [line for line in letter.text.splitlines() if "за наш счёт" in line or "at our cost" in line]
    assert cost == [said] * bool(said)


@pytest.mark.parametrize("subject", ["Re: Бой [#2026-0451]", "Re: Re: Бой [#2026-0451] [#2026-0451]", "Бой"])
def test_our_number_stands_in_a_subject_once(subject: str) -> None:
    assert written(DECISION, original_subject=subject).subject == "Re: Бой [#2026-0451]"
    assert written(DECISION, original_subject="[#2026-0451]").subject == "Ответ на Ваше обращение [#2026-0451]"


def test_a_specialists_words_go_as_she_wrote_them() -> None:
    letter = SpecialistReply("2026-0451", "Мы получили акт.\n\n1. Первое\n2. Второе", SIGNED, customer_name="Смирнова Ольга Ивановна")
    assert written(letter).text == (
        "Здравствуйте, Ольга Ивановна!\n\nМы получили акт.\n\n1. Первое\n2. Второе\n\nС уважением,\nАнна Петрова\nспециалист\n"
        "ООО «Мебель-Сервер»\n+7 495 1, пн–пт 9:00–18:00, claims@company.example\n"
    )
    own = "Добрый день!\n\nМы получили акт.\n\nС уважением,\nАнна"
    assert written(replace(letter, text=own)).text == f"{own}\n"
    for alone in ("Анна", "— А. Петрова", "Anna", "С уважением,", "Всего доброго!"):
        assert written(replace(letter, text=f"Мы получили акт.\n\n1. Первое\n2. Второе\n\n{alone}")) == written(letter), alone
    assert "<script>" not in written(replace(letter, text="<script>alert(1)</script>")).html


@pytest.mark.parametrize(
    "text",
    [
        "Здравствуйте!",
        "Добрый день, Ольга",
        "Уважаемая Ольга",
        "Ольга Ивановна, добрый день!",
        "Dear Olga,",
        "Hello,",
        "Hi Olga",
        "Good morning,",
    ],
)
def test_a_greeting_is_known(text: str) -> None:
    assert has_greeting(f"\n {text}\nМы получили акт.")
    assert not has_greeting(f"Мы получили акт. {text}")


@pytest.mark.parametrize("text", ["С уважением,", "Kind regards", "Best regards,", "Всего доброго", "Yours sincerely"])
def test_a_closing_is_known(text: str) -> None:
    assert has_closing(f"Мы получили акт.\n\n{text}\nАнна")
    assert not has_closing(f"{text}\n" + "строка\n" * 8)
    assert not has_closing(f"Мы получили акт.\n\n{text}")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Акт получен.\n\nАнна", "Акт получен."),
        ("Акт получен.\nАнна Петрова.", "Акт получен."),
        ("Акт получен.\n\nС уважением", "Акт получен."),
        ("Акт получен.\n\nС уважением,\nАнна", "Акт получен.\n\nС уважением,\nАнна"),
        ("Акт получен.\n\nС уважением, Анна", "Акт получен.\n\nС уважением, Анна"),
        ("Приедет инженер:\nАнна Сидорова", "Приедет инженер:\nАнна Сидорова"),
        ("Приедет инженер:\nПётр", "Приедет инженер:\nПётр"),
        ("Анна", "Анна"),
        ("", ""),
    ],
)
def test_the_writers_name_alone_is_said_by_the_signature(text: str, left: str) -> None:
    assert unsigned(text, "Анна Петрова") == left


def test_a_request_for_approval_holds_the_letter_and_the_reasons() -> None:
    letter = next(letter for name, letter, _language in case_pictures.inside() if name == "approval_request")
    found = written(letter)
    assert isinstance(letter, house_letters.ApprovalRequest)
    for said in (
        "> Уважаемая Ольга Ивановна!",
        "> В поставке от 19.11.2026 внутри разбито 6 флаконов сиропа.",
        "важный клиент",
        "12 400 ₽",
        "!согласовано 2026-0451",
        "Акт 12.pdf",
        "не позднее 25 ноября 2026 г.",
    ):
        assert said in found.text.replace("\n", " "), said
    assert "Без него оно не уйдёт" in found.text
    assert "просим Вас посмотреть его\nещё раз." in written(replace(letter, changed=True)).text


def test_text_is_wrapped_and_commands_and_marks_are_kept() -> None:
    assert wrapped("слово " * 13 + "конец") == "слово " * 11 + "слово\nслово конец"
    assert wrapped("x" * 78) == "x" * 78
    assert wrapped(f"  !ответ {'0' * 90} k1") == f"  !ответ {'0' * 90} k1"
    assert wrapped("> " + "слово " * 20).split("\n")[1].startswith("> слово")
    assert wrapped("1. " + "слово " * 20).split("\n")[1].startswith("   слово")
    assert wrapped("a" * 100 + " b") == "a" * 100 + "\nb"


# files that go with it


NAMES_OF_FILES = ("Акт № 12 о расхождениях.pdf", "фото.jpg", "plain name.txt", "очень " * 40 + "длинное.docx", "emoji 🙂.png", 'a"b.pdf')


@pytest.mark.parametrize("name", NAMES_OF_FILES)
def test_a_file_goes_under_its_name(name: str) -> None:
    file = Enclosure(name, "application/pdf", b"%PDF\x00\xff" * 50)
    raw = written(DECISION, attachments=(file, replace(file, name="second.pdf"))).raw
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    found = list(parts(raw).iter_attachments())
    assert [one.get_filename() for one in found] == [file_name(name), "second.pdf"]
    assert [one.get_content() for one in found] == [file.data, file.data]
    assert len(file_name(name)) <= 120
    assert file_name(name).endswith(name[-4:])
    body = parts(raw).get_body(("plain",))
    assert body is not None
    assert "Вера Соколова" in body.get_content()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\temp\\a.exe", "a\r\nBcc: v@example.org", "=?utf-8?q?a=0ABcc:_v=40e?=", "\u202egpj.exe", "", "..."]
)
def test_a_hostile_name_is_a_plain_one(name: str) -> None:
    raw = written(DECISION, attachments=(Enclosure(name, "text/html\r\nBcc: v@example.org", b"x"),)).raw
    mail = parts(raw)
    (file,) = mail.iter_attachments()
    assert file.get_content_type() == "application/octet-stream"
    got = file.get_filename() or ""
    assert got
    assert not set(got) & set('/\\\r\n"\u202e')
    assert mail["Bcc"] is None
    assert [str(a) for a in mail["To"].addresses] == ["Olga Belova <olga@customer.example>"]


def test_what_is_too_large_is_said() -> None:
    with pytest.raises(TooLarge, match=r"15\.0 MB together; a letter carries at most 15 MB"):
        written(DECISION, attachments=(Enclosure("a", "a/b", bytes(MOST_ATTACHED)), Enclosure("b", "a/b", b"x")))


def test_a_persons_letter_is_not_automatic() -> None:
    mail = parts(written(DECISION, automatic="no").raw)
    assert mail["Auto-Submitted"] == "no"
    assert mail["X-Auto-Response-Suppress"] is None
    assert parts(written(DECISION).raw)["X-Auto-Response-Suppress"] == "All"


def test_the_same_letter_with_the_same_files_is_the_same_bytes() -> None:
    files = (Enclosure("акт.pdf", "application/pdf", b"1"),)
    assert written(DECISION, attachments=files).raw == written(DECISION, attachments=files).raw
    assert isinstance(DECISION, Decision)
    assert DECISION.execution[0].on == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("пересчёт подтвердил недостачу 8 шт. (УПД № 7781)", "пересчёт подтвердил недостачу 8 шт."),
        ("стекло разбито. (акт № 5)", "стекло разбито"),
        ("счёт (счёт № 2), (акт № 5)", "счёт (счёт № 2)"),
    ],
)
def test_a_finding_keeps_the_point_of_a_shortened_word(line: str, found: str) -> None:
    (finding,) = read_decision(f"Решили.\nустановлено: {line}", lambda day: None).findings
    assert finding.text == found
