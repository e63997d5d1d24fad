"""The Inspect page and its cards."""
