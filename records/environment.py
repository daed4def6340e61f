"""Reads a frozen settings dataclass from environment variables, once, naming all that is wrong."""

from __future__ import annotations

import re
from dataclasses import MISSING, Field, fields
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from records.errors import MissingSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")
_WHOLE_NUMBER = re.compile(r"-?[0-9]+")


def read_settings(settings: type[T], environment: Mapping[str, str]) -> T:
    """Fill `settings`, a dataclass of `str`, `int` and `bool` fields, from NAME_IN_CAPITALS.

    Raises:
        MissingSettings: lists every variable that is absent or not of its type.
    """
    hints = get_type_hints(settings)
    values: dict[str, Any] = {}
    problems: list[str] = []
    for item in fields(settings):  # type: ignore[arg-type]
        _read(item, hints[item.name], environment, values, problems)
    if problems:
        raise MissingSettings(f"{settings.__module__}.{settings.__name__}: " + "; ".join(problems))
    return settings(**values)


def _read(
    item: Field[Any], kind: type, environment: Mapping[str, str], values: dict[str, Any], problems: list[str]
) -> None:
    name = item.name.upper()
    text = environment.get(name)
    if text is None:
        if item.default is MISSING:
            problems.append(f"{name} is not set")
    elif kind is int and not _WHOLE_NUMBER.fullmatch(text):
        problems.append(f"{name} is {text!r}, not a whole number")
    elif kind is bool and text not in ("true", "false"):
        problems.append(f"{name} is {text!r}, neither true nor false")
    else:
        values[item.name] = text == "true" if kind is bool else kind(text)
