"""Benchmark of sweeps, against scikit-learn's grid search with its own network."""
