"""The open network, the open data, the digits of the user, and what has been found out about them."""
