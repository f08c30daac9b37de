"""Command lines as mail programs send them: all understood or none, and a sentence for each fault in both languages."""

from __future__ import annotations

import pytest

from mailbot.claims.case import State
from mailbot.claims.command import COMMANDS, WORDS, Command, Fault
from mailbot.claims.command_arguments import REASONS, WAITS
from mailbot.claims.command_lines import first_command
from mailbot.claims.command_words import NAMES, forms, possible, say, say_fault
from mailbot.claims.commands import number_in_subject, read_commands
from mailbot.claims.decision_kinds import BEARERS, RESOLUTIONS
from mailbot.claims.near_commands import nearest_commands

N = "2026-0451"
TAKE = Command("take")

ONE: dict[str, Command] = {
    "!take": TAKE,
    "!взять": TAKE,
    "!Взять": TAKE,
    "!ВЗЯТЬ": TAKE,
    "!взять.": TAKE,
    "! взять": TAKE,
    "\uff01взять": TAKE,
    "  !take": TAKE,
    "*!take*": TAKE,
    "**!взять**": TAKE,
    "_!take_": TAKE,
    "«!взять»": TAKE,
    "“!take”": TAKE,
    "\u00a0!take\u00a0": TAKE,
    "\u200b!take": TAKE,
    "!взять\ufeff": TAKE,
    "!\u200bвзять": TAKE,
    "!беру": TAKE,
    "!взять 2026-0451": Command("take", N),
    "!взять № 2026-0451": Command("take", N),
    "!взять №\u00a02026-0451": Command("take", N),
    "!take [#2026-0451]": Command("take", N),
    "!take #2026-0451": Command("take", N),
    "!take 2026/0451": Command("take", N),
    "!take 2026\u20110451": Command("take", N),
    "!take 2026\u20130451.": Command("take", N),
    "!take: 2026-0451": Command("take", N),
    "*!take* 2026-0451": Command("take", N),
    "!take 2026-12345": Command("take", "2026-12345"),
    f"!взять {N} ~k7.20261123.{'a' * 26}": Command("take", N, "", f"k7.20261123.{'a' * 26}"),
    f"!TAKE {N} ~K7.20261123.{'A' * 26}": Command("take", N, "", f"k7.20261123.{'a' * 26}"),
    "!assign anna": Command("assign", "", "anna"),
    "!передать Анна": Command("assign", "", "Анна"),
    "!assign 2026-0451 anna@firma.example": Command("assign", N, "anna@firma.example"),
    "!assign <anna@firma.example>": Command("assign", "", "anna@firma.example"),
    "!assign <mailto:anna@firma.example>": Command("assign", "", "anna@firma.example"),
    "!claim": Command("claim"),
    "!претензия": Command("claim"),
    "!претензия 2026-0451": Command("claim", N),
    "!not-a-claim": Command("not-a-claim"),
    "!не-претензия": Command("not-a-claim"),
    "!не\u2011претензия": Command("not-a-claim"),
    "!не–претензия": Command("not-a-claim"),
    "!Не претензия": Command("not-a-claim"),
    "!not a claim 2026-0451": Command("not-a-claim", N),
    "!category damage": Command("category", "", "damage"),
    "!категория Повреждение при доставке": Command("category", "", "Повреждение при доставке"),
    "!kатегория damage": Command("category", "", "damage"),  # a Latin k
    "!cтатуc": Command("status"),  # Latin c, twice
    "!закpыть решено": Command("close", "", "resolved_no_reply"),  # a Latin p
    "!tаke": TAKE,  # a Cyrillic a in the English word
    "!note the carrier called": Command("note", "", "the carrier called"),
    "!заметка Звонил перевозчик, акт пришлёт завтра!": Command("note", "", "Звонил перевозчик, акт пришлёт завтра!"),
    "!заметка 2026-0451 ждём": Command("note", N, "ждём"),
    "!note 2 boxes of 2026": Command("note", "", "2 boxes of 2026"),
    "!answered": Command("answered"),
    "!отвечено": Command("answered"),
    "!ответила вчера": Command("answered", "", "вчера"),
    "!answered 2026-11-20": Command("answered", "", "2026-11-20"),
    "!отвечено 2026-0451 20.11.2026": Command("answered", N, "20.11.2026"),
    "!close resolved": Command("close", "", "resolved_no_reply"),
    "!close 2026-0451 withdrawn_in_writing": Command("close", N, "withdrawn_in_writing"),
    "!close Rejected.": Command("close", "", "rejected_final"),
    "!закрыть: отозвана": Command("close", "", "withdrawn_in_writing"),
    "!закрыть отозвана 2026-0451": Command("close", N, "withdrawn_in_writing"),  # the number last, as people say it
    "!закрыть решено точно № 2026-0451.": Command("close", N, "resolved_no_reply", more="sure"),
    "!передать Борису 2026-0451": Command("assign", N, "Борису"),
    "!ждём клиента до 12.12 [#2026-0451]": Command("wait", N, "clarification", more="12.12"),
    "!объединить 2026-0452 2026-0451": Command("merge", "2026-0452", "2026-0451"),
    "!reopen": Command("reopen"),
    "!открыть": Command("reopen"),
    "!status": Command("status"),
    "!статус!": Command("status"),
    "!help": Command("help"),
    "!помощь": Command("help"),
    "!undo": Command("undo"),
    "!отмена 2026-0451": Command("undo", N),
    "!ответ 2026-0451 Добрый день! Весит ~5 кг.": Command("reply", N, text="Добрый день! Весит ~5 кг."),
    f"!ответ {N} ~k7.20261123.{'a' * 26}\nДобрый день!\n\nВсё придёт завтра.": Command(
        "reply", N, "", f"k7.20261123.{'a' * 26}", text="Добрый день!\n\nВсё придёт завтра."
    ),
    "!запросить\n1. Фото бирки\n2. Номер партии": Command("ask", text="1. Фото бирки\n2. Номер партии"),
    "!memo Why does it leak?": Command("memo", text="Why does it leak?"),
    "!отправить": Command("send"),
    "!Согласовано.": Command("approve"),
    "!вернуть поправьте дату": Command("reject", text="поправьте дату"),
    "!ждём клиента до 12.12": Command("wait", "", "clarification", more="12.12"),
    "!жду гарантийное письмо до пятницы": Command("wait", "", "payment_guarantee", more="пятницы"),
    f"!wait {N} design until 2026-12-01": Command("wait", N, "design", more="2026-12-01"),
    "!гарантия истекла": Command("warranty", "", "expired"),
    "!warranty valid": Command("warranty", "", "valid"),
    "!решение замена за наш счёт": Command("resolve", "", "replacement", more="ours"),
    "!решение замена, за счёт перевозчика\n\nОтгрузим 5 декабря.": Command(
        "resolve", "", "replacement", more="carrier", text="Отгрузим 5 декабря."
    ),
    "!гарантия истекла, изначальный дефект": Command("warranty", "", "expired", more="original_defect"),
    "!ход до 15.12\nвпереди: отгрузка, до 10.12": Command("progress", text="до 15.12\nвпереди: отгрузка, до 10.12"),
    "!осмотр 5.12 в 11:00\nместо: Тверь": Command("inspect", text="5.12 в 11:00\nместо: Тверь"),
    "!поблагодарить": Command("thank"),
    f"!регресс {N} перевозчику": Command("regress", N, text="перевозчику"),
    "!юрист клиент подал в суд": Command("legal", text="клиент подал в суд"),
    "!передать юристу": Command("legal"),
    f"!assign {N} to the lawyer": Command("legal", N),
    "!приобщить M-17": Command("add", "", "M-17"),
    f"!приобщить M-17 {N}": Command("add", N, "M-17"),
    f"!приобщить {N} м-17": Command("add", N, "M-17"),
    "!приобщить акт осмотра": Command("add", text="акт осмотра"),
    "!resolve refund at the customer's cost": Command("resolve", "", "refund", more="customer"),
    f"!решение {N} платный ремонт": Command("resolve", N, "paid_repair"),
    "!объединить 2026-0452": Command("merge", "", "2026-0452"),
    "!объединить с 2026-0452": Command("merge", "", "2026-0452"),
    "!объединить с делом № 2026-0452": Command("merge", "", "2026-0452"),
    f"!объединить {N} с 2026-0452": Command("merge", N, "2026-0452"),
    f"!merge {N} with 2026-0452 sure": Command("merge", N, "2026-0452", more="sure"),
    f"!объединить {N} 2026-0452 точно": Command("merge", N, "2026-0452", more="sure"),
    "!разделить": Command("split"),
    "!показать": Command("show"),
    "!найти бой стекла": Command("find", "", "бой стекла"),
    "!найти 2026-0451": Command("find", "", "2026-0451"),
    "!готово M-17": Command("done", "M-17"),
    "!готово м-17": Command("done", "M-17"),  # a Cyrillic letter
    "!исполнено замена отгружена, 05.12": Command("completed", text="замена отгружена, 05.12"),
    "!промежуточно до 12.12": Command("holding", "", "до 12.12"),
    "!держать-в-курсе до 12.12": Command("holding", "", "до 12.12"),
    "!holding off": Command("holding", "", "off"),
    "!новая вчера 15:00\nклиент: Иванов": Command("new", text="вчера 15:00\nклиент: Иванов"),
}

