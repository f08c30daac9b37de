"""The words by which mail systems report that a letter was not delivered, as their makers document them, Russian and English."""

from __future__ import annotations

import re

from mailbot.claims.message import Address

_SYSTEM_LOCAL = re.compile(
    r"(?i)(?:mailer[-_.]?daemon|postmaster|mdaemon|mail[-_.]?(?:delivery|deamon|daemon)|maildaemon|mail-?system|mailsystem|smtp|bounces?"
    r"|daemon|symantec[\w-]*|exchange"
    r"|microsoftexchange[0-9a-f]+|lotus_?notes|mmdf|root|uucp|pmdf|internet_?mail_?connector|noreply-?dmarc.*|no-?reply|do-?not-?reply"
    r"|admin(?:istrator)?|listserv|autoreply|info)\Z"
)
_SURE_LOCAL = re.compile(
    r"(?i)(?:mailer[-_.]?daemon|mailer|post[-_.]?master|mdaemon|mail[-_.]?delivery.*|mail-?daemon|mail-?deamon|mmdf|pmdf"
    r"|microsoftexchange[0-9a-f]+|mail-?system)\Z"
)
_SYSTEM_NAME = re.compile(
    r"(?i)mail(?:er)?[ -]?(?:daemon|delivery|administrator|system)|delivery (?:sub)?system|postmaster|system administrator"
    r"|internet mail delivery|automatic(?:ally)? (?:email )?delivery"
    r"|mail router|mail gateway|undelivered|администратор почты|почтовая система|система доставки|служба доставки почты"
)

