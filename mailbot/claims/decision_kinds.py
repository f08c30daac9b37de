"""What can be decided on a demand and at whose cost, in the words our people write. Pure."""

from __future__ import annotations

import re


def table(rows: dict[str, str]) -> dict[str, str]:
    """By every form, what it stands for."""
    return {form.replace("_", " "): name for name, forms in rows.items() for form in forms.split()}


RESOLUTIONS = table({
    "explanation": "explanation explain разъяснение пояснение объяснение",
    "repair": "repair ремонт",
    "replacement": "replacement replace замена заменить обмен",
    "refund": "refund money возврат возврат_денег возврат_средств вернуть_деньги",
    "topup": "topup top-up completion допоставка доукомплектование допоставить",
    "markdown": "markdown discount уценка скидка соразмерное_уменьшение",
    "compensation": "compensation reimbursement возмещение возмещение_расходов компенсация",
    "documents": "documents документы",
    "pickup": "pickup collection вывоз вывоз_товара",
    "refusal": "refusal refuse отказ отказать",
    "paid_repair": "paid_repair paid-repair платный_ремонт",
})  # fmt: skip
BEARERS = table({
    "ours": "ours our us наш наша нас нашей_компании",
    "customer": "customer the_customer клиента покупателя клиент",
    "carrier": "carrier the_carrier перевозчика перевозчик",
    "supplier": "supplier the_supplier поставщика поставщик",
    "disputed": "disputed спорно спор",
})  # fmt: skip
MONEY = frozenset({"refund", "markdown", "compensation"})
AS_DEMANDED = {
    "replace": "replacement", "refund": "refund", "repair": "repair", "price_reduction": "markdown", "completion": "topup",
    "documents": "documents", "compensation": "compensation", "pickup": "pickup",
}  # fmt: skip
_EXECUTED = ("replacement", "refund", "repair", "topup", "markdown", "compensation", "pickup", "documents")

_BEARER = re.compile(
    r"[,;]?\s*\b(?:за (?:счет (?P<whose>клиента|покупателя|перевозчика|поставщика|компании)|(?P<our>наш) счет|(?P<open>спорно))"
    r"|at (?P<en>our|the customer'?s?|the carrier'?s?|the supplier'?s?) (?:cost|expense)|(?P<en_open>cost disputed))(?!\w)",
    re.IGNORECASE,
)


def prevails(kinds: tuple[str, ...]) -> str:
    """What the whole answer counts as: what is to be carried out, else a refusal, else an explanation."""
    return next((one for one in (*_EXECUTED, "refusal") if one in kinds), kinds[0] if kinds else "")


def cut_bearer(text: str, folded: str) -> tuple[str, str, str]:
    """At whose cost, and the text (with its folded twin of the same length) without these words."""
    match = _BEARER.search(folded)
    if match is None:
        return "", text, folded
    said = match["whose"] or match["our"] or match["open"] or match["en"] or match["en_open"]
    word = said.removeprefix("the ").split("'")[0].rstrip("s") if match["en"] and said != "our" else said
    bearer = BEARERS.get({"компании": "наш", "cost disputed": "disputed"}.get(word, word), "")
    return bearer, text[: match.start()] + text[match.end() :], folded[: match.start()] + folded[match.end() :]
