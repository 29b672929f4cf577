"""Fuzzing of everything that strangers and scene files can reach: `python -m tests.fuzz`."""
