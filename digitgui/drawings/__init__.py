"""The drawing: its strokes and pixels, its files, and what the network says to it."""
