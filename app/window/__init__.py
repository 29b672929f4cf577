"""The artist's window: its parts, and the controllers that carry wishes out."""
