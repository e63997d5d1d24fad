"""Many trainings compared."""
