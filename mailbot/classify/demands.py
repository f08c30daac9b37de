"""What the customer wants and how pressing it is: remedies, safety, legal threat, urgency, private person or firm."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from mailbot.claims.message import IncomingMail
from mailbot.claims.understanding import Phrases
from mailbot.classify.claim import DOUBTED
from mailbot.classify.lemmas import LATIN, NOUN, VERB
from mailbot.classify.phrases import Hit
from mailbot.classify.sheet import Said, Sheet

ENOUGH = 3.0  # one plain phrase, or two that need each other
WEAK = 2.0  # one supporting phrase
MEANT = 0.5  # below it a phrase is denied or only supposed
SOON = 3  # calendar days within which a wanted answer makes a letter urgent (domain.md 4.3)
NO_CLAIM = 0.2  # claim_confidence below which a letter's questions are no demands
REMEDIES = str.split("replace refund repair price_reduction completion documents compensation inspection pickup decision answer")
SEND = "send"  # the group of what is asked to be sent, whatever it is
_PAST = ("л", "ла", "ло", "ли", "лся", "лась", "лось", "лись")
_FIRMS = frozenset(str.split("ООО ИП АО ПАО ЗАО ТД ТК ТЭК Ltd LLC GmbH Inc PLC"))


@dataclass(frozen=True, slots=True)
class Mood:
    """`others`: words of an advertiser, a robot or a counterparty; `asking`: hardly a claim; `idle`: asks for nothing."""

    others: bool = False
    asking: bool = False
    idle: bool = False


def mood_of(confidence: float, topic: str, phrases: Phrases, *, buying: bool = False) -> Mood:
    """`buying`: words that deny a claim, as before a purchase; with them whoever may be asking is taken to ask."""
    others = bool(phrases.advertising or phrases.counterparty or phrases.auto_reply) or (topic == "job" and confidence <= DOUBTED)
    asking = confidence < NO_CLAIM or (buying and confidence <= DOUBTED)
    return Mood(others, asking, asking and (topic == "thanks" or bool(phrases.advertising or phrases.auto_reply)))


def read_remedies(sheets: Sequence[Sheet], mood: Mood, *, is_short: bool = False) -> tuple[str, ...]:
    """What is asked for, in the order of behaviour.md 9. A remedy told of as refused or past ("не заменили") does not count.

    "Ждём ответа" closes nearly every letter: such weak words count only where nothing else is asked for. What is to be sent is what was
    missing (`is_short`), else a replacement.
    """
    if mood.others:
        return ()
    totals = dict.fromkeys((*REMEDIES, SEND), 0.0)
    for sheet in sheets:
        asks = {sheet.words.sentences[one.hit.first] for one in sheet.of("ask") if not _has_waited(one, sheet)}
        asks.update(_leaves_the_choice(sheet))
        for one in sheet.family("remedy"):
            asked = mood.asking and (one.weight < MEANT or sheet.words.sentences[one.hit.first] in sheet.words.questions)
            if _is_inside(one, sheet):
                continue
            if (one.weight and not asked and _is_meant(one, sheet, asks)) or (one.weight < MEANT and _is_condition(one, sheet)):
                totals[one.group.removeprefix("remedy_")] += one.hit.phrase.strength
    if totals[SEND] >= ENOUGH and not mood.asking and max(totals["replace"], totals["completion"]) < ENOUGH:
        totals["completion" if is_short else "replace"] = ENOUGH
    plain = tuple(remedy for remedy in REMEDIES if totals[remedy] >= ENOUGH)
    return plain or tuple(remedy for remedy in REMEDIES if totals[remedy] >= WEAK)


def _is_meant(one: Said, sheet: Sheet, asks: set[int]) -> bool:
    """Asked for, and neither told of, nor refused ("чинить не дам"), nor only threatened with, nor on whose account it shall be."""
    sentence = sheet.words.sentences[one.hit.first]
    if _is_told(one, sheet) or _do_others(one, sheet) or _is_refused(one, sheet) or _is_promised(one, sheet):
        return False
    if one.group == "remedy_compensation" and (_is_account(one, sheet) or _is_threat(one, sheet)):
        return False
    return sentence in asks or _is_request(one, sheet)


def _has_waited(one: Said, sheet: Sheet) -> bool:
    return sheet.words.words[one.hit.last].lower in _WAITED


_WAITED = frozenset(str.split("ждал ждала ждали прождал прождала прождали"))


def _leaves_the_choice(sheet: Sheet) -> Iterator[int]:
    """Sentences of "либо … либо", "или … или", "either … or": each side is asked for, whatever its build ("or the money by Friday")."""
    told: dict[int, list[str]] = {}
    for word, sentence in zip(sheet.words.words, sheet.words.sentences, strict=True):
        if word.lower in _CHOOSING:
            told.setdefault(sentence, []).append(word.lower)
    for sentence, words in told.items():
        if words.count("либо") > 1 or words.count("или") > 1 or ("either" in words and "or" in words[words.index("either") :]):
            yield sentence


_CHOOSING = frozenset(str.split("либо или either or"))


def _is_inside(one: Said, sheet: Sheet) -> bool:
    """ "накладную на возврат": part of a longer phrase that asks for something else."""
    first, last = one.hit.first, one.hit.last
    return any(
        other.group != one.group and other.hit.first <= first and last <= other.hit.last and other.hit.last - other.hit.first > last - first
        for other in sheet.near(first, last, 0, "remedy")
        if other.weight and "..." not in other.hit.phrase.text
    )


def _is_condition(one: Said, sheet: Sheet) -> bool:
    """ "если не вернёте деньги …", "unless you refund …": what is threatened with is the refusal, so it is asked for."""
    words, clause = sheet.words, sheet.words.clauses[one.hit.first]
    before: list[str] = []
    at = one.hit.first - 1
    while at >= 0 and words.clauses[at] == clause and len(before) < CONDITION:
        before.insert(0, words.words[at].lower)
        at -= 1
    told = " ".join(before)
    doing = [words.words[place].lower for place in range(one.hit.first, one.hit.last + 1)]
    if "если не" in told or told.endswith("если"):
        return any(word.endswith(_YOU_DO) for word in doing)
    return "unless you" in told or bool(_IF_NOT.search(told))


CONDITION = 8  # words
_YOU_DO = ("те", "тесь", "ут", "ят", "ишь", "ешь")
_IF_NOT = re.compile(r"if (?:you|i|we)(?: still)? (?:do not|don't|dont|do n't|cannot|can't|fail to)|if .{0,30}(?:is|are) not$")


def _is_refused(one: Said, sheet: Sheet) -> bool:
    """ "чинить не дам", "ремонт за мой счёт не предлагайте", "мне не нужны скидки": a denial right behind, of the offer, or of the wish."""
    after = one.hit.last + 1
    words = sheet.words
    clause = words.clauses[one.hit.last]
    before = range(max(0, one.hit.first - REFUSED_WITHIN), one.hit.first)
    if _UNWANTED.search(" ".join(words.words[at].lower for at in before if words.clauses[at] == words.clauses[one.hit.first])):
        return True
    if any(words.words[at].lower == "не" and words.words[at + 1].lower.endswith(("ть", "ти")) for at in _soon(one, sheet)):
        return True  # "просим неустойку за просрочку не начислять"
    for at in range(after, min(after + REFUSED_WITHIN, len(words) - 1)):
        if words.clauses[at + 1] == clause and words.words[at].lower == "не" and words.words[at + 1].lower.startswith(_OFFERS):
            return True
    if after >= len(words) or words.words[after].lower not in ("не", "нет") or words.clauses[after] != words.clauses[one.hit.last]:
        return False
    return after + 1 >= len(words) or words.words[after + 1].lower not in _BOUNDS  # "ждём инженера не позднее 12 октября"


def _soon(one: Said, sheet: Sheet) -> Iterator[int]:
    """The words close behind in its clause, the last one of the clause left out."""
    words, clause = sheet.words, sheet.words.clauses[one.hit.last]
    last = min(one.hit.last + 1 + DENIED_WITHIN, len(words) - 1)
    yield from (at for at in range(one.hit.last + 1, last) if words.clauses[at + 1] == clause)


DENIED_WITHIN = 4  # words
REFUSED_WITHIN = 6  # words
_UNWANTED = re.compile(
    r"\bне (?:нужн|надо|интерес|прошу|просим|треб|хочу|хотим|претенд|ищ|жд[уе])\w*\b|\bнельзя\b|\bнезачем\b"
    r"|\b(?:not|n't) (?:interested in|after|asking|looking for|want|need)\b|\bdon't (?:want|need)\b|\bdont (?:want|need)\b|\bno need\b"
)
_OFFERS = ("предлаг", "надо", "нужн", "нужен", "интерес", "устро", "устра", "хоч", "хотим", "прош", "просим", "треб", "рассматр", "соглас")
_BOUNDS = frozenset(str.split("позднее позже более менее только хуже раньше"))


def _is_promised(one: Said, sheet: Sheet) -> bool:
    """ "заменим со следующей отгрузкой", "возвращаю всё и забираю деньги": who says so does it himself."""
    if one.group == "remedy_pickup" and sheet.words.words[one.hit.last].lower in _I_TAKE:
        return True
    if one.group not in _NOT_BY_THE_CUSTOMER:
        return False
    spoken = (sheet.words.words[at] for at in range(one.hit.first, one.hit.last + 1))
    doing = (word for word in spoken if word.flags & VERB and not word.flags & NOUN and word.forms.isdisjoint(_WISHING))
    return any(word.lower.endswith(_WE_DO) for word in doing)


_NOT_BY_THE_CUSTOMER = frozenset(str.split("remedy_replace remedy_repair remedy_completion remedy_answer"))
_WISHING = frozenset(str.split("ждать просить хотеть требовать надеяться рассчитывать"))
_I_TAKE = frozenset(str.split("забираю забираем заберу заберём заберем увезу увезём увезем"))
_WE_DO = ("им", "ем", "ую", "чу", "жу", "шлю", "лю")


def _is_account(one: Said, sheet: Sheet) -> bool:
    """ "вывоз за ваш счёт", "collection at your cost": whose account the other demand is on."""
    if not sheet.text[sheet.words.starts[one.hit.first] :].lower().startswith(("за ваш", "at your")):
        return False
    sentence = sheet.words.sentences[one.hit.first]
    others = (other for other in sheet.family("remedy") if other.group != one.group and other.weight)
    return any(sheet.words.sentences[other.hit.first] == sentence for other in others)


def _is_threat(one: Said, sheet: Sheet) -> bool:
    sentence = sheet.words.sentences[one.hit.first]
    return any(sheet.words.sentences[other.hit.first] == sentence and other.hit.first < one.hit.first for other in sheet.of("ask_else"))


def _is_request(one: Said, sheet: Sheet) -> bool:
    """An imperative or an infinitive of its own, a heading, or a sentence of hardly more than the demand ("Замена или возврат.")."""
    words, sentence = sheet.words, sheet.words.sentences[one.hit.first]
    first, last = one.hit.first, one.hit.last
    spoken = [words.words[at] for at in range(first, last + 1)]
    if any(word.flags & VERB for word in spoken) or last > first or _is_english_order(first, sheet):
        return True
    if first and words.words[first - 1].lower in _BACKGROUND:
        return False
    start = end = first
    while start > 0 and words.sentences[start - 1] == sentence:
        start -= 1
    while end + 1 < len(words) and words.sentences[end + 1] == sentence:
        end += 1
    if first == start and _is_story(first, sheet):
        return False
    imperative = any(words.words[at].flags & VERB and words.words[at].lower.endswith(_ORDER) for at in range(start, end + 1))
    return imperative or end - start < SHORT_DEMAND or first == start


def _is_story(at: int, sheet: Sheet) -> bool:
    """ "Мастера вашего ждал два дня": a verb of the past right behind."""
    words = sheet.words
    near = (place for place in range(at + 1, min(len(words), at + 4)) if words.clauses[place] == words.clauses[at])
    return any(words.words[place].flags & VERB and words.words[place].lower.endswith(_PAST) for place in near)


def _is_english_order(at: int, sheet: Sheet) -> bool:
    """ "drop me the missing 9 and swap the split ones": the plain verb at the head of its clause."""
    word = sheet.words.words[at]
    if not word.flags & LATIN or word.lower.endswith(("ed", "ing", "ment", "tion")):
        return False
    before = sheet.words.words[at - 1].lower if at and sheet.words.sentences[at - 1] == sheet.words.sentences[at] else ""
    heads = not before or before in _HEADS or sheet.words.clauses[at - 1] != sheet.words.clauses[at]
    after = sheet.words.words[at + 1].lower if at + 1 < len(sheet.words) else ""
    return heads and (after in _OBJECTS or after[:1].isdigit())


_HEADS = frozenset(str.split("and or then please just kindly so to"))
_OBJECTS = frozenset(str.split("the this that these those them it me us my our one all both your their a an"))
_BACKGROUND = frozenset(str.split("после до без при из от after before without since from the your their"))
_ORDER = ("ите", "йте", "ьте", "итесь", "йтесь")
SHORT_DEMAND = 7  # words


def _is_told(one: Said, sheet: Sheet) -> bool:
    """A verb of the past ("всё поменял, довезли", "he swapped the pump") tells and does not ask, except after "чтобы" or with "бы"."""
    words, first, last = sheet.words, one.hit.first, one.hit.last
    if words.words[last].flags & LATIN:
        after = words.words[last + 1].lower if last + 1 < len(words) else ""
        return words.words[last].lower.endswith(_DID) and after in _OBJECTS
    past = any(words.words[at].flags & VERB and words.words[at].lower.endswith(_PAST) for at in range(first, last + 1))
    if not past:
        return False
    at = first
    while at >= 0 and words.sentences[at] == words.sentences[first]:
        if words.words[at].lower in ("чтобы", "чтоб", "бы"):
            return False
        at -= 1
    return not (last + 1 < len(words) and words.words[last + 1].lower == "бы")


_DID = ("ced", "red", "sed", "ped", "ded", "ted", "ged", "ned", "ked", "ied")  # "need" is none


def _do_others(one: Said, sheet: Sheet) -> bool:
    """ "клиенты возвращают", "покупатели меняют": what others do; but "когда вернут?", "пусть заменят", "жду, что вернут"."""
    words, first = sheet.words, one.hit.first
    others = [at for at in range(first, one.hit.last + 1) if words.words[at].flags & VERB and words.words[at].lower.endswith(_THEY_DO)]
    if not others or words.sentences[first] in words.questions:
        return False
    before = range(max(0, others[0] - REFUSED_WITHIN), others[0])
    return _HOPED.isdisjoint(words.words[at].lower for at in before if words.sentences[at] == words.sentences[first])


_THEY_DO = ("ают", "яют", "уют", "еют", "аются", "яются", "уются")
_HOPED = frozenset(str.split("когда пусть чтобы чтоб что если пока кто жду ждем ждём надеюсь надеемся хочу хотим прошу просим пускай не"))


def is_safety(sheets: Sequence[Sheet]) -> bool:
    """Somebody was or may be hurt: said plainly, by two phrases that only support, or by two signs beside each other."""
    spoken = sum(one.hit.phrase.strength for sheet in sheets for one in _in_earnest(sheet, "danger_safety"))
    return spoken >= ENOUGH or any(_meet(sheet, *pair) for sheet in sheets for pair in _TOGETHER)


_TOGETHER = (  # two signs of danger, neither of which says it alone, and how many sentences may lie between
    ("danger_event", "danger_about", 1),
    ("danger_event", "danger_ill", 1),
    ("danger_ill", "danger_about", 1),
    ("danger_ill", "danger_ill", 1),
    ("danger_ill", "danger_who", 0),
)


def _meet(sheet: Sheet, first: str, second: str, far: int) -> bool:
    """Whether phrases of both groups stand within so many sentences, in words of their own, the first not in a question."""
    words = sheet.words
    beside: dict[int, list[Said]] = {}
    for one in _in_earnest(sheet, second):
        beside.setdefault(words.sentences[one.hit.first], []).append(one)
    return any(
        one.hit.phrase.text != other.hit.phrase.text and (other.hit.first > one.hit.last or one.hit.first > other.hit.last)
        for one in _in_earnest(sheet, first)
        if words.sentences[one.hit.first] not in words.questions
        for sentence in range(words.sentences[one.hit.first] - far, words.sentences[one.hit.first] + far + 1)
        for other in beside.get(sentence, ())[:MOST_BESIDE]
    )


MOST_BESIDE = 4  # phrases of one sentence compared with one of another, so that a long sentence costs no squared time


def _in_earnest(sheet: Sheet, group: str) -> Sequence[Said]:
    """Phrases neither denied nor supposed, outside the clauses that speak of something else (`danger_safety_not`)."""
    told = sheet.of(group)
    if not told:
        return ()
    clauses = sheet.words.clauses
    elsewhere = {clauses[at] for one in sheet.of("danger_safety_not") for at in (one.hit.first, one.hit.last)}
    said = (one for one in told if one.weight >= MEANT and clauses[one.hit.first] not in elsewhere)
    return [one for one in said if not _is_denied_inside(one.hit, sheet)]


def _is_denied_inside(hit: Hit, sheet: Sheet) -> bool:
    """ "пациенты не пострадали", where the phrase skips the denial; but "чуть не убило", and a phrase that denies by itself."""
    if not hit.phrase.negatable or hit.last - hit.first < _LEAST_AROUND or not any(one.kind == "gap" for one in hit.phrase.elements):
        return False
    inside = [sheet.words.words[at].lower for at in range(hit.first, hit.last + 1)]
    itself = any(word in _DENYING for one in hit.phrase.elements for word in one.words)
    return inside[-2] in _DENYING and not itself and _NEARLY.isdisjoint(inside)


_LEAST_AROUND = 2  # words from the first to the last, with a denial between
_DENYING = frozenset(("не", "not", "n't", "never"))
_NEARLY = frozenset(("чуть", "едва", "чудом", "nearly", "almost"))


def is_legal_threat(sheets: Sequence[Sheet], mood: Mood) -> bool:
    """Court, authorities, lawyers. "Если не решите — в суд" is a threat although supposed; a counterparty's answer is none."""
    if mood.others:
        return False
    spoken: dict[str, float] = {}
    for sheet in sheets:
        only_mentioned = {sheet.words.sentences[one.hit.first] for one in sheet.of("danger_legal_not")}
        for one in sheet.of("danger_legal"):
            if one.weight > 0 and sheet.words.sentences[one.hit.first] not in only_mentioned:
                spoken[one.hit.phrase.text] = one.hit.phrase.strength
    return sum(spoken.values()) >= ENOUGH


