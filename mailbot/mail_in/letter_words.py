"""The words mail programs put around an earlier letter, by what they mean: labels, verbs, dividing lines. Data only.

Taken from the programs' own translations: Outlook, Gmail, Apple Mail, Thunderbird, Mail.ru, Yandex, The Bat!, Yahoo, Lotus Notes, HubSpot.
"""

from __future__ import annotations

_LABELS = {
    "from": (
        "from|от|от кого|отправитель|автор|від|від кого|відправник|ад|кімнен|жіберуші|von"
        "|absender|de|de la|da|mittente|remitente|expéditeur|van"
        "|afzender|fra|från|avsändare"
        "|od|od koho|odesílatel|odosielateľ|nadawca|lähettäjä|feladó|kimden|gönderen|expeditor|expeditorul|šalje|pošiljatelj|pošiljalac"
        "|од|шаље|kimdan|kimdən|από|no|nuo|saatja"
        "|差出人|送信元|送信者|发件人|寄件者|寄件人|보낸 사람|보낸사람|từ"
    ),
    "date": (
        "date|sent|date sent|sent at|дата|отправлено|отправлен|отправленные|дата отправки|дата отправления"
        "|отослано|послано|дата и время|надіслано|відправлено"
        "|жіберілген|күні|адпраўлена|datum|gesendet|gesendet am|fecha"
        "|enviado|enviado el|enviada|enviada em|enviado em|data|envoyé|envoyé le|date d'envoi|inviato|data invio|verzonden|dato|sendt"
        "|skickat|päivämäärä|lähetetty"
        "|dátum|elküldve|küldve|küldés dátuma|odesláno|odoslané|dátum odoslania|wysłano|wysłane|tarih|gönderilen|gönderildi"
        "|gönderme tarihi|dată|data trimiterii|trimis|poslano"
        "|poslato|послато|датум|yuborildi|göndərildi|göndərilmə tarixi|tarix|изпратено|στάλθηκε|ημερομηνία|nosūtīts|išsiųsta|saadetud"
        "|日付|送信日時|日時|发送时间|发送日期|日期|寄件日期|보낸 날짜|날짜|ngày|đã gửi"
    ),
    "to": (
        "to|кому|получатель|получатели|кімге|каму|an|empfänger|para|destinatario|à|a|destinataire|aan|til|till|do|komu|pre|príjemca"
        "|adresat|vastaanottaja|címzett"
        "|kime|alıcı|către|destinatarul|destinatar|prima|za|за|до|kimga|kimə|προς|kam|kellele|adressaat"
        "|宛先|送信先|收件人|收件者|받는 사람|받는사람|đến|tới"
    ),
    "cc": (
        "cc|копия|копии|копія|көшірме|копія|kopie|kopie (cc)|kopi|kopi til|kopia|kopia (cc)|kópia|kopio|másolat|másolatot kap|bilgi|dw"
        "|copie|copia|con copia|com cópia|cópia|copie à"
        "|kopija|κοιν|抄送|副本|참조|c.c|bcc|скрытая копия"
    ),
    "subject": (
        "subject|тема|тема письма|тақырып|тэма|betreff|asunto|assunto|objet|oggetto|onderwerp|emne|ämne|aihe|tárgy|předmět|predmet|temat"
        "|konu|subiect|subiectul|относно|θέμα"
        "|temats|tēma|tema|teema|mavzu|mövzu|件名|主题|主旨|主題|제목|chủ đề|tiêu đề"
    ),
    "other": (
        "reply-to|reply to|ответить|обратный адрес|antwort an|répondre à|responder a|responder para|rispondi a|antwoord aan|svar till"
        "|svar til|odpověď|importance|важность|wichtigkeit"
        "|priority|приоритет|attachments|attachment|files|файлы|файл|вложения|вложение|anlagen|pièces jointes|организация|organization"
        "|x-mailer|message-id|list-id|sensitivity|flag|classification|категории"
    ),
}  # fmt: skip
LABELS: dict[str, str] = {label.casefold(): kind for kind, row in _LABELS.items() for label in row.split("|")}


def _phrases(row: str) -> frozenset[str]:
    return frozenset(row.casefold().split("|"))


