"""Dataclasses from JSON: what a file says is checked against the types before it becomes an object."""

from __future__ import annotations

import math
import types
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


def from_json(kind: type[T], value: object) -> T:
    """Make a dataclass of what `json.loads(json.dumps(asdict(it)))` gives.

    Its fields may be texts, numbers, truth values, enums of text, tuples of one type, other such dataclasses, and
    unions of these with None.

    Raises:
        ValueError: The value does not have this shape; the message names where it differs.
    """
    made: T = _made(kind, value, "it")
    return made


def _made(kind: Any, value: object, where: str) -> Any:
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise ValueError(f"{where} is not a list")
        return tuple(_made(get_args(kind)[0], part, f"{where}[{number}]") for number, part in enumerate(value))
    if get_origin(kind) is types.UnionType:
        if value is None and types.NoneType in get_args(kind):
            return None
        return _made(next(one for one in get_args(kind) if one is not types.NoneType), value, where)
    if is_dataclass(kind):
        return _made_of_fields(kind, value, where)
    if isinstance(kind, type) and issubclass(kind, Enum):
        if not isinstance(value, str):
            raise ValueError(f"{where} is not a text")
        return kind(value)
    if kind is float and type(value) is int:
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{where} is not a number")
    if type(value) is not kind:
        raise ValueError(f"{where} is not of the type {kind.__name__}")
    return value


def _made_of_fields(kind: Any, value: object, where: str) -> Any:
    if not isinstance(value, dict):
        raise ValueError(f"{where} is not an object")
    hints = get_type_hints(kind)
    # What a later version may have added is passed over; what an earlier one did not know has its default.
    lacking = [field.name for field in fields(kind) if field.name not in value and field.default is MISSING]
    if lacking:
        raise ValueError(f'{where} has no "{lacking[0]}"')
    names = [field.name for field in fields(kind) if field.name in value]
    return kind(**{name: _made(hints[name], value[name], f"{where}.{name}") for name in names})
