"""Compares layers that someone else wrote with those of `model.network`; ``checking.py`` is the entry."""
