"""Values to plain JSON data and back. Knows frozen dataclasses, enums, datetimes, dates, tuples, dicts, None."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin

T = TypeVar("T")
_PLAIN = frozenset({type(None), bool, int, float, str})  # exactly these are their own plain form, and most of what is met


def to_plain(value: Any) -> Any:
    """A value as JSON data: dataclass → object, datetime/date → ISO 8601 text, tuple → list, enum → its value."""
    kind: Any = type(value)
    if kind in _PLAIN:
        return value
    names = _shape(kind)
    if names is not None:
        return {name: each if type(each := getattr(value, name)) in _PLAIN else to_plain(each) for name in names}
    if isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (tuple, list, frozenset, set)):
        items = sorted(value) if isinstance(value, (frozenset, set)) else value
        return [each if type(each) in _PLAIN else to_plain(each) for each in items]
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"no plain form for {type(value).__name__}")


def from_plain(kind: type[T], data: Any) -> T:
    """The value of type `kind` that `to_plain` made `data` from.

    Errors: ValueError, TypeError or KeyError where the data does not fit. Unknown keys are ignored and absent
    ones take their default, so that a row written by an older release can still be read.
    """
    wanted: Any = kind
    return typing.cast(T, _builder(wanted)(data))


@cache
def _shape(kind: Any) -> tuple[str, ...] | None:
    """The fields of a dataclass; None for what is none."""
    wanted: Any = kind
    return _field_names(wanted) if dataclasses.is_dataclass(kind) else None


@cache
def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


@cache
def _builder(kind: Any) -> Callable[[Any], Any]:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _optional_builder(get_args(kind))
    if origin is tuple:
        item = _builder(get_args(kind)[0])
        return lambda data: tuple(item(element) for element in data)
    if origin is frozenset:
        item = _builder(get_args(kind)[0])
        return lambda data: frozenset(item(element) for element in data)
    if origin is dict:
        item = _builder(get_args(kind)[1])
        return lambda data: {key: item(element) for key, element in data.items()}
    if origin is typing.Literal:
        return _literal_builder(get_args(kind))
    if kind is Any:
        return lambda data: data
    if kind is datetime:
        return datetime.fromisoformat
    if kind is date:
        return date.fromisoformat
    if kind is float:
        return lambda data: float(_checked(data, (int, float)))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if dataclasses.is_dataclass(kind):
        return _dataclass_builder(kind)
    return lambda data: _checked(data, kind)


def _optional_builder(args: tuple[Any, ...]) -> Callable[[Any], Any]:
    rest = [arg for arg in args if arg is not type(None)]
    if len(rest) != 1:  # a union of plain scalars (number or text): take the data as it stands
        return lambda data: _checked(data, tuple(args))
    inner = _builder(rest[0])
    return lambda data: None if data is None else inner(data)


def _literal_builder(allowed: tuple[Any, ...]) -> Callable[[Any], Any]:
    def build(data: Any) -> Any:
        if data not in allowed:
            raise ValueError(f"{data!r} is none of {allowed}")
        return data

    return build


def _checked(data: Any, kind: Any) -> Any:
    if not isinstance(data, kind) or (isinstance(data, bool) and kind in (int, float)):
        raise TypeError(f"expected {kind}, got {type(data).__name__}")
    return data


def _dataclass_builder(kind: Any) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    builders: dict[str, Callable[[Any], Any]] = {}

    def build(data: Any) -> Any:
        if not builders:  # filled on first use, so that a dataclass may refer to itself
            builders.update({name: _builder(hints[name]) for name in _field_names(kind)})
        return kind(**{name: make(data[name]) for name, make in builders.items() if name in data})

    return build
