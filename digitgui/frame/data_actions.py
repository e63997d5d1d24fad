"""What can be done with networks and data, in the order of the menus."""

from digitgui.frame.action import Action, Choices
from digitgui.frame.properties import show_properties
from digitgui.frame.remembered import recent_files, unsaved_networks
from digitgui.frame.window_parts import WindowParts
from digitgui.installation.shipped import DEFAULT
from digitgui.work.training_worker import RunState
from model.readers.library_data import OPENML_MNIST, SCIKIT_LEARN_DIGITS
from model.readers.sources import BUNDLED

__all__ = ["DATA_ACTIONS", "MODEL_ACTIONS", "OPEN_DATA"]

MODEL, DATA, OPEN_DATA = "Net&work", "&Data", "&Data/&Open data"
GOING = (RunState.RUNNING, RunState.PAUSED)
NOTHING_TRAINS = "Nothing is being trained"


def _why_not_train(window: WindowParts) -> str:
    return "" if window.session.trainings.run.state is RunState.IDLE else "A training is going on"


def _why_not_pause(window: WindowParts) -> str:
    trainings = window.session.trainings
    return "" if trainings.run.state in GOING or trainings.can_continue else NOTHING_TRAINS


MODEL_ACTIONS = (
    Action(
        "train",
        MODEL,
        "&Train",
        "Start training a network as the form says.",
        lambda window: window.train_page.start(),
        "F5",
        why_not=_why_not_train,
    ),
    Action(
        "pause",
        MODEL,
        "&Pause, resume or continue",
        "Pause the training, or go on with it.",
        lambda window: window.train_page.pause_or_resume(),
        "F6",
        why_not=_why_not_pause,
    ),
    Action(
        "stop",
        MODEL,
        "&Stop",
        "Stop training and keep what was learned.",
        lambda window: window.session.trainings.run.stop(),
        "Shift+F5",
        why_not=lambda window: "" if window.session.trainings.run.state in GOING else NOTHING_TRAINS,
    ),
    Action(
        "copyCommand",
        MODEL,
        "&Copy training command",
        "Copy the command line that trains this network.",
        lambda window: window.train_page.copy_command(),
    ),
    Action(
        "findFault",
        MODEL,
        "&Find the fault…",
        "Find out what is wrong with a training.",
        lambda window: window.ways.find_fault(),
    ),
    Action(
        "openDefault",
        MODEL,
        "Open the &default network",
        "Open the network that comes with the program.",
        lambda window: window.session.open_model(DEFAULT),
        line=True,
    ),
    Action(
        "backToDigits",
        MODEL,
        "&Back to digits",
        "Open the network and the digits that come with the program.",
        lambda window: window.ways.back_to_digits(),
    ),
    Choices(
        MODEL,
        "&Unsaved networks",
        "Open a network that was never saved.",
        unsaved_networks,
        "No unsaved networks",
    ),
    Action(
        "properties",
        MODEL,
        "P&roperties…",
        "Show all that is known of the open network.",
        lambda window: show_properties(window, window.session.model),
        line=True,
    ),
)
DATA_ACTIONS = (
    Action(
        "openDataFolder",
        OPEN_DATA,
        "&Folder…",
        "Import data from a folder with one folder of pictures for each class, or from IDX files.",
        lambda window: window.files.open_data_folder(),
        "Ctrl+Shift+D",
    ),
    Action(
        "openDataFile",
        OPEN_DATA,
        "F&ile…",
        "Import pictures and labels from an .npz, .csv or another data file.",
        lambda window: window.files.open_data_file(),
        "Ctrl+Shift+O",
    ),
    Choices(
        OPEN_DATA,
        "&Recent",
        "Open data that were open before.",
        lambda window: recent_files(window, "data", window.session.data.open),
        "Nothing opened yet",
    ),
    Action(
        "openBundled",
        OPEN_DATA,
        "&Bundled digits",
        "Open the digits that come with the program.",
        lambda window: window.session.data.open(BUNDLED, ask=False),
        line=True,
    ),
    Action(
        "openMyDigits",
        OPEN_DATA,
        "&My digits",
        "Open the digits you have added to your own.",
        lambda window: window.session.data.open(str(window.session.personal.path)),
        why_not=lambda window: "" if len(window.session.personal) else "You have added no digits yet",
    ),
    Action(
        "openSmallDigits",
        OPEN_DATA,
        "&scikit-learn digits, 8 × 8",
        "Open the digits that come with scikit-learn.",
        lambda window: window.session.data.open(SCIKIT_LEARN_DIGITS),
    ),
    Action(
        "openMnist",
        OPEN_DATA,
        "M&NIST from OpenML, 70,000 pictures",
        "Download MNIST, which is kept for the next time.",
        lambda window: window.session.data.open(OPENML_MNIST),
    ),
    Action(
        "openOpenML",
        OPEN_DATA,
        "Ot&her data from OpenML…",
        "Download pictures from OpenML by their number.",
        lambda window: window.files.open_openml(),
    ),
    Action(
        "saveData",
        DATA,
        "&Save a copy as…",
        "Save the data as you have corrected them.",
        lambda window: window.files.save_data_as(),
    ),
    Action(
        "checkLabels",
        DATA,
        "Check &labels",
        "Show the pictures whose labels are most likely wrong.",
        lambda window: window.ways.show_suspects(),
        line=True,
    ),
    Action(
        "exclude",
        DATA,
        "&Exclude / include",
        "Leave the selected pictures out of training and evaluation, or take them back.",
        lambda window: window.data_page.exclude(),
        page="data",
    ),
    Action(
        "labelIsCorrect",
        DATA,
        "Label is &correct",
        "Keep the labels of the selected pictures.",
        lambda window: window.data_page.keep(),
        page="data",
    ),
    Action(
        "addToMyDigits",
        DATA,
        "&Add to my digits",
        "Add the selected pictures to your own digits.",
        lambda window: window.data_page.add_to_personal(),
        page="data",
    ),
    Action(
        "reroll",
        DATA,
        "&Re-roll the augmented pictures",
        "Show other random variants.",
        lambda window: window.ways.roll(),
        "R",
        line=True,
    ),
    Action(
        "nextWrong",
        DATA,
        "&Next wrong picture",
        "Show the next picture that the network misreads.",
        lambda window: window.evaluate_page.next_wrong(),
        "N",
        page="evaluate",
        line=True,
    ),
    Action(
        "previousWrong",
        DATA,
        "&Previous wrong picture",
        "Show the wrong picture before.",
        lambda window: window.evaluate_page.previous_wrong(),
        "P",
        page="evaluate",
    ),
)
