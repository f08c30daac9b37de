"""What a customer can demand and who she is, as our people write it («!требования замена, возврат денег») and as we say it. Pure."""

from __future__ import annotations

import re

from mailbot.claims.decision_kinds import table

DEMANDS = {
    "ru": {
        "replace": "замена", "refund": "возврат денег", "repair": "ремонт", "price_reduction": "снижение цены", "completion": "допоставка",
        "documents": "документы", "compensation": "возмещение расходов", "inspection": "осмотр", "pickup": "вывоз товара",
        "decision": "решение по претензии", "answer": "ответ",
    },
    "en": {
        "replace": "replacement", "refund": "refund", "repair": "repair", "price_reduction": "price reduction", "completion": "completion",
        "documents": "documents", "compensation": "compensation", "inspection": "inspection", "pickup": "collection of the goods",
        "decision": "a decision", "answer": "an answer",
    },
}  # fmt: skip
CUSTOMERS = {
    "ru": {"yes": "потребитель", "no": "организация или предприниматель", "unknown": "неизвестно, потребитель или организация"},
    "en": {"yes": "a consumer", "no": "a business", "unknown": "not known whether a consumer or a business"},
}
CONSUMER = table({
    "yes": "yes consumer a_consumer private private_person да потребитель физлицо физическое_лицо частное_лицо гражданин гражданка",
    "no": "no business a_business company firm нет юрлицо юридическое_лицо организация компания фирма ип предприниматель",
    "unknown": "unknown not_known неизвестно неясно",
})  # fmt: skip
_REMEDIES = table({
    "replace": "replace replacement exchange замена замену заменить обмен обменять",
    "refund": "refund money money_back возврат возврат_денег возврат_средств возврат_оплаты вернуть_деньги деньги",
    "repair": "repair ремонт отремонтировать починить устранение_недостатков",
    "price_reduction": "price_reduction discount markdown снижение_цены снизить_цену уменьшение_цены уценка уценку скидка",
    "completion": "completion topup top-up допоставка допоставку допоставить доукомплектование доукомплектовать",
    "documents": "documents papers документы документов",
    "compensation": "compensation reimbursement возмещение возмещение_расходов возместить_расходы компенсация возмещение_убытков",
    "inspection": "inspection осмотр экспертиза экспертизу",
    "pickup": "pickup pick-up collection collection_of_the_goods вывоз вывоз_товара вывезти вывезти_товар",
    "decision": "decision a_decision решение решение_по_претензии",
    "answer": "answer an_answer ответ",
})  # fmt: skip
_NOTHING = frozenset({"none", "nothing", "no", "нет", "ничего"})
_BETWEEN = re.compile(r"[,;+]|\s(?:и|and)\s")
_NUMBERED = re.compile(r"\d{1,2}\s?[.:)]")


def demands_named(text: str) -> tuple[tuple[str, ...], str]:
    """The demands of a list in their order, none for «нет»; and the first words of it that name no demand, "" where all do."""
    if _plain(text) in _NOTHING:
        return (), ""
    found: list[str] = []
    for part in _BETWEEN.split(text):
        said = _plain(_NUMBERED.sub("", part, count=1))
        if said and said not in _REMEDIES:
            return (), part.strip()
        found += [_REMEDIES[said]] if said else []
    return tuple(dict.fromkeys(found)), "" if found else text.strip()


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").replace("_", " ").strip(" .!?\t").split())
