"""Plain values and pure rules that views, sessions and programs share."""
