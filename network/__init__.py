"""The protocol and its state machines, and the thin Qt shells that put them on sockets."""
