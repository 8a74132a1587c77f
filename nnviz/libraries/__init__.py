"""The comparison with other libraries: its record, and the part that is measured live.

PyTorch and Keras are never imported here; `benchmarks/libraries/` measures them, and writes the
record.
"""
