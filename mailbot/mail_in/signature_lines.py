"""What stands under a letter: sign-off, contacts, "sent from my phone", disclaimers. Never raises; linear."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from mailbot.mail_in.html_lines import QUOTE_MARK, SIGNATURE_MARK
from mailbot.mail_in.letter_heads import is_rule

_MAX_SIGNATURE = 30  # lines under "-- "
_MAX_CLOSING = 14  # full lines under «С уважением»
_SHORT = 100

_DELIMITER = re.compile(r"^(?:-- ?|—|––|- -)\s*$")
_MOBILE = re.compile(
    r"(?i)^\W{0,3}(?:(?:sent (?:from|with|via|by|using)|get|download|скачать|получить|установить|загрузить) (?!us\b)[^.,!?;:\n]{2,70}(?:[.!]|\(https?://[^\s()]{3,100}\)|<https?://[^\s<>]{3,100}>)?"
    r"|(?:отправлено|послано|написано|отправлен[оа]?) (?:с|со|из|через|при помощи|с помощью)\b[^,!?;:\n]{2,70}"
    r"|(?:надіслано|відправлено) (?:з|із|зі|за допомогою|через)\b[^,!?;:\n]{2,60}|von meinem .{2,40} gesendet|gesendet (?:von|mit|über) .{2,50}|diese nachricht wurde von .{2,50} gesendet"
    r"|envoyé (?:de|depuis|à partir) .{2,50}|enviado (?:desde|do|de|a partir) .{2,50}|inviato (?:da|dal) .{2,50}|verzonden vanaf .{2,40}|verstuurd vanaf .{2,40}"
    r"|wysłane? (?:z|ze) .{2,40}|skickat från .{2,40}|sendt fra .{2,40}|lähetetty .{2,40}|odesláno z .{2,40}|odoslané z .{2,40}|iphone'?u?mdan gönderildi|.{2,30} (?:üzerinden|'?dan) gönderildi"
    r"|iphone から送信|发自我的.{0,20}|从我的.{0,20}发送|via mobile|typed on (?:a |my )?(?:phone|mobile).{0,30})\s*$"
)
_LINK = re.compile(r"\s*:?\s*[<(\[]?https?://[^\s<>()]{3,250}[>)\]]?\s*$")
_DASHES = re.compile(r"^\s*[-–—_=*]{2,}\s*$")
_MOBILE_NOT = re.compile(r"(?i)\b(?:desk|склада? \d|завода? \d|транспортн\w+ компани)")
_CLOSINGS = (
    r"с (?:глубоким |искренним |большим )?уважением|с наилучшими(?: пожеланиями)?|с (?:самыми )?(?:добрыми|тёплыми|теплыми) пожеланиями|с почтением|с приветом|искренне ваша?|всего (?:вам )?(?:доброго|наилучшего|хорошего)"
    r"|заранее (?:вам )?(?:благодарен|благодарна|благодарны|спасибо|благодарим|признательны?)(?: за (?:ответ|помощь|понимание))?[,.!]? с уважением|з повагою|із повагою|з найкращими побажаннями|құрметпен"
    r"|(?:with )?(?:my |our )?(?:best|kind|kindest|warm|warmest|many|yours?) (?:regards|wishes)|(?:thanks|thank you)(?: very much)?(?: and|,| &) (?:best |kind |warm )?regards|regards|rgds|brgds|br|kr|best|cheers"
    r"|(?:yours |very )?(?:sincerely|faithfully|truly|respectfully)(?: yours)?|respectfully|cordially"
    r"|mit (?:freundlichen|besten|herzlichen|freundlichem) (?:grüßen|grüssen|gruß|gruss)|freundliche grüße|viele grüße|beste grüße|liebe grüße|mfg|lg|vg|cordialement|bien cordialement|(?:bien )?à vous|salutations"
    r"|saludos(?: cordiales)?|atentamente|un saludo|cordiali saluti|distinti saluti|saluti|atenciosamente|cumprimentos|com os melhores cumprimentos|met vriendelijke groet(?:en)?|groeten|mvg"
    r"|(?:med )?(?:venlig|vennlig|vänlig|bästa|de bedste|mange) hil(?:sen|sener)|med vänliga hälsningar|vänliga hälsningar|(?:med )?vänlig(?:a)? hälsning(?:ar)?|mvh|m\.v\.h|hilsen|kh|hälsningar|ystävällisin terveisin|terveisin|t\."
    r"|z poważaniem|z powazaniem|pozdrawiam|serdecznie pozdrawiam|s pozdravem|s pozdravom|s přátelským pozdravem|üdvözlettel|tisztelettel|saygılarımla|saygılarımızla|iyi çalışmalar|cu stimă|cu respect|lp|srdačan pozdrav"
)
_CLOSING = re.compile(rf"(?i)^[\s*_]{{0,4}}(?:{_CLOSINGS})[\s,.!;*_–—-]*$")
_CLOSING_NAME = re.compile(rf"(?i)^[\s*_]{{0,4}}(?:{_CLOSINGS})(?:[,.!]?\s+|\s*[,–—-]\s*)(?P<name>[^\W\d_][^?!:;]{{1,90}})$")
_FULL_CLOSING = re.compile(r"(?i)^[\s*_]{0,4}(?:с уважением|з повагою|best regards|kind regards|regards|sincerely|mit freundlichen)\b")
_THANKS = re.compile(r"(?i)^[\s*_]{0,4}(?:(?:many )?thanks(?: again| a lot| in advance| so much)?|thank you(?: very much| so much| in advance)?|спасибо|заранее спасибо|благодарю|danke|merci|gracias|tak|tack)[\s,.!*_–—-]*$")
_AFTERWARDS = re.compile(
    r"(?i)^\s*(?:p\.? ?p?\.? ?s\b|п\.? ?с\.|п\. ?п\. ?с|з\.?ы\.?\b|ps\b|постскриптум|приложени|вложени|прилагаю|прилагаем|attach|enclos|encl\b|anlage|!|на фото|фото)"
)
_CONTACT = re.compile(
    r"(?i)(?:https?://|www\.)\S|[\w.+-]{1,80}@[\w-]{1,60}\.|(?:^|[\s,;|])(?:тел|тлф|моб|факс|сот|раб|т|м|ф|tel|mob|mobile|phone|fax|cell|office|direct|t|m|f|p|e|w|skype|telegram|tg|whatsapp|viber|e-?mail|почта|сайт|web|site|icq|адрес|address)\b\.?\s*[:.+(\d/]"
    r"|\+\d[\d\s()-]{8,18}|\(\d{3,5}\)\s?\d|(?<!\d)8[\s(-]{0,2}\d{3}[\s)-]{0,2}\d{3}[\s-]?\d{2}[\s-]?\d{2}(?!\d)|^via mobile\b|(?:^|\s)(?:ИНН|ОГРН|КПП)\s*:?\s*\d"
)
_NAME = re.compile(r"^[\s*_–—-]{0,4}[A-ZА-ЯЁІЇЄҐÀ-Þ][^\d?!;:@]{1,48}$")
_TELLS = re.compile(r"(?i)заказ|договор|накладн|претенз|рекламац|сч[её]т|партия|парти[ия] |артикул|серийн|заводской|order|invoice|serial|batch|contract|claim|п/п|упд|ттн|акт\b")
_DISCLAIMER = re.compile(
    r"(?i)(?:received|receive|received this|got) (?:this|the) (?:e-?mail|message|communication|transmission|mail)[^.]{0,40} (?:in|by) error|(?:not|other than) (?:the|an) (?:intended|named|designated) (?:recipient|addressee)"
    r"|intended (?:solely|only|exclusively) for|for the (?:sole |exclusive )?use of the (?:intended|addressee|individual|recipient)|(?:is|are|may be|be|contain\w*|information)[^.]{0,60} (?:confidential|privileged|proprietary)[^.]{0,80}(?:recipient|addressee|intended|disclos|privileged|proprietary|attorney|law)"
    r"|confidentiality (?:notice|note|statement)|(?:e-?mail|message|attachments?)[^.]{0,40}(?:scanned|checked|swept)[^.]{0,30}(?:virus|malware|by)|virus[- ]free|think before you print|consider the environment|before printing this"
    r"|unauthori[sz]ed (?:use|review|disclosure|copying|dissemination)|you are hereby notified"
    r"|(?:письмо|сообщение|e-?mail|информация|документ)[^.]{0,120}(?:конфиденциальн|предназначен[оаы]? (?:исключительно|только|лишь))|(?:получили|получено|попало к вам|оказалось у вас|вам)[^.]{0,60}(?:по ошибке|ошибочно)[^.]{0,160}(?:удал|уничтож|сообщ|уведом|информ|свяж)"
    r"|не являетесь (?:(?:его|её|ее|их|надлежащим|предполагаемым|указанным|непосредственным)\s+){0,2}(?:адресатом|получателем)|(?:настоящ|данн|эт)\w{1,3} (?:электронн\w+ )?(?:письмо|сообщение)[^.]{0,100}(?:не является (?:оферт|публичн|акцепт)|содерж\w+ конфиденциальн|предназначен)"
    r"|уведомление о конфиденциальности|проверено (?:на вирусы|антивирус)|вирусов нет|(?:берегите|берегите|сохраним|позаботьтесь о)\s+(?:лес|природ|окружающ|деревь)|подумайте[^.]{0,60}(?:печат|распечат)|прежде чем (?:печатать|распечат)"
    r"|diese (?:e-?mail|nachricht)[^.]{0,80}vertraulich|nicht der (?:richtige|beabsichtigte) (?:adressat|empfänger)|ce (?:message|courriel)[^.]{0,80}confidentiel|цей лист[^.]{0,80}конфіденційн"
)
_BANNER = re.compile(
    r"(?i)(?:originated|came|comes|sent|received) from (?:an? )?(?:outside|external)|external (?:e-?mail|sender|message|source)|outside (?:of )?(?:the|your|our|this) (?:organi[sz]ation|company)"
    r"|внешн(?:ий|его|яя|ее|им) (?:отправител|почт|письм|источник|адрес)|(?:от|из) внешн|отправлено извне|письмо (?:получено|пришло) (?:извне|из внешн)|you don't often get (?:e-?mail|email) from|вы (?:нечасто|редко) получаете"
)
_DISCLAIMER_HEAD = re.compile(r"(?i)^[\s*_]{0,4}(?:disclaimer|confidentiality(?: notice)?|legal notice|отказ от ответственности|конфиденциальность|внимание!?|важно!?|caution:?|warning:?|note:?)[\s:*_!]*$")
_FOOTER = re.compile(r"(?i)mailing list|unsubscribe|отписаться|mailman/listinfo|subscription|рассылк|list-?(?:info|serv)|groups\.google")


@dataclass(slots=True)
class Cut:
    """A passage of the person's own, told apart; each in the order it stood."""

    words: list[str] = field(default_factory=list)
    signature: list[str] = field(default_factory=list)
    disclaimer: list[str] = field(default_factory=list)


