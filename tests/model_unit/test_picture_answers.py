"""Own digits as people draw and save them: each is read rightly, or doubted with the reason."""

from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from helpers.pictures import STROKES, draw_digit
from matplotlib.figure import Figure
from PIL import Image, ImageDraw

import resources
from model import Dataset, Network, load_network, open_data
from model.handwriting.mnist_form import is_like_mnist
from model.readers.picture_answers import PictureAnswer, answer_pictures
from model.readers.picture_files import read_picture

WHITE, BLACK = 255, 0


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network(resources.DEFAULT_MODEL)


@pytest.fixture
def answer_to(network, tmp_path) -> Callable[..., PictureAnswer]:
    """Save a picture, and read the file."""

    def answer_to(picture: Image.Image, name: str = "own.png", **options: object) -> PictureAnswer:
        picture.save(tmp_path / name, **options)
        (answer,) = answer_pictures(network, [read_picture(tmp_path / name)])
        return answer

    return answer_to


def read(answer: PictureAnswer) -> tuple[int | None, str, str]:
    return answer.digit, answer.number, answer.doubt


def on_paper(digit: int, side: int = 200, pen: int | None = None) -> Image.Image:
    return Image.fromarray(255 - draw_digit(digit, side, pen))


def with_frame(digit: int, corners: list[tuple[int, int]], width: int, side: int = 200) -> Image.Image:
    picture = on_paper(digit, side)
    ImageDraw.Draw(picture).line([*corners, corners[0]], fill=BLACK, width=width)
    return picture


def below_one_another(rows: list[list[int]], gap: int = 20) -> Image.Image:
    side = 150
    sheet = Image.new("L", (side * max(map(len, rows)), (side + gap) * len(rows)), WHITE)
    for row, digits in enumerate(rows):
        for place, digit in enumerate(digits):
            sheet.paste(on_paper(digit, side), (side * place, (side + gap) * row))
    return sheet


@pytest.mark.parametrize("digit", sorted(STROKES))
@pytest.mark.parametrize("pen", [1, 2])
@pytest.mark.parametrize("corner", [(0, 0), (9, 11)], ids=str)
def test_thin_lines_on_28_by_28_are_fitted_as_on_the_canvas(answer_to, digit, pen, corner) -> None:
    sheet = Image.new("L", (28, 28), WHITE)
    sheet.paste(on_paper(digit, 17, pen), corner)
    assert read(answer_to(sheet)) == (digit, "", "")


@pytest.mark.parametrize("digit", sorted(STROKES))
@pytest.mark.parametrize("strength", [0.06, 0.15, 0.4])
def test_faint_ink_is_read_as_dark_ink_is(answer_to, digit, strength) -> None:
    soft = Image.fromarray(draw_digit(digit, 28 * 8, 8)).resize((28, 28), Image.Resampling.BOX)
    faint = Image.fromarray(np.rint(255 - strength * np.asarray(soft)).astype(np.uint8))
    assert read(answer_to(faint)) == (digit, "", "")