SEVERAL: dict[str, tuple[Command, ...]] = {
    "!take\n!note ok": (TAKE, Command("note", "", "ok")),
    "!take\n\n\n!claim": (TAKE, Command("claim")),
    "\n\n!take\n \u00a0\n**\n!claim\n": (TAKE, Command("claim")),
    "!take\n\nThank you!": (TAKE,),
    "Добрый день!\n\n!взять": (TAKE,),
    "Коллеги, добрый день!\n!взять\n!claim": (TAKE, Command("claim")),
    "Hello,\n!take": (TAKE,),
    "!take\n> !close resolved": (TAKE,),
    "!take\n> Старое письмо\n> !закрыть решено": (TAKE,),
    "!note the carrier said that the second pallet stood in the rain for two days and\nthat he pays": (
        Command("note", "", "the carrier said that the second pallet stood in the rain for two days and that he pays"),
    ),
    "!заметка коротко\nвторая строка\n\nи ещё\n\nС уважением": (Command("note", "", "коротко вторая строка\n\nи ещё"),),
    "!ответ\nЗдравствуйте!\n!закрыть решено": (Command("reply", text="Здравствуйте!"), Command("close", "", "resolved_no_reply")),
    "!взять\n!ответ\nЗдравствуйте!\n> !закрыть решено\n": (TAKE, Command("reply", text="Здравствуйте!")),
    f"!взять {N}\n~k7.20261123.{'a' * 26}": (Command("take", N),),  # short lines are not joined: without its token it needs another proof
    f"!категория 2026-0451 Повреждение при доставке товара до нашего склада в Твери\nи ещё ~k7.20261123.{'a' * 26}": (
        Command("category", N, "Повреждение при доставке товара до нашего склада в Твери и ещё", f"k7.20261123.{'a' * 26}"),
    ),
}

