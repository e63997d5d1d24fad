"""Make the golden run folder of version 0.1.0: ``PYTHONPATH=tests python tests/golden/make_run_of_0_1_0.py``.

It was run once, with that version, and the folder is kept for ever: a record, notes, and a checkpoint, each of the
first format.
"""

import sys
from pathlib import Path

from model import build
from model.readers.sources import open_data
from model.runs.checkpoints import RUN_KEY, Checkpoint
from model.runs.provenance import describe_run
from model.runs.run_record import RunNotes, RunRecord
from model.runs.run_recorder import RunRecorder
from model.runs.run_store import RunStore
from model.training.history import History
from model.training.training import EpochDone, FinishReason, TrainingConfig, TrainingState, finish, train
from model.version import __version__

STORE = Path(__file__).parent
RUN = "run_of_0_1_0"


def main() -> None:
    """Train on 60 digits, stop after the second of four epochs, and write notes about it."""
    store = RunStore(STORE)
    if __version__ != "0.1.0" or store.folder_of(RUN).exists() or RUN_KEY != "digitgui.run":
        sys.exit("this script was for version 0.1.0, and its folder is kept for ever: write a new one")
    dataset = open_data("bundled").limited(60)
    config = TrainingConfig(0.02, 8, 4, 5, optimizer="momentum", augmentation="handwriting", patience=3)
    network = build("journal-8", 5)
    run = Checkpoint(network, TrainingState(network, config), History(), "", "", 0.0)
    recorder = RunRecorder(store, RunRecord(RUN, "journal-8", {}, limit=60))
    events = train(network, dataset, state=run.state)
    with recorder.following(run, dataset):
        for event in events:
            run.history.add(event)
            recorder._last_encoded = 0.0  # every epoch is remembered, however short it is
            recorder.take(event, 1.0)
            if isinstance(event, EpochDone) and event.epoch == 2:
                break
        events.close()
        last = finish(network, dataset, FinishReason.STOPPED, run.state)
        network.card.provenance = describe_run(dataset, config, run.history, last, 1.0)
        recorder.end(last.reason)
    store.write_notes(RUN, RunNotes("kept", "of the first version", pinned=True))


if __name__ == "__main__":
    main()