def urgency(sheets: Sequence[Sheet], mood: Mood, *, safety: bool, legal: bool, wanted_by: date | None, today: date) -> str:
    """domain.md 4.3: the bare word "срочно" is not enough."""
    halts = [(one, _is_ahead(one, sheet)) for sheet in sheets for one in sheet.of("danger_halt") if one.weight >= MEANT]
    at_once = sum(one.hit.phrase.strength for one, ahead in halts if not ahead)
    if safety or at_once >= ENOUGH or _spoils(sheets):
        return "critical"
    if mood.idle or mood.others:
        return "low" if mood.idle else "normal"
    soon = wanted_by is not None and not mood.asking and (wanted_by - today).days <= SOON
    if legal or soon or halts or _total(sheets, "danger_risk") >= ENOUGH:
        return "high"
    return "low" if _total(sheets, "danger_low") >= ENOUGH else "normal"


def _is_ahead(one: Said, sheet: Sheet) -> bool:
    """ "Завтра бригада стоять будет": what is to stop stands for a risk, not for a stop."""
    words, clause = sheet.words, sheet.words.clauses[one.hit.first]
    around = range(max(0, one.hit.first - REFUSED_WITHIN), min(len(words), one.hit.last + 3))
    return any(words.words[at].lower in _AHEAD for at in around if words.clauses[at] == clause)


