"""Texts without the paths of the user's files, for reports that strangers read."""

import re
import sysconfig

from digitgui.installation.folders import cache_folder, data_folder
from digitgui.installation.own_packages import HOME

__all__ = ["without_paths"]

START = r"(?<![\w:/\\.~])(?:~[/\\]|/(?=[^\s/])|[A-Za-z]:[/\\]|\\\\(?=\w))"
"""A path begins so, and neither a fraction nor the address of a page."""
PATH = re.compile(rf"([\"'])({START}.*?)\1(?!\w)|{START}(?:(?!: )[^\"\n])*")
"""In quotation marks, or as far as it may go: a name may hold spaces."""
SUFFIX = re.compile(r"\.(?:[a-z0-9]{1,4}|[A-Z0-9]{1,4}|safetensors|parquet|checkpoint)(?!\w)[^.]*\.?$")


def without_paths(text: str) -> str:
    """Replace paths by ``…/`` and their suffix, except those of the program, of Python, and of the program's data.

    Where a path is not in quotation marks and has no suffix, what follows it in its line may go with it.
    """
    own = [HOME / name for name in ("digitgui", "model", "resources")]
    own += [data_folder(), cache_folder()]
    own_folders = [*map(str, own), *(sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib"))]
    is_own = re.compile(rf"(?:{'|'.join(map(re.escape, own_folders))})(?=[/\\])[^\s\"']*")

    def shorten(found: re.Match[str]) -> str:
        quote, path = found[1] or "", found[2] or found[0]
        if kept := is_own.match(path):
            return f"{quote}{kept[0]}{PATH.sub(shorten, path[kept.end() :])}{quote}"
        suffix = SUFFIX.search(re.split(r"[/\\]", path)[-1])
        return f"{quote}…/{suffix[0] if suffix else ''}{quote}"

    return PATH.sub(shorten, text)
