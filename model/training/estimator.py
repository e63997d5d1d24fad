"""The networks as a scikit-learn classifier, `CNNClassifier`.

Importing this takes a second, for scikit-learn: neither ``import model`` nor the window does it.
"""

import contextlib
import math
import warnings
from collections.abc import Callable
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from model.data.augmentation import Pipeline
from model.errors import ConfigError, ShapeError
from model.network.architectures import Arch, architecture_of, build
from model.network.arrays import ImageArray, LabelArray, Shape
from model.network.losses import NO_DIGIT, softmax
from model.network.network import Network
from model.network.task import Task
from model.training.history import History
from model.training.training import TrainingState, learn
from model.training.training_config import TrainingConfig
from model.training.training_events import EpochDone, FinishReason

__all__ = ["EXPECTED_FAILED_CHECKS", "CNNClassifier"]

EXPECTED_FAILED_CHECKS: dict[str, str] = {}
"""Checks of scikit-learn's ``check_estimator`` that cannot apply to pictures, with reasons: none."""

HELD_OUT = 0.1
"""Share of the pictures used for validation if there is a patience and `CNNClassifier.fit` is given none."""

SIDE = 28
"""Rows and columns that every network takes."""
CHANNELS = 3
"""Of pictures in colour."""

Array = npt.NDArray[Any]


class CNNClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
    """Classify pictures by a convolutional network.

    A row of features is a square picture: 784 of them are 28×28. Other numbers are filled up with zeros to the
    next square, or to the smallest that the network takes. An array of pictures that are not square, or in colour,
    is taken as it is. Features of uint8 are taken as they are, 0 to 255; of
    others, the smallest and the largest number seen by `fit` become 0 and 255.

    Parameters
    ----------
    arch : str, Architecture or dict
        A key of `model.network.architectures.ARCHITECTURES`, or a network of one's own, also as what
        `Architecture.as_dict` returned.
    initializer : str
        A key of `model.network.initializers.INITIALIZERS`.
    random_state : int, RandomState or None
        An integer is the seed: the same gives the same bits, here and in `model.training.training.train`.
    learning_rate, batch_size, epochs, optimizer, augmentation, schedule, label_smoothing, l1, l2, weight_decay
        As in `model.training.training_config.TrainingConfig`.
    clip_norm, patience, standardize
        As there. A patience uses the ``monitored`` pictures given to `fit`, or else a tenth of the others.

    Attributes
    ----------
    network_ : Network
    classes_ : ndarray, shape (k,)
        The labels, sorted: what the network calls 0, 1, ...
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Only after a fit on a table whose columns all have names.
    n_iter_ : int
        Epochs done.
    history_ : History
    reason_ : FinishReason
    best_epoch_ : int or None
        The epoch whose weights the network has, if there was a patience.
    feature_range_ : (float, float)
        What 0 and 255 stand for.
    picture_shape_ : tuple of int
        (height, width) or (height, width, 3) of the pictures that `fit` was given; empty if they were rows.

    Examples
    --------
    >>> import model
    >>> images, labels = model.open_data("bundled").limited(300).part("train")
    >>> classifier = model.CNNClassifier("journal-8", epochs=2, batch_size=4)
    >>> classifier.fit(images, labels).predict(images[:5]).shape
    (5,)
    """

    def __init__(
        self,
        arch: Arch | dict[str, Any] = "journal-24",
        *,
        learning_rate: float = 0.005,
        batch_size: int = 1,
        epochs: int = 20,
        optimizer: str = "sgd",
        augmentation: str | Pipeline = "none",
        schedule: str = "constant",
        label_smoothing: float = 0.0,
        l1: float = 0.0,
        l2: float = 0.0,
        weight_decay: float = 0.0,
        clip_norm: float = 0.0,
        patience: int = 0,
        standardize: bool = False,
        initializer: str = "he",
        random_state: int | np.random.RandomState | None = 0,
    ) -> None:
        self.arch = arch
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.epochs = epochs
        self.optimizer = optimizer
        self.augmentation = augmentation
        self.schedule = schedule
        self.label_smoothing = label_smoothing
        self.l1 = l1
        self.l2 = l2
        self.weight_decay = weight_decay
        self.clip_norm = clip_norm
        self.patience = patience
        self.standardize = standardize
        self.initializer = initializer
        self.random_state = random_state

    def fit(
        self,
        X: npt.ArrayLike,
        y: npt.ArrayLike,
        *,
        classes: npt.ArrayLike | None = None,
        monitored: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
        watch: Callable[[History], object] | None = None,
        extra: tuple[ImageArray, LabelArray] | None = None,
        begun_from: Network | None = None,
        task: Task | None = None,
    ) -> Self:
        """Train a new network.

        Parameters
        ----------
        X : array, shape (n, features), (n, height, width) or (n, height, width, 3)
        y : array, shape (n,)
            Labels of any kind, two to 255 different ones.
        classes : array, optional
            All labels there are, where some of them may be missing from ``y``.
        monitored : (array, array), optional
            Validation pictures and labels: measured after every epoch, and never learned from.
        watch : callable, optional
            Receives the curves at the beginning, and whenever they have grown.
        extra : (ndarray of uint8, ndarray of uint8), optional
            Further pictures to learn from, shape (n, side, side), and the numbers of their classes, or
            `model.network.losses.NO_DIGIT`.
        begun_from : Network, optional
            Its weights are the first ones; ``arch`` and ``initializer`` are then its own.
        task : Task, optional
            What the network is about, if the labels are the numbers of its classes: it gets their names.

        Returns
        -------
        CNNClassifier
            Itself.

        Raises
        ------
        ValueError
            If a parameter is outside its limits, or the data cannot be learned from; the message says why.

        Warns
        -----
        ConvergenceWarning
            If the loss became infinite; the network then has the weights of the last whole epoch.
        """
        config = self._config()
        self.picture_shape_ = _shape_of(X)
        rows, labels = self._checked(X, column_or_1d(y, warn=True))
        check_classification_targets(labels)
        self._find_classes(labels if classes is None else np.asarray(classes))
        self.feature_range_ = _range_of(rows)
        self.network_ = self._build(config.seed, task) if begun_from is None else begun_from.copy()
        learned = self._pictures(rows), self._numbers(labels)
        if monitored is None:
            learned, watched = _validation_part(*learned, config)
        else:
            watched = self._pictures(self._checked(monitored[0])), self._numbers(column_or_1d(monitored[1]))
        if extra is not None:
            learned = np.concatenate([learned[0], extra[0]]), np.concatenate([learned[1], extra[1]])
        self._learn(learned, watched, config, watch or (lambda _history: None))
        return self

    def predict_proba(self, X: npt.ArrayLike) -> Array:
        """Compute the probability of each class, float64, shape (n, classes), in the order of ``classes_``."""
        check_is_fitted(self)
        logits = self.network_.logits(self._pictures(self._checked(X)))
        return softmax(logits.T.astype(np.float64)).T

    def predict(self, X: npt.ArrayLike) -> Array:
        """Choose the most probable label of each picture, shape (n,)."""
        chosen = self.predict_proba(X).argmax(axis=1)  # first, since it checks that there is a network
        labels: Array = self.classes_[chosen]
        return labels

    def _checked(self, rows: npt.ArrayLike, labels: npt.ArrayLike | None = None) -> Any:
        """Have scikit-learn check rows of features: with labels for a fit, without them against what a fit saw."""
        shape = _shape_of(rows)
        if isinstance(rows, np.ndarray) and shape:
            if labels is None and self.picture_shape_ and shape != self.picture_shape_:
                raise ValueError(f"expected pictures of shape {self.picture_shape_}, found {shape}")
            rows = rows.reshape(len(rows), -1)
        if labels is None:
            return validate_data(self, rows, dtype="numeric", reset=False, ensure_min_samples=0)
        return validate_data(self, rows, labels, dtype="numeric")

    def _find_classes(self, labels: Array) -> None:
        self.classes_ = np.unique(labels)
        if not 2 <= len(self.classes_) <= NO_DIGIT:
            raise ValueError(f"expected labels of 2 to {NO_DIGIT} classes, found {len(self.classes_)} class(es)")

    def _config(self) -> TrainingConfig:
        settings = {name: getattr(self, name) for name in TrainingConfig.__slots__ if name != "seed"}
        seed = self.random_state
        if not isinstance(seed, int | np.integer):
            seed = check_random_state(seed).randint(2**31 - 1)
        return TrainingConfig(seed=seed, **settings)

    def _build(self, seed: int, task: Task | None) -> Network:
        """Build the network for the smallest square that holds a row and is not too small for its layers."""
        if task is not None:
            return build(architecture_of(self.arch), seed, task, initializer=self.initializer)
        if self.picture_shape_ and (len(self.picture_shape_) == CHANNELS or len({*self.picture_shape_}) > 1):
            height, width, *channels = self.picture_shape_
            return self._build_for((*(channels or [1]), height, width), seed)
        needed = math.isqrt(self.n_features_in_ - 1) + 1
        for side in range(needed, SIDE):
            with contextlib.suppress(ShapeError):
                return self._build_for((1, side, side), seed)
        return self._build_for((1, max(needed, SIDE), max(needed, SIDE)), seed)

    def _build_for(self, shape: Shape, seed: int) -> Network:
        classes = len(self.classes_)
        return build(
            architecture_of(self.arch), seed, initializer=self.initializer, input_shape=shape, classes=classes
        )

    def _learn(
        self,
        learned: tuple[ImageArray, LabelArray],
        watched: tuple[ImageArray, LabelArray],
        config: TrainingConfig,
        watch: Callable[[History], object],
    ) -> None:
        state = TrainingState(self.network_, config)
        self.history_ = History()
        watch(self.history_)
        events = learn(self.network_, learned, watched, state)
        while True:
            try:
                event = next(events)
            except StopIteration as end:
                self.reason_: FinishReason = end.value
                break
            if self.history_.add(event) or isinstance(event, EpochDone):
                watch(self.history_)
        self.n_iter_ = state.epochs_done
        self.best_epoch_ = state.go_back_to_best(self.network_, self.reason_)
        if self.reason_ is FinishReason.DIVERGED:
            text = "the loss became infinite, so training ended early: try a smaller learning_rate"
            warnings.warn(text, ConvergenceWarning, stacklevel=3)

    def _numbers(self, y: Array) -> LabelArray:
        """Turn labels into the numbers that the network has for them."""
        numbers = np.searchsorted(self.classes_, y).clip(max=len(self.classes_) - 1)
        if not np.array_equal(self.classes_[numbers], y):
            unknown = np.setdiff1d(y, self.classes_)
            raise ValueError(f"expected labels among the classes {self.classes_}, found {unknown}")
        return numbers.astype(np.uint8)

    def _pictures(self, rows: Array) -> ImageArray:
        """Turn rows of features into pictures as the network takes them."""
        low, high = self.feature_range_
        if rows.dtype != np.uint8 or (low, high) != (0, 255):
            scale = 255 / (high - low) if high > low else 0.0
            rows = np.clip(np.rint((rows.astype(np.float64) - low) * scale), 0, 255).astype(np.uint8)
        channels, height, width = self.network_.input_shape
        missing = channels * height * width - rows.shape[1]
        if missing > 0:
            rows = np.pad(rows, ((0, 0), (0, missing)))
        return rows.reshape(-1, height, width, *([channels] if channels > 1 else []))


def _shape_of(pictures: npt.ArrayLike) -> Shape:
    """Return the shape of each picture of an array; empty for rows of features, and for anything else."""
    if not isinstance(pictures, np.ndarray):
        return ()
    is_coloured = pictures.ndim == 4 and pictures.shape[3] == CHANNELS
    return pictures.shape[1:] if pictures.ndim == 3 or is_coloured else ()


def _range_of(rows: Array) -> tuple[float, float]:
    return (0.0, 255.0) if rows.dtype == np.uint8 else (float(rows.min()), float(rows.max()))


def _validation_part(
    images: ImageArray, labels: LabelArray, config: TrainingConfig
) -> tuple[tuple[ImageArray, LabelArray], tuple[ImageArray, LabelArray]]:
    """Reserve pictures for validation if there is a patience, which needs them."""
    if not config.patience:
        return (images, labels), (images[:0], labels[:0])
    if len(images) < 1 / HELD_OUT:
        raise ConfigError(f"a patience needs at least {1 / HELD_OUT:.0f} pictures, found {len(images)}")
    train, watched = train_test_split(np.arange(len(images)), test_size=HELD_OUT, random_state=config.seed)
    return (images[train], labels[train]), (images[watched], labels[watched])
