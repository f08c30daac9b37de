"""Names of goods: a designation after a noun ("перфоратор ПД-900"), a name in quotes ("диван «Верона»"), "the Ashdown bench"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailbot.claims.facts import Fact
from mailbot.classify.lemmas import ADJECTIVE, CYRILLIC, NOUN, VERB, Word
from mailbot.classify.matching import found_at
from mailbot.classify.sheet import Sheet

_CODE = r"(?:[А-ЯЁ]{1,5}|[A-Z]{1,5})[-–]?\d{1,4}(?:[-–./]\d{1,3})?(?:[-–]?[А-ЯЁA-Z]{1,3})?|\d{1,4}[-–]?[А-ЯЁA-Z]{1,3}(?:[-–]?\d{1,3})?"
_DESIGNATION = re.compile(
    rf"(?<![\w./№#-])(?P<name>(?:[A-Z][A-Za-z]{{1,15}}[ \u00a0]){{0,2}}(?:{_CODE}))(?![\w/]|[-–]\w|[ ]?(?:мм|см|кг|шт)\b)"
    r"|(?<![\w./№#-])(?P<brand>[A-Z][A-Za-z]{2,15}(?:[ \u00a0][A-Z][A-Za-z]{1,15})?[ \u00a0]\d{2,4})(?![\w/.,-]\d|[-–/]?\w)"
    r"|(?<![\w./№#-])(?P<russian>[А-ЯЁ][а-яё]{2,15}[- \u00a0]\d{2,4}[А-ЯЁ]?)(?![\w/-]|[ ]?[*×xх]\s?\d)"
)
_SERIES = re.compile(r"[A-ZА-ЯЁ]{2,5}[-–]?(?=\d)")
_BESIDE = re.compile(rf"(?:\s?,|\s?/|\s(?:и|или|and|or|&))\s?(?P<name>{_CODE})(?![\w/-])")
_CODE_BEGINS = re.compile(r"[A-ZА-ЯЁ\d](?<![\w./№#-].)")
_NAMED = re.compile(
    r"[\s:№«\"“–—-]{0,4}(?P<name>[A-ZА-ЯЁ][\w-]{0,20}(?:[ \u00a0](?:[A-ZА-ЯЁ]+[\w-]{0,15}|\d[\w./-]{0,10})){0,3}|\d[\w/-]*[A-ZА-ЯЁ][\w/-]*)"
)
_TRAILING = re.compile(r"[ ][A-Z]{1,2}(?![\w-])")
_TIMES_CODE = re.compile(r"(?<!\w)\d{1,5}\s?(?:[xх×*]|шт\.?|pcs)\s(?P<code>[A-ZА-ЯЁ]{1,5}[-–]?\d{3,}[\w/-]*)(?![\w/-])")
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
_NO_FIRST_WORD = frozenset(
    str.split("My Our Your The This That These Bought I We You It Dear Hello Hi For From And But Is Are At In On To Re Fwd")
)
_SPEAKING = frozenset(
    str.split(
        "цех сталь бетон азс црб снт кс марка акт ряд секция блок подъезд этаж группа ошибка error код code class класс размер size "
        "болт гайка гост ту кабинет форма трасса дом офис корпус квартира статья пункт"
    )
)
_LONE_NUMBER = re.compile(r"(?<!\w)№\s?(?P<number>(?=[\w/-]*\d{3})[A-ZА-ЯЁ\d][\w/-]{3,24})(?![\w/-])")


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
    yield from _after_goods(sheet, goods)
    for found in found_at(_CODE_BEGINS, _DESIGNATION, sheet.text):
        kind = found.lastgroup or "name"
        value = found[kind]
        if kind == "brand" and value.split()[0].lower() in goods:  # "Dishwasher D600", "Tumble Dryer 500"
            continue
        start = found.start() + _kind_before_name(value, goods)
        value = sheet.text[start : found.end()]
        if value.split()[0] in _NO_FIRST_WORD or _NO_MODEL.match(value):
            continue
        fits = not _NO_DESIGNATION.match(value) and sheet.free(found.start(), found.end())
        if fits and _after_noun(found.start(), sheet, goods if kind != "name" else None):
            more = _TRAILING.match(sheet.text, found.end()) if kind == "brand" else None
            end = more.end() if more else found.end()
            yield _model(start, end, sheet.text[start:end], sheet)
    for found in _QUOTED.finditer(sheet.text):
        if sheet.free(found.start(), found.end()) and _is_goods_name(found, sheet):
            yield _model(found.start(), found.end(), found["name"], sheet)
    if sheet.language == "en":
        yield from _english(sheet, goods)


def _kind_before_name(value: str, goods: frozenset[str]) -> int:
    """ "Dishwasher D600": the letters of what kind of thing it is, before its name."""
    first, _, rest = value.partition(" ")
    return len(first) + 1 if rest and first.lower() in goods else 0


# A car's number plate, the grade of an oil.
_NO_MODEL = re.compile(r"[АВЕКМНОРСТУХABEKMHOPCTYX]\d{3}[АВЕКМНОРСТУХABEKMHOPCTYX]{2}(?:\d{2,3})?$|\d{1,2}W-?\d{2}$")


def read_lone_serials(sheet: Sheet, goods: frozenset[str] | None) -> Iterator[Fact]:
    """A number with № and no word of its own, right after a model or an article of `goods`: "насос ЦНС-38 № 112045"; None: anywhere."""
    for found in _LONE_NUMBER.finditer(sheet.text):
        at = sheet.word_at(found.start()) - 1
        left = len(sheet.text[max(0, found.start() - 4) : found.start()].rstrip(" ,(«"))
        before = max(0, found.start() - 4) + left - 1
        known = left > 0 and sheet.taken[before] == MODEL
        article = goods is None or (at >= 0 and not sheet.words.words[at].forms.isdisjoint(goods))
        if sheet.free(found.start(), found.end()) and (known or article):
            sheet.take(found.start(), found.end())
            yield Fact(found[0], found["number"], found.start(), found.end(), sheet.in_)


def read_item_codes(sheet: Sheet) -> Iterator[Fact]:
    """ "20 x LF-9009": the code of what is counted is an article."""
    for found in _TIMES_CODE.finditer(sheet.text):
        if sheet.free(*found.span("code")):
            sheet.take(*found.span("code"))
            yield Fact(found["code"], found["code"], *found.span("code"), sheet.in_)


def _after_goods(sheet: Sheet, goods: frozenset[str]) -> Iterator[Fact]:
    """A name of several words with a number in it right behind goods: "насос Grundfos UPS 25-40", "плита газовая GEFEST 3200"."""
    names = found_at(_NAME_BEGINS, _GOODS_NAME, sheet.text)
    for found in (*names, *found_at(_RUSSIAN_BEGINS, _RUSSIAN_NAME, sheet.text)):
        at = sheet.word_at(found.start("name")) - 1
        if at < 0 or sheet.text[sheet.words.ends[at] : found.start("name")].strip(" \u00a0") or _NO_DESIGNATION.match(found["name"]):
            continue
        if _NO_MODEL.match(found["name"]) or (found.re is _RUSSIAN_NAME and _SURNAME.fullmatch(found["name"])):
            continue
        word = sheet.words.words[at]
        if word.flags & ADJECTIVE and at and not _bears(word, goods):
            word = sheet.words.words[at - 1]
        if _bears(word, goods) and sheet.free(*found.span("name")):
            yield _model(*found.span("name"), found["name"], sheet)


def _bears(word: Word, goods: frozenset[str]) -> bool:
    """Goods that bear names, or a compound of them: "электропривод", "мотопомпа"."""
    if not word.forms.isdisjoint(goods):
        return True
    ends = (form[-length:] for form in word.forms for length in (6, 7, 8, 9) if len(form) > length + 2)
    return bool(word.flags & NOUN) and any(end in goods for end in ends)


_NAME_BEGINS = re.compile(r"[A-ZА-ЯЁ](?<=[ \u00a0].)")
_GOODS_NAME = re.compile(
    r"(?<=[ \u00a0])(?P<name>(?:(?:[A-Z][A-Za-z]{1,15}|[A-ZА-ЯЁ]{2,6}(?:-[A-ZА-ЯЁ]{1,3})?)"
    r"(?:[ \u00a0][A-Z][A-Za-z]{1,15}|[ \u00a0-][A-ZА-ЯЁ]{1,6}(?![а-яё])){0,3}"
    r"[ \u00a0-]\d{1,4}(?:[-/.]\d{1,4})?(?:[ -]?[A-ZА-ЯЁ]{1,2}(?![\w-]))?|[A-ZА-ЯЁ]{1,3}[ \u00a0]?\d{1,3}(?:-\d{1,3}){1,2}))"
    r"(?![\w/]|[-–]\w|[.,]\d|[ \u00a0]?(?:мм|см|кг|шт|м|л|руб|руб\.|р\.)\b)"
)


# "холодильник Норд-Лайт 340", "насос Водолей 3", "матрас Орион 160*200"
_RUSSIAN_BEGINS = re.compile(r"[А-ЯЁ](?<=[а-яё][ \u00a0].)")
_RUSSIAN_NAME = re.compile(
    r"(?<=[а-яё][ \u00a0])(?P<name>[А-ЯЁ][а-яё]{2,15}(?:-[А-ЯЁ][а-яё]{2,15})?(?:[- \u00a0]\d{1,4}(?:-\d{1,3})?[А-ЯЁ]{0,2}"
    r"(?!\w|[ ]?[*×xх-]\s?\d|[.,]\d|[ \u00a0]?(?:мм|см|кг|шт|м|л|руб|р)\b))?)(?![\w-])"
)


_SURNAME = re.compile(r"[А-ЯЁ][а-яё]+(?:ова|ева|ёва|ина|ына|ой|ого|их|ых|енко|ов|ев|ёв)")  # "кухня Белова": whose it is


def _called(sheet: Sheet) -> Iterator[Fact]:
    """What "модель" names: "модель AirPro 900", "model: Ridge 300"."""
    for one in sheet.of("no_model"):
        found = _NAMED.match(sheet.text, sheet.span(one.hit)[1])
        if found is None or not any(sign.isdigit() for sign in found["name"]) or len(found["name"]) < 2:
            continue
        if sheet.free(*found.span("name")) and not _NO_DESIGNATION.match(found["name"]):
            yield _model(*found.span("name"), found["name"], sheet)


MODEL = 2  # mark of the letters that belong to a model


def _english(sheet: Sheet, goods: frozenset[str]) -> Iterator[Fact]:
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
