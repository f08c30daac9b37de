"""A claim heard by telephone or come on paper, as a colleague writes it down under `!new`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailbot.claims.message import Address
from mailbot.claims.senders import is_mailable

_FIELD = re.compile(
    r"\s*(?P<name>клиент|покупатель|customer|client|телефон|тел|phone|адрес|address|когда|получено|получена|when|received)\.?\s*[:：]\s*(?P<said>.*)",
    re.IGNORECASE,
)
_NAMES = {
    "клиент": "customer", "покупатель": "customer", "customer": "customer", "client": "customer",
    "телефон": "phone", "тел": "phone", "phone": "phone", "адрес": "place", "address": "place",
    "когда": "when", "получено": "when", "получена": "when", "when": "when", "received": "when",
}  # fmt: skip
_ADDRESS = re.compile(r"<?(?:mailto:)?([^\s<>()\[\],;:]+@[^\s<>()\[\],;:]+?)[>.]?(?=[\s,;)]|$)")
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard and from whom. `when` as it was written, "" for now; `wrong` an address that is none; `text` the claim itself."""

    text: str
    name: str = ""
    address: Address | None = None
    phone: str = ""
    place: str = ""
    when: str = ""
    wrong: str = ""


def read_heard(text: str) -> Heard:
    """Lines «клиент: …», «телефон: …», «когда: …» in any order; the rest is the claim, whose first line may be the date alone."""
    said: dict[str, str] = {}
    rest: list[str] = []
    for line in text.splitlines():
        match = _FIELD.match(line)
        name = _NAMES[match["name"].casefold()] if match is not None else ""
        if match is not None and name not in said:
            said[name] = match["said"].strip()
        else:
            rest.append(line)
    customer = said.get("customer", "")
    found = _ADDRESS.search(customer) or _ADDRESS.search(said.get("place", ""))
    address = Address("", found[1]) if found is not None else None
    wrong = (found[1] if found is not None else customer) if "@" in customer and not is_mailable(address) else ""
    name = _name(customer)
    place = "" if found is not None and found[1] in said.get("place", "") else said.get("place", "")
    return Heard("\n".join(rest).strip(), name, address if not wrong else None, said.get("phone", ""), place, said.get("when", ""), wrong)


def read_customer(line: str) -> tuple[str, Address | None]:
    """Name, "" where none is given, and address in one line: «Ольга Белова <olga@example.ru>». None where there is not just one."""
    line = line.replace("<mailto:", " <mailto:")  # a mail program that makes links writes the address twice
    found = {match[1].casefold(): match[1] for match in _ADDRESS.finditer(line)}
    return _name(line), Address("", next(iter(found.values()))) if len(found) == 1 else None


def _name(said: str) -> str:
    """What stands beside an address."""
    return " ".join(_ADDRESS.sub(" ", said).split()).strip(" ,;:<>()")[:_LONGEST_NAME]
