"""Is a letter nothing but an automatic answer, by its words alone? Each sentence must be one of such a letter's. Pure; linear."""

from __future__ import annotations

import re

MOST_LETTERS = 1_500  # a longer letter says more than that somebody is away
_MOST_SENTENCES = 25

_SENTENCE = re.compile(r"(?<![А-ЯЁA-Z\d])[.!?…]+(?=\s+[^\sа-яёa-z]|\s*\Z)|[.!?…]+(?=\s*\n|\s*\Z)|\n{2,}|(?<=[:;,!])\n")
_BLANKS = re.compile(r"\s+")
# What makes a sentence more than an automatic answer's, however it begins.
_COMPLAINS = re.compile(
    r"слом|разби|брак|недоста[чвт]|повре[жд]|теч[её]т|дефект|трещин|царапин|верните|вернуть|замен(?:ить|ите|у )|требу[юе]|не включа"
    r"|вместо \d"
    r"|пришл[оаи]\b|прислали|привезли|не хватает|решите|про(?:шу|сим|сьба) (?!обращ|писать|связ|звонить|направ|адресов|не (?:отвеч"
    r"|измен))"
    r"|broken|damag|defect|missing|refund|replace|leak|scratch|crack|short of|still (?:not|no)\b|instead of",
    re.IGNORECASE,
)
_CLAIM = re.compile(r"(?<!по )претензи[яю]\b|\bclaim (?:is|for)\b", re.IGNORECASE)
# One of these is enough: nobody writes it but a robot, or a ticket system that took a letter in.
_SURE = re.compile(
    r"^(?:это|данное|настоящее) (?:письмо|сообщение|уведомление)?\s?(?:является )?(?:автоматическ|сформирован|создан|отправлен)\w*"
    r"|(?:письмо|сообщение|уведомление|ответ) (?:было )?(?:сформирован|создан|отправлен)\w* автоматически|^автоматическ\w+ (?:ответ"
    r"|уведомление)"
    r"|не отвечайте на (?:это|данное) (?:письмо|сообщение|уведомление)|отвечать на (?:него|это письмо|данное письмо) не (?:нужно|надо"
    r"|требуется|следует)"
    r"|(?:почтов\w+ ящик|адрес|почта) (?:больше )?не (?:обслуживается|используется|проверяется|просматривается)"
    r"|(?:больше|уже) не работа(?:ет|ю) (?:в (?:компании|организации|нашей|фирме|штате|ООО|АО)|у нас|на (?:предприятии|заводе|фабрике))"
    r"|(?:оператор|специалист|менеджер|мы) (?:ответ|свяж)\w+ [^.]{0,40}в рабочее время"
    r"|(?:обращени[ея]|заявк[аи]|запрос|тикет|письмо)\b[^.]{0,40} (?:зарегистрирован|передан|создан)\w*"
    r"|номер (?:вашего |вашей )?(?:обращения|заявки|запроса|тикета)"
    r"|^this is an (?:automat\w+|auto-?generated)|automat(?:ed|ic) (?:response|reply|message|e-?mail)|(?:do not|don't) (?:reply"
    r"|respond) to this"
    r"|mailbox is (?:not|no longer|un)\s?(?:monitored|attended|in use|checked)|unattended mailbox"
    r"|(?:(?-i:[A-Z][a-z]+ [A-Z][a-z]+)|he|she|i|i'm) (?:is |am )?no longer (?:with (?:us|our|the company|(?-i:[A-Z]))|employed"
    r"|work(?:s|ing)? (?:for|here))"
    r"|(?:ticket|request|case|inquiry|enquiry)\b[^.]{0,40} (?:has been|was|is) (?:opened|created|registered|logged|assigned)",
    re.IGNORECASE,
)  # fmt: skip
# Said by people too: it takes a second sentence of the kind. «Ваше письмо получено» alone is an answer.
_AWAY = re.compile(
    r"(?:нахожусь|я|буду|ушла?|ухожу|сейчас)\b[^.]{0,40}(?:в\b[^.]{0,30}отпуск|на больничном|в командировке|вне офиса)|^отпуск\b"
    r"|^отсутствую\b"
    r"|буду отсутствовать|меня (?:сейчас |временно )?(?:нет|не будет) (?:на|в) (?:рабочем месте|работе|месте|офисе)|^отсутствую\b"
    r"|^(?:я )?вне офиса"
    r"|рабочий день (?:окончен|завершен|завершён)|сейчас нерабочее время|(?:офис|компания|мы) (?:сейчас )?(?:не работа\w+"
    r"|закрыт\w*) (?:с|до|по)\b"
    r"|(?:i am|i'm|i will be|i'll be|am|currently)\b[^.]{0,40}(?:out of (?:the |my )?office|on (?:\w+ ){0,2}(?:leave|vacation"
    r"|holidays?|business)"
    r"|away from|away until|travell?ing|out until|back in the office)|^out of (?:the )?office|office (?:is|will be) closed"
    r"|ваш\w* (?:обращени[ея]|заявк[аи]|запрос|письмо|сообщение)\b[^.]{0,40} (?:получен|принят)\w*|мы получили ваше (?:письмо"
    r"|сообщение|обращение)"
    r"|your (?:e-?mail|message|letter|request|enquiry|inquiry)\b[^.]{0,20} (?:has been|was) received|we(?:'ve| have) received your "
    r"(?:e-?mail|message|request|enquiry|inquiry)",
    re.IGNORECASE,
)
# What stands beside such a sentence, and makes an absence note of a remark of being away.
_BESIDE = re.compile(
    r"обраща(?:йтесь|ться)|пишите|звоните|свя(?:житесь|зывайтесь|заться)|замеща(?:ет|ю)|исполняющ|все вопросы|по (?:всем "
    r"|срочным )?вопросам"
    r"|(?:срочны|неотложны)[ех] вопрос|доступ\w* к (?:рабочей |корпоративной |электронной )?(?:почте|письмам)|отвечу|ответим|ответит"
    r"|пересыла|перенаправ"
    r"|contact|reach out|get in touch|please (?:e-?mail|write|call|use|redirect|send)|for urgent|if urgent|in urgent|urgent matters"
    r"|access to (?:my )?e-?mails?|(?:will|shall) (?:reply|respond|answer|get back|contact|be forwarded|not be forwarded)|forward"
    r"|будет рассмотрен|рассмотрим|в работу|being (?:reviewed|processed)|автоматически|automat",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"^(?:здравствуй|добр(?:ый|ое|ого)|привет|уважаем|dear|hello|hi|good (?:day|morning|afternoon)|спасибо|благодар|thank|с уважением"
    r"|regards"
    r"|(?:kind|best) regards|график работы|режим работы|часы работы|working hours|business hours|буду на (?:месте|работе|связи)"
    r"|вернусь|выйду|возвращаюсь"
    r"|i will be back|i'll be back|back on|i return|returning|пожалуйста, не (?:меняйте|изменяйте|удаляйте) тем|please (?:do not"
    r"|don't|keep)[^.]{0,30} subject"
    r"|(?:наш )?(?:специалист|оператор|менеджер|сотрудник)\w* (?:свяжется|ответит|рассмотрит)|a member of our|our (?:team|staff|support)"
    r"|письмо не |сообщение не |your (?:mail|message|e-?mail) (?:will|is)|и будет рассмотрен)|(?:ответим|ответит|рассмотр\w+"
    r"|свяжется) [^.]{0,60}(?:дн|час|время)"
    r"|within \d+|as soon as possible|shortly",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"^[^.!?]{0,60}(?:[\w.+-]+@[\w-]+\.\w|\+?\d[\d ()-]{6,})[^.!?]{0,20}$")
