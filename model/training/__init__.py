"""Learning: the learner, the training as a generator of events, its settings and history, teaching."""
