"""Drawings as InkML files, which other ink programs read and write too (W3C: Ink Markup Language, 2011).

Every stroke is a ``<trace>`` of points ``X Y F T``. In our own files, whose trace format is called ``digitgui``, X
and Y count from the centre of the canvas in units of its shorter side, y downwards; F is the pressure from 0 to 1;
T the time in milliseconds since the first point of the first trace. The ``<brush>`` of a trace tells the width of
its line in the same units as X and Y, and whether it erases.

Of other files the traces are taken as they lie, y downwards, and fitted into the canvas.
"""

import math
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

from PySide6.QtCore import QPointF

from digitgui.drawings.strokes import Stroke
from digitgui.drawings.thinning import thinned
from model.atomic_files import write_atomically
from model.damaged_files import told_as
from model.errors import DataFormatError, ModelFileError

INK_SUFFIX = ".inkml"
NAMESPACE = "http://www.w3.org/2003/InkML"
OWN_FORMAT = "digitgui"
MOST_BYTES = 5_000_000
MOST_POINTS = 5_000
"""More than twenty times those of a digit; all of them are painted at once when a drawing is opened."""
READ_BYTES = 65_536
FITTED = 0.8
"""Longer side of a drawing of another program, as a share of the canvas."""
USUAL_STEP = 10.0
"""Milliseconds from point to point where a file does not tell."""
USUAL_PAUSE = 100.0
"""The same from stroke to stroke."""
LEAST_PRESSURE = 0.05
FARTHEST, FARTHEST_OWN = 1e9, 10.0
LONGEST = 1e9
DEEPEST_GROUP = 8
MOST_CHANNELS = 32
"""InkML has names for twenty."""
ID = "{http://www.w3.org/XML/1998/namespace}id"
CHANNELS = ("X", "Y", "F", "T")


def save_ink(strokes: list[Stroke], path: Path) -> None:
    """Write strokes to an InkML file that opens again: of too many points, those stay that matter most.

    Whatever stands there already stays whole until the new one is complete.

    Raises
    ------
    ModelFileError
        If the file cannot be written, or there are more strokes than points can be read.
    """
    if len(strokes) > MOST_POINTS:
        raise ModelFileError(
            f"{path.name}: expected at most {MOST_POINTS:,} strokes, found {len(strokes):,}; save the drawing"
            " as .png"
        )
    strokes = thinned(strokes, MOST_POINTS)
    ET.register_namespace("", NAMESPACE)
    ink = ET.Element(_name("ink"))
    definitions = ET.SubElement(ink, _name("definitions"))
    form = ET.SubElement(definitions, _name("traceFormat"), {ID: OWN_FORMAT})
    for channel in CHANNELS:
        units = {"units": "ms"} if channel == "T" else {"min": "0", "max": "1"} if channel == "F" else {}
        ET.SubElement(form, _name("channel"), {"name": channel, "type": "decimal", **units})
    ET.SubElement(definitions, _name("context"), {ID: "canvas", "traceFormatRef": f"#{OWN_FORMAT}"})
    brushes: dict[tuple[float, bool], str] = {}
    for stroke in strokes:
        key = (stroke.width, stroke.erases)
        if key not in brushes:
            brushes[key] = f"brush{len(brushes) + 1}"
            brush = ET.SubElement(definitions, _name("brush"), {ID: brushes[key]})
            for name, value in (("width", f"{stroke.width:g}"), ("erases", str(stroke.erases).lower())):
                ET.SubElement(brush, _name("brushProperty"), {"name": name, "value": value})
        references = {"contextRef": "#canvas", "brushRef": f"#{brushes[key]}"}
        ET.SubElement(ink, _name("trace"), references).text = _points(stroke, strokes[0].began)
    ET.indent(ink)
    write_atomically(path, ET.tostring(ink, encoding="utf-8", xml_declaration=True))


def load_ink(path: Path, *, pen_width: float) -> list[Stroke]:
    """Read the strokes of an InkML file.

    Parameters
    ----------
    path : path
    pen_width : float
        Of strokes whose width is not told in units of the canvas, as a share of its shorter side.

    Raises
    ------
    DataFormatError
        If it is no InkML, damaged, too large, empty, or written with differences in place of coordinates.
    """
    with told_as(DataFormatError, f"{path.name}: {{error}}"):
        return _strokes_of(_traces(path), pen_width)


