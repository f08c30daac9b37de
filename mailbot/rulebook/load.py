"""Loads all rule files, the operator's over the shipped ones, and names every fault at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from mailbot.claims.errors import Fault, SetupError
from mailbot.rulebook.categories import read_category
from mailbot.rulebook.languages import LANGUAGES, read_languages
from mailbot.rulebook.phrase import BadPhrase, read_phrase
from mailbot.rulebook.reading import RuleFile
from mailbot.rulebook.units import read_units
from mailbot.rulebook.values import Category, Phrase, Rules, Table
from mailbot.shipped import layered
from mailbot.tomlfile import TomlFile, read_toml

LISTS = "lists.toml"
FREE_MAIL = "free_mail_domains.toml"
_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z0-9-]{2,}$")
UNITS = "units.toml"
SENTENCES = "sentences/model.json"  # learned, not written by hand; an empty one in the operator's folder switches it off
COUNTS = "counts/model.json"  # the same
_PHRASES = ("claim_words.toml", "danger.toml", "demands.toml", "facts.toml", "negation.toml", "phrases.toml")
_REQUIRED = (LISTS, FREE_MAIL, UNITS, *_PHRASES)


def load_rules(own: Path | None) -> Rules:
    """The shipped rules with the operator's folder laid over them file by file (house.md 5).

    A phrase file carries `format = "phrases"`; files of no known form are handed on as `tables` for the room that reads them.
    Files that have not changed are read once: several parts of one command ask for them.
    Errors: SetupError with every fault of every file.
    """
    lying = {name: path for name, path in layered("rules", own).items() if name.endswith(".toml") or name in (SENTENCES, COUNTS)}
    return _load(own, tuple((name, path, _hashed(path)) for name, path in lying.items()))


@lru_cache(2)  # the shipped rules and an operator's
def _load(own: Path | None, known: tuple[tuple[str, Path, str], ...]) -> Rules:
    faults: list[Fault] = []
    lying = {name: path for name, path, _ in known}
    files = {name: path for name, path in lying.items() if name.endswith(".toml")}
    learned = {name: lying[name] for name in (SENTENCES, COUNTS) if name in lying and lying[name].stat().st_size}
    if own is not None and not own.is_dir():
        faults.append(Fault(str(own), 0, "rules", "is no folder.", "Name the folder that holds your rule files."))
    faults += [Fault(f"rules/{name}", 0, "", "is missing.", "Install mailbot anew.") for name in _REQUIRED if name not in files]
    read = _read_all(files, faults)
    faults += [_no_form(read[name]) for name in _PHRASES if name in read and read[name].data.get("format") != "phrases"]
    lists = _lists(read, faults)
    rule_files = {name: RuleFile(name, toml, files[name].read_text("utf-8-sig"), lists) for name, toml in read.items()}
    rules = Rules(
        categories=_categories(rule_files),
        groups={name.removesuffix(".toml"): _groups(file) for name, file in rule_files.items() if _is_phrases(name, file)},
        lists=lists,
        units=read_units(rule_files.get(UNITS)),
        languages=read_languages(rule_files.get(LANGUAGES)),
        free_mail_domains=_domains(rule_files.get(FREE_MAIL)),
        tables={name: Table(name, toml.data, toml.lines) for name, toml in read.items() if not name.startswith("categories/")},
        files={name: str(path) for name, path in files.items()},
        sentences=str(learned.get(SENTENCES, "")),
        counts=str(learned.get(COUNTS, "")),
        version=_version((name, hashed) for name, _, hashed in known if name in files or name in learned),
    )
    faults += [fault for file in rule_files.values() for fault in file.faults]
    if not rules.categories and not faults:
        faults.append(Fault("rules/categories", 0, "", "no category is switched on.", "Take enabled = false out of one."))
    if faults:
        raise SetupError(*sorted(faults, key=lambda fault: (fault.file, fault.line)))
    return rules


def _read_all(files: dict[str, Path], faults: list[Fault]) -> dict[str, TomlFile]:
    read: dict[str, TomlFile] = {}
    for name, path in files.items():
        try:
            read[name] = read_toml(path)
        except SetupError as error:
            faults += error.faults
    return read


def _no_form(toml: TomlFile) -> Fault:
    mend = 'Write format = "phrases" on top.'
    return Fault(toml.path, toml.line(("format",)) or 1, "format", "does not say that it holds phrases.", mend)


def _hashed(path: Path) -> str:
    """SHA-256 of a file in hex; "" where it cannot be read: reading it names the fault."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _version(files: Iterable[tuple[str, str]]) -> str:
    """Twelve hex digits over names and contents: the same files give the same version anywhere."""
    digest = hashlib.sha256()
    for name, hashed in sorted(files):
        digest.update(name.encode() + b"\0" + bytes.fromhex(hashed))
    return digest.hexdigest()[:12]