FAULTS: dict[str, tuple[str, str]] = {
    "!tak": ("unknown", "tak"),
    "!зять": ("unknown", "зять"),
    "!запросить": ("needs", "ask"),
    "!ответ 2026-0451\n\nС уважением, Анна": ("needs", "reply"),
    "!ответ\nтекст\n!зять": ("unknown", "зять"),
    "!ждём клиента": ("needs_wait", "клиента"),
    "!ждём погоды до 12.12": ("needs_wait", "погоды до 12.12"),
    "!ждём": ("needs_wait", "wait"),
    "!гарантия": ("needs_warranty", "warranty"),
    "!ход": ("needs", "progress"),
    "!регресс": ("needs", "regress"),
    "!поблагодарить всех": ("superfluous", "всех"),
    "!гарантия может быть": ("needs_warranty", "может быть"),
    "!решение": ("needs_resolve", "resolve"),
    "!решение 1: подумать": ("needs_demand", "1: подумать"),
    "!решение подумать": ("needs_resolve", "подумать"),
    "!решение замена за счёт соседа": ("needs_resolve", "замена за счёт соседа"),
    "!объединить": ("needs_merge", "merge"),
    "!объединить 2026-0001 может": ("needs_merge", "2026-0001 может"),
    "!найти": ("needs", "find"),
    "!отправить сейчас": ("superfluous", "сейчас"),
    "!reply " + "a" * 20_001: ("long", "reply"),
    "!take please": ("superfluous", "please"),
    "!взять 2026-0451, 2026-0452": ("one_case", "2026-0452"),
    "!взять 2026-0451 и № 2026-0452, 2026-0453.": ("one_case", "и № 2026-0452, 2026-0453."),
    "!взять 2026-0451 до 2026-0452": ("superfluous", "до 2026-0452"),
    "!claim not": ("superfluous", "not"),
    "!assign": ("needs", "assign"),
    "!note": ("needs", "note"),
    "!заметка 2026-0451": ("needs", "note"),
    "!category": ("needs", "category"),
    "!close": ("reason", "close"),
    "!close because": ("reason", "because"),
    "!close merged": ("reason", "merged"),
    "!assign " + "a" * 201: ("long", "assign"),
    "!note " + "a" * 4001: ("long", "note"),
    "!take\nhello\n!close resolved": ("below", "close resolved"),
    "Добрый день! Это претензия.\n!take": ("below", "take"),
    "!take\n> quoted\n!close resolved": ("below", "close resolved"),
    "!взять\n!ответ\nЗдравствуйте!\n> !закрыть решено\nпод цитатой": ("cut", "под цитатой"),  # half a letter is none
    "!ответ\nОтгрузим:\n| Позиция | 5 шт |\nзавтра": ("cut", "| Позиция | 5 шт |"),
    "!ответ\nОтгрузим:\n| Позиция | 5 шт |": ("cut", "| Позиция | 5 шт |"),
    "\n".join(["!take"] * 11): ("many", "10"),
    "!take ~a.b ~c.d": ("superfluous", "~c.d"),
}


