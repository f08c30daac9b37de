"""What a letter says of its papers and photos: that they are in what came with it, or went another way; then they are not asked for.

All patterns are of small letters and read the text in small letters: a third of the time that they take without regard to capitals.
"""

from __future__ import annotations

import re

MOST_SEARCHED = 20_000  # signs of the letter
_SENTENCES = re.compile(r"(?<=[.!?;])\s+|\n+")  # looks at each sign once, whatever runs of stops there are

_BROUGHT = re.compile(
    r"прилага|приложен|приложи|прикладыв|прикреп|вложен|во вложении|высыла|(?<!\w)шлю|на фото|на снимк|на скане|на видео"
    r"|фото(?:графи[яюи])?\s|фотк|сфотограф|сфоткал|засня|отсканир|отснят"
    r"|скан\w{0,3}\s|см\.|смотри|attach|enclos|on the (?:photo|picture|scan|video)|see (?:the )?(?:photo|pic|scan|video)"
    r"|photo of|picture of|scan of|photograph|scanned|marked up"
    r"|(?:is|are) (?:all )?(?:in|on) the (?:\w+ )?(?:photo|pic|scan|pdf|file|zip|report)"
    r"|in the (?:photo|pic)|as per (?:the )?(?:photo|pic)|screenshot|скрин|на (?:\w+ )?(?:кадр|картинк|изображени|слайд)|слайд"
    r"|(?<!\w)(?:кадр|снимок|снимк|ролик)|\b(?:shots?|snaps?|clip)\b"
    r"|(?<!\w)вот\b|(?:см\.? |снимок |снимки |фото )?ниже\b|(?:прямо )?(?:тут|здесь)\s*:",
)
# "Подробности в файле", "everything is in the zip": whatever is needed may be there.
_ALL_OF_IT = re.compile(
    r"(?<!\w)(?:вс[её]|подробност\w+|детали|документы|данные|материалы|бумаги)\b[^.!?\n]{0,40}?"
    r"\b(?:в |во )(?:приложен|вложен|файл|архив|скан|письме)"
    r"|(?<!\w)(?:в|во) (?:\w+ )?(?:приложени\w+|вложени\w+|файл\w+|архив\w+|скан\w+) (?:вс[её]|подробности|детали|документы|данные)(?!\w)"
    r"|(?<!\w)вс[её],? (?:что|чего) (?:вы )?(?:прос|нуж|треб|над)[^.!?\n]{0,40}?(?:тут|здесь|вложен|прилож|прилаг|файл|отправля|шлю)"
    r"|\b(?:everything|all of it|the lot|all (?:the )?(?:details|data|papers|paperwork|documents|particulars)|full details|details"
    r"|documents|particulars)\b[^!?\n]{0,50}?"
    r"\b(?:attached|enclosed|in the (?:attach|zip|file|report|pdf|scan|enclos))",
)
# A folder in somebody's cloud; a firm's own page is none.
_LINK = re.compile(r"https?://[^\s>]+")
_FOLDER = re.compile(
    r"disk\.|cloud|drive\.|dropbox|wetransfer|we\.tl|photos?\.|1drv|onedrive|sharepoint|icloud|fileshar|files\.fm"
    r"|mega\.nz|disk/|/share|/album|/folder|/s/|/d/|/photo",
)
# "Pics on the shared drive as usual": where it lies, with no word of how it came there.
_LIES = re.compile(
    r"\b(?:on|in) (?:the|our|your|my) (?:\w+ )?(?:drive|folder|cloud|dropbox|portal|chat|album)\b"
    r"|(?<!\w)(?:на|в) (?:\w+ )?(?:облак|диске|папке|портале|альбоме|чате|личк)\w*"
    r"|\b(?:on|via|over) (?:whats ?app|viber|telegram|messenger|wechat|e-?mail to)\b"
    r"|(?<!\w)в (?:в[ао][тц]{1,2}с?ап|вайбер|телеграм)[ей](?!\w)"
    r"|(?<!\w)(?:экземпляр\w*|копи[яию]|оригинал\w*|лежат|лежит|остал\w{1,3}|есть) (?:уже )?у (?:ваш\w+ )?"
    r"(?:вас|водител|экспедитор|менеджер|курьер)"
    r"|\byour (?:driver|carrier|courier|rep\w*|man) (?:has|holds|took|kept)\b"
    r"|\b(?:he|she|they) (?:kept|took|has|have) (?:it|them|one|a copy)\b"
    r"|\byou (?:(?:should|must|will) )?(?:already )?(?:have|hold) (?:it|them|my|our|the|your)\b|\bon file\b"
    r"|(?<!\w)(?:\w+ )?(?:экземпляр\w*|копи[яию]|оригинал\w*|корешок) (?:\w+ )?(?:у вас|при н[её]м|увез|ув[её]з|забрал|взял)"
    r"|(?<!\w)(?:остал\w{1,3}|есть|лежит) (?:и )?у (?:него|не[её]|них)(?!\w)",
)
LONGEST_LINK = 300  # signs
_OTHER_MAIL = re.compile(
    r"(?:втор|следующ|отдельн|друг|соседн|предыдущ|прошл|перв)\w{2,4}\s(?:\w+\s)?(?:письм|сообщени|мейл)|вторым письмом|следом"
    r"|(?:second|separate|next|another|previous|earlier|other|first|follow-?up)\s(?:e-?mail|mail|message)|separately|under separate cover",
)
_HANDED_OVER = re.compile(
    r"(?<!не )(?<!\w)(?:отправ(?:ил|лен|лял)|(?:вы|пере)с(?:ы)?ла[лн]|скидыва[лн]|направ(?:ил|лен)"
    r"|переда[лн]|скину[лт]|сбросил|загру(?:зил|жен)|выложил|отосла[лн]"
    r"|отда[лн]|вручил|посла[лн]|ув[её]з|забра[лн]|уш(?:[её]л|ла|ло|ли)(?!\w)|(?:прилож|прикреп|подгруз)(?:ил|ен)|(?:за|от|пере)?кину[лт]|(?:с|от)?кидал|залил)\w*"
    r"|подписа[лн]\w*\sв\s(?:эдо|диадок|сбис)"
    r"|\b(?:sent|went (?:off )?(?:to|by|via)|dropped|put|popped|e-?mailed|texted|uploaded|posted|handed|gave|given|went back|left with"
    r"|forwarded|shared|faxed|whatsapped|messaged|submitted|lodged|supplied|provided|passed|showed|shown)\b",
)
_CHANNEL = re.compile(
    r"письм|почт|в[ао][тц]{1,2}с?ап|скайп|what'?s ?app|вайбер|viber|телеграм|telegram|мессендж|\bmax\b"
    r"|менеджер|водител|экспедитор|курьер|эдо\b|диадок|сбис"
    r"|(?<!\w)(?:тг|вк|лс|инст\w{0,3}|директ|чат\w{0,2}|бот\w?|групп\w)(?!\w)|телег\w|\bлич(?:к|ны)\w|соцсет"
    r"|облак|диск|ссылк|вчера|сегодня|ранее|раньше|уже|факс|мейл|лично|портал"
    r"|(?:к|в) (?:заказ[еу]|заявк[еу]|форм[еу]|обращени[юе])|через (?:сайт|форму|приложение)"
    r"|личн\w+ кабинет|e-?mail|\btext\b|driver|manager|\blink\b|dropbox|yesterday|earlier|already|separately|portal|by post"
    r"|понедельник|вторник|(?<!\w)сред[ыу](?!\w)|четверг|пятниц|суббот|воскресен|на (?:той|прошлой) неделе"
    r"|\b(?:on |last )(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\blast week\b"
    r"|\b(?:chat|dm|telegram|messenger|facebook|instagram)\b|\b(?:shared|google|one) ?drive|\bfolder"
    r"|with him|with her|with them|your (?:rep|sales|office|counter|depot|shop|colleague|team)\b"
    r"|\b(?:web ?form|website|signal|teams|slack|mms)\b"
    r"|(?<!\w)(?:ваш(?:им|ему|ей) (?:\w+ )?(?:менеджер|сотрудни|коллег|мастер|инженер|монтажник)\w*|на (?:сайте|номер|телефон))",
)
_NOT_THERE = re.compile(
    r"(?<!\w)без\s(?:\w+\s){0,2}(?:накладн|упд|акт|фото|документ|чек|талон)|(?<!\w)не\s(?:отправ|высл|переда|приложи|прислал|получ)"
    r"|(?<!\w)не\s(?:(?:успел\w*|стал\w*|смогл?\w*)\s)?(?:писал|состав|оформ|подпис|дела|снима|сфото|фотогр)"
    r"|отказал|отказыв|refus"
    r"|\bwithout\b|\bnot (?:yet )?(?:sent|received|attached|given|signed|taken|written|drawn)"
    r"|n't\s(?:yet\s)?(?:been\s)?(?:yet\s)?(?:send|sent|get|have|receive|give|sign|take|taken|written|drawn)"
    r"|\bno (?:photo|invoice|paper|note|receipt)",
)
_PHOTO = r"фото|фотк|снимк|снимок|видео|видос|photo|picture|\bpics?\b|image|video"
_PROOF = (
    r"(?<![а-я])чек|квитанц|талон|паспорт|receipt|proof|invoice|накладн|\bупд\b|warranty card|faktura"
    r"|кассов|выписк|гарантийник|подтвержд\w+ (?:заказ|оплат|покуп)|(?:order|payment) confirmation|bank statement"
)
_IN_WORDS = {
    "photo": re.compile(_PHOTO),
    "serial": re.compile(
        r"серийн|серийник|заводск|шильд|табличк|наклейк|зав\.|номер (?:внизу|сзади|снизу|на корпусе|на дне)|\bs/?n\b"
        r"|serial|plate|sticker|label (?:on|under)",
    ),
    "act": re.compile(
        r"(?<![а-я])акт|торг-?2|отметк|пометк|пометил|разноглас|\bact\b|discrepancy|report|\bncr\b|cmr|remark|marked up"
        r"|our (?:count|tally)|protocol|(?:damage|shortage) (?:sheet|form|note)|noted (?:and|on)\b|initialled"
        r"|(?:бумаг|документ|лист|справк)\w{0,3} (?:о|об) (?:бое|повреж|недост|расхожд|неком)"
        r"|(?:бумаг|документ|лист)\w{0,3} с (?:водител|экспедитор|курьер|перевозчик)|распис(?:ал|к)|вписал\w* в накладн"
        r"|signed (?:\w+ )?(?:pod|docket|ticket|note|slip|form|cmr|grn)|surveyor",
    ),
    "invoice": re.compile(
        r"накладн|накл\.|\bупд\b|\bттн\b|сч[её]т|invoice|delivery note|waybill|docket|ticket|cmr|packing (?:list|slip)|\bpod\b|\bgrn\b"
        r"|goods received|пэкинг|упаковочн\w+ лист",
    ),
    "purchase_proof": re.compile(_PROOF),
    "purchase_date": re.compile(_PROOF),
    "packaging_photo": re.compile(
        r"упаков|короб|тар[аыуе]|поддон|паллет|пломб|packag|carton|\bbox|pallet|wrap|seal|канистр|мешк|ящик"
    ),
    "batch": re.compile(
        r"парти|серии|серия|маркиров|этикет|бирк|ярлы|штамп|клейм|(?<!\w)(?:смена|смены|код\w{0,2}|дата)(?!\w)"
        r"|\blot\b|batch|label|heat|\b(?:stamp|codes?|dates?|tickets?|tags?|best before)\b",
        ),
    "article": re.compile(r"артикул|маркиров|этикет|бирк|label|article|part no|sku"),
}


