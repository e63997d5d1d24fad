"""Turns whatever a library raises for a damaged file into one of our errors, in one place."""

import contextlib
import errno
from collections.abc import Iterator

from model.errors import CancelledError, DataFormatError, ModelError, ModelFileError

__all__ = ["told_as"]

LONGEST_REASON = 300
"""Characters of what a library says: it may repeat half of the file."""


@contextlib.contextmanager
def told_as(kind: type[ModelError], sentence: str) -> Iterator[None]:
    """Turn every error raised inside into an error of this program.

    Libraries raise all kinds of errors for damaged files: with each of the 31,912 bits of one file flipped in
    turn, NumPy and the others raised eleven kinds.

    Parameters
    ----------
    kind : type
    sentence : str
        What was expected, what was found, and what to do. ``{error}`` in it stands for what the library said.

    Raises
    ------
    ModelError
        Of this kind. Errors that a reader of this program raised pass unchanged, except those about an impossible
        setting or shape: there the file is at fault.
    OSError
        Unchanged if the system gave a reason (such as a missing permission), which says more.
    """
    try:
        yield
    except (DataFormatError, ModelFileError, CancelledError):
        raise
    except OSError as error:
        is_damage = error.errno is None or (
            error.errno == errno.EINVAL and error.filename is None
        )  # a wrong offset
        if not is_damage or isinstance(error, FileNotFoundError | PermissionError):
            raise
        raise kind(sentence.replace("{error}", _in_a_line(str(error)))) from error
    except MemoryError as error:
        raise kind(sentence.replace("{error}", "it needs more memory than there is")) from error
    except RecursionError as error:
        raise kind(sentence.replace("{error}", "what it holds is nested too deeply")) from error
    except Exception as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise kind(sentence.replace("{error}", _in_a_line(reason))) from error


def _in_a_line(reason: str) -> str:
    return " ".join(reason.split())[:LONGEST_REASON]
