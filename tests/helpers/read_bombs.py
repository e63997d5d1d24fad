"""Reads bombs in a process of its own, and prints what came of each, as JSON: run as a module."""

import json
import tempfile
import time
import warnings
from pathlib import Path

from helpers.bombs import BOMBS, LARGE_BUT_FINE
from helpers.memory import forget_peak, megabytes
from model.readers.edit_files import load_edits
from model.readers.picture_files import PICTURE_SUFFIXES, read_picture
from model.readers.sources import open_data
from model.sweeps.sweep_grid import plan_from, read_grid

__all__: list[str] = []


def read(file: Path) -> object:
    if file.suffix in PICTURE_SUFFIXES:
        return read_picture(file)
    if file.name == "grid.json":
        return plan_from(read_grid(file), {"seed": 0})
    return load_edits(file) if file.suffix == ".json" else open_data(file)


def main() -> None:
    warnings.simplefilter("ignore")
    import scipy.io
    import scipy.ndimage  # noqa: F401

    for name, (ending, make) in (BOMBS | LARGE_BUT_FINE).items():
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / ending
            file.write_bytes(make())
            forget_peak()
            before, started = megabytes("VmRSS"), time.process_time()
            try:
                outcome = ["read", ""]
                read(file)
            except Exception as error:
                outcome = [type(error).__name__, str(error)]
            seconds, grown = time.process_time() - started, megabytes("VmHWM") - before
        print(json.dumps([name, *outcome, seconds, grown]), flush=True)


if __name__ == "__main__":
    main()