def cut_signature(lines: Sequence[str], *, alone: bool = True) -> Cut:
    """Words, signature, disclaimer of one passage. Where it is all the mail says (`alone`), not all of it can be signature."""
    lines = [line for line in lines if line != QUOTE_MARK]
    read = [line.replace("\xa0", " ") for line in lines]
    begin = _banner_end(read)
    stop = _disclaimer_start(read, begin)
    at, end = _signature(read[begin:stop])
    body = lines[begin:stop]
    while 0 < at < len(body) and (not body[at - 1].strip() or _DASHES.match(body[at - 1])) and any(_DASHES.match(line) for line in body[max(0, at - 3) : at]):
        at -= 1
    words = [*body[:at], *body[end:]]
    if alone and at < len(body) and not _says_something(words) and any(_says_something([line]) and not _is_mobile(line) for line in body):
        at = end = len(body)
        words = body
    signature = [line for line in body[at:end] if line != SIGNATURE_MARK]
    return Cut([line for line in words if line != SIGNATURE_MARK], signature, [*lines[:begin], *lines[stop:]])


def _says_something(lines: Sequence[str]) -> bool:
    return any(line.strip(SIGNATURE_MARK + " \t\xa0") for line in lines)


def _banner_end(lines: Sequence[str]) -> int:
    """The end of a first paragraph that a mail server put there: "CAUTION: This email originated from outside"."""
    first = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    stop = first
    while stop < len(lines) and lines[stop].strip() and stop - first < 8:
        stop += 1
    head = " ".join(lines[first:stop])[:900]
    if stop < len(lines) and _BANNER.search(head) and (len(head) < 600):
        return stop
    return 0


