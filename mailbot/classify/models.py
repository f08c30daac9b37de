"""Names of goods: a designation after a common noun ("перфоратор ПД-900") or a name in quotes after one ("диван «Верона»")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailbot.claims.facts import Fact
from mailbot.classify.lemmas import CYRILLIC, NOUN
from mailbot.classify.sheet import Sheet

_DESIGNATION = re.compile(
    r"(?<![\w./№#-])(?P<code>(?:[А-ЯЁ]{1,5}|[A-Z]{1,5})[-–]?\d{1,4}(?:[-–./]\d{1,3})?[-–]?(?:[А-ЯЁA-Z]{1,3})?)(?![\w/]|[-–]\w)"
    r"|(?<![\w./№#-])(?P<tail>(?:[А-ЯЁ]{2,5}|[A-Z]{2,5})[- ]?\d{2,4}[А-ЯЁA-Zа-я]?)(?![\w/-])"
)
_QUOTED = re.compile(r"[«\"“](?P<name>[A-ZА-ЯЁ][\w-]{1,20}(?:[ -][\w-]{1,15}){0,2})[»\"”]")
_NAMED = re.compile(r"\b(?P<name>[A-Z][a-z]{2,15}(?:\s(?:[A-Z]\d{1,4}[A-Z]?|[A-Z]?\d{2,4}[A-Z]?))(?![\w-]))")
_PREFIX = re.compile(r"(?:гост\s*р?|ту|ост|фз|п|и|кл|ip|hrc|ral|торг|м|инн|форма|приложение|а|a|img|dsc|код|каб|ряд|ст|от|до|на|по|из|№|no|id|gmt|utc|v|e|f|er|err|d|сор?т|h7|b2b|covid|q|fy|п|ч)$", re.IGNORECASE)  # fmt: skip
_NO_NAME_AFTER = frozenset(
    str.split(
        "ооо ип ао пао зао оао тк тд тэк компания фирма магазин сервис терминал завод склад организация предприятие общество центр аптека сеть "
        "холдинг маркетплейс сайт площадка банк газета программа раздел тариф акция кнопка надпись отметка режим графа строка поле пункт слово "
        "форма тема вопрос статус письмо фраза название папка файл спорткомплекс элеватор школа лицей кафе ресторан гостиница отель клуб служба "
        "отдел агентство поставщик перевозчик экспедитор покупатель продавец вы мы он тип рынок база участок маркет кровля"
    )
)
_NO_DESIGNATION = re.compile(r"(?:E|F|Е|ER|ERR|A|А|М|M|R|IP|RAL|ГОСТ|ТУ|ФЗ|UTC|GMT|HRC|Q|П|ПП|COVID|ТОРГ|ГУ|СМ|КМ|КГ|ISO|EN|DIN|BS|S|XL|XXL|L|Р|В|V|W|PM|AM)[- ]?\d", re.IGNORECASE)
_SPEAKING = frozenset(("ошибка", "error", "код", "code", "class", "класс", "размер", "size", "болт", "гайка", "гост", "ту", "кабинет", "форма", "трасса", "м"))


def read_models(sheet: Sheet) -> Iterator[Fact]:
    """Designations and names that stand after a noun and are claimed by nothing else; at most what the letter itself calls goods."""
    for found in _DESIGNATION.finditer(sheet.text):
        group = "code" if found["code"] else "tail"
        value = found[group]
        if not _NO_DESIGNATION.match(value) and _after_noun(found.start(), sheet) and sheet.free(found.start(), found.end()):
            yield _model(found.start(group), found.end(group), value, sheet)
    for found in _QUOTED.finditer(sheet.text):
        if sheet.free(found.start(), found.end()) and _is_goods_name(found, sheet):
            yield _model(found.start(), found.end(), found["name"], sheet)
    if sheet.language == "en":
        for found in _NAMED.finditer(sheet.text):
            if sheet.free(found.start(), found.end()):
                yield _model(found.start(), found.end(), found["name"], sheet)


def _model(start: int, end: int, value: str, sheet: Sheet) -> Fact:
    sheet.take(start, end)
    return Fact(sheet.text[start:end], value, start, end, sheet.in_)


def _after_noun(start: int, sheet: Sheet) -> bool:
    """A noun or the beginning of the line stands before; a word such as "ошибка" or "размер" makes it something else."""
    at = sheet.word_at(start) - 1
    line = sheet.text.rfind("\n", 0, start) + 1
    if at < 0 or sheet.words.starts[at] < line:
        return not sheet.text[line:start].strip()
    if sheet.text[sheet.words.ends[at] : start].strip(" \u00a0«\"“"):
        return False
    word = sheet.words.words[at]
    return bool(word.flags & NOUN and word.flags & CYRILLIC and len(word.lower) > 2) and word.forms.isdisjoint(_SPEAKING)


def _is_goods_name(found: re.Match[str], sheet: Sheet) -> bool:
    """ "диван «Верона»" but not "ООО «Верона»" and not a quoted sentence."""
    at = sheet.word_at(found.start()) - 1
    if at < 0 or sheet.text[sheet.words.ends[at] : found.start()].strip(" \u00a0"):
        return False
    word = sheet.words.words[at]
    written = sheet.text[sheet.words.starts[at] : sheet.words.ends[at]]
    last = sheet.words.words[sheet.word_at(found.end()) - 1]
    if not (word.flags & NOUN and written[1:].islower() and word.forms.isdisjoint(_NO_NAME_AFTER)) and not _is_adjective_after_noun(at, sheet):
        return False
    return bool(last.flags & NOUN) or last.lower not in last.forms


def _is_adjective_after_noun(at: int, sheet: Sheet) -> bool:
    """ "ботинки зимние «Тундра»"."""
    return at > 0 and bool(sheet.words.words[at - 1].flags & NOUN) and sheet.words.words[at - 1].forms.isdisjoint(_NO_NAME_AFTER) and bool(sheet.words.words[at].flags & 4)