def _traces(path: Path) -> "list[_Trace]":
    """Read the traces with points in a file; raises whatever comes if there are none, or too many."""
    ink = _parse(path)
    document = _Document(ink)
    traces = [_Trace.of(element, document) for element in ink.iter() if _kind(element) == "trace"]
    traces = [trace for trace in traces if trace.points]
    count = sum(len(trace.points) for trace in traces)
    if not 0 < count <= MOST_POINTS:
        raise ValueError(f"expected 1 to {MOST_POINTS:,} points of ink, found {count:,}")
    return traces


def _strokes_of(traces: "list[_Trace]", pen_width: float) -> list[Stroke]:
    """Bring traces to the canvas."""
    is_own = all(trace.is_own for trace in traces)
    x, y, scale = (0.0, 0.0, 1.0) if is_own else _fit(traces)
    strokes: list[Stroke] = []
    for trace in traces:
        stroke = Stroke(
            trace.width if is_own and trace.width else pen_width, trace.erases, began=trace.began(strokes)
        )
        for point, pressure, time in zip(trace.points, trace.pressures, trace.times, strict=True):
            stroke.add(QPointF((point[0] - x) * scale, (point[1] - y) * scale), pressure, time - trace.times[0])
        stroke.pieces(0)  # computed here, in the background, and not when it is painted
        strokes.append(stroke)
    return strokes


class _NoEntities(ET.TreeBuilder):
    """Refuses what could make a small file huge, or read other files."""

    def doctype(self, *_: str | None) -> NoReturn:
        """Refuse a document type."""
        raise ValueError("expected ink without a document type (DOCTYPE), which may hide anything")


def _parse(path: Path) -> ET.Element:
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(
            f"expected at most {MOST_BYTES // 10**6} MB of ink, found {path.stat().st_size / 1e6:.1f} MB"
        )
    parser = ET.XMLParser(target=_NoEntities())
    try:
        with path.open("rb") as file:
            while piece := file.read(READ_BYTES):  # one large piece would hold up the other threads
                parser.feed(piece)
        ink: ET.Element = parser.close()
    except (ET.ParseError, LookupError) as error:  # an unknown encoding is a LookupError
        raise ValueError(f"expected InkML, found a file that is not XML, or is cut off ({error})") from error
    if _kind(ink) != "ink":
        raise ValueError(f"expected InkML, which begins with <ink>, found <{_kind(ink)[:40]}>")
    return ink


@dataclass(frozen=True)
class _Format:
    """How the points of a trace are written: the name of its format, and its channels."""

    name: str
    channels: list[ET.Element]

    @property
    def names(self) -> list[str]:
        """What the channels are called."""
        return [channel.get("name", "") for channel in self.channels]


class _Document:
    """Finds what a trace refers to. Thousands may refer to the same, so that is looked at once."""

    def __init__(self, ink: ET.Element) -> None:
        self._format_of = cache(self._format)
        self.brush = cache(_brush)
        self._named = {element.get(ID, element.get("id", "")): element for element in ink.iter()}
        self._parents = {child: parent for parent in ink.iter() for child in parent}
        self._formats = [element for element in ink.iter() if _kind(element) == "traceFormat"]

    def format(self, trace: ET.Element) -> _Format:
        """Return the format of a trace; without any it is X and Y."""
        return self._format_of(self.referred(trace, "contextRef"))

    def _format(self, context: ET.Element | None) -> _Format:
        form = None
        if context is not None:
            inside = [element for element in context.iter() if _kind(element) == "traceFormat"]
            form = inside[0] if inside else self.referred(context, "traceFormatRef")
        if form is None and self._formats:
            form = self._formats[0]
        if form is None:
            return _Format("", [ET.Element("channel", {"name": name}) for name in "XY"])
        channels = [element for element in form.iter() if _kind(element) == "channel"]
        if len(channels) > MOST_CHANNELS:
            raise ValueError(f"expected at most {MOST_CHANNELS} channels, found {len(channels):,}")
        return _Format(form.get(ID, ""), channels)

    def referred(self, element: ET.Element, attribute: str) -> ET.Element | None:
        """Follow a reference of an element, or of a group around it."""
        for _ in range(DEEPEST_GROUP):
            if attribute in element.attrib:
                return self._named.get(element.attrib[attribute].removeprefix("#"))
            if element not in self._parents:
                break
            element = self._parents[element]
        return None


