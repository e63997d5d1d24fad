"""Ink: pen strokes, photos of paper, other hands, numbers of several digits."""
