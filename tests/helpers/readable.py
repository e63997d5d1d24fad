"""Small files of every kind that the model reads, and what reads them."""

import bz2
import gzip
import io
import json
import lzma
import pickle
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
from PIL import Image
from scipy.io import savemat

from helpers.own_data import idx
from helpers.pictures import draw_digit
from helpers.strokes import write_digits
from model import build, load_network, save_network
from model.data.pipeline import read_pipeline
from model.handwriting.strokes import load_strokes
from model.readers.edit_files import load_edits
from model.readers.picture_files import read_picture
from model.readers.sources import open_data
from model.sweeps.sweep_grid import plan_from, read_grid

__all__ = ["READABLE", "Readable", "models", "once"]

COUNT = 20


class Readable(NamedTuple):
    """A kind of file.

    Attributes
    ----------
    name : str
        Of a file of this kind.
    contents : callable
        Makes whole ones.
    read : callable
        Raises only errors of this program.
    within : str
        A key of `helpers.damage.WITHIN`, if damage from outside would be noticed at once.
    beside : mapping of str to bytes
        Files that lie beside it.
    """

    name: str
    contents: Callable[[], list[bytes]]
    read: Callable[[Path], Any]
    within: str = ""
    beside: Mapping[str, bytes] = {}


def digits() -> tuple[np.ndarray, np.ndarray]:
    labels = np.array([(0, 2, 4, 7)[number % 4] for number in range(COUNT)], np.uint8)
    return np.stack([np.asarray(draw_digit(int(label), 28)) for label in labels]), labels


IMAGES, LABELS = digits()


def colours() -> np.ndarray:
    """Make pictures of 32×32 as CIFAR's rows have them."""
    return np.random.default_rng(5).integers(0, 256, (COUNT, 3072), np.uint8)


def batches() -> list[bytes]:
    return [np.column_stack([LABELS, colours()]).tobytes(), np.column_stack([LABELS, LABELS, colours()]).tobytes()]


def pickles() -> list[bytes]:
    batch = {b"data": colours(), b"labels": LABELS.tolist(), b"filenames": [b"a.png"] * COUNT}
    pairs = ((IMAGES / 255, LABELS.astype(np.int64)), (IMAGES[:15].astype(np.float32) / 255, LABELS[:15]))
    return [pickle.dumps(thing, protocol) for thing in (batch, pairs) for protocol in (0, 2, 5)]