_AHEAD = frozenset(str.split("будет будем будут завтра послезавтра will tomorrow"))


def _spoils(sheets: Sequence[Sheet]) -> bool:
    """Goods that spoil while a driver waits for a word."""
    return _total(sheets, "danger_perish") >= ENOUGH and _total(sheets, "danger_wait") >= ENOUGH


def sender_kind(sheets: Sequence[Sheet], mail: IncomingMail, inn: Iterable[str], free_mail: frozenset[str]) -> str:
    """consumer | business | unknown: words, ИНН, papers of trade, a firm's name or domain."""
    business, consumer = _distinct(sheets, "sender_business"), _distinct(sheets, "sender_consumer")
    business += 2.0 * sum(len(number) == 10 for number in inn)
    business += sum(one.group not in ("doc_other", "doc_invoice") for sheet in sheets for one in sheet.family("doc"))
    sender = mail.forwarded.from_ if mail.forwarded is not None and mail.forwarded.from_ is not None else mail.from_
    if sender is not None and sender.domain:
        if _is_free(sender.domain, free_mail):
            consumer += 1.5
        else:
            business += 1.0
        business += 1.5 * (any(sign in sender.name for sign in '"«,') or not _FIRMS.isdisjoint(sender.name.replace('"', " ").split()))
    if business == consumer:
        return "unknown"
    return "business" if business > consumer else "consumer"


def _is_free(domain: str, free_mail: frozenset[str]) -> bool:
    """A free mailer's domain, or the same mailer under another ending (mail.ru and mail.kz)."""
    return domain in free_mail or domain.partition(".")[0] in _mailers(free_mail)


@cache
def _mailers(free_mail: frozenset[str]) -> frozenset[str]:
    return frozenset(known.partition(".")[0] for known in free_mail)


def _distinct(sheets: Sequence[Sheet], group: str) -> float:
    """How many different plain phrases of a group; a weak one counts as a third."""
    spoken = {one.hit.phrase.text: one.hit.phrase.strength for sheet in sheets for one in sheet.of(group)}
    return sum(spoken.values()) / ENOUGH


def _total(sheets: Sequence[Sheet], group: str) -> float:
    return sum(one.hit.phrase.strength for sheet in sheets for one in sheet.of(group) if one.weight >= MEANT)