def _lists(read: dict[str, TomlFile], faults: list[Fault]) -> dict[str, tuple[str, ...]]:
    """Word lists: single words under any language; `@name` inside a list stands for the words of a list above it."""
    toml = read.get(LISTS)
    if toml is None:
        return {}
    lists: dict[str, tuple[str, ...]] = {}
    for name, table in toml.data.items():
        words: list[str] = []
        for language, listed in table.items() if isinstance(table, dict) else ():
            if not isinstance(listed, list) or not all(isinstance(word, str) for word in listed):
                faults.append(
                    Fault(toml.path, toml.line((name, language)), f"{name}.{language}", "must be a list of texts.", 'Write ["…"].')
                )
                continue
            words += _list_words(listed, lists, toml, (name, language), faults)
        if not isinstance(table, dict):
            faults.append(Fault(toml.path, toml.line((name,)), name, "must be a table of lists per language.", f"Write [{name}]."))
        lists[name] = tuple(dict.fromkeys(words))
    return lists


def _list_words(
    listed: list[str], lists: dict[str, tuple[str, ...]], toml: TomlFile, key: tuple[str, str], faults: list[Fault]
) -> list[str]:
    words: list[str] = []
    for word in listed:
        try:
            elements = read_phrase(word, lists)
        except BadPhrase as bad:
            faults.append(Fault(toml.path, toml.line(key), ".".join(key), f"“{word}” {bad}", bad.mend))
            continue
        if len(elements) > 1:
            faults.append(Fault(toml.path, toml.line(key), ".".join(key), f"“{word}” is not one word.", "Lists hold single words."))
        words.extend(elements[0].words)
    return words


def _categories(files: dict[str, RuleFile]) -> tuple[Category, ...]:
    read = (read_category(file) for name, file in files.items() if name.startswith("categories/"))
    return tuple(sorted((category for category in read if category), key=lambda category: (category.order, category.id)))


def _is_phrases(name: str, file: RuleFile) -> bool:
    return not name.startswith("categories/") and file.data.get("format") == "phrases"


def _groups(file: RuleFile) -> dict[str, tuple[Phrase, ...]]:
    groups: dict[str, tuple[Phrase, ...]] = {}
    for group, table in file.data.items():
        if group == "format":
            continue
        if not isinstance(table, dict):
            file.fault((group,), "must be a table of languages.", f"Write [{group}.ru].")
            continue
        groups[group] = tuple(_group(file, group, table))
    return groups


def _group(file: RuleFile, group: str, table: dict[str, Any]) -> list[Phrase]:
    return [phrase for language, graded in table.items() for phrase in file.graded((group, language), graded, group, language)]


def _domains(file: RuleFile | None) -> frozenset[str]:
    if file is None:
        return frozenset()
    domains = file.texts(("domains",), file.data.get("domains", []))
    for domain in domains:
        if not _DOMAIN.match(domain):
            mend = "Write small letters, without @; a Cyrillic domain as xn--…."
            file.fault(("domains",), f"“{domain}” is no domain.", mend, file.item_line(("domains",), domain))
    return frozenset(domains)
