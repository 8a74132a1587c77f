"""Timing measurements with limits: `make bench`. Tests check behaviour, and measure no times."""
