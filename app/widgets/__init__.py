"""Passive views: plain values in, `*_requested` signals out; no rules, no network, no tracer."""
