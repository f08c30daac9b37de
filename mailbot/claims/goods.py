"""Our goods as the catalogue file knows them: article, name, warranty; and the items sold, by serial number. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

_LOOK_ALIKE = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")
_SEPARATORS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Goods:
    """One article. `months` of warranty; None where the file does not say."""

    article: str
    name: str
    months: int | None


@dataclass(frozen=True, slots=True)
class SoldItem:
    """One item sold, or several where `serial` is "". `basis` is what `sold_on` is the day of: sale | shipment | commissioning."""

    serial: str
    goods: Goods
    sold_on: date | None = None
    basis: str = "sale"
    sold_to: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything under its folded key (`code_key`, `name_key`). A name that two articles with different terms share is left out."""

    articles: Mapping[str, Goods] = field(default_factory=dict)
    names: Mapping[tuple[str, ...], Goods] = field(default_factory=dict)
    sold: Mapping[str, SoldItem] = field(default_factory=dict)
    sales: Mapping[tuple[str, str], tuple[SoldItem, ...]] = field(default_factory=dict)  # by article and the ИНН in `sold_to`

    def __bool__(self) -> bool:
        return bool(self.articles or self.names or self.sold)


def code_key(code: str) -> str:
    """A serial number or article for comparing: capitals, look-alike Cyrillic letters Latin, no blanks or dashes; 0 and O stay apart."""
    return _SEPARATORS.sub("", code.upper().translate(_LOOK_ALIKE))


def name_key(name: str) -> tuple[str, ...]:
    """The words of a name for comparing."""
    return tuple(_SEPARATORS.sub(" ", name.casefold().replace("ё", "е")).split())
