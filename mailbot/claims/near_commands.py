"""Which commands a word may have meant that is none: told to the person, never carried out. Pure."""

from __future__ import annotations

from difflib import SequenceMatcher

from mailbot.claims.command import WORDS

_MOST, _LIKE, _SHORTEST = 3, 0.65, 4
_BEGINS = 0.9  # how like a word is that begins another: `взят`, `закрытьрешено`
_LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё"
_LAYOUTS = (str.maketrans(_LATIN_KEYS, _RUSSIAN_KEYS), str.maketrans(_RUSSIAN_KEYS, _LATIN_KEYS))
_LOOKS = (str.maketrans("aceopxykmtbhu", "асеорхукмтвни"), str.maketrans("асеорхукмтвні", "aceopxykmtbhi"))


def nearest_commands(said: str) -> tuple[str, ...]:
    """The likeliest first: a letter too many or too few, letters that look alike, the keyboard left in the other language."""
    word = said.casefold().replace("ё", "е").strip("!.:?*_\"'«»„“”‘’ ")
    forms = {word, *(word.translate(table) for table in (*_LAYOUTS, *_LOOKS))}
    near = {form: max(_likeness(one.replace("ё", "е"), form) for one in forms) for form in WORDS}
    ranked = sorted((form for form in near if near[form] >= _LIKE), key=lambda form: -near[form])
    return tuple(dict.fromkeys(WORDS[form] for form in ranked))[:_MOST]


def _likeness(said: str, form: str) -> float:
    """How much of both words is the same, 0 to 1."""
    begins = min(len(said), len(form)) >= _SHORTEST and (form.startswith(said) or said.startswith(form))
    return max(_BEGINS if begins else 0.0, SequenceMatcher(None, said, form, autojunk=False).ratio())
