"""Layers of one's own on the Train page: edited by real events, remembered, trained, and kept with the run."""

import json
import shlex
from pathlib import Path

import pytest
from helpers.event_loop import wait_until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from digitgui.documents.own_network import OwnNetwork
from digitgui.frame.main_window import MainWindow
from digitgui.pages.train.layers_card import LayersCard
from digitgui.pages.train.training_form import OWN, TrainingForm
from digitgui.settings import Settings
from model import load_network
from model.data.dataset import SplitRule
from model.network.architecture import Architecture, LayerEntry
from model.network.architectures import architecture_from, as_own
from model.sweeps.train_again import command_of