def test_a_line_between_two_pixels_is_as_strong_as_one_that_is_not(answer_to) -> None:
    sheet = np.full((28, 28), 255, np.uint8)
    sheet[6:8, 8:19] = 150  # the bar of a 7, on two rows of pixels by half
    for row in range(8, 22):
        sheet[row, 18 - (row - 8) // 3] = 0
    assert read(answer_to(Image.fromarray(sheet))) == (7, "", "")


def test_what_has_the_form_of_mnist_is_taken_pixel_by_pixel(mnist: Dataset) -> None:
    assert all(is_like_mnist(image) for image in mnist.images)


@pytest.mark.parametrize("change", ["moved", "shrunk", "faint"])
def test_what_has_not_the_form_of_mnist_is_fitted(mnist: Dataset, change) -> None:
    for image in mnist.images[:20]:
        other = {
            "moved": np.roll(image, 3, axis=1),
            "shrunk": np.pad(np.asarray(Image.fromarray(image).resize((22, 22))), 3),
            "faint": image // 3,
        }[change]
        assert not is_like_mnist(other)


PAIRS = {
    "gold on light blue": ((153, 217, 234), (255, 201, 14)),
    "green on red": ((237, 28, 36), (34, 130, 60)),
    "red on green": ((0, 128, 0), (250, 0, 0)),
    "yellow on white": ((255, 255, 255), (255, 245, 0)),
    "pink on grey": ((150, 150, 150), (230, 110, 150)),
}


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("ending", ["png", "jpg"])
@pytest.mark.parametrize("digit", [2, 7])
def test_colour_alone_tells_ink_from_paper(answer_to, name, ending, digit) -> None:
    paper, ink = (np.array(colour, np.float32) for colour in PAIRS[name])
    share = draw_digit(digit, 200)[..., np.newaxis] / np.float32(255)
    picture = Image.fromarray(np.rint(paper + (ink - paper) * share).astype(np.uint8))
    assert read(answer_to(picture, f"own.{ending}")) == (digit, "", "")


INSET = [(8, 8), (191, 8), (191, 191), (8, 191)]
FRAMES: dict[str, Callable[[int], Image.Image]] = {
    "thin": lambda digit: with_frame(digit, INSET, 1),
    "thick": lambda digit: with_frame(digit, INSET, 6),
    "crooked": lambda digit: with_frame(digit, [(9, 12), (190, 6), (193, 188), (5, 193)], 3),
    "at the edge": lambda digit: with_frame(digit, [(1, 1), (198, 1), (198, 198), (1, 198)], 3),
    "28 by 28": lambda digit: with_frame(digit, [(0, 0), (27, 0), (27, 27), (0, 27)], 1, side=28),
    "bright ink": lambda digit: Image.fromarray(255 - np.asarray(with_frame(digit, INSET, 2))),
    "card on a table": lambda digit: _on_table(on_paper(digit)),
}


def _on_table(card: Image.Image) -> Image.Image:
    table = Image.new("RGB", (340, 280), (90, 60, 40))
    table.paste(card.convert("RGB"), (70, 40))
    return table


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("digit", sorted(STROKES))
def test_what_lies_in_a_frame_is_read_without_it(answer_to, name, digit) -> None:
    assert read(answer_to(FRAMES[name](digit))) == (digit, "", "")


def test_a_circle_around_a_digit_is_doubted(answer_to) -> None:
    picture = Image.new("L", (200, 200), WHITE)
    picture.paste(on_paper(7, 120), (40, 40))
    ImageDraw.Draw(picture).ellipse([4, 4, 195, 195], outline=BLACK, width=3)
    assert "frame" in answer_to(picture).doubt


def test_cells_beside_each_other_are_a_number(answer_to) -> None:
    cells = Image.new("L", (420, 220), WHITE)
    for place, digit in enumerate((4, 2)):
        cells.paste(on_paper(digit), (10 + 200 * place, 10))
        ImageDraw.Draw(cells).rectangle([10 + 200 * place, 10, 210 + 200 * place, 210], outline=BLACK, width=2)
    assert read(answer_to(cells)) == (None, "42", "")


def test_a_0_of_straight_lines_is_no_frame(answer_to) -> None:
    sheet = Image.new("L", (200, 200), WHITE)
    ImageDraw.Draw(sheet).rectangle([60, 30, 140, 170], outline=BLACK, width=14)
    assert answer_to(sheet).digit == 0


@pytest.mark.parametrize("colours", ["gray", "gray_r", "viridis", "Blues"])
@pytest.mark.parametrize("dots_per_inch", [60, 100, 220])
def test_the_axes_of_a_saved_figure_are_no_ink(
    answer_to, mnist: Dataset, tmp_path, colours, dots_per_inch
) -> None:
    for index in (0, 1200, 2600):
        figure = Figure()
        axes = figure.add_subplot()
        axes.imshow(mnist.images[index], cmap=mpl.colormaps[colours])
        axes.set_title(f"label {mnist.labels[index]}")
        figure.savefig(tmp_path / "figure.png", dpi=dots_per_inch)
        assert read(answer_to(Image.open(tmp_path / "figure.png"))) == (mnist.labels[index], "", "")


@pytest.mark.parametrize(
    ("rows", "number"),
    [
        ([[4], [2]], "4 2"),
        ([[7], [4], [0]], "7 4 0"),
        ([[4, 2, 7], [0, 7, 4]], "427 074"),
        ([[2, 0], [7, 4, 2], [4]], "20 742 4"),
    ],
    ids=str,
)
def test_rows_are_read_from_top_to_bottom(answer_to, rows, number) -> None:
    answer = answer_to(below_one_another(rows))
    assert read(answer) == (None, number, "")
    assert [digit.row for digit in answer.digits] == [row for row, digits in enumerate(rows) for _ in digits]


def test_a_number_is_never_made_of_what_is_doubted(answer_to) -> None:
    sheet = Image.new("L", (450, 150), WHITE)
    for place, digit in enumerate((4, 2)):
        sheet.paste(on_paper(digit, 150), (300 * place, 0))
    star = ImageDraw.Draw(sheet)
    for turn in np.linspace(0, np.pi, 5)[:-1]:
        x, y = 55 * np.cos(turn), 55 * np.sin(turn)
        star.line([(225 - x, 75 - y), (225 + x, 75 + y)], fill=BLACK, width=9)
    answer = answer_to(sheet)
    assert (answer.digit, answer.number) == (None, "")
    assert "doubtful" in answer.doubt


def test_text_is_no_number(answer_to) -> None:
    sheet = below_one_another(
        [[4, 2, 7, 0, 2, 4, 7, 0, 2, 2, 4, 0, 7, 7, 2, 4, 4, 2, 7, 0, 2, 4, 7, 0, 2, 2, 4, 0, 7, 7, 2, 4]]
    )
    assert read(answer_to(sheet.resize((sheet.width // 4, sheet.height // 4)))) == (
        None,
        "",
        "The picture holds more than one number.",
    )


@pytest.mark.parametrize("ending", ["gif", "webp", "png"])
def test_of_an_animation_the_fullest_frame_is_read(answer_to, ending) -> None:
    frames = [Image.new("RGB", (200, 200), "white") for _ in range(3)]
    frames[1].paste(on_paper(2).crop((0, 0, 200, 90)), (0, 0))
    frames[2].paste(on_paper(2), (0, 0))
    frames.append(frames[0])
    assert read(answer_to(frames[0], f"own.{ending}", save_all=True, append_images=frames[1:])) == (2, "", "")


def test_a_folder_and_a_single_file_are_read_alike(tmp_path: Path) -> None:
    sheet = Image.new("L", (28, 28), WHITE)
    sheet.paste(on_paper(7, 17, 1), (9, 3))
    (tmp_path / "7").mkdir()
    sheet.save(tmp_path / "7" / "own.png")
    np.testing.assert_array_equal(open_data(tmp_path).images[0], read_picture(tmp_path / "7" / "own.png").digit)
