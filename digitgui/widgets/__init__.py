"""Widgets that render what they are given, and say by signals what the user wants."""
