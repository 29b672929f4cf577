"""The artist's list of render servers: rows, files, trials, waking."""