FORWARDED = _phrases(
    "forwarded message|begin forwarded message|start of forwarded message|this is a forwarded message|forwarded mail|forwarded email"
    "|forwarded e-mail|forwarded letter"
    "|пересылаемое сообщение|переслано|пересылаемое письмо|пересланное сообщение|пересланное письмо|перенаправленное сообщение"
    "|перенаправленное письмо"
    "|переадресованное сообщение|переадресованное письмо|начало переадресованного сообщения|начало пересылаемого сообщения"
    "|начало пересланного сообщения"
    "|начало перенаправленного сообщения|начало пересылаемого письма|это пересылаемое сообщение|это пересланное сообщение"
    "|это пересылаемое письмо|это перенаправленное сообщение"
    "|перенаправлене повідомлення|переслане повідомлення|пересилане повідомлення|пересланий лист|перенаправлений лист"
    "|початок листа, що пересилається|початок пересланого повідомлення"
    "|перасланае паведамленне|қайта жіберілген хат|қайта жіберілген хабар|препратено съобщение|προωθημένο μήνυμα"
    "|weitergeleitete nachricht|anfang der weitergeleiteten nachricht|beginn der weitergeleiteten nachricht|weitergeleitete e-mail"
    "|weitergeleitete mail"
    "|přeposlaná zpráva|přeposílaná zpráva|začátek přeposílané zprávy|předaná zpráva|videresendt meddelelse|videresendt besked"
    "|start på videresendt besked|videresendt melding"
    "|start på videresendt melding|mensaje reenviado|inicio del mensaje reenviado|edelleenlähetetty viesti|välitetty viesti"
    "|välitetty viesti alkaa|message transféré|message transmis"
    "|début du message réexpédié|début du message transféré|message réexpédié|započni proslijeđenu poruku|proslijeđena poruka"
    "|prosleđena poruka|posredovano sporočilo"
    "|továbbított levél kezdete|továbbított levél|továbbított üzenet|inizio messaggio inoltrato|messaggio inoltrato"
    "|begin doorgestuurd bericht|doorgestuurd bericht"
    "|początek przekazywanej wiadomości|wiadomość przesłana dalej|przekazana wiadomość|przekazywana wiadomość|przesłana wiadomość"
    "|treść przekazanej wiadomości"
    "|início da mensagem reencaminhada|início da mensagem encaminhada|mensagem encaminhada|mensagem reencaminhada"
    "|începe mesajul redirecționat|mesaj redirecționat|mesaj redirecţionat|mesaj înaintat"
    "|začiatok preposlanej správy|preposlaná správa|vidarebefordrat mejl|vidarebefordrat meddelande|vidarebefordrat brev"
    "|ileti başlangıcı|iletilmiş mesaj|iletilen ileti|iletilen mesaj"
    "|yönlendirilen ileti|yönlendirilmiş ileti|pārsūtīts ziņojums|persiųstas laiškas"
    "|edastatud kiri|メッセージを転送|転送されたメッセージ|転送メッセージ|转发的邮件"
    "|转发邮件|转发邮件信息|轉寄的郵件|전달된 메시지|thư đã chuyển tiếp"
)
ORIGINAL = _phrases(
    "original message|original appointment|original mail|original e-mail|исходное сообщение|исходное письмо|оригинал сообщения"
    "|оригинал письма|оригинальное сообщение|оригинальное письмо"
    "|исходный текст|исходный текст сообщения|первоначальное сообщение|вихідне повідомлення|оригінальне повідомлення"
    "|початкове повідомлення|ursprüngliche nachricht|original-nachricht|originalnachricht"
    "|message d'origine|message original|message d’origine|mensaje original|mensagem original|messaggio originale"
    "|oorspronkelijk bericht|origineel bericht|oprindelig meddelelse"
    "|opprinnelig melding|original melding|ursprungligt meddelande|originalmeddelande|alkuperäinen viesti|oryginalna wiadomość"
    "|wiadomość oryginalna|původní zpráva|původní e-mail|pôvodná správa"
    "|eredeti üzenet|orijinal mesaj|özgün ileti|orijinal ileti|mesaj original|izvorna poruka|originalna poruka|оригинално съобщение"
    "|αρχικό μήνυμα|originalus laiškas|元のメッセージ|原始邮件|原始郵件|原邮件|원본 메시지|thư gốc"
)
FORWARDED_START = (
    "forwarded by ", "переслал ", "переслал:", "переслала ", "переслала:", "переслал(а)", "переслано ", "переслано:",
    "forwarded message from ",
    "пересылаемое сообщение от ", "end of forwarded", "forwarded from "
)  # fmt: skip
ORIGINAL_START = ("original message processed by", "original message from ", "исходное сообщение от ")
ENDS = (
    "конец перес", "конец перенаправ", "конец переадрес", "конец исход", "конец ориг", "завершение перес", "end of forwarded",
    "end forwarded", "end of original", "кінець ", "ende der weiter"
)  # fmt: skip
REPLY_ABOVE = (
    "reply above this line", "type your reply above", "write your reply above", "write above this line", "reply above the line",
    "ответьте выше этой", "ответ выше этой",
    "пишите выше этой", "пишите ответ выше", "введите ответ выше", "напишите ответ выше", "ответ над этой", "ответьте над этой",
    "antworten sie oberhalb", "bitte oberhalb dieser",
)  # fmt: skip

