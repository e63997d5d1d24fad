"""How the window looks: theme, style sheet, grey pictures."""
