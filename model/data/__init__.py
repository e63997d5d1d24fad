"""Data sets: pictures and labels, their parts, corrections and augmentation."""
