"""What is wrong with counted goods where no word of a role stands by: faults of the categories, failures, demands, the sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mailbot.classify.lemmas import ADJECTIVE, CYRILLIC, NOUN, VERB
from mailbot.classify.phrases import is_number
from mailbot.classify.sheet import Said, Sheet
from mailbot.classify.sides import same_sentence
from mailbot.classify.told_roles import FAULT_WITHIN, PARTS, counted_beside, is_idle
from mailbot.classify.units import FAULTS, MEASURES, OUT_OF, WRONG, Counted, Units, follows_out_of, is_inside


def take_faults(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """Where no word of a role stands by, a fault of a category does: "у 12 шт зазор выше нормы"."""
    for said in sheet.family("fault"):
        n = None if is_idle(said, sheet) else counted_beside(said, counted, sheet)
        if n is not None and roles[n] == "unknown":
            roles[n] = FAULTS[said.group]


def take_lacking(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "40 sets, ten of them without cables", "ещё пять без крышек": a part counted by what it lacks is faulty."""
    words = sheet.words
    for n, one in enumerate(counted):
        at = one.last + 1
        at += 2 * ([word.lower for word in words.words[at : at + 2]] in _OF_THEM)
        if roles[n] != "unknown" or at + 1 >= len(words):
            continue
        beyond = counted[n + 1] if n + 1 < len(counted) else None
        if words.words[at].lower in ("с", "со", "with") and beyond is not None and _goes_on_faulty(one, beyond, roles[n + 1], sheet):
            roles[n] = "defective"  # "одиннадцать штук с синевой, две лопнули"
        if words.words[at].lower not in ("без", "without"):
            continue
        whole = n > 0 and counted[n - 1].unit == one.unit and words.sentences[counted[n - 1].last] == words.sentences[one.number.first]
        if whole and not any(word.lower.startswith(_NO_LACK) for word in words.words[at + 1 : at + 3]):
            roles[n] = "defective"


def _goes_on_faulty(one: Counted, beyond: Counted, role: str, sheet: Sheet) -> bool:
    return role in ("damaged", "defective") and beyond.bare and beyond.unit == one.unit and same_sentence(one, beyond, sheet)


_OF_THEM = (["of", "them"], ["of", "these"], ["of", "those"], ["из", "них"])
_NO_LACK = tuple(
    str.split(
        "замечан поврежд претенз вопрос проблем дефект брак боя бой царап скол трещин вмятин следов ндс учет учёт изменен "
        "damage defect problem issue remark fault vat comment scratch trouble any"
    )
)


