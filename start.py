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
    make_environment()
    install({"window": "", "test": "[test]", "setup": "[dev]"}[task])
    if sys.platform == "linux":
        install_system_libraries(report=task != "window")  # the window itself says what is missing
    if task == "window":
        run_in_place([PYTHON, "-m", "digitgui"])
    elif task == "test":
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        # one process a core, and a file's tests in one of them, since they share what is costly to make
        arguments = ["@tests/fast.txt" if argument == "--fast" else argument for argument in sys.argv[2:]]
        run_in_place([PYTHON, "-m", "pytest", "-n", "auto", "--dist", "loadfile"] + arguments)


def make_environment():
    """Make .venv, unless it is there and works."""
    if os.path.exists(PYTHON) and subprocess.call([PYTHON, "-c", "import pip"], stderr=subprocess.DEVNULL) == 0:
        return
    say("making a virtual environment in .venv")
    command = [sys.executable, "-m", "venv", "--clear", VENV]
    if subprocess.call([sys.executable, "-c", "import venv, ensurepip"], stderr=subprocess.DEVNULL) != 0:
        package = "python%d.%d-venv" % sys.version_info[:2]
        if not apt_install([package]):
            sys.exit(
                "This Python cannot make virtual environments: run `sudo apt-get install %s`, then start.py"
                " again." % package
            )
    if subprocess.call(command) != 0:
        sys.exit("The virtual environment could not be made in %s: see the lines above." % VENV)


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


def install_system_libraries(report):
    """Install the libraries that Qt asks a Debian-like system for, where that is allowed."""
    missing = subprocess.check_output([PYTHON, "-m", "digitgui.installation.display"], text=True).split()
    if missing and shutil.which("apt-get") and not apt_install(missing) and report:
        say("Qt misses system libraries here: run `sudo apt-get install %s`" % " ".join(missing))


def apt_install(packages):
    """Install Debian packages if that needs no password; tell whether they are there now."""
    if not shutil.which("apt-get"):
        return False
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        prefix = []
    elif shutil.which("sudo") and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0:
        prefix = ["sudo", "-n"]
    else:
        return False
    say("installing %s" % " ".join(packages))
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for arguments in (["update", "-qq"], ["install", "-y", "-qq"] + packages):
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
