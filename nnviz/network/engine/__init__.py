"""The network of `textbook.py`, made fast: ready buffers, signals in columns, lanes.

Start reading at `passes.py`. `layout.py` places all parameters in one vector.
"""
