"""nnviz: a neural network in plain NumPy, and a stage to watch it learn."""
