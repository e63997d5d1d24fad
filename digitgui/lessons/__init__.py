"""Lessons: what stands in their folders, without the window that shows them."""
