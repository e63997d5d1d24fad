"""Damage to files: bits turned, pieces cut out, moved, doubled and inserted, numbers made huge."""

import bz2
import gzip
import io
import json
import lzma
import zipfile
import zlib
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, NamedTuple

__all__ = ["KINDS", "SNIPPETS", "WITHIN", "Change", "changed", "put", "some_changes"]

KINDS = ("flip", "byte", "cut", "drop", "double", "move", "insert", "put")
SNIPPETS = (
    b"\xff\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\0\0\0\0",
    b"\x7f\xff\xff\xff",
    b"1e999",
    b"-1",
    b"10000000000000000000000000",
    b"[" * 3000,
    b'{"a":' * 2000,
    b"null",
    b"[]",
    b"NaN",
    b'"',
    b"\\ud800",
    b"\xed\xa0\x80",
    b"\n\n",
    b"<!DOCTYPE a>",
    b"\x0e",
)
"""What lengths, numbers, texts and JSON stumble over."""


ODD: tuple[Any, ...] = (
    *(None, True, -1, 0, 10**30, 1e300, 0.5, "1e999", "", "text", "\ud800", "x" * 5000, "\n\0\u202e"),
    *([], {}, [["a"]], {"name": 3}, [0.5] * 1000, {"from": 1, "to": 10**40}, {"from": -1e308, "to": 1e308}),
)
"""What stands in place of something in damaged JSON; 1e999 stands there without its quotes."""


class Change(NamedTuple):
    """One piece of damage: what is done, where, and how far from there, as shares of the file, and with what."""

    kind: str
    where: float
    other: float
    content: bytes


def some_changes(random: Random) -> list[Change]:
    """Draw one to four changes."""
    return [
        Change(
            random.choice(KINDS),
            random.random(),
            random.random() ** 3,
            random.choice(SNIPPETS) if random.random() < 0.7 else random.randbytes(random.randint(1, 8)),
        )
        for _ in range(random.choice((1, 1, 1, 2, 3, 4)))
    ]


def changed(whole: bytes, changes: Sequence[Change]) -> bytes:
    """Damage some bytes."""
    for change in changes:
        whole = _changed(whole, change)
    return whole


def _changed(whole: bytes, change: Change) -> bytes:  # noqa: PLR0911
    if not whole:
        return change.content
    start = min(len(whole) - 1, int(change.where * len(whole)))
    length = 1 + int(change.other * (len(whole) - start - 1))
    before, piece, after = whole[:start], whole[start : start + length], whole[start + length :]
    first = piece[0]
    match change.kind:
        case "flip":
            return before + bytes([first ^ (1 << (change.content[0] % 8))]) + whole[start + 1 :]
        case "byte":
            return before + change.content[:1] + whole[start + 1 :]
        case "cut":
            return before
        case "drop":
            return before + after
        case "double":
            return before + piece + piece + after
        case "move":
            middle = len(after) // 2
            return before + after[:middle] + piece + after[middle:]
        case "insert":
            return before + change.content + whole[start:]
        case _:  # put
            return before + change.content + whole[start + len(change.content) :]


def within_zip(whole: bytes, changes: Sequence[Change]) -> bytes:
    """Damage a file in an archive, whose checksums then fit again."""
    stream = io.BytesIO()
    methods = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(stream, "w") as new:
        names = old.namelist()
        chosen = names[int(changes[0].where * len(names)) % len(names)]
        for number, name in enumerate(names):
            content = old.read(name)
            where = (changes[0].where * len(names)) % 1  # within the one that is chosen
            inside = [changes[0]._replace(where=where**4), *changes[1:]]  # most damage where heads are
            method = methods[(number + len(changes)) % 4]
            new.writestr(name, changed(content, inside) if name == chosen else content, method)
    return stream.getvalue()


def within_gzip(whole: bytes, changes: Sequence[Change]) -> bytes:
    """Damage what is compressed."""
    return gzip.compress(changed(gzip.decompress(whole), changes), 1)


def within_bz2(whole: bytes, changes: Sequence[Change]) -> bytes:
    return bz2.compress(changed(bz2.decompress(whole), changes))


def within_xz(whole: bytes, changes: Sequence[Change]) -> bytes:
    return lzma.compress(changed(lzma.decompress(whole), changes), preset=0)


def within_mat(whole: bytes, changes: Sequence[Change]) -> bytes:
    """Damage the elements of a MATLAB file, each compressed again."""
    result, rest = whole[:128], whole[128:]
    while len(rest) >= 8:
        length = int.from_bytes(rest[4:8], "little")
        content = zlib.compress(changed(zlib.decompress(rest[8 : 8 + length]), changes))
        result += rest[:4] + len(content).to_bytes(4, "little") + content
        rest = rest[8 + length :]
    return result


def within_json(whole: bytes, changes: Sequence[Change]) -> bytes:
    """Put something odd in the place of some values."""
    entry = json.loads(whole)
    for change in changes:
        places = places_in(entry)
        if places:
            way = places[int(change.where * len(places)) % len(places)]
            entry = put(entry, way, ODD[int(change.other * 1e6) % len(ODD)])
    return json.dumps(entry).replace('"1e999"', "1e999").encode()


def places_in(entry: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the ways to all values inside."""
    inside = entry.items() if isinstance(entry, dict) else enumerate(entry) if isinstance(entry, list) else ()
    return [way] * bool(way) + [place for key, value in inside for place in places_in(value, (*way, key))]


def put(entry: Any, way: tuple[Any, ...], value: Any) -> Any:
    """Copy an entry with another value in one place."""
    if not way:
        return value
    copied = list(entry) if isinstance(entry, list) else dict(entry)
    copied[way[0]] = put(copied[way[0]], way[1:], value) if way[1:] else value
    return copied


def within_safetensors(whole: bytes, changes: Sequence[Change]) -> bytes:
    """Damage the header of a model file, whose length then fits again."""
    length = int.from_bytes(whole[:8], "little")
    header = json.loads(whole[8 : 8 + length])
    own = header["__metadata__"]
    key = sorted(own)[int(changes[0].where * len(own)) % len(own)]
    within = within_json if len(changes) % 2 else changed
    own[key] = within(own[key].encode(), changes).decode("utf-8", "replace")
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + whole[8 + length :]


def within_header(whole: bytes, changes: Sequence[Change]) -> bytes:
    """Damage the list of arrays in a safetensors file, and exchange names, whose length then fits again."""
    length = int.from_bytes(whole[:8], "little")
    header = json.loads(whole[8 : 8 + length])
    if len(changes) % 2:
        header = json.loads(within_json(json.dumps(header).encode(), changes).replace(b"1e999", b"null"))
    elif isinstance(header, dict):
        names, kept = list(header), list(header.values())
        shift = int(changes[0].where * len(names))
        header = dict(zip(names, kept[shift:] + kept[:shift], strict=True))
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + whole[8 + length :]


WITHIN: dict[str, Callable[[bytes, Sequence[Change]], bytes]] = {
    "zip": within_zip,
    "gz": within_gzip,
    "bz2": within_bz2,
    "xz": within_xz,
    "mat": within_mat,
    "json": within_json,
    "safetensors": within_safetensors,
    "header": within_header,
}
"""How to damage what is inside of a file that would notice any damage from outside."""
