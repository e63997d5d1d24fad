"""The sub-commands, which need no window."""
