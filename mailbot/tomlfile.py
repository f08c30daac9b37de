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
        problem = _AT_LINE.sub("", str(error)).strip()
        raise SetupError(Fault(str(path), line, "", f"is not valid TOML: {problem}.", "Mend this line.")) from error
    return TomlFile(str(path), data, _key_lines(text))


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
