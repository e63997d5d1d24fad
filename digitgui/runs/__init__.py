"""Trainings and sweeps as the window follows, reads and shows them."""
