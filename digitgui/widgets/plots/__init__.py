"""Curves, maps and histograms."""
