"""Measurements against marks: `make bench`. Tests check behaviour; only these look at the clock."""
