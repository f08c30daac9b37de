"""Names of goods: a designation after a noun ("перфоратор ПД-900"), a name in quotes ("диван «Верона»"), "the Ashdown bench"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mailbot.claims.facts import Fact
from mailbot.classify.lemmas import ADJECTIVE, CYRILLIC, NOUN, VERB, Word
from mailbot.classify.matching import found_at, may_hold
from mailbot.classify.name_runs import BLANKS, NO_FIRST_WORD, name_begin, name_run
from mailbot.classify.sheet import Sheet

_CODE = r"(?:[А-ЯЁ]{1,5}|[A-Z]{1,5})[-–]?\d{1,4}(?:[-–./]\d{1,3})?(?:[-–]?[А-ЯЁA-Z]{1,3})?|\d{1,4}[-–]?[А-ЯЁA-Z]{1,3}(?:[-–]?\d{1,3})?"
_DESIGNATION = re.compile(
    rf"(?<![\w./№#-])(?P<name>(?:[A-Z][A-Za-z]{{1,15}}[ \u00a0]){{0,2}}(?:{_CODE}))(?![\w/]|[-–]\w|[ ]?(?:мм|см|кг|шт)\b)"
    r"|(?<![\w./№#-])(?P<brand>[A-Z][A-Za-z]{2,15}(?:[ \u00a0][A-Z][A-Za-z]{1,15})?[ \u00a0]\d{2,4})(?![\w/.,-]\d|[-–/]?\w)"
    r"|(?<![\w./№#-])(?P<russian>[А-ЯЁ][а-яё]{2,15}[- \u00a0]\d{2,4}[А-ЯЁ]?)(?![\w/-]|[ ]?[*×xх]\s?\d)"
)
_SERIES = re.compile(r"[A-ZА-ЯЁ]{2,6}[-–]?(?=\d)")
_BESIDE = re.compile(rf"(?:\s?,|\s?/|\s(?:и|или|and|or|&))\s?(?P<name>{_CODE})(?![\w/-])")
_CODE_BEGINS = re.compile(r"[A-ZА-ЯЁ\d](?<![\w./№#-].)")
_NAMED = re.compile(
    r"[\s:№«\"“–—-]{0,4}(?P<name>[A-ZА-ЯЁ][\w-]{0,20}(?:[ \u00a0](?:[A-ZА-ЯЁ]+[\w-]{0,15}|\d[\w./-]{0,10})){0,3}|\d[\w/-]*[A-ZА-ЯЁ][\w/-]*)"
)
_TRAILING = re.compile(r"[ ][A-Z]{1,2}(?![\w-])")
_TIMES_CODE = re.compile(r"\d(?<!\w.)\d{0,4}\s?(?:[xх×*]|шт\.?|pcs)\s(?P<code>[A-ZА-ЯЁ]{1,5}[-–]?\d{3,}[\w/-]*)(?![\w/-])")
_QUOTED = re.compile(r"[«\"“](?P<name>[A-ZА-ЯЁ][\w-]{1,20}(?:[ -][\w-]{1,15}){0,2})[»\"”]")
_ENGLISH = re.compile(
    r"\b(?:[Aa]n?|[Tt]he|[Yy]our|[Mm]y|[Oo]ur|[Tt]his|[Pp]roduct:|[Mm]odel:|[Ii]tem:)\s+"
    r"(?P<name>[A-Z][A-Za-z]{2,15}(?:\s[A-Z][A-Za-z]{1,15})?(?P<code>\s[A-Z]{0,3}-?\d{1,4}[A-Z]{0,2})?)"
    r"(?P<noun>\s[a-z]{3,14}(?:\s[a-z]{3,14})?)?(?![\w-])"
)
_ENGLISH_CODE = re.compile(r"(?<![\w./№#-])(?P<name>[A-Z]{2,4}[- ]?\d{2,4}[A-Z]{0,2})(?P<noun>\s[a-z]{3,14})(?![\w-])")
_NO_NAME_AFTER = frozenset(
    str.split(
        "ооо ип ао пао зао оао тк тд тэк компания фирма магазин сервис терминал завод склад организация предприятие общество центр "
        "аптека сеть холдинг маркетплейс сайт площадка банк газета программа раздел тариф акция кнопка надпись отметка режим графа "
        "строка поле пункт слово форма тема вопрос статус письмо фраза название папка файл спорткомплекс элеватор школа лицей кафе "
        "ресторан гостиница отель клуб служба отдел агентство поставщик перевозчик экспедитор покупатель продавец тип рынок база "
        "участок маркет специалист ответ дело закон журнал "
        "тц трц жк микрорайон район улица деревня село поселок город станция проект группа пометка наклейка ярлык табличка "
        "штамп печать "
        "подпись знак маркировка сообщение ошибка услуга опция функция обещание гарантия лозунг фильм книга песня сервис поезд "
        "детсад комбинат ферма хозяйство кооператив объект садик корпус ателье салон фонд группа бригада водитель менеджер "
        "ветклиника клиника больница поликлиника сто автосервис шиномонтаж пекарня булочная кондитерская типография студия галерея турбаза "
        "санаторий пансионат лагерь бассейн фитнес мастерская прачечная химчистка парикмахерская столовая бар пиццерия питомник хлебозавод "
        "птицефабрика совхоз колхоз кфх редакция издательство театр музей библиотека стадион ярмарка выставка супермаркет киоск "
        "гипермаркет павильон бутик "
        "тсж застройщик подрядчик судно теплоход журнал спа зоомагазин оптика стоматология бюро спортклуб ассоциация"
    )
)
_NO_DESIGNATION = re.compile(
    r"(?:E|F|Е|ER|ERR|A|А|R|IP|RAL|ГОСТ|ТУ|ФЗ|UTC|GMT|HRC|Q|П|ПП|COVID|ТОРГ|ГУ|СМ|КМ|КГ|ISO|EN|DIN|BS|S|XL|XXL|L|Р|В|V|W|PM|AM|PO|DN|CMR|Lot"
    r"|Order|Invoice|All|Ran|From|January|February|March|April|May|June|July|August|September|October|November|December)[- ]?\d|[MМ]\d"
    r"|\d+(?:[-–]?(?:КГ|ММ|СМ|М|Л|Г|ШТ|В|ВТ|КВТ|A|W|V|GB|TB|MB|KG|MM|AM|PM|X|Х|Й|Я|Е|ФЗ|М2|М3))$",
    re.IGNORECASE,
)
_SPEAKING = frozenset(
    str.split(
        "цех сталь бетон азс црб снт кс марка акт ряд секция блок подъезд этаж группа ошибка error код code class класс размер size "
        "болт гайка гост ту кабинет форма трасса дом офис корпус квартира статья пункт"
    )
)
_LONE_NUMBER = re.compile(
    r"(?<!\w)(?:№\s?|(?:[Нн]омер(?:ом)?|[Nn]umber|[Nn]o\.?)[ \u00a0])(?P<number>(?=[\w/-]{0,22}\d{3})[A-ZА-ЯЁ\d][\w/-]{3,24})(?![\w/-])"
)
_LONE_HEADS = ("№", "номер", "number", "no")


def read_models(sheet: Sheet, goods: frozenset[str]) -> Iterator[Fact]:
    """Designations and names that stand after a noun and are claimed by nothing else; `goods` are nouns that bear names."""
    for fact in _named_models(sheet, goods):
        yield fact
        yield from _of_its_series(fact, sheet)


def _of_its_series(fact: Fact, sheet: Sheet) -> Iterator[Fact]:
    """ "уплотнители УП-20 и УП-25": a code beside a name that begins with the same letters."""
    series, end = _SERIES.match(fact.text), fact.end
    while series and (found := _BESIDE.match(sheet.text, end)) and sheet.free(*found.span("name")) and found["name"].startswith(series[0]):
        yield _model(*found.span("name"), found["name"], sheet)
        end = found.end()


def _named_models(sheet: Sheet, goods: frozenset[str]) -> Iterator[Fact]:
    yield from _called(sheet)
    for found in _QUOTED.finditer(sheet.text):
        if sheet.free(found.start(), found.end()) and _is_goods_name(found, sheet):
            yield _model(found.start(), found.end(), found["name"], sheet)
    yield from _after_goods(sheet, goods)
    for found in found_at(_CODE_BEGINS, _DESIGNATION, sheet.text):
        kind = found.lastgroup or "name"
        value = found[kind]
        if kind == "brand" and value.split()[0].lower() in goods:  # "Dishwasher D600", "Tumble Dryer 500"
            continue
        start = found.start() + _kind_before_name(value, goods)
        value = sheet.text[start : found.end()]
        if value.split()[0] in NO_FIRST_WORD or _NO_MODEL.match(value):
            continue
        fits = not _NO_DESIGNATION.match(value) and sheet.free(found.start(), found.end())
        if fits and _after_noun(found.start(), sheet, goods if kind != "name" else None):
            more = _TRAILING.match(sheet.text, found.end()) if kind == "brand" else None
            end = more.end() if more else found.end()
            yield _model(start, end, sheet.text[start:end], sheet)
    if sheet.language == "en":
        yield from _english(sheet, goods)


def _kind_before_name(value: str, goods: frozenset[str]) -> int:
    """ "Dishwasher D600": the letters of what kind of thing it is, before its name."""
    first, _, rest = value.partition(" ")
    return len(first) + 1 if rest and first.lower() in goods else 0


# A car's number plate, the grade of an oil.
_NO_MODEL = re.compile(r"[АВЕКМНОРСТУХABEKMHOPCTYX]\d{3}[АВЕКМНОРСТУХABEKMHOPCTYX]{2}(?:\d{2,3})?$|\d{1,2}W-?\d{2}$")


def read_lone_serials(sheet: Sheet, goods: frozenset[str] | None, known: Iterable[Fact] = ()) -> Iterator[Fact]:
    """A number with № and no word of its own, right after a model or an article of `goods`: "насос ЦНС-38 № 112045"; None: anywhere.

    One that begins with the letters of a serial number that is `known` is one too: "заводские № ТГ-0714, … ещё у одной, № ТГ-0733".
    """
    series = {found[0] for one in known if (found := _SERIES.match(str(one.value)))}
    for found in _LONE_NUMBER.finditer(sheet.text) if may_hold(sheet.small, _LONE_HEADS) else ():
        at = sheet.word_at(found.start()) - 1
        left = len(sheet.text[max(0, found.start() - 4) : found.start()].rstrip(" ,(«"))
        before = max(0, found.start() - 4) + left - 1
        by_model = left > 0 and sheet.taken[before] == MODEL
        article = goods is None or (at >= 0 and not sheet.words.words[at].forms.isdisjoint(goods))
        alike = (begins := _SERIES.match(found["number"])) is not None and begins[0] in series
        if sheet.free(found.start(), found.end()) and (by_model or article or alike):
            sheet.take(found.start(), found.end())
            yield Fact(found[0], found["number"], found.start(), found.end(), sheet.in_)


def read_item_codes(sheet: Sheet) -> Iterator[Fact]:
    """ "20 x LF-9009": the code of what is counted is an article."""
    for found in _TIMES_CODE.finditer(sheet.text):
        if sheet.free(*found.span("code")):
            sheet.take(*found.span("code"))
            yield Fact(found["code"], found["code"], *found.span("code"), sheet.in_)


def _after_goods(sheet: Sheet, goods: frozenset[str]) -> Iterator[Fact]:
    """A name right behind goods: "насос Grundfos UPS 25-40", "дрель Зубр ДУ-650 ЭР"; a Russian one needs no number: "холодильник Норд"."""
    for place in _NAME_BEGINS.finditer(sheet.text):
        start = place.end() - 1
        end = name_run(sheet.text, start)
        numbered = end > start
        if not numbered:
            found = _RUSSIAN_NAME.match(sheet.text, start)
            if found is None or _SURNAME.fullmatch(found[0]):
                continue
            end = found.end()
        if _may_name(start, end, sheet) and _behind_goods(start, sheet, goods, of_what=numbered):
            yield _model(start, end, sheet.text[start:end], sheet)


def _may_name(start: int, end: int, sheet: Sheet) -> bool:
    """Nothing else holds these letters, and they are no size, paper, number plate or grade of oil."""
    value = sheet.text[start:end]
    return not (_NO_DESIGNATION.match(value) or _NO_MODEL.match(value)) and sheet.free(start, end)


def _behind_goods(start: int, sheet: Sheet, goods: frozenset[str], *, of_what: bool) -> bool:
    """Goods, and adjectives between them and the name ("плита индукционная Hansa"); with `of_what` also a noun ("счётчик воды СВК 15")."""
    at = sheet.word_at(start) - 1
    if at < 0 or sheet.text[sheet.words.ends[at] : start].strip(BLANKS):
        return False
    for place in range(at, max(-1, at - 4), -1):
        if place < at and sheet.text[sheet.words.ends[place] : sheet.words.starts[place + 1]].strip(BLANKS + "-"):
            return False
        word = sheet.words.words[place]
        if _bears(word, goods):
            return True
        adjective = word.flags & ADJECTIVE or word.lower.endswith(_ENDS_OF_ADJECTIVES)  # "фрезерно-гравировальный" has no flag
        if not (adjective or (of_what and place == at and word.flags & NOUN and word.flags & CYRILLIC)):
            return False
    return False


_ENDS_OF_ADJECTIVES = ("ый", "ий", "ой", "ая", "яя", "ое", "ее")


def _bears(word: Word, goods: frozenset[str]) -> bool:
    """Goods that bear names, or a compound of them ("электропривод", "мотопомпа"), or an English doer ("balancer", "extractor")."""
    if not word.forms.isdisjoint(goods):
        return True
    if not word.flags & CYRILLIC:
        return len(word.lower) > 5 and word.lower.endswith(("er", "or")) and word.lower not in _NO_DOERS
    ends = (form[-length:] for form in word.forms for length in (6, 7, 8, 9) if len(form) > length + 2)
    return bool(word.flags & NOUN) and any(end in goods for end in ends)


_NO_DOERS = frozenset(
    str.split(
        "number letter another either neither whether rather further former latter sooner however together december september october "
        "november summer winter supplier customer carrier courier driver dealer retailer manager buyer seller reseller engineer officer "
        "worker member partner father mother brother sister daughter neighbour doctor visitor operator contractor distributor inspector "
        "director colour corner quarter center matter answer reminder remainder consider deliver discover recover remember bigger "
        "smaller larger longer shorter better earlier later faster cheaper easier higher bother sticker folder wrapper leather timber "
        "rubber silver copper powder butter"
    )
)


_NAME_BEGINS = re.compile(r"[ \u00a0](?:(?<=[^\W\d_].)|(?<=[.,].))(?:[A-ZА-ЯЁ\d]|[a-z](?=[a-z]{2,11}[ ][a-z]{1,4}\d{2}))")
# "холодильник Норд-Лайт", "диван Верона"
_RUSSIAN_NAME = re.compile(r"[А-ЯЁ][а-яё]{2,15}(?:-[А-ЯЁ][а-яё]{2,15})?(?![\w-])")


_SURNAME = re.compile(r"[А-ЯЁ][а-яё]+(?:ова|ева|ёва|ина|ына|ой|ого|их|ых|енко|ов|ев|ёв)")  # "кухня Белова": whose it is


def _called(sheet: Sheet) -> Iterator[Fact]:
    """What "модель" names: "модель AirPro 900", "model: Ridge 300"."""
    for one in sheet.of("no_model"):
        found = _NAMED.match(sheet.text, sheet.span(one.hit)[1])
        end = name_run(sheet.text, found.start("name")) if found else 0
        if found and end > found.start("name") and sheet.free(found.start("name"), end):
            yield _model(found.start("name"), end, sheet.text[found.start("name") : end], sheet)
            continue
        if found is None or not any(sign.isdigit() for sign in found["name"]) or len(found["name"]) < 2:
            continue
        if sheet.free(*found.span("name")) and not _NO_DESIGNATION.match(found["name"]):
            yield _model(*found.span("name"), found["name"], sheet)


MODEL = 2  # mark of the letters that belong to a model


def _english(sheet: Sheet, goods: frozenset[str]) -> Iterator[Fact]:
    for found in _MIXED.finditer(sheet.text):
        start = name_begin(sheet.text, found.start())
        end = name_run(sheet.text, start)
        named = start < found.start() or bool(_JOINED.match(found[0])) or _goods_follow(end, sheet, goods)
        if end > start and named and _may_name(start, end, sheet):
            yield _model(start, end, sheet.text[start:end], sheet)
    for found in found_at(_CODE_BEGINS, _ENGLISH_CODE, sheet.text):
        if sheet.free(*found.span("name")) and not _NO_DESIGNATION.match(found["name"]):
            yield _model(*found.span("name"), found["name"], sheet)
    for found in _ENGLISH.finditer(sheet.text):
        noun = found["noun"] or ""
        named = any(word.rstrip("s") in goods or word in goods for word in noun.split())
        if not (named or found["code"]) or _NO_DESIGNATION.match(found["name"]):
            continue
        first = noun.split()[0] if noun.split() else ""
        end = found.end("name")
        if named and not found["code"]:
            end += len(first) + 1 if first in goods else len(noun)
        if sheet.free(found.start("name"), end):
            yield _model(found.start("name"), end, sheet.text[found.start("name") : end], sheet)


_JOINED = re.compile(r"[A-Z][a-z]{2,11}[A-Z][a-z]{2,11}[ \u00a0]\d{2,4}\b")  # "HydroLine 250"
# that, or a code with two digits and more: "HP488D", "WAN28281GB"
_MIXED = re.compile(rf"(?<![\w./№#-])(?:{_JOINED.pattern}|(?=[A-Z\d-]{{0,6}}[A-Z])(?=[A-Z-]{{0,6}}\d{{2}})[A-Z\d])")


def _goods_follow(end: int, sheet: Sheet, goods: frozenset[str]) -> bool:
    """ "WAN28281GB washing machine": goods are one of the next two words."""
    at = sheet.word_at(end)
    return any(not word.forms.isdisjoint(goods) for word in sheet.words.words[at : at + 2])


def _model(start: int, end: int, value: str, sheet: Sheet) -> Fact:
    sheet.take(start, end, MODEL)
    return Fact(sheet.text[start:end], value, start, end, sheet.in_)


def _after_noun(start: int, sheet: Sheet, goods: frozenset[str] | None) -> bool:
    """A noun or the beginning of the line stands before; with `goods` one of those. "Ошибка", "размер" make it something else."""
    at = sheet.word_at(start) - 1
    line = sheet.text.rfind("\n", 0, start) + 1
    if at < 0 or sheet.words.starts[at] < line:
        return goods is None and not sheet.text[line:start].strip()
    if sheet.text[sheet.words.ends[at] : start].strip(' \u00a0«"“'):
        return False
    word = sheet.words.words[at]
    if goods is not None:
        return not word.forms.isdisjoint(goods)
    if word.flags & ADJECTIVE and not word.flags & NOUN and at > 0 and sheet.words.sentences[at - 1] == sheet.words.sentences[at]:
        word = sheet.words.words[at - 1]  # "аппарат сварочный АС-250"
    return bool(word.flags & NOUN and word.flags & CYRILLIC and len(word.lower) > 2) and word.forms.isdisjoint(_SPEAKING)


def _is_goods_name(found: re.Match[str], sheet: Sheet) -> bool:
    """ "диван «Верона»" but not "ООО «Верона»" and not a quoted sentence."""
    at = sheet.word_at(found.start()) - 1
    if at < 0 or sheet.text[sheet.words.ends[at] : found.start()].strip(" \u00a0."):
        return False
    last = sheet.words.words[sheet.word_at(found.end()) - 1]
    if last.flags & VERB and not last.flags & NOUN:
        return False
    is_name = bool(last.flags & (NOUN | ADJECTIVE)) or last.lower not in last.forms or any(sign.isdigit() for sign in last.lower)
    if not is_name:
        return False
    return _bears_names(at, sheet) or (at > 0 and bool(sheet.words.words[at].flags & ADJECTIVE) and _bears_names(at - 1, sheet))


def _bears_names(at: int, sheet: Sheet) -> bool:
    word = sheet.words.words[at]
    written = sheet.text[sheet.words.starts[at] : sheet.words.ends[at]]
    if written.lower() in _NO_NAME_AFTER or not word.forms.isdisjoint(_NO_NAME_AFTER):
        return False
    return (bool(word.flags & NOUN) and written[1:].islower()) or (
        written.isupper() and 2 < len(written) < 6 and bool(word.flags & CYRILLIC)
    )
