"""The shell: what a terminal can do with nnviz."""
