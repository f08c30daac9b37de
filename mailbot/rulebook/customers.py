"""Reads the customers file: who is especially important, by address, domain or ИНН."""

from __future__ import annotations

import re
from pathlib import Path

from mailbot.claims.customers import Customers
from mailbot.rulebook.exported_table import ExportedTable, TableRow, read_table

COLUMNS = {
    "name": ("наименование", "контрагент", "клиент", "покупатель", "организация", "компания", "name", "customer", "company"),
    "address": (
        "e-mail", "email", "почта", "эл. почта", "электронная почта", "адрес эл. почты", "адрес электронной почты", "mail", "address",
    ),
    "domain": ("домен", "сайт", "domain", "website", "web site"),
    "inn": ("инн", "инн/кпп", "inn", "tax number", "tax id"),
    "important": ("важный", "важность", "важный клиент", "ключевой", "ключевой клиент", "vip", "important", "key customer"),
}  # fmt: skip
_YES = frozenset(str.split("да yes 1 true истина + x х v vip важный ключевой y д"))
_NO = frozenset(("", *str.split("нет no 0 false ложь - – — n н обычный")))
_ADDRESS = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[\w-]{2,}")
_BETWEEN = re.compile(r"[\s,;]+")
_WEIGHTS_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_WEIGHTS_11 = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_WEIGHTS_12 = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)


def read_customers(path: Path, free_mail: frozenset[str]) -> Customers:
    """The important customers: of a file with a column "важный" those marked, else all. Errors: SetupError with file and line."""
    table = read_table(path, COLUMNS, (("address", "domain", "inn"),))
    addresses: set[str] = set()
    domains: set[str] = set()
    numbers: set[str] = set()
    for row in table.rows:
        if _is_important(table, row):
            addresses |= _addresses(table, row)
            domains |= _domains(table, row, free_mail)
            numbers |= _inn(table, row)
    table.finish()
    return Customers(frozenset(addresses), frozenset(domains), frozenset(numbers))


def _is_important(table: ExportedTable, row: TableRow) -> bool:
    if "important" not in table.headings:
        return True
    said = row.cells["important"].casefold()
    if said not in _YES | _NO:
        table.fault(row.line, "important", f"{row.cells['important']!r} is neither yes nor no.", "Write да or нет.")
    return said in _YES


def _addresses(table: ExportedTable, row: TableRow) -> set[str]:
    written = [part.strip("<>") for part in _BETWEEN.split(row.cells["address"]) if part.strip("<>")]
    for part in written:
        if not _ADDRESS.fullmatch(part):
            table.fault(row.line, "address", f"{part!r} is no e-mail address.", "Write name@example.org; several with commas.")
    return {_with_ascii_domain(part) for part in written if _ADDRESS.fullmatch(part)}


def _with_ascii_domain(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}@{_ascii(domain)}".casefold()


def _domains(table: ExportedTable, row: TableRow, free_mail: frozenset[str]) -> set[str]:
    found = set()
    for part in filter(None, _BETWEEN.split(row.cells["domain"])):
        host = re.sub(r"^(?:https?://)?(?:www\.)?@?", "", part.casefold()).partition("/")[0]
        if not _DOMAIN.fullmatch(host):
            table.fault(row.line, "domain", f"{part!r} is no domain.", "Write example.org.")
        elif _ascii(host) in free_mail:
            table.fault(row.line, "domain", f"{host} is a free-mail domain: everybody there would be important.", "Write the address.")
        else:
            found.add(_ascii(host))
    return found


def _ascii(domain: str) -> str:
    """A Cyrillic domain as mails carry it."""
    try:
        return domain.casefold().encode("idna").decode() if not domain.isascii() else domain.casefold()
    except UnicodeError:
        return domain.casefold()


def _inn(table: ExportedTable, row: TableRow) -> set[str]:
    """ИНН alone or as ИНН/КПП. Excel takes a leading nought away: it is put back where the check digits then agree."""
    written = row.cells["inn"].partition("/")[0].replace(" ", "")
    if not written:
        return set()
    number = written.zfill(10 if len(written) <= 10 else 12) if written.isdecimal() and len(written) in (9, 11) else written
    if not is_inn(number):
        mend = "An ИНН has 10 or 12 digits; in Excel give the column the format Text."
        table.fault(row.line, "inn", f"{row.cells['inn']!r} is no ИНН (its check digits do not agree).", mend)
        return set()
    return {number}


def is_inn(number: str) -> bool:
    """10 or 12 digits whose check digits agree (domain.md 4.3)."""
    if not number.isascii() or not number.isdecimal() or len(number) not in (10, 12):
        return False
    if len(number) == 10:
        return _check(number, _WEIGHTS_10) == int(number[9])
    return _check(number, _WEIGHTS_11) == int(number[10]) and _check(number, _WEIGHTS_12) == int(number[11])


def _check(number: str, weights: tuple[int, ...]) -> int:
    return sum(weight * int(digit) for weight, digit in zip(weights, number, strict=False)) % 11 % 10
