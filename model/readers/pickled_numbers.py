"""Numbers, texts, lists, dictionaries and NumPy's arrays in Python pickles, read without running what they call.

A pickle is a program for a small machine, which may call any function of Python. This machine knows no functions:
it reads the instructions by ``pickletools``, which only tells what they are, and refuses those it does not know.
What NumPy writes for an array is understood as its type, its shape and its bytes.
"""

import math
import pickletools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from model.bounds import check_size
from model.errors import DataFormatError
from model.readers.forms import PICKLE_REFUSED

__all__ = ["read_pickled"]

ARRAY, TYPE, SCALAR, FROM_BUFFER, ENCODE, BYTES = "array", "type", "scalar", "from buffer", "encode", "bytes"
KNOWN = {
    ("numpy", "ndarray"): ARRAY,
    ("numpy", "dtype"): TYPE,
    ("_codecs", "encode"): ENCODE,
    ("__builtin__", "bytes"): BYTES,
    **{
        (f"numpy.{core}.{module}", name): meaning
        for core in ("core", "_core")
        for module, name, meaning in (
            ("multiarray", "_reconstruct", ARRAY),
            ("multiarray", "scalar", SCALAR),
            ("numeric", "_frombuffer", FROM_BUFFER),
        )
    },
}
"""What is named in a pickle of an array, or of bytes."""
NUMBERS = re.compile(r"[<>|=]?([biuf][1248]|f16)|bool")
MOST_STEPS = 20_000_000
"""Of a pickle: the labels and file names of CIFAR's take 60,000."""


class _Mark:
    """Where a collection begins on the stack."""


@dataclass(slots=True)
class _Type:
    """A type of numbers, as NumPy pickles it."""

    name: str

    def build(self, state: Any) -> None:
        if isinstance(state, tuple) and len(state) > 1 and state[1] in ("<", ">", "|", "="):
            self.name = f"{state[1]}{self.name.lstrip('<>|=')}"

    def dtype(self) -> np.dtype[Any]:
        if not NUMBERS.fullmatch(self.name):
            raise ValueError(f"an array of {self.name:.20}")
        return np.dtype(self.name)


@dataclass(slots=True)
class _Array:
    """An array, of which NumPy pickles the shape, the type and the bytes apart."""

    found: list[npt.NDArray[Any]] = field(default_factory=list)

    def build(self, state: Any) -> None:
        _, shape, kind, by_columns, content = state
        self.found = [_array(content, kind, shape, "F" if by_columns else "C")]


def read_pickled(content: bytes, name: str) -> Any:
    """Read a pickle of numbers, texts, lists, tuples, dictionaries and arrays.

    Parameters
    ----------
    content : bytes
    name : str
        What messages call it.

    Raises
    ------
    DataFormatError
        If it asks for anything else.
    Exception
        Whatever ``pickletools`` and others raise if it is damaged.
    """
    machine = _Machine(name)
    for step, (opcode, argument, _) in enumerate(pickletools.genops(content)):
        if step > MOST_STEPS:
            raise ValueError(f"more than {MOST_STEPS:,} instructions")
        if opcode.name == "STOP":
            break
        machine.take(opcode.name, argument)
    return _plain(machine.pop())


def _array(content: Any, kind: Any, shape: Any, order: str) -> npt.NDArray[Any]:
    if not isinstance(kind, _Type) or not isinstance(content, bytes | bytearray | str):
        raise ValueError("an array of objects")
    if isinstance(content, str):  # of Python 2
        content = content.encode("latin-1")
    dtype = kind.dtype()
    lengths = shape if isinstance(shape, tuple) else (shape,)
    if not all(type(length) is int and length >= 0 for length in lengths):
        raise ValueError("an array without a shape")
    if math.prod(lengths) * dtype.itemsize != len(content):
        raise ValueError(f"{len(content):,} bytes for an array of shape {lengths!s:.60}")
    flat = np.frombuffer(content, dtype)
    return flat.astype(dtype.newbyteorder("="), copy=False).reshape(lengths, order="F" if order == "F" else "C")


def _plain(value: Any) -> Any:
    return value.found[0] if isinstance(value, _Array) and value.found else value