@pytest.mark.parametrize("text", ONE)
def test_one_command(text: str) -> None:
    assert read_commands(text) == read_commands(text + "\r\n\r\nС уважением, Анна\n")
    reading = read_commands(text)
    assert (reading.commands, reading.faults) == ((ONE[text],), ())


@pytest.mark.parametrize("text", SEVERAL)
def test_several_lines(text: str) -> None:
    assert (read_commands(text).commands, read_commands(text).faults) == (SEVERAL[text], ())


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_is_named_and_said(text: str) -> None:
    (fault,) = read_commands(text).faults
    assert (fault.what, fault.value) == FAULTS[text]
    for language in ("ru", "en", "de"):
        said = say_fault(fault, language)
        assert said.endswith((".", "…"))
        assert "{" not in said
        own = said.replace(fault.line or fault.value, "").replace(fault.value, "")
        assert any("а" <= c <= "я" for c in own) == (language == "ru")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("закрытть", "close"), ("зять", "take"), ("взят", "take"), ("согласов", "approve"), ("отправте", "send"), ("ждем-с", "wait"),
        ("закрытьрешено", "close"), ("dpznm", "take"), ("ефлу", "take"), ("pfrhsnm", "close"), ("aprove", "approve"), ("obhединить", "merge"),
        ("щщщъъъ", ""), ("xyzzy", ""), ("я", ""), ("2026", ""), ("ы" * 40, ""),
    ],
)  # fmt: skip
def test_the_nearest_command(word: str, meant: str) -> None:
    assert (nearest_commands(word) or ("",))[0] == meant


