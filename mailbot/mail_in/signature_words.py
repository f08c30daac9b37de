"""The words that stand under letters: sign-offs, phones' lines, contacts, disclaimers, list servers' footers. Data only."""

from __future__ import annotations

import re

DELIMITER = re.compile(r"^(?:-- ?|—|––|- -)\s*$")
MOBILE = re.compile(
    r"(?i)^\W{0,3}(?:(?:sent (?:from|with|via|by|using)|get|download|скачать|получить|установить"
    r"|загрузить) (?!us\b)[^.,!?;:\n]{2,70}(?:[.!]|\(https?://[^\s()]{3,100}\)|<https?://[^\s<>]{3,100}>)?"
    r"|(?:отправлено|послано|написано|отправлен[оа]?) (?:с|со|из|через|при помощи|с помощью)\b[^,!?;:\n]{2,70}"
    r"|(?:надіслано|відправлено) (?:з|із|зі|за допомогою|через)\b[^,!?;:\n]{2,60}|von meinem .{2,40} gesendet|gesendet (?:von|mit"
    r"|über) .{2,50}|diese nachricht wurde von .{2,50} gesendet"
    r"|envoyé (?:de|depuis|à partir) .{2,50}|enviado (?:desde|do|de|a partir) .{2,50}|inviato (?:da|dal) .{2,50}|verzonden vanaf .{2,40}"
    r"|verstuurd vanaf .{2,40}"
    r"|wysłane? (?:z|ze) .{2,40}|skickat från .{2,40}|sendt fra .{2,40}|lähetetty .{2,40}|odesláno z .{2,40}|odoslané z .{2,40}"
    r"|iphone'?u?mdan gönderildi|.{2,30} (?:üzerinden|'?dan) gönderildi"
    r"|iphone から送信|发自我的.{0,20}|从我的.{0,20}发送|via mobile|typed on (?:a |my )?(?:phone|mobile).{0,30})\s*$"
)
LINK = re.compile(r"\s*:?\s*[<(\[]?https?://[^\s<>()]{3,250}[>)\]]?\s*$")
DASHES = re.compile(r"^\s*[-–—_=*]{2,}\s*$")
MOBILE_NOT = re.compile(r"(?i)\b(?:desk|склада? \d|завода? \d|транспортн\w+ компани)")
CLOSINGS = (
    r"с (?:глубоким |искренним |большим )?уважением|с наилучшими(?: пожеланиями)?|с (?:самыми )?(?:добрыми|тёплыми|теплыми) пожеланиями"
    r"|с почтением|с приветом|искренне ваша?|всего (?:вам )?(?:доброго|наилучшего|хорошего)"
    r"|заранее (?:вам )?(?:благодарен|благодарна|благодарны|спасибо|благодарим|признательны?)(?: за (?:ответ|помощь"
    r"|понимание))?[,.!]? с уважением|з повагою|із повагою|з найкращими побажаннями|құрметпен"
    r"|(?:with )?(?:my |our )?(?:best|kind|kindest|warm|warmest|many|yours?) (?:regards|wishes)|(?:thanks"
    r"|thank you)(?: very much)?(?: and|,| &) (?:best |kind |warm )?regards|regards|rgds|brgds|br|kr|best|cheers"
    r"|(?:yours |very )?(?:sincerely|faithfully|truly|respectfully)(?: yours)?|respectfully|cordially"
    r"|mit (?:freundlichen|besten|herzlichen|freundlichem) (?:grüßen|grüssen|gruß|gruss)|freundliche grüße|viele grüße|beste grüße"
    r"|liebe grüße|mfg|lg|vg|cordialement|bien cordialement|(?:bien )?à vous|salutations"
    r"|saludos(?: cordiales)?|atentamente|un saludo|cordiali saluti|distinti saluti|saluti|atenciosamente|cumprimentos"
    r"|com os melhores cumprimentos|met vriendelijke groet(?:en)?|groeten|mvg"
    r"|(?:med )?(?:venlig|vennlig|vänlig|bästa|de bedste|mange) hil(?:sen|sener)|med vänliga hälsningar|vänliga hälsningar"
    r"|(?:med )?vänlig(?:a)? hälsning(?:ar)?|mvh|m\.v\.h|hilsen|kh|hälsningar|ystävällisin terveisin|terveisin|t\."
    r"|z poważaniem|z powazaniem|pozdrawiam|serdecznie pozdrawiam|s pozdravem|s pozdravom|s přátelským pozdravem|üdvözlettel|tisztelettel"
    r"|saygılarımla|saygılarımızla|iyi çalışmalar|cu stimă|cu respect|lp|srdačan pozdrav"
)
CLOSING = re.compile(rf"(?i)^[\s*_]{{0,4}}(?:{CLOSINGS})[\s,.!;*_–—-]*$")
CLOSING_NAME = re.compile(rf"(?i)^[\s*_]{{0,4}}(?:{CLOSINGS})(?:[,.!]?\s+|\s*[,–—-]\s*)(?P<name>[^\W\d_][^?!:;]{{1,90}})$")
FULL_CLOSING = re.compile(r"(?i)^[\s*_]{0,4}(?:с уважением|з повагою|best regards|kind regards|regards|sincerely|mit freundlichen)\b")
THANKS = re.compile(
    r"(?i)^[\s*_]{0,4}(?:(?:many )?thanks(?: again| a lot| in advance| so much)?|thank you(?: very much| so much| in advance)?|спасибо"
    r"|заранее спасибо|благодарю|danke|merci|gracias|tak|tack)[\s,.!*_–—-]*$"
)
AFTERWARDS = re.compile(
    r"(?i)^\s*(?:p\.? ?p?\.? ?s\b|п\.? ?с\.|п\. ?п\. ?с|з\.?ы\.?\b|ps\b|постскриптум|приложени|вложени|прилагаю|прилагаем|attach|enclos"
    r"|encl\b|anlage|!|на фото|фото)"
)
CONTACT = re.compile(
    r"(?i)(?:https?://|www\.)\S|[\w.+-]{1,80}@[\w-]{1,60}\.|(?:^|[\s,;|])(?:тел|тлф|моб|факс|сот|раб|т|м|ф|tel|mob|mobile|phone|fax|cell"
    r"|office|direct|t|m|f|p|e|w|skype|telegram|tg|whatsapp|viber|e-?mail|почта|сайт|web|site|icq|адрес|address)\b\.?\s*[:.+(\d/]"
    r"|\+\d[\d\s()-]{8,18}|\(\d{3,5}\)\s?\d|(?<!\d)8[\s(-]{0,2}\d{3}[\s)-]{0,2}\d{3}[\s-]?\d{2}[\s-]?\d{2}(?!\d)|^via mobile\b|(?:^"
    r"|\s)(?:ИНН|ОГРН|КПП)\s*:?\s*\d"
)
NAME = re.compile(r"^[\s*_–—-]{0,4}[A-ZА-ЯЁІЇЄҐÀ-Þ][^\d?!;:@]{1,48}$")
TELLS = re.compile(
    r"(?i)заказ|договор|накладн|претенз|рекламац|сч[её]т|партия|парти[ия] |артикул|серийн|заводской|order|invoice|serial|batch|contract"
    r"|claim|п/п|упд|ттн|акт\b"
)
DISCLAIMER = re.compile(
    r"(?i)(?:received|receive|received this|got) (?:this|the) (?:e-?mail|message|communication|transmission|mail)[^.]{0,40} (?:in"
    r"|by) error|(?:not|other than) (?:the|an) (?:intended|named|designated) (?:recipient|addressee)"
    r"|intended (?:solely|only|exclusively) for|for the (?:sole |exclusive )?use of the (?:intended|addressee|individual|recipient)|(?:is"
    r"|are|may be|be|contain\w*|information)[^.]{0,60} (?:confidential|privileged|proprietary)[^.]{0,80}(?:recipient|addressee|intended"
    r"|disclos|privileged|proprietary|attorney|law)"
    r"|confidentiality (?:notice|note|statement)|(?:e-?mail|message|attachments?)[^.]{0,40}(?:scanned|checked|swept)[^.]{0,30}(?:virus"
    r"|malware|by)|virus[- ]free|think before you print|consider the environment|before printing this"
    r"|unauthori[sz]ed (?:use|review|disclosure|copying|dissemination)|you are hereby notified"
    r"|(?:письмо|сообщение|e-?mail|информация|документ)[^.]{0,120}(?:конфиденциальн|предназначен[оаы]? (?:исключительно|только|лишь))"
    r"|(?:получили|получено|попало к вам|оказалось у вас|вам)[^.]{0,60}(?:по ошибке|ошибочно)[^.]{0,160}(?:удал|уничтож|сообщ|уведом"
    r"|информ|свяж)"
    r"|не являетесь (?:(?:его|её|ее|их|надлежащим|предполагаемым|указанным|непосредственным)\s+){0,2}(?:адресатом|получателем)|(?:настоящ"
    r"|данн|эт)\w{1,3} (?:электронн\w+ )?(?:письмо|сообщение)[^.]{0,100}(?:не является (?:оферт|публичн|акцепт)|содерж\w+ конфиденциальн"
    r"|предназначен)"
    r"|уведомление о конфиденциальности|проверено (?:на вирусы|антивирус)|вирусов нет|(?:берегите|берегите|сохраним"
    r"|позаботьтесь о)\s+(?:лес|природ|окружающ|деревь)|подумайте[^.]{0,60}(?:печат|распечат)|прежде чем (?:печатать|распечат)"
    r"|diese (?:e-?mail|nachricht)[^.]{0,80}vertraulich|nicht der (?:richtige|beabsichtigte) (?:adressat|empfänger)|ce (?:message"
    r"|courriel)[^.]{0,80}confidentiel|цей лист[^.]{0,80}конфіденційн"
)
BANNER = re.compile(
    r"(?i)(?:originated|came|comes|sent|received) from (?:an? )?(?:outside|external)|external (?:e-?mail|sender|message|source)"
    r"|outside (?:of )?(?:the|your|our|this) (?:organi[sz]ation|company)"
    r"|внешн(?:ий|его|яя|ее|им) (?:отправител|почт|письм|источник|адрес)|(?:от|из) внешн\w{1,3} (?:отправ|источ|адрес|почт|сет|домен)"
    r"|отправлено извне|письмо (?:получено"
    r"|пришло) (?:извне|из внешн)|you don't often get (?:e-?mail|email) from|вы (?:нечасто|редко) получаете"
)
# A banner speaks of the mail; a customer's "проверяли от внешнего источника" does not.
OF_MAIL = re.compile(r"(?i)e-?mail|message|sender|письм|сообщени|отправител|отправлено")
DISCLAIMER_HEAD = re.compile(
    r"(?i)^[\s*_]{0,4}(?:disclaimer|confidentiality(?: notice)?|legal notice|отказ от ответственности|конфиденциальность|внимание!?"
    r"|важно!?|caution:?|warning:?|note:?)[\s:*_!]*$"
)
FOOTER = re.compile(r"(?i)mailing list|unsubscribe|отписаться|mailman/listinfo|subscription|рассылк|list-?(?:info|serv)|groups\.google")
