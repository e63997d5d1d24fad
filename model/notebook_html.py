"""How networks, runs and data look in a notebook: HTML that needs nothing from elsewhere, and stays small."""

import base64
import html
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Line", "curve_picture", "inline_picture", "table"]

MOST_ROWS = 60
MOST_POINTS = 300
"""A line has no more points than these; of more, evenly spread ones are kept, and the last."""
LARGEST_SIDE = 64
"""Pixels of an inline picture; larger ones are scaled down."""
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 320, 200, 44, 8, 24, 34
"""Of the picture of a curve, and its margins, in pixels."""
TICKS = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line in a picture of curves.

    Attributes
    ----------
    name : str
    x, y : sequence of float
        Where a number of ``y`` is not finite, the line has a gap.
    color : str
        As CSS has it.
    dashed : bool
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    color: str
    dashed: bool = False

    def points(self) -> list[tuple[float, float]]:
        """Return the points that are drawn."""
        chosen = sorted({*np.linspace(0, len(self.x) - 1, min(len(self.x), MOST_POINTS)).astype(int).tolist()})
        return [(float(self.x[at]), float(self.y[at])) for at in chosen]


def table(headings: Sequence[str], rows: Sequence[Sequence[object]], caption: str) -> str:
    """Write a table; numbers stand at the right, and of many rows the first ones are shown.

    Parameters
    ----------
    headings : sequence of str
    rows : sequence of sequence
        What stands in each is written as text.
    caption : str
        Stands above it.
    """
    first = rows[0] if rows else headings
    head = "".join(_cell("th", heading, like) for heading, like in zip(headings, first, strict=True))
    body = "".join(f"<tr>{''.join(_cell('td', cell, cell) for cell in row)}</tr>" for row in rows[:MOST_ROWS])
    if len(rows) > MOST_ROWS:
        body += f'<tr><td colspan="{len(headings)}">and {len(rows) - MOST_ROWS:,} more</td></tr>'
    whole = f'<table style="margin:0"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f"<div>{html.escape(caption)}</div>{whole}"


def _cell(tag: str, content: object, like: object) -> str:
    side = "right" if isinstance(like, int | float) else "left"
    text = f"{content:,}" if isinstance(content, int) else str(content)
    return f'<{tag} style="text-align:{side};padding:2px 10px 2px 0">{html.escape(text)}</{tag}>'


def inline_picture(image: npt.NDArray[np.uint8], told: str) -> str:
    """Write a picture as an ``img`` that holds its own PNG.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width) or (height, width, 3)
    told : str
        What it shows, for its tooltip and for screen readers.
    """
    from PIL import Image  # noqa: PLC0415  only where a picture is shown

    picture, stream = Image.fromarray(np.ascontiguousarray(image)), io.BytesIO()
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    picture.save(stream, "PNG")
    data, told = base64.b64encode(stream.getvalue()).decode(), html.escape(told)
    style = "height:56px;image-rendering:pixelated;margin:2px;display:inline-block"
    return f'<img src="data:image/png;base64,{data}" alt="{told}" title="{told}" style="{style}">'


def curve_picture(lines: Sequence[Line], title: str, x_label: str) -> str:
    """Draw lines against one axis as SVG, in the colour of the page's text; empty if there is nothing to draw."""
    drawn = [(line, line.points()) for line in lines]
    known = [(x, y) for _, points in drawn for x, y in points if math.isfinite(y)]
    if not known:
        return ""
    xs, ys = [x for x, _ in known], [y for _, y in known]
    across, up = _Axis(min(xs), max(xs), LEFT, WIDTH - RIGHT), _Axis(min(ys), max(ys), HEIGHT - BOTTOM, TOP)
    told = html.escape(f"{title}: " + ", ".join(line.name for line in lines))
    parts = [
        f'<svg width="{WIDTH}" height="{HEIGHT}" role="img"'
        f' aria-label="{told}" style="font:11px sans-serif;fill:currentColor;max-width:100%">',
        f'<text x="{LEFT}" y="14" font-weight="bold">{html.escape(title)}</text>',
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 4}" text-anchor="end">{html.escape(x_label)}</text>',
    ]
    for value in up.ticks():
        at = up.place(value)
        rule = f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"'
        parts.append(f'{rule} stroke="currentColor" stroke-opacity="0.2"/>')
        parts.append(f'<text x="{LEFT - 4}" y="{at + 4:.1f}" text-anchor="end">{value:.3g}</text>')
    for value in (across.low, across.high)[: 1 + (across.high > across.low)]:
        place = f'x="{across.place(value):.1f}" y="{HEIGHT - BOTTOM + 14}" text-anchor="middle"'
        parts.append(f"<text {place}>{value:g}</text>")
    for number, (line, points) in enumerate(drawn):
        parts += _drawn_line(line, points, across, up)
        place = f'x="{LEFT + 90 * number}" y="{HEIGHT - 4}" fill="{html.escape(line.color)}"'
        parts.append(f"<text {place}>{'- - ' if line.dashed else '— '}{html.escape(line.name)}</text>")
    return "".join([*parts, "</svg>"])


@dataclass(frozen=True, slots=True)
class _Axis:
    """Where numbers from ``low`` to ``high`` lie between two pixels; a single number lies in the middle."""

    low: float
    high: float
    first: float
    last: float

    def place(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return self.first + share * (self.last - self.first)

    def ticks(self) -> list[float]:
        return np.linspace(self.low, self.high, TICKS if self.high > self.low else 1).tolist()


def _drawn_line(line: Line, points: list[tuple[float, float]], across: _Axis, up: _Axis) -> list[str]:
    """Write a line in pieces, each from one gap to the next; a piece of one point is a dot."""
    parts, piece = [], list[str]()
    dashes, color = ' stroke-dasharray="5 3"' if line.dashed else "", html.escape(line.color)
    for x, y in [*points, (0.0, math.nan)]:
        if math.isfinite(y):
            piece.append(f"{across.place(x):.1f},{up.place(y):.1f}")
        elif len(piece) == 1:
            at_x, at_y = piece.pop().split(",")
            parts.append(f'<circle cx="{at_x}" cy="{at_y}" r="3" fill="{color}"/>')
        elif piece:
            shape = f'<polyline points="{" ".join(piece)}" fill="none" stroke="{color}" stroke-width="2"'
            parts.append(f"{shape}{dashes}/>")
            piece.clear()
    return parts
