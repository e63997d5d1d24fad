"""Sheets of numbers: from scans and photos of paper to tables."""
