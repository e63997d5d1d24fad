"""The errors that ``model`` raises; each says what was expected, what was found and what to do.

::

    ModelError
    ├── ConfigError          a setting lies outside its limits, or a name is not known
    ├── ShapeError           an array or a layer does not fit the one before it
    ├── DataFormatError      a data set or a picture is not in a form that can be read
    ├── CancelledError       the user cancelled the work
    └── ModelFileError       a model file cannot be used
        ├── VersionError     it was written by a newer program
        └── CorruptError     it is damaged, incomplete, or no longer gives its recorded answers
"""

__all__ = [
    "CancelledError",
    "ConfigError",
    "CorruptError",
    "DataFormatError",
    "ModelError",
    "ModelFileError",
    "ShapeError",
    "VersionError",
]


class ModelError(Exception):
    """Base of all errors of ``model``; its text is one clear sentence.

    Examples
    --------
    >>> import model
    >>> try:
    ...     model.build("journal-8", input_shape=(1, 2, 2))
    ... except model.ModelError as error:
    ...     print(str(error).partition(":")[0])
    journal-8 takes no pictures of 2 × 2 pixels
    """


class ConfigError(ModelError, ValueError):
    """A setting lies outside its limits, or a name is not known.

    Parameters
    ----------
    sentence : str
        What is wrong; for a setting, what follows its name: ``must be above 0, got -1``.
    setting : str
        Name of the invalid setting, from `model.training.settings.SETTINGS` or of a parameter; empty if the error
        is about no setting.
    """

    def __init__(self, sentence: str, setting: str = "") -> None:
        super().__init__(sentence, setting)
        self.sentence, self.setting = sentence, setting

    def __str__(self) -> str:
        return self.called(self.setting)

    def called(self, name: str) -> str:
        """Write the whole sentence with the name that the reader knows the setting by."""
        return f"{name} {self.sentence}" if self.setting else self.sentence


class ShapeError(ModelError, ValueError):
    """An array or a layer does not fit the one before it."""


class DataFormatError(ModelError, ValueError):
    """A data set or a picture is not in a form that can be read."""


class CancelledError(ModelError):
    """The user cancelled the work."""


class ModelFileError(ModelError):
    """A model file cannot be used."""


class VersionError(ModelFileError):
    """A model file was written by a newer program."""


class CorruptError(ModelFileError):
    """A model file is damaged, incomplete, or no longer gives its recorded answers."""
