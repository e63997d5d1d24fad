"""The documents as plain files: their links, the drawing of the house, and the notebooks."""

import json
import re
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from helpers.notebooks import NOTEBOOKS, run_notebook

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"
OWN = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "NOTICE.md")),
    *(file for file in sorted((ROOT / "docs").rglob("*.md")) if "_build" not in file.parts),
    *NOTEBOOKS,
]


def text_of(file: Path) -> str:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".ipynb":
        return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    return text


def anchors_of(text: str) -> set[str]:
    """Return the anchors of the titles, as GitHub and MyST make them."""
    titles = re.findall(
        r"^#+ (.*)$", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def dead_links(file: Path, text: str) -> list[str]:
    """List the links of a document that lead to no file, or to no title of it."""
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", text)):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        there = (file.parent / path) if path else file
        if not there.exists() or (anchor and anchor not in anchors_of(text_of(there))):
            dead.append(f"{file.relative_to(ROOT)}: {target}")
    return dead


def test_no_link_within_the_documents_is_dead() -> None:
    assert len(OWN) > 25
    assert [link for file in OWN for link in dead_links(file, text_of(file))] == []
    text = "[a](docs/data.md#classes-of-your-own) [b](docs/data.md#none) [c](docs/none.md) [d](https://x.org)"
    assert len(dead_links(ROOT / "README.md", text)) == 2


def test_every_document_is_reached_from_the_first_page() -> None:
    reached, waiting = set(), [ROOT / "docs" / "index.md"]
    while waiting:
        file = waiting.pop()
        reached.add(file)
        text = text_of(file)
        listed = re.findall(
            r"^([\w/*-]+)$", "".join(re.findall(r"```{toctree}(.*?)```", text, re.DOTALL)), re.MULTILINE
        )
        links = [file.parent / link for link in re.findall(r"\]\(([^)#\s]+)", text)]
        links += [one for name in listed for end in (".md", ".ipynb") for one in file.parent.glob(f"{name}{end}")]
        waiting += {
            link.resolve() for link in links if link.is_file() and link.suffix in (".md", ".ipynb")
        } - reached
    unread = [file for file in OWN if file.is_relative_to(ROOT / "docs") and "rooms" not in file.parts]
    assert {file.name for file in unread} - {file.name for file in reached} == set()


@pytest.mark.parametrize("package", ["model", "digitgui"])
def test_the_drawing_of_the_house_has_the_rooms_of_the_contract_on_their_floors(package) -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(one["layers"] for one in contracts if one.get("containers") == [package])
    drawn = ElementTree.parse(ROOT / "docs" / f"house-{package}.svg").getroot()
    rooms = {(float(text.get("y", "")), text.text) for text in drawn.iter(f"{SVG}text")}
    floors = [{room for at, room in rooms if at == y} for y in sorted({y for y, _ in rooms})]
    assert floors == [{room.strip() for room in layer.split("|")} for layer in layers], "run make house"
    y_of = {room: y for y, room in rooms}
    arrows = [path for path in drawn.iter(f"{SVG}path") if path.get("class") == "arrow"]
    assert len(arrows) >= len(rooms) - 2
    assert all(y_of[arrow.get("data-of")] < y_of[arrow.get("data-to")] for arrow in arrows), (
        "imports run downwards"
    )


def test_arrows_are_the_imports_less_those_with_a_longer_way(monkeypatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    import draw_house

    arrows = draw_house.arrows_of("model")
    assert ("runs", "network") in arrows
    assert ("network", "runs") not in arrows
    assert draw_house.without_detours({("a", "b"), ("b", "c"), ("a", "c"), ("a", "d")}) == {
        ("a", "b"),
        ("b", "c"),
        ("a", "d"),
    }
    sys.modules.pop("draw_house")


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_runs_and_shows_what_it_printed(file, tmp_path) -> None:
    notebook = run_notebook(file, tmp_path)
    kept = json.loads(file.read_text(encoding="utf-8"))["cells"]
    for cell, before in zip(notebook.cells, kept, strict=True):
        if cell.cell_type == "code":
            assert [one.output_type for one in cell.outputs] == [one["output_type"] for one in before["outputs"]]
    outputs = json.dumps([cell.get("outputs", []) for cell in kept])
    assert not re.search(r"/home/|/root/|/tmp/|/Users/|[A-Z]:\\\\", outputs), "run make notebooks"
    assert "svg" in outputs or file.stem == "own_layers"
