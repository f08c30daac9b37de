"""Sentences below a digest: what happened in a person's cases besides the dates, and what the operator should know. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from mailbot.claims.day_words import whole_day
from mailbot.claims.same_trouble import say
from mailbot.claims.working_time import ONE_DAY

_SHOWN = 20  # numbers in one sentence
_WORDS_SHOWN = 200  # letters of a note

_SENTENCES = {
    "ru": {
        "new_claim_inside": "В деле, похоже, появилась ещё одна претензия, о другом заказе: {}.",
        "propose_join": "Возможно, об одном и том же (чтобы объединить, ответьте на письмо о деле строкой «!объединить» "
        "с другим номером): {}.",
        "answer_unproven": "Клиенту написали от имени сотрудника, но отправитель не подтверждён: {}. Ответом это не считается, сроки идут. "
        "Если ответ настоящий, отметьте его: «!отвечено».",
        "request_answer_unproven": "На запрос в отдел ответили, но отправитель не подтверждён: {}. Напоминания продолжаются. Если "
        "ответ настоящий, отметьте его: «!записка отвечена».",
        "withdrawal_unproven": "От имени клиента пришло письмо, что вопрос решён, но отправитель не подтверждён: {}. Прежде чем закрывать "
        "дело, уточните у клиента, писал ли он это.",
        "guarantee_unproven": "Пришло гарантийное письмо об оплате, но не подтверждено, что его прислал клиент: {}. Прежде чем "
        "начинать ремонт, уточните это у клиента.",
        "counts_disagree": "Числа в письме клиента не сходятся между собой, строки показаны в деле: {}.",
        "flood": "С одного адреса пришло за сутки необычно много обращений, и последние собраны в одном деле (чтобы выделить письмо в "
        "отдельное дело, ответьте на письмо о нём строкой «!разделить»): {}.",
        "deferred": "Подтверждение ещё не отправлено: клиент прислал много писем за сутки и получит одно общее подтверждение. Дела: {}.",
        "refused_commands": "От Вашего имени пришли письма с командами, но отправитель не подтверждён: {}. Они не выполнены. "
        "Если писали Вы, сообщите администратору; если нет, кто-то подделывает Ваш адрес.",
        "unproven_letters": "От Вашего имени пришли письма, отправитель которых не подтверждён: {}. Они сохранены, но Вашим ответом "
        "клиенту не считаются, и сроки идут. Если писали Вы, сообщите администратору; если нет, кто-то подделывает Ваш адрес.",
        "unproven_in": "Эти письма в делах: {}.",
        "no_authserv": "Сотрудники присылают команды по почте, но они не выполняются: в настройках ящика не указан authserv_id. "
        "Как его указать: docs/commands.md.",
        "spam": "За сутки отложено как спам писем: {}. Если чьей-то претензии не хватает, она может быть там.",
        "provisional": "Производственный календарь на {} год ещё не утверждён: сроки, которые приходятся на него, предварительные.",
        "rehearsal": "Программа работает в режиме репетиции: никому, кроме Вас, не пишет. Здесь дела всех специалистов.",
        "stands_in": "Вы замещаете: {} (по {}). Срочные дела стоят здесь с пометкой, чьи они.",
        "stands_nobody_in": "Нет на работе, и никто не замещает: {} (по {}). Срочные дела стоят здесь с пометкой, чьи они: поручите их "
        "кому-нибудь («!передать»).",
        "your_absence": "По Вашему письму записано: Вас нет на работе с {} по {}, {}. Если это не так, пришлите новое письмо, оно заменит "
        "прежнее; чтобы отменить отсутствие, напишите: «Я отсутствую до {}».",
        "your_return": "По Вашему письму записано: Вы на работе, Вас никто не замещает.",
        "your_deputy": "Вас замещает {}",
        "your_nobody": "Вас никто не замещает",
        "handed": "Эти дела у Вас были, теперь их ведут другие: {}.",
        "handed_to": "{} ({})",
        "noted": "Заметки коллег в Ваших делах: {}.",
        "noted_by": "{} ({}: «{}»)",
        "not_shown": "Эти дела сегодня не удалось показать из-за сбоя программы, администратору об этом написано: {}. Дела сохранены, их "
        "сроки идут. Чтобы посмотреть дело, ответьте строкой «!найти» с его номером.",
        "closed": "С прошлой сводки закрыты дела (чтобы посмотреть дело, ответьте строкой «!найти» с его номером): {}.",
        "closed_by": "{} ({}: {})",
        "closed_late": "Из них с опозданием, когда срок ответа клиенту уже прошёл: {}.",
        "more": "и ещё {}",
        "and": "{} и {}",
    },
    "en": {
        "new_claim_inside": "There seems to be a second claim inside the case, about another order: {}.",
        "propose_join": "Perhaps about one and the same matter (to join them, answer a letter about the case with “!merge” and the other "
        "number): {}.",
        "answer_unproven": "The customer was written to in a colleague's name, but the sender is not proven: {}. It does not count as the "
        "answer and the clocks run. If the letter is genuine, mark it: “!answered”.",
        "request_answer_unproven": "A request to a department was answered, but the sender is not proven: {}. The reminders go on. If the "
        "answer is genuine, mark it: “!memo answered”.",
        "withdrawal_unproven": "A mail in the customer's name says that the matter is settled, but the sender is not proven: {}. Before "
        "you close the case, ask the customer whether it is theirs.",
        "guarantee_unproven": "A payment guarantee came, but nothing proves that the customer sent it: {}. Before the repair begins, "
        "ask the customer.",
        "counts_disagree": "The counts in the customer's letter do not agree with each other; the case shows where: {}.",
        "flood": "Unusually many claims came from one address within a day, and the last of them stand in one case (to make a message a "
        "case of its own, answer a letter about it with “!split”): {}.",
        "deferred": "Not acknowledged yet: the customer sent many letters within a day and gets one letter for all. Cases: {}.",
        "refused_commands": "Mails with commands came in your name and their sender was not proven: {}. They were not carried out. "
        "If you wrote them, tell the operator; if not, somebody forges your address.",
        "unproven_letters": "Mails came in your name and their sender was not proven: {}. They are kept, but do not count as your answer "
        "to the customer, and the clocks run. If you wrote them, tell the operator; if not, somebody forges your address.",
        "unproven_in": "These mails are in the cases: {}.",
        "no_authserv": "People send commands by mail, but none is carried out: the mailbox has no authserv_id in the configuration. "
        "How to set it: docs/commands.md.",
        "spam": "Mails put aside as spam within a day: {}. A claim that is missing may be among them.",
        "provisional": "The production calendar of {} is not decreed yet: dates of that year are provisional.",
        "rehearsal": "The program is rehearsing: it writes to nobody but you. These are the cases of all specialists.",
        "your_absence": "Noted from your mail: you are away from {} to {}, {}. If that is wrong, send another mail, it takes the place of "
        "this one; to undo the absence, write: “I am out of office until {}”.",
        "your_return": "Noted from your mail: you are at work, nobody stands in for you.",
        "your_deputy": "{} stands in for you",
        "your_nobody": "nobody stands in for you",
        "stands_in": "You stand in for {} (until {}). What is urgent stands here, marked with whose it is.",
        "stands_nobody_in": "Away, and nobody stands in: {} (until {}). What is urgent stands here, marked with whose it is: give it to "
        "somebody (“!assign”).",
        "handed": "These cases were yours, and others are in charge of them now: {}.",
        "handed_to": "{} ({})",
        "noted": "Colleagues' notes in your cases: {}.",
        "noted_by": "{} ({}: “{}”)",
        "not_shown": "A fault of the program kept these cases from being shown today, and the operator was told: {}. They are kept, and "
        "their clocks run. To look at a case, answer with “!find” and its number.",
        "closed": "Closed since the last digest (to look at a case, answer with “!find” and its number): {}.",
        "closed_by": "{} ({}: {})",
        "closed_late": "Of these late, when the date of the answer had passed: {}.",
        "more": "and {} more",
        "and": "{} and {}",
    },
}


def sentence(name: str, language: str, *values: object) -> str:
    """One of the sentences above with its values; any language but Russian gives English."""
    return _SENTENCES["ru" if language == "ru" else "en"][name].format(*values)


def about_cases(name: str, language: str, numbers: Iterable[str]) -> tuple[str, ...]:
    """A sentence about these cases, the first of them by number; none where there are none."""
    found = list(dict.fromkeys(numbers))
    if not found:
        return ()
    rest = [sentence("more", language, len(found) - _SHOWN)] if len(found) > _SHOWN else []
    return (sentence(name, language, ", ".join(found[:_SHOWN] + rest)),)


def absence_notes(away: Mapping[str, date], language: str, what: str = "stands_in") -> tuple[str, ...]:
    """For whom (by name) she stands in, and until when; or, `stands_nobody_in`, who is away without a deputy."""
    return tuple(sentence(what, language, name, whole_day(last, language)) for name, last in away.items())


def own_absence_note(first: date, last: date, deputy: str, today: date, language: str) -> str:
    """To herself: what was understood of her mail, who stands in (name, "" for nobody), and the words that end it."""
    instead = sentence("your_deputy", language, deputy) if deputy else sentence("your_nobody", language)
    begins, ends, before = (whole_day(day, language) for day in (first, last, today - ONE_DAY))
    return sentence("your_absence", language, begins, ends, instead, before)


def back_note(language: str) -> str:
    """To herself: her mail says that her absence has ended."""
    return sentence("your_return", language)


def handed_notes(cases: Iterable[tuple[str, str]], language: str) -> tuple[str, ...]:
    """Which cases (number, and the name of who has it now) were taken from her or given to another."""
    return about_cases("handed", language, [sentence("handed_to", language, number, name) for number, name in cases])


def noted_notes(notes: Iterable[tuple[str, str, str]], language: str) -> tuple[str, ...]:
    """What colleagues noted (number, name, words) in her cases: a lawyer's "nothing without my consent" must not lie unread."""
    shown = [sentence("noted_by", language, number, name, _cut(words)) for number, name, words in notes]
    return about_cases("noted", language, shown)


