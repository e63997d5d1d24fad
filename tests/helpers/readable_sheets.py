"""Scans, layouts and projects of sheets, small ones, and what reads them."""

import io
import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from helpers.pictures import draw_digit
from helpers.readable import Readable
from helpers.sheet_projects import known_sheet, store_project
from model.sheets.layout import load_layout
from model.sheets.outline import outline_of, with_outline
from model.sheets.project_files import PROJECT_NAME, load_project
from model.sheets.scan_files import page_count, read_page

__all__ = ["READABLE_SHEETS"]

MOST_READ = 3
"""Pages of a scan."""


def paper(mode: str = "L") -> Image.Image:
    sheet = np.full((60, 80), 235, np.uint8)
    sheet[::20], sheet[:, ::20] = 60, 60
    sheet[2:18, 2:18] = np.minimum(sheet[2:18, 2:18], 255 - draw_digit(4, 16))
    if mode == "I;16":
        return Image.fromarray(sheet.astype(np.uint16) * 257)
    return Image.fromarray(sheet).convert(mode)


def saved(form: str, mode: str = "L", **options: object) -> bytes:
    stream = io.BytesIO()
    paper(mode).save(stream, form, **options)
    return stream.getvalue()


@cache
def scans(form: str) -> list[bytes]:
    """Make scans of every mode that a format has, of several pages, and turned by a camera."""
    turned, several = Image.Exif(), {"save_all": True, "append_images": [paper("L"), paper("RGB")]}
    turned[274] = 8
    match form:
        case "pdf":
            return [saved("pdf", "RGB", resolution=20, **several), saved("pdf", "1"), saved("pdf", "CMYK")]
        case "tiff":
            modes = [saved("tiff", mode) for mode in ("1", "I;16", "F", "CMYK", "P", "RGBA", "LAB")]
            packed = [saved("tiff", "1", compression=how) for how in ("group4", "group3", "packbits")]
            deep = [saved("tiff", compression=how, **several) for how in ("tiff_lzw", "jpeg", "tiff_deflate")]
            return [*modes, *packed, *deep]
        case "png":
            return [
                *(saved("png", mode) for mode in ("1", "L", "P", "LA", "RGBA", "I;16")),
                saved("png", exif=turned),
            ]
        case "jpeg":
            return [saved("jpeg", exif=turned), saved("jpeg", "CMYK"), saved("jpeg", "RGB", progressive=True)]
        case _:
            return [
                saved("webp", "RGBA"),
                saved("webp", "RGB", exif=turned, lossless=True),
                saved("webp", **several),
            ]


def read_scan(file: Path) -> None:
    for number in range(min(page_count(file), MOST_READ)):
        gray = read_page(file, number + 1)
        assert gray.dtype == np.uint8
        assert gray.ndim == 2
        assert gray.size


@cache
def layouts() -> list[bytes]:
    with TemporaryDirectory() as folder:
        layout = known_sheet(Path(folder) / "scan.png").layout
    assert layout is not None
    moved = with_outline(layout, outline_of(layout) + 3.0)
    assert moved is not None
    return [json.dumps(one.as_dict()).encode() for one in (layout, moved)]


def read_layout(file: Path) -> None:
    layout = load_layout(file)
    corners = outline_of(layout)
    corners[0] -= 1.0
    for one in (layout, with_outline(layout, corners)):
        if one is not None:
            json.dumps(one.as_dict(), allow_nan=False)
            _ = [one.box(row, column) for row in (0, one.rows - 1) for column in (0, one.columns - 1)]


@cache
def projects() -> list[bytes]:
    with TemporaryDirectory() as folder:
        store_project(Path(folder), "first.png", "second.png")
        return [(Path(folder) / PROJECT_NAME).read_bytes()]


def read_project(file: Path) -> None:
    """Read a project, and ask for everything that the page asks for."""
    for sheet in load_project(file):
        _ = sheet.name, sheet.texts, sheet.doubtful, sheet.corrected, sheet.problem, sheet.read_by
        if sheet.is_read:
            json.dumps(sheet.as_dict(), allow_nan=False)


READABLE_SHEETS = {
    **{
        f"scan {form}": Readable(f"x.{form}", lambda form=form: scans(form), read_scan)
        for form in ("pdf", "tiff", "png", "jpeg", "webp")
    },
    "layout": Readable("form.json", layouts, read_layout, "json"),
    "sheets": Readable(PROJECT_NAME, projects, read_project, "json"),
}
"""By what they are called."""
