"""How good an answer is: scores, calibration, doubt, comparison, and the reasons for an answer."""
