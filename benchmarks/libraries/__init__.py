"""Train the same network in NumPy, scikit-learn, PyTorch and Keras, and record what differs."""
