"""The pages of the window, a folder each: a page and its cards."""
