"""Reports on runs and sweeps, each one HTML file."""