def test_every_slip_of_one_letter_is_near_its_command() -> None:
    """A letter left out, doubled or two letters changed about, in every word of five letters and more."""
    slips = [
        (form, slip)
        for form in WORDS
        if len(form) >= 5
        for at in range(len(form) - 1)
        for slip in (form[:at] + form[at + 1 :], form[: at + 1] + form[at:], form[:at] + form[at + 1] + form[at] + form[at + 2 :])
        if slip not in WORDS
    ]
    assert len(slips) > 1_000
    missed = [(form, slip) for form, slip in slips if WORDS[form] not in nearest_commands(slip)]
    assert len(missed) <= len(slips) // 100, missed


def test_a_line_that_cannot_be_read_is_quoted_with_its_right_form() -> None:
    (fault,) = read_commands(f"!закрытть {N} решено").faults
    assert say_fault(fault, "ru") == (
        f"Строка «!закрытть {N} решено» непонятна: команды «закрытть» нет. Возможно, Вы имели в виду «!закрыть ПРИЧИНА» или «!открыть»."
    )
    (fault,) = read_commands("!щщщъъъ").faults
    assert say_fault(fault, "en") == "The line “!щщщъъъ” is not understood: there is no command “щщщъъъ”. “!help” shows all of them."
    (fault,) = read_commands(f"!ждём {N} погоды до 12.12").faults
    assert say_fault(fault, "ru").startswith(f"Строку «!ждём {N} погоды до 12.12» выполнить нельзя. Напишите, кого и до какого дня ждать")
    assert fault.meant == ("wait",)
    (fault,) = read_commands("!зять " + "x" * 300).faults
    assert len(fault.line) == 80


def test_all_or_nothing() -> None:
    reading = read_commands("!take\n!tak\n!claim")
    assert reading.faults == (Fault("unknown", "tak", "tak", ("take", "thank", "ask")),)
    assert len(reading.commands) == 2


@pytest.mark.parametrize("text", ["", "hello", "> !take", "| !take", "Спасибо\n", "!", "!!", "! 5", "5!", "take", "-- \n!"])
def test_no_command(text: str) -> None:
    assert read_commands(text).commands == ()
    assert first_command(text) == ""


def test_every_word_is_told_to_be_a_command() -> None:
    assert all(first_command(f"!{word} x") == word for word in WORDS)


def test_every_command_has_its_form_and_sentence() -> None:
    for language in ("ru", "en"):
        assert set(NAMES[language]) == set(COMMANDS)
        for word in COMMANDS:
            form = forms((word,), language)[0].split()[0]
            said = {"wait": "клиента до 12.12", "warranty": "истекла", "resolve": "замена", "merge": "2026-0452", "consumer": "да", "demands": "замена", "customer": "olga@example.ru"}.get(word, "решено")
            assert read_commands(f"{form} {said}").commands or read_commands(form).commands
            assert say(word, language, dict.fromkeys(("number", "value", "other", "until", "told", "received", "was", "terms"), "x"))
    assert set(WAITS.values()) == {"clarification", "documents", "payment_guarantee", "return_of_goods", "inspection_date", "design", "inspection"}
    assert len(set(RESOLUTIONS.values())) == 11
    assert set(BEARERS.values()) == {"ours", "customer", "carrier", "supplier", "disputed"}
    assert set(REASONS.values()) == {"withdrawn_in_writing", "resolved_no_reply", "rejected_final", "duplicate", "court"}


def test_every_state_says_what_is_possible() -> None:
    assert all(set(possible(state)) <= set(COMMANDS) and "status" in possible(state) for state in State)


def test_the_number_of_a_subject() -> None:
    assert number_in_subject("Re: Дело [#2026-0451]") == N
    assert number_in_subject("Re: [#2026\u20110451]") == N
    assert number_in_subject("[#2026-0451] [#2026-0452]") == ""
    assert number_in_subject("2026-0451") == ""


def test_hostile_lines_end_quickly() -> None:
    for text in ("!" * 100_000, "!note " + "x " * 50_000, "*" * 100_000 + "!take", "!take " + "№" * 100_000, "!a\n" * 30_000, "!a" + "-a" * 50_000):
        read_commands(text)
