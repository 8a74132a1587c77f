"""Many viewers on one server: `python -m benchmarks.crowd`. Each row starts its own server."""
