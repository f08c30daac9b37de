"""Numbers that explain each other without a word of a role: agreement, equality, sums, kinds of one whole, one more of the same."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from mailbot.classify.faulty import is_asked
from mailbot.classify.lemmas import LATIN, NOUN
from mailbot.classify.sheet import Said, Sheet
from mailbot.classify.sides import same_sentence
from mailbot.classify.single_things import is_parallel
from mailbot.classify.told_roles import PARTS, are_listed, is_idle, on_one_line, words_between
from mailbot.classify.units import AGAINST, FAR, WRONG, Counted, is_inside

SUMS_WITHIN = 6  # quantities in which papers, receipt and shortage are told
_OPEN = frozenset(("unknown", "total"))
_SIDES = frozenset(("unknown", "total", "by_papers"))
_WEIGHS = {"t": ("kg", 1000.0), "g": ("kg", 0.001), "ml": ("l", 0.001)}
_LIKEWISE = frozenset(str.split("еще также тоже also another further"))
_FROM = frozenset(str.split("от from свыше минимум минимально"))
_LISTS_KINDS = re.compile(r"[:(–—-]")


def take_agreed(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "18 палет, по количеству сходится", "Quantity 400 litres is correct": what agrees with the papers came."""
    for said in sheet.of("role_agreed"):
        n = None if not said.weight or is_idle(said, sheet) else _nearest(said, counted, sheet)
        if n is not None and roles[n] in _OPEN and not is_asked(counted[n], sheet):
            roles[n] = "received"


def _nearest(said: Said, counted: Sequence[Counted], sheet: Sheet) -> int | None:
    """The last quantity before the word in its sentence, else the first one after."""
    sentence = sheet.words.sentences[said.hit.first]
    at = bisect_left(counted, said.hit.first, key=lambda one: one.number.first)
    for n in (at - 1, at):
        if (
            0 <= n < len(counted)
            and sheet.words.sentences[counted[n].number.first] == sentence
            and words_between(said, counted[n], sheet) <= FAR
        ):
            return n
    return None


