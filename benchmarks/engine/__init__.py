"""Benchmarks of the engine against other libraries."""
