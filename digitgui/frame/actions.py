"""All that can be done in the window, each declared once, in the order of the menus."""

from functools import partial

from PySide6.QtCore import Qt

from digitgui.asking.drawing_files import open_drawing, open_photo, save_drawing
from digitgui.frame.action import Action, Choices
from digitgui.frame.help import show_about, show_shortcuts
from digitgui.frame.page_list import PAGES
from digitgui.frame.properties import show_properties
from digitgui.frame.remembered import recent_files, unsaved_networks
from digitgui.frame.window_parts import WindowParts
from digitgui.installation.shipped import DEFAULT
from digitgui.looks.theme_controller import ThemeChoice
from digitgui.work.training_worker import RunState
from model.readers.library_data import OPENML_MNIST, SCIKIT_LEARN_DIGITS
from model.readers.sources import BUNDLED

__all__ = ["ACTIONS", "OPEN_DATA"]

FILE, EDIT, VIEW, MODEL, DATA, HELP = "&File", "&Edit", "&View", "&Model", "&Data", "&Help"
OPEN_DATA, THEME = "&Data/&Open data", "&View/&Theme"
GOING = (RunState.RUNNING, RunState.PAUSED)
NOTHING_TRAINS = "Nothing is being trained"


def _why_not_train(window: WindowParts) -> str:
    return "" if window.session.trainings.run.state is RunState.IDLE else "A training is going on"


def _why_not_pause(window: WindowParts) -> str:
    trainings = window.session.trainings
    return "" if trainings.run.state in GOING or trainings.can_continue else NOTHING_TRAINS


def _show_page(name: str, window: WindowParts) -> None:
    window.show_page(name)


def _choose_theme(choice: ThemeChoice, window: WindowParts) -> None:
    window.themes.choose(choice)


def _has_theme(choice: ThemeChoice, window: WindowParts) -> bool:
    return window.themes.choice is choice


def _toggle_full_screen(window: WindowParts) -> None:
    window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)


