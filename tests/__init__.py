"""The tests: one folder for each room of `nnviz`, and `e2e` for the page in a real browser."""
