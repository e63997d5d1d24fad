"""Scans as they come: pictures, files of several pages, PDF, folders; damaged ones are told of."""

import contextlib
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers.damage import changed
from helpers.fuzzing import bounded, changes
from hypothesis import given
from PIL import Image, ImageDraw

from model.bounds import VARIABLE
from model.errors import DataFormatError
from model.sheets.scan_files import find_scans, page_count, read_page


def page(number: int) -> Image.Image:
    """Draw a page with a bar whose length tells its number."""
    picture = Image.new("L", (200, 280), 230)
    ImageDraw.Draw(picture).rectangle((20, 30, 20 + 40 * number, 50), fill=20)
    return picture


def bar(gray: np.ndarray) -> float:
    """Return how long the bar is, in pages' numbers."""
    dark = gray < 128
    assert dark[: len(dark) // 3].any()
    return float((dark.any(axis=0).sum() / gray.shape[1] * 200 - 1) / 40)


@pytest.mark.parametrize("name", ["one.png", "one.jpg", "one.tif", "one.pdf", "one.webp", "no ending"])
def test_a_page_is_read_from_every_kind_of_file(tmp_path: Path, name: str) -> None:
    form = {"one.pdf": "PDF", "one.jpg": "JPEG", "one.tif": "TIFF", "one.webp": "WEBP"}.get(name, "PNG")
    page(2).save(tmp_path / name, form)
    assert page_count(tmp_path / name) == 1
    gray = read_page(tmp_path / name)
    assert gray.dtype == np.uint8
    assert bar(gray) == pytest.approx(2, abs=0.05)


@pytest.mark.parametrize("name", ["pages.tif", "pages.pdf"])
def test_all_pages_of_a_file_are_read(tmp_path: Path, name: str) -> None:
    pages = [page(number) for number in (1, 2, 3)]
    pages[0].save(tmp_path / name, save_all=True, append_images=pages[1:])
    assert page_count(tmp_path / name) == 3
    assert [round(bar(read_page(tmp_path / name, number))) for number in (1, 2, 3)] == [1, 2, 3]


def test_a_pdf_page_has_300_pixels_to_the_inch(tmp_path: Path) -> None:
    page(1).save(tmp_path / "a.pdf", resolution=100)
    assert read_page(tmp_path / "a.pdf").shape == pytest.approx((840, 600), abs=1)
    page(1).save(tmp_path / "poster.pdf", resolution=10)
    assert max(read_page(tmp_path / "poster.pdf").shape) == pytest.approx(5000, abs=1)


def test_a_photo_is_turned_as_the_camera_was_held(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[274] = 6  # the camera was turned to the left: the picture is to be turned to the right
    page(3).rotate(90, expand=True).save(tmp_path / "a.jpg", exif=exif)
    gray = read_page(tmp_path / "a.jpg")
    assert gray.shape == (280, 200)
    assert bar(gray) == pytest.approx(3, abs=0.05)


def test_every_mode_keeps_its_brightness(tmp_path: Path) -> None:
    expected = np.asarray(page(2))
    black = page(2).convert("1", dither=Image.Dither.NONE)
    deep = Image.fromarray(expected.astype(np.uint16) * 257)
    clear = Image.new("RGBA", (200, 280), (0, 0, 0, 0))
    clear.paste((20, 20, 20, 255), (20, 30, 101, 51))
    for number, picture in enumerate((black, page(2).convert("P"), deep, clear)):
        file = tmp_path / f"{number}.png"
        picture.save(file)
        assert np.abs(read_page(file).astype(int) - expected).max() <= 25, number


def test_a_folder_gives_its_scans_in_order(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    for name in ("b.png", "a.PDF", "more/c.tif"):
        page(1).save(tmp_path / name, {"a.PDF": "PDF"}.get(name))
    (tmp_path / "notes.txt").write_text("no scan")
    page(1).save(tmp_path / "._b.png")
    found = [str(file.relative_to(tmp_path)) for file in find_scans([tmp_path, tmp_path / "b.png"])]
    assert found == ["a.PDF", "b.png", str(Path("more/c.tif")), "b.png"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataFormatError, match="found none"):
        find_scans([tmp_path / "empty"])


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "found an empty file"), (b"hello", "found another kind"), (b"%PDF-1.4\nhello", "found a damaged one")],
)
def test_a_file_that_is_no_scan_is_told_of(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(content)
    for read in (page_count, read_page):
        with pytest.raises(DataFormatError, match=f"^a.pdf: .*{told}"):
            read(file)


def test_a_file_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    for name in ("none.png", "n" * 300):
        assert find_scans([tmp_path / name]) == [tmp_path / name]
        with pytest.raises(DataFormatError, match="expected a scan"):
            page_count(tmp_path / name)


def test_without_its_package_a_pdf_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page(1).save(tmp_path / "a.pdf")
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(DataFormatError, match="pip install pypdfium2"):
        read_page(tmp_path / "a.pdf")


def test_a_picture_beyond_the_bound_is_refused_before_it_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page(1).save(tmp_path / "a.png")
    monkeypatch.setenv(VARIABLE, "1")
    with pytest.raises(DataFormatError, match="million pixels"):
        read_page(tmp_path / "a.png")


@pytest.mark.filterwarnings("ignore")  # what libraries warn of is no harm
@pytest.mark.parametrize("form", ["PDF", "TIFF"])
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, form: str) -> None:
    file = tmp_path / f"a.{form.lower()}"
    page(1).save(file, form, save_all=True, append_images=[page(2)])
    whole = file.read_bytes()

    @bounded
    @given(changes)
    def check(damage: list) -> None:
        file.write_bytes(changed(whole, damage))
        with contextlib.suppress(DataFormatError):
            for number in range(min(page_count(file), 3)):
                read_page(file, number + 1)

    check()
