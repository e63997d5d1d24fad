"""Small faults put into the network, its training and its runs, one at a time: do the tests notice?

mutmut (the table ``tool.mutmut`` of pyproject.toml) makes the faults, and runs for each the tests that come by the
function it is in. To try all of them takes hours: this is a sample, the same for the same seed. What the tests let
live is shown as a difference; some of it changes nothing that anybody could notice.
"""

import argparse
import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

MUTANTS = Path("mutants")
FATES = {0: "survived", 1: "killed", 3: "killed", 5: "untested", 33: "untested"}
"""By what mutmut notes: pytest's exit status, or a number of its own. Others are ends by force, or by time."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", default=["model"], help="as in model.runs or model.network.losses")
    parser.add_argument("--each", type=int, default=10, metavar="N", help="how many faults a module gets")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args()

    _mutmut("run", "none", quietly=True)  # which makes them, and notes which tests come by which function
    chosen = _sample(options.modules, options.each, random.Random(options.seed))
    if not chosen:
        sys.exit(f"there is nothing to change in {', '.join(options.modules)}")
    _mutmut("run", "--max-children", str(options.processes), *chosen)

    fates = {name: FATES.get(fate, "killed by time") for name, fate in _noted().items() if name in chosen}
    for name in sorted(name for name, fate in fates.items() if fate in ("survived", "untested")):
        print(f"\n{fates[name]}: {name}", flush=True)
        _mutmut("show", name)
    print(f"\n{len(chosen)} tried: {dict(Counter(fates.values()))}")


def _mutmut(*arguments: str, quietly: bool = False) -> None:
    out = subprocess.DEVNULL if quietly else None
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "mutmut", *arguments]
    subprocess.run(command, stdout=out, stderr=out, env=environment, check=False)


def _noted() -> dict[str, int | None]:
    """Read what mutmut notes of every fault, None for those not tried."""
    noted: dict[str, int | None] = {}
    for file in sorted(MUTANTS.rglob("*.meta")):
        noted |= json.loads(file.read_text())["exit_code_by_key"]
    return noted


def _sample(modules: list[str], each: int, rng: random.Random) -> list[str]:
    """Choose some faults of every module."""
    by_module: dict[str, list[str]] = {}
    for name in _noted():
        if any(name.startswith(f"{module}.") for module in modules):
            by_module.setdefault(name.rpartition(".")[0], []).append(name)
    return [name for names in by_module.values() for name in rng.sample(names, min(each, len(names)))]


if __name__ == "__main__":
    main()
