"""Data sets of more pictures than memory: they lie in files, and all that is done with them is the same."""

import contextlib
import gc
import gzip
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.large import count_as_large, kept_files, left_files
from helpers.own_data import idx, save_folders

from digitgui.work.child_process import read_message, write_message
from model import Dataset, TrainingConfig, build, large_arrays, open_data, train
from model.data.edits import Edits
from model.data.extra_pictures import ExtraPictures
from model.data.reading import Turn
from model.data.splitting import PARTS, SplitRule
from model.errors import DataFormatError, ModelFileError
from model.judging import embedding
from model.judging.embedding import map_sample, mean_images, nearest, principal_components
from model.judging.evaluation import evaluate
from model.large_arrays import ArrayWriter, cache_folder, file_of, in_pieces
from model.network.losses import NO_DIGIT
from model.readers import kept_data, sources
from model.readers.import_report import inspect_import
from model.readers.npz_files import save_npz
from model.readers.turning import set_upright
from model.training import suspects
from model.training.faults import plant
from model.training.suspects import look_for_suspects, outlier_distances
from model.training.training import TrainingState


def write_idx(folder: Path, some: Dataset) -> Path:
    (folder / "train-images-idx3-ubyte").write_bytes(idx(some.images))
    (folder / "train-labels-idx1-ubyte").write_bytes(idx(some.labels))
    (folder / "t10k-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(some.images[::-3])))
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(some.labels[::-3])))
    return folder


def write_npy(folder: Path, some: Dataset) -> Path:
    """Write other values and dark ink, the one array column by column."""
    np.save(folder / "images.npy", np.asfortranarray((1 - some.images / 255).astype(np.float32)))
    np.save(folder / "labels.npy", some.labels.astype(np.int64))
    return folder / "images.npy"


def write_npz(folder: Path, some: Dataset) -> Path:
    """Write pictures that lie on their side, and have to be turned."""
    np.savez(folder / "data.npz", images=some.images.swapaxes(1, 2), labels=some.labels)
    return folder / "data.npz"


def write_big_pictures(folder: Path, some: Dataset) -> Path:
    """Write pictures of 40 × 40, which have to be fitted."""
    padded = np.pad(some.images, ((0, 0), (6, 6), (6, 6)))
    np.savez_compressed(folder / "data.npz", x_train=padded, y_train=some.labels)
    return folder / "data.npz"


def write_pictures(folder: Path, some: Dataset) -> Path:
    save_folders(folder, some)
    (folder / "3" / "001.png").write_bytes(b"\x89PNG, but no more")
    return folder


FORMS = [write_idx, write_npy, write_npz, write_big_pictures, write_pictures]


@pytest.fixture
def both(tmp_path, mnist, monkeypatch) -> Callable[..., tuple[Dataset, Dataset]]:
    """Open the same source as usual, and as one that is too large for memory."""

    def open_both(write: Callable[[Path, Dataset], Path] = write_idx, count: int = 200) -> tuple[Dataset, Dataset]:
        source = write(tmp_path, mnist.limited(count))
        usual = open_data(source)
        count_as_large(monkeypatch)
        return usual, open_data(source)

    return open_both


@pytest.mark.parametrize("write", FORMS)
def test_each_form_is_read_in_pieces_as_at_once_and_kept(both, write) -> None:
    usual, large = both(write)
    again = open_data(large.source)
    assert [file_of(one.images) for one in (usual, large, again)] == [None, *map(str, kept_files() * 2)]
    for one in (large, again):
        np.testing.assert_array_equal(one.images, usual.images)
        np.testing.assert_array_equal(one.labels, usual.labels)
        assert (one.reading, one.name, one.source) == (usual.reading, usual.name, usual.source)
        assert one.fingerprint == usual.fingerprint
        assert not one.images.flags.writeable
    assert left_files() == []


def test_all_that_is_done_with_pictures_is_the_same_bit_for_bit(both, mnist) -> None:
    usual, large = both(count=300)
    changes = Edits({3: 1, 350: 2}, frozenset({5, 6}))
    for change in (
        lambda one: one,
        lambda one: one.edited(changes),
        lambda one: one.with_split_rule(SplitRule(stratified=True, own_parts=False)),
        lambda one: one.limited(150, 3),
    ):
        first, second = change(usual), change(large)
        assert first.fingerprint == second.fingerprint
        for part in (*PARTS, "all"):
            for expected, found in zip(first.part(part), second.part(part), strict=True):
                np.testing.assert_array_equal(found, expected)
            np.testing.assert_array_equal(second.label_counts(part), first.label_counts(part))
    included = usual.edited(changes).included
    np.testing.assert_array_equal(included, [i for i in range(len(usual)) if i not in (5, 6)])
    extra = ExtraPictures(mnist.images[:90], np.full(90, NO_DIGIT, np.uint8), "no digits")
    config = TrainingConfig(
        epochs=2, learning_rate=0.02, batch_size=32, augmentation="handwriting", standardize=True
    )
    networks = []
    for one in (usual, large):
        networks.append(build("journal-8"))
        *_, finished = train(networks[-1], replace(one.edited(changes), extra=extra), config)
    assert finished.report
    for name, weights in networks[0].named_arrays().items():
        np.testing.assert_array_equal(networks[1].named_arrays()[name], weights)
    first, second = (evaluate(networks[0], *one.part("all")) for one in (usual, large))
    assert (first.loss, first.accuracy, first.macro_f1) == (second.loss, second.accuracy, second.macro_f1)
    assert left_files() == []


