"""Our own claim on a carrier or supplier: on whom it can be, what can become of it, and the line that it must not expire. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mailbot.claims.day_words import whole_day

ON_WHOM = ("carrier", "road", "rail", "forwarder", "cmr", "air", "sea", "cim", "supplier")
MADE = ("filed", "notice", "answered")
_SHOWN = 20
_WORDS = {
    "carrier": "carrier перевозчик перевозчику перевозчика", "road": "road автоперевозчик автоперевозчику", "rail": "rail жд ржд",
    "forwarder": "forwarder экспедитор экспедитору", "cmr": "cmr кдпг", "air": "air авиа авиаперевозчик авиаперевозчику",
    "sea": "sea море морской", "cim": "cim смгс", "supplier": "supplier поставщик поставщику поставщика",
    "filed": "filed предъявлена предъявлено предъявили отправлена", "notice": "notice уведомление извещение уведомлены",
    "answered": "answered ответ ответили отвечено",
}  # fmt: skip
WORDS = {form: name for name, forms in _WORDS.items() for form in forms.split()}
_FIELD = re.compile(r"\s*(?P<name>кому|to|документ|document|сумма|amount|доставлено|delivered)\s*[:：]\s*(?P<said>.+)", re.IGNORECASE)
_FIELDS = {
    "кому": "counterparty", "to": "counterparty", "документ": "document", "document": "document", "сумма": "amount", "amount": "amount",
    "доставлено": "delivered", "delivered": "delivered",
}  # fmt: skip
_LINES = {
    "ru": ("Пора предъявить нашу претензию перевозчику или поставщику: {}. Проект есть в письме о деле.", "до", "и ещё"),
    "en": ("It is time to make our own claim against carrier or supplier: {}. The letter about the case has a draft.", "by", "and more:"),
}


@dataclass(frozen=True, slots=True)
class OwnClaim:
    """A claim of ours that has begun to run: on whom, and the last day."""

    case_id: int
    opening: int
    against: str  # carrier | supplier
    last_on: date

    @property
    def key(self) -> str:
        return f"regress:{self.case_id}:{self.opening}:{self.against}"


def own_claim_notes(last_days: Mapping[str, date], language: str) -> tuple[str, ...]:
    """One line below a digest about claims of ours that expire soon, by case number; none where there are none."""
    if not last_days:
        return ()
    line, by, more = _LINES["ru" if language == "ru" else "en"]
    named = [f"{number} ({by} {whole_day(on, language)})" for number, on in last_days.items()]
    rest = [f"{more} {len(named) - _SHOWN}"] if len(named) > _SHOWN else []
    return (line.format(", ".join(named[:_SHOWN] + rest)),)


def read_own_claim(text: str) -> tuple[str, dict[str, str]]:
    """On whom, or what became of it («перевозчику», «предъявлена»), "" where that is not said; and the lines that complete its draft."""
    first, _, below = text.strip().partition("\n")
    words = first.casefold().replace("ё", "е").strip(" .,;:!").split()
    found = next((WORDS[word] for word in words[:3] if word in WORDS), "")
    lines = (match for line in below.splitlines() if (match := _FIELD.match(line)) is not None)
    return found, {_FIELDS[match["name"].casefold()]: match["said"].strip() for match in lines}
