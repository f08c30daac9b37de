"""Why something was done, in Russian: the sentences that the program keeps with each step, as a judge reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from mailbot.claims.command_words import NAMES, say_kind
from mailbot.claims.state_words import REASON_NAMES, STATE_NAMES

# {}: what stands there in a sentence goes over as it is; {w}: a word or two of the program's own, see `_word`
REASONS: Final[Mapping[str, str]] = {
    # what a mail is (claims.kind)
    "A new complaint (confidence {}).": "Новая претензия (уверенность {}).",
    "It may be a claim (confidence {}).": "Возможно, претензия (уверенность {}).",
    "It may be a claim (confidence {}) and speaks of {w}: taken for one.":
        "Возможно, претензия (уверенность {}), и говорится {w}: принято как претензия.",
    "Hardly a complaint by its words, but they speak of danger to people.":
        "По словам едва ли претензия, но говорится об опасности для людей.",
    "It has no text, only attachments: a person must look at them.": "Текста нет, только вложения: их должен посмотреть человек.",
    "It is encrypted, so its words cannot be read: taken for a claim.": "Письмо зашифровано, прочитать его нельзя: принято как претензия.",
    "It is a complaint, but names no sender.": "Это жалоба, но отправитель не назван.",
    "It is a calendar invitation.": "Приглашение в календарь.",
    "It withdraws a claim, but names no case we know.": "Отзывает претензию, но дело не названо.",
    "It reads as an answer to our claim («{}») and as a claim.": "Похоже и на ответ на нашу претензию («{}»), и на претензию.",
    "No complaint (confidence {}); topic {w}.": "Не жалоба (уверенность {}); предмет: {w}.",
    "Nothing can be made of it: {}.": "Письмо не удалось прочитать: {}.",
    "Nothing can be made of it.": "Письмо не удалось прочитать.",
    "It looks automatic but carries a complaint.": "Похоже на автоматическое, но в нём жалоба.",
    "A carrier or supplier answers our claim: «{}».": "Перевозчик или поставщик отвечает на нашу претензию: «{}».",
    "It says the matter is settled {w} («{}»).": "Сообщается, что вопрос решён {w} («{}»).",
    "It says the matter is settled {w}.": "Сообщается, что вопрос решён {w}.",
    "About a case, but no claim: {w}.": "О деле, но не претензия: {w}.",
    "{} answers a letter of ours with a command (!{}).": "{}: ответ на письмо программы с командой «!{}».",
    "{} writes a command (!{}), but not in answer to a letter of ours.": "{}: команда «!{}», но не в ответ на письмо программы.",
    "One of our people writes, and it is no claim (confidence {}).": "Пишет сотрудник, это не претензия (уверенность {}).",
    "One of our people forwards a customer's mail.": "Сотрудник переслал письмо клиента.",
    "One of our people forwards a mail from inside the house.": "Сотрудник переслал внутреннее письмо.",
    "By its words it may be no claim.": "Судя по словам, это может быть не претензия.",
    "One of our people writes what may be a claim (confidence {}).": "Сотрудник пишет, возможно, о претензии (уверенность {}).",
    "One of our people writes into a case.": "Сотрудник написал в дело.",
    "One of our people reports a claim heard by phone.": "Сотрудник записал претензию, принятую по телефону.",
    "One of our people makes an internal claim.": "Внутренняя претензия сотрудника.",
    "One of our people answers the customer, a claims address in copy.": "Сотрудник ответил клиенту, адрес для претензий в копии.",
    "{} answers the customer, a claims address in copy.": "{}: ответ клиенту, адрес для претензий в копии.",
    "{} answers a letter of ours in her own words.": "{}: ответ на письмо программы своими словами.",
    "Its sender's address is not proven.": "Адрес отправителя не подтверждён.",
    "{} wrote down a claim (!new).": "{}: претензия записана со слов или с бумаги.",
    "{} wrote down a claim (mailbot case new).": "{}: записана претензия, сообщённая устно или на бумаге.",
    # to which case it belongs (claims.conversation, claims.decide)
    "It belongs to no case we know.": "Ни к одному известному делу не относится.",
    "It names no case of ours.": "Наше дело не названо.",
    "It names the case itself.": "Номер дела назван в самом письме.",
    "It answers a Message-ID of our form.": "Ответ на письмо с нашим Message-ID.",
    "It quotes a letter of ours with the case number.": "Цитируется наше письмо с номером дела.",
    "Its References name a letter of ours (case {}).": "Ответ на наше письмо (дело {}).",
    "Its References name a mail of the case (case {}).": "Ответ на письмо дела {}.",
    "Its References name {} (case {}).": "Ответ на письмо {} (дело {}).",
    "It names case {}, and its sender belongs to it.": "Названо дело {}, отправитель к нему относится.",
    "It names case {}, but its sender's address is not proven.": "Названо дело {}, но адрес отправителя не подтверждён.",
    "It names case {}, to which its sender does not belong.": "Названо дело {}, к которому отправитель не относится.",
    "Same sender and subject as case {}, last written to within {} days.":
        "Отправитель и тема те же, что в деле {}, последнее письмо не старше {} дней.",
    "Same sender and subject as case {}, but {w}.": "Отправитель и тема те же, что в деле {}, но {w}.",
    "Case {} of the same sender is about order {} too.": "Дело {} того же отправителя тоже о заказе {}.",
    "The forwarded letter has sender and subject of case {}.": "У пересланного письма отправитель и тема дела {}.",
    "Perhaps the same as case {}.": "Возможно, то же, что дело {}.",
    "It has been closed for more than {} days.": "Оно закрыто больше {} дней.",
    "It joins case {}.": "Приобщено к делу {}.",
    "It reopens case {}.": "Дело {} открыто снова.",
    "It may belong to case {}: a person decides.": "Возможно, относится к делу {}: решает человек.",
    "The same mail already belongs to case {}.": "Это же письмо уже есть в деле {}.",
    "Its case is with the lawyer: nothing goes to its customer by itself.": "Дело у юриста: сама программа клиенту по нему не пишет.",
    "{w}: the case is closed.": "{w}: дело закрыто.",
    "{w}: the customer's address is another.": "{w}: у клиента теперь другой адрес.",
    "{w}: merged into case {}.": "{w}: дело объединено с делом {}.",
    "Answered in case {}.": "Ответ дан в деле {}.",
    "The same mail was filed before.": "Это же письмо уже принято.",
    "Filed to case {}, never answered.": "Приобщено к делу {}, на такие письма не отвечают.",
    "Filed, never answered.": "Сохранено, на такие письма не отвечают.",
    "Nothing proves its sender, so it is not taken for our answer.": "Отправитель не подтверждён, нашим ответом письмо не считается.",
    "It came before the mailbox was connected: kept as history, nobody is written to.":
        "Пришло до подключения ящика: хранится для истории, никому не пишут.",
    # may it be acknowledged (claims.acknowledgement)
    "Its sender is answered.": "Отправителю направляется подтверждение.",
    "Its case is with the lawyer: its sender is answered once the hold is released.":
        "Дело у юриста: подтверждение отправителю уйдёт, когда юрист вернёт дело.",
    "Its sender had {} letters today: one collective letter later.":
        "Отправитель уже получил за день писем: {}; одно общее письмо будет позже.",
    "Its case was acknowledged once.": "Получение по делу уже подтверждено.",
    "Its sender is not the claimant of the case.": "Отправитель не заявитель по делу.",
    "Enquiries are answered by people.": "На вопросы отвечают сотрудники.",
    "A mail of kind {w} is never answered.": "На письма этого рода ({w}) подтверждение не отправляется.",
    "One of our people commands: the result goes to her, nobody outside is written to.":
        "Команда сотрудника: результат сообщён ему, клиенту не пишут.",
    "Its Reply-To is of the same organisation and is followed.": "Адрес для ответа (Reply-To) той же организации, ответ идёт туда.",
    "Its Reply-To is of another organisation ({}) and is not followed.":
        "Адрес для ответа (Reply-To) другой организации ({}), ему не пишут.",
    "Its sender's program asks for no automatic answers, and the configuration follows that.":
        "Почтовая программа отправителя просит не отвечать автоматически.",
    "It names no address that could be written to.": "Нет адреса, на который можно написать.",
    "There is no customer's address to acknowledge to.": "Адреса клиента для подтверждения нет.",
    "The sender in the forwarded part cannot be written to.": "Отправителю пересланного письма написать нельзя.",
    "The customer's address is known only from a text: a person must confirm it.":
        "Адрес клиента известен только из текста: его должен подтвердить человек.",
    "A person must first say that it is a claim.": "Сначала человек должен подтвердить, что это претензия.",
    "Its sender is one of our own claims addresses.": "Отправитель — наш адрес для претензий.",
    "Its sender is one of our people.": "Отправитель — наш сотрудник.",
    "Its envelope sender is empty: there is no return address.": "Обратного адреса нет.",
    "A mail system is its envelope sender.": "Обратный адрес почтовой системы.",
    "A mail system is its sender.": "Отправитель — почтовая система.",
    "Nobody reads its sender's mailbox ({}).": "Ящик отправителя никто не читает ({}).",
    "Auto-Submitted says {}.": "Помечено как автоматическое (Auto-Submitted: {}).",
    # robots (claims.automatic)
    "It asks its correspondent to prove that he is human.": "Просит подтвердить, что пишет человек.",
    "Its Message-ID is that of a letter of ours.": "Message-ID нашего письма.",
    "Its Message-ID has the form of our letters'.": "Message-ID такой же, как у наших писем.",
    "It is an abuse report (ARF, RFC 5965).": "Жалоба на рассылку (ARF).",
    "It is a read receipt (RFC 8098).": "Уведомление о прочтении.",
    "It is a delivery report (RFC 3464 or its free form).": "Сообщение почтовой системы о доставке.",
    "It is a receipt by its subject and form.": "Уведомление о получении, судя по теме и виду.",
    "Precedence says auto_reply.": "Помечено как автоответ (Precedence).",
    "It carries {}.": "В заголовках письма: {}.",
    "The operator's rules name its sender.": "Отправитель указан в правилах администратора.",
    "The mail filter marked it ({}).": "Отмечено почтовым фильтром ({}).",
    "It can be unsubscribed from and brings no complaint.": "Рассылка, жалобы в ней нет.",
    "It carries the loop mark of a program like ours.": "Несёт отметку подобной программы.",
    "Its X-Loop names our address: a robot answers us.": "В X-Loop наш адрес: отвечает робот.",
    "A mail system wrote it ({}).": "Написано почтовой системой ({}).",
    "It says nothing but what an automatic answer says: «{}».": "Только слова автоответа: «{}».",
    "Its subject is that of an automatic answer.": "Тема автоответа.",
    "Its words are those of an automatic answer: «{}».": "Слова автоответа: «{}».",
    "Its words are those of advertising: «{}».": "Слова рекламы: «{}».",
    "A mailbox rule forwarded it and marked it as automatic.": "Переслано правилом ящика и помечено как автоматическое.",
    # what people and the program did (jobs)
    "A person says so.": "По слову сотрудника.",
    "A person says that it is a claim.": "Сотрудник подтвердил, что это претензия.",
    "A person says that it is no claim.": "Сотрудник решил, что это не претензия.",
    "{} says that it is a claim.": "{}: это претензия.",
    "A person corrected it.": "Исправлено сотрудником.",
    "A person took it up.": "Взято в работу.",
    "A person opened it again.": "Открыто снова сотрудником.",
    "Given to {}.": "Передано: {}.",
    "Taken up.": "Взято в работу.",
    "Until {}.": "До {}.",
    "We wait inside the house now.": "Теперь ждём внутри компании.",
    "The customer says that the defect was there from the start.": "Клиент говорит, что недостаток был с самого начала.",
    "She takes her letter back.": "Автор отозвал своё письмо.",
    "The inspection was held.": "Осмотр проведён.",
    "An inspection is called.": "Назначен осмотр.",
    "A person switched holding notes on.": "Промежуточные письма включены.",
    "A person switched holding notes off.": "Промежуточные письма выключены.",
    "The customer was told when there will be news.": "Клиенту сообщено, когда ждать новостей.",
    "{w}: it would say what it must not.": "{w}: письмо сказало бы то, чего говорить нельзя.",
    "The customer has not written for a long time.": "Клиент давно не пишет.",
    "{w} {}": "{w}, {}-е",
    "A department is asked.": "Запрошено подразделение.",
    "The design department is asked.": "Запрошен конструкторский отдел.",
    "An answer is drafted.": "Составлен ответ.",
    "An answer is drafted while we wait for the customer.": "Ответ составлен, не дожидаясь клиента.",
    "There is nobody but the author to approve as {w}.": "Согласовать, кроме автора, некому ({w}).",
    "The refusal is sent.": "Отказ отправлен.",
    "The explanation is sent.": "Разъяснение отправлено.",
    "The decision is sent: {w}.": "Решение отправлено: {w}.",
    "A later letter has settled it.": "Вопрос решён более поздним письмом.",
    "The decision was sent without its answer.": "Решение отправлено без ответа подразделения.",
    "The offer is sent.": "Предложение отправлено.",
    "The customer is asked.": "Клиенту направлены вопросы.",
    "The customer is told that all is done.": "Клиенту сообщено об исполнении.",
    "Draft {}.": "Письмо {}.",
    "{w}: draft {}.": "{w}, письмо {}.",
    "{w} to the customer, draft {}.": "{w} клиенту, письмо {}.",
    "Case {} is the same claim.": "Дело {} — та же претензия.",
    "It states: {}.": "В нём названо: {}.",
    "The same claim as case {}.": "Та же претензия, что дело {}.",
    "Parted from case {}.": "Выделено из дела {}.",
    "Mail {} is case {} now.": "Письмо {} теперь дело {}.",
    "Mail {} is added to the case.": "Письмо {} приобщено к делу.",
    "Demanded in case {}.": "Заявлено в деле {}.",
    "Carried over from case {}: {}": "Перенесено из дела {}: {}",
    "As written down.": "Как записано.",
    "A further letter says so.": "По следующему письму.",
    "No mailbox is configured.": "Почтовый ящик не настроен.",
    "The case was sent to {} with {} files.": "Дело показано: {}, файлов: {}.",
    "A command was refused ({w}).": "Команда отклонена: {w}.",
    "It answers a request of ours, and nothing proves who wrote it.": "Ответ на наш запрос, но отправитель не подтверждён.",
    "A letter answers it.": "Ответ пришёл письмом.",
    "The day has come until which we waited: {w}.": "Наступил день, до которого ждали: {w}.",
    "A letter in the name of {}: nothing proves its sender, it is no answer of ours.":
        "Письмо от имени {}: отправитель не подтверждён, это не наш ответ.",
    "A claim of our own on the {w} must be made by {}; a draft was sent inside the house.":
        "Нашу претензию ({w}) нужно предъявить до {}; проект направлен внутри компании.",
    "Our own claim: {w}.": "Наша претензия: {w}.",
    "A claim of our own on: {w}.": "Наша претензия: {w}.",
    "One letter for {} cases.": "Одно письмо по нескольким делам: {}.",
    "By one letter for several cases.": "Одним письмом по нескольким делам.",
    "The letter for several cases came back.": "Письмо по нескольким делам вернулось.",
    "It was put off: the address had its letters for the day.": "Отложено: на этот адрес за день уже отправлено предельное число писем.",
    "It was put off: the address had its letters for the day, or the case was with the lawyer.": "Отложено: на этот адрес за день уже "
    "отправлено предельное число писем, или дело было у юриста.",
    # why a clock stands as it stands (claims.running_clocks, jobs.clock_book)
    "It applies.": "Срок действует.",
    "It may apply: not all that it asks for is known.": "Срок может действовать: не всё известно.",
    "Met.": "Соблюдён.",
    "It no longer runs.": "Больше не идёт.",
    "The case ended: {w}.": "Дело окончено: {w}.",
    "The case was opened again.": "Дело открыто снова.",
}

_WORDS: Final[Mapping[str, str]] = {
    "danger": "об опасности", "a court": "о суде", "wholly": "полностью", "in part": "частично",
    "question":
        "вопрос", "price": "запрос цены", "thanks": "благодарность", "documents": "документы", "payment_guarantee": "гарантия оплаты",
    "counterparty": "ответ контрагента", "job": "отклик о работе", "privacy": "персональные данные", "legal": "суд или надзор",
    "invitation": "приглашение", "other": "другое",
    "the subject is a general one": "тема слишком общая", "its text names another order": "в тексте другой заказ",
    "its text is a claim about another order": "текст — претензия о другом заказе", "its sender is no person": "отправитель не человек",
    "its text is itself a claim with facts of its own": "текст — самостоятельная претензия",
    "its sender's address is not proven": "адрес отправителя не подтверждён",
    "carrier": "к перевозчику", "supplier": "к поставщику", "road": "к автоперевозчику", "rail": "к железной дороге",
    "forwarder": "к экспедитору", "filed": "предъявлена", "notice": "извещение отправлено", "answered": "получен ответ",
    "design": "конструкторы", "inspection": "осмотр", "customer": "клиент",
    # why a command was refused (claims.command_proof)
    "unproven": "отправитель не подтверждён", "sender": "отправитель не из списка сотрудников", "automatic": "письмо автоматическое",
    "loose": "подпись DKIM не доказывает, какая часть письма — его текст", "replayed": "письмо с этой командой уже приходило раньше",
    "no_letter": "это не ответ на письмо программы", "other_person": "ответ на письмо, адресованное другому сотруднику",
    "expired": "ответ на письмо, которому больше 14 дней", "token": "готовый ответ недействителен",
    "not_listed": "этого дела нет в письме, на которое отвечают", "which": "из нескольких дел не названо ни одно",
    "no_case_named": "дело не названо",
}  # fmt: skip

_ROLES: Final[Mapping[str, str]] = {
    "head": "руководитель", "director": "директор", "legal": "юрист", "operator": "администратор", "specialist": "специалист",
    "privacy": "ответственный за персональные данные",
}  # fmt: skip


def in_russian(why: str, kinds: Mapping[str, str]) -> str:
    """Sentence by sentence; what is not one of the program's stands as it was written. `kinds`: names of letters and mails."""
    found, rest = [], why.strip()
    while rest:
        said, rest = _next(rest, kinds)
        found.append(said)
    return " ".join(found)


