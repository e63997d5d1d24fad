"""Files of pictures of any classes, in the forms that well-known data sets have them in."""

import json
import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from helpers.named_pictures import draw_letter, take_photograph
from helpers.own_data import idx
from model.readers.picture_files import fitted

__all__ = ["NAMES", "letters", "photographs", "save_batches", "save_emnist", "save_parquet"]

NAMES = ("meadow", "sea", "rose")


def letters(names: Sequence[str], count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Write so many of each letter, as ink of 28×28 looks: arrays of shape (n, 28, 28) and (n,)."""
    rng = np.random.default_rng(seed)
    images = [fitted(draw_letter(name, rng))[0] for name in names for _ in range(count)]
    return np.stack(images), np.repeat(np.arange(len(names)), count).astype(np.uint8)


def photographs(count: int, side: tuple[int, int] = (32, 32), seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Take so many of each of `NAMES`, in turn: arrays of shape (n, height, width, 3) and (n,)."""
    rng = np.random.default_rng(seed)
    images = [np.asarray(take_photograph(name, rng, side)) for _ in range(count) for name in NAMES]
    return np.stack(images), np.tile(np.arange(len(NAMES)), count).astype(np.uint8)


def save_emnist(
    folder: Path, images: np.ndarray, labels: np.ndarray, codes: Sequence[str], first: int = 0
) -> Path:
    """Write a set as EMNIST has it: column by column, with the code points of each label beside it."""
    folder.mkdir()
    for part in ("train", "test"):
        (folder / f"emnist-own-{part}-images-idx3-ubyte").write_bytes(idx(images.swapaxes(1, 2)))
        (folder / f"emnist-own-{part}-labels-idx1-ubyte").write_bytes(idx((labels + first).astype(np.uint8)))
    lines = [f"{number + first} {' '.join(str(ord(code)) for code in text)}" for number, text in enumerate(codes)]
    (folder / "emnist-own-mapping.txt").write_text("\n".join(lines) + "\n")
    return folder


def save_batches(folder: Path, images: np.ndarray, labels: np.ndarray, *, binary: bool) -> Path:
    """Write pictures of 32×32×3 as CIFAR-10 has them: two batches to learn from, the second twice, and a test."""
    folder.mkdir()
    rows = images.transpose(0, 3, 1, 2).reshape(len(images), -1)
    half = len(rows) // 2
    cuts = {"data_batch_1": slice(0, half), "data_batch_10": slice(half, None), "test_batch": slice(0, half)}
    for name, cut in cuts.items():
        if binary:
            np.column_stack([labels[cut], rows[cut]]).astype(np.uint8).tofile(folder / f"{name}.bin")
        else:
            files = [b"a.png"] * len(rows[cut])
            batch = {
                b"data": rows[cut],
                b"labels": labels[cut].tolist(),
                b"filenames": files,
                b"batch_label": b"x",
            }
            (folder / name).write_bytes(pickle.dumps(batch, protocol=2))
    if binary:
        (folder / "batches.meta.txt").write_text("\n".join(NAMES) + "\n\n")
    else:
        meta = {b"label_names": [name.encode() for name in NAMES], b"num_vis": 3072}
        (folder / "batches.meta").write_bytes(pickle.dumps(meta, protocol=2))
    return folder


def save_parquet(folder: Path, images: np.ndarray, labels: np.ndarray) -> Path:
    """Write pictures as Hugging Face does, in two tables to learn from and one to test."""
    import io

    import pyarrow as pa
    import pyarrow.parquet as pq

    def row(image: np.ndarray) -> dict[str, object]:
        stream = io.BytesIO()
        Image.fromarray(image).save(stream, "png")
        return {"bytes": stream.getvalue(), "path": None}

    folder.mkdir()
    half = len(images) // 2
    features = {"image": {"_type": "Image"}, "label": {"names": NAMES, "_type": "ClassLabel"}}
    told = {"huggingface": json.dumps({"info": {"features": features}})}
    cuts = {
        "train-00000-of-00002": slice(0, half),
        "train-00001-of-00002": slice(half, None),
        "test": slice(0, half),
    }
    for name, cut in cuts.items():
        table = pa.table({"image": [row(image) for image in images[cut]], "label": labels[cut].astype(np.int64)})
        pq.write_table(table.replace_schema_metadata(told), folder / f"{name}.parquet")
    return folder
