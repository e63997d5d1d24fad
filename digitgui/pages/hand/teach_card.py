"""Teaching the network one's own hand: begin, wait, compare, keep."""

from PySide6.QtWidgets import QFrame, QWidget

from digitgui.documents.hand_teaching import LEAST_DIGITS
from digitgui.session import Session
from digitgui.widgets.building import button, column_of, label, progress_bar, row_of, set_look, show_text
from digitgui.widgets.digit_changes import DigitChanges, Misread
from digitgui.wording import duration
from model.training.teaching_report import Score, TeachingReport


class TeachCard(QFrame):
    """The button, the progress, and what has changed: on one's own hand, and on the digits of others."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("card")
        self._session, hand = session, session.hand
        self._words = label(name="muted", wrap=True)
        self.table = DigitChanges()
        self._changed = label(name="muted", wrap=True)
        self._verdict = label(wrap=True)
        self._bar = progress_bar("Progress of teaching")
        self._left = label(name="muted")
        tip = (
            "Fine-tune a copy of the network on my digits. This takes some seconds and"
            f" at least {LEAST_DIGITS} digits, which may all be the same"
        )
        self.start = button("Teach", tip, hand.teach, look="primary", name="teachButton")
        self._cancel = button("Cancel", "Stop teaching; the network stays as it is", hand.cancel)
        self.keep = button("Keep", "Use the taught network", hand.keep, look="primary")
        self.discard = button("Discard", "Discard the taught network", hand.discard)
        buttons = (self.start, self._cancel, self.keep, self.discard)
        row = row_of(*buttons, (self._bar, 1), self._left, spacing=8)
        row.addStretch(0)
        column_of(
            label("Teach", "cardTitle"),
            self._words,
            self.table,
            self._changed,
            self._verdict,
            row,
            inside=self,
            margin=16,
            spacing=8,
        )
        hand.changed.connect(self._show_state)
        hand.digits_changed.connect(self._show_state)
        hand.progressed.connect(self._show_progress)
        session.model.changed.connect(self._show_state)
        session.personal.turned.connect(self._show_state)
        self._show_state()

    def _show_state(self) -> None:
        hand = self._session.hand
        lesson, going = hand.lesson, hand.share is not None
        self.start.setVisible(not going and lesson is None)
        self.start.setEnabled(not hand.lack)
        while_going: tuple[QWidget, ...] = (self._cancel, self._bar, self._left)
        afterwards: tuple[QWidget, ...] = (self.keep, self.discard, self.table, self._changed, self._verdict)
        for part in while_going:
            part.setVisible(going)
        for part in afterwards:
            part.setVisible(lesson is not None)
        name, is_of_digits = self._session.model.name, self._session.personal.task.is_digits
        self.table.setVisible(lesson is not None and lesson.report.task.speaks_of_digits)
        if lesson and not lesson.report.task.speaks_of_digits:
            self._words.setText(_misread_words(lesson.name, lesson.report))
            self._show_report(lesson.report)
        elif lesson:
            self._words.setText(_counted_words(lesson.name, lesson.report))
            self._show_report(lesson.report)
        elif hand.lack:
            self._words.setText(hand.lack)
        else:
            self._words.setText(
                f"A copy of {name} learns your {'digits' if is_of_digits else 'pictures'} together with other"
                f" people's, so that it forgets none."
            )
        self._show_progress()

    def _show_progress(self) -> None:
        hand = self._session.hand
        self._bar.setValue(round(1000 * (hand.share or 0.0)))
        left = hand.seconds_left
        self._left.setText("" if left is None else f"{duration(left)} left")

    def _show_report(self, report: TeachingReport) -> None:
        mine = "yours" if report.hand_is_held_out else "yours, taught"
        if report.task.speaks_of_digits:
            self.table.show_rows(
                _misread(mine, report.hand_before, report.hand_after),
                _misread("from other people", report.base_before, report.base_after),
            )
        show_text(self._changed, "\n".join(report.changes()))
        refusal = report.refusal()
        text = f"Better not: {refusal}." if refusal else report.sentence()
        self._verdict.setText(text)
        set_look(self._verdict, "tone", "warning" if refusal else "")
        self.keep.setText("Keep anyway" if refusal else "Keep")
        set_look(self.keep, "primary", report.has_gained)
        set_look(self.discard, "primary", report.has_lost)


def _counted_words(name: str, report: TeachingReport) -> str:
    """Say of how many digits those in the table were misread."""
    mine, others = report.hand_after.count, report.base_after.count
    of = f"of {mine:,} of yours and {others:,} from other people"
    return f"Misread digits before and after teaching {name}, {of}:"


def _misread_words(name: str, report: TeachingReport) -> str:
    """Count what was misread, and what is, where there are other classes than digits."""
    mine = "yours" if report.hand_is_held_out else "yours, taught"
    counted = [
        f"{whose}: {before.errors:,}, then {after.errors:,} of {after.count:,}"
        for whose, before, after in (
            (mine, report.hand_before, report.hand_after),
            ("from other people", report.base_before, report.base_after),
        )
    ]
    return f"Misread before and after teaching {name}:\n" + "\n".join(counted)


def _misread(name: str, before: Score, after: Score) -> Misread:
    """Count digit by digit what was misread, and what is."""
    digits = range(10)
    return Misread(
        name,
        [int(count) for count in after.counts],
        [before.errors_of(digit) for digit in digits],
        [after.errors_of(digit) for digit in digits],
    )
