"""Trainings that are kept: model files, checkpoints, run folders, provenance."""
