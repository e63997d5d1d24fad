"""Photos of digits on paper, and pictures that are none."""

import io

import numpy as np
import pytest
from helpers.photos import CONDITIONS, Scene, take_photo
from helpers.pictures import STROKES, draw_digit
from helpers.properties import few
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import resources
from model import load_network
from model.handwriting.ink_on_paper import picture_to_gray
from model.handwriting.photo import is_photo, photo_to_gray
from model.handwriting.preprocessing import drawing_to_digit
from model.handwriting.ruled_lines import remove_ruled_lines


def as_ever(picture: Image.Image, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """Read a picture as if there were no photos."""
    with monkeypatch.context() as patch:
        patch.setattr("model.handwriting.photo.is_photo", lambda _picture: False)
        return picture_to_gray(picture)


def saved(picture: Image.Image, kind: str, **options: int) -> Image.Image:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return Image.open(stream)


@pytest.mark.parametrize("side", [28, 56, 112, 280])
@pytest.mark.parametrize("dark", [False, True], ids=["bright", "dark"])
def test_digits_of_mnist_stay_bit_for_bit_as_they_were(mnist, side, dark, monkeypatch) -> None:
    for image in mnist.images[: 100 if side < 280 else 30]:
        pixels = 255 - image if dark else image
        picture = saved(Image.fromarray(pixels).resize((side, side), Image.Resampling.BICUBIC), "PNG")
        np.testing.assert_array_equal(picture_to_gray(picture), as_ever(picture, monkeypatch))


@given(
    digit=st.sampled_from(sorted(STROKES)),
    side=st.integers(30, 900),
    paper=st.integers(150, 255),
    quality=st.sampled_from([75, 90, 100]),
)
@few
def test_clean_pictures_are_no_photos(digit, side, paper, quality) -> None:
    sheet = draw_digit(digit, side).astype(float) / 255
    pixels = np.rint(paper - sheet * (paper - 20)).astype(np.uint8)
    assert not is_photo(Image.fromarray(pixels))
    assert not is_photo(saved(Image.fromarray(pixels), "JPEG", quality=quality))
    ink = Image.fromarray(draw_digit(digit, side))
    assert not is_photo(Image.merge("LA", [Image.new("L", ink.size), ink]).convert("RGBA"))


@pytest.mark.parametrize("name", CONDITIONS)
def test_digits_are_read_from_photos(name) -> None:
    network, rng = load_network(resources.DEFAULT_MODEL), np.random.default_rng(1)
    right = 0
    for digit in STROKES:
        sheet = draw_digit(digit, 300)
        rows, columns = (np.flatnonzero(sheet.any(axis=axis)) for axis in (1, 0))
        ink = sheet[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        gray = picture_to_gray(take_photo(ink, CONDITIONS[name], rng))
        right += network.predict_proba(drawing_to_digit(gray)[np.newaxis]).argmax() == digit
        assert (gray < 32).mean() > 0.8
    assert right == len(STROKES)


def test_a_photo_of_uneven_light_cannot_be_read_as_even_paper(monkeypatch) -> None:
    photo = take_photo(draw_digit(2, 300), Scene(light="gradient"), np.random.default_rng(3))
    assert is_photo(photo)
    assert np.count_nonzero(as_ever(photo, monkeypatch)) > 5 * np.count_nonzero(picture_to_gray(photo))


def test_chalk_on_a_blackboard_is_bright_ink() -> None:
    rng, board = np.random.default_rng(3), np.linspace(20, 90, 400)[:, np.newaxis]
    pixels = board + (220 - board) * np.pad(draw_digit(7, 200), 100) / 255 + rng.normal(0, 2, (400, 400))
    picture = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    gray = picture_to_gray(picture)
    assert is_photo(picture)
    np.testing.assert_allclose((gray > 127).mean(), (draw_digit(7, 200) > 127).sum() / 400**2, rtol=0.15)
    np.testing.assert_array_equal(gray, picture_to_gray(picture, dark=False))


def test_ink_of_the_same_brightness_as_its_paper_is_told_by_colour() -> None:
    rng, sheet = np.random.default_rng(0), np.pad(draw_digit(4, 200), 50)[..., np.newaxis] / 255
    pixels = np.array([120.0, 160, 120]) * (1 - sheet) + np.array([235.0, 100, 110]) * sheet
    gray = photo_to_gray(
        Image.fromarray(np.rint(pixels + rng.normal(0, 2, pixels.shape)).astype(np.uint8)), dark=True
    )
    overlap = (gray > 127) & (sheet[..., 0] > 0.5)
    assert overlap.sum() > 0.9 * (sheet > 0.5).sum()


@pytest.mark.parametrize("light", ["", "gradient"])
def test_blank_paper_has_no_ink(light) -> None:
    photo = take_photo(np.zeros((300, 200), np.uint8), Scene(light=light), np.random.default_rng(0))
    assert not photo_to_gray(photo).any()


@pytest.mark.parametrize(
    ("across", "down", "grain"), [(-130, 0, 4), (-20, 78, 8), (-118, 110, 0.3), (114, 102, 0)]
)
def test_steep_light_on_grainy_paper_is_no_ink(across, down, grain) -> None:
    y, x = np.mgrid[-0.5:0.5:400j, -0.5:0.5:600j]
    light = 160 + across * x + down * y + np.random.default_rng(0).normal(0, grain, x.shape)
    photo = Image.fromarray(np.clip(light, 0, 255).astype(np.uint8))
    assert is_photo(photo)
    assert not picture_to_gray(photo).any()


def test_large_photos_are_reduced() -> None:
    photo = take_photo(draw_digit(2, 300), Scene(light="gradient"), np.random.default_rng(3), (1700, 900))
    assert picture_to_gray(photo).shape == (300, 567)


@pytest.mark.parametrize("size", [(7000, 70), (64, 5000), (200, 8500)], ids=str)
def test_long_strips_of_paper_are_photos_too(size) -> None:
    light = np.linspace(230, 130, max(size))[:, np.newaxis].repeat(min(size), axis=1).astype(np.uint8)
    light[3000:3010, min(size) // 3 : -(min(size) // 3)] = 20
    photo = Image.fromarray(light if size[0] < size[1] else light.T)
    assert is_photo(photo)
    assert max(picture_to_gray(photo).shape) < max(size)  # whatever is seen in them


def test_lines_go_and_strokes_across_them_stay() -> None:
    ink = np.zeros((300, 400), np.float32)
    strokes = np.pad(draw_digit(4, 200), ((50, 50), (100, 100))).astype(np.float32) / 255
    columns = np.arange(400)
    for start in range(20, 300, 40):
        for offset in (0, 1):
            ink[np.clip(np.rint(start + 0.03 * columns).astype(int) + offset, 0, 299), columns] = 0.6
    cleared = remove_ruled_lines(np.maximum(ink, strokes))
    assert cleared[strokes > 0.5].mean() > 0.97
    assert np.count_nonzero(cleared[strokes == 0] > 0.3) < 0.02 * np.count_nonzero(ink)


@pytest.mark.parametrize("angle", [0, 90])
def test_two_ones_are_no_ruled_lines(angle) -> None:
    ink = np.zeros((200, 200), np.float32)
    ink[5:195, [60, 61, 62, 120, 121, 122]] = 1
    ink = np.rot90(ink, angle // 90)
    np.testing.assert_array_equal(remove_ruled_lines(ink), ink)
