"""Work in the background: threads, processes, and the one state machine that asks and cancels."""