def _cut(words: str) -> str:
    """On one line, and no longer than a sentence or two."""
    line = " ".join(words.split())
    return line.rstrip(".") if len(line) <= _WORDS_SHOWN else f"{line[:_WORDS_SHOWN].rsplit(' ', 1)[0]}…"


def closed_notes(cases: Iterable[tuple[str, str, str]], late: Iterable[str], language: str) -> tuple[str, ...]:
    """For a head: which cases (number, name of who closed it, why) were closed, and which of them late (reliability.md A13)."""
    shown = [sentence("closed_by", language, *case) for case in cases]
    return (*about_cases("closed", language, shown), *about_cases("closed_late", language, late))


def unproven_notes(flags: Mapping[str, Mapping[str, object]], since: str, language: str) -> tuple[str, ...]:
    """What came since then (ISO 8601) and would have changed a case, had anything proven who wrote it."""
    found: tuple[str, ...] = ()
    for name in ("answer_unproven", "request_answer_unproven", "withdrawal_unproven", "guarantee_unproven"):
        found += about_cases(name, language, [number for number, of_case in flags.items() if str(of_case.get(name) or "") > since])
    return found


def doubts_of(number: str, flags: Mapping[str, Any], language: str) -> tuple[str, ...]:
    """The same of one case, for the letter about it: what came in its customer's name and may not be hers, and what it may be one with."""
    names = ("withdrawal_unproven", "guarantee_unproven")
    doubts = tuple(sentence(name, language, number) for name in names if flags.get(name))
    return doubts + about_cases("propose_join", language, _pairs({number: flags}, language))


