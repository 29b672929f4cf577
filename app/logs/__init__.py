"""Logs: how they are written, fetched from servers, cleaned of secrets and packed."""
