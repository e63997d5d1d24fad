"""Which augmentation was set last: the Data page shows it, and a training may take it."""

from dataclasses import replace

from digitgui.settings import Settings
from model.data.augmentation import PRESETS
from model.data.pipeline import Pipeline
from model.errors import ConfigError

__all__ = ["CHOICES", "CHOICE_KEY", "CUSTOM", "CUSTOM_KEY", "remembered_pipelines"]

CHOICES = ("journal", "handwriting", "photo")
CUSTOM = "custom"
CHOICE_KEY, CUSTOM_KEY = "augmentation/choice", "augmentation/custom"


def remembered_pipelines(settings: Settings) -> tuple[Pipeline, Pipeline]:
    """Read the pipeline that was set last, and the last one of the user's own."""
    try:
        custom = Pipeline.from_json(settings.text(CUSTOM_KEY))
    except ConfigError:
        custom = replace(PRESETS["handwriting"], name=CUSTOM)
    choice = settings.text(CHOICE_KEY, "handwriting")
    if choice == CUSTOM:
        return custom, custom
    return PRESETS[choice if choice in CHOICES else "handwriting"], custom