class _Machine:
    """The stack and the memory that a pickle works on."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._stack: list[Any] = []
        self._memory: dict[int, Any] = {}
        self._made = {ARRAY: 0, ENCODE: 0}  # bytes: a few instructions can make arrays of the same content again

    def pop(self) -> Any:
        """Take what is on top."""
        return self._stack.pop()

    def take(self, code: str, argument: Any) -> None:
        """Carry out one instruction."""
        if code in VALUES:
            self._stack.append(VALUES[code](argument))
        elif code in COLLECTIONS:
            COLLECTIONS[code](self._stack, self._since_mark)
        elif code in ("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"):
            self._memory[len(self._memory) if code == "MEMOIZE" else argument] = self._stack[-1]
        elif code in ("GET", "BINGET", "LONG_BINGET"):
            self._stack.append(self._memory[argument])
        elif code in ("GLOBAL", "STACK_GLOBAL"):
            self._stack.append(self._known(argument.split(" ") if argument else [*self._pop_two()]))
        elif code == "REDUCE":
            self._stack.append(self._called(*self._pop_two()))
        elif code == "BUILD":
            self._build(self.pop())
        elif code not in ("PROTO", "FRAME"):
            raise self._refusal()

    def _pop_two(self) -> tuple[Any, Any]:
        second = self.pop()
        return self.pop(), second

    def _since_mark(self) -> list[Any]:
        place = next(at for at in range(len(self._stack) - 1, -1, -1) if isinstance(self._stack[at], _Mark))
        found = self._stack[place + 1 :]
        del self._stack[place:]
        return [_plain(value) for value in found]

    def _build(self, state: Any) -> None:
        target = self._stack[-1]
        if not isinstance(target, _Array | _Type):
            raise self._refusal()
        target.build(state)
        if isinstance(target, _Array):
            self._count(ARRAY, target.found[0].nbytes)

    def _known(self, words: list[Any]) -> str:
        key = tuple(words)
        if len(key) != 2 or not all(isinstance(word, str) for word in key) or key not in KNOWN:
            raise self._refusal()
        return KNOWN[key]

    def _called(self, what: Any, given: Any) -> Any:
        """Understand what NumPy would be called for."""
        if not isinstance(given, tuple):
            raise self._refusal()
        if what == ARRAY:
            return _Array()
        if what == TYPE and given and isinstance(given[0], str):
            return _Type(given[0])
        if what == ENCODE and isinstance(given[0], str):
            self._count(ENCODE, len(given[0]))
            return given[0].encode("latin-1")
        if what == BYTES and not given:
            return b""
        if what == SCALAR:
            return _array(given[1], given[0], (), "C")[()].item()
        if what == FROM_BUFFER:
            array = _array(given[0], given[1], given[2], given[3])
            self._count(ARRAY, array.nbytes)
            return array
        raise self._refusal()

    def _count(self, what: str, size: int) -> None:
        self._made[what] += size
        check_size(self._name, self._made[what])

    def _refusal(self) -> DataFormatError:
        return DataFormatError(f"{self._name}: {PICKLE_REFUSED}")


def _itself(value: Any) -> Any:
    return value


VALUES: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT"), _itself),
    **dict.fromkeys(("BINFLOAT", "STRING", "BINSTRING", "SHORT_BINSTRING", "BINBYTES", "BINBYTES8"), _itself),
    **dict.fromkeys(("SHORT_BINBYTES", "BYTEARRAY8", "UNICODE", "BINUNICODE", "BINUNICODE8"), _itself),
    "SHORT_BINUNICODE": _itself,
    "NONE": _itself,
    "NEWTRUE": lambda _: True,
    "NEWFALSE": lambda _: False,
    "MARK": lambda _: _Mark(),
    "EMPTY_LIST": lambda _: [],
    "EMPTY_TUPLE": lambda _: (),
    "EMPTY_DICT": lambda _: {},
}
"""Instructions that put a value on the stack, and how it comes from what stands in the file."""

Stack = list[Any]
SinceMark = Callable[[], list[Any]]


def _append(stack: Stack, _: SinceMark) -> None:
    value = _plain(stack.pop())
    _list(stack[-1]).append(value)


def _extend(stack: Stack, since_mark: SinceMark) -> None:
    values = since_mark()
    _list(stack[-1]).extend(values)


def _set(stack: Stack, _: SinceMark) -> None:
    value, key = stack.pop(), stack.pop()
    _fill(stack[-1], [key, value])


def _set_all(stack: Stack, since_mark: SinceMark) -> None:
    values = since_mark()
    _fill(stack[-1], values)


def _new_dict(stack: Stack, since_mark: SinceMark) -> None:
    made: dict[Any, Any] = {}
    _fill(made, since_mark())
    stack.append(made)


def _last(count: int) -> Callable[[Stack, SinceMark], None]:
    def tuple_of(stack: Stack, _: SinceMark) -> None:
        values = tuple(_plain(value) for value in stack[-count:])
        if len(values) < count:
            raise ValueError("nothing on the stack")
        stack[-count:] = [values]

    return tuple_of


COLLECTIONS: Mapping[str, Callable[[Stack, SinceMark], None]] = {
    "APPEND": _append,
    "APPENDS": _extend,
    "SETITEM": _set,
    "SETITEMS": _set_all,
    "LIST": lambda stack, since_mark: stack.append(since_mark()),
    "TUPLE": lambda stack, since_mark: stack.append(tuple(since_mark())),
    "DICT": _new_dict,
    "TUPLE1": _last(1),
    "TUPLE2": _last(2),
    "TUPLE3": _last(3),
    "POP": lambda stack, _: stack.pop(),
}
"""Instructions that make a collection, or fill one."""


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("a list that is none")
    return value


def _fill(target: Any, entries: list[Any]) -> None:
    """Fill a dictionary; keys that could be nested without end are no keys."""
    if not isinstance(target, dict):
        raise ValueError("a dictionary that is none")
    for key, value in zip(entries[::2], entries[1::2], strict=True):
        if not isinstance(key, str | bytes | int):
            raise ValueError("a dictionary with other keys than texts")
        target[key.decode("latin-1") if isinstance(key, bytes) else key] = _plain(value)
