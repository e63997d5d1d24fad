"""Draws the rooms of the program and what they import of one another into docs/house-*.svg: ``make house``.

Rooms and floors are those of the contracts in pyproject.toml, the arrows are the imports in the code, without
those for which there is a longer way.
"""

import ast
import tomllib
from collections.abc import Iterator
from html import escape
from pathlib import Path

__all__ = ["arrows_of", "drawing", "floors_of", "without_detours"]

ROOT = Path(__file__).parents[1]
PACKAGES = ("model", "digitgui")
WIDTH, FLOOR, HEIGHT, LETTER, PADDING = 720, 62, 30, 7.2, 12
"""Of the picture, from floor to floor, of a room, of a letter, and from a room's wall to its name, in pixels."""
INK, ACCENT, WALL = "#334155", "#0072b2", "#f1f5f9"


def floors_of(package: str) -> list[list[str]]:
    """Return the rooms of each floor, from the top one down, as the contract has them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(one["layers"] for one in contracts if one.get("containers") == [package])
    return [[room.strip() for room in floor.split("|")] for floor in layers]


def arrows_of(package: str) -> set[tuple[str, str]]:
    """Return which room imports of which, each a folder or a file of the package."""
    found = set()
    for file in (ROOT / package).rglob("*.py"):
        first = file.relative_to(ROOT / package).parts[0].removesuffix(".py")
        found |= {(first, room) for room in _imported(file, package) if room != first}
    rooms = {room for floor in floors_of(package) for room in floor}
    return {arrow for arrow in found if {*arrow} <= rooms}


def _imported(file: Path, package: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = (
                [node.module] if node.module != package else [f"{package}.{alias.name}" for alias in node.names]
            )
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        yield from (name.split(".")[1] for name in names if name.startswith(f"{package}."))


def without_detours(arrows: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Leave out each arrow for which there is a longer way through other rooms; otherwise all would be lines."""

    def reached(room: str) -> set[str]:
        direct = {below for above, below in arrows if above == room}
        return direct.union(*(reached(below) for below in direct))

    below = {room: reached(room) for arrow in arrows for room in arrow}
    through = {above: {room for one, room in arrows if one == above} for above, _ in arrows}
    return {(above, room) for above, room in arrows if not any(room in below[other] for other in through[above])}


def drawing(floors: list[list[str]], arrows: set[tuple[str, str]], title: str) -> str:
    """Draw rooms as boxes in their floors, and arrows from each to what it imports of."""
    places = _places(floors)
    height = FLOOR * len(floors)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}"',
        f' height="{height}" role="img" font-family="sans-serif" font-size="13"><title>{escape(title)}</title>\n',
        '<defs><marker id="tip" markerWidth="7" markerHeight="7" refX="6" refY="3.5" orient="auto">'
        f'<path d="M0,0.5 L7,3.5 L0,6.5 z" fill="{ACCENT}"/></marker></defs>\n',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>\n',
    ]
    for above, below in sorted(arrows):
        (x, y), (other_x, other_y) = places[above], places[below]
        bend = (other_y - y) / 3
        path = f"M{x:.0f},{y + HEIGHT:.0f} C{x:.0f},{y + bend:.0f} {other_x:.0f},{other_y - bend:.0f}"
        parts.append(
            f'<path class="arrow" data-of="{above}" data-to="{below}" d="{path} {other_x:.0f},{other_y - 2:.0f}"'
            f' fill="none" stroke="{ACCENT}" stroke-opacity="0.7" marker-end="url(#tip)"/>\n'
        )
    for room, (x, y) in places.items():
        width = _width(room)
        parts.append(
            f'<rect x="{x - width / 2:.0f}" y="{y:.0f}" width="{width:.0f}" height="{HEIGHT}" rx="6" fill="{WALL}"'
            f' stroke="{INK}"/><text class="room" x="{x:.0f}" y="{y + 20:.0f}" text-anchor="middle" fill="{INK}">'
            f"{room}</text>\n"
        )
    return "".join([*parts, "</svg>\n"])


def _width(room: str) -> float:
    return len(room) * LETTER + 2 * PADDING


def _places(floors: list[list[str]]) -> dict[str, tuple[float, float]]:
    """Return the middle of the top wall of each room; floors of few rooms are moved aside by turns."""
    places = {}
    for number, floor in enumerate(floors):
        free = WIDTH - sum(map(_width, floor))
        gap = min(free / (len(floor) + 1), 90)
        x = (free - gap * (len(floor) - 1)) / 2 + (90 if number % 2 else -90) * (len(floor) < 3)
        for room in floor:
            places[room] = x + _width(room) / 2, number * FLOOR + (FLOOR - HEIGHT) / 2
            x += _width(room) + gap
    return places


if __name__ == "__main__":
    for package in PACKAGES:
        picture = drawing(
            floors_of(package),
            without_detours(arrows_of(package)),
            f"The rooms of {package}, and what they import",
        )
        (ROOT / "docs" / f"house-{package}.svg").write_text(picture, encoding="utf-8")
