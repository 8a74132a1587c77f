"""How the running page does: smoothness, server cost, first paint, many visitors.

`python -m benchmarks.page` prints one table. Rows are ratios wherever another machine would give
other numbers, each against something measured in the same run.
"""
