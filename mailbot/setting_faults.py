"""What is wrong with a setting, in the words of the file it stands in: line, key, and the mend that fits."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from mailbot.claims.errors import Fault
from mailbot.tomlfile import Key, TomlFile

_SEE = "config.example.toml shows it."
_MENDS = {
    "int": "Write a whole number without quotes.",
    "float": "Write a number without quotes, with a point: 0.5.",
    "bool": "Write true or false without quotes.",
    "string": 'Write a text in quotes: "…".',
    "model": f"Write it as a table of its own; {_SEE}",
    "dict": f"Write it as a table of its own; {_SEE}",
}


def faults_of(error: ValidationError, file: TomlFile, whole: type[BaseModel]) -> list[Fault]:
    """Each fault once: a list that is left empty by its faulty entries is no second one. `whole`: the settings."""
    entries = error.errors()
    around = {entry["loc"][:-1] for entry in entries}
    return [_fault(entry, file, whole) for entry in entries if not (entry["type"] == "too_short" and entry["loc"] in around)]


def _fault(entry: Any, file: TomlFile, whole: type[BaseModel]) -> Fault:
    place = tuple(entry["loc"])
    return Fault(file.path, file.line(place), ".".join(map(str, place)), *_said(entry, place, whole))


def _said(entry: Any, place: Key, whole: type[BaseModel]) -> tuple[str, str]:
    """The problem and the mend."""
    if entry["type"] == "missing":
        return "is missing.", f"Add it; {_SEE}"
    if entry["type"] == "extra_forbidden":
        return "is not a key mailbot knows.", _right_key(place, whole)
    if entry["type"] == "value_error":
        problem, _, mend = str(entry["ctx"]["error"]).partition(". ")
        return problem.rstrip(".") + ".", mend
    said = entry["msg"].partition(", unable to")[0].replace("valid tuple", "list").replace("tuple", "list")  # TOML has lists
    kind = entry["type"].partition("_")[0]
    mend = _MENDS.get(kind, f"See {_name(place)} in config.example.toml.")
    if entry["type"] == "tuple_type":
        repeated = len(place) == 1 and _model(whole.model_fields[str(place[0])].annotation) is not None
        mend = f"Write [[{place[0]}]]." if repeated else 'Write it in brackets: ["…"].'
    return f"{said[:1].lower()}{said[1:]}.".removeprefix("input "), mend


def _name(place: Key) -> str:
    """The key's own name, also of one entry of its list."""
    return next((part for part in reversed(place) if isinstance(part, str)), "it")


def _right_key(place: Key, whole: type[BaseModel]) -> str:
    """The name that comes nearest in this table, or the table in which a key of this name is known."""
    name, table = str(place[-1]), place[:-1]
    if near := get_close_matches(name, _keys(whole, table), 1):
        return f"Did you mean {near[0]}?"
    if table and name in whole.model_fields:
        return f"As it stands it belongs to [{table[0]}]: write {name} above the first table."
    homes = [home for home, field in whole.model_fields.items() if name in _keys(_model(field.annotation), ())]
    if homes:
        return f"It belongs below {' or '.join(f'[{home}]' for home in homes)}."
    return "Remove it or mend its spelling; config.example.toml lists every key."


def _keys(model: type[BaseModel] | None, table: Key) -> list[str]:
    """The keys that the table at this place may have; numbers count the tables of one name."""
    for part in (part for part in table if isinstance(part, str)):
        field = model.model_fields.get(part) if model is not None else None
        model = _model(field.annotation) if field is not None else None
    return list(model.model_fields) if model is not None else []


def _model(annotation: Any) -> type[BaseModel] | None:
    """The table behind `X`, `X | None` or `tuple[X, ...]`."""
    tables = (one for one in (annotation, *get_args(annotation)) if isinstance(one, type) and issubclass(one, BaseModel))
    return next(tables, None)
