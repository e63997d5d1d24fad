"""Asks for digits to write, one after the other, and takes each when the pen has been lifted for a while."""

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from digitgui.drawings.drawing import Drawing, Sheet
from digitgui.drawings.drawing_keeper import DrawingKeeper
from digitgui.wording import a_digit

ROUNDS = 5
"""How often each digit is asked for."""
WHOLE_ROUND = tuple(range(10)) * ROUNDS
REST_MILLISECONDS = 900
"""A digit is complete when the pen has been up for so long: most people put it down again within half of that."""


class GuidedWriting(QObject):
    """Which digit comes next, and how many there are of each.

    Where it stands belongs to the undo stack, in one command with the picture that was kept: both are undone.

    Digits that are asked for are written on a sheet of their own, which is there as long as one is asked for and
    the user sees which: what is drawn elsewhere, or was drawn before, is meant for something else and comes back.

    Parameters
    ----------
    drawing : Drawing
        On the user's own sheet.
    undo_stack : QUndoStack
    keeper : DrawingKeeper
        Keeps the drawing, and knows what the network reads in it.

    Attributes
    ----------
    is_active : bool
    is_paused : bool
        True where the user does not see what is asked for: nothing is accepted.
    read_instead : int or None
        What the network reads in a digit that was about to be kept as another one: it is kept when it is accepted
        once more.
    waiting : tuple of int
        The digits that are still to be written, the next one first.
    counts : tuple of int
        How many of each have been written, ten numbers.
    round_number : int
        How often the guide has been started.
    """

    changed = Signal()

    def __init__(
        self,
        drawing: Drawing,
        undo_stack: QUndoStack,
        keeper: DrawingKeeper,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._drawing, self._undo_stack, self._keeper = drawing, undo_stack, keeper
        self._own, self._guided = drawing.sheet, Sheet()
        self.waiting: tuple[int, ...] = ()
        self.counts: tuple[int, ...] = (0,) * 10
        self.is_active, self.is_paused = False, True
        self.read_instead: int | None = None
        self.round_number = 0
        self._index = self._first_index = 0  # of the undo stack: now, and when the round began or went on
        self._pen_was_down = False
        self._rest = QTimer(self, singleShot=True, interval=REST_MILLISECONDS)
        self._rest.timeout.connect(self.accept)
        drawing.changed.connect(self._see_pen)
        drawing.stroke_ended.connect(self._see_end)
        undo_stack.indexChanged.connect(self._see_index)

    @property
    def digit(self) -> int | None:
        """The digit to write now; None if there is none."""
        return self.waiting[0] if self.is_active and self.waiting else None

    @property
    def can_take_back(self) -> bool:
        """Whether the last thing done, on any page, is a step of this round, or a change of its sheet since."""
        if self._index <= self._first_index:
            return False
        last = self._undo_stack.command(self._index - 1)
        parts = [last, *map(last.child, range(last.childCount()))]
        steps = [part for part in parts if isinstance(part, _Move)]
        return self._drawing.is_change(last, self._guided) or any(
            step.round_number == self.round_number for step in steps
        )

    def start(self) -> None:
        """Begin anew, on an empty sheet."""
        self._drawing.end_stroke()
        self._guided = Sheet()
        self.is_active = True
        self.round_number += 1
        self._first_index = self._index
        self.go_to(WHOLE_ROUND, (0,) * 10)

    def stop(self) -> None:
        """Ask for nothing more; what was written stays."""
        self._rest.stop()
        self._drawing.end_stroke()
        self.is_active = False
        self._show_sheet()
        self.changed.emit()

    def rest_on(self, sheet: Sheet) -> Sheet:
        """Let another sheet be the one that is there while no digit is asked for; return the one before."""
        self._drawing.end_stroke()
        before, self._own = self._own, sheet
        self._show_sheet()
        return before

    def accept(self) -> None:
        """Keep what is drawn as the digit that was asked for, and ask for the next.

        Where the network reads another digit, the pen may have slipped: this must be said twice.
        """
        self._rest.stop()
        digit, read = self.digit, self._keeper.reading
        if digit is None or self.is_paused or self._drawing.is_empty:
            return
        if read not in (None, digit) and self.read_instead is None:
            self.read_instead = read
            self.changed.emit()
            return
        counts = tuple(count + (number == digit) for number, count in enumerate(self.counts))
        self._keeper.keep(digit, _Move(self, self.waiting[1:], counts, f"writing {a_digit(digit)}"))

    def skip(self) -> None:
        """Ask for the next digit without this one."""
        if self.digit is not None:
            self._rest.stop()
            self._undo_stack.push(_Move(self, self.waiting[1:], self.counts, f"skipping {a_digit(self.digit)}"))

    def take_back(self) -> None:
        """Undo the last step of this round, if nothing else came after it.

        A digit that was kept is on the canvas again, to be added to.
        """
        self._rest.stop()
        if self.can_take_back:
            self._undo_stack.undo()

    def pause(self) -> None:
        """Accept nothing until `resume`: the user looks at something else."""
        self._drawing.end_stroke()
        self.is_paused, self._pen_was_down = True, False
        self._rest.stop()
        self._show_sheet()

    def resume(self) -> None:
        """Accept what is drawn from now on; what is there already waits until the pen has been used again."""
        self._drawing.end_stroke()
        self.is_paused = False
        self._show_sheet()

    def go_to(self, waiting: tuple[int, ...], counts: tuple[int, ...]) -> None:
        """Stand at another place."""
        self.waiting, self.counts, self.read_instead = waiting, counts, None
        self._show_sheet()
        self.changed.emit()

    def _show_sheet(self) -> None:
        asks = self.digit is not None and not self.is_paused
        self._drawing.turn_to(self._guided if asks else self._own)

    def _see_index(self, index: int) -> None:
        """Remember where the undo stack stands; what comes after an undo beyond the start is of this round too."""
        self._index, self._first_index = index, min(self._first_index, index)
        self.changed.emit()

    def _see_pen(self) -> None:
        if self._drawing.live is not None and not self.is_paused:
            self._pen_was_down = True
            self._rest.stop()
            self._read_anew()

    def _see_end(self) -> None:
        """Wait after a stroke of the pen; not after an undo, whose drawing the user wants to look at."""
        if self._pen_was_down and self.digit is not None and not self._drawing.is_empty:
            self._rest.start()
        else:
            self._rest.stop()
        self._pen_was_down = False
        self._read_anew()

    def _read_anew(self) -> None:
        """Ask again whether the network reads what was asked for: the drawing is another one."""
        if self.read_instead is not None:
            self.read_instead = None
            self.changed.emit()


class _Move(QUndoCommand):
    """From one place of the guide to another; nothing in another round, since a start is not undone."""

    def __init__(self, guide: GuidedWriting, waiting: tuple[int, ...], counts: tuple[int, ...], text: str) -> None:
        super().__init__(text)
        self._guide, self.round_number = guide, guide.round_number
        self._before, self._after = (guide.waiting, guide.counts), (waiting, counts)

    def redo(self) -> None:
        self._go_to(*self._after)

    def undo(self) -> None:
        self._go_to(*self._before)

    def _go_to(self, waiting: tuple[int, ...], counts: tuple[int, ...]) -> None:
        if self._guide.round_number == self.round_number:
            self._guide.go_to(waiting, counts)
