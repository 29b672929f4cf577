"""The programs: window, command line and render server; wires the renderer and the network."""