def _disclaimer_start(lines: Sequence[str], begin: int) -> int:
    """Where the paragraphs that are nothing but disclaimer begin, from the end upwards."""
    stop = len(lines)
    number = len(lines) - 1
    while number >= begin:
        while number >= begin and not lines[number].strip(" \t" + SIGNATURE_MARK):
            number -= 1
        last = number
        while number >= begin and lines[number].strip():
            number -= 1
        first = number + 1
        found = _disclaimer_in(lines, first, last + 1)
        if found is None:
            break
        stop = found
        if found > first:
            break
    return stop


def _disclaimer_in(lines: Sequence[str], first: int, stop: int) -> int | None:
    """The line of this paragraph from which it is disclaimer; signature lines may stand right above it."""
    if stop <= first:
        return None
    if stop - first == 1 and (is_rule(lines[first]) or _DISCLAIMER_HEAD.match(lines[first][:80])):
        return first
    whole = " ".join(lines[first:stop])[:6_000]
    said = _DISCLAIMER.search(whole)
    if said is None:
        return None
    rule = next((number for number in range(first, stop) if is_rule(lines[number])), None)
    if rule is not None and not _DISCLAIMER.search(" ".join(lines[first:rule])[:6_000]):
        return rule
    length = 0
    for number in range(first, stop):
        after = length + len(lines[number]) + 1
        if after > said.start():
            break
        length = after
    else:
        number = first
    if all(not line.strip() or _DASHES.match(line) or is_rule(line) for line in lines[first:number]):
        return first
    while number > first and len(lines[number - 1]) > 60:  # a wrapped sentence begins higher up
        number -= 1
    return number


