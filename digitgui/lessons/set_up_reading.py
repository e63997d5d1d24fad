"""Reads how a step sets up the window."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from pathlib import Path, PureWindowsPath
from typing import Any

from digitgui.lessons.lesson import PAGES, SetUp
from model.errors import DataFormatError, ModelError
from model.readers.picture_files import PICTURE_SUFFIXES
from model.readers.sources import BUNDLED
from model.runs.storage import SUFFIX
from model.training.faults import FAULTS
from model.training.settings import SETTING_OF, SETTINGS, Number, Switch
from model.training.training_config import TrainingConfig

__all__ = ["KEYS", "read_set_up"]

DEFAULT, HIDDEN = "default", "hidden"
INK_SUFFIX = ".inkml"
KEYS = ("page", "tab", "network", "data", "drawing", "picture", "layer", "fault")
FORM_SETTINGS = ("arch", *(field.name for field in fields(TrainingConfig)))
"""Settings that the form on the Train page has."""
MOST_FIGURES = 9
"""Of the number of a picture."""
Values = dict[str, tuple[int, str]]
Refuse = Callable[[int, object], DataFormatError]


def read_set_up(values: Values, folder: Path, refuse: Refuse) -> SetUp:
    """Read what a block says.

    Parameters
    ----------
    values : dict
        For each key the number of its line, and its value.
    folder : Path
        Of the lesson, which no path may leave.
    refuse : callable
        Makes the error for a line.

    Raises
    ------
    DataFormatError
        As made by ``refuse``.
    """
    found: dict[str, Any] = {"settings": {}}
    for key, (number, value) in values.items():
        try:
            name = SETTING_OF.get(key, key)
            if key in KEYS:
                found[key] = _READERS[key](value, folder)
            elif name in FORM_SETTINGS:
                found["settings"][name] = _setting(name, value)
            else:
                told = [*KEYS, "until", *(SETTINGS[name].option for name in FORM_SETTINGS)]
                raise ValueError(f"expected one of {', '.join(told)}, found {key!r:.60}")
        except (ModelError, ValueError) as error:
            raise refuse(number, error) from error
    _check(values, found, refuse)
    return SetUp(**found)


def _check(values: Values, found: dict[str, Any], refuse: Refuse) -> None:
    """Refuse what does not belong together."""
    page, tab, settings = found.get("page", ""), found.get("tab", ""), found["settings"]
    if tab and tab not in PAGES.get(page, ()):
        tabs = ", ".join(PAGES.get(page, ())) or "none"
        told = f"expected a tab of the page {page} ({tabs})" if page else "expected “page:” beside “tab:”"
        raise refuse(values["tab"][0], f"{told}, found {tab!r:.60}")
    if found.get("picture") and page not in ("draw", "inspect", "data"):
        raise refuse(values["picture"][0], "expected “page: draw”, inspect or data beside “picture:”")
    if found.get("layer") and page != "inspect":
        raise refuse(values["layer"][0], "expected “page: inspect” beside “layer:”")
    if settings.get("weight_decay") and settings.get("optimizer") != "adamw":
        number = next(values[key][0] for key in ("weight-decay", "weight_decay") if key in values)
        raise refuse(number, "expected “optimizer: adamw” beside “weight-decay:”")


def inside(value: str, folder: Path) -> Path:
    """Return the path of a file or folder inside a folder.

    Raises
    ------
    ValueError
        If it leads out of the folder, or is not there.
    """
    leads_out = (
        PureWindowsPath(value).is_absolute() or PureWindowsPath(value).drive or value.startswith(("/", "~"))
    )
    if leads_out or ".." in value.replace("\\", "/").split("/"):
        raise ValueError(f"expected a path inside the folder of the lesson, found {value!r:.60}")
    with suppress(OSError, RuntimeError):  # a name too long, a circle of links
        path = (folder / value).resolve()
        if path.exists():
            if not path.is_relative_to(folder.resolve()):
                raise ValueError(
                    f"expected a path inside the folder of the lesson, found a link out of it: {value}"
                )
            _check_links(path)
            return path
    raise ValueError(f"expected a file in the folder of the lesson, found no {value!r:.60}")


def _check_links(folder: Path) -> None:
    """Refuse a folder with a link that leads out of it: its pictures are read wherever they lie."""
    for above, folders, files in os.walk(folder):
        for link in (Path(above, name) for name in (*folders, *files)):
            if link.is_symlink() and not link.resolve().is_relative_to(folder):
                raise ValueError(f"expected no links out of the folder {folder.name}, found {link.name!r:.60}")


def _page(value: str, _folder: Path) -> str:
    if value not in PAGES:
        raise ValueError(f"expected one of {', '.join(PAGES)}, found {value!r:.60}")
    return value


def _network(value: str, folder: Path) -> str:
    if value == DEFAULT:
        return value
    if not value.endswith(SUFFIX):
        raise ValueError(f"expected {DEFAULT} or a file that ends in {SUFFIX}, found {value!r:.60}")
    return str(inside(value, folder))


def _data(value: str, folder: Path) -> str:
    return value if value == BUNDLED else str(inside(value, folder))


def _drawing(value: str, folder: Path) -> Path:
    if Path(value).suffix.lower() not in {INK_SUFFIX, *PICTURE_SUFFIXES}:
        raise ValueError(f"expected a drawing ({INK_SUFFIX}) or a picture (such as .png), found {value!r:.60}")
    return inside(value, folder)


def _picture(value: str, _folder: Path) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) <= MOST_FIGURES and int(value)):
        raise ValueError(f"expected the number of a picture, counted from 1, found {value!r:.60}")
    return int(value)


def _fault(value: str, _folder: Path) -> str:
    if value != HIDDEN and value not in FAULTS:
        raise ValueError(f"expected {HIDDEN} or one of {', '.join(FAULTS)}, found {value!r:.60}")
    return value


_READERS: dict[str, Callable[[str, Path], object]] = {
    "page": _page,
    "tab": lambda value, _folder: value,
    "network": _network,
    "data": _data,
    "drawing": _drawing,
    "picture": _picture,
    "layer": lambda value, _folder: value,
    "fault": _fault,
}


def _setting(name: str, value: str) -> object:
    """Read the value of a setting."""
    setting = SETTINGS[name]
    read: object = value
    if isinstance(setting, Switch):
        read = {"true": True, "false": False}.get(value.lower(), value)
    elif isinstance(setting, Number):
        with suppress(ValueError):
            read = int(value) if setting.is_whole else float(value)
    setting.check(setting.option, read)
    return read
