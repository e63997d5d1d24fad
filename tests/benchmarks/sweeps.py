"""How much a second worker brings: ``python -m benchmarks.sweeps``.

The same 16 runs, journal-24 picture by picture on the bundled digits as the journal did, on one process and on
two; with ``--dask`` on a Dask cluster of one worker and of two. The target is 0.6 of the time.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from helpers.cluster import cluster

GRID = {"lr": [0.001, 0.002, 0.005, 0.01], "seed": [0, 1, 2, 3]}
TARGET = 0.6


def seconds(folder: Path, *where: object, epochs: int) -> float:
    """Time one sweep from the start of the program to its end."""
    grid = folder / "grid.json"
    grid.write_text(json.dumps(GRID))
    out = tempfile.mkdtemp(dir=folder)
    options = ("--grid", grid, "--out", out, "--epochs", epochs, *where, "--json")
    env = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")}
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "digitgui", "sweep", *map(str, options)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=env,
        check=True,
    )
    taken = time.perf_counter() - started
    assert len(json.loads(done.stdout)["runs"]) == 16
    return taken


def on_a_cluster(folder: Path, workers: int, epochs: int) -> float:
    """Time one sweep on a cluster that is there already."""
    with cluster(folder, workers) as (address, _):
        taken = seconds(folder, "--dask", address, epochs=epochs)
    (folder / "scheduler.json").unlink()
    return taken


def main() -> None:
    """Print the seconds, and what a second worker makes of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3, help="the best counts")
    parser.add_argument("--dask", action="store_true", help="on a Dask cluster on this machine")
    options = parser.parse_args()
    taken: dict[int, list[float]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as name:
        for _ in range(options.rounds):
            for workers, times in taken.items():
                if options.dask:
                    times.append(on_a_cluster(Path(name), workers, options.epochs))
                else:
                    times.append(seconds(Path(name), "--jobs", workers, epochs=options.epochs))
                print(f"{workers}: {times[-1]:.1f} s", file=sys.stderr)
    one, two = map(min, taken.values())
    where = "Dask workers" if options.dask else "processes"
    print(f"16 runs of {options.epochs} epochs, {where}: one {one:.1f} s, two {two:.1f} s", end=", ")
    print(f"ratio {two / one:.2f} (target: at most {TARGET})")


if __name__ == "__main__":
    main()
