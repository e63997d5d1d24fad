"""Folders and archives of pictures: each opens, or the message names the cause."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.own_data import COUNT, WORDS, same, save_folders, save_table, table
from PIL import Image

from model import Dataset
from model.errors import DataFormatError
from model.readers.forms import FORMS, PACKED
from model.readers.names import digit_of, kind_of, part_of
from model.readers.sources import open_data

FOLDER_NAMES = {
    "words": WORDS.__getitem__,
    "digit_0": "digit_{}".format,
    "class0": "class{}".format,
    "00": "{:02}".format,
    "Class 0": "Class {}".format,
    "0 - zero": lambda digit: f"{digit} - {WORDS[digit]}",
    "1 to 10": lambda digit: str(digit or 10),
}


@pytest.mark.parametrize("names", FOLDER_NAMES)
def test_folders_of_digits_by_every_usual_name(tmp_path, some, names) -> None:
    data = open_data(save_folders(tmp_path / "mine", some, FOLDER_NAMES[names]))
    same(data, some)
    assert ("10 was read as 0" in " ".join(data.notes)) == (names == "1 to 10")


PART_NAMES = [
    ("train", "test"),
    ("Training", "Testing"),
    ("trainingSet", "testSet"),
    ("train_data", "test_data"),
    ("digits-train", "digits-test"),
    ("train", "valid"),
    ("train", "val"),
    ("training", "validation"),
]


@pytest.mark.parametrize("below", [".", "mnist_png", "a/mnist_png"])
@pytest.mark.parametrize("names", PART_NAMES)
def test_folders_of_parts_in_their_usual_spellings(tmp_path, some, names, below) -> None:
    root = tmp_path / below
    for name, part in zip(names, (slice(0, 20), slice(20, 30)), strict=True):
        save_folders(root / name, Dataset(some.images[part], some.labels[part], "x", "y"))
    data = open_data(tmp_path)
    same(data, some)
    starts = {"validation": data.own_validation_start, "test": data.official_test_start}
    assert starts == (
        {"validation": 20, "test": None} if names[1].startswith("val") else {"validation": None, "test": 20}
    )


def test_writers_above_and_below_the_digits(tmp_path, some) -> None:
    first, second = (
        Dataset(some.images[part], some.labels[part], "x", "y") for part in (slice(15), slice(15, 30))
    )
    for writer, their in {"anna": first, "bert": second}.items():
        save_folders(tmp_path / "above" / writer, their)
        save_folders(tmp_path / "below", their, lambda digit, writer=writer: f"{digit}/{writer}")
    for number, their in {"1": first, "23": second}.items():
        save_folders(tmp_path / "numbers" / number, their)
    for way in ("above", "below", "numbers"):
        data = open_data(tmp_path / way)
        same(data, some)
        assert [note for note in data.notes if "2 folders" not in note] == []
        assert bool(data.notes) == (way != "below")


@pytest.mark.parametrize("ending", [".jfif", ".pgm", ".ppm", ".avif", ".jpe", ".xyz", ""])
def test_pictures_of_every_usual_ending_or_none(tmp_path, some, ending) -> None:
    for number, (image, label) in enumerate(zip(some.images, some.labels, strict=True)):
        file = tmp_path / "mine" / str(label) / f"{number}{ending}"
        file.parent.mkdir(parents=True, exist_ok=True)
        formats = {".jfif": "jpeg", ".jpe": "jpeg", ".avif": "avif", ".pgm": "ppm", ".ppm": "ppm"}
        picture = Image.fromarray(image).convert("RGB" if ending == ".ppm" else "L")
        picture.save(file, format=formats.get(ending, "png"))
    (tmp_path / "mine" / "3" / "notes.txt").write_text("no picture")
    (tmp_path / "mine" / "3" / ".DS_Store").write_bytes(b"x")
    (tmp_path / "mine" / "3" / "._1.png").write_bytes(b"x")
    data = open_data(tmp_path / "mine")
    assert len(data) == COUNT
    (note,) = data.notes
    assert "notes.txt" in note
    assert "_" not in note


def test_pictures_of_iphones_are_named_with_what_helps(tmp_path, some) -> None:
    save_folders(tmp_path / "mine", some)
    (tmp_path / "mine" / "3" / "IMG_1.HEIC").write_bytes(b"\0\0\0\x18ftypheic" + bytes(100))
    assert "IMG_1.HEIC" in open_data(tmp_path / "mine").notes[0]
    (tmp_path / "heic" / "3").mkdir(parents=True)
    (tmp_path / "heic" / "3" / "IMG_1.HEIC").write_bytes(b"\0\0\0\x18ftypheic" + bytes(100))
    message = error_of(DataFormatError, lambda: open_data(tmp_path / "heic"))
    assert "1 that cannot be read" in message
    assert "Most Compatible" in message


FILE_NAMES = {
    "label first": "{label}_{number:03}.png",
    "digit first": "digit-{label} ({number}).png",
    "label last": "img{number:04}_{label}.png",
    "named": "sample_{number}_label_{label}.png",
    "word": "{word} {number}.png",
}


@pytest.mark.parametrize("name", FILE_NAMES)
def test_labels_in_the_names_of_the_files(tmp_path, some, name) -> None:
    for number, (image, label) in enumerate(zip(some.images, some.labels, strict=True)):
        way = FILE_NAMES[name].format(label=label, number=number, word=WORDS[label])
        Image.fromarray(image).save(tmp_path / way)
    data = open_data(tmp_path)
    same(data, some)
    assert "names of the files" in data.notes[0]


def test_names_that_do_not_tell_the_label_are_refused(tmp_path, some) -> None:
    for number, image in enumerate(some.images):
        Image.fromarray(image).save(tmp_path / f"img_{number}.png")
    assert "without labels" in error_of(DataFormatError, lambda: open_data(tmp_path))


@pytest.mark.parametrize("header", ["filename,label", "id;digit", "", "image\tclass"])
def test_labels_in_a_table_beside_the_pictures(tmp_path, some, header) -> None:
    separator = next((mark for mark in ";\t" if mark in header), ",")
    lines = [header] if header else []
    (tmp_path / "images").mkdir()
    for number, (image, label) in enumerate(zip(some.images, some.labels, strict=True)):
        Image.fromarray(image).save(tmp_path / "images" / f"img_{number}.png")
        name = f"img_{number}" if "id" in header else f"images/img_{number}.png"
        lines.append(f"{name}{separator}{label}")
    (tmp_path / "labels.csv").write_text("\n".join(lines))
    data = open_data(tmp_path)
    same(data, some)
    assert "labels.csv" in data.notes[0]


def pack_zip(folder: Path) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, Path("mine") / file.relative_to(folder))
        archive.writestr("__MACOSX/mine/3/._1.png", b"x")
        archive.writestr("mine/3/.DS_Store", b"x")
    return stream.getvalue()


def pack_tar(folder: Path, mode: str = "w:gz") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        archive.add(folder, "mine")
    return stream.getvalue()


def test_what_is_packed_is_opened(tmp_path, some) -> None:
    folder = save_folders(tmp_path / "mine", some)
    csv = save_table(tmp_path / "train.csv", table(some)).read_bytes()
    np.savez(tmp_path / "mine.npz", images=some.images, labels=some.labels)
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("train.csv", csv)
    both = io.BytesIO()
    with zipfile.ZipFile(both, "w") as archive:
        archive.writestr("kaggle/train.csv.zip", inner.getvalue())
        archive.writestr("kaggle/sample_submission.csv", "ImageId,Label\n1,0\n")
    contents = {
        "mine.zip": pack_zip(folder),
        "mine.tar": pack_tar(folder, "w"),
        "mine.tar.gz": pack_tar(folder),
        "mine.tgz": pack_tar(folder),
        "train.csv.gz": gzip.compress(csv),
        "train.csv.bz2": bz2.compress(csv),
        "train.csv.xz": lzma.compress(csv),
        "train.csv.zip": inner.getvalue(),
        "competition.zip": both.getvalue(),
        "mine.npz.gz": gzip.compress((tmp_path / "mine.npz").read_bytes()),
        "renamed.zip": (tmp_path / "mine.npz").read_bytes(),
        "without an ending": pack_zip(folder),
    }
    for name, content in contents.items():
        file = tmp_path / "packed" / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
        data = open_data(file)
        same(data, some)
        assert (data.name, data.source) == (f"{name}, {COUNT}", str(file))


@pytest.mark.parametrize("evil", ["../evil.txt", "/evil.txt", "a/../../evil.txt", "..\\evil.txt", "C:\\evil.txt"])
def test_no_archive_writes_outside_of_its_temporary_folder(tmp_path, some, evil, monkeypatch) -> None:
    temporary = tmp_path / "deep" / "temporary"
    temporary.mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    folder = save_folders(tmp_path / "mine", some)
    (tmp_path / "mine.zip").write_bytes(pack_zip(folder))
    with zipfile.ZipFile(tmp_path / "mine.zip", "a") as archive:
        archive.writestr(evil, b"evil")
    before = {file for file in tmp_path.rglob("*") if "temporary" not in file.parts}
    data = open_data(tmp_path / "mine.zip")
    same(data, some)
    assert "evil.txt" in data.notes[0]
    assert {file for file in tmp_path.rglob("*") if "temporary" not in file.parts} == before
    assert list(temporary.iterdir()) == []
    with tarfile.open(tmp_path / "mine.tar", "w") as tar:
        tar.add(folder, "mine")
        link = tarfile.TarInfo("mine/3/link.png")
        link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path / "mine.zip")
        tar.addfile(link)
        tar.addfile(tarfile.TarInfo(evil))
    same(open_data(tmp_path / "mine.tar"), some)
    assert {file for file in tmp_path.rglob("*") if "temporary" not in file.parts} == before | {
        tmp_path / "mine.tar"
    }


def test_an_archive_that_is_too_large_damaged_or_empty_is_refused(tmp_path, some, monkeypatch) -> None:
    (tmp_path / "empty.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    assert "without files" in error_of(DataFormatError, lambda: open_data(tmp_path / "empty.zip"))
    whole = pack_zip(save_folders(tmp_path / "mine", some))
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    assert "cut.zip" in error_of(DataFormatError, lambda: open_data(tmp_path / "cut.zip"))
    packed = gzip.compress(np.random.default_rng(0).integers(48, 58, 3_000_000).astype(np.uint8).tobytes())
    (tmp_path / "cut.csv.gz").write_bytes(packed[: len(packed) // 2])
    assert "damaged or incomplete" in error_of(DataFormatError, lambda: open_data(tmp_path / "cut.csv.gz"))
    monkeypatch.setenv("DIGITGUI_MOST_MB", "1")
    (tmp_path / "bomb.csv.gz").write_bytes(packed)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("train.csv", bytes(3_000_000))
    for name in ("bomb.csv.gz", "bomb.zip"):
        message = error_of(DataFormatError, lambda name=name: open_data(tmp_path / name))
        assert "expected at most 1 MB" in message
        assert "DIGITGUI_MOST_MB" in message


def test_names_of_parts_kinds_and_digits() -> None:
    assert [
        part_of(name) for name in ("trainingSet", "X_val", "t10k-images", "mnist_test.csv", "Xtest", "latest")
    ] == [
        "train",
        "validation",
        "test",
        "test",
        "test",
        None,
    ]
    assert [kind_of(name) for name in ("x_train", "testY", "training_labels", "arr_0")] == [
        "images",
        "labels",
        "labels",
        None,
    ]
    assert [
        digit_of(name) for name in ("3", "03", "3.0", "three", "digit_3", "Class 3", "12", "sample3", "3-4")
    ] == [
        *[3] * 6,
        12,
        None,
        None,
    ]


def test_the_documents_name_every_form() -> None:
    text = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
    for form in FORMS.values():
        assert form.name in text
        assert all(f"`{ending}`" in text for ending in form.endings)
    assert all(f"`{ending}`" in text for ending in PACKED)
