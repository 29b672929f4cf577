"""The render server: front process, worker process, cache, confinement and tray window."""
