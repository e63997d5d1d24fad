"""Reads and writes the files that hold pictures."""
