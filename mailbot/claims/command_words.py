"""The sentences of a command's result, in both languages: what was done, why nothing was, what is possible. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from mailbot.claims.case import OPEN_STATES, State
from mailbot.claims.commands import PLANNED_IN_RUSSIAN, Fault

NAMES = {  # how a command is written in each language
    "ru": {
        "take": "!взять", "assign": "!передать КОМУ", "claim": "!претензия", "not-a-claim": "!не-претензия", "category": "!категория КАКАЯ",
        "note": "!заметка ТЕКСТ", "answered": "!отвечено [ДАТА]", "close": "!закрыть ПРИЧИНА", "reopen": "!открыть", "status": "!статус",
        "help": "!помощь", "undo": "!отмена",
    },
    "en": {
        "take": "!take", "assign": "!assign WHO", "claim": "!claim", "not-a-claim": "!not-a-claim", "category": "!category WHICH",
        "note": "!note TEXT", "answered": "!answered [DATE]", "close": "!close REASON", "reopen": "!reopen", "status": "!status",
        "help": "!help", "undo": "!undo",
    },
}  # fmt: skip
_REASONS = {
    "ru": "отозвана, решено, отказ, дубликат, суд",
    "en": "withdrawn, resolved, rejected, duplicate, court",
}
_INSTEAD = {  # planned words: what does it today
    "reply": "reply", "send": "reply", "ask": "reply", "memo": "reply", "find": "search", "show": "show", "done": "note", "new": "forward",
}  # fmt: skip

_SENTENCES = {
    "ru": {
        "take": "Дело № {number} теперь Ваше.",
        "assign": "Дело № {number} передано: {value}.",
        "claim": "Дело № {number} подтверждено как претензия. {value}",
        "claim_told": "Подтверждение клиенту поставлено в очередь.",
        "claim_held": "Подтверждение клиенту составлено и ждёт выпуска: mailbot outbox.",
        "claim_nobody": "Клиенту ничего не отправлено: нет адреса, на который программа вправе писать.",
        "claim_deferred": "Клиент уже получил сегодня все положенные письма: подтверждение уйдёт в течение суток.",
        "claim_no_mailbox": "Клиенту ничего не отправлено: почтовый ящик не настроен.",
        "not-a-claim": "Дело № {number}: не претензия. Сроки по нему остановлены, клиенту ничего не отправлено.",
        "category": "Дело № {number}: категория исправлена на «{value}».",
        "note": "В дело № {number} добавлена заметка.",
        "answered": "Дело № {number} отмечено как отвеченное: {value}.",
        "close": "Дело № {number} закрыто.",
        "reopen": "Дело № {number} снова открыто.",
        "status": "Состояние дела № {number} показано ниже.",
        "undo": "Дело № {number}: Ваше последнее изменение отменено.",
        "help": "Команды перечислены ниже.",
        "unknown": "Команды «!{value}» нет.",
        "planned": "Команда «!{value}» по почте пока не работает. {instead}",
        "long": "Строка с командой слишком длинная: «{value}». Пишите не больше 200 знаков, в заметке до 1000.",
        "many": "В письме больше {value} команд. Пришлите их несколькими письмами.",
        "below": "Команда «!{value}» стоит ниже обычного текста. Все команды пишут в начале письма.",
        "needs": "В команде «{value}» чего-то не хватает. Напишите так: {form}.",
        "superfluous": "Лишние слова в команде: «{value}». Заметку пишут так: !заметка ТЕКСТ.",
        "reason": "Чтобы закрыть дело, назовите причину, например «!закрыть решено». Возможны: {reasons}.",
        "date": "Дата «{value}» непонятна. Напишите, например, «!отвечено 23.11.2026»; не раньше претензии и не позже сегодняшнего дня.",
        "person": "Сотрудника «{value}» нет. Возможны: {possible}.",
        "no_category": "Категории «{value}» нет. Возможны: {possible}.",
        "state": "Дело № {number} в состоянии «{state}»: команда «{value}» сейчас невозможна. Возможны: {possible}.",
        "same": "Дело № {number}: это уже так, менять нечего.",
        "no_case": "Дела № {number} нет.",
        "no_undo": "В деле № {number} нет Ваших изменений за последние 24 часа, которые можно отменить.",
        "undo_alone": "Отмену пришлите отдельным письмом, без других команд о том же деле.",
        "changed": "Дело № {number} с тех пор изменилось, поэтому отмена невозможна. Состояние показано ниже.",
        "which": "Письмо, на которое Вы отвечаете, говорит о нескольких делах. Назовите номер: «!взять 2026-0451».",
        "not_listed": "Дела с этим номером нет в письме, на которое Вы отвечаете. Ответьте на письмо, в котором оно есть.",
        "token": "Готовый ответ не подходит: он для другого дела или сотрудника, изменён, или ему больше 14 дней.",
        "no_letter": "Команды принимаются только в ответ на письмо программы Вам. Ответьте на сводку или на письмо о деле.",
        "other_person": "Вы отвечаете на письмо, которое было адресовано не Вам. Ответьте на своё.",
        "expired": "Письму, на которое Вы отвечаете, больше 14 дней. Ответьте на более новое.",
        "not_now": "Этого сделать нельзя. Состояние дела показано ниже.",
        "limit": "За час от Вас пришло больше 60 команд. Пришлите остальные позже.",
        "instead_reply": "Ответьте клиенту обычным письмом, копия на адрес претензий.",
        "instead_search": "Найти дело: mailbot case search.",
        "instead_show": "Показать дело: !статус, а целиком: mailbot case show.",
        "instead_note": "Отметьте это заметкой: !заметка ТЕКСТ.",
        "instead_forward": "Перешлите письмо клиента на адрес претензий.",
        "instead_cli": "Сделайте это из командной строки: mailbot case set.",
    },
    "en": {
        "take": "Case {number} is yours now.",
        "assign": "Case {number} is given to {value}.",
        "claim": "Case {number} is confirmed as a claim. {value}",
        "claim_told": "The customer's acknowledgement is on its way.",
        "claim_held": "The customer's acknowledgement is written and waits to be released: mailbot outbox.",
        "claim_nobody": "Nothing is sent to the customer: there is no address the program may write to.",
        "claim_deferred": "The customer had all letters of the day: the acknowledgement follows within 24 hours.",
        "claim_no_mailbox": "Nothing is sent to the customer: no mailbox is configured.",
        "not-a-claim": "Case {number} is no claim. Its clocks have ended and nothing was sent to the customer.",
        "category": "Case {number}: the category is now “{value}”.",
        "note": "The note is kept with case {number}.",
        "answered": "Case {number} counts as answered: {value}.",
        "close": "Case {number} is closed.",
        "reopen": "Case {number} is open again.",
        "status": "The state of case {number} is shown below.",
        "undo": "Case {number}: your last change is undone.",
        "help": "The commands are listed below.",
        "unknown": "There is no command “!{value}”.",
        "planned": "The command “!{value}” is not yet available by mail. {instead}",
        "long": "A command line is too long: “{value}”. Write at most 200 characters, in a note up to 1000.",
        "many": "The mail has more than {value} commands. Send them in several mails.",
        "below": "The command “!{value}” stands below other text. All commands belong at the top of the mail.",
        "needs": "Something is missing in the command “{value}”. Write it like this: {form}.",
        "superfluous": "Unneeded words in a command: “{value}”. A note is written like this: !note TEXT.",
        "reason": "To close a case give a reason, for example “!close resolved”. Possible are: {reasons}.",
        "date": "The date “{value}” is not understood. Write for example “!answered 2026-11-23”: not before the claim, not after today.",
        "person": "There is nobody called “{value}”. Possible are: {possible}.",
        "no_category": "There is no category “{value}”. Possible are: {possible}.",
        "state": "Case {number} is “{state}”: the command “{value}” is not possible now. Possible are: {possible}.",
        "same": "Case {number}: it is so already, there is nothing to change.",
        "no_case": "There is no case {number}.",
        "no_undo": "In case {number} there is no change of yours within the last 24 hours that can be undone.",
        "undo_alone": "Send an undo in a mail of its own, without other commands about the same case.",
        "changed": "Case {number} has changed since, so this cannot be undone. Its state is shown below.",
        "which": "The letter you answer is about several cases. Name the number: “!take 2026-0451”.",
        "not_listed": "The letter you answer does not list a case of this number. Answer a letter that does.",
        "token": "The ready reply does not fit: it is for another case or person, was changed, or is older than 14 days.",
        "no_letter": "Commands are accepted only in answer to a letter of the program to you. Answer your digest or a case letter.",
        "other_person": "The letter you answer was not addressed to you. Answer one of your own.",
        "expired": "The letter you answer is older than 14 days. Answer a newer one.",
        "not_now": "This cannot be done. The state of the case is shown below.",
        "limit": "More than 60 commands came from you within an hour. Send the others later.",
        "instead_reply": "Answer the customer by ordinary mail with the claims address in copy.",
        "instead_search": "To find a case: mailbot case search.",
        "instead_show": "To see a case: !status, and the whole of it: mailbot case show.",
        "instead_note": "Keep it as a note: !note TEXT.",
        "instead_forward": "Forward the customer's mail to the claims address.",
        "instead_cli": "Do it on the command line: mailbot case set.",
    },
}  # fmt: skip

def possible(state: State) -> tuple[str, ...]:
    """The commands a case in this state allows (domain.md 1.3), the likeliest first."""
    if state in {State.NEW, State.TRIAGE}:
        return ("claim", "not-a-claim", "take", "assign", "category", "note", "close", "status")
    if state is State.NOT_CLAIM:
        return ("claim", "category", "note", "status")
    if state is State.CLOSED:
        return ("reopen", "answered", "category", "note", "status")
    return ("take", "answered", "assign", "category", "note", "close", "status")


def is_possible(word: str, state: State) -> bool:
    if word in {"undo", "help"}:
        return True
    return word in possible(state) or (word == "close" and state in OPEN_STATES)


def say(name: str, language: str, values: Mapping[str, str] | None = None) -> str:
    """One of the sentences above; any language but Russian gives English."""
    return _SENTENCES[_tongue(language)][name].format_map({"reasons": _REASONS[_tongue(language)], **(values or {})}).strip()


def say_fault(fault: Fault, language: str) -> str:
    """Why a line is not understood, and what is possible."""
    form = NAMES[_tongue(language)].get(fault.value, "")
    instead = _SENTENCES[_tongue(language)]["instead_" + _INSTEAD.get(fault.value, "cli")]
    shown = PLANNED_IN_RUSSIAN.get(fault.value, fault.value) if fault.what == "planned" and language == "ru" else fault.value
    return say(fault.what, language, {"value": shown, "form": form, "instead": instead})


def forms(words: tuple[str, ...], language: str) -> tuple[str, ...]:
    """How these commands are written."""
    return tuple(NAMES[_tongue(language)][word] for word in words)


def _tongue(language: str) -> str:
    return "ru" if language == "ru" else "en"
