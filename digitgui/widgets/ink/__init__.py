"""The canvas, its keyboard pen, its guide and its boxes."""
