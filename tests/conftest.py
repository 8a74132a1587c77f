"""What every test shares."""

from hypothesis import settings

# The same examples on every run and machine: a red test is a fault, never bad luck. No deadline:
# a busy machine is slow, not wrong.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
