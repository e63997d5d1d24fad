"""Whether a window can be opened here; asked before Qt is loaded, because Qt would abort.

``python -m digitgui.installation.display`` prints the Debian packages that are missing for the window.
"""

import ctypes
import ctypes.util
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

# Libraries that Qt's own files ask the system for, and the Debian packages that bring them.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libglib-2.0.so.0": "libglib2.0-0",
}
X11_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
WITHOUT_WINDOW = "`digitgui train --help` shows how to train without a window."
PLATFORMS_WITHOUT_DISPLAY = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs")


def problem(environment: Mapping[str, str] = os.environ) -> str | None:
    """Say in one line why no window can be opened, or return None if one can."""
    if sys.platform != "linux":
        return None
    shown_on, x11 = name(environment), environment.get("DISPLAY", "")
    if not shown_on:
        return f"No display was found to open the window on. {WITHOUT_WINDOW}"
    missing = missing_sentence(environment)
    if missing is None and shown_on == f"X11 {x11}" and not _x11_answers(x11):
        return f"The display {x11} does not answer, so the window cannot open. {WITHOUT_WINDOW}"
    return missing


def name(environment: Mapping[str, str] = os.environ) -> str:
    """Name what the window would be shown on, as in ``X11 :0``; empty if nothing was found."""
    if sys.platform != "linux":
        return sys.platform
    platform = environment.get("QT_QPA_PLATFORM", "")
    if platform.startswith(PLATFORMS_WITHOUT_DISPLAY):
        return platform.partition(":")[0]
    wayland, x11 = environment.get("WAYLAND_DISPLAY", ""), environment.get("DISPLAY", "")
    if wayland and not platform.startswith("xcb") and _wayland_answers(wayland, environment):
        return f"Wayland {wayland}"
    return f"X11 {x11}" if x11 else ""


def missing_libraries(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the libraries that the window needs here and that are not there, with their Debian packages."""
    if sys.platform != "linux":
        return {}
    shown_on = name(environment)
    wanted = QT_LIBRARIES | (X11_LIBRARIES if shown_on.startswith("X11") or not shown_on else {})
    return {library: package for library, package in wanted.items() if not _is_there(library)}


def missing_sentence(environment: Mapping[str, str] = os.environ) -> str | None:
    """Say which of these libraries are missing, and how to install them; None if all are there."""
    missing = missing_libraries(environment)
    if not missing:
        return None
    if shutil.which("apt-get"):
        remedy = f"Install them with: sudo apt-get install {' '.join(missing.values())}"
    else:
        remedy = "Install them with your system's package manager"
    return f"The window needs libraries that are missing here: {', '.join(missing)}. {remedy}. {WITHOUT_WINDOW}"


def missing_packages() -> list[str]:
    """List the Debian packages of the libraries that are not there."""
    wanted = QT_LIBRARIES | X11_LIBRARIES
    return [package for library, package in wanted.items() if not _is_there(library)]


def _is_there(library: str) -> bool:
    """Tell whether a library is there; a built program brings most, and they may lack another."""
    return _loads(library) or Path(getattr(sys, "_MEIPASS", "/nonexistent"), library).exists()


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _x11_answers(display: str) -> bool:
    """Connect to the X server as Qt will."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    answers = not xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return bool(answers)


def _wayland_answers(display: str, environment: Mapping[str, str]) -> bool:
    socket = Path(environment.get("XDG_RUNTIME_DIR", "/nonexistent"), display)
    return socket.is_socket()


if __name__ == "__main__":
    print(" ".join(missing_packages()))  # noqa: T201
