"""The installation: its folders, what comes with it, whether a window can open here."""
