"""The frame of the window: what stands around the pages, and how the program starts."""