FILE_ACTIONS = (
    Action(
        *("openModel", FILE, "&Open model…", "Open a network from a file, also of other programs."),
        lambda window: window.files.open_model(),
        "Ctrl+O",
    ),
    Choices(
        *(FILE, "Open &recent model", "Open a network that was open before."),
        lambda window: recent_files(window, "models", window.session.open_model),
        "Nothing opened yet",
    ),
    Action(
        *("saveModel", FILE, "&Save model", "Save the network to its file."),
        lambda window: window.files.save_model(),
        "Ctrl+S",
    ),
    Action(
        *("saveModelAs", FILE, "Save model &as…", "Save the network to another file."),
        lambda window: window.files.save_model_as(),
        "Ctrl+Shift+S",
    ),
    Action(
        *(
            "exportModel",
            FILE,
            "&Export model…",
            "Write the network for other programs: ONNX, C, Python, or a bundle.",
        ),
        lambda window: window.files.export_model(),
    ),
    Action(
        *("openDrawing", FILE, "Open &drawing…", "Open a drawing that was saved with its strokes."),
        lambda window: open_drawing(window, window.session, window.pen.width),
        line=True,
    ),
    Action(
        *("openPhoto", FILE, "Open &photo…", "Let a photo of a digit become the drawing."),
        lambda window: open_photo(window, window.session),
    ),
    Action(
        *("saveDrawing", FILE, "Save dra&wing…", "Save the drawing as strokes or as a picture."),
        lambda window: save_drawing(window, window.session),
    ),
    Action(
        *(
            "printReport",
            FILE,
            "Pr&int report…",
            "Print the report of the open network, or of the run that is shown.",
        ),
        lambda window: window.printing.start(),
        "Ctrl+P",
        line=True,
    ),
    Action(
        *("quit", FILE, "&Quit", "Close the window, and keep what is unsaved for the next time."),
        lambda window: window.close(),
        "Ctrl+Q",
        line=True,
    ),
)
EDIT_ACTIONS = (
    Action(
        *("undo", EDIT, "&Undo", "Take back the last step."),
        lambda window: window.session.undo_stack.undo(),
        "Ctrl+Z",
        why_not=lambda window: "" if window.session.undo_stack.canUndo() else "Nothing to undo",
        now=lambda window: f"&Undo {window.session.undo_stack.undoText()}".strip(),
    ),
    Action(
        *("redo", EDIT, "&Redo", "Do again what was undone."),
        lambda window: window.session.undo_stack.redo(),
        "Ctrl+Shift+Z Ctrl+Y",
        why_not=lambda window: "" if window.session.undo_stack.canRedo() else "Nothing to redo",
        now=lambda window: f"&Redo {window.session.undo_stack.redoText()}".strip(),
    ),
    Action(
        *("pastePicture", EDIT, "&Paste picture", "Take the picture from the clipboard."),
        lambda window: window.arrivals.paste_picture(),
        "Ctrl+V",
    ),
    Action(
        *("clearDrawing", EDIT, "&Clear drawing", "Empty the canvas."),
        lambda window: window.session.answering.clear(),
        "Delete",
    ),
    Action(
        *("eraser", EDIT, "&Eraser", "Erase instead of drawing."),
        lambda window: window.pen.set_erasing(not window.pen.erasing),
        "E",
        is_on=lambda window: window.pen.erasing,
        line=True,
    ),
    Action("widerPen", EDIT, "&Wider pen", "Draw thicker lines.", lambda window: window.pen.change(1), "]"),
    Action("narrowerPen", EDIT, "&Narrower pen", "Draw thinner lines.", lambda window: window.pen.change(-1), "["),
)
VIEW_ACTIONS = (
    *(
        Action(
            *(f"{page.name}Page", VIEW, page.menu_title, page.about),
            partial(_show_page, page.name),
            page.key,
        )
        for page in PAGES
    ),
    Action(
        *(
            "showDock",
            VIEW,
            "Drawing &beside the pages",
            "Show the drawing beside the other pages, where there is room.",
        ),
        lambda window: window.want_dock(not window.wants_dock),
        "Ctrl+D",
        is_on=lambda window: window.wants_dock,
        line=True,
    ),
    Action(
        *("replay", VIEW, "Re&play drawing", "Draw the strokes again, as they were drawn."),
        lambda window: window.session.replay.start(),
        "Ctrl+R",
    ),
    Action(
        *("guide", VIEW, "&Guide", "Show on the canvas the box that a digit fills."),
        lambda window: window.set_guide(not window.shows_guide),
        is_on=lambda window: window.shows_guide,
    ),
    *(
        Action(
            *(f"{choice}Theme", THEME, f"&{choice.capitalize()}", about),
            partial(_choose_theme, choice),
            is_on=partial(_has_theme, choice),
        )
        for choice, about in (
            (ThemeChoice.SYSTEM, "Be light or dark as the system is."),
            (ThemeChoice.LIGHT, "Show dark letters on light."),
            (ThemeChoice.DARK, "Show light letters on dark."),
        )
    ),
    Action(
        *("largerText", VIEW, "&Larger text", "Make all texts larger."),
        lambda window: window.themes.enlarge_text(1),
        "Ctrl++ Ctrl+=",
        line=True,
    ),
    Action(
        *("smallerText", VIEW, "&Smaller text", "Make all texts smaller."),
        lambda window: window.themes.enlarge_text(-1),
        "Ctrl+-",
    ),
    Action(
        *("normalText", VIEW, "&Normal text size", "Give all texts their usual size."),
        lambda window: window.themes.enlarge_text(0),
        "Ctrl+0",
    ),
    Action(
        *("fullScreen", VIEW, "&Full screen", "Fill the screen with the window."),
        _toggle_full_screen,
        "F11",
        is_on=lambda window: window.isFullScreen(),
    ),
    Action(
        *(
            "resetLayout",
            VIEW,
            "Reset la&yout",
            "Put window and drawing back to where they were at the first start.",
        ),
        lambda window: window.reset_layout(),
        line=True,
    ),
)
MODEL_ACTIONS = (
    Action(
        *("train", MODEL, "&Train", "Train a fresh network."),
        lambda window: window.train_page.start(),
        "F5",
        why_not=_why_not_train,
    ),
    Action(
        *("pause", MODEL, "&Pause, resume or continue", "Pause the training, or go on with it."),
        lambda window: window.train_page.pause_or_resume(),
        "F6",
        why_not=_why_not_pause,
    ),
    Action(
        *("stop", MODEL, "&Stop", "Stop training and keep what was learned."),
        lambda window: window.session.trainings.run.stop(),
        "Shift+F5",
        why_not=lambda window: "" if window.session.trainings.run.state in GOING else NOTHING_TRAINS,
    ),
    Action(
        *("copyCommand", MODEL, "&Copy training command", "Copy the command that trains with these settings."),
        lambda window: window.train_page.copy_command(),
    ),
    Action(
        *("findFault", MODEL, "&Find the fault…", "Find out what is wrong with a training."),
        lambda window: window.ways.find_fault(),
    ),
    Action(
        *("openDefault", MODEL, "Open the &default model", "Open the network that comes with the program."),
        lambda window: window.session.open_model(DEFAULT),
        line=True,
    ),
    Action(
        *("backToDigits", MODEL, "&Back to digits", "Open the network and the digits that come with the program."),
        lambda window: window.ways.back_to_digits(),
    ),
    Choices(
        *(MODEL, "&Unsaved networks", "Open a network that was never saved."),
        *(unsaved_networks, "No unsaved networks"),
    ),
    Action(
        *("properties", MODEL, "P&roperties…", "Show all that is known of the open network."),
        lambda window: show_properties(window, window.session.model),
        line=True,
    ),
)
DATA_ACTIONS = (
    Action(
        *(
            "openDataFolder",
            OPEN_DATA,
            "&Folder…",
            "Open a folder with one folder of pictures for each digit, or IDX files.",
        ),
        lambda window: window.files.open_data_folder(),
        "Ctrl+Shift+D",
    ),
    Action(
        *("openDataFile", OPEN_DATA, "F&ile…", "Open an .npz, .csv or another file with pictures and labels."),
        lambda window: window.files.open_data_file(),
        "Ctrl+Shift+O",
    ),
    Choices(
        *(OPEN_DATA, "&Recent", "Open data that were open before."),
        lambda window: recent_files(window, "data", window.session.data.open),
        "Nothing opened yet",
    ),
    Action(
        *("openBundled", OPEN_DATA, "&Bundled digits", "Open the digits that come with the program."),
        lambda window: window.session.data.open(BUNDLED, ask=False),
        line=True,
    ),
    Action(
        *("openMyDigits", OPEN_DATA, "&My digits", "Open the digits you have added to your own."),
        lambda window: window.session.data.open(str(window.session.personal.path)),
        why_not=lambda window: "" if len(window.session.personal) else "You have added no digits yet",
    ),
    Action(
        *(
            "openSmallDigits",
            OPEN_DATA,
            "&scikit-learn digits, 8 × 8",
            "Open the digits that come with scikit-learn.",
        ),
        lambda window: window.session.data.open(SCIKIT_LEARN_DIGITS),
    ),
    Action(
        *(
            "openMnist",
            OPEN_DATA,
            "MNIST from &OpenML, 70,000 pictures",
            "Download MNIST, which is kept for the next time.",
        ),
        lambda window: window.session.data.open(OPENML_MNIST),
    ),
    Action(
        *("openOpenML", OPEN_DATA, "&Other data from OpenML…", "Download pictures from OpenML by their number."),
        lambda window: window.files.open_openml(),
    ),
    Action(
        *("saveData", DATA, "&Save a copy as…", "Save the data as you have corrected them."),
        lambda window: window.files.save_data_as(),
    ),
    Action(
        *("checkLabels", DATA, "Check &labels", "Show the pictures whose labels are most likely wrong."),
        lambda window: window.ways.show_suspects(),
        line=True,
    ),
    Action(
        *(
            "exclude",
            DATA,
            "&Exclude / include",
            "Leave the selected pictures out of training and evaluation, or take them back.",
        ),
        lambda window: window.data_page.exclude(),
        page="data",
    ),
    Action(
        *("labelIsCorrect", DATA, "Label is &correct", "Keep the labels of the selected pictures."),
        lambda window: window.data_page.keep(),
        page="data",
    ),
    Action(
        *("addToMyDigits", DATA, "&Add to my digits", "Add the selected pictures to your own digits."),
        lambda window: window.data_page.add_to_personal(),
        page="data",
    ),
    Action(
        *("reroll", DATA, "&Re-roll the augmented pictures", "Show other random variants."),
        lambda window: window.ways.roll(),
        "R",
        line=True,
    ),
    Action(
        *("nextWrong", DATA, "&Next wrong picture", "Show the next picture that the network reads wrongly."),
        lambda window: window.evaluate_page.next_wrong(),
        "N",
        page="evaluate",
        line=True,
    ),
    Action(
        *("previousWrong", DATA, "&Previous wrong picture", "Show the wrong picture before."),
        lambda window: window.evaluate_page.previous_wrong(),
        "P",
        page="evaluate",
    ),
)
HELP_ACTIONS = (
    Action(
        *("search", HELP, "&Search all commands…", "Find anything that can be done, and do it."),
        lambda window: window.palette_wanted.emit(),
        "Ctrl+K",
    ),
    Action(
        *("shortcuts", HELP, "&Keyboard shortcuts", "List every key."),
        lambda window: show_shortcuts(window, ACTIONS),
        "F1",
    ),
    Action("about", HELP, "&About digitgui", "Tell what this program is.", show_about),
)
ACTIONS: tuple[Action | Choices, ...] = (
    *FILE_ACTIONS,
    *EDIT_ACTIONS,
    *VIEW_ACTIONS,
    *MODEL_ACTIONS,
    *DATA_ACTIONS,
    *HELP_ACTIONS,
)
