"""Pictures of any mode and either polarity, on their way to a drawing."""

import io

import numpy as np
import pytest
from helpers.pictures import STROKES, draw_digit
from helpers.properties import few
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from model.handwriting.ink_on_paper import ink_is_dark, picture_to_gray
from model.handwriting.preprocessing import drawing_to_digit

SHEET = draw_digit(4, 120)


def as_mode(gray: np.ndarray, mode: str) -> Image.Image:
    """Make a picture of a mode from bytes, 0 to 255."""
    if mode == "I;16":
        return Image.fromarray(gray.astype(np.uint16) * 257)
    if mode in ("I", "F"):
        return Image.fromarray(gray.astype(np.int32 if mode == "I" else np.float32) * 3)
    if mode == "F 0 to 1":
        return Image.fromarray((gray / 255).astype(np.float32))
    return Image.fromarray(gray).convert(mode)


@pytest.mark.parametrize("dark", [False, True], ids=["bright ink", "dark ink"])
@pytest.mark.parametrize(
    "mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "YCbCr", "I;16", "I", "F", "F 0 to 1"]
)
def test_every_mode_and_polarity_gives_bright_ink_on_dark(mode, dark) -> None:
    picture = as_mode(255 - SHEET if dark else SHEET, mode)
    gray = picture_to_gray(picture)
    assert gray.dtype == np.uint8
    assert gray.shape == SHEET.shape
    assert (gray[0, 0], gray.max()) == (0, 255)
    assert np.abs(gray.astype(int) - SHEET).mean() < 3


@pytest.mark.parametrize("ink", [0, 255], ids=["black ink", "white ink"])
@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_ink_on_a_transparent_background_is_seen_whatever_its_colour(mode, ink) -> None:
    picture = Image.merge("LA", [Image.new("L", SHEET.shape, ink), Image.fromarray(SHEET)]).convert(mode)
    assert np.abs(picture_to_gray(picture).astype(int) - SHEET).max() <= 1


@pytest.mark.parametrize("ink", [0, 255], ids=["black ink", "white ink"])
def test_the_colour_of_what_cannot_be_seen_does_not_matter(ink) -> None:
    luminance = np.where(SHEET > 0, ink, 255 - ink).astype(np.uint8)
    picture = Image.merge("LA", [Image.fromarray(luminance), Image.fromarray(SHEET)])
    assert np.abs(picture_to_gray(picture).astype(int) - SHEET).max() <= 1


def test_a_palette_with_a_transparent_colour_is_seen_too() -> None:
    palette = Image.fromarray((SHEET > 127).astype(np.uint8), "L").convert("P")
    palette.putpalette([0, 0, 0, 0, 0, 0])  # black on black: transparency alone tells them apart
    stream = io.BytesIO()
    palette.save(stream, "PNG", transparency=0)
    gray = picture_to_gray(Image.open(stream))
    np.testing.assert_array_equal(gray > 127, SHEET > 127)


def test_coloured_ink_on_coloured_paper_is_stretched_to_the_full_range() -> None:
    colours = np.where(SHEET[..., np.newaxis] > 127, (30, 40, 160), (250, 245, 220)).astype(np.uint8)
    gray = picture_to_gray(Image.fromarray(colours))
    np.testing.assert_array_equal(gray > 127, SHEET > 127)
    assert set(np.unique(gray)) == {0, 255}


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "RGBA", "I;16", "F"])
@pytest.mark.parametrize("brightness", [0, 255])
def test_a_blank_sheet_is_all_zero(mode, brightness) -> None:
    gray = picture_to_gray(as_mode(np.full((40, 50), brightness, np.uint8), mode))
    assert gray.shape == (40, 50)
    assert not gray.any()


def test_the_noise_of_a_camera_on_a_blank_sheet_is_no_ink(rng) -> None:
    assert not picture_to_gray(Image.fromarray(rng.integers(200, 205, (50, 50)).astype(np.uint8))).any()


def test_a_photo_that_was_turned_by_its_camera_is_turned_back() -> None:
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn by 90 degrees clockwise to view"
    Image.fromarray(np.rot90(SHEET)).save(stream, "PNG", exif=exif)
    np.testing.assert_array_equal(picture_to_gray(Image.open(stream)), SHEET)


@given(
    digit=st.sampled_from(sorted(STROKES)),
    side=st.integers(60, 300),
    paper=st.integers(150, 255),
    ink=st.integers(0, 90),
)
@few
def test_both_polarities_give_the_same_digit(digit, side, paper, ink) -> None:
    sheet = draw_digit(digit, side) / 255
    dark = np.rint(paper + (ink - paper) * sheet).astype(np.uint8)
    bright = np.rint(ink + (paper - ink) * sheet).astype(np.uint8)
    first, second = (drawing_to_digit(picture_to_gray(Image.fromarray(gray))) for gray in (dark, bright))
    assert np.abs(first.astype(int) - second).max() <= 2


@pytest.mark.parametrize("size", [(28, 28), (300, 200)])
def test_polarity_is_told_from_the_rim(size) -> None:
    gray = np.full(size, 100, np.uint8)
    gray[10:18, 10:18] = 101
    assert not ink_is_dark(gray)
    assert ink_is_dark(200 - gray)
    gray[0, 5:9] = 0  # ink that touches the rim does not change the background
    assert ink_is_dark(gray)


def test_a_picture_in_cielab_colours_is_read() -> None:
    lab = Image.merge("LAB", [Image.fromarray(SHEET), *[Image.new("L", SHEET.shape, 128)] * 2])
    assert np.abs(picture_to_gray(lab).astype(int) - SHEET).mean() < 3
