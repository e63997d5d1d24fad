"""Looks inside a network: every number of both passes, and where it comes from."""