_MONTH = r"(?:янв|фев|мар|апр|ма[яй]|июн|июл|авг|сен|окт|ноя|дек|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_WEEKDAY = r"понедельник|вторник|сред[ыу]\b|четверг|пятниц|суббот|воскресен|(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|today"
_OF_A_DAY = (
    r"(?:[ \u00a0](?:б/н|[а-яa-z]{1,14})){0,2},?[ \u00a0](?:от|of|dated|from)[ \u00a0](?:the[ \u00a0])?"
    rf"(?:\d{{1,2}}(?:[./]\d|(?:st|nd|rd|th)?[ \u00a0]{_MONTH})|вчера|сегодня|{_WEEKDAY})"
)
_TOLD_BY_DAY = {
    "invoice": re.compile(
        rf"(?<![а-яa-z])(?:накладн[а-я]{{2,3}}|накл\.?|упд|ттн|торг-?12|сч[её]т[а-я]{{0,3}}|реализаци[а-я]{{1,3}}"
        rf"|invoice|delivery note|waybill|docket|packing list){_OF_A_DAY}"
        r"|(?<![а-я])(?:сегодняшн|вчерашн|утренн|вечерн)\w{2,3} (?:накладн|упд|ттн|документ)"
        r"|(?<![а-я])накладн\w{2,3} (?:сегодняшн|вчерашн|утренн|вечерн)"
        r"|(?:today|yesterday|this morning|last night)['’]s (?:invoice|delivery note|docket|note|ticket)",
    ),
    "act": re.compile(
        rf"(?<![а-яa-z])(?:акт[а-я]{{0,2}}|торг-?2|discrepancy report|damage report|survey report){_OF_A_DAY}"
    ),
}


def is_told_by_its_day(need: str, text: str) -> bool:
    """ "по накладной от 12 ноября", "акт о бое от 3.11": a paper without a number, which we find by its day."""
    return _TOLD_BY_DAY[need].search(_small(text)) is not None


# "Выбито: 0817 4420 19 B", "в первичке № 40-118", "your despatch 99120": a number beside a word for the thing it stands on.
_CODE = (
    r"[^.!?;\n\d]{0,32}?[ :№#]\s?(?:(?:[a-zа-я]{1,3}[ /-]{0,2})?(?:\d{4,}|\d{1,6}(?: ?[-/ ] ?\d{1,6}){1,4})(?![./]?\d)"
    r"|(?=\d*[a-zа-я]|\d+-)(?=(?:[a-zа-я/-]{0,3}\d){3})[a-zа-я0-9]{1,6}(?:[-/]?[a-zа-я0-9]{1,6}){1,3}(?!\w))"
)
# Letters and digits in one code of five signs or more, as makers number their machines; an order or a paper is named before its own.
_DEVICE = r"(?=[a-zа-я0-9/-]*\d{3})[a-zа-я]{1,5}[a-zа-я0-9]{0,6}[-/]?\d{3,}(?!\w)"
_TOLD_BY_NUMBER = {
    "serial": re.compile(
        rf"(?:выбит|набит|шильд|табличк|наклейк|бирк|идентификатор|заводск\w+ номер|серийн"
        rf"|stamped|engraved|(?:plate|sticker|tag) (?:says|reads|shows|is)|(?:rating|data|name) ?plate){_CODE}"
        rf"|[a-zа-я0-9»\"],? (?:no|nr|№)\.? ?{_DEVICE}",  # "HydroLine 250, no HL250-7781"
    ),
    "purchase_proof": re.compile(
        rf"(?<![а-яa-z])(?:чек\w{{0,2}}|квитанци\w|талон\w?|receipt|till slip)[^.!?;\n\d]{{0,24}}?(?:номер|№|no\b|number)"
        rf"[^.!?;\n\d]{{0,20}}\d"
        rf"|(?<![а-яa-z])(?:чек\w{{0,2}}|квитанци\w|receipt|till slip){_CODE}",
    ),
    "batch": re.compile(
        rf"(?:маркировк|клейм|выбит|код (?:на|парти)|парти[яию]|день (?:помола|выработки)|дата (?:розлива|выработки|изготовления)"
        rf"|stamped|code (?:on|is)|marked){_CODE}",
    ),
    "invoice": re.compile(
        rf"(?:первичк|документ|бумаг|отгрузк|приход|реализаци|заказ(?:ыв)?ал\w?\b|(?<!\w)(?:тн|рн)(?!\w)"
        rf"|despatch|dispatch|consignment|billed|\bbill|paperwork|delivery|advice note){_CODE}",
        ),
}


def is_told_by_number(need: str, text: str) -> bool:
    return need in _TOLD_BY_NUMBER and _TOLD_BY_NUMBER[need].search(_small(text)) is not None


# "Брали на 8 марта", "bought six weeks ago": a day we can find, however loosely it is told.
_MONTH_NAMED = (
    r"(?:январ|феврал|март|апрел|ма[йяе](?!\w)|июн|июл|август|сентябр|октябр|ноябр|декабр"
    r"|january|february|march|april|may\b|june|july|august|september|october|november|december)"
)
_WHEN = (
    rf"(?:\d{{1,2}}[./-]\d{{1,2}}|{_MONTH_NAMED}|(?:недел|месяц|дн|день|год)\w*(?: тому)? назад|позавчера|вчера"
    r"|на той неделе|на прошлой неделе"
    r"|в прошлом месяце|новый год|новому году|рождеств|\b(?:days?|weeks?|months?|years?) (?:ago|back)\b|yesterday|last (?:week|month)\b"
    r"|black friday|christmas|easter|boxing day|пасх)"
)
_BOUGHT = (
    r"(?:(?<!\w)(?:куп(?:ил|лен|лял)|покупа[лн]|брал|взял|приобр[её](?:л|тен)|заказ(?:ал|ыва)|оплат(?:ил|ч)|подар(?:ил|ен)"
    r"|(?:у|по)станов(?:ил|лен)|стави[лв]|введ[её]?н"
    r"|запу(?:стил|щен)|смонтирова[лн]|покупк|постав(?:ил|лен)|служ|работа)\w*"
    r"|\b(?:bought|purchased|got (?:it|this|them)|had (?:it|this|them)|ordered|paid|fitted|installed"
    r"|commissioned|new in|purchase)\b)"
)
_DAY_OF_PURCHASE = re.compile(rf"{_BOUGHT}[^.!?;\n]{{0,60}}?{_WHEN}|{_WHEN}[^.!?;\n]{{0,40}}?{_BOUGHT}")


def is_bought_on_a_day(text: str) -> bool:
    return _DAY_OF_PURCHASE.search(_small(text)) is not None


def is_named(need: str, text: str) -> bool:
    return _IN_WORDS[need].search(_small(text)) is not None


def is_said_to_be_here(need: str, text: str) -> bool:
    """ "serial is on the photo", "фото акта прилагаю", "чек сфотографировала": said of what came with the letter."""
    named = _IN_WORDS.get(need)
    if named is None:
        return False
    small = _small(text)
    return any(_is_told(named, sentence) for sentence in _that_name(named, small) if _BROUGHT.search(sentence)) or bool(
        _ALL_OF_IT.search(small)
    )


def _is_told(named: re.Pattern[str], sentence: str) -> bool:
    """Named in a clause that does not merely promise it: "снимки здесь, акт подпишут и дошлю", "фото пришлю завтра отдельным письмом"."""
    return any(named.search(clause) and not _PROMISED.search(clause) for clause in _CLAUSES.split(sentence))


_CLAUSES = re.compile(r"[,;(] ?| [–—-] | but | но ")
_PROMISED = re.compile(
    r"(?<!\w)(?:при|вы|до|пере)шл(?:ю|[её]м|ют)(?!\w)|(?<!\w)(?:отправ|направ|подготов)(?:лю|им)(?!\w)|(?<!\w)(?:скин|приклад)(?:у|ем)(?!\w)"
    r"|(?<!\w)(?:приложу|приложим|сделаем|сделаю|подпишут|подпишем|подпишу|оформим|составим|донес[уё]м?|поищу|найду)(?!\w)"
    r"|(?<!\w)(?:будет|будут) (?:завтра|позже|после|к вечеру|готов)"
    r"|\b(?:will|shall|i'll|we'll|going to) (?:\w+ )?(?:send|follow|mail|forward|post|get|have|make|be)\b"
    r"|\bto follow\b|\bfollows? (?:tomorrow|later|on|next)\b",
)


def is_said_to_be_elsewhere(need: str, text: str) -> bool:
    """In a cloud's folder, in another mail, with our driver or manager: where we are not sure, we do not ask."""
    named = _IN_WORDS.get("photo" if need == "packaging_photo" else need)
    if named is None:
        return False
    small = _small(text)
    if any(_FOLDER.search(link[0][:LONGEST_LINK]) for link in _LINK.finditer(small)):
        return True
    return any(
        ((_went_another_way(sentence) or _is_linked(sentence)) and _is_told(named, sentence)) or _is_on_its_way(sentence)
        for sentence in _that_name(named, small)
    )


def _is_on_its_way(sentence: str) -> bool:
    """ "Photos to follow in a second email": it is being sent; what comes "tomorrow", or once somebody has signed, is only promised."""
    return _OTHER_MAIL.search(sentence) is not None and not (_NOT_THERE.search(sentence) or _LATER.search(sentence))


_LATER = re.compile(
    r"(?<!\w)(?:завтра|послезавтра|позже|потом|попозже|вечером|на (?:этой|следующей|выходных|днях)|как только|когда"
    r"|в (?:понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье))(?!\w)"
    r"|\b(?:tomorrow|later|tonight|weekend|next week|once|when|as soon as|on (?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
)


def _is_linked(sentence: str) -> bool:
    """ "theres a video, link here https://…": wherever the link leads."""
    return _LINK.search(sentence) is not None and _POINTS.search(sentence) is not None


_POINTS = re.compile(r"\blinks?\b|\bhere\b|ссылк|(?<!\w)(?:тут|здесь|вот)(?!\w)")


def _went_another_way(sentence: str) -> bool:
    told = _OTHER_MAIL.search(sentence) or _LIES.search(sentence) or (_HANDED_OVER.search(sentence) and _CHANNEL.search(sentence))
    return told is not None and _NOT_THERE.search(sentence) is None


def _small(text: str) -> str:
    return text[:MOST_SEARCHED].lower()


def _that_name(named: re.Pattern[str], small: str) -> list[str]:
    """The sentences that name a thing: few letters have any."""
    return [sentence for sentence in _SENTENCES.split(small) if named.search(sentence)] if named.search(small) else []
