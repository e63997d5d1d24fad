"""CIFAR's batches, and pickles of numbers, which are read without running them."""

import builtins
import pickle
import time
from pathlib import Path

import numpy as np
import pytest
from helpers.class_files import NAMES, letters, photographs, save_batches, save_parquet
from helpers.errors import error_of

from model import Task, open_data
from model.errors import DataFormatError
from model.readers.pickled_numbers import read_pickled


@pytest.mark.parametrize("binary", [True, False])
def test_cifars_batches_are_read_in_order_with_their_names(tmp_path, binary) -> None:
    images, labels = photographs(10)
    folder = save_batches(tmp_path / "cifar", images, labels, binary=binary)
    data = open_data(folder)
    assert data.task == Task(NAMES, (32, 32, 3), "photo")
    np.testing.assert_array_equal(data.images, np.concatenate([images, images[:15]]))
    np.testing.assert_array_equal(data.labels, np.concatenate([labels, labels[:15]]))
    assert data.official_test_start == 30
    alone = open_data(folder / ("test_batch.bin" if binary else "test_batch"))
    assert (alone.task, len(alone)) == (data.task, 15)


def test_of_two_kinds_of_labels_the_finer_are_read(tmp_path) -> None:
    images, fine = photographs(10)
    rows = images.transpose(0, 3, 1, 2).reshape(30, -1)
    fine = fine + 40
    np.column_stack([fine // 20, fine, rows]).astype(np.uint8).tofile(tmp_path / "train.bin")
    assert open_data(tmp_path / "train.bin").labels.tolist() == (fine - 40).tolist()
    (tmp_path / "p").mkdir()
    batch = {b"data": rows, b"fine_labels": fine.tolist(), b"coarse_labels": (fine // 20).tolist()}
    (tmp_path / "p" / "train").write_bytes(pickle.dumps(batch, protocol=2))
    assert open_data(tmp_path / "p").task.class_names == ("40", "41", "42")


@pytest.mark.parametrize("protocol", range(6))
def test_everything_that_holds_no_code_is_read_as_pickle_reads_it(protocol) -> None:
    things = {
        "a": [1, -2, 3.5, None, True, "é", b"\xff\0", 2**70, (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), {}],
        "b": {"x": list(range(2000)), 3: ["again"] * 3},
        "ä": np.int64(5),
    }
    for core in (things, [things["a"], things["a"]]):
        assert read_pickled(pickle.dumps(core, protocol=protocol), "x") == core
    for array in (
        np.arange(12, dtype=">i4").reshape(3, 4),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.zeros((0, 3)),
        np.array([True, False]),
    ):
        found = read_pickled(pickle.dumps({"x": array}, protocol=protocol), "x")["x"]
        np.testing.assert_array_equal(found, array)
        assert found.dtype == array.dtype.newbyteorder("=")


class Calls:
    """What a pickle may ask for, which must never happen."""

    def __init__(self, function: object, *given: object) -> None:
        self._call = function, given

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self._call


@pytest.mark.parametrize(
    "thing",
    [
        Calls(builtins.eval, "open('ran', 'w')"),
        Calls(Path.touch, Path("ran")),
        Calls(np.fromfile, "secret"),
        Calls(getattr, np.ndarray, "tofile"),
        np.array([1, "a"], object),
        {1, 2},
        Path("x"),
    ],
)
@pytest.mark.parametrize("protocol", [0, 2, 5])
def test_whatever_calls_something_is_refused_and_not_run(tmp_path, monkeypatch, thing, protocol) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.pkl").write_bytes(pickle.dumps({"images": thing}, protocol=protocol))
    message = error_of(DataFormatError, lambda: open_data(tmp_path / "x.pkl"))
    assert "pickle" in message
    assert not (tmp_path / "ran").exists()


def test_a_few_instructions_cannot_fill_the_memory(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("DIGITGUI_MOST_MB", "1")
    text = b"cnumpy\ndtype\n(S'>u2'\ntR(I3\nS'>'\ntbp1\n0" + pickle.BINUNICODE + (90_000).to_bytes(4, "little")
    text += b"x" * 90_000 + b"p2\n0("
    array = b"cnumpy.core.numeric\n_frombuffer\n(c_codecs\nencode\n(g2\nS'latin1'\ntRg1\nI45000\nS'C'\ntR"
    assert len(read_pickled(text + array * 11 + b"l.", "x")) == 11
    with pytest.raises(DataFormatError, match="at most 1 MB"):
        read_pickled(text + array * 12 + b"l.", "x")
    built = b"cnumpy.core.multiarray\n_reconstruct\n(tR(I1\n(I45000\ntg1\nI00\ng2\ntb"
    assert len(read_pickled(text + built * 11 + b"l.", "x")) == 11
    with pytest.raises(DataFormatError, match="at most 1 MB"):
        read_pickled(text + built * 12 + b"l.", "x")


def test_a_list_that_stands_in_many_places_is_gone_through_once(tmp_path, monkeypatch) -> None:
    nested: object = [0.5] * 50
    for _ in range(4):
        nested = [nested] * 200
    (tmp_path / "x.pkl").write_bytes(pickle.dumps({"images": nested}))
    before = time.process_time()
    assert "array of pictures" in error_of(DataFormatError, lambda: open_data(tmp_path / "x.pkl"))
    assert time.process_time() < before + 2
    monkeypatch.setenv("DIGITGUI_MOST_MB", "1")
    (tmp_path / "y.pkl").write_bytes(pickle.dumps({"labels": ["x" * 80, *["y"] * 4000]}))
    assert "at most 1 MB" in error_of(DataFormatError, lambda: open_data(tmp_path / "y.pkl"))


def test_three_pairs_in_a_pickle_are_parts(tmp_path, mnist) -> None:
    """As in the mnist.pkl.gz of deeplearning.net."""
    rows = (mnist.images[:60].reshape(60, -1) / 255).astype(np.float32)
    pairs = tuple(
        (rows[cut], mnist.labels[:60][cut].astype(np.int64)) for cut in np.split(np.arange(60), [40, 48])
    )
    (tmp_path / "mnist.pkl").write_bytes(pickle.dumps(pairs, protocol=2))
    data = open_data(tmp_path / "mnist.pkl")
    assert (data.own_validation_start, data.official_test_start) == (40, 48)
    np.testing.assert_array_equal(data.images, mnist.images[:60])


@pytest.mark.parametrize("name", ["data_batch_1.bin", "data_batch_1", "batches.meta"])
def test_damaged_batches_are_told(tmp_path, name) -> None:
    images, labels = photographs(10)
    folder = save_batches(tmp_path / "cifar", images, labels, binary=name.endswith("bin"))
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[:-30])
    assert name in error_of(DataFormatError, lambda: open_data(folder))


def test_parquet_of_pictures_has_parts_and_names(tmp_path) -> None:
    pytest.importorskip("pyarrow")
    images, labels = photographs(10)
    data = open_data(save_parquet(tmp_path / "hub", images, labels))
    assert data.task == Task(NAMES, (32, 32, 3), "photo")
    np.testing.assert_array_equal(data.images, np.concatenate([images, images[:15]]))
    np.testing.assert_array_equal(data.labels, np.concatenate([labels, labels[:15]]))
    assert data.official_test_start == 30
    file = tmp_path / "hub" / "test.parquet"
    file.write_bytes(file.read_bytes()[:-40])
    assert "Parquet" in error_of(DataFormatError, lambda: open_data(file))


def test_a_small_table_cannot_be_unpacked_without_end(tmp_path, monkeypatch) -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    monkeypatch.setenv("DIGITGUI_MOST_MB", "20")
    table = pa.table({"image": [bytes(100_000)] * 1000, "label": list(range(10)) * 100})
    pq.write_table(table, tmp_path / "train.parquet")
    assert "at most 20 MB" in error_of(DataFormatError, lambda: open_data(tmp_path / "train.parquet"))


def test_without_pyarrow_parquet_asks_for_it(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    (tmp_path / "train.parquet").write_bytes(b"PAR1 and more")
    assert "pip install 'digitgui[parquet]'" in error_of(DataFormatError, lambda: open_data(tmp_path))


def test_labels_in_the_names_of_files(tmp_path) -> None:
    images, labels = photographs(6, (40, 40))
    from PIL import Image

    for part in ("train", "test"):
        (tmp_path / "x" / part).mkdir(parents=True)
        for number, (image, label) in enumerate(zip(images, labels, strict=True)):
            Image.fromarray(image).save(tmp_path / "x" / part / f"{NAMES[label]}.{number + 10}.png")
    data = open_data(tmp_path / "x")
    assert data.task.class_names == ("meadow", "rose", "sea")
    assert data.official_test_start == 18
    assert (np.array(data.task.class_names)[data.labels[:18]] == np.sort(np.array(NAMES)[labels])).all()
    assert "taken from the names" in " ".join(data.notes)
    flat, numbers = letters("AB", 5)
    (tmp_path / "y").mkdir()
    for number, (image, label) in enumerate(zip(flat, numbers, strict=True)):
        Image.fromarray(image).save(tmp_path / "y" / f"{'AB'[label]}-anna-{number + 10}.png")
    assert open_data(tmp_path / "y").task == Task(("A", "B"))
    (tmp_path / "z").mkdir()
    for number in range(10):
        Image.fromarray(flat[number]).save(tmp_path / "z" / f"{('cat', 'dog')[number // 5]}_{number % 5 + 1}.png")
    assert "one place for the label" in error_of(DataFormatError, lambda: open_data(tmp_path / "z"))
    for number in range(10):
        (tmp_path / "z" / f"{('cat', 'dog')[number // 5]}_{number % 5 + 1}.png").rename(
            tmp_path / "z" / f"IMG_{number + 100}.png"
        )
    assert "without labels" in error_of(DataFormatError, lambda: open_data(tmp_path / "z"))


def test_a_table_beside_pictures_may_name_classes(tmp_path) -> None:
    """As Kaggle has CIFAR-10."""
    from PIL import Image

    images, labels = photographs(6)
    (tmp_path / "train").mkdir()
    for number, image in enumerate(images):
        Image.fromarray(image).save(tmp_path / "train" / f"{number + 1}.png")
    rows = [f"{number + 1},{NAMES[label]}" for number, label in enumerate(labels)]
    (tmp_path / "trainLabels.csv").write_text("\n".join(["id,label", *rows]))
    data = open_data(tmp_path)
    assert data.task == Task(("meadow", "rose", "sea"), (32, 32, 3), "photo")
    np.testing.assert_array_equal(np.array(data.task.class_names)[data.labels], np.array(NAMES)[labels])