def parquet() -> list[bytes]:
    """Write pictures as Hugging Face has them; nothing where pyarrow is not installed."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        return [b"PAR1"]
    content = picture("png", mode="RGB")
    rows = [{"bytes": content, "path": None}] * COUNT
    stream = io.BytesIO()
    pq.write_table(pa.table({"image": rows, "label": LABELS.tolist()}), stream)
    return [stream.getvalue()]


def archive(**arrays: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def npz() -> list[bytes]:
    halves = {"x_train": IMAGES[:10], "y_train": LABELS[:10], "x_test": IMAGES[10:], "y_test": LABELS[10:]}
    texts = np.array([str(label) for label in LABELS])
    rows = (IMAGES[:, ::2, ::2] / 255).reshape(COUNT, -1)
    named = {"class_names": np.array([f"kind {number}" for number in range(8)])}
    return [
        archive(images=IMAGES, labels=LABELS, others=LABELS),
        archive(**halves),
        archive(X=rows, y=texts),
        archive(images=colours().reshape(COUNT, 32, 32, 3), labels=LABELS, **named),
    ]


def npy() -> list[bytes]:
    streams = [io.BytesIO(), io.BytesIO()]
    np.save(streams[0], IMAGES)
    np.save(streams[1], np.moveaxis(IMAGES, 0, -1).astype(np.float32) / 255)
    return [stream.getvalue() for stream in streams]


def mat(*, packed: bool) -> list[bytes]:
    flat = IMAGES[:, ::2, ::2].reshape(COUNT, -1)
    nested = {"dataset": {"train": {"images": flat, "labels": LABELS[:, np.newaxis]}, "note": "hello"}}
    streams = [io.BytesIO(), io.BytesIO()]
    savemat(streams[0], {"X": flat, "y": LABELS}, do_compression=packed)
    savemat(streams[1], nested | {"words": np.array(["a", 3], object)}, do_compression=packed)
    return [stream.getvalue() for stream in streams]


def old_mat() -> list[bytes]:
    stream = io.BytesIO()
    savemat(stream, {"X": IMAGES[:, ::2, ::2].reshape(COUNT, -1).astype(float), "y": LABELS}, format="4")
    return [stream.getvalue()]


def table(separator: str = ",") -> bytes:
    rows = np.column_stack([LABELS, IMAGES[:, ::2, ::2].reshape(COUNT, -1)])
    return "\n".join(separator.join(map(str, row)) for row in rows.tolist()).encode()


def tables() -> list[bytes]:
    header = ",".join(["label", *(f"pixel{number}" for number in range(196))]).encode()
    return [table(), table(" "), header + b"\n" + table(), table(";").decode().encode("utf-16")]


def zipped() -> list[bytes]:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("some/train.csv", table())
        packed.writestr("some/notes.txt", "nothing")
    return [stream.getvalue()]


def tarred() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as packed:
        for name, content in (("train-images-idx3-ubyte", idx(IMAGES)), ("train-labels-idx1-ubyte", idx(LABELS))):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            packed.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def picture(form: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    sheet = Image.fromarray(255 - draw_digit(2, 60))
    sheet.convert(options.pop("mode", "L")).save(stream, form, **options)
    return stream.getvalue()


def pictures(form: str) -> list[bytes]:  # noqa: PLR0911
    frames = [Image.fromarray(draw_digit(digit, 60)) for digit in (0, 4)]
    animated = {"save_all": True, "append_images": frames}
    match form:
        case "gif":
            return [picture("gif"), picture("gif", **animated), picture("gif", mode="P", transparency=0)]
        case "tiff":
            packed = [picture("tiff", compression=how) for how in ("tiff_lzw", "tiff_adobe_deflate", "packbits")]
            modes = [picture("tiff", mode=mode) for mode in ("F", "I;16", "RGB", "1", "CMYK")]
            return [picture("tiff"), picture("tiff", **animated), *packed, *modes]
        case "png":
            exif = Image.Exif()
            exif[274] = 6
            modes = [picture("png", mode=mode) for mode in ("1", "P", "RGBA", "LA", "I;16")]
            return [*modes, picture("png", exif=exif), picture("png", **animated)]
        case "jpeg":
            return [picture("jpeg"), picture("jpeg", mode="RGB", progressive=True), picture("jpeg", mode="CMYK")]
        case "webp":
            return [picture("webp"), picture("webp", lossless=True), picture("webp", **animated)]
        case "ppm":
            return [
                picture("ppm"),
                picture("ppm", mode="RGB"),
                picture("ppm", mode="1"),
                b"P2\n3 2\n9\n1 2 3 4 5 6\n",
            ]
        case _:
            return [picture(form), picture(form, mode="RGB")]


def edits() -> list[bytes]:
    entry = {"index": 3, "digest": "00" * 16, "label": 4}
    gone = {"index": 5, "digest": "11" * 16, "excluded": True}
    saved = {"format": "digitgui edits 1", "ink": "dark", "pictures": [entry, gone]}
    return [json.dumps(saved).encode()]


def pipeline() -> list[bytes]:
    steps = [
        {"operation": "rotation", "strength": 12.0},
        {"operation": "noise", "strength": 3, "probability": 0.5},
    ]
    return [json.dumps({"name": "mine", "steps": steps, "one_per_picture": False}).encode()]


def grid() -> list[bytes]:
    drawn = {"lr": {"from": 0.001, "to": 0.1, "log": True}, "batch-size": [8, 32], "seed": {"from": 0, "to": 9}}
    return [json.dumps({"lr": [0.01, 0.05], "arch": ["lenet", "journal-8"]}).encode(), json.dumps(drawn).encode()]


def planned(file: Path) -> None:
    choices = read_grid(file)
    plan_from(choices, {"seed": 0}, count=5)
    if all(isinstance(values, list) for values in choices.values()):
        plan_from(choices, {"seed": 0})


def strokes() -> list[bytes]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "strokes.npz"
        write_digits(file)
        return [file.read_bytes()]


def painted(file: Path) -> None:
    load_strokes(file)
    open_data(file)


def models() -> list[bytes]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "model.safetensors"
        save_network(build("journal-8", seed=5), file)
        return [file.read_bytes()]


def once(make: Callable[[], list[bytes]]) -> Callable[[], list[bytes]]:
    return cache(make)


BESIDE = {"train-labels-idx1-ubyte": idx(LABELS)}
MAPPING = "\n".join(f"{label} {ord('A') + label}" for label in range(8)).encode()
ARRAY_LABELS = io.BytesIO()
np.save(ARRAY_LABELS, LABELS)
READABLE = {
    "idx": Readable("train-images-idx3-ubyte", lambda: [idx(IMAGES)], open_data, beside=BESIDE),
    "idx.gz": Readable(
        "train-images-idx3-ubyte.gz", lambda: [gzip.compress(idx(IMAGES))], open_data, "gz", beside=BESIDE
    ),
    "names of classes": Readable(
        "train-mapping.txt",
        lambda: [MAPPING],
        lambda file: open_data(file.with_name("train-images-idx3-ubyte")),
        beside=BESIDE | {"train-images-idx3-ubyte": idx(IMAGES)},
    ),
    "batches": Readable("data_batch_1.bin", once(batches), open_data),
    "pickle": Readable("data_batch_1.pkl", once(pickles), open_data),
    "parquet": Readable("x.parquet", once(parquet), open_data),
    "npz": Readable("x.npz", once(npz), open_data, "zip"),
    "npy": Readable("images.npy", once(npy), open_data, beside={"labels.npy": ARRAY_LABELS.getvalue()}),
    "mat": Readable("x.mat", once(lambda: mat(packed=False)), open_data),
    "packed mat": Readable("x.mat", once(lambda: mat(packed=True)), open_data, "mat"),
    "mat 4": Readable("x.mat", once(old_mat), open_data),
    "table": Readable("x.csv", once(tables), open_data),
    "zip": Readable("x.zip", once(zipped), open_data, "zip"),
    "tar": Readable("x.tar", lambda: [tarred()], open_data),
    "tar.gz": Readable("x.tar.gz", lambda: [gzip.compress(tarred())], open_data, "gz"),
    "bz2": Readable("x.csv.bz2", lambda: [bz2.compress(table())], open_data, "bz2"),
    "xz": Readable("x.csv.xz", lambda: [lzma.compress(table(), preset=0)], open_data, "xz"),
    "strokes": Readable("strokes.npz", once(strokes), painted, "zip"),
    **{
        form: Readable(f"x.{form}", once(lambda form=form: pictures(form)), read_picture)
        for form in ("png", "jpeg", "gif", "tiff", "webp", "bmp", "ppm", "avif")
    },
    "edits": Readable("x.npz.edits.json", edits, load_edits, "json"),
    "pipeline": Readable("x.json", pipeline, read_pipeline, "json"),
    "grid": Readable("grid.json", grid, planned, "json"),
    "model": Readable("x.safetensors", once(models), load_network, "safetensors"),
}
"""By what they are called."""
