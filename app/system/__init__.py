"""What differs between systems, and the small tools around processes, files and threads."""
