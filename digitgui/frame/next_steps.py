"""What may come next, told in the banner with a button for each step."""

from functools import partial

from digitgui.drawings.prediction import takes_drawings
from digitgui.frame.window_parts import WindowParts
from digitgui.widgets.banner import UNDO, Banner, Step
from model.training.training_events import FinishReason, RunFinished

__all__ = ["after_evaluation", "after_teaching", "after_training"]

SECONDS = 20
"""Where the user waits for what came, and need not come back to it."""


def after_training(window: WindowParts, banner: Banner, event: RunFinished) -> None:
    """Offer to try, to evaluate and to save what was trained; what went wrong has a sentence of its own."""
    if event.reason is FinishReason.DIVERGED or not event.has_learned:
        return
    try_it: Step = _word_for_trying(window), window.train_page.ask_button.ask
    evaluate: Step = "Evaluate", partial(_evaluate, window)
    save: Step = "Save", window.files.save_model
    banner.show_steps("The network is trained. What next?", try_it, evaluate, save)


def after_evaluation(window: WindowParts, banner: Banner) -> None:
    """Offer to look at what is wrong, at labels that may be, and to print the report."""
    wrong: Step = "Wrong pictures", partial(_show_wrong, window)
    labels: Step = "Check labels", window.ways.show_suspects
    report: Step = "Print report…", window.printing.start
    shown = window.evaluate_page.scores
    steps = (labels, report) if shown is not None and shown.accuracy == 1 else (wrong, labels, report)
    banner.show_steps("The network is evaluated. What next?", *steps, seconds=SECONDS)


def after_teaching(window: WindowParts, banner: Banner, told: str) -> None:
    """Offer to try, to save and to take back what was taught; ``told`` says what is used now."""
    undo: Step = UNDO, window.session.undo_stack.undo
    save: Step = "Save", window.files.save_model
    try_it: Step = _word_for_trying(window), partial(window.show_page, "draw")
    banner.show_steps(f"{told} What next?", try_it, save, undo)


def _word_for_trying(window: WindowParts) -> str:
    return "Draw with it" if takes_drawings(window.session.model.task) else "Try a picture"


def _evaluate(window: WindowParts) -> None:
    window.show_page("evaluate")
    window.session.evaluation.request()


def _show_wrong(window: WindowParts) -> None:
    window.show_page("evaluate")
    window.evaluate_page.next_wrong()
    window.evaluate_page.gallery.grid.setFocus()
