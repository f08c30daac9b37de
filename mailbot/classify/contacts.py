"""Phones, e-mail addresses and ИНН of a letter, each checked: what only looks like one is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from stdnum.ru import inn

from mailbot.claims.facts import Fact
from mailbot.classify.sheet import Sheet

MOST_LINES = 200  # lines with as many digits as a phone that are tried
_EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w-])")
_PHONE = re.compile(r"[+(\d](?<![\w№#/.-].)[\d()  \t.–—-]{7,22}\d(?![\w/]|-\w)")
_LABEL = re.compile(
    r"(?:тел\w*|моб\w*|факс|сот\w*|звон\w*|whats\s?app|viber|telegram|phone|mobile|tel|cell|call|ring|fax|dial)"
    r"\W{0,12}(?:\w{1,12}\W{1,3}){0,3}$",
    re.IGNORECASE,
)
_INN = re.compile(r"(?<![^\W\d_])ИНН\s*(?:/\s*КПП)?\W{0,4}(\d{12}|\d{10})(?!\d)", re.IGNORECASE)
_TEN_DIGITS = re.compile(r"\d{10}")
_LONE_INN = re.compile(r"(?<![\w+-])\d{12}(?![\w-])")


def read_emails(sheet: Sheet) -> Iterator[Fact]:
    for found in _EMAIL.finditer(sheet.text) if "@" in sheet.text else ():
        sheet.take(found.start(), found.end())
        yield Fact(found[0], found[0].lower(), found.start(), found.end(), sheet.in_)


def read_inn(text: str) -> Iterator[str]:
    """ИНН after its name, or twelve digits alone whose two check digits are right; a wrong check digit is no ИНН."""
    if _TEN_DIGITS.search(text) is None:
        return
    for found in (*_INN.finditer(text), *_LONE_INN.finditer(text)):
        number = found[found.lastindex or 0]
        if inn.is_valid(number):
            yield number


def read_phones(text: str, language: str, sheet: Sheet | None = None) -> Iterator[str]:
    """Phones in the form +7…; `sheet` marks where they stand so that no order number is read out of one."""
    tried = 0
    for found in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if not 10 <= len(digits) <= 15:
            continue
        tried += 1
        if tried > MOST_LINES:
            return
        if sheet is not None and not sheet.free(found.start(), found.end()):
            continue
        if digits[-10:].startswith("800"):  # a hotline is seldom the writer's
            continue
        number = _number(found[0], digits, bool(_LABEL.search(text, max(0, found.start() - 40), found.start())), language)
        if number:
            if sheet is not None:
                sheet.take(found.start(), found.end())
            yield number


def _number(written: str, digits: str, labelled: bool, language: str) -> str:
    """E.164, or "" where it is no phone. A number without + must be valid, or be called a phone, or carry an area code in brackets."""
    bare = written.strip().isdecimal()
    for region in _regions(written, digits, language):
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            continue
        likely = written.startswith("+") or labelled or (not bare and ("(" in written or written[0] == ("0" if language == "en" else "8")))
        if phonenumbers.is_valid_number(number) and (likely or not bare or digits.startswith(("89", "79", "07"))):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
        if likely and phonenumbers.is_possible_number(number):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return ""


def _regions(written: str, digits: str, language: str) -> tuple[str | None, ...]:
    if written.startswith("+"):
        return (None,)
    if language == "en":
        return ("GB",) if digits.startswith("0") else ("US", "RU")
    if len(digits) == 11 and digits[0] not in "78":
        return ()
    return ("RU",)
