"""The package as its users import it."""

import subprocess
import sys

import pytest

import model

LOADED = "import sys; {}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"


def modules_loaded_by(code: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", LOADED.format(code)], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_model_loads_neither_qt_nor_scikit_learn() -> None:
    names = "model.load_network, model.build, model.open_data, model.drawing_to_digit, model.Learner, model.trace"
    loaded = modules_loaded_by(f"import model; {names}")
    assert "numpy" in loaded
    assert not loaded & {"PySide6", "shiboken6", "pyqtgraph", "digitgui", "resources"}
    assert not loaded & {"sklearn", "scipy"}, "to draw a digit, these are not needed"


def test_importing_model_imports_no_more_than_is_used_of_it() -> None:
    assert not modules_loaded_by("import model; model.ModelError") & {"numpy", "PIL"}
    loaded = "import sys, model; model.load_network; print('model.training.training' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    "module",
    [
        "data.augmentation",
        "inspection.attribution",
        "judging.embedding",
        "training.estimator",
        "judging.evaluation",
        "training.history",
        "handwriting.preprocessing",
        "judging.scores",
        "readers.sources",
        "runs.storage",
        "training.suspects",
        "sweeps.sweeping",
        "training.training",
    ],
)
def test_no_module_of_model_loads_qt_or_the_window(module) -> None:
    assert not modules_loaded_by(f"import model.{module}") & {"PySide6", "shiboken6", "pyqtgraph", "digitgui"}


@pytest.mark.parametrize(
    "module", ["model.sweeps.sweeping", "model.sweeps.sweep_workers", "digitgui.command_line.commands"]
)
def test_what_plans_sweeps_loads_scikit_learn_only_when_it_begins_one(module) -> None:
    assert not modules_loaded_by(f"import {module}") & {"sklearn", "joblib", "dask", "distributed"}


def test_the_command_line_waits_for_no_library_that_its_command_does_not_need() -> None:
    every = modules_loaded_by("import digitgui.command_line.commands")
    assert not every & {"numpy", "scipy", "matplotlib", "pandas", "jinja2", "onnx"}
    one = "from digitgui.command_line.commands import _parser; _parser('info')"
    others = "sorted(name for name in sys.modules if name.endswith('_command'))"
    modules_loaded_by(f"{one}; import sys; assert {others} == ['digitgui.command_line.info_command'], {others}")


def test_what_numpy_reads_when_it_is_imported_can_be_set_before() -> None:
    assert "numpy" not in modules_loaded_by("import digitgui.__main__")


def test_digitgui_has_the_window_and_the_version() -> None:
    import digitgui
    from digitgui.frame import main_window

    assert digitgui.MainWindow is main_window.MainWindow
    assert digitgui.__version__ == model.__version__
    with pytest.raises(AttributeError, match="has no attribute 'Window'"):
        _ = digitgui.Window


def test_the_public_names_are_there() -> None:
    networks = {"build", "Network", "load_network", "save_network", "CNNClassifier", "EXPECTED_FAILED_CHECKS"}
    learning = {"Learner", "SGD", "Momentum", "Nesterov", "Adam", "AdamW", "train", "TrainingConfig"}
    assert networks | learning | {"Dataset", "open_data", "drawing_to_digit"} <= set(model.__all__)
    assert all(hasattr(model, name) for name in model.__all__)
    assert set(model.errors.__all__) <= set(model.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nobody'"):
        _ = model.nobody  # type: ignore[attr-defined]


def test_a_script_learns_with_the_public_names_alone() -> None:
    data, network = model.open_data("bundled"), model.build("journal-8", seed=1)
    images, labels = data.images[:64], data.labels[:64]
    learner, optimizer = model.Learner(network), model.SGD(network.parameters(), learning_rate=0.1)
    losses = []
    for _ in range(20):
        losses.append(learner.loss_and_gradients(images, labels))
        optimizer.step()
    assert losses[-1] < 0.5 * losses[0]
    assert network.predict_proba(images).shape == (64, 10)


def test_every_module_exports_what_it_says() -> None:
    import importlib
    import pkgutil

    modules = [info.name for info in pkgutil.walk_packages(model.__path__, "model.") if not info.ispkg]
    assert "model.sweeps.sweeping" in modules
    modules = [name for name in modules if ".standalone." not in name]  # which are written into exported files
    modules.remove("model.layer_check.template")  # which becomes the user's own
    for name in modules:
        module = importlib.import_module(name)
        missing = [exported for exported in module.__all__ if not hasattr(module, exported)]
        assert not missing, f"{name} exports {missing}, which it does not have"


def test_errors_form_one_tree() -> None:
    from model import errors

    assert all(issubclass(getattr(errors, name), errors.ModelError) for name in errors.__all__)
    assert issubclass(errors.VersionError, errors.ModelFileError)
    assert issubclass(errors.CorruptError, errors.ModelFileError)
