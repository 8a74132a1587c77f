"""Helpers of the tests, the benchmarks and the Makefile; the app itself never needs them."""
