"""How much memory this process has, as Linux tells it."""

from pathlib import Path

__all__ = ["IS_TOLD", "forget_peak", "megabytes"]

STATUS = Path("/proc/self/status")
IS_TOLD = STATUS.exists()


def megabytes(line: str) -> float:
    """Read ``VmRSS``, what it has, or ``VmHWM``, the most that it has had."""
    [told] = [entry for entry in STATUS.read_text().splitlines() if entry.startswith(f"{line}:")]
    return int(told.split()[1]) / 1024


def forget_peak() -> None:
    """Let ``VmHWM`` begin anew."""
    Path("/proc/self/clear_refs").write_text("5")
