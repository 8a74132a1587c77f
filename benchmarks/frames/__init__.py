"""Benchmarks of the server's cost of a frame, and of a run's cost beyond its training."""