def test_what_is_found_out_about_pictures_is_the_same(both, tmp_path) -> None:
    usual, large = both(count=300)
    first, second = inspect_import(usual), inspect_import(large)
    assert len(first.duplicates) == len(second.duplicates) > 90  # of the test part, which repeats the other
    assert all(map(np.array_equal, first.duplicates, second.duplicates))
    np.testing.assert_array_equal(mean_images(large.images, large.labels), mean_images(usual.images, usual.labels))
    np.testing.assert_array_equal(principal_components(large.images), principal_components(usual.images))
    for expected, found in zip(
        *(vars_of(look_for_suspects(one.images[:40], one.labels[:40])) for one in (usual, large)), strict=True
    ):
        np.testing.assert_array_equal(found, expected)
    inverted = [
        plant("inverted", build("journal-8"), one, TrainingState(build("journal-8"), TrainingConfig()))
        for one in (usual, large)
    ]
    np.testing.assert_array_equal(inverted[0].images, inverted[1].images)
    save_npz(large.edited(Edits({}, frozenset({1}))), tmp_path / "copy.npz")
    save_npz(usual.edited(Edits({}, frozenset({1}))), tmp_path / "other.npz")
    assert open_data(tmp_path / "copy.npz").fingerprint == open_data(tmp_path / "other.npz").fingerprint


def vars_of(found) -> list[np.ndarray]:
    return [getattr(found, name) for name in ("suspicion", "answers", "outliers", "labels")]


def test_a_source_that_has_changed_is_read_again_and_the_old_one_is_not_kept(both, mnist) -> None:
    _, large = both()
    kept = kept_files()
    labels = Path(large.source) / "train-labels-idx1-ubyte"
    labels.write_bytes(labels.read_bytes()[:-1] + bytes([(large.labels[199] + 1) % 10]))
    again = open_data(large.source)
    assert again.labels[199] == (large.labels[199] + 1) % 10
    assert len(kept_files()) == 1
    assert kept_files() != kept
    assert large.images[0].any()  # what is open lasts
    Path(f"{large.source}/train-images-idx3-ubyte").unlink()
    write_npz(labels.parent.parent, mnist.limited(50))
    open_data(labels.parent.parent / "data.npz")
    assert len(kept_files()) == 2  # of two sources, both of which are there


def test_what_is_kept_is_bounded_and_sources_that_are_gone_go_first(tmp_path, mnist, monkeypatch) -> None:
    count_as_large(monkeypatch)
    monkeypatch.setattr(kept_data, "MOST_BYTES", 3 * 200 * 784)
    paths = []
    for name in "abcd":
        (tmp_path / name).mkdir()
        paths.append(write_npz(tmp_path / name, mnist.limited(150, ord(name))))
    pictures = [open_data(source).images.copy() for source in paths[:3]]
    open_data(paths[0])  # used last
    open_data(paths[3])
    assert len(kept_files()) == 3
    known = [kept_data.kept_dataset(source, kept_data.Asked()) for source in paths]
    assert [one is None for one in known] == [False, True, False, False]
    np.testing.assert_array_equal(known[2].images, pictures[2])
    paths[3].unlink()
    open_data(paths[1])
    assert kept_data.kept_dataset(paths[2], kept_data.Asked()) is not None


def test_pictures_that_are_deleted_while_they_are_read_are_not_kept(tmp_path, mnist, monkeypatch) -> None:
    source = write_pictures(tmp_path, mnist.limited(60))
    count_as_large(monkeypatch)
    picture = sorted((source / "5").iterdir())[0]

    def delete(dataset: Dataset, turn: Turn) -> Dataset:
        picture.unlink(missing_ok=True)
        return set_upright(dataset, turn)

    monkeypatch.setattr(sources, "set_upright", delete)  # the last thing before it is kept
    assert len(open_data(source)) == 60
    assert not picture.exists()
    assert len(open_data(source)) == 59


@pytest.mark.parametrize("gone", [False, True])
def test_another_process_makes_room_while_pictures_are_kept(tmp_path, mnist, monkeypatch, gone) -> None:
    source = write_npz(tmp_path, mnist.limited(60))
    usual = open_data(source)
    count_as_large(monkeypatch)
    write = kept_data.write_array

    def write_and_make_room(array: np.ndarray, file: Path) -> None:
        write(array, file)
        kept_data._make_room(file.parent, source if gone else tmp_path / "another", 0)

    monkeypatch.setattr(kept_data, "write_array", write_and_make_room)
    assert open_data(source).fingerprint == usual.fingerprint
    assert len(kept_files()) == (0 if gone else 1)
    assert (kept_data.kept_dataset(source, kept_data.Asked()) is None) == gone