def _signature(body: Sequence[str]) -> tuple[int, int]:
    """First line of the signature and the line behind it; both len(body) where there is none."""
    stop = len(body)
    while stop and not body[stop - 1].strip():
        stop -= 1
    for number in range(max(0, stop - 120), stop):
        if (body[number] == SIGNATURE_MARK or _DELIMITER.match(body[number])) and _fits(body, number, stop):
            return number, _behind(body, number + 1, stop)
    at = stop
    while at and (not body[at - 1].strip() or _is_mobile(body[at - 1])):
        at -= 1
    while at < stop and not body[at].strip():
        at += 1
    higher = _closing(body, at)
    if higher is None:
        higher = _footer(body, at)
    if higher is None:
        higher = _contacts(body, at)
    if higher is None:
        higher = _under_rule(body, at)
    if higher is not None:
        end = _behind(body, higher + 1, at)
        return (higher, end if end < at else stop)
    return (at, stop) if at < stop else (len(body), len(body))


def _fits(body: Sequence[str], at: int, stop: int) -> bool:
    """Under the delimiter stands a signature and not the larger part of the letter."""
    under = [line for line in body[at + 1 : stop] if line.strip()]
    if body[at] == SIGNATURE_MARK:
        return bool(under) and sum(map(len, under)) < 3_000
    if not under or len(under) > _MAX_SIGNATURE:
        return False
    sure = body[at] == "-- " or at + 1 < stop and len(under) <= 6
    long = sum(1 for line in under if len(line) > 160)
    return long == 0 if sure else long == 0 and len(under) <= 12


def _behind(body: Sequence[str], at: int, stop: int) -> int:
    """Where a postscript or a list of enclosures makes an end of the signature."""
    for number in range(at, stop):
        if _AFTERWARDS.match(body[number][:40]):
            return number
    return stop


