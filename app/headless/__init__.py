"""`brigade render` without a window: over servers, or in this process."""
