"""Reads TOML together with the line of every key, so that a fault can name its place."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailbot.claims.errors import Fault, SetupError

Key = tuple[str | int, ...]

_TABLE = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_ENTRY = re.compile(r"\s*([A-Za-z0-9_.\"'-]+)\s*=")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")

_ANY = re.compile("")
# What the parser says, what the line looks like, what is meant, the mend. The first that fits counts.
_SLIPS: tuple[tuple[str, re.Pattern[str], str, str], ...] = (
    ("", re.compile(r"[=\[,{]\s*[“”„«»‘’]"), "typographic quotation marks stand around a text", 'Write plain ones: "…".'),
    ("Illegal character '\\n'", _ANY, "a text does not end on its line", 'Close it with ".'),
    ("Unterminated string", _ANY, "a text does not end", 'Close it with ".'),
    ('Expected "\'"', _ANY, "a text does not end", "Close it with '."),
    ("Invalid hex value", _ANY, "a backslash stands in a text", "Write the path with / or in single quotes: '…'."),
    ("Unescaped '\\'", _ANY, "a backslash stands in a text", "Write the path with / or in single quotes: '…'."),
    (
        "Invalid value",
        re.compile(r"=\s*(?:True|False|TRUE|FALSE|Yes|No|yes|no|да|нет)\b"),
        "a yes or no is misspelt",
        "Write true or false.",
    ),
    ("Invalid value", re.compile(r"=\s*(?:#|$)"), "a key has no value", 'Write key = "…", or put # before it.'),
    ("Invalid value", re.compile(r"=\s*\[?\s*[^\W\d]"), "a text stands without quotation marks", 'Write it in quotes: "…".'),
    ("Invalid value", re.compile(r"^[\w.-]+\s*="), "a list above is not closed", "Close it with ]."),
    ("Cannot overwrite", _ANY, "this key or table stands above already", "Keep one; tables that come several times are all written [[…]]."),
    ("Cannot declare", _ANY, "this table stands above already", "Put both into one; tables that come several times are all written [[…]]."),
    ("Expected '='", _ANY, "no = stands after the key", "Write key = value; a comment begins with #."),
    ("Invalid statement", re.compile(r"^\s*(?://|;|--)"), "this is no comment", "A comment begins with #."),
    (
        "Invalid statement",
        re.compile(r"[А-Яа-яЁё]"),
        "the key holds a Cyrillic letter",
        "Type it in Latin letters; a comment begins with #.",
    ),
    ("Unclosed array", _ANY, "a list lacks a comma or its end", 'Write ["…", "…"].'),
    ("Unclosed inline table", _ANY, "a { has no }", "Close it with }, on the same line."),
    (
        "Expected newline",
        re.compile(r"=\s*\d{1,2}[.:]"),
        "a date or an hour stands without quotes",
        'Write it as the example has it: 9, "2026-12-31".',
    ),
    ("Expected newline", re.compile(r"=\s*\d+,\d"), "a number holds a comma", "Write 0.5."),
    ("Expected newline", _ANY, "something stands after the value", "One key a line; a comment begins with #."),
)


@dataclass(frozen=True, slots=True)
class TomlFile:
    """`lines` maps the path of a key, e.g. ("mailbox", 0, "host"), to its line, counted from 1."""

    path: str
    data: dict[str, Any]
    lines: dict[Key, int]

    def line(self, key: Key) -> int:
        """The line of the key, or of the nearest table around it; 0 where nothing is known."""
        while key:
            if key in self.lines:
                return self.lines[key]
            key = key[:-1]
        return 0


def read_toml(path: Path) -> TomlFile:
    """The file's data and key lines. Errors: SetupError naming file and line for bad TOML, bad UTF-8 or an absent file."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        data = tomllib.loads(text)
    except OSError as error:
        raise SetupError(Fault(str(path), 0, "", f"cannot be read: {error.strerror}.", "Check the path and its rights.")) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SetupError(Fault(str(path), line, "", "is not UTF-8.", "Save the file as UTF-8.")) from error
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at else len(text.splitlines())  # else it says "at end of document"
        said, mend = _in_plain_words(_AT_LINE.sub("", str(error)).strip(), _line_of(text, line))
        raise SetupError(Fault(str(path), line, "", f"is not valid TOML: {said}.", mend)) from error
    return TomlFile(str(path), data, _key_lines(text))


def _line_of(text: str, number: int) -> str:
    lines = text.splitlines()
    return lines[number - 1] if 0 < number <= len(lines) else ""


def _in_plain_words(problem: str, line: str) -> tuple[str, str]:
    """What the parser found, as a person would say it who looks at the line, and the mend."""
    for said, looks_so, plain, mend in _SLIPS:
        if said in problem and looks_so.search(line):
            return plain, mend
    return f"{problem[:1].lower()}{problem[1:]}", "Mend this line."


def _key_lines(text: str) -> dict[Key, int]:
    """Lines of tables and of keys at the start of a line. Keys inside multi-line values are harmless extras."""
    lines: dict[Key, int] = {}
    arrays: dict[Key, int] = {}
    table: Key = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _TABLE.match(line):
            table = _table_path(header[2], arrays, is_array=header[1] == "[[")
            lines.setdefault(table, number)
        elif entry := _ENTRY.match(line):
            lines.setdefault((*table, *_split(entry[1])), number)
    return lines


def _table_path(name: str, arrays: dict[Key, int], *, is_array: bool) -> Key:
    path: Key = ()
    parts = _split(name)
    for depth, part in enumerate(parts):
        path = (*path, part)
        if is_array and depth == len(parts) - 1:
            arrays[path] = arrays.get(path, -1) + 1
        if path in arrays:
            path = (*path, arrays[path])
    return path


def _split(name: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in name.split("."))
