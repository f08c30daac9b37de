"""Sums of money with their currency: "12 500,50 руб.", "35 тыс. руб.", "£329", "38 тысяч"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mailbot.claims.facts import Fact
from mailbot.classify.lemmas import NOUN
from mailbot.classify.matching import found_at, may_hold
from mailbot.classify.sheet import Sheet
from mailbot.classify.spoken_numbers import Number

_NUMBER = (  # six groups of three are any sum; without an end a long row of numbers cost squared time
    r"(?P<number>\d{1,3}(?:[ \u00a0\u202f'’]\d{3}){1,6}(?:[.,]\d{1,2}(?!\d)|[-=]\d\d(?=\s*руб))?|\d{1,3}(?:,\d{3})+(?:\.\d{1,2}(?!\d))?"
    r"|\d{1,3}(?:\.\d{3})+(?:,\d\d(?!\d))?|\d{1,9}(?:[.,]\d{1,2}(?!\d)|[-=]\d\d(?=\s*руб))?)"
)
_TIMES = (
    r"(?:[ \u00a0]*(?P<times>тыс\.?|тысяч[аиу]?|т\.(?=\s*р)|тыр\w?|млн\.?|миллион\w*|k\b|к\b(?=\s*(?:руб|р\b|₽))|thousand|million|mln))?"
)
_NAMES = {
    "RUB": r"руб(?:л\w+|\.)?(?!\w)|р(?:\.|(?![\w-]|/[сcс]))|₽|RUB\b|rub\b|rubles?\b",
    "USD": r"\$|USD\b|долл\w*\.?|dollars?\b",
    "EUR": r"€|EUR\b|евро\b|euros?\b",
    "GBP": r"£|GBP\b|фунт\w*\s+стерлингов|pounds?\s+sterling|quid\b"
    r"|pounds?(?=[ \u00a0](?:for\b|each\b|per\b|back\b|plus\b|off\b|in[ \u00a0]total|all[ \u00a0]in))",
    "KZT": r"₸|KZT\b|тенге\b",
    "BYN": r"BYN\b|бел(?:\.|орусских)\s*руб\w*\.?",
    "CNY": r"¥|CNY\b|RMB\b|юан\w+",
    "UAH": r"₴|UAH\b|грн\b\.?|гривен\w*",
    "INR": r"₹|INR\b|rupees?\b",
    "AED": r"AED\b|dirhams?\b",
    "TRY": r"₺|TRY\b|лир\w{0,2}\b",
    "PLN": r"PLN\b|zł",
    "CHF": r"CHF\b",
    "KGS": r"KGS\b|сом(?:ов|а)?\b",
    "SEK": r"SEK\b",
    "NOK": r"NOK\b",
    "DKK": r"DKK\b",
    "CZK": r"CZK\b",
    "JPY": r"JPY\b|yen\b",
    "CAD": r"CAD\b",
    "AUD": r"AUD\b",
}
_CURRENCY = "|".join(f"(?P<{code}>{names})" for code, names in sorted(_NAMES.items(), key=lambda item: item[0] != "BYN"))
_AFTER = re.compile(
    rf"(?<![\w.,№#/-]){_NUMBER}{_TIMES}[ \u00a0]*(?:\((?:[^)\d]{{1,80}})\)[ \u00a0]*)?(?:{_CURRENCY})"
    r"(?:[ \u00a0]*(?P<cents>\d\d)[ \u00a0]*коп\w*\.?)?",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"(?<!\w)(?:(?P<sign>[$€£₽₸¥₹₴₺]|USD|EUR|GBP|RUB|KZT|BYN|CNY|UAH|INR|AED|TRY|PLN|CHF|SEK|NOK|DKK|CZK|JPY|CAD|AUD)[ \u00a0]?){_NUMBER}"
    r"(?P<times>k\b|m\b|[ \u00a0]thousand|[ \u00a0]million)?(?![\d,.]\d)"
)
_BARE = re.compile(
    rf"(?<![\w.,№#/-]){_NUMBER}[ \u00a0]*(?P<times>тыс\b\.?|тысяч[аиу]?|тыщ\w?|тыр\w?|[кk](?![\w.])|млн\.?|миллион\w*)(?!\w)"
    r"(?![ \u00a0]*(?:шт|уп|кор|кг|км|\w+ок\b|\w+ов\b|\w+ий\b))",
)
_DIGIT = re.compile(r"\d")
_NUMBER_BEGINS = re.compile(r"\d(?<![\w.,№#/-].)")
_IS_SIGNED = re.compile(r"\d(?:(?<=[$€£₽₸¥₹₴₺A-Z].)|(?<=[$€£₽₸¥₹₴₺A-Z][ \u00a0].))")  # a digit right behind a sign or code of money
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "₽": "RUB", "₸": "KZT", "¥": "CNY", "₹": "INR", "₴": "UAH", "₺": "TRY"}
_MONEY_BESIDE = re.compile(
    r"(?:стои|цен[аеуы]|заплат|отда[лв]|оплат|взял|брал|куп|заказ|приобр|верн|возврат|сумм|денег|деньг|перевел|потрат"
    r"|ущерб|убыт|потеря|компенс|неустой|штраф|выложи|обош|предоплат|аванс|оцен|paid|cost|price)\w*",
)
_PAID = re.compile(
    r"\b(?:заплатил[аи]?|отдал[аи]?|стоил[аои]?|стоит|обош[её]л(?:ся|ась|ось|ись)\s+в|сумм[аеу]|цен[аеу]|(?:купил|взял|продал|заказал|брал)\w{0,2}\b[^.\n]{0,60}?(?<!\w)за|paid|cost|costs)"
    rf"(?:[ \u00a0](?:он|она|оно|они|это|мне|нам|меня|нас|it|me|us))?[ \u00a0:–—-]+{_NUMBER}"
    r"(?=[ \u00a0]*(?:[.,;!?)\n]|$|(?:за|и|а|но|в|по|for|and|in)\b))",
)
_SUM = re.compile(
    r"\b(?:сумм[аеуыо]\w?|предоплат\w+|аванс\w*|стоимость\w?|ущерб\w*|убыт\w+|цен[аеуоы]\w?)(?:[ \u00a0][а-яё]{3,12}){0,2}[ \u00a0:–—-]+"
    rf"(?:в[ \u00a0])?{_NUMBER}(?![ \u00a0]*(?:№|%|шт|м\b|мм|кг|л\b|г\b|уп|дн|[.,]?\d|[x×х/-]))",
)
_FOR = re.compile(  # "испортил блузку за 4500."
    rf"(?<!\w)за[ \u00a0]{_NUMBER}(?=[ \u00a0]*(?:[.,;!?)\n](?!\d)|$|(?:до|в|на|и|а|но|вместо|при|с)[ \u00a0]))"
)
_OF_A_UNIT = r"(?=[ \u00a0](?:за|per|a)[ \u00a0](?:метр|кг|шт|тонн|литр|упак|ед|м\b|kg|met|pie|lit|ton|unit|pcs))"
_INSTEAD_HEADS = ("вместо", "против", "а не", "instead of")
_INSTEAD = r"(?:вместо|против|а не|instead of)[ \u00a0]"
_RATE = re.compile(  # "98,40 вместо 89,40 за метр": prices, not counts
    rf"(?<![\w.,№#/-]){_NUMBER}(?=[ \u00a0]*{_INSTEAD}\d[\d.,]*{_OF_A_UNIT})"
)
_RATE_SECOND = re.compile(rf"{_INSTEAD}{_NUMBER}{_OF_A_UNIT}")
_WRITTEN_OUT = re.compile(  # "84 120,00": thousands parted and cents told, as only money is written
    r"(?<![\w.,№#/-])(?P<number>\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,6}[,.]\d\d|\d{1,3}(?:,\d{3})+\.\d\d)(?![\w.,]?\d)"
    r"(?![ \u00a0]*(?:кг|т\b|тн|м\b|м2|м3|л\b|г\b|шт|kg|t\b|m\b|l\b|lb))"
)
_EACH_FOR = re.compile(  # "два флакона (по 1 260)", "по 1 850 за штуку"
    rf"(?<!\w)по[ \u00a0]{_NUMBER}(?=[ \u00a0]*(?:\)|за[ \u00a0](?:шт|кажд|един|метр|кг|пар|уп)|/[ \u00a0]?шт))"
)
_PAY_FOR = re.compile(  # "оплатите приём у хирурга, 2 700", "за работу 2 600 компенсируете"
    r"(?<!\w)(?:оплат\w+|компенс\w+|возмест\w+|верн\w+|вернуть|заплат\w+|потрат\w+|отда[лв]\w*|обошл\w+|за[ \u00a0](?:работу|доставку"
    r"|монтаж|ремонт|диагностику|экспертизу|такси|вызов|мастера)|pay|paid|cost|costs|charged|spent|says(?=[ ]about)|refund)"
    rf"(?:,?[ \u00a0](?!\d)(?:[а-яё]{{1,14}}|about|around|roughly|me|us|you|of|the|back|over|some|extra)){{0,4}}"
    rf",?[ \u00a0:–—-]{{1,3}}{_NUMBER}"
    r"(?=[ \u00a0]*(?:[.,;!?)\n](?!\d)|$|(?:компенс|возмест|верн|оплат|за[ \u00a0]|и[ \u00a0]|а[ \u00a0]"
    r"|на[ \u00a0](?:карт|сч[её]т)|обратно|назад|плюс|plus|for|and)\w*))",
)
_A_UNIT = re.compile(  # "ламинат 1 450 за пачку"
    rf"(?<![\w.,№#/-]){_NUMBER}(?=[ \u00a0](?:за|per)[ \u00a0]"
    r"(?:пачк|штук|шт\b|упак|короб|ведр|банк|меш|компл|рулон|лист|куб|box|pack|roll|bag))",
)
_ALTOGETHER = re.compile(  # "2 150 р, итого 7 030": a sum of sums
    rf"(?:руб|[ \d]р|₽|€|\$|£)[^.\n]{{0,30}}?(?:итого|всего|в сумме|total|in all)[ \u00a0:–—-]+{_NUMBER}"
    r"(?=[ \u00a0]*(?:[.,;!?)\n](?!\d)|$))"
)
_GROUPED = re.compile(  # "деньги за печь 34 500 и …", "отдала 41 900 между прочим": parted thousands behind a word of money
    r"(?<!\w)(?:деньг\w*|стоимост\w+|отда[лв]\w*|заплати\w+|выложи\w+|потрати\w+|стоил\w?|верните|вернуть|возвра\w+)"
    r"(?:[ \u00a0](?!\d)(?:за[ \u00a0])?[а-яё]{2,14}){0,2}[ \u00a0:–—-]+(?P<number>\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,2})"
    r"(?![ \u00a0]*(?:№|%|шт|м\b|мм|кг|л\b|г\b|уп|кор|меш|пач|дн|[.,]?\d|[x×х/-]))(?![ \u00a0]\w+(?:ов|ев|ок|ек)(?!\w))"
)
_LEAST_SPOKEN = 300
LEAST_OF_A_UNIT = 20
_LEAST_PAID = 100  # a smaller bare number may be anything
# Forms of sums whose currency is not told: one of these must stand in the text, and the sum be so much.
_UNTOLD = (
    (_PAID, _LEAST_PAID, str.split("плат отда стои обош сумм цен купил взял продал заказал брал paid cost")),
    (_SUM, _LEAST_PAID, str.split("сумм предоплат аванс стоимость ущерб убыт цен")),
    (_FOR, _LEAST_PAID, ("за ", "за\u00a0")),
    (_WRITTEN_OUT, _LEAST_PAID, (",", ".")),
    (_EACH_FOR, 0, ("по ", "по\u00a0")),
    (_PAY_FOR, _LEAST_SPOKEN, str.split("плат компенс возмест верн потрат отда обошл за pay paid cost charged spent says refund")),
    (_GROUPED, _LEAST_PAID, str.split("деньг стоимост отда плат выложи потрати стоил верн возвра")),
    (_A_UNIT, LEAST_OF_A_UNIT, ("за ", "за\u00a0", "per ")),
    (_ALTOGETHER, _LEAST_PAID, ("итого", "всего", "в сумме", "total", "in all")),
    (_RATE, 0, _INSTEAD_HEADS),
    (_RATE_SECOND, 0, _INSTEAD_HEADS),
)
_LEAST_WRITTEN = 1_000
_ROUBLES = frozenset(("рубль", "руб", "рублик"))
_YEARS = range(1990, 2051)
_BESIDE = 60  # letters in which a word of money makes "38 тысяч" a sum


def read_amounts(sheet: Sheet) -> Iterator[Fact]:
    """Sums in the order of their forms; a bare "38 тысяч" is roubles where paying is spoken of beside it."""
    if _DIGIT.search(sheet.text) is None:
        return
    for found in found_at(_NUMBER_BEGINS, _AFTER, sheet.text):
        code = next(code for code in _NAMES if found[code] is not None)
        yield from _amount(found, code, sheet)
    for found in _BEFORE.finditer(sheet.text) if _IS_SIGNED.search(sheet.text) else ():
        yield from _amount(found, _SIGNS.get(found["sign"], found["sign"]), sheet)
    for found in found_at(_NUMBER_BEGINS, _BARE, sheet.small):
        if _OF_A_NAME.search(sheet.text, max(0, found.start() - _BESIDE), found.end()):
            continue
        priced = _FOR_IT.search(sheet.small, max(0, found.start() - 4), found.start())  # "люстра за 18 тысяч"
        if priced or _MONEY_BESIDE.search(sheet.small, max(0, found.start() - _BESIDE), found.end() + _BESIDE):
            yield from _amount(found, "RUB" if sheet.language == "ru" else None, sheet)
    yield from _paid(sheet)


_OF_A_NAME = re.compile(r"(?:[A-Z][A-Za-z-]+ )\d+[KК]$")  # "Navien Deluxe 24K" is no sum
_FOR_IT = re.compile(r"(?<!\w)за[ \u00a0]$")


def read_written_amounts(sheet: Sheet, numbers: Sequence[Number]) -> Iterator[Fact]:
    """ "сорок две тысячи рублей", "полторы тысячи" where paying is spoken of."""
    for number in numbers:
        at = number.last + 1
        if not number.in_words or not sheet.free(number.start, number.end):
            continue
        named = at < len(sheet.words) and not sheet.words.words[at].forms.isdisjoint(_ROUBLES)
        beside = number.value >= _LEAST_WRITTEN and not (at < len(sheet.words) and _is_counted(at, number.end, sheet))
        priced = _FOR_IT.search(sheet.small, max(0, number.start - 4), number.start)
        paid = priced or _MONEY_BESIDE.search(sheet.small, max(0, number.start - _BESIDE), number.end + _BESIDE)
        if not named and not (beside and paid):
            continue
        end = sheet.words.ends[at] if named else number.end
        sheet.take(number.start, end)
        yield Fact(sheet.text[number.start : end], int(number.value), number.start, end, sheet.in_, currency="RUB")


def _is_counted(at: int, end: int, sheet: Sheet) -> bool:
    """A noun right behind: "две тысячи штук" is no money."""
    return bool(sheet.words.words[at].flags & NOUN) and not sheet.text[end : sheet.words.starts[at]].strip()


def _paid(sheet: Sheet) -> Iterator[Fact]:
    """ "заплатила 12990": a sum whose currency is not told."""
    sums = ((form, least) for form, least, heads in _UNTOLD if may_hold(sheet.small, heads))
    for found, least in ((found, least) for form, least in sums for found in form.finditer(sheet.small)):
        start, end = found.span("number")
        value = _value(found["number"])
        if found.re is _EACH_FOR and not _MONEY_BESIDE.search(sheet.small, max(0, start - _BESIDE), start):  # "в упаковке по 100"
            continue
        if value >= least and sheet.free(start, end) and not (least and value in _YEARS):
            sheet.take(start, end)
            yield Fact(sheet.text[start:end], int(value) if value == int(value) else value, start, end, sheet.in_)


def _amount(found: re.Match[str], currency: str | None, sheet: Sheet) -> Iterator[Fact]:
    if not sheet.free(found.start(), found.end()):
        return
    value = _value(found["number"]) * _times(found["times"])
    cents = found.groupdict().get("cents")
    value += int(cents) / 100 if cents else 0
    sheet.take(found.start(), found.end())
    start, end = found.span()
    yield Fact(sheet.text[start:end], int(value) if value == int(value) else round(value, 2), start, end, sheet.in_, currency=currency)


def _value(written: str) -> float:
    """A comma or point before one or two last digits parts the cents, before three it parts thousands."""
    plain = re.sub(r"[ \u00a0\u202f'’]", "", written)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        return float(plain.replace(",", ""))
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d\d)?", plain):
        return float(plain.replace(".", "").replace(",", "."))
    return float(re.sub(r"[-=,]", ".", plain))


def _times(written: str | None) -> int:
    head = (written or "").strip().lower()
    if head.startswith("тыр"):
        return 1_000
    if head.startswith(("млн", "миллион", "million", "mln", "m")):
        return 1_000_000
    return 1_000 if head else 1
