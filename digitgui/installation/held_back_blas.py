"""Whether a setting of the environment lets NumPy compute more slowly than this processor can."""

import os
from importlib import import_module

__all__ = ["setting_that_holds_back"]

NAME = "OPENBLAS_CORETYPE"
OF_AVX2 = {"Haswell", "Zen", "Excavator"}
OF_AVX512 = {"SkylakeX", "Cooperlake", "Sapphirerapids"}
"""OpenBLAS' names of processors, by the widest vectors it computes with; of all others they are narrower."""


def setting_that_holds_back() -> str:
    """Return the variable and what it is set to, as in a shell; empty if none makes OpenBLAS compute more slowly.

    OPENBLAS_CORETYPE makes OpenBLAS take this processor for an older one. OPENBLAS_L2_SIZE is not looked at: no
    measurement here has shown a difference.
    """
    asked = os.environ.get(NAME)
    if not asked:
        return ""
    from threadpoolctl import threadpool_info  # noqa: PLC0415  few have set it

    for library in threadpool_info():
        if library["internal_api"] == "openblas" and _is_slow(str(library.get("architecture"))):
            return f"{NAME}={asked}"
    return ""


def _is_slow(architecture: str) -> bool:
    """Tell whether this processor has wider vectors than OpenBLAS uses for one of that name."""
    if architecture in OF_AVX512:
        return False
    if _can("AVX512_SKX", "X86_V4"):
        return True
    return architecture not in OF_AVX2 and _can("AVX2", "X86_V3")


def _can(*names: str) -> bool:
    """Tell whether NumPy has found one of these features in the processor."""
    found = getattr(import_module("numpy._core._multiarray_umath"), "__cpu_features__", {})
    return any(found.get(name, False) for name in names)
