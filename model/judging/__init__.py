"""How good an answer is: scores, calibration, doubt, comparison, suspects, and why a network answers so."""
