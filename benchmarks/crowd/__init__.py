"""Many viewers on one server: `python -m benchmarks.crowd`, each row a server of its own."""
