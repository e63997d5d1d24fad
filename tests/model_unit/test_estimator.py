"""The networks with scikit-learn's face, in scikit-learn's own hands."""

import math
import pickle
import re

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.runs import same_weights
from sklearn.base import clone
from sklearn.ensemble import BaggingClassifier, VotingClassifier
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from model import build
from model.errors import ConfigError, ShapeError
from model.training.estimator import EXPECTED_FAILED_CHECKS, CNNClassifier
from model.training.learner import Learner
from model.training.training import EpochDone, FinishReason, TrainingConfig, train

QUICK = {"arch": "journal-8", "learning_rate": 0.02, "batch_size": 4, "epochs": 3}


@pytest.fixture(scope="module")
def rows(mnist) -> tuple[np.ndarray, np.ndarray]:
    """Take 400 digits as rows of 784 numbers."""
    data = mnist.limited(400)
    return data.images.reshape(len(data), -1), data.labels


@parametrize_with_checks(
    [CNNClassifier()], expected_failed_checks=lambda estimator: EXPECTED_FAILED_CHECKS, xfail_strict=True
)
def test_scikit_learn_finds_nothing_wrong(estimator, check) -> None:
    check(estimator)


def test_the_checks_that_may_fail_are_few_and_each_has_a_reason() -> None:
    assert len(EXPECTED_FAILED_CHECKS) <= 3
    assert all(name.startswith("check_") and len(why) > 20 for name, why in EXPECTED_FAILED_CHECKS.items())


@pytest.mark.parametrize(
    "settings",
    [
        {"arch": "journal-8", "epochs": 2, "batch_size": 1},
        {"arch": "lenet", "epochs": 1, "batch_size": 64, "optimizer": "adam", "augmentation": "handwriting"},
        {"arch": "journal-24", "epochs": 6, "batch_size": 8, "learning_rate": 0.2, "patience": 1, "l2": 0.001},
        {"arch": "deep", "epochs": 1, "batch_size": 16, "standardize": True, "initializer": "glorot"},
    ],
)
def test_it_gives_the_bits_that_training_gives(mnist, settings) -> None:
    data = mnist.limited(200)
    arch, initializer = settings.get("arch"), settings.get("initializer", "he")
    config = TrainingConfig(
        seed=7, **{name: value for name, value in settings.items() if name not in ("arch", "initializer")}
    )
    network = build(arch, 7, initializer=initializer)
    events = list(train(network, data, config))

    classifier = CNNClassifier(**settings, random_state=7)
    images, labels = data.part("train")
    monitored = data.part("validation")
    classifier.fit(images.reshape(-1, 784), labels, monitored=monitored)
    assert same_weights(classifier.network_, network)
    assert classifier.best_epoch_ == events[-1].best_epoch
    epochs = [event for event in events if isinstance(event, EpochDone)]
    assert classifier.n_iter_ == len(epochs)
    assert [epoch.validation_loss for epoch in classifier.history_.epochs] == [
        epoch.validation_loss for epoch in epochs
    ]
    np.testing.assert_allclose(
        classifier.predict_proba(monitored[0]), network.predict_proba(monitored[0]), atol=1e-6
    )


def test_pictures_rows_and_floats_are_the_same_thing(mnist, rows) -> None:
    images, labels = mnist.limited(400).images, rows[1]
    as_pictures = CNNClassifier(**QUICK).fit(images, labels)
    assert as_pictures.n_features_in_ == 784
    for same in (rows[0], rows[0].astype(np.float64), rows[0] / 255, rows[0].tolist()):
        assert same_weights(CNNClassifier(**QUICK).fit(same, labels).network_, as_pictures.network_)
    np.testing.assert_array_equal(as_pictures.predict(rows[0][:50]), as_pictures.predict(images[:50]))


def test_it_learns_digits_and_scores_them(mnist) -> None:
    data = mnist.limited(1000)
    classifier = CNNClassifier(**QUICK).fit(*data.part("train"))
    assert classifier.score(*data.part("test")) > 0.75
    assert classifier.reason_ is FinishReason.COMPLETED
    probabilities = classifier.predict_proba(data.images[:9])
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)


@pytest.mark.parametrize("labels", [["no", "yes"], [-7, 3, 1000], [False, True], [2.0, 5.0, 9.0]])
def test_labels_may_be_anything(rows, labels) -> None:
    y = np.array(labels)[rows[1] % len(labels)]
    classifier = CNNClassifier(**QUICK).fit(rows[0], y)
    assert classifier.network_.classes == len(labels)
    np.testing.assert_array_equal(classifier.classes_, sorted(labels))
    assert set(classifier.predict(rows[0]).tolist()) <= set(labels)
    assert classifier.score(rows[0], y) > 1.2 / len(labels)


def test_all_classes_can_be_told_where_some_are_missing(rows) -> None:
    few = rows[1] < 4
    classifier = CNNClassifier(**QUICK).fit(rows[0][few], rows[1][few], classes=range(10))
    assert classifier.predict_proba(rows[0]).shape == (400, 10)
    assert classifier.predict(rows[0]).max() < 4
    unknown = error_of(ValueError, lambda: CNNClassifier(**QUICK).fit(*rows, classes=range(9)))
    assert "found [9]" in unknown


