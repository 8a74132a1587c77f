"""Benchmark of the loss over a plane: the time of a landscape, without the training of its path."""