def test_what_was_cut_off_is_read_again(both) -> None:
    usual, large = both()
    source = large.source
    del large
    gc.collect()
    content = kept_files()[0].read_bytes()
    for damage in (content[:-1], content[:100], b""):
        kept_files()[0].write_bytes(damage)
        assert open_data(source).fingerprint == usual.fingerprint
    kept_files()[0].with_suffix(".npz").write_bytes(b"no labels")
    assert open_data(source).fingerprint == usual.fingerprint


def test_a_source_that_is_cut_off_is_refused_and_one_that_is_open_lasts(both) -> None:
    usual, large = both()
    file = Path(large.source) / "train-images-idx3-ubyte"
    file.write_bytes(file.read_bytes()[:-1000])
    np.testing.assert_array_equal(large.images, usual.images)  # no page of the file itself is mapped
    assert "found 155,816: fetch it again" in error_of(DataFormatError, lambda: open_data(large.source))
    assert left_files() == []


def test_without_room_there_is_one_sentence_and_no_part_of_a_file(both) -> None:
    usual, large = both()
    for file in cache_folder().iterdir():
        file.unlink()
    with files_of_at_most(80_000):
        text = error_of(ModelFileError, lambda: open_data(large.source))
    assert (
        "expected room for pictures that are too many for memory, found none (File too large): free some" in text
    )
    with files_of_at_most(180_000):  # enough for the part to train on, but not for all
        assert error_of(ModelFileError, lambda: open_data(large.source)) == text
    assert list(cache_folder().iterdir()) == []
    assert open_data(large.source).fingerprint == usual.fingerprint


@contextlib.contextmanager
def files_of_at_most(size: int):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_killed_programs_left_is_removed_and_what_is_in_use_is_not(tmp_path, monkeypatch) -> None:
    count_as_large(monkeypatch)
    monkeypatch.setattr(large_arrays, "cache_folder", lambda: tmp_path)
    program = (
        "import os, pathlib, sys; from model import large_arrays as it; it.LARGE_BYTES = 1000;"
        "it.cache_folder = lambda: pathlib.Path(sys.argv[1]);"
        "one = it.ArrayWriter((9, 784)); two = it.ArrayWriter((9, 784)).array(); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    left = left_files()
    assert len(left) == 2
    writer = ArrayWriter((9, 784))
    array = ArrayWriter((9, 784)).array()
    used = set(left_files()) - set(left)
    large_arrays._remove_leftovers.cache_clear()
    large_arrays.made_cache_folder()
    assert {*left_files()} == {*left, *used}  # which may not be locked yet
    for file in left_files():
        os.utime(file, (0, 0))
    large_arrays._remove_leftovers.cache_clear()
    large_arrays.made_cache_folder()
    assert set(left_files()) == used
    del writer, array
    gc.collect()
    assert left_files() == []


def test_another_process_is_given_the_name_of_the_file(both) -> None:
    _, large = both()
    stream = BytesIO()
    write_message(stream, (large, large.images))
    assert len(stream.getvalue()) < 10_000
    stream.seek(0)
    dataset, images = read_message(stream)
    np.testing.assert_array_equal(images, large.images)
    assert dataset.fingerprint == large.fingerprint
    stream = BytesIO()
    write_message(stream, large.images[10:20])
    stream.seek(0)
    np.testing.assert_array_equal(read_message(stream), large.images[10:20])


def test_what_has_been_used_takes_no_memory_any_more(monkeypatch) -> None:
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("only Linux tells how much of a file is in memory")
    count_as_large(monkeypatch, piece=1_000_000)
    used = lambda: int(status.read_text().split("RssFile:")[1].split()[0]) // 1000  # noqa: E731  in MB
    writer = ArrayWriter((50_000, 784))
    for _ in range(50):
        writer.add(np.ones((1000, 784), np.uint8))
    array, before = writer.array(), used()
    assert sum(int(piece.sum()) for piece in in_pieces(array)) == array.size
    assert used() < before + 15
    assert array.any(axis=1).all()
    assert used() > before + 30  # as it is without giving it back


def test_of_very_many_pictures_a_part_is_compared(mnist, monkeypatch) -> None:
    monkeypatch.setattr(embedding, "MOST_COMPARED", 90)
    features = principal_components(mnist.images[:400])
    places = np.arange(0, 400, 5)
    for index in (35, 36):  # which is among them, and which is not
        squares = ((features[places] - features[index]) ** 2).sum(axis=1)
        squares[places == index] = np.inf
        np.testing.assert_array_equal(nearest(features, index, 7), places[np.argsort(squares)[:7]])
    drawn = map_sample(mnist.labels[:400], 30)
    assert len(drawn) == 30 == len(np.intersect1d(drawn, places))
    monkeypatch.setattr(suspects, "MOST_CANDIDATES", 20)
    labels = np.zeros(60, np.uint8)
    found, chosen = outlier_distances(features[:60], labels), np.arange(0, 60, 3)
    for index in (7, 9):
        others = chosen[chosen != index]
        expected = np.sort(np.linalg.norm(features[others] - features[index], axis=1))[:5].mean()
        np.testing.assert_allclose(found[index], expected, rtol=1e-5)