@pytest.mark.parametrize(
    ("arch", "features", "side"),
    [("journal-8", 1, 4), ("journal-8", 17, 5), ("lenet", 2, 10), ("deep", 3, 4), ("lenet", 785, 29)],
)
def test_a_row_becomes_the_smallest_square_that_the_network_takes(arch, features, side) -> None:
    X = np.random.default_rng(0).normal(size=(12, features))
    classifier = CNNClassifier(arch, epochs=1).fit(X, np.arange(12) % 2)
    assert classifier.network_.input_shape == (1, side, side)


def test_a_random_state_is_drawn_from_where_it_is_no_seed(rows) -> None:
    def fitted(random_state) -> CNNClassifier:
        return CNNClassifier(**QUICK | {"epochs": 1}, random_state=random_state).fit(*rows)

    assert same_weights(fitted(np.random.RandomState(3)).network_, fitted(np.random.RandomState(3)).network_)
    assert not same_weights(fitted(None).network_, fitted(None).network_)


def test_a_patience_holds_pictures_out_where_it_is_given_none(rows) -> None:
    classifier = CNNClassifier(**QUICK | {"learning_rate": 0.3, "epochs": 30}, patience=1).fit(*rows)
    assert classifier.reason_ is FinishReason.STOPPED_EARLY
    assert classifier.best_epoch_ == classifier.n_iter_ - 1 < 29
    assert all(np.isfinite(epoch.validation_loss) for epoch in classifier.history_.epochs)
    assert "at least 10 pictures" in error_of(
        ConfigError, lambda: CNNClassifier(patience=1).fit(rows[0][:9], rows[1][:9])
    )


def test_a_loss_that_becomes_infinite_is_warned_of(rows, monkeypatch) -> None:
    monkeypatch.setattr(Learner, "train_batch", lambda self, images, labels, **_: (math.inf, 0))
    classifier = CNNClassifier(**QUICK)
    with pytest.warns(ConvergenceWarning, match="smaller learning_rate"):
        classifier.fit(*rows)
    assert (classifier.reason_, classifier.n_iter_) == (FinishReason.DIVERGED, 0)
    assert np.isfinite(classifier.predict_proba(rows[0])).all()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"arch": "resnet"}, "arch must be one of journal-8"),
        ({"learning_rate": -1}, "learning_rate must be a number"),
        ({"optimizer": "magic"}, "optimizer must be one of"),
        ({"initializer": "ones"}, "initializer must be one of"),
    ],
)
def test_a_wrong_setting_is_said_when_it_is_fitted(rows, settings, words) -> None:
    classifier = CNNClassifier(**settings)
    assert words in error_of(ConfigError, lambda: classifier.fit(*rows))


def test_what_is_no_set_of_labelled_pictures_is_refused(rows) -> None:
    X, y = rows
    assert "1 class" in error_of(ValueError, lambda: CNNClassifier().fit(X, np.zeros(len(X))))
    small = np.zeros((9, 3, 4), np.uint8)
    assert "takes no pictures of 4 × 3 pixels" in error_of(ShapeError, lambda: CNNClassifier().fit(small, y[:9]))
    many = np.arange(800) % 400
    assert "2 to 255 classes" in error_of(ValueError, lambda: CNNClassifier().fit(np.concatenate([X, X]), many))
    with pytest.raises(NotFittedError):
        CNNClassifier().predict(X)


def test_in_a_pipeline_and_a_grid_search(rows) -> None:
    pipeline = make_pipeline(MinMaxScaler(), CNNClassifier(**QUICK))
    search = GridSearchCV(pipeline, {"cnnclassifier__learning_rate": [1e-6, 0.02]}, cv=2).fit(*rows)
    assert search.best_params_ == {"cnnclassifier__learning_rate": 0.02}
    assert search.best_score_ > 0.4


def test_cross_validated(rows) -> None:
    scores = cross_val_score(CNNClassifier(**QUICK), *rows, cv=3)
    assert scores.shape == (3,)
    assert scores.min() > 0.4


def test_as_a_voter_and_in_a_bag(rows) -> None:
    X, y = rows
    voters = [("cnn", CNNClassifier(**QUICK)), ("line", LogisticRegression(max_iter=2000))]
    assert VotingClassifier(voters, voting="soft").fit(X / 255, y).score(X / 255, y) > 0.7
    bag = BaggingClassifier(CNNClassifier(**QUICK), n_estimators=2, random_state=0).fit(X, y)
    assert not same_weights(*(member.network_ for member in bag.estimators_))
    assert bag.score(X, y) > 0.5


def test_copied_and_pickled(rows) -> None:
    classifier = CNNClassifier(**QUICK | {"arch": "lenet"}).fit(*rows)
    twin = clone(classifier)
    assert twin.get_params() == classifier.get_params()
    assert not hasattr(twin, "network_")
    pickled = pickle.dumps(classifier)
    assert len(pickled) < 4_000_000
    np.testing.assert_array_equal(pickle.loads(pickled).predict_proba(rows[0]), classifier.predict_proba(rows[0]))


def test_every_setting_of_a_training_is_a_parameter() -> None:
    names = set(CNNClassifier().get_params())
    assert names - {"arch", "initializer", "random_state"} == set(TrainingConfig.__slots__) - {"seed"}
    assert all(re.search(rf"\b{name}\b", CNNClassifier.__doc__) for name in names)