_NAME_ONLY = re.compile(r"^(?:[A-ZА-ЯЁ][\w.-]*,? ?){1,5}$")
# Outlook, Exchange, Gmail, Zimbra, Lotus Notes put it in front of the subject they answer.
SUBJECT = re.compile(
    r"\s*(?:автоответ(?:чик)?|автоматический ответ|вне офиса|нет на месте|отсутствие на (?:работе|рабочем месте)"
    r"|автоматична відповідь|автовідповідь"
    r"|abwesenheit\w*|automatische antwort|auto(?:matic)?[ -]?(?:reply|response)|autoreply|out of (?:the )?office|réponse automatique"
    r"|absence du bureau"
    r"|respuesta automática|fuera de (?:la )?oficina|risposta automatica|fuori (?:sede|ufficio)|automatisch antwoord|afwezig\w*"
    r"|resposta automática"
    r"|automatyczna odpowiedź|odpowiedź automatyczna|automatická odpověď|automatická odpoveď|automatiskt? svar|autosvar"
    r"|automaattinen vastaus"
    r"|otomatik yanıt|automatikus válasz|răspuns automat|自動応答|自动回复|자동 회신)(?=[\s:：]|\Z)",
    re.IGNORECASE,
)  # fmt: skip


def nothing_but_automatic(subject: str, text: str) -> str:
    """The sentence that makes the whole letter an automatic answer, "" where one sentence of it is more, or none is such."""
    if len(text) > MOST_LETTERS:
        return ""
    sentences = [one for piece in _SENTENCE.split(text) if (one := _BLANKS.sub(" ", piece).strip(" .,:;!-–—"))]
    if not sentences or len(sentences) > _MOST_SENTENCES:
        return ""
    sure = away = ""
    beside = bool(SUBJECT.search(subject) or _AWAY.search(subject))
    for sentence in sentences:
        if _COMPLAINS.search(sentence):
            return ""
        if _SURE.search(sentence):
            sure = sure or sentence
        elif _CLAIM.search(sentence):
            return ""
        elif _AWAY.search(sentence):
            away = away or sentence
            beside = beside or _BESIDE.search(sentence) is not None
        elif _BESIDE.search(sentence):
            beside = True
        elif not (_FILLER.search(sentence) or _CONTACT.match(sentence) or _NAME_ONLY.match(sentence)):
            return ""
    return sure or (away if beside else "") or (subject.strip() if SUBJECT.match(subject) else "")


def tells_beside(text: str) -> bool:
    """Whom to ask meanwhile, or when an answer comes: what an absence note says beside the absence."""
    return _BESIDE.search(text[:MOST_LETTERS]) is not None