def case_notes(flags: Mapping[str, Mapping[str, Any]], language: str) -> tuple[str, ...]:
    """What the flags of a person's cases (by number) say."""
    found: tuple[str, ...] = ()
    for name in ("flood", "new_claim_inside", "counts_disagree", "deferred"):
        unless = "legal_hold" if name == "deferred" else ""  # no letter follows while the case is with the lawyer
        shown = [number for number, of_case in flags.items() if of_case.get(name) and not of_case.get(unless)]
        found += about_cases(name, language, shown)
    return found + about_cases("propose_join", language, _pairs(flags, language))


def _pairs(flags: Mapping[str, Mapping[str, Any]], language: str) -> list[str]:
    """ "2026-0005 и 2026-0002 (тот же документ DN-771 …)" of each case that is perhaps one with another."""
    proposed = {number: of_case for number, of_case in flags.items() if of_case.get("propose_join")}
    return [sentence("and", language, number, other) for number, of_case in proposed.items() for other in _others(of_case, language)]


def _others(of_case: Mapping[str, Any], language: str) -> list[str]:
    """The cases it may be one with, with the reasons where they are known."""
    told = {one["number"]: say(one["number"], one, language) for one in of_case.get("same_trouble") or ()}
    first = str(of_case["propose_join"])
    return [told.pop(first, first), *told.values()]