FAILED_SUBJECT = re.compile(
    r"(?i)un-?deliver(?:able|ed)|undelivrable|unzustellbar|non[- ]?(?:delivery|remis)|(?:delivery|mail|message"
    r"|transmission)\b[^\n]{0,40}?\b(?:fail(?:ed|ure)|error|problem|reject|return|status|delay|warning|unsuccessful)"
    r"|fail(?:ed|ure)\b[^\n]{0,30}?\b(?:mail|deliver|notice|notif)|could not (?:be delivered|send)|can(?:'t|not) (?:be )?(?:deliver|send)"
    r"|not (?:be )?delivered|returned (?:mail|message|to sender)|mail returned|returning message"
    r"|undeliverable|delivery (?:report|notification|status)|\bDSN\b|mail (?:system|delivery) (?:error|problem)|user unknown"
    r"|unknown (?:user|address)|warning: (?:could not|message|mail)|mail could not|mailbox (?:full|unavailable)|message bounced"
    r"|\bbounced?\b"
    r"|не (?:был[оа]? )?доставлен|недоставлен|невозможно доставить|не удалось доставить|ошибка (?:при )?доставк|сбой доставк"
    r"|задержк\w+ доставк|отчет о доставке|отчёт о доставке|уведомление о (?:состоянии )?доставк|возвращено отправителю"
    r"|не может быть доставлен"
)
FAILED_TEXT = re.compile(
    r"(?i)(?:could|can|did|was|were|is|has|have|may|are|been|will)(?: ?not|n't|n’t)(?: be| been| able to be)? (?:be )?(?:deliver|sent"
    r"|reach|send|process|accept|complet|forward|relay)|unable to (?:deliver|relay|send|process|forward|complete)|undeliverable"
    r"|undelivered|not delivered"
    r"|(?:permanent|fatal|temporary|transient|following|delivery|delivering|transport|smtp|non-fatal|addressing"
    r"|message)[ -]{1,3}(?:delivery )?(?:errors?|failures?|failed|problems?)|delivery to the following|failed (?:to deliver|recipient"
    r"|address|permanently|addresses|temporarily)|deliver(?:y|ing)[^.\n]{0,60} fail(?:ed|ure)|failed due to"
    r"|(?:user|recipient|mailbox|address|account|domain|host|alias)\b[^.\n]{0,60}(?:unknown|not (?:known|found|exist|listed|available"
    r"|recognized|valid)|doesn't exist|does not exist|is (?:full|disabled|inactive|unavailable|over|invalid)|rejected|unavailable"
    r"|over quota)|no such (?:user|mailbox|recipient|address|person|account|domain)|unknown (?:user|recipient|address|host|local|mailbox)"
    r"|invalid (?:recipient|address|user|mailbox)"
    r"|(?:mail|message|e-?mail|letter)\b[^.\n]{0,80}\b(?:bounced|was rejected|was refused|returned|is being returned|rejected|blocked"
    r"|delayed|has been delayed)|over (?:its |their |disk |the )?quota|quota (?:exceeded|full)|mailbox (?:full|is full|unavailable"
    r"|disabled)|exceed(?:ed|s)?[^.\n]{0,30}(?:quota|storage|size)|still (?:be )?(?:trying|undelivered|not)|will (?:be )?(?:retr|keep try"
    r"|continue|attempt)|has not (?:yet )?been delivered|giving up|gave up|given up|relay(?:ing)? (?:denied|not)|access denied|(?:said"
    r"|response|responded|error)[^\n]{0,40}\b[45]\d\d[ -]|\b5\d\d[ -]\d\.\d\.\d|domain (?:has|does)[^.\n]{0,20}(?:no|not)"
    r"|не (?:был[оаи]? )?(?:может быть |могло быть |удалось |удаётся |удается )?(?:доставлен|доставить|отправить)|недоставлен"
    r"|невозможно доставить|(?:ящик|адрес|получател|пользовател)\w*[^.\n]{0,60}(?:не (?:существует|найден|зарегистрирован|принимает)"
    r"|переполнен|заблокирован|отключ|недоступен|неизвестен)|ошибка доставк|доставка[^.\n]{0,60}(?:не удалась|отложена|задерж|невозможна)"
    r"|нет такого (?:пользовател|адрес|ящик)|превышен\w* (?:квот|размер|лимит)|отклонен|отклонён"
)
# What only a mail system writes: without one of these nobody but a system's own address can be a bounce ("the parcel was not delivered").
MACHINE_TEXT = re.compile(
    r"(?i)mail(?:er)?[ -]?daemon|mail delivery (?:sub)?system|mail system at host|created automatically by mail"
    r"|delivery status notification"
    r"|(?:^|[\s:(#<])[45]\d\d[ -][45]\.\d{1,3}\.\d{1,3}\b|\bsmtp (?:error|server)|remote (?:host|server) said|rcpt to"
    r"|(?:your|the|this) (?:e-?mail|mail|message)[^.\n]{0,120}(?:could not|cannot|can't|was not"
    r"|not) (?:be )?deliver(?:ed)? to:?\s+<?[\w.+=-]+@"
    r"|could not be delivered to:\s*<|автоматически (?:создано|сформировано) (?:почтов|систем)|почтов\w+ (?:систем|сервер)\w*"
)
# Addresses under such a line are the ones that failed.
HEADING = re.compile(
    r"(?i)(?:following|these) (?:\w+ ){0,2}(?:recipient|address|user|destination|mailbox|e-?mail|account)|recipient\(s\)|address\(es\)"
    r"|recipients?:\s*$|to the following|had (?:permanent|transient|delivery)"
    r"|(?:following|failed|invalid|undeliverable)(?: \w+){0,2}:\s*$|(?:delivered|failed|deliver|reach|sent) (?:to|for):?\s*$"
    r"|follow(?:ing)?:\s*$|следующ\w+ (?:адрес|получател)|получател(?:ям|и|ю)?:\s*$"
)
RETURNED_TO = re.compile(r"(?i)^\s*(?:to|subject|sent|date|from|кому|тема|отправлено):\s")
REJECTED = re.compile(r"(?i)automatically rejected|was (?:automatically )?(?:rejected|refused)|quota exceeded|автоматически отклонен")
COMPLAINT_SUBJECT = re.compile(r"(?i)complaint about message from|abuse report|(?:spam|fbl|feedback loop) (?:complaint|report)")
# Subjects that speak of a *message* that failed, never of goods.
SURE_SUBJECT = re.compile(
    r"(?i)undeliverable|undelivered (?:mail|message)|returned mail|delivery status notification|mail delivery (?:failed|failure|warning"
    r"|problem|error|report|system|notification)|(?:email|message) delivery (?:failure|problem|error)"
    r"|failure notice|delivery (?:failure|notification|has failed)|non-?delivery(?: (?:report|notif\w+|message))?\s*(?::|$)|: non remis"
    r"|mail system error|returned to sender|could not be delivered\.?$"
    r"|недоставленное (?:сообщение|письмо)|(?:сообщение|письмо|почта) не доставлен|не удалось доставить (?:сообщение|письмо|почту)"
    r"|ошибка доставки (?:сообщения|письма|почты)|отч[её]т о недоставке"
)
MESSAGE_TEXT = re.compile(
    r"(?i)(?:message|e-?mail|mail|letter|recipient)s?\b(?s:.{0,200}?)(?:not (?:be )?(?:been )?(?:deliver|reach)|undeliver|postponed"
    r"|delayed|failed|rejected|returned)|(?:deliver|delivery of|deliver your) (?:the |your |an? )?(?:e-?mail|message|mail)\b"
    r"|(?:сообщени|письм|почт)\w*[^.]{0,200}?(?:не (?:было |может быть |удалось )?(?:доставлен|доставить|отправлен)|отклонен|отклонён"
    r"|возвращен|задерж)|送信できませんでした|unzustellbar"
)
# Somebody tells of herself: of the robots only qmail does, and it writes as MAILER-DAEMON.
PERSONAL = re.compile(
    r"\b(?:I|I'm|I've|my|me)\b|\b(?i:my (?:e-?mail|message|order|claim|refund)|our (?:order|claim|clause|QA|contract)|dear|hello|hi"
    r"|please take)\b"
    r"|\b(?i:я|мой|моё|мое|моя|мои|мне|меня|наш|наше|наша|наши|нам|нас|здравствуйте|добрый день|коллеги)\b"
)
AWAY = re.compile(
    r"(?i)out of (?:the )?office|on vacation|away from|в отпуске|отсутству|вне офиса|i will be|i am (?:currently )?(?:out|away)|on leave"
    r"|automatic reply|автоответ"
)
DELAYED = re.compile(
    r"(?i)\b(?:delay(?:ed)?|warning)\b|will (?:be )?(?:retr|keep try|continue|try again|attempt)|still (?:be )?(?:trying|being)"
    r"|not yet (?:been )?delivered|do(?:n't| not) need to (?:resend|re-?send|do anything)|no action is required|temporar(?:y"
    r"|ily)[^.\n]{0,40}(?:unable|delay|failure|defer)|transient (?:non-?fatal )?(?:errors?|failures?)|non-fatal errors"
    r"|задерж|повторн\w+ попытк|попыт\w+ (?:доставки|доставить) (?:будут )?продолж|пока не (?:доставлен|удалось)|доставка отложена"
    r"|повторять попытки"
)
GIVEN_UP = re.compile(
    r"(?i)no such (?:user|mailbox|address|recipient)|(?:user|recipient|address|mailbox) unknown|unknown (?:user|recipient|mailbox)"
    r"|no longer valid|does not exist|permanent(?:ly)? (?:fatal |error|fail)|fatal error|giv(?:ing|en) up|gave up|(?:will|wo) ?n(?:'t"
    r"|ot) (?:be )?(?:retr|tr(?:y|ied))|could not be delivered for|no (?:further|more) (?:attempts|delivery)|been returned"
    r"|returned to (?:the )?sender|is being returned|being returned|has failed permanently|has expired|retry time(?:out)? (?:exceeded"
    r"|expired)|exceeded|undeliverable"
    r"|постоянная ошибка|попытки прекращены|больше не будет|возвращен"
)
NAMED = re.compile(
    r"(?i)(?:recipients?|(?:generated|expanded) from|(?:email |e-mail |original )?address(?:es|ee)?|failed|(?:un)?deliver(?:ed"
    r"|able)?(?: to)?|user|mailbox|account|rcpt to|intended for|original-recipient|final-recipient|sent to|(?:message|mail|e-?mail) (?:to"
    r"|for)|deliver\w* (?:to|for)|reach|for|адрес(?:ат|у|а)?|получател[ьюя]|кому|для|ящик)\s*(?:[:=]|is|at|was)?\s*[<\"'(*\[]*(?:rfc822;"
    r"|smtp:|mailto:)?\s*<?\s*\Z"
)
_HELP_BEFORE = re.compile(
    r"(?i)(?:contact|write to|e-?mail to|ask|assistance|help|questions?|problems?|from|sender|sent by|reply to|forward(?:ed)? to"
    r"|send (?:mail|a message|it|e-?mail) to|please (?:send|mail)|обратитесь|свяжитесь|пишите|отправител\w*|от)[^\n]{0,60}\Z"
)
_HELPER = re.compile(r"(?i)(?:postmaster|mailer-daemon|abuse|mdaemon|hostmaster|helpdesk|support|mail-?admin)@")

