"""How letters write dates: months, weekdays, counts and spans in Russian and English, and the one pattern of all their forms."""

from __future__ import annotations

import re

_MONTH_HEADS = (
    "янв jan yan|фев feb fev|мар mar|апр apr|май мая мае may|июн jun|июл jul|авг aug avg|сен sep sen|окт oct okt|ноя nov noy|дек dec dek"
)
MONTH_BY_HEAD = {head: number for number, heads in enumerate(_MONTH_HEADS.split("|"), 1) for head in heads.split()}
_MONTH = (
    r"(?:янв(?:аря|арь|аре)?|фев(?:р(?:аля|аль|але)?)?|мар(?:т[ае]?)?|апр(?:ел[яье])?|ма[йяе]|июн[яье]?|июл[яье]?|авг(?:уст[ае]?)?"
    r"|сен(?:т(?:ябр[яье])?)?|окт(?:ябр[яье])?|ноя(?:бр[яье])?|дек(?:абр[яье])?"
    r"|yanvarya|fevralya|marta|aprelya|maya|iyunya|iyulya|avgusta|sentyabrya|oktyabrya|noyabrya|dekabrya"  # Russian in Latin letters
    r"|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?:(?:19|20)\d\d|['’]?\d\d(?=\s*(?:г\b|г\.|года?\b)))"
_ORDINAL_HEADS = str.split(
    "перв втор треть четверт пят шест седьм восьм девят десят одиннадцат двенадцат тринадцат четырнадцат пятнадцат шестнадцат "
    "семнадцат восемнадцат девятнадцат двадцат"
)
ORDINALS = {head: number for number, head in enumerate(_ORDINAL_HEADS, 1)}
WEEKDAYS = {
    "понедельник": 0, "вторник": 1, "сред": 2, "четверг": 3, "пятниц": 4, "суббот": 5, "воскресень": 6,
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
}  # fmt: skip
RELATIVE = {
    "сегодня": 0, "сегодняшн": 0, "вчера": -1, "вчерашн": -1, "позавчера": -2, "завтра": 1, "завтрашн": 1, "послезавтра": 2,
    "segodnya": 0, "vchera": -1, "pozavchera": -2, "zavtra": 1, "today": 0, "yesterday": -1, "tomorrow": 1, "tonight": 0, "this": 0,
}  # fmt: skip
COUNTS = {
    "один": 1, "одного": 1, "одну": 1, "два": 2, "две": 2, "двух": 2, "три": 3, "трех": 3, "трёх": 3, "четыре": 4, "четырех": 4,
    "четырёх": 4, "пять": 5, "пяти": 5, "семь": 7, "семи": 7, "десять": 10, "десяти": 10, "тридцать": 30, "тридцати": 30, "пару": 2,
    "шесть": 6, "шести": 6, "восемь": 8, "восьми": 8, "девять": 9, "девяти": 9, "четырнадцати": 14,
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10, "fourteen": 14, "thirty": 30,
}  # fmt: skip
_COUNT = r"\d{1,3}|" + "|".join(sorted(COUNTS, key=len, reverse=True))
_SPAN = (
    r"(?P<unit>(?:сут(?:ки|ок)|дн(?:я|ей|ь)|день|недел[яиюь]|недель|месяц(?:а|ев|ы)?|мес\b|год(?:а|у)?|лет|час(?:а|ов)?"
    r"|days?|weeks?|months?|years?|hours?|hrs?))\b"
)
FORMS = re.compile(
    r"(?<![\w.,/-])(?:"
    r"(?P<iso>(?:19|20)\d\d-\d\d-\d\d)(?![\w-])"
    r"|(?P<full>\d{1,2}(?P<sep>[./-])\d{1,2}(?P=sep)(?:(?:19|20)\d\d|\d\d))(?!(?!г\b|года?\b)\w|[-/.]\d)"
    r"|(?P<my>(?:0[1-9]|1[0-2])[./](?:19|20)\d\d)(?![\w/-]|\.\d)"
    r"|(?P<dm>\d{1,2}[./](?:0[1-9]|1[0-2]))(?![\w/%-]|[.,]\d|\s*(?:%|мм|см|кг|м\b|руб|л\b|мм\b|mm\b|kg\b))"
    rf"|[«\"“]?(?P<dmon>\d{{1,2}})[»\"”]?(?:-?(?:го|ого|е|ое|st|nd|rd|th))?(?:\s+of)?[\s-]+(?P<dmon_m>{_MONTH})\b(?:\.?,?[\s-]+(?P<dmon_y>{_YEAR}))?(?:\s+(?P<dmon_r>прошлого|этого|текущего|last|this)\s+(?:года|year))?"
    rf"|(?P<mond_m>{_MONTH})\.?\s+(?P<mond>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(?P<mond_y>(?:19|20)\d\d))?"
    rf"|(?P<ord>(?P<tens>двадцать\s+|тридцать\s+)?(?P<ord_h>перв|втор|треть|четв[её]рт|пят|шест|седьм|восьм|девят|десят|[а-я]{{3,8}}надцат|двадцат|тридцат)(?:ого|ого|его|ое|ье))\s+(?P<ord_m>{_MONTH})\b"
    rf"|(?P<part>начале|середине|конце|(?:early|late|mid)(?:\s|-))\s*(?P<part_m>{_MONTH})\b(?:\s+(?P<part_y>(?:19|20)\d\d))?"
    rf"|(?:(?<=\bв\s)|(?<=\bс\s)|(?<=\bin\s)|(?<=\bsince\s))(?P<mon>{_MONTH})\b(?!\s*\d)(?!\s+(?:прошлого|этого|текущего|last|this))"
    rf"|(?P<mony_m>{_MONTH})\s+(?:(?P<mony_y>(?:19|20)\d\d)|(?P<mony_r>прошлого|этого|текущего|last|this)\s+(?:года|year)\b)"
    r"|(?:(?P<day_th>\d{1,2})(?:st|nd|rd|th)|(?P<day_go>\d{1,2})(?:-?(?:го|ое|му|е)|(?=\s+числа)))\b(?!\s+(?:числа\s+)?[\d])(?:\s+числа)?"
    r"|(?P<weekday>(?P<wd_mod>прошл\w+|минувш\w+|следующ\w+|ближайш\w+|this|last|next|coming)?\s*\b(?P<wd>понедельник|вторник|сред|четверг|пятниц|суббот|воскресень|monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?:[аеуыиюья]|ом|ой)?)\b"
    r"|(?:(?<=\bдо\s)|(?<=\bк\s)|(?<=\bв\s)|(?<=\bво\s)|(?<=\bby\s)|(?<=\bon\s)|(?<=\btill\s))(?P<short>пн|вт|ср|чт|пт|сб|вс|mon|tues?|weds?|thur?s?|fri|sat|sun)\b\.?"
    r"|(?P<rel>позавчера|послезавтра|сегодня(?:шн\w+)?|вчера(?:шн\w+)?|завтра(?:шн\w+)?|segodnya|vchera|pozavchera|zavtra|today|yesterday|tomorrow|tonight|this\s+(?:morning|afternoon|evening|am|pm))\b"
    rf"|(?P<ago_n>(?:{_COUNT})\s+)?(?P<ago_u>сутки|суток|дн(?:я|ей)|день|недел[юиь]|недель|месяц(?:а|ев)?|год(?:а)?|лет|days?|weeks?|months?|years?)\s+(?:тому\s+)?(?:назад|ago)\b"
    rf"|(?:через|спустя|за|in|within|в\s+течени[еи]|в\s+срок\s+(?:до|не\s+(?:более|позднее|позже))|не\s+(?:позднее|позже)(?=\s+(?:\d{1,3}|[а-я]+)\s+(?:(?:рабоч|календарн)\w+\s+)?дн))\s+(?:the\s+next\s+)?(?P<in_n>{_COUNT})?\s*(?:\([а-яё]+\)\s+)?(?P<in_w>рабоч\w+\s+|календарн\w+\s+|working\s+|business\s+|calendar\s+)?{_SPAN}"
    r"|в\s+(?P<term>(?:\d{1,2}(?:-?(?:ти|и|х))?[\s-]?|дв[уа]х|тр[её]х|пяти|семи|десяти|четырнадцати|тридцати)дневн|недельн|месячн)ый\s+срок"
    r"|(?P<end>(?:конца|конец|end\s+of(?:\s+the)?|end\s+of\s+this)\s+(?:этой\s+|текущей\s+|текущего\s+|этого\s+)?(?P<end_u>недели|месяца|года|дня|week|month|year|day))\b"
    r"|(?P<soon>нов(?:ого|ому|ым)\s+год(?:а|у|ом)|выходны[хм]|конца\s+следующей\s+недели|end\s+of\s+next\s+week|the\s+weekend|christmas|new\s+year(?:'s(?:\s+eve)?)?|a\s+fortnight|на\s+(?:этой|следующей)\s+неделе|(?:this|next)\s+week)\b"
    r")",
)  # fmt: skip
# Nine blanks between the words of a date are enough: more, and a thousand blanks cost cubed time (fuzzer, mail 151624).
FORMS = re.compile(FORMS.pattern.replace(r"\s+", r"\s{1,9}").replace(r"\s*", r"\s{0,9}").replace(r"[\s-]+", r"[\s-]{1,9}"))

# What a date may begin with, beside digits: the first three letters, or a whole short word.
HEADS = frozenset(
    [word[:3] for word in (*MONTH_BY_HEAD, *WEEKDAYS, *RELATIVE, *_ORDINAL_HEADS, *COUNTS)]
    + str.split(
        "iyu нач сер ear lat три сут дне дня нед мес год лет day wee mon yea про мин сле бли thi las nex com кон end нов вых the чер спу "
        "wit"
    )
)
LEADS = frozenset(str.split("в за in a an на this пн вт ср чт пт сб вс mon tue tues wed weds thu thur thurs fri sat sun"))
