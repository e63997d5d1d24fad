"""Saved trainings: model files, checkpoints, run folders, provenance."""
