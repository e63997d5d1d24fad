"""Opens the window from a fresh clone: ``python3 start.py``; runs the tests: ``python3 start.py test [--fast]``.

Makes a virtual environment in ``.venv``, installs the program and what it needs, and on Debian-like systems the
system libraries that Qt needs. Finished steps are not repeated.
"""

import hashlib
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(HERE, ".venv")
WINDOWS = os.name == "nt"
PYTHON = os.path.join(VENV, "Scripts" if WINDOWS else "bin", "python.exe" if WINDOWS else "python")
OLDEST = (3, 11)


def main():
    if sys.version_info < OLDEST:
        sys.exit(
            "digitgui needs Python 3.11 or newer, this is %d.%d: run start.py with a newer one, as in"
            " python3.12 start.py" % sys.version_info[:2]
        )
    task = sys.argv[1] if len(sys.argv) > 1 else "window"
    if task not in ("window", "test", "setup"):
        sys.exit("usage: python3 start.py [test [--fast] | setup] [arguments of pytest]")
    os.chdir(HERE)  # another folder may hold an unrelated pip.py or model.py
    prepare(report=task != "window")  # the window itself says what is missing
    install({"window": "", "test": "[test]", "setup": "[dev]"}[task])
    if task == "window":
        run_in_place([PYTHON, "-m", "digitgui"])
    elif task == "test":
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        # one process a core, and a file's tests in one of them, since they share what is costly to make
        arguments = ["@tests/fast.txt" if argument == "--fast" else argument for argument in sys.argv[2:]]
        run_in_place([PYTHON, "-m", "pytest", "-n", "auto", "--dist", "loadfile"] + arguments)


def prepare(report):
    """Make .venv, unless it is there and works; before, install the packages of the system that are missing."""
    is_made = os.path.exists(PYTHON) and succeeds(PYTHON, "import pip")
    can_make = is_made or succeeds(sys.executable, "import venv, ensurepip")
    packages = missing_packages(can_make)
    if packages and (apt_install(packages) or (not can_make and apt_install(packages[:1]))):
        can_make = True  # perhaps without a library that has another name here
    elif packages and (report or not can_make):
        command = "sudo apt-get update && sudo apt-get install " + " ".join(packages)
        say("packages of the system are missing. Install them with: " + command)
    if not can_make:
        sys.exit("This Python lacks `venv` or `ensurepip`: install what is missing, then run start.py again.")
    if not is_made:
        say("making a virtual environment in .venv")
        if subprocess.call([sys.executable, "-m", "venv", "--clear", VENV]) != 0:
            sys.exit("The virtual environment could not be made in %s: see the lines above." % VENV)


def missing_packages(can_make):
    """List what Debian and Ubuntu keep apart, of Python and of Qt's libraries, and is not there."""
    if not shutil.which("apt-get"):
        return []
    libraries = subprocess.check_output([sys.executable, "-m", "digitgui.installation.display"], text=True).split()
    return ([] if can_make else ["python%d.%d-venv" % sys.version_info[:2]]) + libraries


def succeeds(python, code):
    return subprocess.call([python, "-c", code], stderr=subprocess.DEVNULL) == 0


def install(extra):
    """Install the program and what it needs, unless that was done since pyproject.toml last changed."""
    with open(os.path.join(HERE, "pyproject.toml"), "rb") as file:
        wanted = hashlib.sha256(file.read() + HERE.encode()).hexdigest()
    stamp = os.path.join(VENV, "installed-%s.txt" % (extra.strip("[]") or "window"))
    if os.path.exists(stamp):
        with open(stamp) as file:
            if file.read() == wanted:
                return
    say("installing digitgui%s and what it needs" % extra)
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-e", HERE + extra]
    if not extra:  # the window needs a tenth of the modules, and compiles those; tests begin many processes
        command.append("--no-compile")
    if subprocess.call(command) != 0:
        sys.exit("The packages could not be installed: is the package index reachable? See the lines above.")
    with open(stamp, "w") as file:
        file.write(wanted)


def apt_install(packages):
    """Install Debian packages if that needs no password; tell whether they are there now."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        prefix = []
    elif shutil.which("sudo") and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0:
        prefix = ["sudo", "-n"]
    else:
        return False
    say("installing %s" % " ".join(packages))
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends"] + packages):
        if subprocess.call(prefix + ["apt-get"] + arguments, env=environment, stdout=subprocess.DEVNULL) != 0:
            return False
    return True


def run_in_place(command):
    """Become another program."""
    sys.stdout.flush()
    if WINDOWS:
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


def say(text):
    print("digitgui: " + text, flush=True)


if __name__ == "__main__":
    main()