def _next(text: str, kinds: Mapping[str, str]) -> tuple[str, str]:
    """The first sentence in Russian, and what stands after it."""
    for pattern, write in _patterns():
        if (match := pattern.match(text)) is not None:
            return write(match, kinds), text[match.end() :].lstrip()
    if (code := _code(text, kinds)) is not None:
        return code, ""
    return text, ""


def _code(text: str, kinds: Mapping[str, str]) -> str | None:
    """A step whose reason is a bare code: why a case is closed, whose yes, which command."""
    if text.startswith("!") and (word := text[1:].split(" ", maxsplit=1)[0]) in NAMES["ru"]:
        return f"{NAMES['ru'][word].split()[0]}{text[1 + len(word) :]}"
    said = [_ROLES.get(part) or _word(part, kinds) for part in text.split(", ")]
    return ", ".join(said) if said != text.split(", ") else None


def _word(word: str, kinds: Mapping[str, str]) -> str:
    for names in (_WORDS, kinds, REASON_NAMES["ru"], STATE_NAMES["ru"], _waits()):
        if word in names:
            return names[word]
    return say_kind(word, "ru")


@cache
def _waits() -> Mapping[str, str]:
    """For what we wait, as an English sentence names it."""
    return {name: REASON_NAMES["ru"][code] for code, name in REASON_NAMES["en"].items() if code in REASON_NAMES["ru"]}


