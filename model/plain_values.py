"""Plain values that go into JSON."""

import math
from collections.abc import Hashable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar, cast

__all__ = ["finite", "read_known"]

Record = TypeVar("Record")


def finite(thing: Any) -> Any:
    """Replace by None what JSON cannot express: figures of an empty part or of a network that has diverged."""
    if isinstance(thing, dict):
        return {key: finite(entry) for key, entry in thing.items()}
    if isinstance(thing, list):
        return [finite(entry) for entry in thing]
    return None if isinstance(thing, float) and not math.isfinite(thing) else thing


def read_known(kind: type[Record], saved: Mapping[str, Any]) -> Record:
    """Make a record from what ``dataclasses.asdict`` returned, ignoring fields that only a later version knows.

    Raises
    ------
    AttributeError, TypeError
        If it is something else, or a field is missing.
    """
    names = _names_of(cast(Hashable, kind))
    return kind(**{name: entry for name, entry in saved.items() if name in names})


@cache
def _names_of(kind: Hashable) -> frozenset[str]:
    return frozenset(field.name for field in fields(cast("type[Any]", kind)))