# Where the report's own words end and what came back of the letter begins.
_ORIGINAL = re.compile(
    r"(?im)^[ \t>*=_#-]*(?:(?:this is a copy of|a copy of|below (?:this line )?is a copy|here is (?:a|your) copy"
    r"|the (?:original(?! message was (?:received|sent|submitted))|returned|unsent|following is|body of the|header of|headers of"
    r"|first \d+ lines of|beginning of)|(?:your )?original (?:message|mail|letter|headers?)|returned (?:message|mail)"
    r"|message headers? follow|unsent message|undelivered message|forwarded message|start of (?:the )?(?:returned|original)"
    r"|begin(?:ning)? of (?:original|returned|message)|included is a copy|the message (?:contents?|headers?|text|you sent)"
    r"|your message (?:reads|header|follows|begins)|message (?:text )?follows|message text|the text you sent|message contents"
    r"|исходное (?:сообщение|письмо)|текст (?:исходного |вашего )?(?:сообщения|письма)|заголовки (?:исходного )?(?:сообщения|письма)"
    r"|копия (?:исходного |вашего )?(?:сообщения|письма)|оригинал(?:ьное)? (?:сообщени|письм))[^\n]{0,120})$"
)
_HEADER_BLOCK = re.compile(
    r"(?im)^[ \t>|]*(?:Received: (?:from|by|\(|with)|Return-Path: <|Message-ID: <|X-Envelope-From:|DKIM-Signature: )"
)


def is_mail_system(address: Address | None, from_text: str = "") -> bool:
    """Mailer-daemon and kin, by the local part or the display name; an empty address (`From: <>`) is a system's too."""
    if address is None:
        return from_text.strip().endswith("<>") and (from_text.strip() == "<>" or bool(_SYSTEM_NAME.search(from_text)))
    local = address.address.rpartition("@")[0] or address.address
    return bool(_SURE_LOCAL.match(local)) or bool(_SYSTEM_NAME.search(address.name) and (_SYSTEM_LOCAL.match(local) or not address.domain))


def is_helper(address: str, before: str) -> bool:
    """Whom to ask for help, or who wrote: not whom the letter could not reach."""
    return bool(_HELPER.match(address)) or (bool(_HELP_BEFORE.search(before[-90:])) and not NAMED.search(before[-60:]))


def cut_original(text: str) -> tuple[str, str]:
    """(the system's own words, the returned letter) of a report's text."""
    places = [found.start() for pattern in (_ORIGINAL, _HEADER_BLOCK) if (found := pattern.search(text))]
    at = min(places, default=len(text))
    return text[:at], text[at:]
