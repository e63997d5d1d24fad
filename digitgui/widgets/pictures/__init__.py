"""Grids, enlargements and heat maps of pictures."""