def leave_demanded(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "оформите возврат 5 упаковок и допоставьте недостающие": what is asked for tells nothing of what came or broke."""
    for n, one in enumerate(counted):
        beside = sheet.near(one.number.first, one.number.first, 3, "remedy")
        asked = [said for said in beside if said.weight and said.group in _ASKED_BACK]
        clause = sheet.words.clauses[one.number.first]
        before = (said.hit.last for said in asked if sheet.words.clauses[said.hit.last] == clause)
        if roles[n] != "unknown" and _is_paid_for(one, sheet):
            roles[n] = "unknown"
        if roles[n] != "unknown" and any(0 < one.number.first - last <= 3 and not _told_between(last, one, sheet) for last in before):
            roles[n] = "unknown"


def _is_paid_for(one: Counted, sheet: Sheet) -> bool:
    """ "вернуть 4500 рублей за 2 лампы": what a sum is for."""
    at = one.number.first - 1
    if at < 1 or sheet.words.words[at].lower not in ("за", "for"):
        return False
    end = sheet.words.ends[at - 1]
    return not sheet.free(end - 1, end)


_ASKED_BACK = frozenset(("remedy_refund", "remedy_replace", "remedy_pickup", "remedy_price_reduction"))


def _told_between(at: int, one: Counted, sheet: Sheet) -> bool:
    """ "замените две разбитые": told beside the number itself."""
    return any(
        said.weight and at <= said.hit.last and said.hit.first <= one.last + 1 and _is_wrong(said, at)
        for said in sheet.near(at, one.last, 1, "role")
    )


def _is_wrong(said: Said, at: int) -> bool:
    """Beside the number, or in the very words that ask ("под списание семьдесят пачек")."""
    return said.hit.first > at or said.group in WRONG


def take_failing(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "на двух креслах не фиксируется спинка", "14 без гаек", "на двух шинах … отслоился протектор"."""
    words = sheet.words
    alone = Counter(words.sentences[one.number.first] for one in counted)
    faults: dict[int, str] = {}
    for said in sheet.family("fault"):
        if said.weight:
            faults.setdefault(words.sentences[said.hit.first], FAULTS[said.group])
    for n, one in enumerate(counted):
        after = one.last + 1
        behind = words.words[after].lower if after < len(words) else ""
        if (
            one.bare
            and behind == "не"
            and not follows_out_of(one.number, sheet)
            and roles[n] in ("unknown", "received", "total")
            and _does_not(after, sheet)
        ):
            roles[n] = "defective"
        past = after + 2 if _is_between_numbers(after, sheet) else after  # "три из сорока с вздутием"
        lacking = one.bare and past < len(words) and words.words[past].lower in _HAVING[past > after]
        if lacking and roles[n] in ("unknown", "total"):
            roles[n] = "defective"
        if roles[n] != "unknown":
            continue
        if _is_of_some(one, sheet):
            roles[n] = "defective"
            continue
        inside = is_inside(one.number, sheet)
        if inside and _does_not(after, sheet):
            roles[n] = "defective"
        elif inside and alone[words.sentences[one.number.first]] == 1:
            roles[n] = faults.get(words.sentences[one.number.first], "unknown")


def take_faulty_within(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "взяли 4 шины, на двух грыжи": what is told of a few after their whole is what is wrong with them."""
    for n in range(1, len(counted)):
        one, whole = counted[n], counted[n - 1]
        inside = is_inside(one.number, sheet)
        follows = (
            one.bare and (inside or follows_out_of(whole.number, sheet)) and same_sentence(whole, one, sheet) and whole.unit == one.unit
        )
        if follows and roles[n] == "unknown" and roles[n - 1] in _WHOLE and whole.number.value > one.number.value:
            roles[n] = sheet.blamed.get(sheet.words.sentences[one.number.first], "defective")


_WHOLE = frozenset(("received", "total", "by_papers"))


def take_blamed(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """What the model of sentences finds wrong is wrong with the one quantity of the sentence that tells nothing else, or the least."""
    open_: dict[int, int] = {}
    for n, one in enumerate(counted):
        sentence = sheet.words.sentences[one.number.first]
        if roles[n] != "unknown" or sentence not in sheet.blamed or is_asked(one, sheet) or one.unit in MEASURES:
            continue
        held = open_.get(sentence, n)
        open_[sentence] = min(held, n, key=lambda at: (counted[at].number.value, at))
    told = {sheet.words.sentences[one.number.first] for one, role in zip(counted, roles, strict=True) if role in PARTS}
    for sentence, n in open_.items():
        if sentence not in told and _says_something(sentence, sheet):
            roles[n] = sheet.blamed[sentence]


def _says_something(sentence: int, sheet: Sheet) -> bool:
    """Something happened, is so, or a fault is named: of "2 of 3 books in the parcel" the model can only guess."""
    places = sheet.words.of_sentence(sentence)
    words = [sheet.words.words[place] for place in places]
    if any(word.flags & (VERB | ADJECTIVE) or (not word.flags & CYRILLIC and word.lower.isalpha()) for word in words):
        return True
    return any(one.hit.first in places for one in sheet.family("fault"))


def is_asked(one: Counted, sheet: Sheet) -> bool:
    """ "нужны ещё 22 м2": what is wanted stands in the clause of a demand."""
    clause = sheet.words.clauses[one.number.first]
    return any(
        said.weight and sheet.words.clauses[said.hit.last] == clause for said in sheet.near(one.number.first, one.last, 6, "remedy", "ask")
    )


def _is_of_some(one: Counted, sheet: Sheet) -> bool:
    """ "у шести накладка отходит", "у четырёх стульев нет подпятников": what some of them do or lack, told of them by «у»."""
    words, at = sheet.words, one.last + 1
    if one.number.first == 0 or words.words[one.number.first - 1].lower != "у" or at + 1 >= len(words):
        return False
    if words.words[at].lower == "нет":
        return any(said.weight and said.hit.first == at for said in sheet.near(at, at, 0, "role"))
    return one.bare and bool(words.words[at].flags & NOUN and words.words[at + 1].flags & VERB)


_HAVING = (frozenset(("без", "without")), frozenset(("без", "without", "с", "со", "with")))


def _is_between_numbers(at: int, sheet: Sheet) -> bool:
    words = sheet.words.words
    return at + 1 < len(words) and not words[at].forms.isdisjoint(OUT_OF) and is_number(words[at + 1])


def _does_not(after: int, sheet: Sheet) -> bool:
    """ "не" with a verb within three words, in the same sentence."""
    words = sheet.words
    for at in range(after, min(after + 3, len(words) - 1)):
        if words.words[at].lower == "не" and words.words[at + 1].flags & VERB and words.sentences[at + 1] == words.sentences[after - 1]:
            return not words.words[at + 1].lower.startswith(_NOT_HERE)
    return False


_NOT_HERE = ("хват", "приш", "приех", "дош", "доех", "достав", "получ", "оказ", "привез", "довез", "нашл", "было")


def take_elliptic(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "На 5 паллетах стрейч порван. Ориентировочно 1 100 кг.": a sentence of hardly more than a number tells of the one before."""
    lengths = Counter(sheet.words.sentences)
    for n in range(1, len(counted)):
        sentence = sheet.words.sentences[counted[n].number.first]
        follows = sentence - sheet.words.sentences[counted[n - 1].last] == 1
        if roles[n] == "unknown" and follows and lengths[sentence] <= SHORT and roles[n - 1] in PARTS:
            roles[n] = roles[n - 1]


SHORT = 4  # words


def take_leaks(counted: Sequence[Counted], roles: list[str], sheet: Sheet, units: Units) -> None:
    """ "30 чайников … у шести течёт": a device that leaks is faulty; a bottle or drum, or any other goods that leak, came damaged."""
    words = sheet.words.words
    is_device = any(_names_one_of(units.devices, one, sheet) for one in counted)
    for n, one in enumerate(counted):
        if roles[n] != "damaged" or one.unit not in ("pcs", "set") or not is_device:
            continue
        sentence = sheet.words.sentences[one.number.first]
        said = [
            said
            for said in sheet.near(one.number.first, one.last, FAULT_WITHIN, "role")
            if said.group == "role_damaged" and sheet.words.sentences[said.hit.first] == sentence
        ]
        if said and all(not words[each.hit.first].forms.isdisjoint(units.leaks) for each in said):
            roles[n] = "defective"


def _names_one_of(names: frozenset[str], one: Counted, sheet: Sheet) -> bool:
    return not one.bare and not sheet.words.words[one.last].forms.isdisjoint(names)