def take_equal(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "6.4kg on your ticket, 6.4kg on mine": the same number twice in a sentence stands for both sides."""
    for n in range(1, len(counted)):
        one, other = counted[n - 1], counted[n]
        if one.number.value != other.number.value or one.unit != other.unit or not on_one_line(one, other, sheet):
            continue
        if not same_sentence(one, other, sheet):
            continue
        if roles[n - 1] in _SIDES and roles[n] in _SIDES:
            roles[n - 1], roles[n] = "by_papers", "received"
        elif roles[n - 1] == "received" and roles[n] in _OPEN:
            roles[n] = "by_papers"
        elif roles[n] == "received" and roles[n - 1] in _OPEN:  # "брали 320 мешков, приняли 320"
            roles[n - 1] = "by_papers"


def take_kinds(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "предусмотрено 90 стульев: 60 зелёных и 30 серых": the kinds of a whole, which add up to it, are told by what tells the whole."""
    for n, whole in enumerate(counted[:-2]):
        sentence = sheet.words.sentences[whole.last]
        parts: list[int] = []
        for at in range(n + 1, min(n + 1 + SUMS_WITHIN, len(counted))):
            one = counted[at]
            if sheet.words.sentences[one.number.first] != sentence or one.unit != whole.unit or roles[at] not in (roles[n], "unknown"):
                break
            parts.append(at)
            if sum(counted[part].number.value for part in parts) >= whole.number.value:
                break
        adds_up = len(parts) > 1 and sum(counted[part].number.value for part in parts) == whole.number.value
        if adds_up and roles[n] != "unknown" and _LISTS_KINDS.search(sheet.text, whole.end, counted[n + 1].number.start):
            for part in parts:
                roles[part] = roles[n]


def take_sums(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "В ТТН 21,4 т … чистого 20 860 кг. Пятьсот сорок килограммов испарились": papers = receipt + shortage tells the other two."""
    weighed = [_weighed(one) for one in counted]
    for n, (unit, whole) in enumerate(weighed):
        if roles[n] not in _SIDES:
            continue
        near = [at for at in range(max(0, n - SUMS_WITHIN), min(len(counted), n + SUMS_WITHIN + 1)) if at != n and weighed[at][0] == unit]
        for came in near:
            rest = round(whole - weighed[came][1], 3)
            short = next((at for at in near if at != came and weighed[at][1] == rest and not _is_other(counted[at], sheet)), None)
            if short is not None and _fits((n, came, short), roles, weighed):
                roles[n], roles[came], roles[short] = "by_papers", "received", "missing"
                break


def _fits(places: tuple[int, int, int], roles: Sequence[str], weighed: Sequence[tuple[str, float]]) -> bool:
    """Nothing is told against it, and papers or shortage is told for it; of what came and what lacks the lesser lacks."""
    papers, came, short = (roles[at] for at in places)
    told = papers == "by_papers" or short == "missing"
    arrived = ("received", "unknown", "total") if short == "missing" else ("received", "unknown")
    fits = papers in ("by_papers", "unknown", "total") and came in arrived and short in ("missing", "unknown")
    plain = short == "missing" or came == "received" or weighed[places[2]][1] < weighed[places[1]][1]
    return told and fits and plain and "unknown" in (papers, came, short, "unknown" if papers == "total" else "")


def _weighed(one: Counted) -> tuple[str, float]:
    unit, times = _WEIGHS.get(one.unit, (one.unit, 1.0))
    return unit, round(one.number.value * times, 3)


def take_listed(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "24 chairs and 6 tables (order 55-90331) were delivered": what stands in one list is told by one word."""
    for n in range(len(counted) - 2, -1, -1):
        one, other = counted[n], counted[n + 1]
        if roles[n] == "unknown" and roles[n + 1] in ("received", "by_papers") and are_listed(one, other, sheet):
            roles[n] = roles[n] if is_asked(one, sheet) else roles[n + 1]
    for n in range(1, len(counted)):  # "the docket has 48 bags of adhesive and 16 tubs"
        before, one = counted[n - 1], counted[n]
        goes_on = roles[n] == "unknown" and roles[n - 1] in ("received", "by_papers", "total") and not one.bare
        goes_on = goes_on and (_adds(one, sheet) or _is_next_in_list(before, one, sheet))
        if goes_on and are_listed(before, one, sheet) and same_sentence(before, one, sheet) and not is_asked(one, sheet):
            roles[n] = roles[n - 1]


def take_parallel(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "в первой 7 листов с отбитыми углами, во второй 12": the next of them is told by what the first was."""
    for n in range(1, len(counted)):
        one, before = counted[n], counted[n - 1]
        if roles[n] == "unknown" and one.bare and is_parallel(one.number, sheet) and same_sentence(before, one, sheet):
            roles[n] = roles[n - 1]


def take_likewise(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "7 штук нам вернули, ещё у пяти штук то же": one more number after a faulty one is faulty too."""
    words = sheet.words
    for n in range(1, len(counted)):
        one = counted[n]
        more = any(words.words[at].lower in _LIKEWISE for at in range(max(0, one.number.first - 2), one.number.first))
        follows = words.sentences[one.number.first] == words.sentences[counted[n - 1].last]
        if roles[n] == "unknown" and more and follows and roles[n - 1] in PARTS and one.unit == counted[n - 1].unit:
            roles[n] = roles[n - 1]
        elif more and follows and roles[n] in ("damaged", "defective") and roles[n - 1] == "unknown" and one.bare:
            roles[n - 1] = roles[n] if not is_asked(counted[n - 1], sheet) else "unknown"  # "три мешка окаменели, ещё два порваны"


def take_labels_behind(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "60 posts ordered 52 dropped": each number is told by the word behind it, where one stands behind the last too."""
    sides = {said.hit.first: said for said in sheet.family("role") if said.weight and said.group in _SIDE_WORDS}
    for n in range(1, len(counted)):
        one, other = counted[n - 1], counted[n]
        amid, behind = sides.get(one.last + 1), sides.get(other.last + 1)
        if amid is None or behind is None or amid.hit.last != other.number.first - 1 or one.number.first - 1 in sides:
            continue
        if sheet.words.clauses[one.last] == sheet.words.clauses[behind.hit.first] and amid.group != behind.group and one.unit == other.unit:
            roles[n - 1], roles[n] = amid.group.removeprefix("role_"), behind.group.removeprefix("role_")


_SIDE_WORDS = frozenset(("role_by_papers", "role_received"))


def take_handed_over(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "водитель сдал 7 мест, по ТТН 8": of two that the papers should say, the one behind «по» is theirs, the other came."""
    words = sheet.words
    for n in range(1, len(counted)):
        one, other = counted[n - 1], counted[n]
        both = roles[n - 1] == roles[n] == "by_papers" and one.unit == other.unit and one.number.value != other.number.value
        if not both or not other.bare or not same_sentence(one, other, sheet):
            continue
        paper = any(words.words[at].lower in ("по", "в", "per", "on") for at in range(one.last + 1, other.number.first))
        verb = one.number.first > 0 and words.words[one.number.first - 1]
        if paper and verb and verb.lower.startswith(("сдал", "переда", "отдал", "выдал", "handed", "gave", "left")):
            roles[n - 1] = "received"


def take_counted_faults(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "на двух поддонах бой, насчитали штук сто тридцать": what was counted is what is wrong."""
    words = sheet.words
    for n, one in enumerate(counted):
        at = one.number.first - 1
        if roles[n] != "received" or at < 1 or not words.words[at].lower.startswith(_COUNTED_UP):
            continue
        near = sheet.near(at, at, BEFORE_COUNTING, "role")
        said = [each for each in near if each.weight and each.group in WRONG and each.hit.last < at]
        same = [each for each in said if words.sentences[each.hit.last] == words.sentences[at] and at - each.hit.last <= BEFORE_COUNTING]
        if same:
            roles[n] = max(same, key=lambda each: each.hit.last).group.removeprefix("role_")


BEFORE_COUNTING = 2  # words
_COUNTED_UP = ("насчит", "посчит", "набрал", "вышл", "counted")


def take_same_thing(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "чашек 11 … в описании 12 чашек": where one side of some goods is told, another count of the same goods is the other side."""
    by_thing: dict[str, list[int]] = {}
    for n, one in enumerate(counted):
        thing = thing_of(one, sheet)
        if thing:
            by_thing.setdefault(thing, []).append(n)
    for places in by_thing.values():
        for n, other in pairwise(places):
            for at, told in ((n, other), (other, n)):
                side = _OTHER_SIDE.get(roles[told], "")
                if roles[at] in _OPEN and side and _may_differ(counted[at], counted[told], sheet) and not is_asked(counted[at], sheet):
                    roles[at] = side


_OTHER_SIDE = {"by_papers": "received", "received": "by_papers"}
SAME_WITHIN = 3  # sentences


def _may_differ(one: Counted, other: Counted, sheet: Sheet) -> bool:
    """Not the same count again nor a small part, and told soon after."""
    less, more = sorted((one.number.value, other.number.value))
    apart = abs(sheet.words.sentences[one.last] - sheet.words.sentences[other.last])
    return less != more < 2 * less and apart <= SAME_WITHIN and not is_inside(one.number, sheet)


def thing_of(one: Counted, sheet: Sheet) -> str:
    """The goods themselves by which pieces are counted ("11 чашек"), or "" where they are counted in a unit."""
    at = one.last if one.last > one.number.last else one.number.first
    word = sheet.words.words[at]
    named = one.unit == "pcs" and not one.bare and len(word.lower) > LONGEST_PIECE and not word.lower.startswith(_PIECES)
    return min(word.forms) if named and word.lower[:1].isalpha() else ""


LONGEST_PIECE = 3
_PIECES = ("шту", "един", "экзем", "колич", "кол-", "unit", "piece", "item", "qty", "quant", "each", "article")


def take_under_colon(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "Получили: молоко 12 бут. (заказ был на 15), сметана 8 вёдер, яйцо 2 короба": what stands before the colon tells of all behind."""
    words = sheet.words
    for said in sheet.family("role"):
        role = said.group.removeprefix("role_")
        if role not in ("received", "by_papers") or not said.weight or is_idle(said, sheet):
            continue
        colon = _COLON.match(sheet.text, words.ends[said.hit.last])
        if colon is None:
            continue
        first = bisect_left(counted, sheet.word_at(colon.end()), key=lambda one: one.number.first)
        for n in range(first, min(len(counted), first + MOST_LISTED)):
            one = counted[n]
            if words.sentences[one.number.first] != words.sentences[said.hit.last]:
                break
            if roles[n] == "unknown" and not one.bare and not is_inside(one.number, sheet) and not is_asked(one, sheet):
                roles[n] = role


MOST_LISTED = 40  # behind one colon
_COLON = re.compile(r"[^\n.:;!?]{0,25}:[ \u00a0]")


def take_asked_for(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "Где ещё 3 коробки?", "приехало 4, где пятая?", "where are the other two?": what is looked for has not come."""
    words = sheet.words
    for n, one in enumerate(counted):
        sentence = words.sentences[one.number.first]
        before = range(max(0, one.number.first - 4), one.number.first)
        asked = sentence in words.questions and any(words.words[at].lower in _WHERE and words.sentences[at] == sentence for at in before)
        if asked and roles[n] in ("unknown", "received", "total") and not is_inside(one.number, sheet):
            roles[n] = "missing"


_WHERE = frozenset(("где", "where"))


def take_resumed(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "I make it 45 bags, two of them split open, and 15 tubs": past what is wrong with a few the list goes on."""
    for n in range(2, len(counted)):
        one, part, whole = counted[n], counted[n - 1], counted[n - 2]
        goes_on = roles[n] == "unknown" and roles[n - 1] in PARTS and part.bare and not one.bare and _adds(one, sheet)
        if goes_on and roles[n - 2] in ("received", "by_papers") and same_sentence(whole, one, sheet) and whole.unit == part.unit:
            roles[n] = roles[n] if is_asked(one, sheet) else roles[n - 2]


def _is_next_in_list(before: Counted, one: Counted, sheet: Sheet) -> bool:
    """ "получили кабель 2 бухты, автоматы 40 шт, розетки 200 шт": a comma, and the next goods."""
    gap = sheet.text[before.end : one.number.start]
    return _NEXT_GOODS.fullmatch(gap) is not None


_NEXT_GOODS = re.compile(
    r"[ \u00a0]*(?:по[ \u00a0]\d+[ \u00a0]\w+|\([^)\n]{1,20}\))?,[ \u00a0](?:[^\W_][\w/-]*[ \u00a0]){0,3}(?:[–—-][ \u00a0])?"
)


def take_together(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "в 4 коробках бутылки разбиты, всего 9 бутылок", "то есть 11 пачек, это 275 роз": the same fault, counted otherwise."""
    for n in range(1, len(counted)):
        one, before = counted[n], counted[n - 1]
        if roles[n] not in ("unknown", "total") or roles[n - 1] not in ("damaged", "defective", "missing"):
            continue
        gap = sheet.small[before.end : one.number.start]
        if same_sentence(before, one, sheet) and len(gap) <= TOGETHER_WITHIN and _TOGETHER.search(gap) and not is_asked(one, sheet):
            roles[n] = roles[n - 1]


TOGETHER_WITHIN = 60  # signs
_TOGETHER = re.compile(
    r"(?:[,(–—:-]|\bи) ?(?:all )?(?:всего|вместе|итого|то есть|т\. ?е\.|это|в сумме|together|in all|altogether|i\.e\.|that is) $"
)


def _adds(one: Counted, sheet: Sheet) -> bool:
    return one.number.first > 0 and sheet.words.words[one.number.first - 1].lower in ("и", "and")


def take_fewer(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "5 water butts: only 4 on the pallet": what is only so many came; the number before it was to come."""
    for n in range(1, len(counted)):
        one, before = counted[n], counted[n - 1]
        only = one.number.first > 0 and sheet.words.words[one.number.first - 1].lower in _ONLY
        if not only or roles[n] != "unknown" or one.unit != before.unit or not on_one_line(before, one, sheet):
            continue
        if one.number.value < before.number.value and roles[n - 1] in _SIDES:
            roles[n - 1], roles[n] = "by_papers", "received"


_ONLY = frozenset(str.split("only just лишь только всего их"))


def leave_rest(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "остальные 37 опечатали", "на складе осталось 22 кг": what is left over is neither what came nor what is wrong."""
    words = sheet.words.words
    for n, one in enumerate(counted):
        before = range(max(0, one.number.first - 3), one.number.first)
        close = _is_other(one, sheet)
        left = close or any(words[at].lower.startswith(_LEFT) and _same_clause(at, one, sheet) for at in before)
        if close and roles[n] == "missing" and not is_asked(one, sheet) and not _lacks(one, sheet):
            roles[n] = "unknown"
        if left and roles[n] in (("received", "damaged", "defective") if close else ("received",)):
            roles[n] = "unknown"


def _is_other(one: Counted, sheet: Sheet) -> bool:
    """ "остальные 17 пачек", "на других четырёх", "the remaining 37 sacks"."""
    return one.number.first > 0 and sheet.words.words[one.number.first - 1].lower.startswith(_OTHERS)


_OTHERS = ("остальн", "прочи", "други", "remaining", "other", "balance")


def leave_sound(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "два мешка ушли нормально", "five cartons are fine": no fault is theirs unless a word in their own clause tells it."""
    words = sheet.words
    for said in sheet.of("sound"):
        n = bisect_left(counted, said.hit.first, key=lambda one: one.number.first) - 1
        after = counted[n + 1] if n + 1 < len(counted) and roles[n + 1] in ("damaged", "defective") else None
        if said.weight and after is not None and _is_left_sound(said, after, sheet):
            roles[n + 1] = "unknown"
        if n < 0 or not said.weight or roles[n] not in ("damaged", "defective"):
            continue
        one, clause = counted[n], words.clauses[said.hit.first]
        if words.clauses[one.last] != clause or said.hit.first - one.last > SOUND_WITHIN or _names_goods_behind(said, sheet):
            continue
        told = sheet.near(one.number.first, said.hit.last, SOUND_WITHIN, "role")
        if not any(other.weight and other.group in WRONG and words.clauses[other.hit.first] == clause for other in told):
            roles[n] = "unknown"


SOUND_WITHIN = 4  # words


def _is_left_sound(said: Said, one: Counted, sheet: Sheet) -> bool:
    """ "сухих осталось 9"."""
    at = one.number.first - 1
    return one.bare and said.hit.last == at - 1 and sheet.words.words[at].lower.startswith(_LEFT)


def _names_goods_behind(said: Said, sheet: Sheet) -> bool:
    """ "40 sacks fine flour"."""
    at = said.hit.last + 1
    if at >= len(sheet.words) or sheet.text[sheet.words.ends[at - 1] : sheet.words.starts[at]].strip(" \u00a0"):
        return False
    word = sheet.words.words[at]
    return bool(word.flags & NOUN) or (bool(word.flags & LATIN) and said.hit.first == said.hit.last and len(word.lower) > 4)


def _lacks(one: Counted, sheet: Sheet) -> bool:
    """Another word than "remaining" itself tells that it is missing: "the remaining 3 never came"."""
    sentence = sheet.words.sentences[one.number.first]
    said = sheet.near(one.number.first, one.last, FAR, "role")
    return any(
        other.weight
        and other.group == "role_missing"
        and sheet.words.sentences[other.hit.first] == sentence
        and not one.number.first - 3 < other.hit.first < one.number.first
        for other in said
    )


_LEFT = ("остал", "остат", "remain", "left", "still")


def _same_clause(at: int, one: Counted, sheet: Sheet) -> bool:
    return sheet.words.clauses[at] == sheet.words.clauses[one.number.first]


def take_verb_before(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "приняли бумагу мелованную 115 г/м2, формат 64х90, шесть поддонов": the verb of the sentence, however far."""
    for n, one in enumerate(counted):
        if roles[n] != "unknown" or one.bare or is_inside(one.number, sheet):
            continue
        sentence = sheet.words.sentences[one.number.first]
        floor = counted[n - 1].last if n else -1
        said = [
            said
            for said in sheet.near(one.number.first, one.number.first, FARTHEST_VERB, "role")
            if floor < said.hit.first
            and said.hit.last < one.number.first
            and sheet.words.sentences[said.hit.first] == sentence
            and said.weight
        ]
        last = max(said, key=lambda said: said.hit.last, default=None)
        against = last is not None and not sheet.words.words[last.hit.last].forms.isdisjoint(AGAINST)
        if last is not None and not against and last.group in ("role_received", "role_by_papers") and not is_idle(last, sheet):
            roles[n] = last.group.removeprefix("role_")


FARTHEST_VERB = 30  # words


def leave_conditions(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "при заказе от 200 штук": a threshold was neither ordered nor received."""
    for n, one in enumerate(counted):
        before = sheet.words.words[one.number.first - 1].lower if one.number.first else ""
        if before in _FROM and roles[n] in ("by_papers", "received", "total"):
            roles[n] = "unknown"
