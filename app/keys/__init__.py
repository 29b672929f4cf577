"""Who may talk to whom: keys, pairings and codes, on both sides."""