VERBS = (
    r"wrote|writes|write|sent|schrieb|geschrieben|schreef|geschreven|(?:a )?écrit|(?:a )?ecrit|escribió|escribio|escribe|(?:ha )?scritto"
    r"|scrive|escreveu|skrev|kirjoitti|napisał(?:a|\(a\)|/a)?"
    r"|napisal(?:a|\(a\)|/a)?|napsal(?:a|\(a\)|/a)?|napísal(?:a|\(a\))?|pisze|pisał(?:a|\(a\))?|пишет|пишете|пишут|(?:на)?писал(?:а|и|о"
    r"|\(а\)|/а|\(-а\))?|пише|(?:на)?писа(?:в|ла|ли|в\(ла\))"
    r"|піша|напісаў|напісала|написа(?:о(?:/ла)?|ла)?|írta|(?:şunu |şunları )?yazdı|yazmış|a scris|scris|đã viết|viết|je napisao(?:/la)?"
    r"|napisao(?:/la)?|napisala|rakstīja|rašė"
    r"|kirjutas|έγραψε|жазды|жазған|menulis|napisana przez|写道|寫道|님이 작성|さんは書きました|wrote the following"
)
STARTS = (
    r"on|вы|ви|you|am|le|el|il|em|op|den|dne|dnia|w dniu|vào|på|d\.|dana|dňa|a|в|во|at|in data|il giorno|в дата|στις|kl\.|tarihinde|ngày"
    r"|mon|tue|wed|thu|fri|sat|sun|пн|вт|ср|чт|пт|сб|вс|нд|понедельник|вторник|среда|среду|четверг|пятница|пятницу|суббота|субботу"
    r"|воскресенье"
    r"|понеділок|вівторок|середа|середу|четвер|п.ятниця|субота|неділя|mo|di|mi|do|fr|sa|so|mån|tis|ons|tors|fre|lör|sön|man|tir|tor|lun"
    r"|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb|dom"
    r"|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|pon|wt|śr|czw|pt|sob|niedz|po|út|st|čt|pá|ma|di|wo|za|zo|seg|ter|qua|qui"
    r"|sex|pe|pada|уто|čet|ned|sub|uto|sri|pet|בתאריך|في"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
)

MONTHS: dict[str, int] = {  # beginnings of month names; the longest that fits counts
    stem: number
    for number, row in enumerate(
        (
            "jan|янв|ene|gen|sty|led|січ|oca|ian|tammi|siječ|қаң|saus|jaan|ιαν|яну|студ|yan|sij|sau",
            "feb|fév|fev|фев|lut|úno|uno|лют|şub|helmi|velj|ақп|vas|veeb|φεβ|vel",
            "mar|mär|мар|mrz|mrt|бер|maalis|ožuj|нау|kov|bře|már|μαρ|сак|ožu",
            "apr|апр|abr|avr|kwi|dub|кві|nis|huhti|trav|сәу|bal|ápr|απρ|кра|tra",
            "may|май|мая|maj|mai|mag|mei|kvě|тра|svib|touko|мам|geg|máj|μαΐ|μαι|svi|maí",
            "jun|июн|юни|giu|cze|červn|červen|чер|haz|kesä|lipnja|lipanj|iun|мау|bir|jún|juin|ιουν|чэр|iyun",
            "jul|июл|юли|lug|červenc|лип|tem|hein|iul|srpnj|srpanj|шіл|lie|lip|júl|juil|ιουλ|ліп|iyul",
            "aug|авг|ago|aoû|aou|sie|srp|сер|ağu|elo|kolov|там|rug|avg|αυγ|жні|kol",
            "sep|сен|set|wrz|zář|вер|eyl|syys|ruj|қыр|szept|σεπ|sen",
            "oct|окт|oto|ott|okt|paź|říj|жов|eki|loka|out|қаз|spa|οκτ|кас",
            "nov|ноя|lis|лис|kas|marras|stu|қар|lap|νοε|ное|noi|ліс|noy",
            "dec|дек|dez|dic|déc|gru|pro|гру|ara|joulu|des|жел|δεκ|сне|dek",
        ),
        start=1,
    )
    for stem in row.split("|")
}
ZONES: dict[str, int] = {  # minutes east of Greenwich; only names that mean one offset wherever mail programs write them
    "gmt": 0, "utc": 0, "ut": 0, "wet": 0, "bst": 60, "cet": 60, "mez": 60, "west": 60, "cest": 120, "mesz": 120, "eet": 120, "sast": 120,
    "msk": 180, "мск": 180,
    "eest": 180, "oesz": 180, "trt": 180, "sam": 240, "yekt": 300, "екат": 300, "omst": 360, "krat": 420, "novt": 420, "irkt": 480,
    "yakt": 540, "jst": 540, "vlat": 600,
    "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "seč": 60, "selč": 120,
}  # fmt: skip

FORWARD_PREFIX = (
    r"fwd?|fw|wg|tr|rv|enc|enx|vb|vl|vs|vd|pd|i|fs|doorst|doorgestuurd|inoltra|i̇lt|ilt|ynl|továbbítás|redirecţ|redirect|redirecționat"
    r"|przekazano|przekaz|předat|přepsl|proslijeđeno"
    r"|пересл|переслано|пересылка|пересылаю|перенаправлено|пер|пд|转发|轉寄|転送|전달"
)
REPLY_PREFIX = (
    r"re|aw|sv|antw|antwort|odp|odpověď|ynt|ha|на|отв|ответ|відп|отговор|res|ref|rif|r|bls|vá|va|atb|ats|sp|απ|σχετ|rép|réf"
    r"|回复|回覆|答复|返信|답장"
)
