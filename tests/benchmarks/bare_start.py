"""How long the first start takes where there is nothing: ``make bench-bare ROOT=folder`` prints it.

ROOT is a bare Debian or Ubuntu, of which a copy is used and thrown away::

    debootstrap --variant=minbase --include=python3,git,ca-certificates bookworm folder

In that copy, the commit that is checked out here is cloned and started with ``python3 start.py`` by root, as in
a container, on a display outside (Xvfb). Each line that it prints comes with the seconds since the clone began;
then come the seconds until a window is seen, and those of the second start. Needs root, unshare, Xvfb and xdotool.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
CLONED = "git clone -q file:///source.git digitgui && cd digitgui && "
LONGEST = 600.0
"""Seconds, after which a start counts as failed."""


def main() -> int:
    """Print both starts; return 1 if no window appeared."""
    parser = argparse.ArgumentParser(description="How long the first start takes in a bare Debian or Ubuntu.")
    parser.add_argument("root", type=Path, help="folder that debootstrap has made")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "root")
        subprocess.run(["cp", "-a", asked.root, root], check=True)
        subprocess.run(["git", "clone", "-q", "--bare", f"file://{HERE}", root / "source.git"], check=True)
        _give_network(root)
        os.sync()  # the copy is on the disk before the clock starts
        screen = subprocess.Popen(
            ["Xvfb", "-displayfd", "1", "-screen", "0", "1366x768x24"], stdout=subprocess.PIPE, text=True
        )
        try:
            assert screen.stdout
            display = f":{screen.stdout.readline().strip()}"
            first = _start(root, display, CLONED, "first start, with the clone")
            second = first and _start(root, display, "cd digitgui && ", "second start")
        finally:
            screen.terminate()
            screen.wait()
    return 0 if second else 1


def _give_network(root: Path) -> None:
    """Let programs in there reach what they reach here: names, certificates, and how pip and apt are set."""
    for file in ("/etc/resolv.conf", "/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt"):
        if Path(file).exists():
            shutil.copy(file, root / file[1:])
    for file in Path("/etc/apt/apt.conf.d").glob("99*"):
        shutil.copy(file, root / "etc/apt/apt.conf.d")


def _start(root: Path, display: str, before: str, what: str) -> bool:
    """Start in the root, in a mount namespace of its own; tell whether a window could be seen."""
    mounted = 'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" env -i HOME=/root'
    inside = f'PATH=/usr/sbin:/usr/bin:/sbin:/bin DISPLAY={display} sh -c "cd && {before} exec python3 start.py"'
    command = ["unshare", "--mount", "--propagation", "private"]
    used = _used_seconds()
    begun = time.monotonic()
    started = subprocess.Popen(
        [*command, "sh", "-c", f"{mounted} {inside}", root],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    teller = threading.Thread(target=_tell_lines, args=(started, begun))
    teller.start()
    while not (seen := _is_seen(display)) and started.poll() is None and time.monotonic() - begun < LONGEST:
        time.sleep(0.05)
    seconds = time.monotonic() - begun
    started.terminate()  # each of these commands has become the next one: this is the window itself
    started.wait()
    teller.join()
    ended = f"a window after {seconds:.1f} s" if seen else f"no window: ended after {seconds:.1f} s"
    print(f"{what}: {ended}, {_used_seconds() - used:.1f} s of processor time", flush=True)
    return seen


def _tell_lines(started: "subprocess.Popen[str]", begun: float) -> None:
    assert started.stdout
    for line in started.stdout:
        print(f"{time.monotonic() - begun:6.1f}  {line.rstrip()}", flush=True)


def _is_seen(display: str) -> bool:
    asked = ["xdotool", "search", "--onlyvisible", "--name", "digitgui"]
    environment = {**os.environ, "DISPLAY": display}
    return subprocess.run(asked, env=environment, capture_output=True, check=False).returncode == 0


def _used_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