def _is_mobile(line: str) -> bool:
    if len(line) > 400:
        return False
    line = _LINK.sub("", line)
    return len(line) <= 160 and _MOBILE.match(line) is not None and not _MOBILE_NOT.search(line)


def _closing(body: Sequence[str], stop: int) -> int | None:
    """«С уважением» with a few short lines under it, or with the name beside it as the last words."""
    full = 0
    lowest = None
    for number in range(stop - 1, max(-1, stop - 60), -1):
        line = body[number]
        if not line.strip():
            continue
        if len(line) <= 140 and _is_closing(line):
            lowest = number
            break
        full += 1
        if full > _MAX_CLOSING + 8:
            return None
    if lowest is None:
        return None
    short = 0
    for line in body[lowest + 1 : stop]:
        if _AFTERWARDS.match(line[:40]):
            break
        if not line.strip():
            continue
        short += 1
        if short > _MAX_CLOSING or (len(line) > _SHORT and not _CONTACT.search(line[:400])) or _is_sentence(line):
            return None
    return lowest


def _is_closing(line: str) -> bool:
    if _CLOSING.match(line):
        return True
    named = _CLOSING_NAME.match(line)
    if named is None:
        return False
    name = named.group("name")
    return len(name.split()) <= 10 and (name[:1].isupper() or _FULL_CLOSING.match(line) is not None) and not _TELLS.search(name)


def _is_sentence(line: str) -> bool:
    """A line that says something: it does not stand under a letter by itself."""
    words = line.split()
    return (len(words) >= 8 and line.rstrip().endswith((".", "!", "?")) and not _CONTACT.search(line)) or (line.rstrip().endswith("?") and len(words) > 2)


def _footer(body: Sequence[str], stop: int) -> int | None:
    """A list server's footer under a line of underscores."""
    for number in range(stop - 1, max(-1, stop - 9), -1):
        if is_rule(body[number]):
            under = [line for line in body[number + 1 : stop] if line.strip()]
            return number if 1 <= len(under) <= 6 and any(_FOOTER.search(line[:300]) for line in under) else None
    return None


def _under_rule(body: Sequence[str], stop: int) -> int | None:
    """Name, post and contacts under a line of dashes, however widely spaced."""
    full = 0
    for number in range(stop - 1, max(-1, stop - 40), -1):
        line = body[number]
        if is_rule(line):
            contacts = [one for one in body[number + 1 : stop] if _CONTACT.search(one[:300])]
            return number if len(contacts) >= 2 and any(one.strip() for one in body[:number]) else None
        if not line.strip():
            continue
        full += 1
        if full > _MAX_CLOSING or len(line) > 70 or _is_sentence(line) or _TELLS.search(line):
            return None
    return None


def _contacts(body: Sequence[str], stop: int) -> int | None:
    """A last paragraph of nothing but a name and how to reach her; also one line `-Name` after a blank one."""
    while stop and not body[stop - 1].strip():
        stop -= 1
    while stop < len(body) and _is_mobile(body[stop]):  # "via mobile" right under the name belongs to the paragraph
        stop += 1
    first = stop
    while first and body[first - 1].strip() and stop - first < 12:
        first -= 1
    if first == 0 or stop - first > 10 or stop == first or body[first - 1].strip():
        return None
    block = [line.strip() for line in body[first:stop]]
    if len(block) == 1:
        return first if re.match(r"^[-–—] ?[A-ZА-ЯЁ][^\W\d_]+(?: [A-ZА-ЯЁ][^\W\d_]+){0,2}$", block[0]) else None
    contacts = [line for line in block if _CONTACT.search(line[:300])]
    others = [line for line in block if line not in contacts]
    head_is_name = _NAME.match(block[0]) is not None and len(block[0].split()) <= 5 and not block[0].endswith((".", ","))
    thanks = _THANKS.match(block[0]) is not None and len(block) > 1 and _NAME.match(block[1]) is not None
    if not contacts or not (head_is_name or thanks):
        return None
    if any(len(line) > 70 or _is_sentence(line) or _TELLS.search(line) for line in others) or any(len(line) > _SHORT or _TELLS.search(line) for line in contacts):
        return None
    return first
