"""The pictures of a report: SVG whose colours are those of the page around it, light or dark."""

import io
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from markupsafe import Markup, escape

from model.judging.scores import Calibration, Curve
from model.training.history import History

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "ACCENT",
    "DIGIT_PAINTS",
    "FAINT",
    "OTHERS_MARK",
    "RUN_COLORS",
    "RUN_MARKS",
    "Column",
    "calibration_picture",
    "class_curves_picture",
    "class_lines",
    "curves_picture",
    "parallel_picture",
]

TEXT, LINE, ACCENT, SECOND, FAINT, CARD = (f"#0000{number:02x}" for number in range(1, 7))
"""Colours that matplotlib writes, each in place of a variable of the page's style."""
DIGIT_PAINTS = tuple(f"#0001{digit:02x}" for digit in range(10))
RUN_COLORS = (0, 6, 2, 5, 3, 1, 4, 7, 8, 9)
"""The digits whose colours the lines of several runs have: the easiest to tell apart come first."""
RUN_MARKS = "●■▲◆▼★✚✖▶◀"
"""What stands on these lines, and in their legend, for paper without colours."""
OTHERS_MARK = "━"
"""In the legend, of the lines without a colour of their own."""
DRAWN_MARKS = dict(zip(RUN_MARKS + OTHERS_MARK, [*"os^Dv*PX><", ""], strict=True))
"""The same as matplotlib calls them."""
CLASS_LINES = (("-", "━"), ("--", "╍"), (":", "┅"))
"""The lines of the first ten classes, of the next ten, and of the third, as drawn and in the legend."""
VARIABLES = {TEXT: "text", LINE: "line", ACCENT: "accent", SECOND: "second", FAINT: "faint", CARD: "card"} | {
    paint: f"digit-{digit}" for digit, paint in enumerate(DIGIT_PAINTS)
}
SIZE, WIDE, FONT = (4.4, 2.9), (9.2, 3.4), 10.0
"""Inches and points: small enough to be read on a telephone, which shows it as it is, or as wide as the page."""
STYLE: dict[Any, Any] = {
    "text.parse_math": False,  # a dollar in a name is a dollar
    "svg.fonttype": "none",  # text stays text, in the page's font
    "font.size": FONT,
    "axes.labelsize": FONT,
    "text.color": TEXT,
    "axes.labelcolor": TEXT,
    "xtick.color": TEXT,
    "ytick.color": TEXT,
    "axes.edgecolor": LINE,
    "grid.color": LINE,
    "axes.grid": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
}


class Column(NamedTuple):
    """An upright axis of a picture in parallel coordinates.

    Attributes
    ----------
    name : str
    places : sequence of float
        Of each run, from 0 at the foot to 1.
    marks : dict of float to str
        What stands at a place.
    """

    name: str
    places: Sequence[float]
    marks: dict[float, str]


GROUND = {"facecolor": CARD, "edgecolor": "none", "alpha": 0.8, "pad": 1.0}
"""Keeps lines from running through a text."""


def curves_picture(
    name: str,
    histories: Sequence[tuple[str, History]],
    what: str,
    paints: Sequence[str] = (SECOND,),
    marks: Sequence[str] = RUN_MARKS[:1],
) -> Markup:
    """Draw loss or accuracy against epochs, of one run or of several.

    Parameters
    ----------
    name : str
        Unlike that of any other picture of the page.
    histories : sequence of (str, History)
        What each is called; of a single one, both training and validation are drawn, of several only
        validation.
    what : str
        ``loss`` or ``accuracy``.
    paints, marks : sequence of str
        A colour for each, and what stands on its line, of `DRAWN_MARKS`.
    """

    def draw(axes: "Axes") -> None:
        from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

        for (_, history), paint, mark in zip(histories, paints, marks, strict=True):
            epochs = [done.epoch for done in history.epochs]
            if len(histories) == 1:
                train = [getattr(done, f"train_{what}") for done in history.epochs]
                axes.plot(epochs, train, color=ACCENT, label="training", linestyle="--", **_marked(epochs, mark))
            validation = [getattr(done, f"validation_{what}") for done in history.epochs]
            axes.plot(epochs, validation, color=paint, label="validation", **_marked(epochs, mark))
        axes.set_xlabel("epoch")
        axes.set_ylabel("loss in nats" if what == "loss" else "accuracy")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        if len(histories) == 1:
            axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 0.98), ncols=2)

    return _picture(name, _told(histories, what), draw)


def calibration_picture(name: str, calibration: Calibration) -> Markup:
    """Draw how often answers of each confidence are right, with the number of pictures as the size of the dot."""
    known = calibration.count > 0
    share = np.sqrt(calibration.count[known] / calibration.count.sum())

    def draw(axes: "Axes") -> None:
        axes.plot([0, 1], [0, 1], color=TEXT, linestyle=":", linewidth=1)
        axes.plot(calibration.confidence[known], calibration.accuracy[known], color=ACCENT)
        axes.scatter(calibration.confidence[known], calibration.accuracy[known], s=12 + 150 * share, color=ACCENT)
        axes.set(xlabel="confidence of the answer", ylabel="share that is right", xlim=(0, 1.03), ylim=(0, 1.05))

    told = f"Calibration curve over {known.sum()} bins; expected error {calibration.expected_error:.2%}"
    return _picture(name, told, draw)


