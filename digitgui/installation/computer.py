"""The computer that the program runs on, and how fast its BLAS is; needs only Python itself."""

import ctypes
import os
import platform
import time
from typing import Any

__all__ = ["blas_of_numpy", "core_count", "memory_bytes", "system_name"]

SIDE = 768
"""Of the square matrices that are multiplied: they fit into the caches of a core."""
MEASURED_SECONDS = 0.3


def system_name() -> str:
    """Name the system and the processor's kind, as in ``Debian GNU/Linux 12, Linux 6.1.0, x86_64``."""
    names = [f"{platform.system()} {platform.release()}", platform.machine()]
    try:
        names.insert(0, platform.freedesktop_os_release()["PRETTY_NAME"])
    except (OSError, KeyError):  # not Linux
        if mac := platform.mac_ver()[0]:
            names.insert(0, f"macOS {mac}")
    return ", ".join(names)


def core_count() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory_bytes() -> int:
    """Return the memory of this computer in bytes; 0 where it is not known."""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    kilobytes = ctypes.c_ulonglong()
    kernel = getattr(getattr(ctypes, "windll", None), "kernel32", None)
    if kernel and kernel.GetPhysicallyInstalledSystemMemory(ctypes.byref(kilobytes)):
        return kilobytes.value * 1024
    return 0


def blas_of_numpy() -> dict[str, Any]:
    """Describe the library that NumPy multiplies matrices with, and measure it on one core.

    Returns
    -------
    dict
        ``library``, ``version``, ``kernel`` (both empty where that is not known), ``threads``, ``gflops``, and
        ``held_back_by``, a setting of the environment that makes it slower. The speed is in billions of operations
        a second in float32, the best of 0.3 s. Empty if NumPy cannot be imported.
    """
    try:
        import numpy as np  # noqa: PLC0415  it may be missing, which is to be found out
        from threadpoolctl import threadpool_info, threadpool_limits  # noqa: PLC0415

        from digitgui.installation.held_back_blas import setting_that_holds_back  # noqa: PLC0415
    except ImportError:
        return {}
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    pool = next((pool for pool in pools if "numpy" in pool["filepath"]), pools[0] if pools else {})
    matrix = np.random.default_rng(0).random((SIDE, SIDE), dtype=np.float32)
    with threadpool_limits(1, "blas"):
        best, end = float("inf"), time.perf_counter() + MEASURED_SECONDS
        while time.perf_counter() < end:
            begun = time.perf_counter()
            np.matmul(matrix, matrix)
            best = min(best, time.perf_counter() - begun)
    return {
        "library": pool.get("internal_api", "unknown"),
        "version": pool.get("version") or "",
        "kernel": pool.get("architecture") or "",
        "threads": pool.get("num_threads", 0),
        "gflops": round(2 * SIDE**3 / best / 1e9, 1),
        "held_back_by": setting_that_holds_back(),
    }
