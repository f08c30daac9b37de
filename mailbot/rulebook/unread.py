"""Finds what an operator wrote into her rules and nothing reads: a misspelt group, a file out of place, a language without words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

from mailbot.claims.errors import Fault
from mailbot.rulebook.languages import BUILT_IN
from mailbot.rulebook.load import load_rules
from mailbot.rulebook.values import Phrase, Rules
from mailbot.shipped import layered

_OWN_FAMILY = "doc_"  # any further name is a further type of document
_OWN_CATEGORY = "categories/"
_TAUGHT = ("sentences/", "our_sentences/", "counts/")  # read by `mailbot train` only
_KEPT = frozenset({".bak", ".old", ".orig", ".toml~"})  # what editors and people leave beside a file
_FORM = 'Mend its name; a file of phrases of your own begins with format = "phrases", a category lies in categories/.'


def unread(rules: Rules, own: Path | None) -> list[Fault]:
    """Each with its file and line. The rules work all the same: these are warnings."""
    if own is None:
        return []
    shipped = set(layered("rules", None))
    mine = {name for name, path in layered("rules", own).items() if path == own / name and not name.endswith(".md")}
    groups = {group for table in load_rules(None).groups.values() for group in table}
    found: list[Fault] = []
    for name in sorted(mine - shipped):
        found += _out_of_place(rules, own / name, name, shipped)
    for name in sorted(mine):
        if name.removesuffix(".toml") in rules.groups:
            found += _groups(rules, name, groups)
    return [*found, *_strange_languages(rules)]


def _out_of_place(rules: Rules, path: Path, name: str, shipped: set[str]) -> Iterator[Fault]:
    """A file that replaces none of the shipped ones and adds nothing either, or hardly what was meant."""
    if name.startswith(_TAUGHT) or path.suffix in _KEPT:
        return
    same = next((one for one in sorted(shipped) if one.rpartition("/")[2] == path.name), "")
    if same:
        yield Fault(str(path), 0, "", f"does not replace the shipped {same}.", f"Move it to {same} of your folder.")
        return
    near = get_close_matches(name, shipped, 1, 0.8)
    is_rule = name.endswith(".toml")
    if (is_rule or near) and name.removesuffix(".toml") not in rules.groups and not (is_rule and name.startswith(_OWN_CATEGORY)):
        mend = f"Did you mean {near[0]}?" if near else _FORM
        yield Fault(str(path), 0, "", "is read by nothing.", mend)


def _groups(rules: Rules, name: str, known: set[str]) -> Iterator[Fault]:
    table = rules.tables[name]
    for group in rules.groups[name.removesuffix(".toml")]:
        if group in known or group.startswith(_OWN_FAMILY):
            continue
        near = get_close_matches(group, known, 1)
        mend = f"Did you mean {near[0]}?" if near else "The groups are those of the shipped files."
        line = min((at for key, at in table.lines.items() if key[0] == group), default=0)
        yield Fault(rules.files[name], line, group, "is a group that nothing reads.", mend)


def _strange_languages(rules: Rules) -> Iterator[Fault]:
    """Phrases in a language that no letter is ever found to be in: each file and language once."""
    told: set[tuple[str, str]] = set()
    for phrase in _phrases(rules):
        file, line = rules.place(phrase)
        if phrase.language in (*BUILT_IN, *rules.languages) or (file, phrase.language) in told:
            continue
        told.add((file, phrase.language))
        mend = f"Add [{phrase.language}] to languages.toml, or mend the name."
        yield Fault(file, line, phrase.language, "is a language that no letter is known to be in.", mend)


def _phrases(rules: Rules) -> Iterable[Phrase]:
    for category in rules.categories:
        yield from category.phrases
    for groups in rules.groups.values():
        for phrases in groups.values():
            yield from phrases
