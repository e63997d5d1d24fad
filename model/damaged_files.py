"""Whatever a library raises where a file is damaged becomes one error of ours, at this one place."""

import contextlib
from collections.abc import Iterator

from model.errors import CancelledError, DataFormatError, ModelError, ModelFileError

__all__ = ["told_as"]


@contextlib.contextmanager
def told_as(kind: type[ModelError], sentence: str) -> Iterator[None]:
    """Turn everything that goes wrong inside into an error of this program.

    The libraries that read files raise whatever comes where a file is damaged: of one file with each of its 31,912
    bits turned, NumPy and its like raised eleven kinds of errors.

    Parameters
    ----------
    kind : type
    sentence : str
        What was expected, what was found, and what to do. ``{error}`` in it stands for what the library said.

    Raises
    ------
    ModelError
        Of this kind. What a reader of this program has said already passes as it is; of a setting or a shape that
        cannot be, the file is to blame.
    OSError
        As it was, if the system gave a reason (such as that a file may not be read), which tells more.
    """
    try:
        yield
    except (DataFormatError, ModelFileError, CancelledError):
        raise
    except OSError as error:
        if error.errno is not None or isinstance(error, FileNotFoundError | PermissionError):
            raise
        raise kind(sentence.replace("{error}", str(error))) from error
    except MemoryError as error:
        raise kind(sentence.replace("{error}", "it asks for more memory than there is")) from error
    except Exception as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise kind(sentence.replace("{error}", reason)) from error
