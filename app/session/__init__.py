"""The render session of a client: its servers, their links, and what the client core decides."""
