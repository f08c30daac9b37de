"""Names in a letter of ours, for the guard: whose they are, and whether they are greeted as they should be. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SURNAME = re.compile(r"\w+(?:[оеё]в|[иы]н|[оеё]ва|[иы]на|ск(?:ий|ая)|цк(?:ий|ая)|енко|ко|у[кн]|юк|ян|дзе|швили)$")
_NO_NAMES = frozenset({
    "ооо", "оао", "зао", "пао", "ао", "ип", "тсж", "тоо", "чуп", "ано", "муп", "фгуп", "ltd", "llc", "inc", "gmbh", "ag", "kg", "oy", "oü",
    "ab", "as", "sia", "uab", "bv", "sa", "sarl", "srl", "plc", "corp", "limited",
    "company", "sir", "madam", "sirs", "customer", "colleagues",
    "team", "all", "коллеги", "аптека", "магазин", "склад", "завод", "клиент", "покупатель", "отель", "клиника", "hotel", "shop", "client",
})  # fmt: skip
_ENDINGS = (
    "ого", "ому", "ыми", "ой", "ым", "ом", "ем", "ая", "ую", "ий", "ей", "ою", "а", "у", "е", "ы", "и", "й", "я", "ю", "ь", "о",
)  # fmt: skip
_MOST_WORDS = 3  # of a name

# «Уважаемый Мария Сергеевна», «господин Громова», "Dear Mr Carter" to a lady who signs as Ms
_GREETING = re.compile(
    r"^.{0,30}?\b(?P<first>[А-Я][а-я]+)\x20(?P<second>[А-Я][а-я]+(?:вич|вна|ьич|ична|инична))(?=[,!.\x20]|$)", re.MULTILINE
)
_MALE, _FEMALE = r"(?:[А-Я][а-я]+\x20)?[А-Я][а-я]+(?:вич|ьич|[ое]в|ский)", r"(?:[А-Я][а-я]+\x20)?[А-Я][а-я]+(?:вна|ична|[ое]ва|ская)"
_DISAGREES = re.compile(
    rf"\b(?:[Уу]важаемый|[Дд]орогой|[Гг]осподин)\x20(?:[Гг]осподин\x20)?{_FEMALE}(?!\w)"
    rf"|\b(?:[Уу]важаемая|[Дд]орогая|[Гг]оспожа)\x20(?:[Гг]оспожа\x20)?{_MALE}(?!\w)"
    r"|\b[Уу]важаем(?:ый\x20[Гг]оспожа|ая\x20[Гг]осподин)\b"
    # «Вы написала»: the polite form takes the plural
    r"|\b[Вв]ы\x20(?!мал\b|сам[аи]?\b|сначала\b|дела\b|сил[аы]?\b)(?:(?:не|и|же|уже|нам|мне|это|так|вчера|сегодня)\x20){0,2}[а-я]+[аеиыу]л(?:а|о)?(?:сь|ся)?(?=[\x20,.!?;:)]|$)",
    re.MULTILINE,
)
# «Уважаемый Наталья»: without a patronymic the first name tells
_FIRST_DISAGREES = re.compile(
    r"\b(?:[Уу]важаемый|[Дд]орогой)\x20(?!(?:Илья|Никита|Лука|Фома|Кузьма|Савва|Саша|Женя|Валя|Миша|Паша|Дима|Коля|Ваня|Петя|Вова|Леша|Сережа|Гоша"
    r"|Слава)(?!\w))[А-Я][а-я]+[ая](?=[!,])|\b(?:[Уу]важаемая|[Дд]орогая)\x20[А-Я][а-я]*[бвгджзйклмнпрстфхцчш](?=[!,])"
)
_WOMEN = frozenset(str.split(
    "mary anna anne ann helen ellen elena emma emily sarah laura linda susan karen nancy lisa julia julie jane joan alice "
    "charlotte olivia sophia sophie lucy kate catherine katherine elizabeth margaret patricia jennifer jessica barbara rachel "
    "rebecca hannah grace claire clare diana maria monica victoria irene ruth amy angela carol caroline christine deborah dorothy "
    "fiona heather janet judith maureen natalie nicole pamela sandra sharon stephanie teresa theresa wendy priya olga natalia "
    "irina svetlana tatiana marina"
))  # fmt: skip
_MEN = frozenset(str.split(
    "james john robert michael william david richard joseph thomas charles peter paul mark george edward henry arthur albert frank "
    "stephen steven brian kevin andrew anthony daniel matthew christopher simon martin philip ian alan neil graham colin keith "
    "barry roger nigel stuart gary oliver jack harry luke adam benjamin samuel patrick sean hugh douglas donald kenneth raymond "
    "gregory jonathan nicholas timothy vincent walter victor igor ivan sergei dmitry alexei oleg"
))  # fmt: skip
# «господин Гринько» to Наталья Гринько: the surname does not tell, the first name beside it does
_TITLE = re.compile(
    r"\b(?:(?P<man>[Гг]осподин|[Гг]-н|[Уу]важаемый)|(?P<woman>[Гг]оспожа|[Гг]-жа|[Уу]важаемая))\x20(?P<name>[А-Я][а-я]+)(?=[!,.])"
)
_SIR = re.compile(r"^[ \t]*Dear (?:(?P<man>Sir)|(?P<woman>Madam))\b", re.MULTILINE)
_MENS = frozenset({"илья", "никита", "лука", "фома", "кузьма", "савва", "саша", "женя", "валя"})  # or of both
_NOUNS = re.compile(r"(?:материал|идеал|журнал|канал|персонал|сигнал|финал|портал|начал[ао]|мал[ао])$")
_TITLED = re.compile(r"^[ \t]*Dear (?:Mr|Ms|Mrs|Miss)\.? (?P<name>\w+)", re.MULTILINE)
_MR, _MS = re.compile(r"\bMr\b"), re.compile(r"\b(?:Ms|Mrs|Miss)\b")
_VOCATIVE = re.compile(
    r"(?:^|[(/@]|[.!?…]\x20)[\x20\t]*(?P<name>[^\W\d_]{3,})(?=\x20?(?:[,:]|\x20[-–—]\x20)|\x20(?:please|can\x20you|could\x20you|пожалуйста)\b)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Named:
    text: str
    position: int


def names_in(text: str, names: Iterable[str], own: Iterable[str]) -> Iterator[Named]:
    """Names of people and firms that have no place in this letter, in any of their forms."""
    own_stems = _stems(own)
    keys = {key for name in names for key in _telling(fold(name)) if not set(key) <= own_stems}
    words = [(match, stem_of(match.group())) for match in WORD.finditer(text)] if keys else []
    for at, (match, _first) in enumerate(words):
        for length in range(1, _MOST_WORDS + 1) if match.group()[0].isupper() else ():
            run = words[at : at + length]
            if tuple(stem for _match, stem in run) in keys:
                yield Named(text[match.start() : run[-1][0].end()], match.start())


def colleagues_named(text: str, insiders: Iterable[str], own: Iterable[str]) -> Iterator[Named]:
    """«(Игорь, глянь…)», "Gary thinks": one of us by the first name."""
    own_stems = _stems(own)
    first_names = {stem_of(word) for name in insiders for word in WORD.findall(fold(name)) if len(word) > 2} - own_stems
    for match in _VOCATIVE.finditer(text):
        if match["name"][0].isupper() and stem_of(match["name"]) in first_names:
            yield Named(match["name"], match.start("name"))
    run: list[re.Match[str]] = []
    for match in WORD.finditer(text) if first_names else ():
        is_name = match.group()[0].isupper() and len(match.group()) > 3 and stem_of(match.group()) in first_names
        if run and not (is_name and match.start() == run[-1].end() + 1):
            yield Named(text[run[0].start() : run[-1].end()], run[0].start())
            run = []
        run += [match] if is_name else []
    if run:
        yield Named(text[run[0].start() : run[-1].end()], run[0].start())


def greeted_amiss(text: str, own: Iterable[str], said: str) -> Iterator[Named]:
    """The customer by a wrong first name or patronymic, or in the wrong gender."""
    own_words = [word for name in own for word in WORD.findall(fold(name))]
    known = {stem_of(word) for word in own_words}
    patronymics = {stem_of(word) for word in own_words if re.search(r"(?:вич|вна|ьич|ична)$", word)}
    for match in _GREETING.finditer(text):
        first, second = stem_of(match["first"]) in known, stem_of(match["second"]) in known
        if (second and not first) or (first and not second and patronymics):
            yield Named(f"{match['first']} {match['second']}", match.start("first"))
    for match in _DISAGREES.finditer(text):
        if not _NOUNS.search(match.group()):
            yield Named(match.group(), match.start())
    for match in _FIRST_DISAGREES.finditer(text):
        yield Named(match.group(), match.start())
    for match in _TITLE.finditer(text):
        if _sex(match["name"], own) == ("woman" if match["man"] else "man"):
            yield Named(match.group(), match.start())
    for match in _SIR.finditer(text):
        if _sex_in_english(said) == ("woman" if match["man"] else "man"):
            yield Named(match.group().strip(), match.start())
    wrong = _MR if _MS.search(said) and not _MR.search(said) else _MS if _MR.search(said) and not _MS.search(said) else None
    titled = _TITLED.search(text)
    if wrong is None and titled is not None:
        wrong = _not_of(titled["name"], "\n".join((*own, said)))
    if wrong is not None and (found := re.compile(rf"^[ \t]*Dear\x20{wrong.pattern}\.?\x20\w+", re.MULTILINE).search(text)):
        yield Named(found.group().strip(), found.start() + len(found.group()) - len(found.group().lstrip()))


def _sex(surname: str, own: Iterable[str]) -> str:
    """man or woman by the names that stand beside a surname; "" where they do not tell."""
    for name in own:
        words = WORD.findall(fold(name).casefold())
        others = [word for word in words if stem_of(word) != stem_of(surname)]
        if len(others) == len(words) or not others or not re.fullmatch("[а-я-]+", others[0]):
            continue
        if any(word.endswith(("вич", "ьич")) for word in others):
            return "man"
        if any(word.endswith(("вна", "ична")) for word in others):
            return "woman"
        if others[0] not in _MENS and len(others) == 1:
            return "woman" if others[0][-1] in "ая" else "man" if others[0][-1] in "бвгджзйклмнпрстфхцчш" else ""
    return ""


def _sex_in_english(said: str) -> str:
    first = {word.casefold() for word in WORD.findall(said)}
    woman, man = bool(first & _WOMEN or _MS.search(said)), bool(first & _MEN or _MR.search(said))
    return "woman" if woman and not man else "man" if man and not woman else ""


def _not_of(surname: str, known: str) -> re.Pattern[str] | None:
    """The title that nobody of this surname has; None where no first name beside it tells."""
    first = {word.casefold() for word in re.findall(rf"([A-Z][a-z]+) {surname}(?!\w)", known)}
    return _MR if first & _WOMEN and not first & _MEN else _MS if first & _MEN and not first & _WOMEN else None


def is_own(name: str, own_names: Iterable[str]) -> bool:
    """Whether a name shares a word with those of the case, or is no name at all."""
    words = [word for word in WORD.findall(name) if word.casefold() not in _NO_NAMES]
    return not words or not _stems(own_names).isdisjoint(map(stem_of, words))


def fold(text: str) -> str:
    """The letter as the rules read it: ё is е, a hard blank is a blank; every letter keeps its place."""
    return text.translate({ord("ё"): "е", ord("Ё"): "Е", 0xA0: " ", 0x202F: " ", 0x2009: " "})


def stem_of(word: str) -> str:
    """A name without its ending: «Кузнецовым» and «Кузнецов» are one."""
    word = fold(word.casefold())
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word


def _stems(names: Iterable[str]) -> set[str]:
    return {stem_of(word) for name in names for word in WORD.findall(fold(name))}


def _telling(name: str) -> Iterator[tuple[str, ...]]:
    """What of a name tells who it is: a surname by itself, else all its words together."""
    words = [word for word in WORD.findall(name) if word.casefold() not in _NO_NAMES and len(word) > 1][:_MOST_WORDS]
    surnames = [word for word in words if _SURNAME.match(word.casefold()) and len(word) > 3]
    for word in surnames:
        yield (stem_of(word),)
    if words and not surnames:
        yield tuple(stem_of(word) for word in words)
