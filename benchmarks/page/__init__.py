"""Benchmarks of the running page: smoothness, server cost, first paint, many visitors.

`python -m benchmarks.page` prints one table. If a number depends on the machine, the row is a
ratio to something measured in the same run.
"""
