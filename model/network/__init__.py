"""The network: its layers, what runs them as one, gradients, losses, optimisers, schedules, architectures."""
