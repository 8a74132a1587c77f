"""Train the same network in NumPy, scikit-learn, PyTorch and Keras, and record what differs."""

import os

# Keras reads both when it is imported.
os.environ.setdefault("KERAS_BACKEND", "torch")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
