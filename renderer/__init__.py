"""The tracer: scene files in, pixels out; knows neither windows nor networks."""
