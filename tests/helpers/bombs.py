"""Files that ask for far more than they are: made to fill the memory, or to take for ever."""

import gzip
import io
import json
import struct
import tarfile
import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image

from helpers.own_data import idx

__all__ = ["BOMBS", "LARGE_BUT_FINE"]

PIECE = 10_000_000
GIGABYTE_AND_A_HALF = 150
"""Pieces."""


def deflated_zeros(pieces: int, start: bytes = b"") -> bytes:
    """Compress some bytes and many zeros, without having them all."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    piece = packer.compress(bytes(PIECE)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + piece * pieces + packer.flush()


def gzipped_zeros(pieces: int, start: bytes = b"") -> bytes:
    head = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    length = len(start) + pieces * PIECE
    return head + deflated_zeros(pieces, start) + struct.pack("<II", 0, length)  # the checksum is wrong: too late


def zipped_zeros(pieces: int, members: dict[str, bytes]) -> bytes:
    """Put members that begin so, and go on with zeros, into a .zip."""
    stored = {name: deflated_zeros(pieces, start) for name, start in members.items()}
    body, directory = b"", b""
    for name, content in stored.items():
        length = pieces * PIECE + len(members[name])
        fields = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, 0, len(content), length, len(name), 0)
        directory += b"PK\1\2\x14\0" + fields + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name.encode()
        body += b"PK\3\4" + fields + name.encode() + content
    count = len(stored)
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + end


def head_of(shape: tuple[int, ...], dtype: str = "|u1") -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": dtype, "fortran_order": False, "shape": shape})
    return stream.getvalue()


def long_head() -> bytes:
    return b"\x93NUMPY\2\0" + struct.pack("<I", 1_400_000_000) + b"{"


def small_array() -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.zeros((20, 28, 28), np.uint8))
    return stream.getvalue()


def npz_with(name: str, content: bytes) -> bytes:
    return zipped_zeros(GIGABYTE_AND_A_HALF, {"images.npy": small_array(), name: content})


def picture(side: int, form: str, mode: str = "1", **options: object) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, (side, side)).save(stream, form, **options)
    return stream.getvalue()


def gif_that_grows() -> bytes:
    """Let a frame reach beyond the sheet, which Pillow then makes larger."""
    whole = bytearray(picture(40, "gif", "P"))
    frame = whole.index(b",\0\0\0\0")
    whole[frame + 1 : frame + 5] = struct.pack("<HH", 12_000, 12_000)
    return bytes(whole)


def tiff_of(width: int, height: int) -> bytes:
    whole = picture(40, "tiff", "F")
    for tag, value in ((256, width), (257, height)):
        place = whole.index(struct.pack("<HHI", tag, 4 if struct.pack("<HHI", tag, 4, 1) in whole else 3, 1))
        whole = whole[:place] + struct.pack("<HHII", tag, 4, 1, value) + whole[place + 12 :]
    return whole


def webp_of_13_000() -> bytes:
    whole = picture(40, "webp", "RGB")
    return whole[:26] + struct.pack("<HH", 13_000, 13_000) + whole[30:]


def frames(form: str) -> bytes:
    stream = io.BytesIO()
    sheets = [Image.new("L", (2200, 2200), shade) for shade in range(8)]
    sheets[0].save(stream, form, save_all=True, append_images=sheets[1:])
    return stream.getvalue()


def tar_with_a_long_name() -> bytes:
    member = tarfile.TarInfo("././@LongLink")
    member.type, member.size = tarfile.GNUTYPE_LONGNAME, GIGABYTE_AND_A_HALF * PIECE
    return gzipped_zeros(GIGABYTE_AND_A_HALF + 1, member.tobuf(tarfile.GNU_FORMAT))


def tar_with_remarks(count: int) -> bytes:
    """Pack remarks on the next file, which Python reads one by one: fewer bytes than are suspected at once."""
    content = b"9 a=bbbb\n" * count
    member = tarfile.TarInfo("remarks")
    member.type, member.size = tarfile.XHDTYPE, len(content)
    return gzip.compress(member.tobuf(tarfile.GNU_FORMAT) + content, 1)


def tar_that_leads_back() -> bytes:
    """Let the second file of an archive end where it begins."""
    back = bytearray(tarfile.TarInfo("back").tobuf(tarfile.GNU_FORMAT))
    back[124:136] = (-512).to_bytes(12, "big", signed=True)
    back[148:156] = b"        "
    back[148:156] = b"%06o\0 " % sum(back)
    return tarfile.TarInfo("first").tobuf(tarfile.GNU_FORMAT) + bytes(back) + bytes(4 * 512)


def zip_with_a_long_list() -> bytes:
    count = 1_200_000
    entry = b"PK\1\2" + bytes(42)
    return entry * count + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 65535, 65535, 46 * count, 0, 0)


def matrix(kind: int, dimensions: tuple[int, int], content: bytes) -> bytes:
    inside = struct.pack("<IIII", 6, 8, kind, 0) + struct.pack("<IIii", 5, 8, *dimensions)
    inside += struct.pack("<II", 1, 0) + content
    return struct.pack("<II", 14, len(inside)) + inside


def mat_with(content: bytes) -> bytes:
    return b"MATLAB 5.0 MAT-file".ljust(124) + b"\0\1IM" + content


def packed_mat() -> bytes:
    start = struct.pack("<IIIIII", 14, 1_500_000_000, 6, 8, 9, 0) + struct.pack("<IIii", 5, 8, 1_500_000, 1000)
    start += struct.pack("<III", 1 << 16 | 1, ord("X"), 2) + struct.pack("<I", 1_500_000_000)
    packed = b"\x78\xda" + deflated_zeros(GIGABYTE_AND_A_HALF, start)
    return mat_with(struct.pack("<II", 15, len(packed)) + packed)


def deep_mat() -> bytes:
    content = b""
    for _ in range(20_000):
        inside = struct.pack("<IIIIIIii", 6, 8, 1, 0, 5, 8, 1, 1) + struct.pack("<II", 1, 0)
        content = struct.pack("<II", 14, len(inside) + len(content)) + inside + content
        if len(content) > 400_000:
            break
    return mat_with(content)


def grid() -> bytes:
    many = {"lr": [(1 + number) / 1e6 for number in range(9000)], "seed": list(range(300))}
    return json.dumps(many).encode()


BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "idx.gz that holds more than it says": (
        "train-images-idx3-ubyte.gz",
        lambda: gzipped_zeros(GIGABYTE_AND_A_HALF, idx(np.zeros((8, 28, 28), np.uint8))),
    ),
    "idx.gz of zeros": (
        "train-images-idx3-ubyte.gz",
        lambda: gzipped_zeros(GIGABYTE_AND_A_HALF, b"\0\0\x08\3" + struct.pack(">3I", 1_900_000, 28, 28)),
    ),
    "idx that holds less than it says": (
        "train-images-idx3-ubyte",
        lambda: b"\0\0\x08\3" + struct.pack(">3I", 2**31, 2**10, 2**10) + bytes(99),
    ),
    "npz of zeros": (
        "x.npz",
        lambda: zipped_zeros(
            GIGABYTE_AND_A_HALF, {"images.npy": head_of((1_900_000, 28, 28)), "labels.npy": head_of((1_900_000,))}
        ),
    ),
    "npz with a head without an end": ("x.npz", lambda: npz_with("junk.npy", long_head())),
    "npz of several parts": (
        "x.npz",
        lambda: zipped_zeros(
            9, {f"x_{part}.npy": head_of((110_000, 28, 28)) for part in ("train", "val", "test")}
        ),
    ),
    "npz of numbers without a size": (
        "x.npz",
        lambda: zipped_zeros(0, {"images.npy": small_array(), "labels.npy": head_of((10**15,), "|S0")}),
    ),
    "strokes of zeros": (
        "x.npz",
        lambda: zipped_zeros(
            GIGABYTE_AND_A_HALF,
            {
                f"{name}.npy": head_of((180_000_000, 2), "<f4")
                for name in ("points", "stroke_end", "digit_end", "label")
            },
        ),
    ),
    "zip with a list without an end": ("x.zip", zip_with_a_long_list),
    "zip of zeros": ("x.zip", lambda: zipped_zeros(GIGABYTE_AND_A_HALF, {"train.csv": b"1,"})),
    "csv.gz of zeros": ("x.csv.gz", lambda: gzipped_zeros(GIGABYTE_AND_A_HALF, b"1,")),
    "tar.gz with a long name": ("x.tar.gz", tar_with_a_long_name),
    "tar.gz with remarks without an end": ("x.tar.gz", lambda: tar_with_remarks(10_000_000)),
    "tar that leads back to its beginning": ("x.tar", tar_that_leads_back),
    "csv of one line": ("x.csv", lambda: b"1," * 50_000_000),
    "mat of zeros": ("x.mat", packed_mat),
    "mat with a huge cell": ("x.mat", lambda: mat_with(matrix(1, (2**15, 2**14), bytes(64)))),
    "mat with a huge text": ("x.mat", lambda: mat_with(matrix(4, (2**15, 2**15), bytes(64)))),
    "mat of cells in one another": ("x.mat", deep_mat),
    "mat of version 4 that says it is huge": (
        "x.mat",
        lambda: struct.pack("<5i", 0, 2**31 - 1, 2**31 - 1, 0, 7) + b"images\0" + bytes(99),
    ),
    "png of 13,000 x 13,000": ("x.png", lambda: picture(13_000, "png")),
    "jpeg of 13,000 x 13,000": ("x.jpg", lambda: picture(13_000, "jpeg", "L")),
    "webp of 13,000 x 13,000": ("x.webp", webp_of_13_000),
    "gif with a frame beyond its sheet": ("x.gif", gif_that_grows),
    "tiff that says it is huge": ("x.tif", lambda: tiff_of(40, 2_621_480)),
    "ppm that says it is huge": ("x.ppm", lambda: b"P6 60000 60000 255\n" + bytes(99)),
    "bmp that says it is huge": (
        "x.bmp",
        lambda: (whole := picture(8, "bmp", "L"))[:18] + struct.pack("<ii", 30_000, 30_000) + whole[26:],
    ),
    "a sweep of 2.7 million": ("grid.json", grid),
    "json in one another": ("grid.json", lambda: b'{"lr": ' + b"[" * 400_000),
    "edits of 100 MB": ("x.edits.json", lambda: b'{"pictures": [' + b'{"a":1},' * 12_500_000),
}
"""The name of a file, and what makes its content: each is refused in one sentence, at once."""

LARGE_BUT_FINE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "gif of 79 million pixels": ("x.gif", lambda: picture(8_900, "gif", "P")),
    "png of 79 million pixels": ("x.png", lambda: picture(8_900, "png", "RGBA")),
    "tiff of 79 million pixels": ("x.tif", lambda: picture(8_900, "tiff", "F", compression="tiff_lzw")),
    "frames in a gif": ("x.gif", lambda: frames("gif")),
    "frames in a webp": ("x.webp", lambda: frames("webp")),
    "frames in a tiff": ("x.tif", lambda: frames("tiff")),
}
"""The same of pictures that are read, and may take what they need."""