def class_curves_picture(name: str, told: str, curves: Sequence[Curve], labels: tuple[str, str]) -> Markup:
    """Draw a curve for each class, in the colours of the digits, which come again, dashed, after ten classes."""

    def draw(axes: "Axes") -> None:
        for number, curve in enumerate(curves):
            paint = DIGIT_PAINTS[number % len(DIGIT_PAINTS)]
            axes.plot(curve.x, curve.y, color=paint, linestyle=_class_line(number)[0], linewidth=1.2)
        axes.set(xlabel=labels[0], ylabel=labels[1], xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))

    return _picture(name, told, draw)


def class_lines(names: Sequence[str]) -> list[tuple[str, str, str]]:
    """List the lines of `class_curves_picture` for a legend: how each looks, its colour, its class."""
    return [
        (_class_line(number)[1], f"digit-{number % len(DIGIT_PAINTS)}", name) for number, name in enumerate(names)
    ]


def _class_line(number: int) -> tuple[str, str]:
    return CLASS_LINES[number // len(DIGIT_PAINTS) % len(CLASS_LINES)]


def parallel_picture(name: str, columns: Sequence[Column], best: int) -> Markup:
    """Draw a line for each run through its place in each column.

    Parameters
    ----------
    name : str
        Unlike that of any other picture of the page.
    columns : sequence of Column
        The last one decides how dark a line is.
    best : int
        The run whose line is strong.
    """
    lines = list(zip(*(column.places for column in columns), strict=True))

    def draw(axes: "Axes") -> None:
        for number, line in enumerate(lines):
            width, opacity = (3.0, 1.0) if number == best else (1.2, 0.15 + 0.6 * line[-1])
            axes.plot(range(len(line)), line, color=ACCENT, linewidth=width, alpha=opacity)
        for x, column in enumerate(columns):
            axes.axvline(x, color=TEXT, linewidth=0.8)
            for place, text in column.marks.items():
                axes.annotate(text, (x, place), xytext=(5, 3), textcoords="offset points", bbox=GROUND)
        axes.set_xticks(range(len(columns)), [column.name for column in columns])
        axes.set_yticks([])
        axes.set(xlim=(-0.15, len(columns) - 0.4), ylim=(-0.05, 1.1))
        axes.grid(visible=False)
        axes.spines[["left", "bottom"]].set_visible(False)
        axes.tick_params(length=0)

    told = f"{len(lines)} lines through {', '.join(column.name for column in columns)}; the best run's is strong"
    return _picture(name, told, draw, WIDE)


def _marked(epochs: Sequence[int], mark: str) -> dict[str, Any]:
    """Mark the points of a short curve, of which one may be all there is, and some of a long one."""
    plain = mark == RUN_MARKS[0]
    return {"marker": DRAWN_MARKS[mark], "markersize": 3 if plain else 4.5, "markevery": -(-len(epochs) // 30)}


def _told(histories: Sequence[tuple[str, History]], what: str) -> str:
    """Say what a picture of curves shows, for screen readers."""
    ends = []
    for name, history in histories:
        if history.epochs:
            last = history.epochs[-1]
            ends.append(f"{name}: {getattr(last, f'validation_{what}'):.4f} after epoch {last.epoch}")
    return f"Curves of the {what} against epochs. On the validation part, {'; '.join(ends) or 'nothing yet'}"


def _picture(name: str, told: str, draw: Callable[["Axes"], None], size: tuple[float, float] = SIZE) -> Markup:
    """Draw on axes, and return SVG for a page; the same drawing gives the same bytes."""
    # matplotlib takes a second to import, which drawing a digit should not wait for
    import matplotlib as mpl  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    with mpl.rc_context(STYLE | {"svg.hashsalt": name}):
        figure = Figure(size)
        draw(figure.subplots())
        stream = io.StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(stream, format="svg", transparent=True, metadata=nothing)
    return Markup(_fitted_into_page(stream.getvalue(), name, told))


def _fitted_into_page(svg: str, name: str, told: str) -> str:
    """Remove from an SVG what would disturb the page or its other pictures, and give it the page's colours."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<(metadata|style)\b.*?</\1>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(?<=<svg )(.*?)width="[^"]*" height="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r" font-family: [^;\"]*;?", "", svg)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'(href="|url\()#', rf"\1#{name}-", svg)
    svg = svg.replace(" xmlns:xlink=", f' role="img" aria-label="{escape(told)}" xmlns:xlink=', 1)
    for paint, variable in VARIABLES.items():
        svg = svg.replace(paint, f"var(--{variable})")
    return svg