@cache
def _patterns() -> list[tuple[re.Pattern[str], Callable[[re.Match[str], Mapping[str, str]], str]]]:
    """The most telling first: those with the most letters of their own."""
    longest = sorted(REASONS.items(), key=lambda pair: -len(re.sub(r"\{w?\}", "", pair[0])))
    return [(_pattern(english), _writer(english, russian)) for english, russian in longest]


def _pattern(english: str) -> re.Pattern[str]:
    if english == "{w} {}":  # of a reminder: which, and the how manieth
        return re.compile(r"([a-z_]+) (\d+)\Z")
    first, *others = [re.escape(part) for part in re.split(r"\{w?\}", english)]
    begins = [first] if first or not others else ["([^.]{1,120}?)" + others.pop(0)]
    ends = r"\Z" if english.endswith("{}") else r"(?=\s|\Z)"
    return re.compile("(.+?)".join([*begins, *others]) + ends, re.DOTALL)


def _writer(english: str, russian: str) -> Callable[[re.Match[str], Mapping[str, str]], str]:
    own = [hole == "{w}" for hole in re.findall(r"\{w?\}", english)]
    form = russian.replace("{w}", "{}")

    def write(match: re.Match[str], kinds: Mapping[str, str]) -> str:
        return form.format(*(_word(said, kinds) if is_own else said for said, is_own in zip(match.groups(), own, strict=True)))

    return write