@dataclass
class _Trace:
    """A trace as it stands in the file: in its own units, its times in milliseconds."""

    is_own: bool
    width: float
    erases: bool
    points: list[tuple[float, float]]
    pressures: list[float]
    times: list[float]
    has_times: bool

    @classmethod
    def of(cls, element: ET.Element, document: "_Document") -> "_Trace":
        form = document.format(element)
        channels, names = form.channels, form.names
        if "X" not in names or "Y" not in names:
            raise ValueError(f"expected traces with the channels X and Y, found {', '.join(names)[:60] or 'none'}")
        rows = _rows(element.text or "", len(names))
        columns = {name: [row[index] for row in rows] for index, name in enumerate(names)}
        limit = FARTHEST_OWN if form.name == OWN_FORMAT else FARTHEST
        if any(abs(value) > limit for name in "XY" for value in columns[name]):
            raise ValueError(f"expected coordinates up to {limit:g}, found some beyond")
        times = _times(columns.get("T"), channels, names)
        width, erases = document.brush(document.referred(element, "brushRef"))
        return cls(
            form.name == OWN_FORMAT,
            width,
            erases,
            list(zip(columns["X"], columns["Y"], strict=True)),
            _pressures(columns.get("F"), channels, names, len(rows)),
            times or [USUAL_STEP * index for index in range(len(rows))],
            bool(times),
        )

    def began(self, strokes: list[Stroke]) -> float:
        """Tell when it began, in milliseconds: without times, some time after the stroke before."""
        if self.has_times or not strokes:
            return self.times[0]
        return strokes[-1].began + strokes[-1].times[-1] + USUAL_PAUSE


def _rows(text: str, width: int) -> list[list[float]]:
    """Read the points of a trace."""
    if any(mark in text for mark in "!'\"*?"):
        raise ValueError(
            "expected points as plain coordinates, found differences (marked by ! ' \" * or ?), which are not"
            " read: save the drawing with absolute coordinates"
        )
    rows = []
    for point in filter(None, (point.split() for point in text.split(","))):
        try:
            row = [float(value) for value in point[:width]]
        except ValueError:
            row = []
        if len(row) < width or not all(map(math.isfinite, row)):
            raise ValueError(f"expected points of {width} numbers, found “{' '.join(point)[:40]}”")
        rows.append(row)
    return rows


def _pressures(
    values: list[float] | None, channels: list[ET.Element], names: list[str], count: int
) -> list[float]:
    if not values:
        return [1.0] * count
    channel = channels[names.index("F")]
    least, most = _number(channel, "min", 0.0), _number(channel, "max", max(1.0, *values))
    span = (most - least) or 1.0
    return [min(1.0, max(LEAST_PRESSURE, (value - least) / span)) for value in values]


def _times(values: list[float] | None, channels: list[ET.Element], names: list[str]) -> list[float]:
    """Read times in milliseconds; none at all if they run backwards."""
    if not values or any(after < before for before, after in pairwise(values)) or values[-1] - values[0] > LONGEST:
        return []
    factor = 1000 if channels[names.index("T")].get("units") == "s" else 1
    return [factor * value for value in values]


def _brush(brush: ET.Element | None) -> tuple[float, bool]:
    """Read the width, 0 if it is not told, and whether it erases."""
    properties = (
        {} if brush is None else {part.get("name"): part for part in brush if _kind(part) == "brushProperty"}
    )
    width = _number(properties["width"], "value", 0.0) if "width" in properties else 0.0
    erases = "erases" in properties and properties["erases"].get("value") == "true"
    return (width if 0.001 < width < 1 else 0.0), erases


def _fit(traces: list[_Trace]) -> tuple[float, float, float]:
    """Compute the middle of all traces, and the factor that makes them as large as most of the canvas."""
    xs, ys = zip(*(point for trace in traces for point in trace.points), strict=True)
    longer = max(max(xs) - min(xs), max(ys) - min(ys))
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2, FITTED / longer if longer else 1.0


def _number(element: ET.Element, attribute: str, default: float) -> float:
    try:
        value = float(element.get(attribute, default))
    except ValueError:
        return default
    return value if math.isfinite(value) else default


def _points(stroke: Stroke, start: float) -> str:
    began = stroke.began - start
    rows = zip(stroke.points, stroke.pressures, stroke.times, strict=True)
    return ", ".join(f"{p.x():.5f} {p.y():.5f} {pressure:.3f} {began + time:.1f}" for p, pressure, time in rows)


def _name(kind: str) -> str:
    return f"{{{NAMESPACE}}}{kind}"


def _kind(element: ET.Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
