"""Pieces of the exported Python file: plain modules here, so that they are checked and tested like all others."""
