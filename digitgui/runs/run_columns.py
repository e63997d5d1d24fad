"""What the table of runs says of each run, column by column."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from digitgui.runs.run_wording import accuracy_text, begun_locally, validation_accuracy, validation_loss
from digitgui.wording import duration
from model.runs.run_record import RunRecord
from model.wording import setting_text


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes
    ----------
    title : str
    width : int
        In pixels, at first.
    text : callable
        Writes what stands there.
    key : callable
        What the column is sorted by: numbers or texts; None comes last.
    is_number : bool
        Whether it stands on the right.
    tip : str
        What the title means, where that needs a sentence.
    """

    title: str
    width: int
    text: Callable[[RunRecord], str]
    key: Callable[[RunRecord], Any]
    is_number: bool = False
    tip: str = ""


def _words(title: str, width: int, text: Callable[[RunRecord], str], tip: str = "") -> Column:
    return Column(title, width, text, lambda record: text(record).casefold() or None, tip=tip)


def _setting(title: str, width: int, name: str) -> Column:
    def value(record: RunRecord) -> Any:
        return record.settings.get(name)

    return Column(title, width, lambda record: setting_text(value(record)), value, is_number=True)


def _loss_text(record: RunRecord) -> str:
    loss = validation_loss(record)
    return "–" if loss is None else f"{loss:.4f}"


def _test_accuracy(record: RunRecord) -> float | None:
    return record.test_accuracy


def _rates_text(record: RunRecord) -> str:
    """Write the learning rates in little room: ``0.005 → 0.002``."""
    rates = [record.settings.get("learning_rate"), *record.rates_set.values()]
    return " → ".join(map(setting_text, rates))


def _epochs_done(record: RunRecord) -> int:
    return len(record.description["history"]["epochs"])


VALIDATION = "measured on pictures not used for learning; runs are compared by it"
TEST = "Accuracy on the test pictures, measured once at the end; not used for choosing"

_STATE = _words("State", 88, lambda record: record.state.capitalize())
_DATA = _words("Data", 170, lambda record: str(record.data["name"]), tip="≠: not the data that is open now")
_BEGUN = Column("Started", 146, begun_locally, lambda record: record.begun, is_number=True)

COLUMNS = (
    Column("", 30, lambda _: "", lambda _: None, tip="Click to show or hide the curves of a run (Space)"),
    Column(
        "",
        28,
        lambda record: "★" if record.notes.pinned else "☆",
        lambda _: None,
        tip="Click to pin a run",
    ),
    _words("Name", 232, lambda record: record.name),
    _STATE,
    Column(
        "Validation",
        92,
        lambda record: accuracy_text(validation_accuracy(record)),
        validation_accuracy,
        is_number=True,
        tip=f"Accuracy, {VALIDATION}",
    ),
    Column("Loss", 78, _loss_text, validation_loss, is_number=True, tip=f"In nats, {VALIDATION}"),
    Column(
        "Test", 82, lambda record: accuracy_text(record.test_accuracy), _test_accuracy, is_number=True, tip=TEST
    ),
    _words("Network", 88, lambda record: record.arch),
    Column(
        "Learning rate",
        106,
        _rates_text,
        lambda record: record.settings.get("learning_rate"),
        is_number=True,
        tip="After →: rates set by hand during the run",
    ),
    _setting("Batch", 56, "batch_size"),
    Column(
        "Epochs",
        70,
        lambda record: f"{_epochs_done(record)} / {record.settings['epochs']}",
        _epochs_done,
        is_number=True,
        tip="Done / planned",
    ),
    _words("Optimiser", 100, lambda record: setting_text(record.settings.get("optimizer"))),
    _words("Augmentation", 112, lambda record: setting_text(record.settings.get("augmentation"))),
    _setting("Seed", 56, "seed"),
    _DATA,
    Column("Time", 84, lambda record: duration(record.seconds), lambda record: record.seconds, is_number=True),
    _BEGUN,
    _words("Sweep", 110, lambda record: record.sweep),
)

CURVE, PIN, NAME = 0, 1, 2
STATE, DATA, BEGUN = map(COLUMNS.index, (_STATE, _DATA, _BEGUN))
RATE = next(number for number, column in enumerate(COLUMNS) if column.title == "Learning rate")
