"""What is read of few classes, or of numbered ones, and what is said of that; how far reading has come."""

import numpy as np
import pytest
from helpers.named_pictures import save_letters, save_photographs
from PIL import Image

from model import open_data
from model.errors import DataFormatError


def test_a_folder_of_one_class(tmp_path) -> None:
    save_photographs(tmp_path / "mine", 3, names=["cat"])
    with pytest.raises(DataFormatError, match="a sub-folder for each of 2 classes or more, found one class, cat"):
        open_data(str(tmp_path / "mine"))


def test_reading_is_told_to_its_end(tmp_path) -> None:
    folder = save_letters(tmp_path / "mine", "AB", 5)
    (folder / "A" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    told: list[tuple[int, int]] = []
    open_data(str(folder), on_progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (11, 11)
    told.clear()
    np.savez(tmp_path / "large.npz", images=np.zeros((150, 40, 40), np.uint8), labels=np.arange(150) % 10)
    open_data(str(tmp_path / "large.npz"), on_progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (150, 150)


def test_grey_clothes_in_folders_of_numbers_are_no_ink_and_digits_are(tmp_path) -> None:
    rng = np.random.default_rng(0)
    bundled = open_data("bundled")
    for number in range(10):
        for name in ("clothes", "digits"):
            (tmp_path / name / str(number)).mkdir(parents=True)
        for place, index in enumerate(np.flatnonzero(bundled.labels == number)[:5]):
            file = f"{number}/{place}.png"
            Image.fromarray(255 - bundled.images[index]).save(tmp_path / "digits" / file)
            cloth = np.zeros((28, 28), np.uint8)
            left, top = 3 + number % 3, 2 + number // 3
            cloth[top:26, left:25] = rng.integers(90, 250, (26 - top, 25 - left))
            Image.fromarray(cloth).save(tmp_path / "clothes" / file)
    clothes = open_data(str(tmp_path / "clothes"))
    assert (clothes.task.preparation, clothes.task.picture_shape) == ("photo", (28, 28, 1))
    assert "no ink on paper" in clothes.reading.remarks[0]
    assert open_data(str(tmp_path / "digits")).task.is_digits
